"""The top of the inspector: what the event is, and the ways from it to others."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from console.app.inspector.overview import HEAD_CHARS, moment_utc, moment_words
from console.model.masking import mask_words
from console.qt.flow import FlowLayout
from console.qt.icons import icon
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.plain import plain_label
from console.qt.text import clip, plain_tooltip, visible
from console.qt.theme import current_theme
from console.store.rows import MARKER_GAP, MARKER_QUARANTINE, MARKER_UNKNOWN, EventDetail

_MARKERS = {MARKER_GAP: "gap", MARKER_UNKNOWN: "coverage unknown", MARKER_QUARANTINE: "quarantined"}


class Head(QWidget):
    """Labels and buttons; what the buttons do is connected by the inspector."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("inspectorHead")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.kind = plain_label(name="small")
        self.kind.setWordWrap(False)
        self.pin = tool_button("Pin: keep this event when old ones are removed")
        self.pin.setCheckable(True)
        self.correlation = tool_button("Show all events of this correlation (Ctrl+Shift+O)")
        self.previous = tool_button("Previous event (Ctrl+Up)")
        self.next = tool_button("Next event (Ctrl+Down)")
        self.message = plain_label()
        self.message.setMaximumHeight(72)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.time = plain_label(name="small")
        self.group_previous = tool_button("Previous event of this group (Ctrl+Shift+Up)")
        self.group_next = tool_button("Next event of this group (Ctrl+Shift+Down)")
        self.group = tool_button("Show the group of this error (Ctrl+Shift+G)", "Group")
        self.compare = tool_button("Compare with another event", "Compare ▾")
        self.compare.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.trace = tool_button("Show the trace of this event (Ctrl+T)", "Trace")
        self.ways = QWidget()
        self._lay_out()
        self.retint()

    def set_compare_menu(self, choices: list[tuple[str, Callable[[], object]]]) -> None:
        """Fill the menu of Compare with (words, what they do)."""
        menu = self.compare.menu() or QMenu(self.compare)
        menu.clear()
        for words, run in choices:
            menu.addAction(words).triggered.connect(lambda *_, run=run: run())
        self.compare.setMenu(menu)

    def retint(self) -> None:
        pictures = (
            *((self.previous, "up"), (self.next, "down"), (self.correlation, "link"), (self.pin, "pin")),
            *((self.group_previous, "arrow_left"), (self.group_next, "arrow_right")),
        )
        for button, name in pictures:
            button.setIcon(icon(name))

    def fill(self, detail: EventDetail, *, in_group: bool, has_trace: bool) -> None:
        """Show an event. Secrets in its message are hidden; the sections reveal them."""
        row, theme = detail.row, current_theme()
        word = row.severity or row.level
        if row.marker:
            title, color = f"⌇ {_MARKERS.get(row.marker, 'gap')} · {visible(row.source)}", theme.color("gap")
        else:
            title = f"{SEVERITY_GLYPHS.get(row.severity, '○')} {visible(word)} · {visible(row.service)}"
            color = theme.severity_color(row.severity)
        message = mask_words(row.message)
        self.kind.setText(clip(title, 60))
        self.kind.setToolTip(plain_tooltip(title))
        self.kind.setStyleSheet(f"color: {color.name()}; font-weight: 600;")
        self.message.setText(clip(visible(message), HEAD_CHARS) or "no message")
        self.message.setToolTip(plain_tooltip(message))
        self.time.setText(f"{moment_words(row.ts)} · event {row.id}")
        self.time.setToolTip(plain_tooltip(moment_utc(row.ts)))
        self.pin.setChecked(bool(row.pinned))
        self.pin.setEnabled(not row.marker)
        self.previous.setEnabled(True)
        self.next.setEnabled(True)
        self.correlation.setEnabled(bool(row.correlation_id))
        for button in (self.group_previous, self.group_next, self.group):
            button.setVisible(in_group)
        self.trace.setVisible(has_trace)
        self.compare.setVisible(not row.marker)
        self.ways.setVisible(not row.marker)

    def empty(self) -> None:
        for label in (self.kind, self.message, self.time):
            label.setText("")
        for button in (self.pin, self.correlation, self.previous, self.next):
            button.setEnabled(False)
        for button in (self.group_previous, self.group_next, self.group, self.trace, self.compare):
            button.hide()
        self.hide()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 6, 6)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(2)
        row.addWidget(self.kind, 1)
        for button in (self.pin, self.correlation, self.previous, self.next):
            row.addWidget(button)
        flow = FlowLayout(self.ways)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.ways.setSizePolicy(policy)
        for button in (self.group_previous, self.group, self.group_next, self.compare, self.trace):
            flow.addWidget(button)
        column.addLayout(row)
        column.addWidget(self.message)
        column.addWidget(self.time)
        column.addWidget(self.ways)


def tool_button(name: str, text: str = "") -> QToolButton:
    """Return a button; `name` is its tool tip and what a screen reader says."""
    button = QToolButton()
    button.setText(text)
    button.setAccessibleName(name)
    button.setToolTip(plain_tooltip(name))
    if text:
        button.setObjectName("way")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
    return button
