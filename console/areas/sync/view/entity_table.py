"""Entities whose replicas tell digests, two lines each: which one it is, and how its worst pair stands."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QStyleOptionViewItem

from console.areas.sync.core.divergence import Standing
from console.areas.sync.store.answers import EntityRow
from console.areas.sync.view.health_question import entity_of
from console.areas.sync.view.health_words import standing_color, standing_words
from console.model.clock import Clock
from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable
from console.qt.text import visible
from console.qt.theme import current_theme
from console.qt.two_lines import TWO_LINES_PX, TwoLines, paint_ground, paint_two_lines
from console.qt.words import age_words, moment_words

_Index = QModelIndex | QPersistentModelIndex


class EntityTable(RowTable):
    """The worst first; the id has the room, as it is what tells entities apart."""

    def __init__(self, shell: Shell, clock: Clock) -> None:
        self.entities: RowModel[EntityRow] = RowModel(_columns(clock), key=entity_of)
        super().__init__(self.entities, shell, "layout.sync.entities", "Entities, the worst first")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.verticalHeader().setDefaultSectionSize(TWO_LINES_PX)
        self.horizontalHeader().setStretchLastSection(False)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setItemDelegate(_EntityPainter(self))


class _EntityPainter(QStyledItemDelegate):
    def __init__(self, table: EntityTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = self._table.entities
        row, column = model.rows[index.row()], model.columns[index.column()]
        self.initStyleOption(option, index)
        lines = _lines(column.key, row) or TwoLines(option.text, "", current_theme().text, "", right=column.numbers)
        paint_ground(painter, option)
        paint_two_lines(painter, option.rect, option.font, lines)


def _lines(key: str, row: EntityRow) -> TwoLines | None:
    theme = current_theme()
    match key:
        case "entity":
            return TwoLines(visible(row.entity_id), visible(row.entity_type), theme.text, theme.muted, tail=True)
        case "standing":
            color = _color(row)
            return TwoLines(standing_words(Standing(row.standing)), _verdict(row), color, color)
    return None


def _color(row: EntityRow) -> str:
    theme = current_theme()
    return theme.error if row.is_diverged else standing_color(Standing(row.standing), theme)


def _verdict(row: EntityRow) -> str:
    return visible(row.verdict.partition(":")[0])


def _columns(clock: Clock) -> list[Column[EntityRow]]:
    def standing(row: EntityRow) -> str:
        return ", ".join(part for part in (standing_words(Standing(row.standing)), _verdict(row)) if part)

    return [
        Column("entity", "Entity", lambda row: f"{row.entity_id} · {row.entity_type}", 110,
               tooltip=lambda row: f"{row.entity_type} {row.entity_id}\n{row.rule}"),
        Column("standing", "Worst pair", standing, 112, color=lambda row: QColor(_color(row)),
               tooltip=lambda row: "\n".join(part for part in (row.rule, row.verdict) if part)),
        Column("replicas", "Replicas", lambda row: f"{row.replicas:,}", 66, numbers=True, shown=False),
        Column("last", "Told", lambda row: age_words(row.last_ms, clock()), 60, numbers=True, shown=False,
               tooltip=lambda row: moment_words(row.last_ms)),
    ]  # fmt: skip
