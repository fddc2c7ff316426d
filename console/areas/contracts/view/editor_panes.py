"""What stands in the editor's window, and how it shows what was found."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from console.areas.contracts.view.editor_check import Language, Mark, Standing
from console.areas.contracts.view.editor_sample import SamplePane
from console.areas.contracts.view.editor_text import EditorText
from console.qt.note_dialog import NOTE_LIMIT
from console.qt.plain import plain_label
from console.qt.splitter import split
from console.qt.text import plain_tooltip, visible
from console.qt.words import counted

_LINES, _FRAME_PX = 5, 4
_MOST_SHOWN = 100
_PLACE = Qt.ItemDataRole.UserRole


class EditorPanes:
    """The widgets of the dialog `host`, laid out in it."""

    def __init__(self, host: QDialog) -> None:
        self.json, self.yaml = _toggle("JSON", "Show the contract as JSON"), _toggle("YAML", "Show the contract as YAML")
        self.json.setChecked(True)
        group = QButtonGroup(host)
        for button in (self.json, self.yaml):
            group.addButton(button)
        self.format = QPushButton("Format")
        self.format.setObjectName("little")
        self.format.setAutoDefault(False)
        self.format.setToolTip("Lay the text out anew; remarks in YAML are lost")
        self.place = plain_label("", "small")
        self.edit = EditorText("The contract")
        self.sample = SamplePane()
        self.state = plain_label()
        self.marks = QListWidget()
        self.marks.setAccessibleName("Mistakes and hints; Enter goes to the place")
        self.marks.setUniformItemSizes(True)
        self.standing = plain_label("", selectable=True)
        self.take_number = QPushButton()
        self.take_number.setObjectName("little")
        self.take_number.setAutoDefault(False)
        self.replace = QCheckBox("Replace it")
        self.replace.setAccessibleName("Replace the version that is there with this content")
        self.note = QLineEdit()
        self.note.setMaxLength(NOTE_LIMIT)
        self.note.setPlaceholderText("Note for this version (may be empty)")
        self.note.setAccessibleName("Note for this version")
        self.problem = plain_label("", "error", selectable=True)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        self.save = self.buttons.button(QDialogButtonBox.StandardButton.Save)
        self.save.setText("Save (Ctrl+Enter)")
        self.cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        self.cancel.setAutoDefault(False)
        self.edit.cursorPositionChanged.connect(self._show_place)
        self.marks.itemActivated.connect(self._go)
        self.marks.itemClicked.connect(self._go)
        self._build(host)
        self.show_marks(())
        self.show_standing(None)

    def show_language(self, language: Language) -> None:
        (self.json if language == "json" else self.yaml).setChecked(True)
        self.edit.colors.is_yaml = language == "yaml"
        self.edit.colors.rehighlight()

    def show_checking(self) -> None:
        self.state.setText("Checking…")

    def show_marks(self, marks: Sequence[Mark]) -> None:
        """List what was found and tint its lines."""
        self.marks.clear()
        for mark in marks[:_MOST_SHOWN]:
            item = QListWidgetItem(mark.words())
            item.setToolTip(plain_tooltip(mark.words()))
            item.setData(_PLACE, (mark.line or 0, mark.column or 1))
            self.marks.addItem(item)
        self.marks.setVisible(bool(marks))
        self.marks.setFixedHeight(min(_LINES, len(marks)) * max(1, self.marks.sizeHintForRow(0)) + _FRAME_PX)
        self.edit.mark_lines([(mark.line, mark.is_hint) for mark in marks[:_MOST_SHOWN] if mark.line])
        hints = sum(mark.is_hint for mark in marks)
        mistakes = len(marks) - hints
        words = [counted(mistakes, "mistake")] if mistakes else ["✓ No mistake"]
        words += [counted(hints, "hint")] if hints else []
        self.state.setText(", ".join(words))

    def show_standing(self, standing: Standing | None) -> None:
        self.standing.setText("" if standing is None else standing.words)
        self.standing.setVisible(standing is not None)
        number = "" if standing is None else standing.number
        self.take_number.setText(f"Take {visible(number)}")
        self.take_number.setAccessibleName(f"Make it version {visible(number)}")
        self.take_number.setVisible(bool(number))
        is_conflict = standing is not None and standing.kind == "conflict"
        self.replace.setVisible(is_conflict)
        if not is_conflict:
            self.replace.setChecked(False)

    def _go(self, item: QListWidgetItem) -> None:
        line, column = item.data(_PLACE)
        if line:
            self.edit.go_to(line, column)
            self.edit.setFocus()

    def _show_place(self) -> None:
        cursor = self.edit.textCursor()
        self.place.setText(f"line {cursor.blockNumber() + 1:,}, column {cursor.positionInBlock() + 1:,}")

    def _build(self, host: QDialog) -> None:
        top = QHBoxLayout()
        for button in (self.json, self.yaml, self.format):
            top.addWidget(button)
        top.addWidget(self.place, 1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.edit, 1)
        parts = (left, 3), (self.sample, 2)
        body = split(Qt.Orientation.Horizontal, "The contract, and a sample", *parts, sizes=[620, 400])
        version = QHBoxLayout()
        version.addWidget(self.standing, 1)
        version.addWidget(self.take_number)
        version.addWidget(self.replace)
        layout = QVBoxLayout(host)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(body, 1)
        layout.addWidget(self.state)
        layout.addWidget(self.marks)
        layout.addLayout(version)
        for widget in (self.note, self.problem, self.buttons):
            layout.addWidget(widget)


def _toggle(words: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setText(words)
    button.setCheckable(True)
    button.setAccessibleName(name)
    return button
