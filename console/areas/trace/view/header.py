"""The lines above the lanes: which trace this is, its sum, what is left out, and the buttons."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from console.areas.trace.core.trace import Trace
from console.areas.trace.words import extent_words, shift_words, summary_words
from console.qt.plain import wrapped_label
from console.qt.text import plain_tooltip, visible


class TraceHeader(QWidget):
    """`corrected_changed` when a person switches the correction of the clocks."""

    failure_wanted = Signal()
    fit_wanted = Signal()
    zoom_wanted = Signal(float)
    corrected_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.title = ElidedLabel("title of the trace")
        self.summary = ElidedLabel("small")
        self.left_out = wrapped_label(name="degraded")
        self.failure = _button("▲ First failure", "Go to the first failure (E)")
        self.corrected = _button("Correct clocks", "Correct the clocks of the services by what their calls tell (O)")
        self.corrected.setCheckable(True)
        self.corrected.setChecked(True)
        fit = _button("Fit", "Show the whole time (F)")
        closer, farther = _button("+", "Zoom in (+)"), _button("−", "Zoom out (-)")
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.title, 1)
        for button in (self.failure, self.corrected, fit, farther, closer):
            top.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 4, 6, 4)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.summary)
        column.addWidget(self.left_out)
        self.failure.clicked.connect(self.failure_wanted)
        self.corrected.toggled.connect(self.corrected_changed)
        fit.clicked.connect(self.fit_wanted)
        closer.clicked.connect(lambda: self.zoom_wanted.emit(2.0))
        farther.clicked.connect(lambda: self.zoom_wanted.emit(0.5))

    def show_trace(self, trace: Trace) -> None:
        corrected = self.corrected.isChecked()
        shown = trace.corrected if corrected else trace.as_told
        ids = trace.extent.ids
        more = f" and {len(ids) - 1:,} more ids" if len(ids) > 1 else ""
        self.title.show_text(f"{ids[0]}{more}" if ids else f"{trace.asked} (it has no id)", "\n".join(ids[:40]))
        self.summary.show_text(f"{summary_words(shown)} · {shift_words(trace, corrected=corrected)}")
        left_out = extent_words(trace.extent, len(shown.placed))
        self.left_out.setText(visible(left_out))
        self.left_out.setVisible(bool(left_out))
        self.failure.setEnabled(shown.failure is not None)
        self.corrected.setEnabled(trace.is_shifted)


class ElidedLabel(QLabel):
    """One line of plain text whose middle is left out where there is no room; the tooltip has all of it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName("small" if name == "small" else "")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str, whole: str = "") -> None:
        self.setText(visible(text))
        self.setAccessibleName(visible(text))
        self.setToolTip(plain_tooltip(whole or text))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text()[:500], Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()


def _button(text: str, meaning: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(meaning)
    button.setToolTip(plain_tooltip(meaning))
    return button
