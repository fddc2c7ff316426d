"""An area's view of several pages: a bar of them, each built at its first visit, and only the one in front reads."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from console.model.area import Ref
from console.qt.shell import Action, AreaView, Shell


class Page(Protocol):
    """What the view asks of a page, which is a QWidget."""

    def activate(self) -> None: ...
    def deactivate(self) -> None: ...
    def show_ref(self, ref: Ref) -> None: ...


class PagedView(AreaView):
    """`pages` gives for each name its title and what builds it; the first is in front until another was shown.

    Places: `<page>` is a page, `<page>/<rest>` something on it; the first page gets what names no page.
    """

    def __init__(self, shell: Shell, area: str, menu: str, pages: Mapping[str, tuple[str, Callable[[], QWidget]]]) -> None:
        super().__init__(shell)
        self._area, self._makers = area, dict(pages)
        self._names = list(pages)
        self._pages: dict[str, QWidget] = {}
        self._awake = False
        title = menu.replace("&", "")
        self.bar = QTabBar()
        self.bar.setAccessibleName(f"Pages of {title}")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self._stack = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self._stack, 1)
        for name, (words, _) in pages.items():
            self.bar.addTab(words)
            shell.add_action(Action(f"{area}.page_{name}", f"{title}: {words}", partial(self._go, name), "", menu))
        self._current = self._names[0]
        self._widget(self._current)
        self.bar.currentChanged.connect(lambda number: self.show_page(self._names[number]))
        kept = shell.setting(self._setting)
        if kept in self._names:
            self.show_page(kept)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    @property
    def _setting(self) -> str:
        return f"{self._area}.page"

    def page(self) -> str:
        """Return the name of the page in front."""
        return self._current

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        if name == self._current:
            return
        if self._awake:
            self._page(self._current).deactivate()
        self._current = name
        self._stack.setCurrentWidget(self._widget(name))
        self.bar.setCurrentIndex(self._names.index(name))
        self.shell.set_setting(self._setting, name)
        if self._awake:
            self._page(name).activate()

    def activate(self) -> None:
        self._awake = True
        self._page(self._current).activate()

    def deactivate(self) -> None:
        self._awake = False
        self._page(self._current).deactivate()

    def show_ref(self, ref: Ref) -> None:
        name, _, rest = ref.id.partition("/")
        if name not in self._names:
            name, rest = self._names[0], ref.id
        self.show_page(name)
        if rest:
            self._page(name).show_ref(Ref(ref.area, rest, ref.since_ms, ref.until_ms, ref.filter_text))

    def place(self) -> Ref | None:
        return Ref(self._area, self._current)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._widget(self._current).setFocus()

    def _go(self, name: str) -> None:
        self.shell.navigate(Ref(self._area, name))

    def _page(self, name: str) -> Page:
        return cast(Page, self._widget(name))

    def _widget(self, name: str) -> QWidget:
        if name not in self._pages:
            title, make = self._makers[name]
            page = make()
            page.setAccessibleName(title)
            self._pages[name] = page
            self._stack.addWidget(page)
        return self._pages[name]
