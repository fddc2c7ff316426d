"""The time range: ◀ last 15 minutes ▾ ▶, and a form for a range of one's own."""

from collections.abc import Callable

from PySide6.QtCore import QDateTime, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QDateTimeEdit,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QMenu,
    QToolButton,
    QWidget,
)

from console.app.scope import SPANS, bounds_ms, range_detail, range_words
from console.app.window_shell import WindowShell
from console.qt.icons import icon
from console.qt.shell import Scope
from console.qt.text import plain_tooltip

_FORMAT = "yyyy-MM-dd HH:mm:ss"


class RangePicker(QWidget):
    """Shows the scope's range and changes it through the shell."""

    custom_wanted = Signal()

    def __init__(self, shell: WindowShell) -> None:
        super().__init__()
        self._shell = shell
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.earlier = _button("Earlier range (Alt+,)", lambda: shell.shift(-1))
        self.choice = _button("Time range (Ctrl+R)", self.open_menu)
        self.choice.setObjectName("range")
        self.choice.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.choice.setMinimumWidth(180)
        self.later = _button("Later range (Alt+.)", lambda: shell.shift(1))
        for button in (self.earlier, self.choice, self.later):
            layout.addWidget(button)
        self.menu = QMenu(self)
        self.menu.setAccessibleName("Time ranges")
        self._group = QActionGroup(self)
        self._spans: list[tuple[int | None, QAction]] = []
        for words, span_ms in SPANS:
            action = self.menu.addAction(words)
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, span=span_ms: shell.set_span(span))
            self._group.addAction(action)
            self._spans.append((span_ms, action))
        self.menu.addSeparator()
        self.menu.addAction("From … to …").triggered.connect(self.open_form)
        shell.scope_changed.connect(self.show_scope)
        self.retint()
        self.show_scope(shell.scope())

    def show_scope(self, scope: Scope) -> None:
        self.choice.setText(f" {range_words(scope)}  ▾")
        self.choice.setToolTip(plain_tooltip(range_detail(scope, self._shell.clock())))
        self.choice.setAccessibleDescription(range_words(scope))
        endless = bounds_ms(scope, self._shell.clock())[0] is None
        self.earlier.setEnabled(not endless)
        self.later.setEnabled(not endless and not scope.live)
        for span_ms, action in self._spans:
            action.setChecked(scope.live and scope.span_ms == span_ms)

    def open_menu(self) -> None:
        self.menu.popup(self.choice.mapToGlobal(self.choice.rect().bottomLeft()))

    def open_form(self) -> None:
        """Ask for a range of one's own."""
        since_ms, until_ms = self._shell.bounds_ms()
        now_ms = self._shell.clock()
        until_ms = now_ms if until_ms is None else until_ms
        form = RangeForm(until_ms - 900_000 if since_ms is None else since_ms, until_ms, self.window())
        form.accepted.connect(lambda: self._shell.set_range(*form.range_ms()))
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def retint(self) -> None:
        self.earlier.setIcon(icon("back"))
        self.later.setIcon(icon("forward"))
        self.choice.setIcon(icon("clock"))


class RangeForm(QDialog):
    """From … to …, local time."""

    def __init__(self, since_ms: int, until_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Time range")
        layout = QFormLayout(self)
        self.since, self.until = _moment_field("From", since_ms), _moment_field("To", until_ms)
        layout.addRow("&From", self.since)
        layout.addRow("&To", self.until)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout.addRow(buttons)

    def range_ms(self) -> tuple[int, int]:
        """Return (since, until) in Unix milliseconds."""
        return self.since.dateTime().toMSecsSinceEpoch(), self.until.dateTime().toMSecsSinceEpoch()


def _moment_field(name: str, at_ms: int) -> QDateTimeEdit:
    field = QDateTimeEdit(QDateTime.fromMSecsSinceEpoch(at_ms))
    field.setDisplayFormat(_FORMAT)
    field.setCalendarPopup(True)
    field.setAccessibleName(name)
    return field


def _button(name: str, run: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(name)
    button.setToolTip(plain_tooltip(name))
    button.clicked.connect(lambda *_: run())
    return button
