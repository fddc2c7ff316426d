"""The columns of the list of groups: two lines a cell, so that all of a group stands in one row."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtGui import QColor

from console.areas.errors.store.answers import GroupRow
from console.areas.errors.view.words import list_words, status_color, status_words
from console.model.clock import Clock
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.table import Column
from console.qt.text import visible
from console.qt.theme import current_theme
from console.qt.two_lines import TwoLines
from console.qt.words import ago_words, counted, moment_words

MARK_KEY = -1


class Mark(NamedTuple):
    """The line between groups with events since the person last looked, and the others."""

    words: str


Line = GroupRow | Mark
ORDER_OF_COLUMN = {"severity": ("severity",), "count": ("count",), "trend": ("trend",), "seen": ("last", "first")}
"""A click on a header orders by the first; a second click by the next, where there is one."""


def with_mark(rows: Sequence[GroupRow], looked_ms: int | None, now_ms: int) -> list[Line]:
    """Return rows (newest first) with the mark behind those that have events since `looked_ms`; none when all or no row has.

    Rows that moved on while the order was held stay below it.
    """
    newer = next((n for n, row in enumerate(rows) if looked_ms is None or row.last_ms <= looked_ms), len(rows))
    if looked_ms is None or not 0 < newer < len(rows):
        return list(rows)
    words = f"▲ {counted(newer, 'group')} with events since you last looked, {ago_words(looked_ms, now_ms)}"
    return [*rows[:newer], Mark(words), *rows[newer:]]


def line_key(line: Line) -> int:
    """Return what names a line for good."""
    return MARK_KEY if isinstance(line, Mark) else line.id


class GroupTexts:
    """What each column says of a line; `looked_ms` is when the person last looked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.looked_ms: int | None = None

    def columns(self) -> list[Column[Line]]:
        return [
            Column("new", "", _of(self._new), 22, color=_accent, tooltip=_of(self._new_words)),
            Column("severity", "Sev.", _of(_glyph), 44, color=_severity, tooltip=_of(lambda row: row.severity)),
            Column("group", "Group", _of(lambda row: row.title), 300, tooltip=_of(_group_tooltip)),
            Column("count", "Events", _of(lambda row: f"{row.count:,}"), 70, numbers=True, tooltip=_of(_count_tooltip)),
            Column("trend", "Over time", _of(_trend), 104),
            Column("seen", "Last seen", _of(self._last), 118, tooltip=_of(_seen_tooltip)),
            Column("where", "Where", _of(lambda row: list_words(row.services)), 84, tooltip=_of(_where_tooltip)),
            Column("status", "Status", _of(lambda row: status_words(row.status)), 102, color=_status,
                   tooltip=_of(_status_tooltip)),
        ]  # fmt: skip

    def lines(self, key: str, row: GroupRow) -> TwoLines:
        """Return both lines of a cell."""
        theme, now_ms = current_theme(), self._clock()
        text, muted = theme.text, theme.muted
        match key:
            case "group":
                return TwoLines(visible(row.title), visible(row.culprit or row.category), text, muted, bold=True)
            case "count":
                return TwoLines(f"{row.count:,}", counted(row.users, "user") if row.users else "", text, muted, right=True)
            case "seen":
                return TwoLines(ago_words(row.last_ms, now_ms), f"first {ago_words(row.first_ms, now_ms)}", text, muted)
            case "where":
                versions = visible(list_words(row.versions)) if row.versions else ""
                return TwoLines(visible(list_words(row.services)), versions, text, muted)
        return TwoLines(status_words(row.status), visible(row.note or row.who), status_color(row.status, theme), muted)

    def _last(self, row: GroupRow) -> str:
        return ago_words(row.last_ms, self._clock())

    def _new(self, row: GroupRow) -> str:
        if row.is_new:
            return "●"
        return "•" if self.looked_ms is not None and row.last_ms > self.looked_ms else ""

    def _new_words(self, row: GroupRow) -> str:
        return {"●": "New since you last looked", "•": "Has events since you last looked"}.get(self._new(row), "")


def _of(text: Callable[[GroupRow], str]) -> Callable[[Line], str]:
    return lambda line: line.words if isinstance(line, Mark) else text(line)


def _glyph(row: GroupRow) -> str:
    return SEVERITY_GLYPHS.get(row.severity, SEVERITY_GLYPHS["info"])


def _trend(row: GroupRow) -> str:
    return " ".join(map(str, row.spark))


def _group_tooltip(row: GroupRow) -> str:
    return "\n".join(part for part in (row.title, row.culprit, row.category) if part)


def _count_tooltip(row: GroupRow) -> str:
    users = f", {counted(row.users, 'user')}" if row.users else ""
    return f"{counted(row.count, 'event')} in this range, {row.kept:,} kept, {row.total:,} ever{users}"


def _seen_tooltip(row: GroupRow) -> str:
    return f"Last: {moment_words(row.last_ms)}\nFirst: {moment_words(row.first_ms)}"


def _where_tooltip(row: GroupRow) -> str:
    return f"Services: {', '.join(row.services) or '–'}\nVersions: {', '.join(row.versions) or '–'}"


def _status_tooltip(row: GroupRow) -> str:
    who = f"by {row.who}, {moment_words(row.changed_ms)}" if row.who else ""
    return "\n".join(part for part in (status_words(row.status), who, row.note) if part)


def _accent(_line: Line) -> QColor:
    return QColor(current_theme().accent)


def _severity(line: Line) -> QColor | None:
    return None if isinstance(line, Mark) else current_theme().severity_color(line.severity)


def _status(line: Line) -> QColor | None:
    return None if isinstance(line, Mark) else QColor(status_color(line.status, current_theme()))
