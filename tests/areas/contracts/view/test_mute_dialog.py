"""Muting: until when, and why."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDateTime, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.areas.contracts.store.answers import FindingRow
from console.areas.contracts.view.mute_dialog import MuteDialog
from console.qt.theme import apply_theme
from tests.areas.contracts.view.contract_store import NOW_MS, SEARCH, add_finding, make_store, read_findings

HOUR_MS = 3_600_000
MINUTE_MS = 60_000


@pytest.fixture
def finding(tmp_path: Path) -> FindingRow:
    path = make_store(tmp_path / "contracts.db", SEARCH)
    add_finding(path, note="as before")
    return read_findings(path)[0]


@pytest.fixture
def taken() -> list[tuple[int, str]]:
    return []


@pytest.fixture
def host(qtbot: QtBot) -> QWidget:
    host = QWidget()
    qtbot.addWidget(host)
    return host


@pytest.fixture
def dialog(finding: FindingRow, taken: list[tuple[int, str]], host: QWidget) -> MuteDialog:
    dialog = MuteDialog(host, [finding], NOW_MS, lambda until_ms, note: taken.append((until_ms, note)))
    dialog.open()
    return dialog


def test_a_day_is_offered_first_and_the_note_is_kept(dialog: MuteDialog, taken: list[tuple[int, str]]) -> None:
    QTest.keyClick(dialog.note, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert taken == [(NOW_MS + 24 * HOUR_MS, "as before")]


@pytest.mark.parametrize(("words", "hours"), [("1 hour", 1), ("1 day", 24), ("1 week", 168)])
def test_spans_end_when_they_say(dialog: MuteDialog, words: str, hours: int) -> None:
    dialog.choose(words)
    assert dialog.until_ms() == NOW_MS + hours * HOUR_MS


def test_a_date_counts_as_soon_as_it_is_changed(dialog: MuteDialog, taken: list[tuple[int, str]]) -> None:
    until_ms = (NOW_MS + 3 * HOUR_MS) // MINUTE_MS * MINUTE_MS
    dialog.date.setDateTime(QDateTime.fromMSecsSinceEpoch(until_ms))
    assert dialog.until_ms() == until_ms
    dialog.accept()
    assert taken == [(until_ms, "as before")]


def test_a_date_that_has_passed_cannot_be_chosen(dialog: MuteDialog) -> None:
    dialog.date.setDateTime(QDateTime.fromMSecsSinceEpoch(NOW_MS - HOUR_MS))
    assert dialog.until_ms() > NOW_MS


def test_escape_mutes_nothing(dialog: MuteDialog, taken: list[tuple[int, str]]) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert taken == []


@pytest.fixture
def styled(qapp: QApplication) -> Iterator[None]:
    """The style sheet of the window, which the sizes of fields depend on."""
    before = qapp.styleSheet()
    apply_theme(qapp, "light")
    yield
    qapp.setStyleSheet(before)


@pytest.mark.usefixtures("styled")
def test_the_date_can_be_read(dialog: MuteDialog) -> None:
    QApplication.processEvents()
    edit = dialog.date.lineEdit()
    assert edit.width() >= edit.fontMetrics().horizontalAdvance(dialog.date.text())
