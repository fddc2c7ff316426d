"""Draws the bars and points of the lanes: only what is in sight, and once what lies on top of each other."""

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPixmap

from console.areas.trace.view.colour import service_color
from console.areas.trace.view.scene import LABEL_PX, ROW_PX, Camera, Floats, Ints, Scene, one_a_place
from console.model.taxonomy import SEVERITIES, SEVERITY_GLYPHS
from console.qt.text import visible
from console.qt.theme import current_theme

_GLYPH_PX = 14
_POINT_STEP_PX = 10
"""Points nearer to each other than this are drawn as one, the worst of them."""
_BAR_PX = ROW_PX - 4
_LEAST_LABEL_PX = 48
_MOST_LABELS = 150


class EventPainter:
    """Keeps the pictures of the signs; `retint` after a change of theme."""

    def __init__(self, font: QFont, pixel_ratio: float) -> None:
        self._font = font
        self._metrics = QFontMetrics(font)
        self._ratio = pixel_ratio
        self._glyphs: dict[tuple[str, bool], QPixmap] = {}

    def retint(self) -> None:
        self._glyphs.clear()

    def paint(self, painter: QPainter, scene: Scene, camera: Camera, window: tuple[int, int]) -> None:
        lefts, rights, tops = camera.xs_of(scene.starts), camera.xs_of(scene.ends), scene.y_of()
        end = LABEL_PX + camera.width_px
        seen = (rights >= LABEL_PX - _GLYPH_PX) & (lefts <= end + _GLYPH_PX)
        seen &= (tops + ROW_PX >= window[0]) & (tops <= window[1])
        worth = scene.ranks + 10 * scene.failed
        self._bars(painter, scene, np.flatnonzero(seen & scene.bars), lefts, rights, tops, worth)
        self._points(painter, scene, np.flatnonzero(seen & ~scene.bars), lefts, tops, worth)

    def _bars(
        self, painter: QPainter, scene: Scene, numbers: Ints, lefts: Floats, rights: Floats, tops: Ints, worth: Ints
    ) -> None:
        if not numbers.size:
            return
        end = float(painter.clipBoundingRect().right()) + 2.0
        from_px = np.floor(np.maximum(lefts[numbers], LABEL_PX - 2.0)).astype(np.int64)
        wide_px = np.maximum(np.ceil(np.minimum(rights[numbers], end)).astype(np.int64) - from_px, 3)
        key = (tops[numbers] << 40) + (from_px << 20) + wide_px
        kept = one_a_place(key, worth[numbers])
        lanes = scene.lanes[numbers]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for number in np.unique(lanes[kept]).tolist():
            here = kept[lanes[kept] == number]
            rects = [
                QRect(x, y + 2, width, _BAR_PX)
                for x, y, width in zip(
                    from_px[here].tolist(), tops[numbers[here]].tolist(), wide_px[here].tolist(), strict=True
                )
            ]
            color = service_color(scene.arrangement.lanes[number].service)
            painter.setPen(color)
            color.setAlpha(70)
            painter.setBrush(color)
            painter.drawRects(rects)
        self._bar_words(painter, scene, numbers, kept, from_px, wide_px, tops)
        for place in kept[scene.failed[numbers[kept]]].tolist():
            event = scene.arrangement.placed[int(numbers[place])].event
            x = int(from_px[place] + wide_px[place]) - _GLYPH_PX // 2
            painter.drawPixmap(x, int(tops[numbers[place]]) + 1, self._glyph(event.severity, failed=True))

    def _bar_words(
        self, painter: QPainter, scene: Scene, numbers: Ints, kept: Ints, from_px: Ints, wide_px: Ints, tops: Ints
    ) -> None:
        painter.setFont(self._font)
        painter.setPen(current_theme().color("text"))
        baseline = 2 + (_BAR_PX + self._metrics.ascent() - self._metrics.descent()) // 2
        wide = kept[wide_px[kept] >= _LEAST_LABEL_PX]
        for place in wide[:_MOST_LABELS].tolist():
            width = int(wide_px[place]) - 10
            words = visible(scene.arrangement.placed[int(numbers[place])].event.message[: width // 3 + 8])
            shown = self._metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)
            painter.drawText(int(from_px[place]) + 5, int(tops[numbers[place]]) + baseline, shown)

    def _points(self, painter: QPainter, scene: Scene, numbers: Ints, lefts: Floats, tops: Ints, worth: Ints) -> None:
        if not numbers.size:
            return
        xs = np.rint(lefts[numbers]).astype(np.int64)
        kept = one_a_place((tops[numbers] << 32) + xs // _POINT_STEP_PX, worth[numbers])
        kept = kept[np.argsort(worth[numbers[kept]], kind="stable")]  # the worst on top
        half = _GLYPH_PX // 2
        ranks, failed = scene.ranks[numbers[kept]].tolist(), scene.failed[numbers[kept]].tolist()
        for x, y, rank, wrong in zip(xs[kept].tolist(), tops[numbers[kept]].tolist(), ranks, failed, strict=True):
            painter.drawPixmap(x - half, y + 1, self._glyph(SEVERITIES[rank], failed=wrong))

    def _glyph(self, severity: str, *, failed: bool) -> QPixmap:
        """A severity as a picture, underlined where it failed: drawing letters one by one costs ten times as much."""
        known = self._glyphs.get((severity, failed))
        if known is None:
            known = QPixmap(round(_GLYPH_PX * self._ratio), round(_GLYPH_PX * self._ratio))
            known.setDevicePixelRatio(self._ratio)
            known.fill(Qt.GlobalColor.transparent)
            painter = QPainter(known)
            painter.setFont(self._font)
            painter.setPen(current_theme().severity_color(severity))
            glyph = SEVERITY_GLYPHS.get(severity, SEVERITY_GLYPHS["info"])
            painter.drawText(QRect(0, 0, _GLYPH_PX, _GLYPH_PX), Qt.AlignmentFlag.AlignCenter, glyph)
            if failed:
                painter.fillRect(1, _GLYPH_PX - 2, _GLYPH_PX - 2, 2, current_theme().color("error"))
            painter.end()
            self._glyphs[severity, failed] = known
        return known
