"""What was promised beside what was observed, a row for each place of requests and answers."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.areas.contracts.store.answers import ObservedPath
from console.areas.contracts.view.endpoint_words import (
    path_standing_color,
    path_standing_words,
    share_words,
    types_words,
    values_words,
    where_words,
)
from console.areas.contracts.view.list_table import ListTable
from console.model.clock import Clock
from console.qt.little_buttons import button_row, little_button
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.table import Column
from console.qt.text import clip, visible
from console.qt.theme import current_theme
from console.qt.two_lines import TwoLines
from console.qt.words import age_words, ago_words, counted, moment_words

_EXAMPLES = 3
_VALUES = 8
_DETAIL_CHARS = 900


class ObservedTab(QWidget):
    """`event_wanted` asks for an example in the inspector; Enter shows the newest one of a place."""

    event_wanted = Signal(int)

    def __init__(self, shell: Shell, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.table = ListTable(
            _columns(clock), _key, shell, "layout.contracts.observed", "Expected and observed, by place",
            "expected", "observed", keeps_one=True, right=("presence",),
        )  # fmt: skip
        self.table.set_two_lines(_lines)
        self.words = plain_label("", "small", selectable=True)
        self.examples = [little_button("", "", partial(self._open, number)) for number in range(_EXAMPLES)]
        self._row = button_row(*self.examples)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.table, 1)
        below = QVBoxLayout()
        below.setContentsMargins(8, 2, 8, 4)
        below.addWidget(self.words)
        below.addWidget(self._row)
        layout.addLayout(below)
        self.table.chosen.connect(lambda _: self._show_chosen())
        self.table.opened.connect(lambda _: self._open(0))
        self.setFocusProxy(self.table)
        self._show_chosen()

    def show_paths(self, paths: Sequence[ObservedPath]) -> None:
        """Show the places of one endpoint."""
        self.table.show_rows(paths)
        self._show_chosen()

    def _open(self, number: int) -> None:
        examples = self._examples()
        if number < len(examples):
            self.event_wanted.emit(examples[number])

    def _examples(self) -> tuple[int, ...]:
        row = self.table.current_row()
        return tuple(sorted(row.examples, reverse=True)[:_EXAMPLES]) if isinstance(row, ObservedPath) else ()

    def _show_chosen(self) -> None:
        row = self.table.current_row()
        examples = self._examples()
        for number, button in enumerate(self.examples):
            button.setVisible(number < len(examples))
            if number < len(examples):
                button.setText(f"Event {examples[number]}" + (" ⏎" if not number else ""))
                button.setAccessibleName(f"Show example event {examples[number]} in the inspector")
                button.setToolTip(button.accessibleName())
        self._row.setVisible(bool(examples))
        if isinstance(row, ObservedPath):
            self.words.setText(clip(path_sentence(row, self._clock()), _DETAIL_CHARS))
        elif self.table.list.rows:
            self.words.setText("Choose a place to see all of it, and the events that are its examples.")
        else:
            self.words.setText("No exchange of this version was observed yet.")


def path_sentence(row: ObservedPath, now_ms: int) -> str:
    """Return all that is known of a place."""
    parts = [f"{where_words(row.direction, row.status)}, {visible(row.path)}: {path_standing_words(row.standing)}"]
    parts.append(f"expected {visible(row.expected)}" if row.expected else "nothing is promised of it")
    if not row.n:
        return " · ".join([*parts, "never observed"])
    parts.append(f"observed {types_words(row.types)} in {counted(row.n, 'observation')}")
    parts.append(f"present in {share_words(row.presence)}")
    if values := values_words(row, _VALUES):
        parts.append(f"values {values}")
    parts.append(f"first {ago_words(row.first_ms, now_ms)}, last {ago_words(row.last_ms, now_ms)}")
    return " · ".join(parts)


def _lines(key: str, row: ObservedPath) -> TwoLines:
    theme = current_theme()
    text, muted = theme.text, theme.muted
    match key:
        case "path":
            return TwoLines(visible(row.path), where_words(row.direction, row.status), text, muted, bold=True, tail=True)
        case "expected":
            return TwoLines(visible(row.expected) or "–", "", text if row.expected else muted, muted)
        case "observed":
            return TwoLines(types_words(row.types), values_words(row), text, muted)
        case "presence":
            words = share_words(row.presence) if row.n else "–"
            return TwoLines(words, f"n {row.n:,}", text, muted, right=True)
    return TwoLines(path_standing_words(row.standing), "", path_standing_color(row.standing, theme), muted)


def _key(row: ObservedPath) -> tuple[str, str, str]:
    return row.direction, row.status, row.path


def _columns(clock: Clock) -> list[Column[ObservedPath]]:
    def sentence(row: ObservedPath) -> str:
        return path_sentence(row, clock()).replace(" · ", "\n")

    def color(row: ObservedPath) -> QColor:
        return QColor(path_standing_color(row.standing, current_theme()))

    return [
        Column("path", "Place", lambda row: f"{where_words(row.direction, row.status)} {row.path}", 230, tooltip=sentence),
        Column("expected", "Expected", lambda row: row.expected or "–", 190, tooltip=sentence),
        Column("observed", "Observed", lambda row: types_words(row.types), 190, tooltip=sentence),
        Column("presence", "Present", lambda row: share_words(row.presence), 84, tooltip=sentence),
        Column("standing", "Standing", lambda row: path_standing_words(row.standing), 122, color=color, tooltip=sentence),
        Column("last", "Last", lambda row: age_words(row.last_ms, clock()), 70, shown=False,
               tooltip=lambda row: moment_words(row.last_ms)),
    ]  # fmt: skip
