"""The inspector's widget: asks the store for an event, shows its page, and goes to the events around it."""

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.app.inspector.blocks import Page
from console.app.inspector.comparing import Comparing
from console.app.inspector.document import Document
from console.app.inspector.editor_dialog import EditorDialog
from console.app.inspector.group import beside, group_of
from console.app.inspector.head import Head
from console.app.inspector.jump_bar import JumpBar
from console.app.inspector.text_pages import JsonPage, RawPage
from console.app.window_shell import WindowShell
from console.model.area import Ref
from console.qt.json_tree import Node, json_root
from console.qt.plain import plain_label
from console.qt.text import clip, visible
from console.store.filter import parse_filter, quote_value
from console.store.reading import load_event
from console.store.rows import EventDetail, Position, Row
from console.store.search import page as search_page

MIN_WIDTH_PX = 280
_JSON, _RAW = "json", "raw"


@dataclass(frozen=True, slots=True)
class Loaded:
    """An event, its page, and the error group that it is in; made off the main thread."""

    detail: EventDetail
    page: Page
    group_id: int | None


def load(connection: sqlite3.Connection, event_id: int) -> Loaded | None:
    """Return all that the inspector shows of an event at first, secrets hidden; None when it is not there."""
    detail = load_event(connection, event_id)
    if detail is None:
        return None
    return Loaded(detail, read(detail), group_of(connection, event_id))


def read(detail: EventDetail, *, reveal: bool = False) -> Page:
    """Return the page of an event."""
    from console.app.inspector.page import read_page  # readers of stacks, SQL and reports: not before the first event

    return read_page(detail, reveal=reveal)


