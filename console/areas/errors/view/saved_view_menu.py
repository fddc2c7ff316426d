"""Saved views: the menu that offers them, their actions in the palette, and saving, renaming, deleting."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from console.areas.errors.view.saved_view import (
    LIMIT,
    NAME_LIMIT,
    SavedView,
    clean_name,
    read_views,
    views_setting,
    with_view,
)
from console.qt.note_dialog import NoteDialog
from console.qt.shell import Action, Shell
from console.qt.text import visible

SETTING = "errors.views"


class SavedViewMenu(QObject):
    """`chosen` carries the SavedView that the person wants to see; `current(name)` makes one of what is shown now."""

    chosen = Signal(object)

    def __init__(self, shell: Shell, button: QToolButton, parent: QWidget, current: Callable[[str], SavedView]) -> None:
        super().__init__(parent)
        self._shell, self._owner, self._current = shell, parent, current
        self.views = read_views(shell.setting(SETTING))
        self._menu = QMenu(button)
        self._menu.aboutToShow.connect(self._fill)
        button.setMenu(self._menu)
        self._offer()

    def ask_name(self) -> None:
        """Ask for a name and save what is shown now."""
        words = "Name of this view (a name in use is replaced):"
        self._open(NoteDialog(self._owner, "Save view", words, self.save))

    def save(self, name: str) -> None:
        """Save what is shown now under a name."""
        name = clean_name(name)
        if not name:
            return
        try:
            self._keep(with_view(self.views, self._current(name)))
        except ValueError as error:
            self._shell.notify(str(error), error=True)
            return
        self._shell.notify(f"Saved as “{name}”. It is in the palette and under Views.")

    def rename(self, old: str, new: str) -> None:
        new = clean_name(new)
        if not new or new == old:
            return
        if any(view.name == new for view in self.views):
            self._shell.notify(f"there is a view “{new}” already", error=True)
            return
        self._keep(tuple(replace(view, name=new) if view.name == old else view for view in self.views))

    def delete(self, name: str) -> None:
        self._keep(tuple(view for view in self.views if view.name != name))
        self._shell.notify(f"The view “{name}” is deleted.")

    def choose(self, number: int) -> None:
        """Show the saved view of this number, from 0."""
        if number < len(self.views):
            self.chosen.emit(self.views[number])

    def _keep(self, views: tuple[SavedView, ...]) -> None:
        self.views = views
        self._shell.set_setting(SETTING, views_setting(views) or None)
        self._offer()

    def _offer(self) -> None:
        """Keep an action for each view; actions cannot be taken back, those of deleted views are disabled."""
        for number, view in enumerate(self.views):
            title = f"Errors: {visible(view.name)}"
            self._shell.add_action(
                Action(
                    f"errors.view.{number + 1}", title, partial(self.choose, number),
                    enabled=partial(self._exists, number), keywords=("saved", "view"),
                )
            )  # fmt: skip

    def _exists(self, number: int) -> bool:
        return number < len(self.views)

    def _fill(self) -> None:
        menu = self._menu
        menu.clear()
        for number, view in enumerate(self.views):
            menu.addAction(_shown(view.name)).triggered.connect(partial(self._choose, number))
        menu.addSeparator()
        save = menu.addAction("Save this view…\tCtrl+Shift+S")
        save.setEnabled(len(self.views) < LIMIT)
        save.triggered.connect(lambda *_: self.ask_name())
        for title, run in (("Rename", self._ask_rename), ("Delete", self.delete)):
            part = menu.addMenu(title)
            part.setEnabled(bool(self.views))
            for view in self.views:
                part.addAction(_shown(view.name)).triggered.connect(partial(self._with_name, run, view.name))

    def _choose(self, number: int, *_: object) -> None:
        self.choose(number)

    def _with_name(self, run: Callable[[str], None], name: str, *_: object) -> None:
        run(name)

    def _ask_rename(self, old: str) -> None:
        self._open(NoteDialog(self._owner, "Rename view", "New name of the view:", partial(self.rename, old), text=old))

    def _open(self, dialog: NoteDialog) -> None:
        dialog.note.setMaxLength(NAME_LIMIT)
        dialog.open()


def _shown(name: str) -> str:
    return visible(name).replace("&", "&&")
