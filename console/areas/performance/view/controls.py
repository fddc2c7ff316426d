"""The row above the plots: which durations to show, and the state of the view in words."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from console.model.histogram import QUANTILES
from console.qt.text import plain_tooltip, visible

_ALL_SERVICES, _ALL_OPERATIONS = "All services", "All operations"


class DurationControls(QWidget):
    """Choosers of service, operation and percentiles; `changed` when a person chose."""

    changed = Signal()
    scale_changed = Signal(bool)
    """Logarithmic or not."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, list[str]] = {}
        self._service = _chooser("Service whose durations are shown", _ALL_SERVICES)
        self._operation = _chooser("Operation whose durations are shown", _ALL_OPERATIONS)
        self._quantiles = {quantile: _toggle(quantile) for quantile in QUANTILES}
        self._log = _switch("log", "Draw durations on a logarithmic scale")
        self._before = _switch("before", "Compare with the range before, dotted")
        self._state = _StateLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self._service)
        layout.addWidget(self._operation)
        layout.addSpacing(8)
        for button in self._quantiles.values():
            layout.addWidget(button)
            button.clicked.connect(self.changed)
        layout.addSpacing(8)
        for button in (self._log, self._before):
            layout.addWidget(button)
        self._log.toggled.connect(self.scale_changed)
        self._before.clicked.connect(self.changed)
        layout.addWidget(self._state, 1)
        self._service.activated.connect(self._service_chosen)
        self._operation.activated.connect(self.changed)

    def service(self) -> str | None:
        value = self._service.currentData()
        return value if isinstance(value, str) else None

    def operation(self) -> str | None:
        value = self._operation.currentData()
        return value if isinstance(value, str) else None

    def quantiles(self) -> tuple[float, ...]:
        return tuple(quantile for quantile, button in self._quantiles.items() if button.isChecked())

    def with_before(self) -> bool:
        return self._before.isChecked()

    def show_state(self, text: str) -> None:
        self._state.setText(text)
        self._state.setToolTip(plain_tooltip(text))
        self._state.setAccessibleName(f"State: {text}")

    def show_operations(self, known: dict[str, list[str]]) -> None:
        """Offer these operations by service; what is chosen stays chosen."""
        if known != self._known:
            self._known = known
            _fill(self._service, _ALL_SERVICES, [name for name, found in known.items() if found])
            self._fill_operations()

    def _service_chosen(self) -> None:
        self._fill_operations()
        self.changed.emit()

    def _fill_operations(self) -> None:
        service = self.service()
        lists = self._known.values() if service is None else [self._known.get(service, [])]
        _fill(self._operation, _ALL_OPERATIONS, sorted({name for names in lists for name in names}))


class _StateLabel(QLabel):
    """Words at the right; without room their end is left out, and the tooltip has them all."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


def _chooser(name: str, every: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setToolTip(name)
    box.addItem(every, None)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(10)
    return box


def _fill(box: QComboBox, every: str, values: list[str]) -> None:
    chosen = box.currentData()
    box.clear()
    box.addItem(every, None)
    for value in values:
        box.addItem(visible(value), value)
    box.setCurrentIndex(values.index(chosen) + 1 if chosen in values else 0)


def _toggle(quantile: float) -> QToolButton:
    button = QToolButton()
    button.setText(f"p{quantile * 100:g}")
    button.setCheckable(True)
    button.setChecked(True)
    button.setAccessibleName(f"Show the {quantile * 100:g}th percentile")
    return button


def _switch(text: str, meaning: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setCheckable(True)
    button.setToolTip(meaning)
    button.setAccessibleName(meaning)
    return button
