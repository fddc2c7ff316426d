"""Marks of a plot: lines with words at moments, kept while they are wanted."""

from pytestqt.qtbot import QtBot

from console.qt.plot import TimePlot


def test_marks_are_drawn_once_and_go_when_they_are_not_wanted(qtbot: QtBot) -> None:
    plot = TimePlot("Checks", "")
    qtbot.addWidget(plot)
    plot.set_marks([(100.0, "1.0.0"), (200.0, "2.0.0")])
    first = dict(plot._marks)
    plot.set_marks([(200.0, "2.0.0"), (300.0, "3.0.0")])
    assert list(plot._marks) == [(200.0, "2.0.0"), (300.0, "3.0.0")]
    assert plot._marks[200.0, "2.0.0"] is first[200.0, "2.0.0"]
    assert first[100.0, "1.0.0"].scene() is None
    plot.set_marks([])
    assert plot._marks == {}


def test_words_of_a_mark_are_shown_as_they_are(qtbot: QtBot) -> None:
    plot = TimePlot("Checks", "")
    qtbot.addWidget(plot)
    hostile = "{0.__class__} {x} <b>1</b>"
    plot.set_marks([(0.5, hostile)])
    plot.show_range(0, 1, 1)
    plot.resize(300, 200)
    plot.grab()
    (line,) = plot._marks.values()
    assert line.label.textItem.toPlainText() == hostile
