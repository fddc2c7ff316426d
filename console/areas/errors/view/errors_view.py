"""The Errors view: the list of groups, the page of the one that is open, and the keys for both."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout

from console.areas.errors.store.answers import ORDERS, GroupRow
from console.areas.errors.view.commands import WRITES, Command, area_actions, command_of, context_menu
from console.areas.errors.view.group_commands import GroupCommands
from console.areas.errors.view.group_list import GroupList
from console.areas.errors.view.group_page import GroupPage
from console.areas.errors.view.page_feed import PageFeed
from console.areas.errors.view.question import PageAnswer
from console.areas.errors.view.saved_view import SavedView
from console.areas.errors.view.saved_view_menu import SavedViewMenu
from console.areas.errors.view.triage import Triage
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.holding import refuses
from console.qt.shell import AreaView, Shell
from console.qt.splitter import keep_sizes, split
from console.store.rows import Row

SPLIT_SETTING = "layout.errors.list_and_page"


class ErrorsView(AreaView):
    """From "something is red" to its cause and back, by keys alone."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock, who: str = "") -> None:
        super().__init__(shell)
        self._clock = clock
        self._wanted_event: int | None = None
        self._take_focus = False
        self.list = GroupList(shell, clock)
        self.page = GroupPage(shell, clock)
        self.feed = PageFeed(shell, self)
        self.triage = Triage(shell, self, who)
        self.saved = SavedViewMenu(shell, self.list.bar.views, self, self._saved_view)
        self._on_groups = GroupCommands(shell, self, self.triage, self.targets, clock)
        self._runs = self._commands()
        self._build()
        self._connect()
        for action in area_actions(self.run, self.can_run):
            shell.add_action(action)

    def _build(self) -> None:
        splitter = split(Qt.Orientation.Vertical, "Error groups and the open group", (self.list, 4), (self.page, 5))
        keep_sizes(splitter, self.shell, SPLIT_SETTING, [280, 380])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.page.hide()
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _connect(self) -> None:
        self.list.answered.connect(self._ask_page)
        self.list.regroup_wanted.connect(self.triage.regroup)
        self.list.undo_wanted.connect(self.triage.undo)
        self.list.table.opened.connect(self._open_row)
        self.list.table.chosen.connect(self._follow)
        self.list.table.customContextMenuRequested.connect(self._open_menu)
        self.page.commanded.connect(self.run)
        self.page.closed.connect(self._close_page)
        self.page.bars.range_picked.connect(self.shell.set_range)
        self.page.events.chosen.connect(self._inspect)
        self.page.events.opened.connect(self._inspect)
        self.page.events.older_wanted.connect(self._ask_older)
        self.feed.answered.connect(self._take_page)
        self.feed.gone.connect(self._close_page)
        self.feed.older.connect(self.page.events.add_older)
        self.feed.found.connect(self._show_place)
        self.triage.changed.connect(self._changed)
        self.triage.regrouping.connect(self.list.set_regrouping)
        self.saved.chosen.connect(self._show_saved)
        self.shell.scope_changed.connect(lambda _: self.list.refresh())
        self.shell.ticked.connect(self.list.ticked)
        self.shell.source_states_changed.connect(self.list.took_sources)
        self.shell.theme_changed.connect(self._retint)

    # -- the window's side ----------------------------------------------------------------------------------

    def activate(self) -> None:
        self.list.active = True
        self.list.refresh()

    def deactivate(self) -> None:
        self.list.active = False

    def show_ref(self, ref: Ref) -> None:
        """Open a group by its number, the beginning of its fingerprint, or one of its events (`event:123`)."""
        self.feed.find(ref.id)

    def place(self) -> Ref | None:
        row = self._open_group_row()
        return None if row is None else Ref("errors", row.fingerprint)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.list.focus_list()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_of(event)
        if command is None:
            super().keyPressEvent(event)
        else:
            self.run(command)

    # -- commands -------------------------------------------------------------------------------------------

    def run(self, name: str) -> None:
        """Run a command by its name; one that has nothing to work on says so."""
        if self.list.active and not refuses(self.shell, name in WRITES):
            self._runs[name]()

    def can_run(self, command: Command) -> bool:
        """Tell whether a command has something to work on now."""
        least = {"": 0, "group": 1, "groups": 2}[command.needs]
        if command.name in WRITES and self.shell.read_only:
            return False
        return self.list.active and len(self.targets()) >= least

    def targets(self) -> list[GroupRow]:
        """Return the groups that a command concerns: the open one while its page has the keys, else those chosen."""
        row = self._open_group_row()
        opened = [] if row is None else [row]
        return opened if self._page_has_focus() else self.list.table.chosen_rows() or opened

    def _commands(self) -> dict[str, Callable[[], None]]:
        table, groups = self.list.table, self._on_groups
        orders = {f"order_{order}": partial(self.list.set_order, order) for order in ORDERS}
        return orders | {
            "open": self._open_current,
            "back": self._back,
            "resolve": partial(groups.set_status, "resolved"),
            "resolve_note": partial(groups.ask_note, "resolved"),
            "ignore": partial(groups.set_status, "ignored"),
            "workaround": partial(groups.ask_note, "workaround"),
            "reopen": partial(groups.set_status, "pending"),
            "merge": groups.merge,
            "split": groups.split,
            "copy": groups.copy,
            "timeline": groups.show_timeline,
            "undo": self.triage.undo,
            "regroup": self.triage.regroup,
            "select_all": table.selectAll,
            "next": partial(table.step, 1),
            "previous": partial(table.step, -1),
            "next_event": partial(self._step_event, 1),
            "previous_event": partial(self._step_event, -1),
            "refresh": self.list.refresh,
            "words": self.list.bar.focus_words,
            "looked": self.list.mark_looked,
            "save_view": self.saved.ask_name,
            "columns": table.reset_columns,
        }

    def _open_menu(self, at: QPoint) -> None:
        menu = context_menu(self.list.table, self.run, self.can_run)
        menu.popup(self.list.table.viewport().mapToGlobal(at))

    def _changed(self, words: str, undoable: bool) -> None:
        self.shell.notify(words + (" Ctrl+Z takes it back." if undoable else ""))
        self.list.say(words, undoable)
        self.list.refresh()

    def _back(self) -> None:
        """One step back: from the page to the list, from several groups to one, from the open page to none."""
        if self._page_has_focus():
            self.list.focus_list()
        elif not self.list.table.stop_picking():
            self._close_page()

    # -- the open group -------------------------------------------------------------------------------------

    def open_group(self, group_id: int, *, event_id: int | None = None, take_focus: bool = True) -> None:
        """Open the page of a group, at its newest event or at `event_id`."""
        self.feed.opened, self._wanted_event, self._take_focus = group_id, event_id, take_focus
        self._ask_page()

    def _open_row(self, row: object) -> None:
        if isinstance(row, GroupRow):
            self.open_group(row.id)

    def _open_current(self) -> None:
        self._open_row(self.list.table.current_row())

    def _follow(self, row: object) -> None:
        """An open page shows the group that the person moves to in the list."""
        if isinstance(row, GroupRow) and not self.page.isHidden() and self.list.table.hasFocus():
            self.open_group(row.id, take_focus=False)

    def _ask_page(self) -> None:
        if self.list.active and self.list.answer is not None:
            self.feed.ask((self.list.answer.since_ms, self.list.answer.until_ms))

    def _take_page(self, answer: PageAnswer, range_ms: tuple[int, int]) -> None:
        self.page.show_answer(answer, *range_ms)
        self.page.show()
        wanted, self._wanted_event = self._wanted_event, None
        if wanted is not None and not self.page.events.select_event(wanted):
            self.page.events.forget_choice()
            self.shell.inspect(wanted)  # older than the rows that were read
        if self._take_focus:
            self._take_focus = False
            if wanted is None and self.page.events.current_row() is None:
                self.page.events.step(1)
            self.page.events.setFocus()

    def _open_group_row(self) -> GroupRow | None:
        return None if self.page.isHidden() else self.page.row

    def _page_has_focus(self) -> bool:
        focus = QApplication.focusWidget()
        return focus is not None and self.page.isAncestorOf(focus)

    def _close_page(self) -> None:
        had_focus = self._page_has_focus()
        self.feed.opened = None
        self.page.forget()
        self.page.hide()
        if had_focus:
            self.list.focus_list()

    def _step_event(self, step: int) -> None:
        if self.page.isHidden():
            self._open_current()
        elif self.page.events.step(step) is None:
            self.shell.notify(f"That is the {'oldest' if step > 0 else 'newest'} event of the group.")

    def _ask_older(self) -> None:
        rows = self.page.events.events.rows
        if rows:
            self.feed.ask_older(rows[-1])

    def _inspect(self, row: object) -> None:
        if isinstance(row, Row):
            self.shell.inspect(row.id)

    def _show_place(self, group_id: int, event_id: int | None) -> None:
        self.list.table.select_group(group_id)
        self.open_group(group_id, event_id=event_id)

    # -- saved views ----------------------------------------------------------------------------------------

    def _saved_view(self, name: str) -> SavedView:
        scope, bar = self.shell.scope(), self.list.bar
        statuses, order = tuple(sorted(bar.statuses())), self.list.table.groups.order
        return SavedView(name, statuses, bar.words.text(), order, scope.filter_text, scope.span_ms)

    def _show_saved(self, view: SavedView) -> None:
        if not self.list.active:
            self.shell.navigate(Ref("errors"))
        self.shell.set_filter(view.filter_text)
        self.shell.set_span(view.span_ms)
        self.list.show_question(frozenset(view.statuses), view.words, view.order)

    def _retint(self) -> None:
        self.list.table.groups.redraw()
        self.page.show_ages()
