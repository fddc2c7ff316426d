"""Changes between two versions as rows, the worst first."""

from collections.abc import Sequence

from PySide6.QtGui import QColor

from console.areas.contracts.core.compatibility import Change
from console.areas.contracts.view.drift_words import class_color, class_words, kind_words
from console.areas.contracts.view.list_table import ListTable
from console.areas.contracts.view.version_words import endpoint_words, place_words
from console.qt.shell import Shell
from console.qt.table import Column
from console.qt.theme import current_theme


class ChangeTable(ListTable):
    """`chosen` gives the Change that was moved to."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(
            _COLUMNS, lambda row: row, shell, "layout.contracts.changes", "Changes, the worst first", "rule"
        )  # fmt: skip

    def show_changes(self, changes: Sequence[Change]) -> None:
        self.show_rows(changes)


def _color(row: Change) -> QColor:
    return QColor(class_color(row.verdict, current_theme()))


_COLUMNS = (
    Column[Change]("verdict", "Verdict", lambda row: class_words(row.verdict), 104, color=_color),
    Column[Change]("endpoint", "Endpoint", endpoint_words, 160, shown=False),
    Column[Change]("place", "Where", place_words, 190),
    Column[Change]("kind", "Change", lambda row: kind_words(row.kind), 150),
    Column[Change]("old", "Old", lambda row: row.old, 110),
    Column[Change]("new", "New", lambda row: row.new, 110),
    Column[Change]("rule", "Rule", lambda row: row.rule, 240),
)
