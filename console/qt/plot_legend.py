"""The line above a plot: its title, each series with its colour and value. It never covers data."""

from typing import NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolTip, QWidget

from console.qt.plot_style import plot_colors, series_pen
from console.qt.text import plain_tooltip

_GAP = 12
_SWATCH = 12
_MARGIN = 8
_NARROW = 240


class LegendEntry(NamedTuple):
    """One series: its name, the number of its colour, its value in words, and whether its line is drawn."""

    name: str
    color: int
    value: str
    shown: bool = True


class _Layout(NamedTuple):
    """Where each entry stands; `more` is the place of the "+3" that stands for the others."""

    places: list[tuple[LegendEntry, QRect]]
    rest: list[LegendEntry]
    more: QRect
    rows: int


class PlotLegend(QWidget):
    """Title and entries, in two rows where one is too short; a click on an entry hides or shows its line."""

    toggled = Signal(str)
    """The name of the series to hide or show."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._entries: list[LegendEntry] = []
        self._clock = ""
        self._rows = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{title}: legend")

    def set_title(self, title: str) -> None:
        self._title = title
        self._fit()

    def show_entries(self, entries: list[LegendEntry], clock: str) -> None:
        """Show these values; `clock` is the time under the crosshair, empty for the newest values."""
        if (entries, clock) == (self._entries, self._clock):
            return
        if [entry.name for entry in entries] != [entry.name for entry in self._entries]:
            self._rows = 1
        self._entries, self._clock = entries, clock
        self.setAccessibleDescription(self.text())
        self._fit()

    def text(self) -> str:
        """Return what is shown, as one line of text."""
        values = ", ".join(f"{entry.name} {entry.value if entry.shown else 'hidden'}" for entry in self._entries)
        return f"{self._title} {self._clock}: {values}" if self._clock else f"{self._title}: {values}"

    def open_menu(self, at: QPoint | None = None) -> None:
        """List all series with their values, to hide or show them; also for the keyboard."""
        self.series_menu().popup(self.mapToGlobal(at or self.rect().bottomLeft()))

    def series_menu(self) -> QMenu:
        """Return a menu with one entry per series; it is deleted when it closes."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for entry in self._entries:
            action = menu.addAction(f"{entry.name}   {entry.value}".replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(entry.shown)
            action.triggered.connect(lambda _=False, name=entry.name: self.toggled.emit(name))
        return menu

    def sizeHint(self) -> QSize:
        return QSize(200, self._row_height() * self._rows)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._rows = 1
        self._fit()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), self.hint_at(event.pos()), self)
            return True
        return super().event(event)

    def hint_at(self, at: QPoint) -> str:
        """Return the tooltip of a place, as escaped text: what a click does, or the entries without room."""
        laid = self._lay_out()
        if laid.rest and laid.more.contains(at):
            return plain_tooltip("\n".join(f"{entry.name}  {entry.value}" for entry in laid.rest))
        entry = next((entry for entry, place in laid.places if place.contains(at)), None)
        return plain_tooltip(f"{entry.name}: click to {'hide' if entry.shown else 'show'}") if entry else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at, laid = event.position().toPoint(), self._lay_out()
        entry = next((entry for entry, place in laid.places if place.contains(at)), None)
        if entry is not None:
            self.toggled.emit(entry.name)
        elif laid.rest and laid.more.contains(at):
            self.open_menu(laid.more.bottomLeft())
        else:
            super().mousePressEvent(event)

    def _fit(self) -> None:
        """Take a second row once it is needed, and keep it: a plot that jumps with its values is hard to read."""
        self._rows = max(self._rows, self._lay_out().rows)
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def _row_height(self) -> int:
        return QFontMetrics(self.font()).height() + 6

    def _bold(self) -> QFont:
        font = QFont(self.font())
        font.setBold(True)
        return font

    def _clock_width(self) -> int:
        return QFontMetrics(self.font()).horizontalAdvance(self._clock) + 2 if self._clock else 0

    def _title_width(self) -> int:
        wanted = QFontMetrics(self._bold()).horizontalAdvance(self._title) + 2
        return min(wanted, self.width() - 2 * _MARGIN - self._clock_width())

    def _lay_out(self) -> _Layout:
        """Place the entries: behind the title and in a second row, or in the second row alone where narrow."""
        metrics, height = QFontMetrics(self.font()), self._row_height()
        right = self.width() - _MARGIN
        first_right = right - (self._clock_width() + _GAP if self._clock else 0)
        row, left = 0, _MARGIN + self._title_width() + _GAP
        if self.width() < _NARROW and self._entries:
            row, left, first_right = 1, _MARGIN, right
        places: list[tuple[LegendEntry, QRect]] = []
        more_width = metrics.horizontalAdvance("+99")
        for number, entry in enumerate(self._entries):
            width = _SWATCH + 10 + sum(metrics.horizontalAdvance(text) + 2 for text in (entry.name, entry.value))
            last = number == len(self._entries) - 1
            if row == 0 and left + width > first_right:
                row, left = 1, _MARGIN
            if left + width + (0 if last else more_width + _GAP) > right and row == 1:
                return _Layout(places, self._entries[number:], QRect(left, height, more_width + _GAP, height), 2)
            places.append((entry, QRect(left, row * height, width, height)))
            left += width + _GAP
        return _Layout(places, [], QRect(), row + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = plot_colors(self.palette())
        painter = QPainter(self)
        painter.fillRect(self.rect(), colors.background)
        row = QRect(0, 0, self.width(), self._row_height())
        painter.setFont(self._bold())
        painter.setPen(colors.text)
        self._draw(painter, row, _MARGIN, self._title, self._title_width())
        painter.setFont(self.font())
        if self._clock:
            painter.setPen(colors.muted)
            self._draw(painter, row, self.width() - _MARGIN - self._clock_width(), self._clock, self._clock_width())
        laid = self._lay_out()
        for entry, place in laid.places:
            self._paint_entry(painter, entry, place)
        if laid.rest:
            painter.setPen(colors.muted)
            self._draw(painter, laid.more, laid.more.left(), f"+{len(laid.rest)}", laid.more.width())
        painter.end()

    def _paint_entry(self, painter: QPainter, entry: LegendEntry, place: QRect) -> None:
        colors = plot_colors(self.palette())
        metrics = QFontMetrics(self.font())
        name_width = metrics.horizontalAdvance(entry.name) + 2
        middle, left = place.center().y(), place.left()
        pen = series_pen(colors, entry.color)
        if not entry.shown:
            pen.setColor(colors.muted)
            painter.setPen(pen)
            painter.drawRect(QRect(left, middle - 3, _SWATCH - 2, 6))
        else:
            painter.setPen(pen)
            for line in (middle, middle + 1):
                painter.drawLine(left, line, left + _SWATCH - 1, line)
        font = QFont(self.font())
        font.setStrikeOut(not entry.shown)
        painter.setFont(font)
        painter.setPen(colors.muted)
        left = self._draw(painter, place, left + _SWATCH + 4, entry.name, name_width) + 6
        painter.setFont(self.font())
        painter.setPen(colors.text if entry.shown else colors.muted)
        self._draw(painter, place, left, entry.value, metrics.horizontalAdvance(entry.value) + 2)

    def _draw(self, painter: QPainter, row: QRect, left: int, text: str, width: int) -> int:
        shown = QFontMetrics(painter.font()).elidedText(text, Qt.TextElideMode.ElideRight, width)
        painter.drawText(QRect(left, row.top(), width + 1, row.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        return left + width
