"""The page of notes: Markdown beside the events that it tells of; addresses in it lead through this console only."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.areas.incidents.store.notes import Note, notes
from console.areas.incidents.view.commanding import ask, send_command
from console.areas.incidents.view.letter_table import LetterTable
from console.areas.incidents.view.note_edit import NoteEdit, places_in
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.model.place import format_place
from console.qt.choosing import choose_row
from console.qt.flow import flow_row
from console.qt.holding import hold
from console.qt.little_buttons import button_row, little_button
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.splitter import split
from console.qt.table import Column
from console.qt.text import clip, visible
from console.qt.words import age_words, counted, moment_words

TITLE_CHARS, NOTE_CHARS = 200, 200_000
_PLACE_CHARS = 60


class NotesPage(QWidget):
    """What is written is kept with Ctrl+S, and when one goes to another note or leaves the page."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__()
        self._shell, self._clock = shell, clock
        self._open: Note | None = None
        self._as_shown = ("", "")  # what Qt made of it: it has its own mind about line ends and blanks
        self._wanted: int | None = None
        self.table = LetterTable(
            _columns(clock), lambda note: note.id, shell, "layout.incidents.notes", "Notes, the newest first", "title"
        )
        self.title = QLineEdit()
        self.title.setMaxLength(TITLE_CHARS)
        self.title.setPlaceholderText("Title")
        self.title.setAccessibleName("Title of the note")
        self.edit = NoteEdit()
        self.places = flow_row()
        self.places.setAccessibleName("Places that the note names")
        self.state = plain_label("", "small")
        self.fresh = little_button("New note", "Write a new note (Ctrl+Shift+N)", self.write_new)
        self.save = little_button("Keep Ctrl+S", "Keep what is written (Ctrl+S)", self.keep)
        self.insert = little_button(
            "Insert this view's address", "Insert the address of the place before", self.insert_address
        )
        self.delete = little_button("Delete…", "Delete this note", self.ask_delete)
        hold(shell, self.fresh, self.save, self.insert, self.delete)
        if shell.read_only:
            self.title.setReadOnly(True)
            self.edit.setReadOnly(True)
            self.edit.setPlaceholderText("")
        self._build()
        self._connect()
        self._show_note(None)

    def activate(self) -> None:
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def deactivate(self) -> None:
        self.keep()

    def show_ref(self, ref: Ref) -> None:
        """Open the note whose number is `ref.id`."""
        if ref.id.isdecimal():
            self._wanted = int(ref.id)
            self._choose_wanted()

    def refresh(self) -> None:
        self._shell.read(self, "notes", notes, self._show)

    def is_changed(self) -> bool:
        """Tell whether something is written that is not kept."""
        if self._shell.read_only:
            return False
        return self._written() != self._as_shown and any(self._written())

    def keep(self) -> None:
        """Send what is written to the store; a note without a title gets its first line."""
        if not self.is_changed():
            return
        title, markdown = written = self._written()
        title = title or next(
            (line.strip("# ").strip() for line in markdown.split("\n") if line.strip("# ").strip()), "Note"
        )
        number = None if self._open is None else self._open.id
        args = {"title": title[:TITLE_CHARS], "markdown": markdown} | ({} if number is None else {"id": number})
        was_open = self._open

        def kept(result: dict[str, object]) -> None:
            note_id = result.get("id")
            if self._open is was_open and isinstance(note_id, int):
                self._open = Note(note_id, title[:TITLE_CHARS], markdown, self._clock())
                self._wanted, self._as_shown = note_id, written
                self._show_possible()
            self.refresh()

        send_command(self._shell, "note", args, kept)

    def write_new(self) -> None:
        """Begin a new note; what was written before is kept."""
        self.keep()
        self.table.clearSelection()
        self.table.setCurrentIndex(self.table.model().index(-1, -1))
        self._show_note(None)
        self.title.setFocus()

    def insert_address(self) -> None:
        """Put the address of the Timeline at the window's range and filter at the cursor."""
        since_ms, until_ms = self._shell.bounds_ms()
        ref = Ref("timeline", "", since_ms, until_ms, self._shell.scope().filter_text or None)
        self.edit.insertPlainText(format_place(ref))
        self.edit.setFocus()

    def ask_delete(self) -> None:
        note = self._open
        if note is None:
            return

        def deleted(_: dict[str, object]) -> None:
            self._show_note(None)
            self.refresh()

        question = f"Delete the note “{clip(visible(note.title), 80)}”? This cannot be undone."
        ask(
            self,
            "Delete a note",
            question,
            "Delete",
            lambda: send_command(self._shell, "note_delete", {"id": note.id}, deleted),
        )

    def _build(self) -> None:
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        above = button_row(self.fresh)
        above.setContentsMargins(8, 0, 8, 0)
        column.addWidget(above)
        column.addWidget(self.table, 1)
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        column.addLayout(head)
        column.addWidget(self.edit, 1)
        column.addWidget(self.places)
        foot = button_row(self.save, self.insert, self.delete)
        column.addWidget(foot)
        column.addWidget(self.state)
        sides = (left, 0), (right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split(Qt.Orientation.Horizontal, "Notes, and the open one", *sides, sizes=[280, 560]))

    def _connect(self) -> None:
        self.table.chosen.connect(self._choose)
        self.table.opened.connect(lambda _: self.edit.setFocus())
        self.edit.place_wanted.connect(self._shell.navigate)
        self.edit.textChanged.connect(self._changed)
        self.title.textChanged.connect(lambda _: self._show_possible())
        self._shell.theme_changed.connect(self.edit.retint)
        for key, run in (("Ctrl+S", self.keep), ("Ctrl+Shift+N", self.write_new)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(run)
            shortcut.setEnabled(not self._shell.read_only)

    def _written(self) -> tuple[str, str]:
        return self.title.text().strip(), self.edit.toPlainText()[:NOTE_CHARS]

    def _choose(self, note: Note | None) -> None:
        if note is not None and (self._open is None or self._open.id != note.id):
            self.keep()
            self._show_note(note)

    def _show_note(self, note: Note | None) -> None:
        self._open = note
        title, markdown = (note.title, note.markdown) if note else ("", "")
        self.title.setText(visible(title))
        self.edit.setPlainText(visible(markdown, lines=True) if self._shell.read_only else markdown)
        self._as_shown = self._written()
        self._changed()

    def _changed(self) -> None:
        row = self.places.layout()
        assert row is not None
        while (item := row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place in {one.text: one for one in places_in(self.edit.toPlainText()[:NOTE_CHARS])}.values():
            words = clip(visible(place.text), _PLACE_CHARS)
            row.addWidget(
                little_button(f"→ {words}".replace("&", "&&"), f"Go to {words}", partial(self._shell.navigate, place.ref))
            )
        self.places.setVisible(row.count() > 0)
        self._show_possible()

    def _show_possible(self) -> None:
        self.save.setEnabled(self.is_changed())
        self.delete.setEnabled(self._open is not None)
        self.insert.setEnabled(True)
        if self._open is None:
            nothing = "No note is open." if self.table.list.rows else "There is no note here."
            words = nothing if self._shell.read_only else "A new note: it is kept with Ctrl+S, or when you leave it."
        else:
            words = "Changed." if self.is_changed() else f"Kept {moment_words(self._open.changed_ms)}."
        self.state.setText(words)

    def _show(self, found: tuple[Note, ...]) -> None:
        busy = self.is_changed() and self._open is None
        self.table.list.set_rows(found)
        self._choose_wanted()
        if not busy and self._open is None and found and self.table.current_row() is None:
            choose_row(self.table, 0)
        self.table.setAccessibleDescription(counted(len(found), "note"))

    def _choose_wanted(self) -> None:
        if self._wanted is not None and self.table.select_key(self._wanted):
            self._wanted = None


def _columns(clock: Clock) -> list[Column[Note]]:
    return [
        Column("title", "Note", lambda note: note.title, 180),
        Column(
            "at",
            "Changed",
            lambda note: age_words(note.changed_ms, clock()),
            76,
            tooltip=lambda note: moment_words(note.changed_ms),
        ),
    ]
