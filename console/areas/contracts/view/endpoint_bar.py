"""Which endpoints are listed: by words, service and standing, and whether only those in trouble."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from console.areas.contracts.view.commands import COMMANDS
from console.areas.contracts.view.endpoint_words import STANDINGS
from console.qt.little_buttons import little_button
from console.qt.plain import plain_label
from console.qt.text import clip, visible

_TYPED_MS = 200
_WORDS_LIMIT = 200
_SERVICE_CHARS, _SERVICE_PX = 60, 190
_BUTTONS = ("import", "new", "export")


class EndpointBar(QWidget):
    """`changed` when a person asks for other endpoints; `commanded` carries the name of a command."""

    changed = Signal()
    commanded = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.words = QLineEdit()
        self.words.setMaxLength(_WORDS_LIMIT)
        self.words.setClearButtonEnabled(True)
        self.words.setPlaceholderText("Words… (/)")
        self.words.setAccessibleName("Words that the endpoints must have")
        self.words.setToolTip("Words in service, method, path, version or origin")
        self.service = QComboBox()
        self.service.setAccessibleName("Service whose endpoints are listed")
        self.service.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.service.setMaximumWidth(_SERVICE_PX)
        self.standing = QComboBox()
        self.standing.setAccessibleName("How the endpoints that are listed stand to their contracts")
        self.standing.addItem("Any standing", "")
        for standing in STANDINGS:
            self.standing.addItem(standing.capitalize(), standing)
        self.trouble = QCheckBox("Only trouble")
        self.trouble.setAccessibleName("Show only endpoints with violations, drift that matters, or no contract")
        self.trouble.setToolTip(self.trouble.accessibleName())
        self.state = plain_label("", "small")
        commands = {command.name: command for command in COMMANDS}
        self.buttons = {
            name: little_button(commands[name].words, commands[name].tooltip(), partial(self.commanded.emit, name))
            for name in _BUTTONS
        }
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self.changed)
        self._build()
        self.show_services(())

    def _build(self) -> None:
        self.words.textEdited.connect(lambda _: self._typed.start())
        for box in (self.service, self.standing):
            box.activated.connect(lambda _: self.changed.emit())
        self.trouble.clicked.connect(lambda *_: self.changed.emit())
        row = QHBoxLayout()
        row.setSpacing(8)
        self.words.setMinimumWidth(120)
        row.addWidget(self.words, 1)
        row.addWidget(self.service)
        row.addWidget(self.standing)
        row.addWidget(self.trouble)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.state, 1)
        for button in self.buttons.values():
            below.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addLayout(below)

    def asked(self) -> tuple[str, str, str]:
        """Return words, service and standing that are asked for; "" means any."""
        return self.words.text().strip(), self.service.currentData() or "", self.standing.currentData() or ""

    def is_narrowed(self) -> bool:
        """Tell whether anything is left out."""
        return any(self.asked()) or self.trouble.isChecked()

    def show_services(self, services: Sequence[str]) -> None:
        """Offer these services, and keep the chosen one."""
        chosen = self.service.currentData()
        names = [*services, *([chosen] if chosen and chosen not in services else [])]
        if self.service.count() and names == [self.service.itemData(n) for n in range(1, self.service.count())]:
            return
        self.service.clear()
        self.service.addItem("All services", "")
        for name in names:
            self.service.addItem(clip(visible(name), _SERVICE_CHARS), name)
        self.service.setCurrentIndex(max(0, self.service.findData(chosen)))

    def focus_words(self) -> None:
        self.words.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.words.selectAll()

    def clear(self) -> None:
        """Ask for everything."""
        self._typed.stop()
        self.words.clear()
        self.service.setCurrentIndex(0)
        self.standing.setCurrentIndex(0)
        self.trouble.setChecked(False)
        self.changed.emit()
