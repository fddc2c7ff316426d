"""The bar at the left edge: one button per area."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from console.model.area import Area
from console.qt.icons import area_icon
from console.qt.text import plain_tooltip
from console.qt.theme import current_theme

WIDTH_PX = 92


class AreaBar(QWidget):
    """Emits `chosen` with an area's name."""

    chosen = Signal(str)

    def __init__(self, areas: Sequence[Area]) -> None:
        super().__init__()
        self.setObjectName("areaBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Areas")
        self.setFixedWidth(WIDTH_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 8, 4, 8)
        layout.setSpacing(4)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        for area in areas:
            button = QToolButton()
            button.setText(area.title)
            button.setCheckable(True)
            button.setAutoRaise(True)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setIconSize(QSize(20, 20))
            button.setFixedSize(WIDTH_PX - 8, 56)
            button.setAccessibleName(area.title)
            button.setAccessibleDescription(area.description)
            button.setToolTip(plain_tooltip(f"{area.description} ({area.shortcut})"))
            button.clicked.connect(lambda _=False, name=area.name: self.chosen.emit(name))
            self._group.addButton(button)
            self._buttons[area.name] = button
            layout.addWidget(button)
        layout.addStretch(1)
        self.retint()

    def show_area(self, name: str) -> None:
        """Mark an area as the present one."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)
        self.retint()

    def retint(self) -> None:
        """Draw the icons in the colours of the present theme."""
        theme = current_theme()
        for name, button in self._buttons.items():
            button.setIcon(area_icon(name, theme.accent if button.isChecked() else theme.muted))
