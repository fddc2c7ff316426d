"""The tables below the lanes: the steps of the flow, and the events in order."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtGui import QColor

from console.areas.trace.core.flow import FlowStep
from console.areas.trace.core.placed import Placed
from console.areas.trace.core.trace import Arrangement
from console.areas.trace.words import failure_words, local_words, offset_words
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.plot_format import format_duration
from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable
from console.qt.theme import current_theme


class EventRow(NamedTuple):
    """An event of the table; `number` is its place in the arrangement."""

    number: int
    placed: Placed
    since_ms: float
    part: str


class StepRow(NamedTuple):
    """A step of the table, by its number."""

    number: int
    step: FlowStep
    since_ms: float


def event_rows(shown: Arrangement) -> list[EventRow]:
    return [
        EventRow(number, placed, placed.start_ms - shown.start_ms, failure_words(shown, placed))
        for number, placed in enumerate(shown.placed)
    ]


def step_rows(shown: Arrangement) -> list[StepRow]:
    return [StepRow(number, step, step.start_ms - shown.start_ms) for number, step in enumerate(shown.steps)]


def _severity_color(row: EventRow) -> QColor:
    return current_theme().severity_color(row.placed.event.severity)


def _part_color(row: EventRow) -> QColor | None:
    return current_theme().color("error") if row.part else None


def _step_color(row: StepRow) -> QColor | None:
    return current_theme().color("error") if row.step.failed else None


def _duration(duration_ms: float | None) -> str:
    return "" if duration_ms is None else format_duration(duration_ms)


_EVENT_COLUMNS: Sequence[Column[EventRow]] = (
    Column("since", "Start", lambda row: offset_words(row.since_ms), 80, numbers=True),
    Column("service", "Service", lambda row: row.placed.event.service, 84),
    Column("severity", "Severity", lambda row: f"{SEVERITY_GLYPHS.get(row.placed.event.severity, '◇')} "
           f"{row.placed.event.severity}", 96, color=_severity_color),
    Column("duration", "Took", lambda row: _duration(row.placed.event.duration_ms if row.placed.event.is_bar else None), 76,
           numbers=True),
    Column("message", "Message", lambda row: f"▲ {row.part}: {row.placed.event.message}" if row.part
           else row.placed.event.message, 140, color=_part_color),
    Column("step", "Step", lambda row: row.placed.event.step, 84, shown=False),
    Column("time", "Time on its own clock", lambda row: local_words(row.placed.event.ts_ms), 110, numbers=True, shown=False),
    Column("id", "Event", lambda row: str(row.placed.event.id), 72, numbers=True, shown=False),
)  # fmt: skip
_STEP_COLUMNS: Sequence[Column[StepRow]] = (
    Column("since", "Start", lambda row: offset_words(row.since_ms), 84, numbers=True),
    Column("step", "Step", lambda row: f"{'▲ ' if row.step.failed else ''}{row.step.step}", 96, color=_step_color),
    Column("service", "Service", lambda row: row.step.service, 84),
    Column("duration", "Took", lambda row: _duration(row.step.duration_ms), 76, numbers=True),
    Column("events", "Events", lambda row: "" if row.step.declared else f"{row.step.events:,}", 56, numbers=True),
    Column("note", "What", lambda row: row.step.note, 120),
)


def event_table(shell: Shell) -> tuple[RowModel[EventRow], RowTable]:
    """Return the table of events and its model."""
    model: RowModel[EventRow] = RowModel(_EVENT_COLUMNS, lambda row: row.placed.event.id)
    return model, _table(model, shell, "trace.events", "Events of the trace, in order")


def step_table(shell: Shell) -> tuple[RowModel[StepRow], RowTable]:
    """Return the table of steps and its model."""
    model: RowModel[StepRow] = RowModel(_STEP_COLUMNS, lambda row: row.number)
    return model, _table(model, shell, "trace.steps", "Steps of the data flow")


def _table(model: "RowModel[EventRow] | RowModel[StepRow]", shell: Shell, setting: str, name: str) -> RowTable:
    table = RowTable(model, shell, setting, name)
    table.setSelectionMode(RowTable.SelectionMode.SingleSelection)
    model.setParent(table)
    return table
