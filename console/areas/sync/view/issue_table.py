"""All sync issues as rows, and what happened to one of them as rows."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView

from console.areas.sync.store.reading import Conflict, QueueRow
from console.areas.sync.view.conflict_words import kind_words, state_color, state_words
from console.areas.sync.view.queue_list import entity_first_words, parties_words, row_words
from console.model.clock import Clock
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable
from console.qt.theme import current_theme
from console.qt.wide_columns import fit_wide
from console.qt.words import age_words, moment_words


class IssueTable(RowTable):
    """Enter opens an issue's newest event; letters are commands of the page."""

    def __init__(self, shell: Shell, clock: Clock) -> None:
        self.issues: RowModel[QueueRow] = RowModel(_issue_columns(clock), key=lambda row: row.id)
        super().__init__(self.issues, shell, "layout.sync.issues", "Sync issues, unsettled first")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(_LEAST_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        fit_wide(self, _WIDE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if plain and event.text() and event.text().isprintable() and event.key() != Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)


class Happening(NamedTuple):
    """Something that happened to an issue: it was told, or it came to another state."""

    at_ms: int
    who: str
    what: str
    words: str
    event_id: int | None = None


def happenings(conflict: Conflict) -> list[Happening]:
    """Return tellings, steps and commands of an issue, the newest first."""
    told = [Happening(one.ts_ms, one.service, "told", one.words, one.event_id) for one in conflict.tellings]
    steps = [Happening(step.at_ms, step.by, state_words(step.state), step.note) for step in conflict.history]
    sent = [
        Happening(
            one.answered_ms or one.at_ms,
            one.source or "no source takes commands",
            f"command {one.state}",
            " ".join(part for part in (one.strategy, one.reason) if part),
        )
        for one in conflict.commands
    ]
    return sorted((*told, *steps, *sent), key=lambda one: -one.at_ms)


class HappeningTable(RowTable):
    """Enter opens the event of a telling."""

    event_wanted = Signal(int)

    def __init__(self, shell: Shell, clock: Clock) -> None:
        self.happenings: RowModel[Happening] = RowModel(_happening_columns(clock), key=lambda row: row)
        super().__init__(self.happenings, shell, "layout.sync.history", "What happened to the issue, newest first")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setMinimumSectionSize(_LEAST_PX)
        self.opened.connect(self._open)

    def _open(self, row: Happening) -> None:
        if row.event_id is not None:
            self.event_wanted.emit(row.event_id)

    def show_rows(self, rows: Sequence[Happening]) -> None:
        self.happenings.set_rows(rows)


_WIDE = {3: 120, 4: 150}
"""Columns of the entity and of what is wrong with it, and what they need at least."""
_LEAST_PX = 24


def _issue_columns(clock: Clock) -> list[Column[QueueRow]]:
    def state(row: QueueRow) -> QColor:
        return QColor(state_color(row.state, current_theme()))

    def severity(row: QueueRow) -> QColor:
        return current_theme().severity_color(row.severity)

    def tooltip(row: QueueRow) -> str:
        return row_words(row, clock())

    return [
        Column("severity", "Sev.", lambda row: SEVERITY_GLYPHS.get(row.severity, "·"), 40, color=severity,
               tooltip=lambda row: f"severity {row.severity}"),
        Column("state", "State", lambda row: state_words(row.state), 96, color=state, tooltip=tooltip),
        Column("kind", "Type", lambda row: kind_words(row.kind), 104, tooltip=tooltip),
        Column("entity", "Entity", entity_first_words, 146, tooltip=tooltip),
        Column("words", "What", lambda row: row.words, 200, tooltip=tooltip),
        Column("parties", "Between", parties_words, 124, tooltip=tooltip),
        Column("services", "Told by", lambda row: ", ".join(row.services), 92, tooltip=tooltip),
        Column("times", "Times", lambda row: f"{row.times:,}", 56, numbers=True),
        Column("first", "First", lambda row: age_words(row.first_ms, clock()), 68, numbers=True, shown=False,
               tooltip=lambda row: moment_words(row.first_ms)),
        Column("last", "Last", lambda row: age_words(row.last_ms, clock()), 68, numbers=True,
               tooltip=lambda row: moment_words(row.last_ms)),
    ]  # fmt: skip


def _happening_columns(clock: Clock) -> list[Column[Happening]]:
    return [
        Column("at", "When", lambda row: age_words(row.at_ms, clock()), 76, tooltip=lambda row: moment_words(row.at_ms)),
        Column("who", "By", lambda row: row.who, 92),
        Column("what", "What", lambda row: row.what, 116),
        Column("event", "Event", lambda row: "" if row.event_id is None else str(row.event_id), 70, numbers=True),
        Column("words", "Words", lambda row: row.words, 240),
    ]
