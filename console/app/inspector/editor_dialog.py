"""Which editor opens a stack frame, and where the folders of containers lie on this machine."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from console.app.inspector.editor import (
    COMMAND_SETTING,
    EDITORS,
    PATHS_SETTING,
    VS_CODE,
    mappings_from,
    template_problem,
)
from console.qt.plain import wrapped_label
from console.qt.shell import Shell
from console.qt.theme import mono_font

_OTHER = "Another command"


class EditorDialog(QDialog):
    """Asks for the command and the mapping; nothing is remembered before Save."""

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell = shell
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Editor and path mapping")
        self.resize(560, 380)
        self.editor = QComboBox()
        self.editor.setAccessibleName("Editor")
        for name, template in EDITORS:
            self.editor.addItem(name, template)
        self.editor.addItem(_OTHER, None)
        self.command = QLineEdit(str(shell.setting(COMMAND_SETTING) or VS_CODE))
        self.command.setAccessibleName("Command that opens a file at a line")
        self.command.setFont(mono_font())
        self.problem = wrapped_label(name="error")
        self.table = self._make_table()
        for mapping in mappings_from(shell.setting(PATHS_SETTING)):
            self._add_row(*mapping)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)
        self._lay_out()
        self.editor.activated.connect(self._choose)
        self.command.textChanged.connect(self._check)
        self._check()

    def mappings(self) -> list[list[str]]:
        """Return the rows that are filled in, as (remote, local)."""
        texts = [[self._cell(row, column) for column in (0, 1)] for row in range(self.table.rowCount())]
        return [pair for pair in texts if all(pair)]

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("Editor", self.editor)
        form.addRow("Command", self.command)
        hint = wrapped_label(name="small")
        hint.setText("{file}, {line} and {column} are filled in. The command runs directly, without a shell.")
        form.addRow("", hint)
        form.addRow("", self.problem)
        mapped = wrapped_label(name="small")
        mapped.setText(
            "Path mapping: a stack's folder, as it is called in the container or on the server, and the same folder on this "
            "machine. Source lines are read and files opened only there, or where the stack names a file that exists here."
        )
        add, remove = QPushButton("Add a folder"), QPushButton("Remove")
        add.clicked.connect(lambda: self._add_row("", ""))
        remove.clicked.connect(lambda: self.table.removeRow(self.table.currentRow()))
        row = QHBoxLayout()
        row.addWidget(add)
        row.addWidget(remove)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(mapped)
        column.addWidget(self.table, 1)
        column.addLayout(row)
        column.addWidget(self.buttons)

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 2)
        table.setHorizontalHeaderLabels(["In the stack", "On this machine"])
        table.setAccessibleName("Path mapping")
        table.verticalHeader().hide()
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        return table

    def _add_row(self, remote: str, local: str) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        self.table.setItem(row, 0, QTableWidgetItem(remote))
        self.table.setItem(row, 1, QTableWidgetItem(local))
        self.table.setCurrentCell(row, 0)

    def _cell(self, row: int, column: int) -> str:
        item = self.table.item(row, column)
        return item.text().strip() if item is not None else ""

    def _choose(self) -> None:
        template = self.editor.currentData()
        if template is not None:
            self.command.setText(template)
        else:
            self.command.setFocus()
            self.command.selectAll()

    def _check(self) -> None:
        text = self.command.text()
        known = self.editor.findData(text)
        self.editor.setCurrentIndex(known if known >= 0 else self.editor.count() - 1)
        problem = template_problem(text)
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.buttons.button(QDialogButtonBox.StandardButton.Save).setEnabled(not problem)

    def _save(self) -> None:
        self._shell.set_setting(COMMAND_SETTING, self.command.text())
        self._shell.set_setting(PATHS_SETTING, self.mappings())
        self.accept()
