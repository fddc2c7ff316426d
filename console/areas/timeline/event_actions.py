"""What can be done with an event: pin, bookmark, copy, mark and compare."""

from collections.abc import Callable
from sqlite3 import Connection
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from console.areas.timeline.columns import COLUMNS, facts
from console.areas.timeline.copying import copy_curl, copy_markdown, copy_pytest, copy_tsv
from console.areas.timeline.table import EventTable
from console.qt.holding import refuses
from console.qt.shell import Shell
from console.store.reading import load_event
from console.store.rows import EventDetail

if TYPE_CHECKING:
    from console.qt.diff_rows import DiffRows

Detail = EventDetail | None


class EventActions(QObject):
    """Runs on the table's current event; every reading is off the main thread, every writing goes to ingest."""

    pinned = Signal(object, bool)
    """(event id, pinned now): the ingest process has done it."""
    comparing = Signal(object)
    """CompareDialog: is open now."""

    def __init__(self, shell: Shell, table: EventTable) -> None:
        super().__init__(table)
        self._shell = shell
        self._table = table

    def _current_id(self) -> int | None:
        line = self._table.current_line()
        if line is None or line.row.marker:
            self._shell.notify("Choose an event first." if line is None else "A gap is no event.")
            return None
        return line.row.id

    def toggle_pin(self) -> None:
        if refuses(self._shell):
            return
        event_id = self._current_id()
        line = self._table.current_line()
        if event_id is not None and line is not None:
            if line.row.pinned:
                self._write({"cmd": "unpin", "event": event_id}, event_id, False)
            else:
                self._write({"cmd": "pin", "event": event_id, "note": ""}, event_id, True)

    def bookmark(self) -> None:
        """Ask for a note and pin the event with it."""
        if refuses(self._shell):
            return
        event_id = self._current_id()
        if event_id is None:
            return
        dialog = QInputDialog(self._table)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Bookmark")
        dialog.setLabelText(f"Note for event {event_id}:")
        dialog.textValueSelected.connect(
            lambda note: self._write({"cmd": "pin", "event": event_id, "note": note.strip()}, event_id, True)
        )
        dialog.open()

    def _write(self, command: dict[str, Any], event_id: int, pinned: bool) -> None:
        def done(answer: dict[str, Any]) -> None:
            if answer.get("ok"):
                self.pinned.emit(event_id, pinned)
            else:
                self._shell.notify(f"Not {'pinned' if pinned else 'unpinned'}: {answer.get('error')}", error=True)

        self._shell.write(command, done)

    # -- copying --------------------------------------------------------------------------------------------

    def copy_menu(self, parent: QWidget) -> QMenu:
        menu = QMenu("Copy as", parent)
        menu.addAction("&JSON (exact payload)", self.copy_json)
        menu.addAction("&Markdown", self.copy_markdown)
        menu.addAction("&curl", self.copy_curl)
        menu.addAction("&pytest fixture", self.copy_pytest)
        menu.addSeparator()
        menu.addAction("Selected rows as &TSV", self.copy_rows)
        menu.addAction("Event &id", self.copy_id)
        return menu

    def copy_json(self) -> None:
        self._copy_detail("JSON", lambda detail: detail.payload)

    def copy_markdown(self) -> None:
        self._copy_detail("Markdown", lambda detail: copy_markdown(facts(detail.row), detail.payload))

    def copy_curl(self) -> None:
        self._copy_detail("curl", lambda detail: copy_curl(detail.payload))

    def copy_pytest(self) -> None:
        self._copy_detail("pytest fixture", lambda detail: copy_pytest(detail.row.id, detail.payload))

    def copy_id(self) -> None:
        event_id = self._current_id()
        if event_id is not None:
            self._put(str(event_id), "Event id")

    def copy_rows(self) -> None:
        lines = self._table.selected_lines()
        header = self._table.horizontalHeader()
        order = [header.logicalIndex(i) for i in range(header.count())]
        shown = [i for i in order if not header.isSectionHidden(i)]
        model = self._table.rows
        rows = [[model.text(model.line_of(line.row.id) or 0, i) for i in shown] for line in lines if not line.row.marker]
        self._put(copy_tsv([COLUMNS[i].title for i in shown], rows), f"{len(rows)} rows")

    def _copy_detail(self, name: str, make: Callable[[EventDetail], str | None]) -> None:
        event_id = self._current_id()
        if event_id is None:
            return

        def query(connection: Connection) -> tuple[bool, str | None]:
            detail = load_event(connection, event_id)
            return detail is not None, None if detail is None else make(detail)

        def done(answer: tuple[bool, str | None]) -> None:
            found, text = answer
            if text is not None:
                self._put(text, name)
            else:
                why = f"has no request to repeat as {name}" if found else "is not in the store any more"
                self._shell.notify(f"Event {event_id} {why}.", error=True)

        self._shell.read(self, "timeline-copy", query, done, self._fail)

    def _put(self, text: str, name: str) -> None:
        # A lone surrogate cannot leave the process; the clipboard gets its escaped form.
        QGuiApplication.clipboard().setText(text.encode("utf-8", "backslashreplace").decode("utf-8"))
        self._shell.notify(f"{name} copied.")

    def _fail(self, error: Exception) -> None:
        self._shell.notify(f"Could not read the event: {error}", error=True)

    # -- comparing ------------------------------------------------------------------------------------------

    def mark(self) -> None:
        """Mark the event; with another one marked already, compare the two."""
        event_id = self._current_id()
        if event_id is None:
            return
        marked = self._table.cells.marked
        if marked is None:
            self._table.cells.marked = event_id
            self._shell.notify(f"Event {event_id} is marked; press x on another one to compare.")
        else:
            self._table.cells.marked = None
            if marked != event_id:
                self.compare(marked, event_id)
        self._table.viewport().update()

    def compare_selected(self) -> None:
        ids = [line.row.id for line in self._table.selected_lines() if not line.row.marker]
        if len(ids) == 2:
            self.compare(ids[0], ids[1])
        else:
            self._shell.notify("Select exactly two events to compare, or mark them with x.")

    def compare(self, left_id: int, right_id: int) -> None:
        from console.qt.compare_dialog import CompareDialog, compare_events  # not before the first painted window

        def query(connection: Connection) -> tuple[Detail, Detail, "DiffRows | None"]:
            left, right = load_event(connection, left_id), load_event(connection, right_id)
            return left, right, compare_events(left, right) if left and right else None

        def done(answer: tuple[Detail, Detail, "DiffRows | None"]) -> None:
            left, right, rows = answer
            if left is None or right is None or rows is None:
                self._shell.notify(
                    f"Event {left_id if left is None else right_id} is not in the store any more.", error=True
                )
                return
            dialog = CompareDialog(left, right, rows, self._table)
            dialog.open()
            self.comparing.emit(dialog)

        self._shell.read(self, "timeline-compare", query, done, self._fail)
