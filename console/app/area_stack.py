"""The middle of the window: area views, each built on its first visit."""

from collections.abc import Sequence
from importlib import import_module

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget

from console.app.filter_box import is_text_input
from console.app.window_shell import WindowShell
from console.model.area import Area, Ref
from console.qt.shell import AreaView


class AreaStack(QStackedWidget):
    """Knows which area is in front; only that one asks the store, and only while the window shows."""

    def __init__(self, shell: WindowShell, areas: Sequence[Area]) -> None:
        super().__init__()
        self._shell = shell
        self._areas = {area.name: area for area in areas}
        self._views: dict[str, AreaView] = {}
        self._current = ""
        self._awake = False

    def current_area(self) -> str:
        return self._current

    def view(self, name: str) -> AreaView | None:
        """Return the view of an area that was visited already."""
        return self._views.get(name)

    def place(self) -> Ref:
        """Return the place that is shown now."""
        view = self._views.get(self._current)
        return (view.place() if view is not None else None) or Ref(self._current)

    def show_place(self, ref: Ref) -> None:
        """Bring an area to the front and show the place in it. An unknown area is said, and nothing changes."""
        if ref.area not in self._areas:
            self._shell.notify(f"there is no area {ref.area[:40]!r} in this console", error=True)
            return
        view = self._views.get(ref.area) or self._build(self._areas[ref.area])
        if view is None:
            return
        if ref.area != self._current:
            before = self._views.get(self._current)
            if before is not None and self._awake:
                before.deactivate()
            self._current = ref.area
            self.setCurrentWidget(view)
            if not is_text_input(QApplication.focusWidget()):
                view.setFocus(Qt.FocusReason.OtherFocusReason)
            if self._awake:
                view.activate()
        if ref.id:
            view.show_ref(ref)

    def wake(self, awake: bool) -> None:
        """Let the view in front ask the store, or not (window hidden, closing, store not ready)."""
        if awake == self._awake:
            return
        self._awake = awake
        view = self._views.get(self._current)
        if view is not None and awake:
            view.activate()
        elif view is not None:
            view.deactivate()

    def _build(self, area: Area) -> AreaView | None:
        if not area.view_class:
            self._shell.notify(f"{area.title} has no view", error=True)
            return None
        try:
            view: AreaView = getattr(import_module(area.view_module), area.view_class)(self._shell)
        except ImportError as error:
            self._shell.notify(f"{area.title} cannot be opened: {error}", error=True)
            return None
        view.setAccessibleName(area.title)
        self._views[area.name] = view
        self.addWidget(view)
        return view
