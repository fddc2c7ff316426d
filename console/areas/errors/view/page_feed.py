"""Reads the open group: its page, older events of it, and the group that a place names."""

from PySide6.QtCore import QObject, Signal

from console.areas.errors.view.question import PageAnswer, ask_group, ask_older, resolve_place
from console.qt.shell import Shell
from console.store.rows import Position, Row

Range = tuple[int, int]


class PageFeed(QObject):
    """`opened` is the number of the group whose page is wanted; answers for another one are dropped."""

    answered = Signal(object, object)
    """(PageAnswer, (since, until))"""
    gone = Signal()
    """There is no such group any more."""
    older = Signal(object)
    """list[Row], newest first."""
    found = Signal(object, object)
    """(group, event or None): what a place names."""

    def __init__(self, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._shell = shell
        self._reading_older = False
        self.opened: int | None = None

    def ask(self, range_ms: Range) -> None:
        """Read the page of the opened group."""
        group_id = self.opened
        if group_id is None:
            return

        def take(answer: PageAnswer | None) -> None:
            if group_id != self.opened:
                return
            if answer is None:
                self._shell.notify(f"The group {group_id} is not in the store any more.")
                self.gone.emit()
            else:
                self.opened = answer.detail.row.id  # where it was merged into another, that one
                self.answered.emit(answer, range_ms)

        self._shell.read(self, "page", lambda connection: ask_group(connection, group_id, *range_ms), take)

    def ask_older(self, last: Row) -> None:
        """Read the events before the last one that is known; not twice at a time."""
        group_id = self.opened
        if group_id is None or self._reading_older:
            return
        self._reading_older = True
        before = Position(last.ts, last.id)

        def take(rows: list[Row]) -> None:
            self._reading_older = False
            if rows and group_id == self.opened:
                self.older.emit(rows)

        def failed(error: Exception) -> None:
            self._reading_older = False
            self._shell.notify(f"Older events could not be read: {error}", error=True)

        self._shell.read(self, "older", lambda connection: ask_older(connection, group_id, before), take, failed)

    def find(self, text: str) -> None:
        """Find the group of a place: a number, the beginning of a fingerprint, or `event:123`."""

        def failed(error: Exception) -> None:
            words = error.args[0] if isinstance(error, LookupError) and error.args else error
            self._shell.notify(str(words), error=True)

        self._shell.read(
            self, "place", lambda connection: resolve_place(connection, text), lambda place: self.found.emit(*place), failed
        )  # fmt: skip
