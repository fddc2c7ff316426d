"""The face of the timeline: strip above, list below, and the words for every state without rows."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QFont
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.areas.timeline.activity_feed import ActivityFeed
from console.areas.timeline.colours import colours_now
from console.areas.timeline.commands import view_actions
from console.areas.timeline.event_actions import EventActions
from console.areas.timeline.header import ColumnLayout
from console.areas.timeline.jump_dialog import JumpDialog
from console.areas.timeline.loading import COUNT_LIMIT, PAGE_ROWS, WINDOW_ROWS, RowsLoader, Window
from console.areas.timeline.menus import EventMenus
from console.areas.timeline.notice import NewestButton
from console.areas.timeline.painting import ROW_HEIGHT, LinePainter
from console.areas.timeline.rows import RowsModel, position
from console.areas.timeline.states import empty_state, error_words
from console.areas.timeline.strip import ActivityStrip
from console.areas.timeline.table import EventTable
from console.model.area import Ref
from console.qt.notice import Banner, Notice
from console.qt.shell import AreaView, Scope, Shell, Tick
from console.qt.theme import SMALL_PX, mono_font
from console.store.rows import Position

_EDGE_PX = 40 * ROW_HEIGHT
FOLDING_SETTING = "timeline/folding"


class TimelineView(AreaView):
    """Every event in order: follows the newest while live, stands still as soon as one looks back."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.active = False
        self._wanted_id: int | None = None
        self._jump_ms: int | None = None
        self._live_span_ms = shell.scope().span_ms
        self._sources: list[dict[str, object]] | None = None
        self._stale = True
        font, fixed = QFont(self.font()), mono_font(SMALL_PX)
        font.setPixelSize(SMALL_PX)
        colours = colours_now()
        self.model = RowsModel(self)
        self.model.folding = bool(shell.setting(FOLDING_SETTING, True))
        self.strip = ActivityStrip(colours, font, self)
        self.banner = Banner(self)
        self.table = EventTable(self.model, LinePainter(self.model, colours, font, fixed, self.devicePixelRatioF()), self)
        self.columns = ColumnLayout(self.table, shell)
        self.notice = Notice(self)
        self.newest = NewestButton(self.table)
        self.loader = RowsLoader(shell, self)
        self.feed = ActivityFeed(shell, self.strip)
        self.actions_on_event = EventActions(shell, self.table)
        self.menus = EventMenus(shell, self.table, self.actions_on_event)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.banner)
        column.addWidget(self._stack, 1)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._connect()
        for action in view_actions(self):
            shell.add_action(action)
        self.notice.show_text("Loading…", "Reading the newest events.")
        self._show_page(self.notice)

    def _connect(self) -> None:
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self._on_failed)
        self.loader.missing.connect(self._on_missing)
        self.loader.new_counted.connect(lambda count: self.newest.show_count(count, COUNT_LIMIT))
        self.strip.range_picked.connect(self._on_range_picked)
        self.strip.cleared.connect(self.go_live)
        self.table.selected.connect(self.shell.inspect)
        self.table.commanded.connect(self.run_command)
        self.table.scrolled_by_hand.connect(self._on_scrolled)
        self.table.resized.connect(self._on_resized)
        self.table.doubleClicked.connect(lambda _index: self.run_command("open"))
        self.newest.clicked.connect(self.go_to_newest)
        self.actions_on_event.pinned.connect(self._on_pinned)
        self.shell.ticked.connect(self._on_tick)
        self.shell.scope_changed.connect(self._on_scope)
        self.shell.theme_changed.connect(self.apply_theme)
        self.shell.source_states_changed.connect(self._on_sources)

    # -- the window's signals -------------------------------------------------------------------------------

    def activate(self) -> None:
        self.active = True
        if self._stale:
            self._stale = False
            self.reload()

    def deactivate(self) -> None:
        self.active = False
        self.feed.stop()
        self._stale = self.loader.following

    def reload(self) -> None:
        """Ask anew: the newest rows of the scope, or those around what was asked for."""
        if self._wanted_id is not None:
            self.loader.load_around(0, self._wanted_id)
        else:
            self.loader.following = True
            self.loader.page_rows = PAGE_ROWS
            self.loader.load_newest()
        self.feed.refresh()

    def _on_scope(self, _scope: Scope) -> None:
        if not self.active:
            self._stale = True
        elif self._jump_ms is not None:
            self.loader.load_around(self._jump_ms)
            self.feed.refresh()
        else:
            self.reload()

    def _on_tick(self, tick: Tick) -> None:
        if self.active and self.shell.scope().live:
            self.loader.on_tick(tick)
            self.feed.on_tick()

    def _on_sources(self, states: list[dict[str, object]]) -> None:
        self._sources = states
        if not self.model.lines:
            self._show_state()

    def apply_theme(self) -> None:
        colours = colours_now()
        self.table.cells.set_colours(colours)
        self.strip.set_colours(colours)
        self.table.viewport().update()

    # -- rows arrive ----------------------------------------------------------------------------------------

    def _on_loaded(self, window: Window) -> None:
        self.banner.show_text("")
        follow = self.loader.following
        self.table.show_rows(lambda: self.model.set_rows(window.rows), follow)
        self._show_state()
        if follow and window.older:
            self._fill_viewport()
        self._jump_ms = None
        if window.target_id is not None:
            self._wanted_id = None
            self.table.select_event(window.target_id)
        self._update_newest()

    def _fill_viewport(self) -> None:
        lines_seen = self.table.viewport().height() // ROW_HEIGHT
        if len(self.model.lines) < 2 * lines_seen and self.loader.page_rows < WINDOW_ROWS:
            self.loader.page_rows *= 2
            self.loader.load_newest()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keys to the list, as soon as it shows; a proxy that is hidden could not take them."""
        super().focusInEvent(event)
        if self.table.isVisibleTo(self):
            self.table.setFocus(event.reason())

    def _show_page(self, page: QWidget) -> None:
        had_focus = self.table.hasFocus()
        self._stack.setCurrentWidget(page)
        if page is self.table and self.hasFocus():
            self.table.setFocus()
        elif page is not self.table and had_focus:
            self.setFocus()

    def _show_state(self) -> None:
        if self.model.lines:
            self._show_page(self.table)
            return
        state = empty_state(self.shell, self._sources)
        self.notice.show_text(state.title, state.detail, state.steps)
        self._show_page(self.notice)

    def _on_failed(self, error: Exception) -> None:
        title, detail = error_words(error)
        self._jump_ms = self._wanted_id = None
        if self.model.lines:
            self.banner.show_text(f"{title} {detail} These are the last good rows.", "Try again", self.reload)
        else:
            steps = [("Clear filter", lambda: self.shell.set_filter("")), ("Try again", self.reload)]
            self.notice.show_text(title, detail, steps[0 if self.shell.scope().filter_text else 1 :])
            self._show_page(self.notice)

    def _on_missing(self, reason: str) -> None:
        wanted, self._wanted_id = self._wanted_id, None
        self.shell.notify(reason)
        self._update_newest()
        if wanted is not None:
            hidden = "hidden" in reason
            self.banner.show_text(reason, "Show it" if hidden else "", lambda: self._show_hidden(wanted) if hidden else None)
            if not self.model.lines:
                self.loader.load_newest()

    def _show_hidden(self, event_id: int) -> None:
        self._wanted_id = event_id
        self.shell.set_filter("")
        self.shell.set_span(None)
        self.reload()

    def _on_pinned(self, event_id: int, pinned: bool) -> None:
        self.model.patch([row._replace(pinned=int(pinned)) for row in self.model.rows if row.id == event_id])

    # -- the person moves -----------------------------------------------------------------------------------

    def _on_scrolled(self) -> None:
        bar = self.table.verticalScrollBar()
        if self.loader.following and not self.table.at_end():
            self.stop_following()
        elif not self.loader.following and self.table.at_end() and not self.loader.window.newer:
            self.loader.following = True
            self._update_newest()
        if bar.value() < _EDGE_PX:
            self.loader.load_older()
        if bar.maximum() - bar.value() < _EDGE_PX and not self.loader.following:
            self.loader.load_newer()

    def stop_following(self) -> None:
        if self.loader.following and self.model.lines:
            self.loader.following = False
            self._update_newest()

    def _update_newest(self) -> None:
        standing = not self.loader.following and (self.shell.scope().live or self.loader.window.newer)
        if standing and not self.newest.isVisible():
            self.newest.show_count(0, COUNT_LIMIT)
        self.newest.setVisible(standing)

    def go_to_newest(self) -> None:
        """Show the newest row and follow it while live."""
        self.loader.following = True
        self.loader.load_newest()
        self.table.setFocus()

    def go_to_oldest(self) -> None:
        self.stop_following()
        if self.loader.window.older:
            since_ms, _until_ms = self.shell.bounds_ms()
            self.loader.load_around(since_ms if since_ms is not None else 0)
        elif self.model.lines:
            self.table.select_event(self.model.lines[0].row.id)

    def _on_range_picked(self, since_ms: int, until_ms: int) -> None:
        scope = self.shell.scope()
        if scope.live:
            self._live_span_ms = scope.span_ms
        self.shell.set_range(since_ms, until_ms)

    def go_live(self) -> None:
        """Leave a picked range: the span that was followed before it, live."""
        self.shell.set_span(self._live_span_ms)

    def _on_resized(self) -> None:
        self.newest.place()
        if self.loader.following:
            self.table.show_rows(lambda: None, True)

    def jump_to(self, ts_ms: int) -> None:
        """Show what happened at a moment; the window is paused, and its range moved when the moment lies outside."""
        since_ms, until_ms = self.shell.bounds_ms()
        self._jump_ms = ts_ms
        inside = (since_ms is None or since_ms <= ts_ms) and (until_ms is None or ts_ms <= until_ms)
        if inside:
            self.shell.set_live(False)
        else:
            half_ms = (self.shell.scope().span_ms or 15 * 60_000) // 2
            self.shell.set_range(ts_ms - half_ms, ts_ms + half_ms)
        self.loader.load_around(ts_ms)

    def ask_jump(self) -> None:
        dialog = JumpDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self.jump_to)
        dialog.open()

    def find_error(self, forward: bool) -> None:
        line = self.table.current_line()
        rows = self.model.rows
        edge = position(rows[-1]) if rows else Position(0, 0)
        start = position(line.row) if line else (Position(-(2**62), 0) if forward else Position(edge.ts, edge.id + 1))
        self.stop_following()
        self.loader.find_error(start, forward)

    def set_folding(self, folding: bool) -> None:
        self.shell.set_setting(FOLDING_SETTING, folding)
        self.table.show_rows(lambda: self.model.set_folding(folding), self.loader.following)

    def run_command(self, word: str) -> None:
        """Do what a key of the list means; see `console.areas.timeline.table`."""
        actions = self.actions_on_event
        commands: dict[str, Callable[[], object]] = {
            "pin": actions.toggle_pin,
            "bookmark": actions.bookmark,
            "copy": self.menus.open_copying,
            "copy_rows": actions.copy_rows,
            "mark": actions.mark,
            "open": lambda: self.shell.inspect(self.table.selected_id),
            "next_error": lambda: self.find_error(True),
            "previous_error": lambda: self.find_error(False),
            "filter_menu": self.menus.open_filters,
            "first": self.go_to_oldest,
            "last": self.go_to_newest,
            "down": lambda: self.table.step(1),
            "up": self._step_up,
            "leave_end": self.stop_following,
            "fold": lambda: self._open_run(False),
            "unfold": lambda: self._open_run(True),
        }
        commands[word]()

    def _step_up(self) -> None:
        self.stop_following()
        self.table.step(-1)

    def _open_run(self, opened: bool) -> None:
        number = self.table.currentIndex().row()
        if number >= 0:
            self.stop_following()
            self.table.show_rows(lambda: self.model.open_run(number, opened), False)

    # -- places ---------------------------------------------------------------------------------------------

    def show_ref(self, ref: Ref) -> None:
        """Select the event whose id is `ref.id`, loading the rows around it."""
        if not ref.id:
            return
        try:
            self._wanted_id = int(ref.id)
        except ValueError:
            self.shell.notify(f"“{ref.id[:40]}” is no event id.", error=True)
            return
        if self.active:
            self.reload()
        else:
            self._stale = True

    def place(self) -> Ref | None:
        chosen = self.table.selected_id
        return Ref("timeline", str(chosen)) if chosen is not None else None
