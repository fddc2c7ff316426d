"""The inspector shows all of an event, however hostile its text."""

import json
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QLabel

from console.app.application import Session
from console.app.options import RunOptions
from console.model.facts import CoverageLost, GapFound, Quarantined
from console.qt.theme import mono_font

HOSTILE = "<img src=x onerror=alert(1)><b>bold</b> \u202ereversed\u202c \x00\x1b[31m"


@pytest.fixture
def hostile(options: RunOptions, filling: Any) -> RunOptions:
    events = [
        filling.read_text(json.dumps({
            "eventType": "error", "timestamp": 1_795_442_100_000 + i, "service": HOSTILE if i == 0 else "server",
            "data": {"message": HOSTILE + "x" * size, "correlationId": 'c"1', "deep": {"line": "y" * size}},
            **({"contractState": "none"} if i == 1 else {}),
        }))
        for i, size in enumerate((0, 10, 1_000_000))
    ]  # fmt: skip
    filling.fill_store(options.db, events, source="hostile")
    return options


def opened(session: Session, qtbot: Any, event_id: int) -> Any:
    session.shell.inspect(event_id)
    inspector = session.window.inspector
    qtbot.waitUntil(lambda: inspector.detail is not None and inspector.detail.row.id == event_id)
    return inspector


def test_overview_tree_and_raw_text(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 5)
    text = inspector.facts.text()
    assert "Service:" in text
    assert "Event: 5" in text
    assert inspector.json.model.rowCount() > 0
    assert inspector.raw.edit.toPlainText() == inspector.detail.payload
    assert inspector.degraded.isHidden()


def test_hostile_text_stays_text(hostile: RunOptions, session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 201)
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in inspector.findChildren(QLabel) if label.text())
    shown = inspector.message.text() + inspector.kind.text() + inspector.raw.edit.toPlainText()
    shown += "".join(inspector.facts.item(row, 1).text() for row in range(inspector.facts.rowCount()))
    assert "\u202e" not in shown
    assert "\x1b" not in shown
    assert "<b>bold</b>" in inspector.message.text()
    assert "<img" not in inspector.message.toolTip()


def test_a_line_of_a_megabyte_opens(hostile: RunOptions, session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 203)
    assert inspector.raw.more.isVisibleTo(inspector.raw)
    assert max(len(inspector.facts.item(row, 1).text()) for row in range(inspector.facts.rowCount())) <= 1_600
    for tab in range(3):
        inspector.tabs.setCurrentIndex(tab)
        assert not session.window.grab().isNull()


def test_a_degraded_event_says_why(hostile: RunOptions, session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 202)
    assert inspector.degraded.isVisible()
    assert "contractState" in inspector.degraded.text()


def test_previous_next_and_the_ends(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 10)
    inspector.next.click()
    qtbot.waitUntil(lambda: inspector.detail.row.id == 11)
    inspector.previous.click()
    qtbot.waitUntil(lambda: inspector.detail.row.id == 10)
    opened(session, qtbot, 1)
    inspector.previous.click()
    qtbot.waitUntil(lambda: any("oldest" in notice.text for notice in session.faults.notices))


def test_next_keeps_to_the_filter(session: Session, qtbot: Any) -> None:
    session.shell.set_filter("type:error")
    inspector = opened(session, qtbot, 10)
    inspector.next.click()
    qtbot.waitUntil(lambda: inspector.detail.row.id != 10)
    assert inspector.detail.row.event_type == "error"


def test_open_correlation_quotes_what_needs_it(hostile: RunOptions, session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 201)
    inspector.correlation.click()
    assert session.shell.scope().filter_text == 'correlation:"c\\"1"'


def test_an_event_that_is_gone_is_said_and_none_empties(session: Session, qtbot: Any) -> None:
    inspector = session.window.inspector
    session.shell.inspect(99_999)
    qtbot.waitUntil(lambda: "99999 is not kept" in inspector.words.text())
    opened(session, qtbot, 3)
    session.shell.inspect(None)
    assert inspector.detail is None
    assert not inspector.next.isEnabled()


def test_a_pin_that_cannot_be_set_is_said_and_taken_back(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 3)
    inspector.pin.click()
    assert "could not be pinned" in session.faults.notices[-1].text
    qtbot.waitUntil(lambda: not inspector.pin.isChecked())


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            lambda at: GapFound("server", "epoch-1", 300, 513, "evicted", at),
            ["214 events: sequence 300 to 513", "buffer was full"],
        ),
        (
            lambda at: GapFound("server", "epoch-1", 300, 300, "too_large", at),
            ["1 event: sequence 300", "larger than a frame"],
        ),
        (lambda at: GapFound("server", "epoch-1", 300, 301, "own_words", at), ["2 events", "own words"]),
        (lambda at: CoverageLost("server", "k", at, at + 5, "disconnected"), ["Nobody knows", "disconnected"]),
        (lambda at: Quarantined("server", "epoch-1", 300, "no JSON object", b"\xff", 1, at), ["1 bytes", "no JSON object"]),
    ],
)
def test_a_marker_says_in_words_what_is_missing(
    options: RunOptions, filling: Any, session: Session, qtbot: Any, make: Any, expected: list[str]
) -> None:
    filling.fill_store(options.db, [], extra=[make(1_795_442_900_000)])
    inspector = opened(session, qtbot, 201)
    text = inspector.facts.text()
    assert all(words in text for words in expected)
    assert "⌇" in inspector.kind.text()
    assert not inspector.pin.isEnabled()
    assert "Severity" not in text


@pytest.mark.parametrize("width_px", [280, 300, 460])
def test_no_fact_is_cut_or_covered(session: Session, qtbot: Any, width_px: int) -> None:
    inspector = opened(session, qtbot, 10)
    session.window.resizeDocks([session.window.dock], [width_px], Qt.Orientation.Horizontal)
    facts = inspector.facts
    qtbot.waitUntil(lambda: facts.columnWidth(0) + facts.columnWidth(1) == facts.viewport().width())
    metrics = QFontMetricsF(mono_font())
    for row in range(facts.rowCount()):
        if facts.columnSpan(row, 0) == 2:
            continue
        lines = facts.item(row, 1).text().split("\n")
        assert facts.rowHeight(row) >= len(lines) * metrics.lineSpacing()
        assert max(metrics.horizontalAdvance(line) for line in lines) <= facts.columnWidth(1) - 16


def test_what_matters_comes_first(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 10)
    names = [line.split(":")[0] for line in inspector.facts.text().splitlines()]
    wanted = [name for name in ("Severity", "Time", "Service", "Category", "Correlation", "Type", "Event") if name in names]
    assert [name for name in names if name in wanted][: len(wanted)] == wanted
    assert names.index("Event") < names.index("Payload")
