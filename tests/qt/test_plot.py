import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPalette, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.qt.plot import TimePlot
from console.qt.plot_group import PlotGroup
from console.qt.plot_style import plot_colors

NOW_S = 1_795_442_210.0


def palette(dark: bool) -> QPalette:
    made = QPalette()
    made.setColor(QPalette.ColorRole.Base, QColor("#14171c" if dark else "#ffffff"))
    made.setColor(QPalette.ColorRole.Text, QColor("#e6e8eb" if dark else "#1b1f24"))
    return made


def pixels(widget: QWidget, color: QColor) -> int:
    """Return how many pixels of the widget are near a colour."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    raw = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    wanted = np.array([color.blue(), color.green(), color.red()])
    return int((np.abs(raw[:, :, :3].astype(int) - wanted).max(axis=2) < 24).sum())


@pytest.fixture
def plot(qtbot: QtBot) -> TimePlot:
    plot = TimePlot("Memory", "B")
    plot.setPalette(palette(dark=False))
    qtbot.addWidget(plot)
    plot.resize(600, 200)
    plot.show()
    qtbot.waitExposed(plot)
    times = [(NOW_S + i * 10) * 1000 for i in range(60)]
    plot.set_series("server", 0, times, [1e6 * (1 + i % 7) for i in range(60)])
    plot.show_range(NOW_S, NOW_S + 600, 10)
    return plot


def color_of(plot: TimePlot, index: int) -> QColor:
    return plot_colors(plot.palette()).series[index]


def test_data_becomes_pixels_of_its_colour(plot: TimePlot) -> None:
    assert pixels(plot, color_of(plot, 0)) > 500
    assert pixels(plot, color_of(plot, 1)) == 0
    plot.clear_series()
    plot.redraw()
    assert pixels(plot, color_of(plot, 0)) == 0


def test_one_data_point_is_seen(plot: TimePlot) -> None:
    plot.clear_series()
    plot.set_series("pwa", 1, [(NOW_S + 300) * 1000], [5e6])
    plot.redraw()
    assert pixels(plot, color_of(plot, 1)) > 15


def test_a_gap_is_a_break(plot: TimePlot) -> None:
    plot.clear_series()
    plot.set_series("pwa", 1, [(NOW_S + s) * 1000 for s in (0, 10, 20, 500, 510, 520)], [5e6] * 6)
    plot.redraw()
    plot.legend.hide()
    broken = pixels(plot, color_of(plot, 1))
    plot.show_range(NOW_S, NOW_S + 600, 1000)
    assert pixels(plot, color_of(plot, 1)) > 4 * broken


def test_a_theme_switch_recolours_what_is_there(plot: TimePlot) -> None:
    light = color_of(plot, 0)
    before = pixels(plot, QColor("#ffffff"))
    plot.setPalette(palette(dark=True))
    dark = color_of(plot, 0)
    assert dark != light
    assert pixels(plot, light) < 60
    assert pixels(plot, dark) > 500
    assert pixels(plot, QColor("#14171c")) > before / 2


def test_the_legend_tells_the_values_under_the_crosshair(plot: TimePlot) -> None:
    assert plot.legend.text() == "Memory: server 4.00 MB"
    plot.show_crosshair(NOW_S + 21)
    assert plot.legend.text().endswith("server 3.00 MB")
    assert plot.legend.accessibleDescription() == plot.legend.text()
    plot.show_crosshair(NOW_S + 5_000)
    assert plot.legend.text().endswith("server –")
    assert plot.accessibleName() == "Plot: Memory"


def test_dragging_selects_a_range(plot: TimePlot, qtbot: QtBot) -> None:
    viewport = plot._plot.viewport()
    with qtbot.waitSignal(plot.range_picked) as picked:
        qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, 80))
        for x in (230, 280, 330, 400):
            qtbot.mouseMove(viewport, QPoint(x, 80))
        qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(400, 80))
    since, until = picked.args
    assert NOW_S < since < until < NOW_S + 600
    assert until - since == pytest.approx(600 * 200 / plot._box.width(), rel=0.05)


def test_a_group_shares_crosshair_and_zoom(plot: TimePlot, qtbot: QtBot) -> None:
    other = TimePlot("CPU", "%")
    qtbot.addWidget(other)
    group = PlotGroup([plot, other], plot)
    group.show_range(NOW_S, NOW_S + 600, 10)
    plot.hovered.emit(NOW_S + 100)
    assert other._cross.isVisible()
    qtbot.keyClick(plot, Qt.Key.Key_Plus)
    assert group.shown_s() == pytest.approx((NOW_S + 20, NOW_S + 500))
    qtbot.keyClick(plot, Qt.Key.Key_Right)
    assert other._hover_s == pytest.approx(NOW_S + 110)
    with qtbot.waitSignal(group.range_picked) as picked:
        qtbot.keyClick(other, Qt.Key.Key_Return)
    assert picked.args == pytest.approx([NOW_S + 20, NOW_S + 500])
    assert group.shown_s() == (NOW_S, NOW_S + 600)
    plot.hovered.emit(None)
    assert not other._cross.isVisible()


def test_the_wheel_zooms_and_a_double_click_resets(plot: TimePlot, qtbot: QtBot) -> None:
    group = PlotGroup([plot], plot)
    group.show_range(NOW_S, NOW_S + 600, 10)
    viewport = plot._plot.viewport()
    at = QPointF(300, 80)
    wheel = QWheelEvent(
        at, QPointF(viewport.mapToGlobal(at.toPoint())), QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, wheel)
    since, until = group.shown_s()
    assert until - since == pytest.approx(480)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at.toPoint())
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at.toPoint())
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=at.toPoint())
    qtbot.waitUntil(lambda: group.shown_s() == (NOW_S, NOW_S + 600))


def test_an_empty_plot_says_so(plot: TimePlot) -> None:
    plot.set_note("No data in this range.")
    assert plot._note.isVisible()
    plot.set_note("")
    assert not plot._note.isVisible()


def test_a_click_in_the_legend_hides_a_line_and_shows_it_again(plot: TimePlot, qtbot: QtBot) -> None:
    place = plot.legend._lay_out().places[0][1]
    qtbot.mouseClick(plot.legend, Qt.MouseButton.LeftButton, pos=place.center())
    assert plot.legend.text() == "Memory: server hidden"
    plot.legend.hide()
    assert pixels(plot, color_of(plot, 0)) == 0
    plot.legend.show()
    assert "click to show" in plot.legend.hint_at(place.center())
    qtbot.mouseClick(plot.legend, Qt.MouseButton.LeftButton, pos=place.center())
    assert pixels(plot, color_of(plot, 0)) > 500


def test_a_legend_takes_two_rows_and_lists_what_has_no_room(plot: TimePlot, qtbot: QtBot) -> None:
    for number in range(1, 12):
        plot.set_series(f"service-{number}", number, [NOW_S * 1000], [5e6])
    plot.redraw()
    laid = plot.legend._lay_out()
    assert {place.top() for _, place in laid.places} == {0, laid.more.top()}
    assert plot.legend.height() == 2 * plot.legend._row_height()
    assert len(laid.places) + len(laid.rest) == 12
    assert laid.rest[-1].name in plot.legend.hint_at(laid.more.center())
    menu = plot.legend.series_menu()
    menu.actions()[-1].trigger()
    assert plot.legend.text().endswith("service-11 hidden")
    menu.close()


def test_values_on_a_logarithmic_scale(plot: TimePlot) -> None:
    plot.clear_series()
    plot.set_series("p50", 0, [NOW_S * 1000, (NOW_S + 10) * 1000], [0.0, 5e5])
    plot.set_log(True)
    low, high = plot._box.viewRange()[1]
    assert (low, high) == (-3, 6)
    assert plot._plot.getAxis("left").tickStrings([3.0], 1, 1) == ["1.00 kB"]
    plot.set_log(False)
    assert plot._box.viewRange()[1][0] == 0


def test_the_band_lies_between_two_lines_while_both_are_shown(plot: TimePlot) -> None:
    times = [(NOW_S + i * 10) * 1000 for i in range(60)]
    plot.set_series("top", 1, times, [9e6] * 60)
    plot.set_band("server", "top")
    plot.redraw()
    assert plot._band_item.isVisible()
    assert not plot._band_item.path().isEmpty()
    plot.toggle_series("top")
    assert not plot._band_item.isVisible()


def test_faint_lines_are_drawn_and_not_listed(plot: TimePlot) -> None:
    plot.set_series("server before", 2, [NOW_S * 1000], [1e6], faint=True)
    plot.set_remarks({"pwa": (1, "never")})
    plot.redraw()
    assert plot.legend.text() == "Memory: server 4.00 MB, pwa never"
    plot.clear_faint()
    assert plot.names() == list(plot._traces) == ["server"]
