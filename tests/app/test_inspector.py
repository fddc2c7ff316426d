"""The inspector shows all of an event, however hostile its text, and goes to the events around it."""

import json
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QLabel, QListView, QPlainTextEdit

from console.app.application import Session
from console.app.inspector.fact_table import FactTable
from console.app.inspector.page import read_page
from console.app.options import RunOptions
from console.model.facts import CoverageLost, GapFound, Quarantined
from console.qt.theme import mono_font
from console.qt.value_dialog import ValueDialog
from console.store.rows import EventDetail, Row
from tests.app.inspecting import all_text, opened

HOSTILE = "<img src=x onerror=alert(1)><b>bold</b> \u202ereversed\u202c \x00\x1b[31m"
AT_MS = 1_795_442_900_000


def event(**data: Any) -> dict[str, Any]:
    return {"eventType": "error", "timestamp": AT_MS, "service": "server", "data": {"message": "boom", **data}}


@pytest.fixture
def keep(options: RunOptions, filling: Any) -> Any:
    """Store further events; they get the ids from 201 on."""

    def write(*bodies: dict[str, Any]) -> None:
        filling.fill_store(options.db, [filling.read_text(json.dumps(body)) for body in bodies], source="further")

    return write


@pytest.fixture
def hostile(keep: Any) -> None:
    for i, size in enumerate((0, 10, 1_000_000)):
        body = event(message=HOSTILE + "x" * size, correlationId='c"1', deep={"line": "y" * size, HOSTILE: HOSTILE})
        body["data"]["source"] = {"stack": f"Error: {HOSTILE}\n    at {HOSTILE} (/srv/{HOSTILE}.ts:1:2)"}
        body["data"]["database"] = {"query": f"SELECT '{HOSTILE}'", "parameters": [HOSTILE]}
        body["data"]["issue"] = {"details": {"localState": {HOSTILE: 1}, "remoteState": {HOSTILE: HOSTILE}}}
        body["data"]["debug"] = {"recentActions": [HOSTILE]}
        body["service"] = HOSTILE if i == 0 else "server"
        keep(body | ({"contractState": "none"} if i == 1 else {}))


def test_sections_tree_and_raw_text(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 5)
    text = all_text(inspector)
    assert "Service: " in text
    assert "Event: 5" in text
    assert inspector.bar.keys[0] == "overview"
    assert inspector.bar.keys[-2:] == ("json", "raw")
    inspector.go_to_section("json")
    qtbot.waitUntil(lambda: inspector.json.view.model.rowCount() > 0)
    inspector.go_to_section("raw")
    assert inspector.raw.view.edit.toPlainText() == inspector.detail.payload
    assert inspector.degraded.isHidden()


def test_hostile_text_stays_text(hostile: None, session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 201)
    for frame in inspector.document.frames.values():
        frame.build()
    inspector.go_to_section("raw")
    labels = [label for label in inspector.findChildren(QLabel) if label.text()]
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    drawn = [label.text() for label in labels]
    drawn += [button.text() + button.accessibleName() for button in inspector.findChildren(QAbstractButton)]
    drawn += [edit.toPlainText() for edit in inspector.findChildren(QPlainTextEdit)]
    for table in inspector.findChildren(FactTable):
        cells = [table.item(row, column) for row in range(table.rowCount()) for column in (0, 1)]
        drawn += [cell.text() for cell in cells]
        assert not any("<img" in cell.toolTip() for cell in cells)
    for listed in inspector.document.findChildren(QListView):
        indexes = [listed.model().index(row, 0) for row in range(listed.model().rowCount())]
        drawn += [index.data() for index in indexes]
        assert not any("<img" in (index.data(Qt.ItemDataRole.ToolTipRole) or "") for index in indexes)
    assert not {"\u202e", "\x1b", "\x00"} & set("".join(drawn))
    assert sum("<b>bold</b>" in text for text in drawn) > 6
    assert "<b>bold</b>" in inspector.head.message.text()
    assert "<img" not in inspector.head.message.toolTip()


def test_a_line_of_a_megabyte_opens(hostile: None, session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 203)
    for table in inspector.document.findChildren(FactTable):
        assert max(len(table.item(row, 1).text()) for row in range(table.rowCount())) <= 1_700
    for key in inspector.bar.keys:
        inspector.go_to_section(key)
        assert not session.window.grab().isNull()
    assert inspector.raw.view.more.isVisibleTo(inspector.raw)


