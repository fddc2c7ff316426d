"""Code as high as its lines, long texts in parts; the raw text's search; SQL's colours; lines of buttons."""

import pytest
from PySide6.QtGui import QGuiApplication, QTextDocument
from PySide6.QtWidgets import QPushButton, QWidget

from console.qt.code_box import FIRST_LINES, CodeBox
from console.qt.flow import FlowLayout
from console.qt.raw_text import RawText
from console.qt.sql_highlighter import SqlHighlighter
from console.qt.theme import current_theme


def boxed(qtbot, text: str, language="text", width: int = 300, **options) -> CodeBox:
    box = CodeBox("Body", text, language, **options)
    qtbot.addWidget(box)
    box.resize(width, 100)
    box.show()
    qtbot.waitExposed(box)
    return box


@pytest.mark.parametrize("width", [260, 600])
def test_the_box_is_as_high_as_its_text(qtbot, width: int) -> None:
    box = boxed(qtbot, "\n".join(f"line {n} " + "x" * 70 for n in range(12)), width=width)
    assert box.edit.verticalScrollBar().maximum() == 0
    assert box.edit.horizontalScrollBar().maximum() == 0
    assert box.more.isHidden()


def test_a_long_text_comes_in_parts_and_is_copied_whole(qtbot) -> None:
    text = "\n".join(f"line {n}" for n in range(1_000))
    box = boxed(qtbot, text)
    assert box.shown_text() == "\n".join(f"line {n}" for n in range(FIRST_LINES))
    while not box.more.isHidden():
        box.more.click()
    assert box.shown_text() == text
    box.copy.click()
    assert QGuiApplication.clipboard().text() == text


def test_one_endless_line_is_cut_into_parts(qtbot) -> None:
    box = boxed(qtbot, "y" * 1_000_000)
    assert len(box.shown_text()) < 5_000
    assert box.edit.verticalScrollBar().maximum() == 0


def test_a_folded_box_shows_its_text_when_asked(qtbot) -> None:
    box = boxed(qtbot, "secret\u202etext", folded_up=True)
    assert box.edit.isHidden()
    box.more.click()
    assert box.edit.isVisible()
    assert box.shown_text() == "secret⟨U+202E⟩text"


def test_searching_goes_through_the_text_and_round(qtbot) -> None:
    raw = RawText()
    qtbot.addWidget(raw)
    text = "Needle 😀 \u202e " + "x" * 2_500 + "needle" + "y\n" * 250_000 + "NEEDLE end"
    raw.set_text(text)
    raw.search.setText("needle")
    found = []
    for _ in range(4):
        raw.find_next()
        found.append(raw.edit.textCursor().selectedText())
    assert found == ["Needle", "needle", "NEEDLE", "Needle"]
    assert raw.more.isHidden(), "what was searched through is shown"
    raw.search.setText("nowhere")
    raw.find_next()
    assert raw.note.text() == "not found"


def test_a_match_over_a_fold_is_found(qtbot) -> None:
    raw = RawText()
    qtbot.addWidget(raw)
    raw.set_text("x" * 998 + "needle" + "z" * 50)
    raw.search.setText("needle")
    raw.find_next()
    assert raw.edit.textCursor().selectedText().replace("\u2029", "") == "needle"


def colors_of(document: QTextDocument, line: int) -> dict[str, str]:
    block = document.findBlockByNumber(line)
    text = block.text()
    return {
        text[one.start : one.start + one.length]: one.format.foreground().color().name() for one in block.layout().formats()
    }


def test_sql_is_coloured_by_kind(qtbot) -> None:
    document = QTextDocument()
    document.setPlainText("SELECT 'from' , 12, $1 FROM \"select\" -- where\n/* a\nb */ where x = :name and y::int = ?")
    highlighter = SqlHighlighter(document)
    highlighter.rehighlight()
    json = current_theme().json
    first, last = colors_of(document, 0), colors_of(document, 2)
    assert first["SELECT"] == first["FROM"] == json["key"]
    assert first["'from'"] == json["string"]
    assert first["12"] == json["number"]
    assert first["$1"] == json["constant"]
    assert first["-- where"] == current_theme().muted
    assert '"select"' not in first
    assert colors_of(document, 1)["/* a"] == last["b */"] == current_theme().muted
    assert last["where"] == json["key"]
    assert last[":name"] == last["?"] == json["constant"]
    assert ":int" not in last


def test_a_flow_wraps_and_grows_with_less_width(qtbot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = FlowLayout(holder)
    buttons = [QPushButton(f"Button {n}") for n in range(6)]
    for button in buttons:
        flow.addWidget(button)
    wide, narrow = flow.heightForWidth(2_000), flow.heightForWidth(200)
    assert narrow > 2 * wide
    holder.resize(200, narrow)
    holder.show()
    qtbot.waitExposed(holder)
    assert all(button.geometry().right() <= 200 for button in buttons)
    assert not any(a.geometry().intersects(b.geometry()) for a in buttons for b in buttons if a is not b)
