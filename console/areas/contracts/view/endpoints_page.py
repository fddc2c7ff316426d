"""The Endpoints page: all endpoints below their services, and the contract of the one that is open."""

import sqlite3
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from console.areas.contracts.store.answers import EndpointRow
from console.areas.contracts.view.commands import WRITES, Command, command_of, context_menu
from console.areas.contracts.view.contract_page import TABS, ContractPage
from console.areas.contracts.view.endpoint_bar import EndpointBar
from console.areas.contracts.view.endpoint_commands import EndpointCommands
from console.areas.contracts.view.endpoint_order import ORDERS, grouped, hold_order, in_trouble
from console.areas.contracts.view.endpoint_states import empty_state, skipped_words, state_words
from console.areas.contracts.view.endpoint_table import EndpointTable
from console.areas.contracts.view.question import EndpointAnswer, OverviewAnswer, ask_endpoint, ask_overview
from console.areas.contracts.view.recheck_line import RecheckLine
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.holding import hold, refuses
from console.qt.notice import Banner
from console.qt.reading_page import ReadingPage
from console.qt.shell import Shell, Tick
from console.qt.splitter import keep_sizes, split
from console.qt.text import visible

READ_EVERY_MS = 1_000
SPLIT_SETTING = "layout.contracts.list_and_page"
ORDER_SETTING = "contracts.order"