class Inspector(QWidget):
    """Shows what `Shell.inspect` asks for. `areas` names the window's areas: only to those does a button lead."""

    shown = Signal(object)
    """EventDetail, or None when it was emptied."""

    def __init__(self, shell: WindowShell, areas: Collection[str] = ()) -> None:
        super().__init__()
        self.setObjectName("inspector")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Inspector")
        self.setMinimumWidth(MIN_WIDTH_PX)
        self._shell, self._areas = shell, frozenset(areas)
        self.loaded: Loaded | None = None
        self._wanted: int | None = None
        self._tree_shown = self._raw_shown = False
        self.head, self.bar, self.document = Head(), JumpBar(), Document(shell)
        self.json, self.raw = JsonPage(), RawPage()
        self.degraded = plain_label(name="degraded")
        self.words = plain_label(name="muted")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.words.setMargin(24)
        self.comparing = Comparing(shell, self)
        self.pages = QStackedWidget()
        for widget in (self.words, self.document, self.json, self.raw):
            self.pages.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, self.degraded, self.bar):
            column.addWidget(part)
        column.addWidget(self.pages, 1)
        self._connect()
        self._empty("Select an event to see all of it here.\n\nCtrl+K and a number opens an event by its id.")

    @property
    def detail(self) -> EventDetail | None:
        """The event that is shown now."""
        return self.loaded.detail if self.loaded is not None else None

    def open(self, event_id: int | None) -> None:
        """Show an event; None empties the inspector."""
        self._wanted = event_id
        if event_id is None:
            self._empty("Select an event to see all of it here.")
            return
        self._shell.read(self, "event", lambda connection: load(connection, event_id), self._show, self._failed)

    def step(self, by: int) -> None:
        """Go to the previous (-1) or next (1) event of the timeline under the window's filter."""
        if self.detail is None:
            return
        row, text, now_ms = self.detail.row, self._shell.scope().filter_text, self._shell.clock()
        here = Position(row.ts, row.id)

        def query(connection: sqlite3.Connection) -> list[Row]:
            node = parse_filter(text)
            if by < 0:
                return search_page(connection, node, before=here, limit=1, now_ms=now_ms, markers=False).rows
            return search_page(connection, node, after=here, limit=1, now_ms=now_ms, markers=False).rows

        words = "This is the newest event." if by > 0 else "This is the oldest event."
        self._shell.read(self, "step", query, lambda rows: self._stepped(rows[0].id if rows else None, words))

    def step_in_group(self, by: int) -> None:
        """Go to the previous (-1) or next (1) event of the same error group, whatever the filter."""
        if self.loaded is None or self.loaded.group_id is None:
            self._shell.notify("This event is in no error group.")
            return
        event_id = self.loaded.detail.row.id
        words = f"This is the {'newest' if by > 0 else 'oldest'} event of its group."
        query: Callable[[sqlite3.Connection], int | None] = partial(beside, event_id=event_id, step=by)
        self._shell.read(self, "step", query, lambda found: self._stepped(found, words))

    def open_correlation(self) -> None:
        """Show only the events of this event's correlation."""
        if self.detail is not None and self.detail.row.correlation_id:
            self._shell.set_filter(f"correlation:{quote_value(self.detail.row.correlation_id)}")

    def open_group(self) -> None:
        """Go to the error group of this event."""
        if self.has_group() and self.detail is not None:
            self._shell.navigate(Ref("errors", f"event:{self.detail.row.id}"))

    def open_trace(self) -> None:
        """Go to the trace of this event."""
        if self.has_trace() and self.detail is not None:
            self._shell.navigate(Ref("trace", f"event:{self.detail.row.id}"))

    def has_group(self) -> bool:
        return "errors" in self._areas and self.loaded is not None and self.loaded.group_id is not None

    def has_trace(self) -> bool:
        return "trace" in self._areas and self.detail is not None and not self.detail.row.marker

    def go_to_section(self, key: str) -> None:
        """Show a section, the JSON tree ("json") or the raw text ("raw")."""
        if self.loaded is None or key not in self.bar.keys:
            return
        if key == _JSON:
            self._show_tree()
            self.pages.setCurrentWidget(self.json)
        elif key == _RAW:
            self._show_raw()
            self.pages.setCurrentWidget(self.raw)
        else:
            self.pages.setCurrentWidget(self.document)
            self.document.go_to(key)
        self.bar.show_current(key)

    def go_to_number(self, number: int) -> None:
        """Show the n-th section of the bar, from 1."""
        if 1 <= number <= len(self.bar.keys):
            self.go_to_section(self.bar.keys[number - 1])

    def step_section(self, by: int) -> None:
        """Go to the next (1) or previous (-1) entry of the bar."""
        keys, here = self.bar.keys, self._here()
        if here in keys:
            self.go_to_section(keys[max(0, min(len(keys) - 1, keys.index(here) + by))])

    def edit_mapping(self) -> None:
        """Ask for the editor and the path mapping."""
        EditorDialog(self._shell, self).open()

    def focus_content(self) -> None:
        """Give the keys to what is shown."""
        widget = self.pages.currentWidget()
        if widget is not None and widget is not self.words:
            widget.setFocus(Qt.FocusReason.TabFocusReason)

    def retint(self) -> None:
        self.head.retint()
        self.raw.retint()
        if self.loaded is not None:
            self._fill_head(self.loaded)
            self.json.view.tree.viewport().update()
            self.document.show_page(self.loaded.page)

    def _connect(self) -> None:
        head = self.head
        for button, run in (
            (head.correlation, self.open_correlation),
            (head.pin, self._toggle_pin),
            (head.previous, partial(self.step, -1)),
            (head.next, partial(self.step, 1)),
            (head.group_previous, partial(self.step_in_group, -1)),
            (head.group_next, partial(self.step_in_group, 1)),
            (head.group, self.open_group),
            (head.trace, self.open_trace),
        ):
            button.clicked.connect(lambda *_, run=run: run())
        self.bar.chosen.connect(self.go_to_section)
        self.document.current_changed.connect(self._scrolled_to)
        self.document.reveal_wanted.connect(self._reveal)
        self.document.mapping_wanted.connect(self.edit_mapping)
        self.json.reveal_wanted.connect(lambda: self._reveal(_JSON))
        self.raw.reveal_wanted.connect(lambda: self._reveal(_RAW))

    def _show(self, loaded: Loaded | None) -> None:
        if loaded is None:
            self._empty(f"Event {self._wanted} is not kept here: it never was, or it was removed by age or size.")
            return
        before = self._here()
        self.loaded = loaded
        self._tree_shown = self._raw_shown = False
        self._fill_head(loaded)
        self.head.show()
        sections = [(section.key, section.title) for section in loaded.page.sections]
        self.bar.show_sections([*sections, (_JSON, "JSON"), (_RAW, "Raw")])
        self.bar.show()
        self.document.show_page(loaded.page)
        if before in (_JSON, _RAW):
            self.go_to_section(before)
        else:
            self.pages.setCurrentWidget(self.document)
            self.bar.show_current(self.document.current())
        self.shown.emit(loaded.detail)

    def _fill_head(self, loaded: Loaded) -> None:
        self.head.fill(loaded.detail, in_group=self.has_group(), has_trace=self.has_trace())
        self.head.set_compare_menu(self.comparing.choices(loaded.detail.row.id, in_group=loaded.group_id is not None))
        self.degraded.setText(clip(f"Degraded: {visible(loaded.detail.degraded or '')}", 200))
        self.degraded.setVisible(loaded.detail.degraded is not None)

    def _show_tree(self) -> None:
        if self.loaded is not None and not self._tree_shown:
            self._tree_shown = True
            page = self.loaded.page
            done = partial(self._show_root, page)
            self.json.show_root("Reading…", 0)
            self._shell.read(self, "tree", lambda _: json_root(page.text), done)

    def _show_root(self, page: Page, root: Node | str) -> None:
        if self.loaded is not None and self.loaded.page is page:
            self.json.show_root(root, page.secrets)

    def _show_raw(self) -> None:
        if self.loaded is not None and not self._raw_shown:
            self._raw_shown = True
            self.raw.show_text(self.loaded.page.text, self.loaded.page.secrets)

    def _reveal(self, key: str) -> None:
        """Show the secrets of one section, of the tree or of the raw text, until another event is opened."""
        if self.loaded is None:
            return
        detail = self.loaded.detail

        def query(_: sqlite3.Connection) -> tuple[Page, Node | str]:
            page = read(detail, reveal=True)
            return page, json_root(page.text) if key == _JSON else ""

        self._shell.read(self, f"reveal {key}", query, partial(self._show_revealed, key, detail))

    def _show_revealed(self, key: str, detail: EventDetail, answer: tuple[Page, Node | str]) -> None:
        page, root = answer
        if self.detail is not detail:
            return
        if key == _JSON:
            self.json.show_root(root, 0)
        elif key == _RAW:
            self.raw.show_text(page.text, 0)
        elif (section := page.section(key)) is not None:
            self.document.show_section(section)

    def _here(self) -> str:
        page = self.pages.currentWidget()
        return {self.json: _JSON, self.raw: _RAW}.get(page, self.document.current())  # type: ignore[call-overload, no-any-return]

    def _scrolled_to(self, key: str) -> None:
        if self.pages.currentWidget() is self.document:
            self.bar.show_current(key)

    def _empty(self, words: str) -> None:
        self.loaded = None
        self.words.setText(words)
        self.pages.setCurrentWidget(self.words)
        self.degraded.hide()
        self.bar.hide()
        self.head.empty()
        self.shown.emit(None)

    def _failed(self, error: Exception) -> None:
        self._empty(f"Event {self._wanted} could not be read: {visible(str(error))}")

    def _stepped(self, event_id: int | None, words: str) -> None:
        if event_id is not None:
            self._shell.inspect(event_id)
        else:
            self._shell.notify(words)

    def _toggle_pin(self) -> None:
        if self.detail is None:
            return
        event_id, wanted = self.detail.row.id, self.head.pin.isChecked()
        command = {"cmd": "pin", "event": event_id, "note": ""} if wanted else {"cmd": "unpin", "event": event_id}
        self._shell.write(command, lambda answer: self._pinned(event_id, answer))

    def _pinned(self, event_id: int, answer: dict[str, object]) -> None:
        if not answer.get("ok"):
            self._shell.notify(f"Event {event_id} could not be pinned: {answer.get('error', 'no reason given')}", error=True)
        if self.detail is not None and self.detail.row.id == event_id:
            self.open(event_id)
