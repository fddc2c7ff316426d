"""The filter box: completion, the wrong character, debounce."""

from typing import Any

import pytest
from PySide6.QtCore import Qt

from console.app.filter_box import DEBOUNCE_MS, FilterBox


@pytest.fixture
def box(qapp: Any, qtbot: Any) -> FilterBox:
    from PySide6.QtWidgets import QVBoxLayout, QWidget

    window = QWidget()
    window.resize(700, 400)
    made = FilterBox()
    QVBoxLayout(window).addWidget(made, alignment=Qt.AlignmentFlag.AlignTop)
    qtbot.addWidget(window)
    window.show()
    made.setFocus()
    made.window_kept = window  # type: ignore[attr-defined]
    return made


def typed(qtbot: Any, box: FilterBox, text: str) -> None:
    qtbot.keyClicks(box, text)


def test_what_is_typed_is_committed_after_a_pause_once(qtbot: Any, box: FilterBox) -> None:
    committed: list[str] = []
    box.committed.connect(committed.append)
    typed(qtbot, box, "level:error")
    assert committed == []
    qtbot.waitUntil(lambda: committed == ["level:error"], timeout=DEBOUNCE_MS * 10)
    box.commit()
    assert committed == ["level:error"]


def test_completion_offers_and_inserts(qtbot: Any, box: FilterBox) -> None:
    box.set_values({"service": ["server", "pwa"]})
    typed(qtbot, box, "serv")
    assert box.completions.isVisible()
    assert box.completions.labels()[0].startswith("service")
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.text() == "service:"
    assert "server" in box.completions.labels()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.keyClick(box, Qt.Key.Key_Tab)
    assert box.text().strip() == "service:server"


def test_a_wrong_filter_is_marked_at_its_character_and_not_committed(qtbot: Any, box: FilterBox) -> None:
    committed: list[str] = []
    box.committed.connect(committed.append)
    box.setText("service:server leve:error")
    box.commit()
    assert committed == []
    assert box.error is not None
    assert box.error.position == 15
    assert "at character 16" in box.hint.text()
    assert box.hint.isVisible()
    assert box.property("wrong") is True
    marked = box.grab().toImage()
    box.setText("service:server level:error")
    box.commit()
    assert committed == ["service:server level:error"]
    assert not box.hint.isVisible()
    assert box.grab().toImage() != marked


def test_escape_goes_back_to_what_is_applied_then_leaves(qtbot: Any, box: FilterBox) -> None:
    box.show_text("level:error")
    box.setText("level:error and more")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "level:error"
    with qtbot.waitSignal(box.left):
        qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "level:error"


def test_return_applies_at_once(qtbot: Any, box: FilterBox) -> None:
    typed(qtbot, box, "timeout")
    box.completions.hide()
    with qtbot.waitSignal(box.committed) as caught:
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert caught.args == ["timeout"]


@pytest.mark.parametrize("text", ["(", '"', "a\u202eb", "duration>x", "-" * 500, "(" * 3_000, "\x00"])
def test_hostile_filters_are_words_not_exceptions(box: FilterBox, text: str) -> None:
    box.setText(text)
    box.commit()
    assert (box.error is None) == (box.error_text() == "")
