"""One line of text over the bottom of the window; nothing moves to make room for it."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from console.app.faults import Notice
from console.qt.icons import icon
from console.qt.plain import wrapped_label
from console.qt.text import clip, visible

INFO_MS, ERROR_MS = 3_500, 12_000


class Toast(QFrame):
    """Shows the newest notice for a while; all of them stay in the list behind the status bar's sign."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("notice")
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        self.label = wrapped_label()
        row.addWidget(self.label, 1)
        self._close = QToolButton()
        self._close.setAccessibleName("Dismiss")
        self._close.clicked.connect(self.hide)
        row.addWidget(self._close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        self.label.setText(("⚠ " if notice.error else "") + clip(visible(notice.text, lines=True), 400))
        self.setProperty("error", notice.error)
        self.style().polish(self)
        self._close.setIcon(icon("close"))
        self.setAccessibleName(self.label.text())
        self.place()
        self.raise_()
        self.show()
        self._timer.start(ERROR_MS if notice.error else INFO_MS)

    def place(self) -> None:
        """Stand at the bottom, in the middle of the window."""
        window = self._window
        width = min(window.width() - 48, max(280, self.label.fontMetrics().horizontalAdvance(self.label.text()) + 80), 760)
        self.resize(width, max(36, self._row.heightForWidth(width)))
        self.move((window.width() - width) // 2, window.height() - self.height() - 36)