class EndpointsPage(ReadingPage):
    """Reads once a second while it is shown and the window is live."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__(shell, clock)
        self.opened: int | None = None
        self._version: int | None = None
        self._take_focus = False
        self._found: OverviewAnswer | None = None
        self._holds = False
        self.bar = EndpointBar()
        self.line = Banner()
        self.recheck = RecheckLine(shell)
        self.table = EndpointTable(shell, clock)
        self.page = ContractPage(shell, clock)
        self.commands = EndpointCommands(shell, self, self.bar, self.table, self.page, clock, self.refresh, self.recheck)
        self._runs = self._own_commands() | self.commands.runs()
        self._build()
        shown = (self.bar, self.page.head, self.page.versions)
        hold(shell, *(button for part in shown for name, button in part.buttons.items() if name in WRITES))
        hold(shell, *(button for name, button in self.page.drift_buttons.items() if name in WRITES))
        self._connect()
        self.notice.show_text("Loading…", "Reading the endpoints.")

    def _build(self) -> None:
        parts = (self.table, 1), (self.page, 1)
        self._splitter = split(Qt.Orientation.Vertical, "Endpoints, and the contract of the open one", *parts)
        keep_sizes(self._splitter, self._shell, SPLIT_SETTING, [220, 420])
        self.table.setMinimumHeight(110)
        self.page.hide()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out((self.bar, self.line, self.recheck), self._splitter)
        order = self._shell.setting(ORDER_SETTING)
        if order in ORDERS:
            self.table.endpoints.set_order(order)

    def _connect(self) -> None:
        self.bar.changed.connect(self.refresh)
        self.bar.words.returnPressed.connect(self.table.setFocus)
        self.bar.commanded.connect(self.run)
        self.table.opened.connect(lambda _: self.run("open"))
        self.table.chosen.connect(self._follow)
        self.table.clicked.connect(lambda _: self._open_clicked())
        self.table.order_wanted.connect(self.set_order)
        self.table.customContextMenuRequested.connect(self._open_menu)
        self.page.commanded.connect(self.run)
        self.page.version_wanted.connect(self.show_version)
        self.recheck.finished.connect(self.refresh)
        self._shell.ticked.connect(self._ticked)
        self._shell.theme_changed.connect(self.table.endpoints.redraw)

    # -- the window's side ----------------------------------------------------------------------------------

    def show_ref(self, ref: Ref) -> None:
        """Open the endpoint whose number is `ref.id`."""
        if ref.id.isdecimal():
            self.open_endpoint(int(ref.id))
        else:
            self._shell.notify(f"“{visible(ref.id[:40])}” is no place among the contracts.", error=True)

    def place(self) -> str:
        """Return the open endpoint's number, or the page."""
        return "endpoints" if self.opened is None else str(self.opened)

    def refresh(self) -> None:
        """Read the list, and the open endpoint, anew."""
        if not self._active:
            return
        now_ms = self._read_ms = self._clock()
        bounds, asked = self._shell.bounds_ms(), self.bar.asked()

        def read(connection: sqlite3.Connection) -> OverviewAnswer:
            return ask_overview(connection, bounds, *asked, now_ms)

        self._shell.read(self, "overview", read, self._show, self._failed)
        self._read_opened()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_of(event)
        if command is None:
            super().keyPressEvent(event)
        else:
            self.run(command)

    def rows(self) -> tuple[EndpointRow, ...]:
        """Return the endpoints that were read last."""
        return () if self._found is None else self._found.overview.rows

    # -- commands -------------------------------------------------------------------------------------------

    def run(self, name: str) -> None:
        """Run a command by its name; one that has nothing to work on says so."""
        if not refuses(self._shell, name in WRITES):
            self._runs[name]()

    def can_run(self, command: Command) -> bool:
        """Tell whether a command has something to work on now."""
        if command.name in WRITES and self._shell.read_only:
            return False
        return command.needs == "" or (self._active and self.commands.has(command.needs))

    def set_order(self, order: str) -> None:
        """Order the endpoints of each service by a column."""
        self.table.endpoints.set_order(order)
        self._shell.set_setting(ORDER_SETTING, order)
        self._holds = False
        self._show_lines()

    def _refresh_order(self) -> None:
        self._holds = False
        self.refresh()

    def _own_commands(self) -> dict[str, Callable[[], None]]:
        tabs = {f"tab_{number + 1}": partial(self._show_tab, number) for number in range(len(TABS))}
        return tabs | {
            "open": self._open_current,
            "close": self._back,
            "next": partial(self._step, 1),
            "previous": partial(self._step, -1),
            "words": self.bar.focus_words,
            "refresh": self._refresh_order,
            "columns": self.table.reset_columns,
        }

    def _open_menu(self, at: QPoint) -> None:
        context_menu(self.table, self.run, self.can_run).popup(self.table.viewport().mapToGlobal(at))

    # -- the open endpoint ----------------------------------------------------------------------------------

    def open_endpoint(self, endpoint_id: int, *, take_focus: bool = True) -> None:
        """Open the page of an endpoint, at the version that is checked."""
        if endpoint_id != self.opened:
            self._version = None
        self.opened, self._take_focus = endpoint_id, take_focus
        self.table.select(endpoint_id)
        self._read_opened()

    def show_version(self, version_id: int) -> None:
        """Look at another version of the open endpoint."""
        self._version = version_id
        self._read_opened()

    def _open_current(self) -> None:
        row = self.table.endpoint()
        if row is not None:
            self.open_endpoint(row.id)

    def _open_clicked(self) -> None:
        row = self.table.endpoint()
        if row is not None and row.id != self.opened:
            self.open_endpoint(row.id, take_focus=False)

    def _follow(self, row: object) -> None:
        """An open page shows the endpoint that the person moves to in the list."""
        if isinstance(row, EndpointRow) and self.opened is not None and row.id != self.opened and self.table.hasFocus():
            self.open_endpoint(row.id, take_focus=False)

    def _read_opened(self) -> None:
        endpoint_id, version_id, now_ms = self.opened, self._version, self._clock()
        if endpoint_id is None or not self._active:
            return
        bounds = self._shell.bounds_ms()

        def read(connection: sqlite3.Connection) -> EndpointAnswer:
            return ask_endpoint(connection, endpoint_id, bounds, version_id, now_ms)

        self._shell.read(self, "endpoint", read, self._show_endpoint, self._lost)

    def _show_endpoint(self, answer: EndpointAnswer) -> None:
        if answer.page.row.id != self.opened:
            return
        self.page.show_answer(answer)
        self.page.show()
        if self._take_focus:
            self._take_focus = False
            self.page.focus_part()

    def _lost(self, error: Exception) -> None:
        words = f"The endpoint could not be read: {visible(str(error))}"
        if isinstance(error, LookupError):
            self._shell.notify(words, error=True)
            self._close()
        else:
            self.page.head.facts.setText(words)  # said where it is missing: it is read again each second

    def _step(self, by: int) -> None:
        """Go to the next endpoint; an open page goes with it, wherever the keys are."""
        self.table.step(by)
        row = self.table.endpoint()
        if row is not None and self.opened is not None and row.id != self.opened:
            self.open_endpoint(row.id, take_focus=False)

    def _show_tab(self, number: int) -> None:
        if self.opened is None:
            self._open_current()
        self.page.show_tab(number)

    def _back(self) -> None:
        """One step back: from the page to the list, then the page closes."""
        focus = QApplication.focusWidget()
        in_page = focus is not None and self.page.isAncestorOf(focus) and focus is not self.page.head.close_button
        if in_page or focus is self.bar.words:
            self.table.setFocus()
        else:
            self._close()

    def _close(self) -> None:
        self.opened = self._version = None
        self.page.forget()
        self.page.hide()
        self.table.setFocus()

    # -- what the store said --------------------------------------------------------------------------------

    def _ticked(self, tick: Tick) -> None:
        if self._active and self._shell.scope().live and tick.now_ms - self._read_ms >= READ_EVERY_MS:
            self.refresh()
            self._read_ms = tick.now_ms

    def _show(self, found: OverviewAnswer) -> None:
        self._found = found
        self._holds = self._holds and self.table.hasFocus() and self.table.endpoint() is not None
        self.bar.show_services(found.overview.services)
        self._show_lines()

    def _show_lines(self) -> None:
        if self._found is None:
            return
        overview = self._found.overview
        rows = [row for row in overview.rows if in_trouble(row) or not self.bar.trouble.isChecked()]
        lines = grouped(rows, self.table.endpoints.order)
        self.table.show_lines(hold_order(self.table.endpoints.rows, lines) if self._holds else lines)
        self._holds = True
        self.bar.state.setText(state_words(rows, overview, self._shell.scope()))
        self.line.show_text(*skipped_words(self._found.skipped, self._shell, self.run, overview))
        if self.opened is not None:
            self.table.select(self.opened)
        if rows:
            self._show_body(self._splitter)
            return
        narrowed = self.bar.is_narrowed()
        state = empty_state(self._shell, narrowed, self.bar.clear, self.run)
        self.notice.show_text(state.title, state.detail, state.steps)
        self._show_body(self.notice)

    def _show_body(self, body: QWidget) -> None:
        """Show the list or the notice; the keys go from the one to the other, but are not taken from the field of words."""
        if self._stack.currentWidget() is not body:
            focus = QApplication.focusWidget()
            had_focus = focus is None or focus is self or self._stack.isAncestorOf(focus)
            self._stack.setCurrentWidget(body)
            self.setFocusProxy(None if body is self.notice else self.table)  # type: ignore[arg-type]  # None is allowed
            if self._active and had_focus:
                self.setFocus()
