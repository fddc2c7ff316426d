"""Violations as rows, and the events behind one of them."""

from PySide6.QtGui import QColor

from console.areas.contracts.store.answers import Occurrence, ViolationRow
from console.areas.contracts.view.endpoint_words import endpoint_name
from console.areas.contracts.view.list_table import ListTable
from console.areas.contracts.view.violation_words import (
    by_words,
    facts_words,
    list_words,
    occurrence_words,
    rule_words,
    state_color,
    state_words,
    title_words,
    what_words,
)
from console.model.clock import Clock
from console.qt.shell import Shell
from console.qt.table import Column
from console.qt.text import visible
from console.qt.theme import current_theme
from console.qt.two_lines import TwoLines
from console.qt.words import age_words, moment_words


class ViolationTable(ListTable):
    """One row for all equal violations; without `endpoint_column` all are of one endpoint."""

    def __init__(self, shell: Shell, clock: Clock, *, endpoint_column: bool) -> None:
        setting = "layout.contracts.violations" + ("" if endpoint_column else ".of_endpoint")
        columns = _columns(clock)
        columns = columns if endpoint_column else [column for column in columns if column.key != "endpoint"]
        name = "Violations, newest first"
        super().__init__(
            columns, lambda row: row.id, shell, setting, name, "what", "endpoint", keeps_one=True, right=("count",)
        )

        def lines(key: str, row: ViolationRow) -> TwoLines | None:
            return _lines(key, row, clock())

        self.set_two_lines(lines)


class OccurrenceTable(ListTable):
    """The events behind a violation, newest first."""

    def __init__(self, shell: Shell, clock: Clock) -> None:
        columns = [
            Column[Occurrence]("at", "When", lambda row: age_words(row.ts_ms, clock()), 60,
                               tooltip=lambda row: moment_words(row.ts_ms)),
            Column[Occurrence]("event", "Event", lambda row: str(row.event_id), 64, numbers=True),
            Column[Occurrence]("service", "Told by", lambda row: row.service, 76),
            Column[Occurrence]("words", "What came", occurrence_words, 100,
                               tooltip=lambda row: f"{row.message}\n{row.actual}".strip()),
            Column[Occurrence]("trace", "Trace", lambda row: row.correlation_id or "–", 86),
        ]  # fmt: skip
        name = "Events behind the violation, newest first"
        super().__init__(columns, lambda row: row.event_id, shell, "layout.contracts.occurrences", name, "words")


def _lines(key: str, row: ViolationRow, now_ms: int) -> TwoLines | None:
    theme = current_theme()
    text, muted = theme.text, theme.muted
    match key:
        case "what":
            return TwoLines(list_words(row), rule_words(row), text, muted, tail=True)
        case "endpoint":
            return TwoLines(endpoint_name(row.method, row.endpoint), visible(row.service), text, muted, tail=True)
        case "count":
            return TwoLines(f"{row.count:,}", f"last {age_words(row.last_ms, now_ms)}", text, muted, right=True)
        case "by":
            differs = "≠ they differ" if row.disagreement else ""
            return TwoLines(visible(row.by), differs, text, theme.warning)
    return None


def _columns(clock: Clock) -> list[Column[ViolationRow]]:
    def state(row: ViolationRow) -> QColor:
        return QColor(state_color(row.state, current_theme()))

    def about(row: ViolationRow) -> str:
        parts = (title_words(row), rule_words(row), row.message, facts_words(row, clock()))
        return "\n".join(part for part in (*parts, row.disagreement) if part)

    def by(row: ViolationRow) -> str:
        return "\n".join(part for part in (by_words(row), row.disagreement) if part)

    return [
        Column("state", "State", lambda row: state_words(row.state), 74, color=state, tooltip=about),
        Column("what", "What and where", lambda row: f"{what_words(row)}; {rule_words(row)}", 260,
               tooltip=about),
        Column("endpoint", "Endpoint", lambda row: f"{row.service} {endpoint_name(row.method, row.endpoint)}", 210,
               tooltip=about),
        Column("count", "Times", lambda row: f"{row.count:,}", 84, tooltip=about),
        Column("by", "By", lambda row: f"{row.by} ≠" if row.disagreement else row.by, 96, tooltip=by),
        Column("first", "First", lambda row: age_words(row.first_ms, clock()), 62, shown=False,
               tooltip=lambda row: moment_words(row.first_ms)),
        Column("version", "Version", lambda row: row.version, 80, shown=False),
    ]  # fmt: skip
