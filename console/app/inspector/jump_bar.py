"""The sections of an event at a glance: a press goes to one."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QToolButton, QWidget

from console.qt.flow import FlowLayout
from console.qt.text import plain_tooltip


class JumpBar(QWidget):
    """One button for each section, in as many lines as the width needs."""

    chosen = Signal(str)
    """Key of a section."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("jumpBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Sections")
        self._flow = FlowLayout(self, gap_px=1)
        self._flow.setContentsMargins(8, 4, 8, 4)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._buttons: list[QToolButton] = []
        self.keys: tuple[str, ...] = ()

    def show_sections(self, sections: Sequence[tuple[str, str]]) -> None:
        """Show (key, title) pairs in order; the first nine have the keys Alt+1 to Alt+9."""
        self.keys = tuple(key for key, _ in sections)
        while len(self._buttons) < len(sections):
            self._buttons.append(self._make_button(len(self._buttons)))
        for number, button in enumerate(self._buttons):
            button.setVisible(number < len(sections))
            if number < len(sections):
                title = sections[number][1]
                button.setText(title)
                button.setAccessibleName(f"Go to {title}")
                button.setToolTip(plain_tooltip(f"{title} (Alt+{number + 1})" if number < 9 else title))
        self._flow.invalidate()
        self.updateGeometry()

    def show_current(self, key: str) -> None:
        for name, button in zip(self.keys, self._buttons, strict=False):
            button.setChecked(name == key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focus = self.focusWidget()
        shown = self._buttons[: len(self.keys)]
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if step and isinstance(focus, QToolButton) and focus in shown:
            shown[(shown.index(focus) + step) % len(shown)].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def _make_button(self, number: int) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("jump")
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.clicked.connect(lambda: self._choose(number))
        self._flow.addWidget(button)
        return button

    def _choose(self, number: int) -> None:
        self._buttons[number].setChecked(True)  # a second press must not take the mark away
        self.chosen.emit(self.keys[number])
