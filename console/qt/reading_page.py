"""A page that reads the store while it is shown, and says in words what went wrong."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.model.clock import Clock
from console.qt.notice import Notice
from console.qt.shell import Scope, Shell
from console.qt.text import visible


class ReadingPage(QWidget):
    """What was read, or a notice in its place."""

    def __init__(self, shell: Shell, clock: Clock) -> None:
        super().__init__()
        self._shell, self._clock = shell, clock
        self._active = False
        self._read_ms = 0
        self.notice = Notice()
        self._stack = QStackedWidget()
        shell.scope_changed.connect(self._scope_changed)

    def _lay_out(self, above: tuple[QWidget, ...], body: QWidget) -> None:
        """Place what always stands above, and below it the notice or `body`."""
        self._stack.addWidget(self.notice)
        self._stack.addWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in above:
            layout.addWidget(widget)
        layout.addWidget(self._stack, 1)

    def activate(self) -> None:
        self._active = True
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()

    def deactivate(self) -> None:
        self._active = False

    def refresh(self) -> None:
        """Read everything anew."""
        raise NotImplementedError

    def _scope_changed(self, _: Scope) -> None:
        if self._active:
            self.refresh()

    def _failed(self, error: Exception) -> None:
        self._stack.setCurrentWidget(self.notice)
        self.notice.show_text("Could not read the store", visible(str(error)), [("Try again", self.refresh)])
