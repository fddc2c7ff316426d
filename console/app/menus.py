"""Menus built from the table of commands, kept up to date as areas bring their own."""

from collections.abc import Sequence

from PySide6.QtWidgets import QMainWindow, QMenu

from console.app.commands import MENUS
from console.app.window_shell import WindowShell
from console.model.area import Area
from console.qt.actions import is_enabled, qt_action
from console.qt.text import plain_tooltip


class Menus:
    """Adds each new action of the shell to its menu, and to the window for its key."""

    def __init__(self, window: QMainWindow, shell: WindowShell, areas: Sequence[Area]) -> None:
        self._window, self._shell, self._areas = window, shell, areas
        self._menus: dict[str, QMenu] = {}
        self._added: set[str] = set()
        for title in MENUS:
            self._menu(title)
        shell.actions_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        for action in list(self._shell.actions.values()):
            if action.id in self._added:
                continue
            self._added.add(action.id)
            made = qt_action(action, self._window)
            if action.writes and self._shell.read_only:
                made.setToolTip(plain_tooltip(self._shell.read_only))
            self._window.addAction(made)
            if action.menu:
                self._menu(action.menu).addAction(made)

    def _menu(self, title: str) -> QMenu:
        wanted = title.replace("&", "")
        for known, menu in self._menus.items():
            if known.replace("&", "") == wanted:
                return menu
        menu = QMenu(title, self._window)
        menu.setToolTipsVisible(bool(self._shell.read_only))
        bar = self._window.menuBar()
        after = self._next_menu(wanted)
        if after is not None:
            bar.insertMenu(after.menuAction(), menu)
        else:
            bar.addMenu(menu)
        menu.aboutToShow.connect(lambda: self._update(menu))
        menu.aboutToHide.connect(lambda: self._enable_all(menu))
        self._menus[title] = menu
        return menu

    def _next_menu(self, wanted: str) -> QMenu | None:
        """Return the menu to stand before: areas bring theirs when they are first visited, and stand in their own order."""
        known = {title.replace("&", ""): menu for title, menu in self._menus.items()}
        names = [area.title for area in self._areas]
        later = names[names.index(wanted) + 1 :] if wanted in names else []
        return next((known[name] for name in (*later, "Help") if name in known), None)

    def _update(self, menu: QMenu) -> None:
        for made in menu.actions():
            action = self._shell.actions.get(made.objectName())
            if action is not None:
                made.setEnabled(is_enabled(action))

    def _enable_all(self, menu: QMenu) -> None:
        # A disabled QAction would keep its key dead after its state has changed; `run` decides itself.
        for made in menu.actions():
            made.setEnabled(True)
