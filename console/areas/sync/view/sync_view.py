"""The Sync view: conflicts to settle, health of the replicas, and all issues, a page each."""

from functools import partial
from importlib import import_module
from typing import Protocol, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from console.areas.sync.view.commands import MENU
from console.areas.sync.view.conflicts_page import ConflictsPage
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.shell import Action, AreaView, Shell

PAGE_SETTING = "sync.page"
PAGES = {"conflicts": "Conflicts", "health": "Health", "issues": "Issues"}
_CLASSES = {"health": "HealthPage", "issues": "IssuesPage"}


class Page(Protocol):
    """What the view asks of a page, which is a QWidget."""

    def activate(self) -> None: ...
    def deactivate(self) -> None: ...
    def show_ref(self, ref: Ref) -> None: ...


class SyncView(AreaView):
    """A bar of pages; each is built at its first visit, and only the one in front asks the store.

    Places: `12` is a conflict in the stepper, `health` and `issues` are pages, `issues/12` is something on one.
    """

    def __init__(self, shell: Shell, clock: Clock = wall_clock, who: str = "") -> None:
        super().__init__(shell)
        self._clock = clock
        self._awake = False
        self.conflicts = ConflictsPage(shell, clock, who)
        self._pages: dict[str, QWidget] = {"conflicts": self.conflicts}
        self.bar = QTabBar()
        self.bar.setAccessibleName("Pages of Sync")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        for title in PAGES.values():
            self.bar.addTab(title)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.conflicts)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self._stack, 1)
        self._current = "conflicts"
        self.bar.currentChanged.connect(lambda number: self.show_page(list(PAGES)[number]))
        kept = shell.setting(PAGE_SETTING)
        if kept in _CLASSES:
            self.show_page(kept)
        for name, title in PAGES.items():
            shell.add_action(Action(f"sync.page_{name}", f"Sync: {title}", partial(self._go, name), "", MENU))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

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
        self.bar.setCurrentIndex(list(PAGES).index(name))
        self.shell.set_setting(PAGE_SETTING, name)
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
        if name not in PAGES:
            name, rest = "conflicts", ref.id
        self.show_page(name)
        if rest:
            self._page(name).show_ref(Ref(ref.area, rest, ref.since_ms, ref.until_ms, ref.filter_text))

    def place(self) -> Ref | None:
        return self.conflicts.place() if self._current == "conflicts" else Ref("sync", self._current)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._widget(self._current).setFocus()

    def _go(self, name: str) -> None:
        self.shell.navigate(Ref("sync", name))

    def _page(self, name: str) -> Page:
        return cast(Page, self._widget(name))

    def _widget(self, name: str) -> QWidget:
        if name not in self._pages:
            module = import_module(f"console.areas.sync.view.{name}_page")
            page: QWidget = getattr(module, _CLASSES[name])(self.shell, self._clock)
            page.setAccessibleName(PAGES[name])
            self._pages[name] = page
            self._stack.addWidget(page)
        return self._pages[name]
