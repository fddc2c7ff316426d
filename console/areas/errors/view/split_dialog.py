"""Asks how to split a group: by each value of a field, by one value of it, or by a pattern of messages."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from console.areas.errors.store.answers import Facet
from console.areas.errors.view.facets import FacetLine, facet_lines, facet_title
from console.qt.plain import wrapped_label
from console.qt.shell import Shell
from console.qt.table import Column, RowModel, RowTable
from console.qt.words import counted

PATTERN_LIMIT = 300
Rule = dict[str, str]
_ASKED = "What matches goes to groups of its own, later events too. Choose a field or a value:"
_ALIKE = "Its events are alike in every field: they can only be split by their messages. Later events follow too."


class SplitDialog(QDialog):
    """Lists what the group's events differ in; a message pattern, when typed, is used instead of the chosen line."""

    def __init__(self, parent: QWidget, shell: Shell, facets: Sequence[Facet], take: Callable[[Rule], None]) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Split the group")
        self._lines: RowModel[FacetLine] = RowModel(_COLUMNS, key=lambda line: (line.facet, line.value))
        self.table = RowTable(self._lines, shell, "layout.errors.split", "Fields and values to split by")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._lines.set_rows(split_lines(facets))
        self.pattern = QLineEdit()
        self.pattern.setMaxLength(PATTERN_LIMIT)
        self.pattern.setPlaceholderText("timeout of * ms")
        self.pattern.setAccessibleName("Pattern of messages, * for anything")
        self._consequence = wrapped_label()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Split")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: take(self.rule()))
        self.table.chosen.connect(self._check)
        self.table.opened.connect(self._accept_line)
        self.pattern.textChanged.connect(self._check)
        self._build()
        self._check()

    def rule(self) -> Rule:
        """Return what was chosen, as the command wants it; empty while nothing is."""
        if self.pattern.text().strip(" *"):
            return {"message": self.pattern.text().strip()}
        line = self.table.current_row()
        if not isinstance(line, FacetLine):
            return {}
        return {"facet": line.facet, "value": line.value} if line.value else {"facet": line.facet}

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(wrapped_label(_ASKED if self._lines.rows else _ALIKE))
        layout.addWidget(self.table, 1)
        self.table.setVisible(bool(self._lines.rows))
        layout.addWidget(wrapped_label("… or a pattern of messages, * for anything:"))
        layout.addWidget(self.pattern)
        layout.addWidget(self._consequence)
        layout.addWidget(self.buttons)
        self.resize(560, 480 if self._lines.rows else self.sizeHint().height())

    def _accept_line(self) -> None:
        if self.rule():
            self.accept()

    def _check(self) -> None:
        rule = self.rule()
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(rule))
        if "message" in rule:
            words = "Events with such a message get a group of their own."
        elif "value" in rule:
            words = "Events with this value get a group of their own."
        else:
            words = "Each value gets a group of its own." if rule else "Nothing is chosen yet."
        self._consequence.setText(words)


def split_lines(facets: Sequence[Facet]) -> list[FacetLine]:
    """Return a line for each field that has several values (or events without one), and below it one for each value."""
    found: list[FacetLine] = []
    for facet in facets:
        kinds = len(facet.values) + bool(facet.others) + bool(facet.without)
        if facet.values and kinds > 1:
            found.append(FacetLine(facet.name, "", sum(value.n for value in facet.values) + facet.others, 0.0))
            found += [line for line in facet_lines([facet]) if line.value]
    return found


def _what(line: FacetLine) -> str:
    return f"    {line.value}" if line.value else f"Each {facet_title(line.facet)}"


_COLUMNS = (
    Column[FacetLine]("what", "Field or value", _what, 360),
    Column[FacetLine]("events", "Events", lambda line: counted(line.n, "event"), 120),
)
