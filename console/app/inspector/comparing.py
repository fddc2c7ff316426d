"""Comparing the inspected event with another: of its group, or one that was marked before."""

import sqlite3
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from console.app.inspector.group import Compared, NotThere, beside, compare, first_of_group
from console.qt.shell import Shell

Find = Callable[[sqlite3.Connection], int | None]


class Comparing(QObject):
    """Knows the marked event; opens the dialog."""

    opened = Signal(object)
    """CompareDialog"""

    def __init__(self, shell: Shell, window: QWidget) -> None:
        super().__init__(window)
        self._shell, self._window = shell, window
        self.marked: int | None = None

    def choices(self, event_id: int, *, in_group: bool) -> list[tuple[str, Callable[[], object]]]:
        """Return (words, what they do) for the menu."""
        choices: list[tuple[str, Callable[[], object]]] = []
        if in_group:
            choices += [
                ("With the previous event of its group", partial(self.with_neighbour, event_id, -1)),
                ("With the next event of its group", partial(self.with_neighbour, event_id, 1)),
                ("With the first event of its group", partial(self.with_first, event_id)),
            ]
        if self.marked is not None and self.marked != event_id:
            choices.append((f"With the marked event {self.marked}", partial(self.with_marked, event_id)))
        choices.append(("Mark this event to compare it with another", partial(self.mark, event_id)))
        return choices

    def mark(self, event_id: int) -> None:
        """Remember an event; the next one that is inspected can be compared with it."""
        self.marked = event_id
        self._shell.notify(f"Event {event_id} is marked; open another one and choose Compare.")

    def with_marked(self, event_id: int) -> None:
        marked = self.marked
        self._compare(event_id, lambda _: marked, "No event is marked.")

    def with_neighbour(self, event_id: int, step: int) -> None:
        words = f"This is the {'newest' if step > 0 else 'oldest'} event of its group."
        self._compare(event_id, partial(beside, event_id=event_id, step=step), words)

    def with_first(self, event_id: int) -> None:
        self._compare(event_id, partial(first_of_group, event_id=event_id), "This event is in no error group.")

    def _compare(self, event_id: int, find: Find, missing: str) -> None:
        def query(connection: sqlite3.Connection) -> Compared:
            other = find(connection)
            if other is None or other == event_id:
                raise NotThere(missing if other is None else "This is the first event of its group.")
            return compare(connection, other, event_id)

        self._shell.read(self, "compare", query, self._show, self._failed)

    def _show(self, found: Compared) -> None:
        from console.qt.compare_dialog import CompareDialog

        dialog = CompareDialog(found.left, found.right, found.rows, self._window, found.causes)
        dialog.open()
        self.opened.emit(dialog)

    def _failed(self, error: Exception) -> None:
        plain = isinstance(error, NotThere)
        self._shell.notify(str(error) if plain else f"The events could not be compared: {error}", error=not plain)
