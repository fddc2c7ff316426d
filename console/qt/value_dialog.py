"""One value, whole: to read, search and copy in a window of its own."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from console.qt.raw_text import RawText
from console.qt.text import clip, visible


class ValueDialog(QDialog):
    """Does not hold the window up."""

    def __init__(self, name: str, value: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(clip(visible(name), 80))
        self.resize(720, 480)
        self.text = RawText()
        self.text.set_text(value)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text, 1)
        column.addWidget(box)
