"""Sessions: listed, pinned, named, noted, deleted, shown in the Timeline, and compared."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.comparing import GroupChange, Percentile, Seen
from console.areas.incidents.store.reading import load_session
from console.areas.incidents.view.export_dialog import ExportDialog
from console.areas.incidents.view.session_words import percentile_words, ratio_words, span_words
from console.areas.incidents.view.sessions_page import SessionsPage
from console.model.area import Ref
from console.qt.note_dialog import NoteDialog
from tests.areas.incidents.view.incident_store import Opened, store_sessions

KEY = Qt.Key
REASON = "Only to read."


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    opened = Opened(store_sessions(tmp_path / "sessions.db"), qtbot)
    yield opened
    opened.view.deactivate()


def page(opened: Opened) -> SessionsPage:
    return opened.view.sessions


def write(opened: Opened, key: Qt.Key, text: str) -> None:
    """Press a key of the list and answer its dialog."""
    QTest.keyClick(page(opened).table, key)
    dialog = opened.dialog(NoteDialog)
    dialog.note.setText(text)
    dialog.accept()
    opened.wait()


def test_the_newest_is_chosen_and_all_is_said_of_it(opened: Opened) -> None:
    assert [row.id for row in page(opened).table.list.rows] == [2, 1]
    assert opened.view.place() == Ref("incidents", "2")
    assert page(opened).state.text().startswith("2 sessions, 0 pinned.")
    assert "100 events, 46 errors; from server" in page(opened).panel.facts.text()


def test_pin_name_and_note_reach_the_store(opened: Opened) -> None:
    QTest.keyClick(page(opened).table, KEY.Key_P)
    opened.wait()
    write(opened, KEY.Key_R, "after the release")
    write(opened, KEY.Key_N, "slower than before")
    row = load_session(opened.shell.connection, 2)
    assert (row.is_pinned, row.name, row.note) == (True, "after the release", "slower than before")
    assert page(opened).pin.text() == "Unpin P"
    QTest.keyClick(page(opened).table, KEY.Key_P)
    opened.wait()
    assert not load_session(opened.shell.connection, 2).is_pinned


def test_enter_shows_its_time_in_the_timeline(opened: Opened) -> None:
    QTest.keyClick(page(opened).table, KEY.Key_Return)
    row = load_session(opened.shell.connection, 2)
    assert opened.shell.places == [Ref("timeline", "", *row.range_ms)]


def test_e_asks_what_to_pack_of_its_time(opened: Opened) -> None:
    QTest.keyClick(page(opened).table, KEY.Key_E)
    dialog = opened.dialog(ExportDialog)
    opened.wait()
    row = load_session(opened.shell.connection, 2)
    assert dialog.form.selection() == Selection(*row.range_ms)
    assert dialog.preview.amount.text().startswith("100 events, about ")
    dialog.reject()


def test_a_session_is_deleted_only_when_that_is_confirmed(opened: Opened) -> None:
    QTest.keyClick(page(opened).table, KEY.Key_Delete)
    box = opened.dialog(QMessageBox)
    assert "100 events" in box.text()
    box.reject()
    assert opened.shell.sent == []
    QTest.keyClick(page(opened).table, KEY.Key_Delete)
    box = opened.dialog(QMessageBox)
    next(button for button in box.buttons() if button.text() == "Delete").click()
    opened.wait()
    assert [row.id for row in page(opened).table.list.rows] == [1]
    assert "deleted, with 100 events" in opened.shell.notes[-1]


def test_a_pinned_one_is_not_deleted_and_says_why(opened: Opened) -> None:
    QTest.keyClick(page(opened).table, KEY.Key_P)
    opened.wait()
    QTest.keyClick(page(opened).table, KEY.Key_Delete)
    assert opened.shell.notes == ["Session 2 cannot be deleted: it is pinned; unpin it first."]
    assert [command["do"] for command in opened.shell.sent] == ["session"]


def test_c_compares_with_the_session_before(opened: Opened) -> None:
    QTest.keyClick(page(opened).table, KEY.Key_C)
    opened.wait()
    panel = page(opened).panel
    kinds = {change.kind for change in panel.groups_shown()}
    assert {"new", "gone"} <= kinds
    assert panel.words.text().startswith("Groups of errors: ")
    assert panel.tabs.isVisible()
    table = panel.tabs.widget(0)
    table.opened.emit(panel.groups_shown()[0])  # type: ignore[attr-defined]
    assert opened.shell.places[-1] == Ref("errors", str(panel.groups_shown()[0].group_id))


def test_a_tick_keeps_what_is_compared(opened: Opened) -> None:
    QTest.keyClick(page(opened).table, KEY.Key_C)
    opened.wait()
    words = page(opened).panel.words.text()
    opened.tick()
    assert page(opened).panel.words.text() == words
    assert page(opened).panel.choice.currentData() == 1
    page(opened).table.selectRow(1)
    opened.wait()
    assert not page(opened).panel.tabs.isVisible()


def test_a_place_chooses_a_session(opened: Opened) -> None:
    opened.view.show_ref(Ref("incidents", "1"))
    opened.wait()
    assert opened.view.place() == Ref("incidents", "1")


def test_of_many_sessions_the_newest_are_listed_and_older_ones_when_wanted(opened: Opened) -> None:
    shown = page(opened)
    shown._limit = 1
    shown.refresh()
    opened.wait()
    assert [row.id for row in shown.table.list.rows] == [2]
    assert shown.state.text().startswith("The newest 1 session, ")
    assert shown.older.isVisible()
    shown.older.click()
    opened.wait()
    assert [row.id for row in shown.table.list.rows] == [2, 1]
    assert not shown.older.isVisible()


def test_a_place_of_an_older_session_lists_as_many_as_it_takes(opened: Opened) -> None:
    page(opened)._limit = 1
    page(opened).refresh()
    opened.wait()
    assert opened.view.place() == Ref("incidents", "2")
    opened.view.show_ref(Ref("incidents", "1"))
    opened.wait()
    assert opened.view.place() == Ref("incidents", "1")


def test_a_window_that_only_reads_changes_nothing_and_says_why(tmp_path: Path, qtbot: QtBot) -> None:
    opened = Opened(store_sessions(tmp_path / "sessions.db"), qtbot, read_only=REASON)
    sessions = page(opened)
    for button in (sessions.pin, sessions.rename, sessions.note, sessions.delete, sessions.fresh):
        assert not button.isEnabled()
        assert REASON in button.toolTip()
    for key in (KEY.Key_P, KEY.Key_R, KEY.Key_N, KEY.Key_Delete):
        QTest.keyClick(sessions.table, key)
    assert opened.shell.sent == []
    assert opened.shell.notes == [REASON] * 4
    assert sessions.export.isEnabled()
    opened.view.deactivate()


@pytest.mark.parametrize(
    ("ms", "words"),
    [(0, "0 s"), (59_999, "59 s"), (61_000, "1 min 01 s"), (3_660_000, "1 h 01 min"), (90_000_000, "1 d 1 h")],
)
def test_lengths_of_time(ms: int, words: str) -> None:
    assert span_words(ms) == words


def test_a_ratio_without_any_bound_says_nothing() -> None:
    change = GroupChange(1, "new", Seen(), Seen(3, 1, 9), 0.0, None, 0.8, False)
    assert ratio_words(change) == "–"
    assert ratio_words(change._replace(ratio_low=0.0068, ratio_high=None)) == "–", "perhaps less often, perhaps more"
    assert ratio_words(change._replace(ratio_low=1.52, ratio_high=None)) == "1.5 or more"
    assert ratio_words(change._replace(ratio_low=0.0, ratio_high=0.25)) == "0 – 0.25"
    assert ratio_words(change._replace(ratio_low=0.0, ratio_high=10_000.4)) == "0 – 10,000"


def test_only_a_percentile_that_changed_has_a_sign() -> None:
    assert percentile_words(Percentile(0.5, 12.34, 1_234, "slower")) == "12.3 ms → 1.23 s ▲"
    assert percentile_words(Percentile(0.5, 12.34, 13.0, "")) == "12.3 ms → 13 ms"
