"""The bar on top: back, forward, range, live or paused, filter, palette."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from console.app.filter_box import FilterBox
from console.app.range_picker import RangePicker
from console.app.window_shell import WindowShell
from console.qt.icons import icon
from console.qt.shell import Scope
from console.qt.text import plain_tooltip
from console.qt.theme import current_theme
from console.store.reading import field_values


class ScopeBar(QWidget):
    """One scope for the whole window; every change goes through the shell."""

    def __init__(self, shell: WindowShell) -> None:
        super().__init__()
        self.setObjectName("scopeBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._shell = shell
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(6)
        self.back = _tool("Back (Alt+Left)")
        self.back.clicked.connect(lambda: shell.go(-1))
        self.forward = _tool("Forward (Alt+Right)")
        self.forward.clicked.connect(lambda: shell.go(1))
        self.range = RangePicker(shell)
        self.live = _tool("Live or paused (Space, Ctrl+L)")
        self.live.setObjectName("live")
        self.live.setCheckable(True)
        self.live.setFixedWidth(104)
        self.live.clicked.connect(shell.set_live)
        self.filter = FilterBox()
        self.filter.committed.connect(shell.set_filter)
        self.filter.values_wanted.connect(self._ask_values)
        self.palette_button = _tool("Command palette (Ctrl+K)")
        self.palette_button.setText("Ctrl+K")
        self.palette_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        for widget in (self.back, self.forward, self.range, self.live):
            layout.addWidget(widget)
        layout.addWidget(self.filter, 1)
        layout.addWidget(self.palette_button)
        shell.scope_changed.connect(self.show_scope)
        shell.history_changed.connect(self.show_history)
        self.retint()
        self.show_scope(shell.scope())
        self.show_history()

    def show_scope(self, scope: Scope) -> None:
        self.live.setChecked(scope.live)
        self.live.setText("● live" if scope.live else "❚❚ paused")
        self.live.setToolTip(plain_tooltip("Pause (Space, Ctrl+L)" if scope.live else "Follow the present (Space, Ctrl+L)"))
        if self.filter.text() != scope.filter_text:
            self.filter.show_text(scope.filter_text)

    def show_history(self) -> None:
        self.back.setEnabled(self._shell.history.can_go(-1))
        self.forward.setEnabled(self._shell.history.can_go(1))

    def retint(self) -> None:
        self.back.setIcon(icon("arrow_left"))
        self.forward.setIcon(icon("arrow_right"))
        self.palette_button.setIcon(icon("search", current_theme().muted))
        self.range.retint()
        self.filter.retint()

    def _ask_values(self) -> None:
        self._shell.read(self.filter, "values", field_values, self.filter.set_values)


def _tool(name: str) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(name)
    button.setToolTip(plain_tooltip(name))
    return button