def detail_of(payload: str) -> EventDetail:
    row = Row(1, AT_MS, AT_MS, "s", "s", "error", "error", "high", "", "m", None, None, None, None, None, 0, 0, 0)
    return EventDetail(row, None, None, payload, None, None)


@pytest.mark.parametrize(
    "payload",
    [
        '{"a":' * 5_000 + "1" + "}" * 5_000,
        "[" * 100_000,
        json.dumps(event(body={f"key {i}": i for i in range(100_000)})),
        json.dumps(event(deep=json.loads('{"token":' * 200 + "1" + "}" * 200))),
        '{"message": "\\ud800", "timestamp": 1e999, "n": ' + "9" * 5_000 + "}",
        "no JSON, token=abcdef",
        "null",
        "",
    ],
    ids=["deep", "open", "wide", "deep secrets", "odd numbers", "text", "null", "empty"],
)
def test_any_payload_makes_a_page(payload: str) -> None:
    page = read_page(detail_of(payload))
    assert page.sections[0].key == "overview"
    assert "abcdef" not in page.text
    assert sum(len(block.lines) for section in page.sections for block in section.blocks if hasattr(block, "lines")) < 5_100
    assert read_page(detail_of(payload), reveal=True).text == payload


def test_little_of_a_wide_event_is_laid_out_at_first(keep: Any, session: Session, qtbot: Any) -> None:
    states = {"localState": {f"k{n}": n for n in range(3_000)}, "remoteState": {f"k{n}": -n for n in range(3_000)}}
    keep(event(issue={"details": states}, **{f"key{n}": n for n in range(3_000)}))
    inspector = opened(session, qtbot, 201)
    rows = sum(table.rowCount() for table in inspector.document.findChildren(FactTable))
    assert rows < 400
    assert all(listed.model().rowCount() < 100 for listed in inspector.document.findChildren(QListView))
    table = inspector.document.frames["other"].body.findChildren(FactTable)[0]
    more = next(button for button in inspector.document.findChildren(QAbstractButton) if "more of" in button.text())
    before = table.rowCount()
    more.click()
    assert table.rowCount() > before


def test_a_degraded_event_says_why(hostile: None, session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 202)
    assert inspector.degraded.isVisible()
    assert "contractState" in inspector.degraded.text()


def test_previous_next_and_the_ends(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 10)
    inspector.head.next.click()
    qtbot.waitUntil(lambda: inspector.detail.row.id == 11)
    inspector.head.previous.click()
    qtbot.waitUntil(lambda: inspector.detail.row.id == 10)
    opened(session, qtbot, 1)
    inspector.head.previous.click()
    qtbot.waitUntil(lambda: any("oldest" in notice.text for notice in session.faults.notices))


def test_next_keeps_to_the_filter(session: Session, qtbot: Any) -> None:
    session.shell.set_filter("type:error")
    inspector = opened(session, qtbot, 10)
    inspector.head.next.click()
    qtbot.waitUntil(lambda: inspector.detail.row.id != 10)
    assert inspector.detail.row.event_type == "error"


def test_open_correlation_quotes_what_needs_it(hostile: None, session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 201)
    inspector.head.correlation.click()
    assert session.shell.scope().filter_text == 'correlation:"c\\"1"'


def test_an_event_that_is_gone_is_said_and_none_empties(session: Session, qtbot: Any) -> None:
    inspector = session.window.inspector
    session.shell.inspect(99_999)
    qtbot.waitUntil(lambda: "99999 is not kept" in inspector.words.text())
    opened(session, qtbot, 3)
    session.shell.inspect(None)
    assert inspector.detail is None
    assert inspector.bar.isHidden()
    assert not inspector.head.next.isEnabled()


def test_a_pin_that_cannot_be_set_is_said_and_taken_back(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 3)
    inspector.head.pin.click()
    assert "could not be pinned" in session.faults.notices[-1].text
    qtbot.waitUntil(lambda: not inspector.head.pin.isChecked())


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
    filling.fill_store(options.db, [], extra=[make(AT_MS)])
    inspector = opened(session, qtbot, 201)
    text = all_text(inspector)
    assert all(words in text for words in expected)
    assert "⌇" in inspector.head.kind.text()
    assert not inspector.head.pin.isEnabled()
    assert not inspector.head.compare.isVisible()
    assert "Severity" not in text


