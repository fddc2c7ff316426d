"""The inspector: one event whole, with its neighbours one key away."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QTabWidget, QToolButton, QVBoxLayout, QWidget

from console.app.fact_list import FactList
from console.app.overview import HEAD_CHARS, marker_facts, moment_utc, moment_words, overview_facts, payload_groups
from console.app.window_shell import WindowShell
from console.qt.document import JsonView, RawText
from console.qt.icons import icon
from console.qt.json_tree import Node, json_root
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.text import clip, plain_tooltip, visible
from console.qt.theme import current_theme
from console.store.filter import parse_filter, quote_value
from console.store.reading import load_event
from console.store.rows import MARKER_GAP, MARKER_QUARANTINE, MARKER_UNKNOWN, EventDetail, Position, Row
from console.store.search import page

MIN_WIDTH_PX = 280
_MARKERS = {MARKER_GAP: "gap", MARKER_UNKNOWN: "coverage unknown", MARKER_QUARANTINE: "quarantined"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """An event and the tree of its payload, read and parsed off the main thread."""

    detail: EventDetail
    root: Node | str


class Inspector(QWidget):
    """Shows what `Shell.inspect` asks for."""

    shown = Signal(object)
    """EventDetail, or None when it was emptied."""

    def __init__(self, shell: WindowShell) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Inspector")
        self.setMinimumWidth(MIN_WIDTH_PX)
        self._shell = shell
        self.detail: EventDetail | None = None
        self._wanted: int | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = self._make_head()
        column.addWidget(self.head)
        self.degraded = _label("degraded")
        column.addWidget(self.degraded)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Parts of the event")
        self.tabs.tabBar().setAccessibleName("Parts of the event")
        self.facts, self.json, self.raw = FactList(), JsonView(), RawText()
        for widget, title in ((self.facts, "Overview"), (self.json, "JSON"), (self.raw, "Raw text")):
            self.tabs.addTab(widget, title)
        self.words = _label("muted")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setMargin(24)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.words)
        self.pages.addWidget(self.tabs)
        column.addWidget(self.pages, 1)
        self.retint()
        self._empty("Select an event to see all of it here.\n\nCtrl+K and a number opens an event by its id.")

    def open(self, event_id: int | None) -> None:
        """Show an event; None empties the inspector."""
        self._wanted = event_id
        if event_id is None:
            self._empty("Select an event to see all of it here.")
            return

        def query(connection: sqlite3.Connection) -> Loaded | None:
            detail = load_event(connection, event_id)
            return Loaded(detail, json_root(detail.payload)) if detail is not None else None

        self._shell.read(self, "event", query, self._show, self._failed)

    def step(self, by: int) -> None:
        """Go to the previous (-1) or next (1) event of the timeline under the window's filter."""
        if self.detail is None:
            return
        row, text, now_ms = self.detail.row, self._shell.scope().filter_text, self._shell.clock()
        here = Position(row.ts, row.id)

        def query(connection: sqlite3.Connection) -> list[Row]:
            node = parse_filter(text)
            if by < 0:
                return page(connection, node, before=here, limit=1, now_ms=now_ms, markers=False).rows
            return page(connection, node, after=here, limit=1, now_ms=now_ms, markers=False).rows

        self._shell.read(self, "step", query, lambda rows: self._stepped(rows, by))

    def open_correlation(self) -> None:
        """Show only the events of this event's correlation."""
        if self.detail is not None and self.detail.row.correlation_id:
            self._shell.set_filter(f"correlation:{quote_value(self.detail.row.correlation_id)}")

    def retint(self) -> None:
        for button, name in ((self.previous, "up"), (self.next, "down"), (self.correlation, "link"), (self.pin, "pin")):
            button.setIcon(icon(name))
        self.raw.retint()
        if self.detail is not None:
            self._fill_head(self.detail)
            self.json.tree.viewport().update()

    def _make_head(self) -> QWidget:
        head = QWidget()
        head.setObjectName("inspectorHead")
        head.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(head)
        column.setContentsMargins(12, 6, 6, 8)
        column.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(2)
        self.kind = _label("small")
        self.kind.setWordWrap(False)
        row.addWidget(self.kind, 1)
        self.pin = _tool("Pin: keep this event when old ones are removed", self._toggle_pin)
        self.pin.setCheckable(True)
        self.correlation = _tool("Show all events of this correlation (Ctrl+Shift+O)", self.open_correlation)
        self.previous = _tool("Previous event (Ctrl+Up)", lambda: self.step(-1))
        self.next = _tool("Next event (Ctrl+Down)", lambda: self.step(1))
        for button in (self.pin, self.correlation, self.previous, self.next):
            row.addWidget(button)
        self.message = _label("")
        self.message.setMaximumHeight(72)
        self.message.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.time = _label("small")
        column.addLayout(row)
        column.addWidget(self.message)
        column.addWidget(self.time)
        return head

    def _show(self, loaded: Loaded | None) -> None:
        if loaded is None:
            self._empty(f"Event {self._wanted} is not kept here: it never was, or it was removed by age or size.")
            return
        detail, root = loaded.detail, loaded.root
        self.detail = detail
        self._fill_head(detail)
        self.head.show()
        if detail.row.marker:
            self.facts.show_facts([("", marker_facts(detail, root))])
        else:
            self.facts.show_facts([("", overview_facts(detail)), *payload_groups(root)])
        self.json.show_root(root)
        self.raw.set_text(detail.payload)
        self.pages.setCurrentWidget(self.tabs)
        self.shown.emit(detail)

    def _fill_head(self, detail: EventDetail) -> None:
        row, theme = detail.row, current_theme()
        word = row.severity or row.level
        if row.marker:
            title, color = f"⌇ {_MARKERS.get(row.marker, 'gap')} · {visible(row.source)}", theme.color("gap")
        else:
            title = f"{SEVERITY_GLYPHS.get(row.severity, '○')} {visible(word)} · {visible(row.service)}"
            color = theme.severity_color(row.severity)
        self.kind.setText(clip(title, 60))
        self.kind.setToolTip(plain_tooltip(title))
        self.kind.setStyleSheet(f"color: {color.name()}; font-weight: 600;")
        self.message.setText(clip(visible(row.message), HEAD_CHARS) or "no message")
        self.message.setToolTip(plain_tooltip(row.message))
        self.time.setText(f"{moment_words(row.ts)} · event {row.id}")
        self.time.setToolTip(plain_tooltip(moment_utc(row.ts)))
        self.degraded.setText(clip(f"Degraded: {visible(detail.degraded or '')}", 200))
        self.degraded.setVisible(detail.degraded is not None)
        self.pin.setChecked(bool(row.pinned))
        self.pin.setEnabled(not row.marker)
        for button in (self.previous, self.next):
            button.setEnabled(True)
        self.correlation.setEnabled(bool(row.correlation_id))

    def _empty(self, words: str) -> None:
        self.detail = None
        self.words.setText(words)
        self.pages.setCurrentWidget(self.words)
        for label in (self.kind, self.message, self.time):
            label.setText("")
        self.degraded.hide()
        for button in (self.pin, self.correlation, self.previous, self.next):
            button.setEnabled(False)
        self.head.hide()
        self.shown.emit(None)

    def _failed(self, error: Exception) -> None:
        self._empty(f"Event {self._wanted} could not be read: {visible(str(error))}")

    def _stepped(self, rows: list[Row], by: int) -> None:
        if rows:
            self._shell.inspect(rows[0].id)
        else:
            self._shell.notify("This is the newest event." if by > 0 else "This is the oldest event.")

    def _toggle_pin(self) -> None:
        if self.detail is None:
            return
        event_id, wanted = self.detail.row.id, self.pin.isChecked()
        command = {"cmd": "pin", "event": event_id, "note": ""} if wanted else {"cmd": "unpin", "event": event_id}
        self._shell.write(command, lambda answer: self._pinned(event_id, answer))

    def _pinned(self, event_id: int, answer: dict[str, object]) -> None:
        if not answer.get("ok"):
            self._shell.notify(f"Event {event_id} could not be pinned: {answer.get('error', 'no reason given')}", error=True)
        if self.detail is not None and self.detail.row.id == event_id:
            self.open(event_id)


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label


def _tool(name: str, run: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setAccessibleName(name)
    button.setToolTip(plain_tooltip(name))
    button.clicked.connect(lambda *_: run())
    return button
