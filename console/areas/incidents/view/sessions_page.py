"""The page of sessions: what was seen from the first source attached to the last one gone."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.store.reading import SessionRow, sessions
from console.areas.incidents.view.commanding import ask, send_command
from console.areas.incidents.view.compare_panel import ComparePanel
from console.areas.incidents.view.letter_table import LetterTable
from console.areas.incidents.view.offer import Offer
from console.areas.incidents.view.session_words import session_columns, session_facts, session_name
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.holding import hold, refuses
from console.qt.little_buttons import button_row, little_button
from console.qt.note_dialog import NoteDialog
from console.qt.plain import plain_label
from console.qt.reading_page import ReadingPage
from console.qt.shell import Shell, Tick
from console.qt.splitter import split
from console.qt.words import counted

READ_EVERY_MS = 2_000
FIRST_SHOWN, MORE_TIMES = 500, 5
"""So many sessions are listed at first; each wish for older ones lists so many times as many."""
_WORDS = "A session lasts from the first source that is attached until none is. It begins by itself."


class SessionsPage(ReadingPage):
    """Keys: P pins, R names, N notes, T shows it in the Timeline, C compares, E exports, Delete deletes."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__(shell, clock)
        self._wanted: int | None = None
        self._limit, self._has_older = FIRST_SHOWN, False
        self.table = LetterTable(
            session_columns(clock), lambda row: row.id, shell, "layout.incidents.sessions", "Sessions, newest first", "name"
        )
        self.panel = ComparePanel(shell, clock)
        self.state = plain_label("", "small")
        self.pin = little_button("Pin P", "Keep this session's events whatever the limits (P)", self.toggle_pin)
        self.rename = little_button("Name… R", "Give this session a name (R)", self.ask_name)
        self.note = little_button("Note… N", "Write a note on this session (N)", self.ask_note)
        self.timeline = little_button("Timeline T", "Show the time of this session in the Timeline (T)", self.show_timeline)
        self.compare = little_button("Compare C", "Compare this session with the one before it (C)", self.panel.open_choice)
        self.export = little_button("Export… E", "Pack this session for a colleague (E)", self.export_session)
        self.delete = little_button("Delete…", "Delete this session with its events (Delete)", self.ask_delete)
        self.fresh = little_button("Begin a new one…", "End the session that lasts and begin another", self.ask_start)
        self.older = little_button("Show older ones", "List older sessions too", self.show_older)
        self.older.hide()
        hold(shell, self.pin, self.rename, self.note, self.delete, self.fresh)
        self._of_one = (self.pin, self.rename, self.note, self.timeline, self.compare, self.export, self.delete)
        parts = (self.table, 1), (self.panel, 1)
        body = split(Qt.Orientation.Vertical, "Sessions, and what differs between two", *parts, sizes=[300, 320])
        self._lay_out((self._above(),), body)
        self.setFocusProxy(self.table)
        self.table.chosen.connect(lambda _: self._show_chosen())
        self.table.opened.connect(lambda _: self.show_timeline())
        shell.ticked.connect(self._ticked)
        self.notice.show_text("Loading…", "Reading the sessions.")

    def _above(self) -> QWidget:
        above = QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(8, 6, 8, 4)
        column.setSpacing(4)
        column.addWidget(button_row(*self._of_one, self.fresh))
        line = QHBoxLayout()
        line.addWidget(self.state, 1)
        line.addWidget(self.older)
        column.addLayout(line)
        return above

    def show_ref(self, ref: Ref) -> None:
        """Choose the session whose number is `ref.id`."""
        if ref.id.isdecimal():
            self._wanted = int(ref.id)
            self._choose_wanted()

    def chosen(self) -> SessionRow | None:
        row = self.table.current_row()
        return row if isinstance(row, SessionRow) else None

    def refresh(self) -> None:
        self._read_ms = self._clock()
        limit = self._limit + 1  # one more tells whether there are older ones
        self._shell.read(self, "sessions", lambda connection: sessions(connection, limit=limit), self._show, self._failed)

    def show_older(self) -> None:
        """List more of the older sessions."""
        self._limit *= MORE_TIMES
        self.refresh()

    # -- commands -------------------------------------------------------------------------------------------

    def toggle_pin(self) -> None:
        """Pin or unpin."""
        if (row := self.chosen()) is not None and not refuses(self._shell):
            self._change(row, pinned=not row.is_pinned)

    def ask_name(self) -> None:
        if (row := self.chosen()) is not None and not refuses(self._shell):
            title = f"Name of session {row.id}"
            words = "A name for it (empty: the names of its sources):"
            NoteDialog(self, title, words, lambda name: self._change(row, name=name), text=row.name, optional=True).open()

    def ask_note(self) -> None:
        if (row := self.chosen()) is not None and not refuses(self._shell):
            title, words = f"Note on session {row.id}", "What was tried, what was seen:"
            NoteDialog(self, title, words, lambda note: self._change(row, note=note), text=row.note, optional=True).open()

    def ask_start(self) -> None:
        """Ask for a name, end the session that lasts and begin another."""

        def start(name: str) -> None:
            def begun(result: dict[str, object]) -> None:
                self._shell.notify(f"Session {result.get('id')} has begun.")
                self.refresh()

            send_command(self._shell, "session_start", {"name": name}, begun)

        if not refuses(self._shell):
            NoteDialog(self, "Begin a new session", "A name for it (may be empty):", start, optional=True).open()

    def show_timeline(self) -> None:
        """Go to the Timeline, at the session's time."""
        if (row := self.chosen()) is not None:
            self._shell.navigate(Ref("timeline", "", *row.range_ms))

    def export_session(self) -> None:
        """Ask what to pack of it."""
        if (row := self.chosen()) is None:
            return
        from console.areas.incidents.view.export_dialog import ExportDialog  # not before somebody exports

        selection = Selection(*row.range_ms)
        ExportDialog(
            self._shell, self, [Offer("session", f"Session {row.id}: {session_name(row)}", selection, row.name)]
        ).show()

    def ask_delete(self) -> None:
        row = self.chosen()
        if row is None or refuses(self._shell):
            return
        if row.is_pinned or row.is_open:
            why = "it is pinned; unpin it first" if row.is_pinned else "it still lasts; begin a new one first"
            self._shell.notify(f"Session {row.id} cannot be deleted: {why}.")
            return

        def deleted(result: dict[str, object]) -> None:
            number, kept = (value if isinstance(value := result.get(key), int) else 0 for key in ("deleted", "kept"))
            rest = f" {counted(kept, 'pinned event')} stayed." if kept else ""
            self._shell.notify(f"Session {row.id} is deleted, with {counted(number, 'event')}.{rest}")
            self.refresh()

        def delete() -> None:
            send_command(self._shell, "session_delete", {"id": row.id}, deleted)

        words = f"Delete session {row.id} ({session_name(row)}) with its {counted(row.events, 'event')}?\n\n"
        ask(
            self,
            "Delete a session",
            f"{words}This cannot be undone. Events that are pinned by themselves stay.",
            "Delete",
            delete,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys: dict[Qt.Key, Callable[[], None]] = {
            Qt.Key.Key_P: self.toggle_pin, Qt.Key.Key_R: self.ask_name, Qt.Key.Key_N: self.ask_note,
            Qt.Key.Key_T: self.show_timeline, Qt.Key.Key_C: self.panel.open_choice, Qt.Key.Key_E: self.export_session,
            Qt.Key.Key_Delete: self.ask_delete,
        }  # fmt: skip
        run = keys.get(Qt.Key(event.key()))
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if run is None or not plain:
            super().keyPressEvent(event)
        else:
            run()

    # -- what the store says --------------------------------------------------------------------------------

    def _change(self, row: SessionRow, **changes: object) -> None:
        send_command(self._shell, "session", {"id": row.id, **changes}, lambda _: self.refresh())

    def _ticked(self, tick: Tick) -> None:
        if self._active and tick.now_ms - self._read_ms >= READ_EVERY_MS:
            self.refresh()
            self._read_ms = tick.now_ms

    def _show(self, rows: tuple[SessionRow, ...]) -> None:
        self._has_older = len(rows) > self._limit
        rows = rows[: self._limit]
        self.table.show_rows(rows)
        self.older.setVisible(self._has_older)
        pinned = sum(row.is_pinned for row in rows)
        newest = "The newest " if self._has_older else ""
        self.state.setText(f"{newest}{counted(len(rows), 'session')}, {pinned:,} pinned. {_WORDS}")
        self._stack.setCurrentIndex(1 if rows else 0)
        if not rows:
            steps = [("Attach a source", lambda: self._shell.navigate(Ref("sources", "new")))]
            self.notice.show_text("No session yet", _WORDS, [] if self._shell.read_only else steps)
        self._choose_wanted()
        self._show_chosen()

    def _choose_wanted(self) -> None:
        if self._wanted is not None and self.table.select_key(self._wanted):
            self._wanted = None
        elif self._wanted is not None and self._has_older:
            self.show_older()

    def _show_chosen(self) -> None:
        row = self.chosen()
        for button in self._of_one:
            button.setEnabled(row is not None)
        self.pin.setText("Unpin P" if row is not None and row.is_pinned else "Pin P")
        self.panel.show_session(row, self.table.list.rows, "" if row is None else session_facts(row))
