"""From all entities to one, to a pair of its replicas, to the fields that differ, to what happened."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from console.areas.sync.core.divergence import Standing
from console.areas.sync.store.answers import EntityMatrix, EntityRow
from console.areas.sync.view.conflict_words import state_words
from console.areas.sync.view.entity_table import EntityTable
from console.areas.sync.view.health_question import Entity, EntityAnswer, FieldDifference, entity_of
from console.areas.sync.view.issue_table import HappeningTable
from console.areas.sync.view.matrix_table import EMPTY, LEAST_BESIDE_PX, LEAST_PX, MatrixTable, Pair
from console.model.clock import Clock
from console.qt.choosing import choose_row
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.splitter import split
from console.qt.table import Column, RowModel, RowTable
from console.qt.text import clip, visible
from console.qt.wide_columns import fit_wide

_RULE_CHARS = 400
_SIDES = {1: 90, 2: 90}
"""The columns of what both have take the room; what they need at least."""
_LEAST_PX = 24


class FieldTable(RowTable):
    """Fields that two parties have differently; Enter opens the issue that tells it."""

    def __init__(self, shell: Shell) -> None:
        self.fields: RowModel[FieldDifference] = RowModel(_field_columns(), key=lambda row: (row.issue_id, row.field))
        super().__init__(self.fields, shell, "layout.sync.fields", "Fields that differ, as issues tell")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setStretchLastSection(False)
        self.horizontalHeader().setMinimumSectionSize(_LEAST_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit_wide(self, _SIDES)


class EntityPanel(QWidget):
    """The lower half of the Health page. Without a chosen entity the matrix shows each pair's worst."""

    entity_chosen = Signal(object)
    """An `Entity`, None for all."""
    event_wanted = Signal(int)
    issue_wanted = Signal(int)
    events_wanted = Signal(str, str)

    def __init__(self, shell: Shell, clock: Clock) -> None:
        super().__init__()
        self.entity: Entity | None = None
        self._overall = EntityMatrix(EMPTY, ())
        self.entity_table = EntityTable(shell, clock)
        self.entities = self.entity_table.entities
        self.matrix = MatrixTable()
        self.title = plain_label("", "heading")
        self.rule = plain_label("", "small")
        self.field_table = FieldTable(shell)
        self.fields = self.field_table.fields
        self.history = HappeningTable(shell, clock)
        self.all_button = _button("All entities", "Show each pair's worst entity again")
        self.events_button = _button("All its events", "Show the Timeline with the events of this entity")
        self.tabs = QTabWidget()
        self._build()
        self._connect()
        self._show_scope()

    def _build(self) -> None:
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Fields and history of the entity")
        self.tabs.addTab(self.field_table, "Fields that differ")
        self.tabs.addTab(self.history, "History")
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 0)
        head.addWidget(self.title, 1)
        head.addWidget(self.all_button)
        head.addWidget(self.events_button)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.matrix, 4)
        self.rule.setContentsMargins(8, 0, 8, 0)
        column.addWidget(self.rule)
        column.addWidget(self.tabs, 3)
        column.addStretch(0)
        parts = (self.entity_table, 1), (right, 2)
        splitter = split(Qt.Orientation.Horizontal, "Entities, and how their replicas stand", *parts, sizes=[244, 640])
        self.entity_table.setMinimumWidth(230)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    def _connect(self) -> None:
        self.entity_table.chosen.connect(self._choose_row)
        self.entity_table.opened.connect(lambda row: self.events_wanted.emit(*entity_of(row)))
        self.matrix.chosen.connect(self._show_rule)
        self.matrix.opened.connect(self._drill)
        self.field_table.opened.connect(lambda row: self.issue_wanted.emit(row.issue_id))
        self.history.event_wanted.connect(self.event_wanted)
        self.all_button.clicked.connect(lambda: self.choose(None))
        self.events_button.clicked.connect(self._show_events)

    def _choose_row(self, row: EntityRow | None) -> None:
        if row is not None:
            self.choose(entity_of(row))

    def _show_events(self) -> None:
        if self.entity is not None:
            self.events_wanted.emit(*self.entity)

    def choose(self, entity: Entity | None) -> None:
        """Look at one entity, or at all; what is known of another one is taken away."""
        if entity == self.entity:
            return
        self.entity = entity
        self.fields.set_rows([])
        self.history.show_rows([])
        if entity is None:
            self.entity_table.selectionModel().clear()
            self.matrix.show_matrix(self._overall.matrix)
        self._show_scope()
        self.entity_chosen.emit(entity)

    def show_overall(self, overall: EntityMatrix) -> None:
        """Show the entities, and while none is chosen each pair's worst."""
        self._overall = overall
        self.entities.set_rows(overall.entities)
        if self.entity is None:
            self.matrix.show_matrix(overall.matrix)
        self._show_scope()

    def show_entity(self, answer: EntityAnswer) -> None:
        """Show what was read of the chosen entity; another's comes too late."""
        if answer.entity != self.entity:
            return
        self.matrix.show_matrix(answer.matrix)
        self.fields.set_rows(answer.fields)
        self.history.show_rows(answer.happenings)
        self.tabs.setTabText(0, f"Fields that differ {len(answer.fields):,}")
        self.tabs.setTabText(1, f"History {len(answer.happenings):,}")

    def _show_scope(self) -> None:
        one = self.entity is not None
        if self.entity is not None:
            self.title.setText(clip(visible(" ".join(self.entity)), 120))
        else:
            rows = self._overall.entities
            wrong = sum(row.standing != Standing.IN_SYNC for row in rows)
            known = f"All {len(rows):,} entities, {wrong:,} not in sync"
            self.title.setText(known if rows else "No replica told a digest yet")
        self.all_button.setEnabled(one)
        self.events_button.setEnabled(one)
        self.tabs.setVisible(one)
        self.matrix.show_least(LEAST_BESIDE_PX if one else LEAST_PX)

    def _show_rule(self, pair: Pair | None) -> None:
        if pair is None:
            each = "Each pair stands as its worst entity does. " if self.entity is None else ""
            more = "; Enter goes to that entity" if self.entity is None else ""
            self.rule.setText(f"{each}Choose a cell to read why{more}.")
            return
        name, other, cell = pair
        self.rule.setText(clip(visible(f"{name} and {other}: {cell.standing.value}. {cell.rule}"), _RULE_CHARS))

    def _drill(self) -> None:
        """Go from a pair over all entities to the worst entity."""
        pair = self.matrix.pairs.pair(self.matrix.currentIndex())
        if self.entity is None and pair is not None:
            named = next((row for row in self.entities.rows if row.entity_id and row.entity_id in pair[2].rule), None)
            if named is not None:
                choose_row(self.entity_table, self.entities.rows.index(named))


def _field_columns() -> list[Column[FieldDifference]]:
    return [
        Column("field", "Field", lambda row: row.field, 100),
        Column("local", "Local", lambda row: row.local, 150),
        Column("remote", "Remote", lambda row: row.remote, 150),
        Column("between", "Between", lambda row: row.between, 104),
        Column("state", "Issue", lambda row: f"{row.issue_id} {state_words(row.state)}", 104,
               tooltip=lambda row: f"Enter opens issue {row.issue_id} in the stepper"),
    ]  # fmt: skip


def _button(words: str, title: str) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName("little")
    button.setAccessibleName(title)
    button.setToolTip(title)
    return button
