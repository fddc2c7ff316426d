import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from console.qt.sparkline import bars, curve, paint_bars, paint_curve, scale_top

AREA = QRectF(0, 0, 59, 20)


def test_the_curve_fills_from_the_right_and_shows_a_small_rate() -> None:
    points = curve([0, 1, 100], AREA, 60)
    assert [point.x() for point in points] == [57, 58, 59]
    assert [point.y() for point in points] == [20, 18, 0]


@pytest.mark.parametrize(("largest", "top"), [(0, 1), (0.3, 1), (1.2, 2), (3, 5), (20, 20), (412, 500)])
def test_the_scale_moves_in_steps(largest: float, top: float) -> None:
    assert scale_top([0, largest]) == pytest.approx(top)


def test_bars_share_the_width_and_the_smallest_one_still_shows() -> None:
    found = bars([0, 1, 1000], QRectF(0, 0, 30, 20))
    assert [bar.left() for bar in found] == [0, 10, 20]
    assert [bar.width() for bar in found] == [9, 9, 9]
    assert [bar.height() for bar in found] == [0, 2, 20]
    assert bars([], AREA) == []


def test_what_is_painted_stays_inside_its_area() -> None:
    for paint in (
        lambda painter, area: paint_bars(painter, area, [5, 0, 9], QColor("#ff0000")),
        lambda painter, area: paint_curve(painter, area, [5, 0, 9], 60),
        lambda painter, area: paint_curve(painter, area, [], 60),
    ):
        image = QImage(80, 40, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        paint(painter, QRectF(10, 10, 60, 20))
        painter.end()
        touched = [(x, y) for x in range(80) for y in range(40) if image.pixelColor(x, y) != QColor("white")]
        assert touched
        assert all(9 <= x <= 71 and 9 <= y <= 31 for x, y in touched)
