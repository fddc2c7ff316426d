"""The list of groups with its bar: asks the store, keeps up with it, and holds still while somebody works in it."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.areas.errors.store.answers import OPEN_STATUSES, ORDERS, STATUSES, GroupingState, GroupRow
from console.areas.errors.view.bar import GroupBar
from console.areas.errors.view.group_columns import with_mark
from console.areas.errors.view.group_table import GroupTable
from console.areas.errors.view.order import held_words, hold_order
from console.areas.errors.view.question import FILTER_EVENTS, ListAnswer, ListQuestion, ask_groups
from console.areas.errors.view.states import Asked, empty_state, error_words, range_words
from console.model.clock import Clock
from console.qt.notice import Banner, Notice
from console.qt.shell import Shell, Tick
from console.qt.text import visible
from console.qt.words import counted

READ_EVERY_MS = 1_000
SAID_MS = 20_000
"""What was done is said, and undo offered, for so long."""
LOOKED_SETTING, LIST_SETTING = "errors.looked_ms", "errors.list"
_ORDER_WORDS = {
    "last": "last seen first", "first": "newest groups first", "count": "most events first", "severity": "worst first",
    "trend": "rising first",
}  # fmt: skip
_KEYS = "R resolve · I ignore · W workaround · O reopen · G merge · Esc leave one"


class GroupList(QWidget):
    """Reads while `active`. `answered` after each answer; `regroup_wanted` when the person asks for it."""

    answered = Signal()
    regroup_wanted = Signal()
    undo_wanted = Signal()

    def __init__(self, shell: Shell, clock: Clock) -> None:
        super().__init__()
        self._shell, self._clock = shell, clock
        self.active = False
        self.answer: ListAnswer | None = None
        self._rows: list[GroupRow] = []
        self._asked, self._fresh = False, True
        self._asked_ms = self._read_ms = 0
        self._sources: Sequence[object] | None = None
        self._done_words, self._done_ms = "", 0
        self.regrouping = False
        self.bar = GroupBar()
        self.regroup_line, self.line = Banner(), Banner()
        self.table = GroupTable(shell, clock)
        self.notice = Notice()
        self._stack = QStackedWidget()
        self._poll = QTimer(self)
        self._poll.setInterval(READ_EVERY_MS // 2)
        self._poll.timeout.connect(self.ask)
        self._build()
        self._restore()
        self.bar.changed.connect(self._question_changed)
        self.bar.left.connect(self.focus_list)
        self.table.order_wanted.connect(self.set_order)
        self.table.selection_moved.connect(self._show_state)
        self.notice.show_text("Loading…", "Reading the error groups.")

    def _build(self) -> None:
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.notice)
        self._stack.setCurrentWidget(self.notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self.bar, self.regroup_line, self.line):
            layout.addWidget(widget)
        layout.addWidget(self._stack, 1)
        self.setMinimumHeight(160)

    # -- asking ---------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read anew, and show the order as it is now."""
        self._fresh = True
        self.ask()

    def ask(self) -> None:
        if not self.active:
            return
        since_ms, until_ms = self._shell.bounds_ms()
        self._asked, self._asked_ms = True, self._clock()
        question = ListQuestion(
            since_ms, until_ms, self._asked_ms, self.bar.words.text().strip(), self.bar.statuses(), self.table.groups.order,
            self._shell.scope().filter_text, self.looked_ms(),
        )  # fmt: skip
        self._shell.read(self, "groups", lambda connection: ask_groups(connection, question), self._take, self._failed)

    def ticked(self, tick: Tick) -> None:
        """The store moved: read again, at most once a second; a range that stands still does not change."""
        if self.active and self._shell.scope().live and not self._asked and tick.now_ms - self._asked_ms >= READ_EVERY_MS:
            self.ask()

    def took_sources(self, states: Sequence[object]) -> None:
        self._sources = states
        if self.answer is not None and not self._rows:
            self._show_rows()

    # -- what the person chose ------------------------------------------------------------------------------

    def looked_ms(self) -> int | None:
        found = self._shell.setting(LOOKED_SETTING)
        return found if type(found) is int else None

    def mark_looked(self) -> None:
        """Everything that is shown now has been seen."""
        self._shell.set_setting(LOOKED_SETTING, self._read_ms or self._clock())
        self.refresh()

    def set_order(self, order: str) -> None:
        self.table.groups.set_order(order)
        self._question_changed()

    def show_question(self, statuses: frozenset[str], words: str, order: str) -> None:
        """Ask for these statuses and words in this order."""
        self.bar.show_question(statuses, words)
        self.set_order(order)

    def set_regrouping(self, under_way: bool) -> None:
        self.regrouping = under_way
        if under_way:
            self._poll.start()
        else:
            self._poll.stop()
        self.ask()

    def say(self, words: str, undoable: bool) -> None:
        """Say what was done, with a button that takes it back, until something else is done."""
        self._done_words, self._done_ms = words, self._clock()
        self.table.picking = False
        self.line.show_text(visible(words), "Undo (Ctrl+Z)" if undoable else "", self.undo_wanted.emit)

    def focus_list(self) -> None:
        shown = self.table if self._stack.currentWidget() is self.table else self.notice
        shown.setFocus()

    def _question_changed(self) -> None:
        kept = {"statuses": sorted(self.bar.statuses()), "order": self.table.groups.order}
        self._shell.set_setting(LIST_SETTING, kept)
        self.line.show_text("")
        self.refresh()

    def _restore(self) -> None:
        kept = self._shell.setting(LIST_SETTING)
        if isinstance(kept, dict) and isinstance(kept.get("statuses"), list):
            known = frozenset(status for status in STATUSES if status in kept["statuses"])
            self.bar.show_question(known, "")
            order = kept.get("order")
            self.table.groups.set_order(order if order in ORDERS else "last")

    # -- what the store said --------------------------------------------------------------------------------

    def _take(self, answer: ListAnswer) -> None:
        fresh, self._fresh, self._asked = self._fresh, False, False
        self._read_ms, self.answer = self._asked_ms, answer
        working = self.table.hasFocus() and self.table.current_row() is not None
        if fresh or not working:
            self._rows = list(answer.groups.rows)
            waiting = ""
        else:
            kept = {row.id for row in self.table.chosen_rows()}
            held = hold_order(self._rows, answer.groups.rows, lambda row: row.id, kept)
            self._rows, waiting = held.rows, held_words(held)
        if waiting or self._clock() - self._done_ms > SAID_MS:
            self._done_words = ""
        if waiting:
            self.line.show_text(waiting, "Refresh (.)", self.refresh)
        elif not self._done_words:
            self.line.show_text("")
        self._show_rows()
        self._show_regrouping(answer.state)
        self.answered.emit()

    def _failed(self, error: Exception) -> None:
        self._asked = False
        title, detail = error_words(error)
        if self._rows:
            self._done_words = ""
            self.line.show_text(f"{title} {detail} These are the last good groups.", "Try again", self.refresh)
            return
        clear = [("Clear filter", lambda: self._shell.set_filter(""))] if self._shell.scope().filter_text else []
        self.notice.show_text(title, detail, [*clear, ("Try again", self.refresh)])
        self._show_page(self.notice)

    def _show_rows(self) -> None:
        looked = self.looked_ms()
        self.table.groups.texts.looked_ms = looked
        marked = with_mark(self._rows, looked if self.table.groups.order == "last" else None, self._read_ms)
        self.table.show_lines(marked)
        if self._rows:
            self._show_page(self.table)
        elif self.answer is not None:
            asked = Asked(self.bar.words.text(), self.bar.statuses(), self._show_all, self._clear_words)
            state = empty_state(self._shell, asked, self.answer.groups.hidden_by_status, self._sources)
            self.notice.show_text(state.title, state.detail, state.steps)
            self._show_page(self.notice)
        self._show_state()

    def _show_page(self, page: QWidget) -> None:
        had_focus = self.table.hasFocus() or self.notice.hasFocus()
        self._stack.setCurrentWidget(page)
        if had_focus:
            page.setFocus()

    def _show_state(self) -> None:
        if self.answer is None:
            return
        groups = self.answer.groups
        self.bar.show_counts({**groups.hidden_by_status, **groups.by_status})
        chosen = len(self.table.chosen_rows())
        if chosen > 1 or self.table.picking:
            self.bar.show_state(f"{counted(chosen, 'group')} chosen: {_KEYS}")
            return
        shown = f"the first {len(self._rows):,} of " if groups.total > len(groups.rows) else ""
        where = range_words(self._shell.scope())
        words = [f"{shown}{counted(groups.total, 'group')}, {counted(groups.events, 'event')} {where}"]
        words += [_ORDER_WORDS[self.table.groups.order]]
        words += ["paused" if not self._shell.scope().live else "live"]
        words += [f"filtered by the newest {FILTER_EVENTS:,} errors that match"] if self.answer.cut else []
        self.bar.show_state(" · ".join(words))

    def _show_regrouping(self, state: GroupingState) -> None:
        if self.regrouping:
            done = f": {state.done:,} of {state.total:,} events" if state.total else ""
            self.regroup_line.show_text(f"Grouping anew{done}. You can go on working.")
        elif state.regroup_reason:
            reason = state.regroup_reason[:1].upper() + state.regroup_reason[1:]
            self.regroup_line.show_text(f"{reason}.", "Group anew", self.regroup_wanted.emit)
        else:
            self.regroup_line.show_text("")

    def _show_all(self) -> None:
        self.show_question(frozenset(STATUSES), self.bar.words.text(), self.table.groups.order)

    def _clear_words(self) -> None:
        statuses = self.bar.statuses() or OPEN_STATUSES
        self.show_question(statuses, "", self.table.groups.order)
