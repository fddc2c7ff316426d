"""Notes: written, kept, deleted; addresses lead through the console and nowhere else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from console.areas.incidents.store.notes import notes
from console.areas.incidents.view.note_edit import places_in
from console.areas.incidents.view.notes_page import NotesPage
from console.model.area import Ref
from tests.areas.incidents.view.incident_store import NOTE, Opened, store_sessions

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    opened = Opened(store_sessions(tmp_path / "notes.db"), qtbot)
    opened.view.show_page("notes")
    opened.wait()
    yield opened
    opened.view.deactivate()


def page(opened: Opened) -> NotesPage:
    found = opened.view.findChild(NotesPage)
    assert found is not None
    return found


def kept(opened: Opened) -> list[tuple[str, str]]:
    return [(note.title, note.markdown) for note in notes(opened.shell.connection)]


def test_the_first_note_is_open_and_its_places_are_buttons(opened: Opened) -> None:
    assert page(opened).title.text() == "Monday"
    assert page(opened).edit.toPlainText() == NOTE
    buttons = page(opened).places.findChildren(QPushButton)
    assert [button.text() for button in buttons if button.isVisible()] == ["→ console://errors/1"]
    buttons[-1].click()
    assert opened.shell.places == [Ref("errors", "1")]


def test_control_enter_follows_the_address_at_the_cursor_and_nothing_else(opened: Opened) -> None:
    edit = page(opened).edit
    for words in ("evil.example", "console://errors"):
        cursor = edit.textCursor()
        cursor.setPosition(NOTE.index(words) + 3)
        edit.setTextCursor(cursor)
        QTest.keyClick(edit, Qt.Key.Key_Return, CTRL)
    assert opened.shell.places == [Ref("errors", "1")]


def test_what_is_written_is_kept_with_a_key(opened: Opened) -> None:
    edit = page(opened).edit
    edit.moveCursor(QTextCursor.MoveOperation.End)
    edit.insertPlainText(" More.")
    assert page(opened).state.text() == "Changed."
    page(opened).keep()
    opened.wait()
    assert kept(opened) == [("Monday", NOTE + " More.")]
    assert page(opened).state.text().startswith("Kept ")


def test_a_new_note_without_a_title_gets_its_first_line(opened: Opened) -> None:
    page(opened).write_new()
    page(opened).edit.setPlainText("\n## Why it broke\nbecause")
    opened.view.show_page("sessions")
    opened.wait()
    assert kept(opened)[0] == ("Why it broke", "\n## Why it broke\nbecause")
    assert len(kept(opened)) == 2


def test_a_note_is_written_once_however_often_it_is_kept(opened: Opened) -> None:
    page(opened).write_new()
    page(opened).title.setText("Tuesday")
    for words in ("a", "b", "c"):
        page(opened).edit.setPlainText(words)
        page(opened).keep()
        opened.wait()
    assert kept(opened) == [("Tuesday", "c"), ("Monday", NOTE)]


def test_a_note_is_deleted_when_that_is_confirmed(opened: Opened) -> None:
    page(opened).ask_delete()
    (box,) = (one for one in page(opened).findChildren(QMessageBox) if one.isVisible())
    next(button for button in box.buttons() if button.text() == "Delete").click()
    opened.wait()
    assert kept(opened) == []


def test_a_window_that_only_reads_shows_notes_and_keeps_nothing(tmp_path: Path, qtbot: QtBot) -> None:
    opened = Opened(store_sessions(tmp_path / "notes.db"), qtbot, read_only="Only to read.")
    opened.view.show_page("notes")
    opened.wait()
    assert page(opened).edit.isReadOnly()
    assert page(opened).title.isReadOnly()
    for button in (page(opened).fresh, page(opened).save, page(opened).insert, page(opened).delete):
        assert not button.isEnabled()
    page(opened).keep()
    opened.view.deactivate()
    assert opened.shell.sent == []


@given(st.text(alphabet=st.sampled_from("console:/errors12?filter=%\n .(<>)ü"), max_size=80))
def test_only_this_console_is_ever_an_address(text: str) -> None:
    for place in places_in(text):
        assert place.text.startswith("console://")
        assert text[place.start :].startswith(place.text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see console://errors/1.", ["console://errors/1"]),
        ("(console://timeline?filter=level%3Aerror)", ["console://timeline?filter=level%3Aerror"]),
        ("[x](console://sync/health) javascript:alert(1) file:///etc", ["console://sync/health"]),
        ("console://NO console:// console://errors/1#x", []),
    ],
)
def test_addresses_in_a_text(text: str, found: list[str]) -> None:
    assert [place.text for place in places_in(text)] == found
