"""What files hold, to be ticked for import, and what is wrong with them."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QHeaderView

from console.areas.contracts.view.import_reading import Candidate, Trouble
from console.qt.shell import Shell
from console.qt.table import Column, Index, RowModel, RowTable
from console.qt.theme import current_theme

KINDS = {"new": "+ new endpoint", "version": "+ new version", "same": "= there already", "conflict": "✖ other content"}
_TOLD = {
    "new": "This endpoint has no contract yet.",
    "version": "The endpoint is known, this version is not.",
    "same": "The same version with the same content is there already.",
    "conflict": "This version is there with other content. Tick it to replace what is there.",
}


class CandidateModel(RowModel[Candidate]):
    """The first column has a tick; conflicts have none until a person sets it, which replaces what is there."""

    ticked = Signal()

    def __init__(self) -> None:
        super().__init__(_COLUMNS, key=lambda row: (row.file, row.contract.service, row.contract.method,
                                                    row.contract.endpoint, row.contract.version))  # fmt: skip
        self.chosen: set[int] = set()

    def set_rows(self, rows: Sequence[Candidate]) -> None:
        self.chosen = {number for number, row in enumerate(rows) if row.kind in ("new", "version")}
        super().set_rows(rows)

    def choose_conflicts(self, chosen: bool) -> None:
        """Tick all that would replace something, or none of it."""
        places = {number for number, row in enumerate(self.rows) if row.kind == "conflict"}
        self.chosen = self.chosen | places if chosen else self.chosen - places
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0), [Qt.ItemDataRole.CheckStateRole])
        self.ticked.emit()

    def picked(self) -> list[Candidate]:
        """Return what is ticked, in the order of the table."""
        return [self.rows[number] for number in sorted(self.chosen)]

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.column() == 0 and self.rows[index.row()].kind != "same":
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.CheckStateRole:
            if index.column() or self.rows[index.row()].kind == "same":
                return None
            return Qt.CheckState.Checked if index.row() in self.chosen else Qt.CheckState.Unchecked
        return super().data(index, role)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not self.flags(index) & Qt.ItemFlag.ItemIsUserCheckable:
            return False
        ticked = Qt.CheckState(value) == Qt.CheckState.Checked
        (self.chosen.add if ticked else self.chosen.discard)(index.row())
        self.dataChanged.emit(index, index, [role])
        self.ticked.emit()
        return True


class CandidateTable(RowTable):
    """Space ticks a contract or takes its tick away."""

    def __init__(self, shell: Shell) -> None:
        self.candidates = CandidateModel()
        super().__init__(self.candidates, shell, "layout.contracts.import", "Contracts found; ticked ones are imported")
        header = self.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        header.setSectionsMovable(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()  # Enter is the dialog's: import
        else:
            super().keyPressEvent(event)


class TroubleTable(RowTable):
    """What could not be read, with file, line and place."""

    def __init__(self, shell: Shell) -> None:
        self.troubles: RowModel[Trouble] = RowModel(_TROUBLE_COLUMNS, key=lambda row: row)
        super().__init__(self.troubles, shell, "layout.contracts.import.problems", "What is wrong with the files")


def _color(row: Candidate) -> QColor:
    theme = current_theme()
    return theme.color({"conflict": "error", "same": "muted"}.get(row.kind, "good"))


_COLUMNS = (
    Column[Candidate]("kind", "Import", lambda row: KINDS[row.kind], 150, color=_color, tooltip=lambda row: _TOLD[row.kind]),
    Column[Candidate]("service", "Service", lambda row: row.contract.service, 120),
    Column[Candidate]("method", "Method", lambda row: row.contract.method or "any", 68),
    Column[Candidate]("endpoint", "Endpoint", lambda row: row.contract.endpoint, 200,
                      tooltip=lambda row: f"{row.contract.endpoint}\n{row.contract.title}".strip()),
    Column[Candidate]("version", "Version", lambda row: row.contract.version, 90),
    Column[Candidate]("file", "File", lambda row: row.file, 170),
)  # fmt: skip
_TROUBLE_COLUMNS = (
    Column[Trouble]("file", "File", lambda row: row.file, 160),
    Column[Trouble]("line", "Line", lambda row: "" if row.line is None else f"{row.line:,}", 52, numbers=True),
    Column[Trouble]("place", "Place", lambda row: row.place, 220),
    Column[Trouble]("what", "What", lambda row: row.what, 300),
)
