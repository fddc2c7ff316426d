"""Colours of plots, taken from the window's palette so that they follow its theme.

From the ninth line on the colours come again, with dashed strokes.
"""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette, QPen

from console.qt.palettes import DARK, LIGHT

_STROKES = (Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine)


@dataclass(frozen=True, slots=True)
class PlotColors:
    """What a plot is painted with; `series` are the colours of its lines in order."""

    background: QColor
    text: QColor
    muted: QColor
    accent: QColor
    series: tuple[QColor, ...]


def plot_colors(palette: QPalette) -> PlotColors:
    """Return the colours that fit a palette, light or dark."""
    base = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Base)
    text = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.Text)
    theme = DARK if base.lightness() < 128 else LIGHT
    return PlotColors(
        background=base,
        text=text,
        muted=QColor(theme.muted),
        accent=QColor(theme.accent),
        series=tuple(QColor(name) for name in theme.series),
    )


SHORT_LINE_POINTS = 500
"""Wider strokes are slow on long lines, and only short ones need them."""


def series_pen(colors: PlotColors, index: int, width_px: float = 1.0) -> QPen:
    """Return the pen of line number `index`."""
    count = len(colors.series)
    pen = QPen(colors.series[index % count], width_px)
    pen.setCosmetic(True)
    pen.setStyle(_STROKES[index // count % len(_STROKES)])
    return pen


def faint_pen(colors: PlotColors, index: int) -> QPen:
    """Return the pen of what line number `index` was in the range before."""
    color = QColor(colors.series[index % len(colors.series)])
    color.setAlpha(110)
    pen = QPen(color, 1)
    pen.setCosmetic(True)
    pen.setStyle(Qt.PenStyle.DotLine)
    return pen
