"""Findings of drift as rows, the worst first."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from console.areas.contracts.store.answers import FindingRow
from console.areas.contracts.view.drift_words import (
    basis_words,
    brief_chance,
    change_words,
    class_color,
    class_words,
    endpoint_words,
    finding_words,
    kind_words,
    place_words,
    state_words,
)
from console.areas.contracts.view.list_table import ListTable
from console.model.clock import Clock, wall_clock
from console.qt.shell import Shell
from console.qt.table import Column
from console.qt.text import visible
from console.qt.theme import current_theme
from console.qt.two_lines import TwoLines
from console.qt.words import age_words, moment_words

_SETTING = "layout.contracts.drift"


class DriftTable(QWidget):
    """`chosen` gives the id of the finding that was moved to, 0 for none; `opened` that of one opened by Enter."""

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(
        self, shell: Shell, parent: QWidget | None = None, *, endpoint_column: bool = True, clock: Clock = wall_clock
    ) -> None:
        super().__init__(parent)
        setting = _SETTING if endpoint_column else f"{_SETTING}.of_endpoint"
        columns = _columns(clock, endpoint_column)
        self.table = ListTable(
            columns, lambda row: row.id, shell, setting, "Findings of drift, the worst first", "what", "endpoint", "change",
            keeps_one=True, right=("basis",),
        )  # fmt: skip
        self.table.set_two_lines(partial(_lines, clock))
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.chosen.connect(lambda row: self.chosen.emit(0 if row is None else row.id))
        self.table.opened.connect(lambda row: self.opened.emit(row.id))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        self.setFocusProxy(self.table)

    def show_findings(self, findings: Sequence[FindingRow]) -> None:
        """Show these, keeping what is chosen where it is still there."""
        self.table.show_rows(findings)

    def select(self, finding_id: int) -> bool:
        """Choose a finding; returns False when it is not listed."""
        return self.table.select_key(finding_id)

    def current(self) -> FindingRow | None:
        """Return the finding that the keys stand on."""
        row = self.table.current_row()
        return row if isinstance(row, FindingRow) else None

    def selected(self) -> list[FindingRow]:
        """Return the chosen findings in the order of the table."""
        places = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        rows: list[FindingRow] = self.table.list.rows
        return [rows[place] for place in places]


def _columns(clock: Clock, endpoint_column: bool) -> list[Column[FindingRow]]:
    def class_text(row: FindingRow) -> str:
        return class_words(row.severity) + (" unbumped" if row.is_unbumped else "")

    columns = [
        Column("class", "Class", class_text, 96, tooltip=_class_tooltip),
        Column("what", "What and where", finding_words, 150, tooltip=lambda row: f"{finding_words(row)}\n{row.rule}"),
        Column("endpoint", "Endpoint", endpoint_words, 130, tooltip=lambda row: f"{row.service}: {endpoint_words(row)}"),
        Column("change", "Expected, and seen", change_words, 150),
        Column("basis", "Basis", basis_words, 84, tooltip=lambda row: f"{basis_words(row)}\n{row.rule}"),
        Column("seen", "Seen", lambda row: _seen(row, clock()), 84,
               tooltip=lambda row: f"first {moment_words(row.first_ms)}\nlast {moment_words(row.last_ms)}"),
        Column("state", "State", lambda row: state_words(row, clock()), 84,
               tooltip=lambda row: f"{state_words(row, clock())}\n{row.note}".strip()),
    ]  # fmt: skip
    return columns if endpoint_column else [column for column in columns if column.key != "endpoint"]


def _lines(clock: Clock, key: str, row: FindingRow) -> TwoLines | None:
    theme, now_ms = current_theme(), clock()
    text, muted = theme.text, theme.muted
    match key:
        case "class":
            color = class_color(row.severity, theme)
            return TwoLines(class_words(row.severity), "unbumped" if row.is_unbumped else "", color, color)
        case "what":
            return TwoLines(kind_words(row.kind), place_words(row), text, muted)
        case "endpoint":
            return TwoLines(endpoint_words(row), visible(row.service), text, muted, tail=True)
        case "change":
            return TwoLines(visible(row.expected) or "not declared", visible(row.observed) or "not seen", muted, text)
        case "basis":
            return TwoLines(f"n {row.n:,}", brief_chance(row), text, muted, right=True)
        case "seen":
            return TwoLines(age_words(row.last_ms, now_ms), f"first {age_words(row.first_ms, now_ms)}", text, muted)
    return None


def _seen(row: FindingRow, now_ms: int) -> str:
    return f"{age_words(row.first_ms, now_ms)} – {age_words(row.last_ms, now_ms)}"


def _class_tooltip(row: FindingRow) -> str:
    parts = [row.rule]
    if row.is_unbumped:
        parts.append("unbumped: it breaks callers, and the version has no new major number")
    if row.own:
        parts.append(f"a person set this class: {visible(row.own).lower()}")
    return "\n".join(parts)
