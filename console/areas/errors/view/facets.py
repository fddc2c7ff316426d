"""What the events of a group have in common: each value with its number, its share and a bar."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem

from console.areas.errors.store.answers import Facet
from console.areas.errors.view.words import share_words
from console.qt.shell import Shell
from console.qt.table import ROW_PX, Column, RowModel, RowTable
from console.qt.theme import current_theme

VALUES_SHOWN = 5
_TITLES = {"sqlstate": "SQLSTATE", "status": "HTTP status"}
_Index = QModelIndex | QPersistentModelIndex


class FacetLine(NamedTuple):
    """One value of a facet, or (without a value) the facet as a whole; `words` are what the line says of itself."""

    facet: str
    value: str
    n: int
    share: float
    first: bool = False
    words: str = ""


def facet_title(name: str) -> str:
    return _TITLES.get(name, name)


def facet_lines(facets: Sequence[Facet], shown: int = 50) -> list[FacetLine]:
    """Return the first values of each facet, and a line for all others where there are any."""
    lines: list[FacetLine] = []
    for facet in facets:
        if not facet.values:
            continue
        for number, value in enumerate(facet.values[:shown]):
            lines.append(FacetLine(facet.name, value.value, value.n, value.share, not number))
        rest = sum(value.n for value in facet.values[shown:]) + facet.others
        if rest:
            more = len(facet.values) - shown
            words = f"{more:,}{'+' if facet.others else ''} more values" if more > 0 else "further values"
            lines.append(FacetLine(facet.name, "", rest, sum(value.share for value in facet.values[shown:]), words=words))
    return lines


class FacetTable(RowTable):
    """As tall as its rows: the page around it scrolls."""

    def __init__(self, shell: Shell) -> None:
        self.facets: RowModel[FacetLine] = RowModel(_COLUMNS, key=lambda line: (line.facet, line.value))
        super().__init__(self.facets, shell, "layout.errors.facets", "Values of the group's events")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegateForColumn(3, _BarDelegate(self))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalHeader().hide()
        self.horizontalHeader().setStretchLastSection(False)
        self.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    def show_facets(self, facets: Sequence[Facet]) -> None:
        self.facets.set_rows(facet_lines(facets, VALUES_SHOWN))
        self.setFixedHeight(len(self.facets.rows) * ROW_PX + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, ROW_PX)


class _BarDelegate(QStyledItemDelegate):
    """The share as a bar behind its number."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, RowModel)
        share = min(1.0, max(0.0, model.rows[index.row()].share))
        super().paint(painter, option, index)
        track = QRectF(option.rect.adjusted(4, 8, -52, -8))
        theme = current_theme()
        painter.fillRect(track, theme.color("border", 90))
        painter.fillRect(QRectF(track.left(), track.top(), track.width() * share, track.height()), theme.color("accent"))


_COLUMNS = (
    Column[FacetLine]("facet", "Field", lambda line: facet_title(line.facet) if line.first else "", 88,
                      color=lambda _: current_theme().color("muted")),
    Column[FacetLine]("value", "Value", lambda line: line.value or line.words, 150),
    Column[FacetLine]("n", "Events", lambda line: f"{line.n:,}", 52, numbers=True),
    Column[FacetLine]("share", "Share", lambda line: share_words(line.share), 104, numbers=True),
)  # fmt: skip