@pytest.mark.parametrize("width_px", [280, 300, 460, 700])
def test_no_fact_is_cut_or_covered(session: Session, qtbot: Any, width_px: int) -> None:
    inspector = opened(session, qtbot, 10)
    session.window.resizeDocks([session.window.dock], [width_px], Qt.Orientation.Horizontal)
    qtbot.waitUntil(lambda: abs(inspector.width() - width_px) < 3)
    metrics = QFontMetricsF(mono_font())
    tables = inspector.document.findChildren(FactTable)
    assert tables
    for table in tables:
        qtbot.waitUntil(lambda table=table: table.columnWidth(0) + table.columnWidth(1) == table.viewport().width())
        assert table.height() >= sum(table.rowHeight(row) for row in range(table.rowCount()))
        for row in range(table.rowCount()):
            lines = table.item(row, 1).text().split("\n")
            assert table.rowHeight(row) >= len(lines) * metrics.lineSpacing()
            assert max(metrics.horizontalAdvance(line) for line in lines) <= table.columnWidth(1) - 16
    assert inspector.document.widget().width() <= inspector.document.viewport().width()


def test_what_matters_comes_first(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 10)
    table = inspector.document.frames["overview"].body.findChildren(FactTable)[0]
    names = [line.split(":")[0] for line in table.shown_text().splitlines()]
    wanted = [name for name in ("Severity", "Time", "Service", "Category", "Correlation", "Type", "Event") if name in names]
    assert [name for name in names if name in wanted] == wanted


def test_sections_are_reached_by_key_and_stay_while_stepping(keep: Any, session: Session, qtbot: Any) -> None:
    fields = {f"field{i}": i for i in range(60)}
    keep(*[event(request={"method": "GET", "url": f"/x/{i}"}, environment={"version": "1"}, more=fields) for i in range(2)])
    inspector = opened(session, qtbot, 201)
    document, window = inspector.document, session.window
    window.activateWindow()
    assert inspector.bar.keys[:3] == ("overview", "request", "environment")
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert document.current() == "request"
    qtbot.waitUntil(lambda: document.verticalScrollBar().value() == document.frames["request"].y())
    qtbot.keyClick(window, Qt.Key.Key_BracketRight)
    assert document.current() == "environment"
    qtbot.keyClick(window, Qt.Key.Key_BracketLeft)
    assert document.current() == "request"
    opened(session, qtbot, 202)
    assert document.current() == "request"
    qtbot.waitUntil(lambda: document.verticalScrollBar().value() == document.frames["request"].y() > 0)
    inspector.go_to_section("raw")
    opened(session, qtbot, 201)
    assert inspector.pages.currentWidget() is inspector.raw
    assert '"/x/0"' in inspector.raw.view.edit.toPlainText()


def test_a_closed_section_stays_closed_and_opens_when_asked_for(keep: Any, session: Session, qtbot: Any) -> None:
    keep(*[event(request={"method": "GET", "url": f"/x/{i}"}) for i in range(2)])
    inspector = opened(session, qtbot, 201)
    inspector.document.frames["request"].heading.click()
    assert not inspector.document.frames["request"].body.isVisible()
    opened(session, qtbot, 202)
    frame = inspector.document.frames["request"]
    assert not frame.is_open
    assert frame.body is None
    inspector.go_to_section("request")
    assert frame.is_open
    assert frame.body.isVisible()
    assert session.shell.setting("inspector.closed") == []


def test_arrow_keys_walk_through_all_tables(session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 10)
    session.window.activateWindow()
    tables = inspector.document.findChildren(FactTable)
    tables[0].setFocus(Qt.FocusReason.TabFocusReason)
    assert tables[0].currentRow() == 0
    for _ in range(tables[0].rowCount()):
        qtbot.keyClick(tables[0], Qt.Key.Key_Down)
    assert not tables[0].hasFocus()
    assert tables[0].currentRow() == -1


def test_values_are_copied_as_they_came(hostile: None, session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 201)
    table = inspector.document.frames["database"].body.findChildren(FactTable)[0]
    table.setCurrentCell(0, 1)
    table.copy_value()
    assert QGuiApplication.clipboard().text() == HOSTILE


def test_a_long_value_opens_whole(hostile: None, session: Session, qtbot: Any) -> None:
    inspector = opened(session, qtbot, 203)
    table = inspector.document.frames["other"].body.findChildren(FactTable)[0]
    row = next(row for row in range(table.rowCount()) if "1,000,000" in table.item(row, 1).text())
    table.open_value(row)
    dialog = table.findChild(ValueDialog)
    assert "1,000,000 characters" in dialog.text.note.text()
    dialog.text.search.setText("yyyy")
    dialog.text.find_next()
    assert dialog.text.edit.textCursor().selectedText() == "yyyy"
    dialog.reject()
