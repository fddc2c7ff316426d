"""The stepper: the queue of conflicts, the one that is open, and the keys for both."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.areas.sync.store.answers import QueueFilter
from console.areas.sync.view.bulk_commands import BulkCommands
from console.areas.sync.view.commands import WRITES, Command, area_actions, command_of, context_menu
from console.areas.sync.view.conflict_commands import ConflictCommands
from console.areas.sync.view.conflict_feed import ConflictFeed, Opened, Queued
from console.areas.sync.view.conflict_pane import ConflictPane
from console.areas.sync.view.queue_panel import FIRST_STATES, STATES, QueuePanel
from console.areas.sync.view.settling import Settling
from console.model.area import Ref
from console.model.clock import Clock
from console.qt.holding import hold
from console.qt.shell import Shell, Tick
from console.qt.splitter import keep_sizes, split
from console.qt.text import visible
from console.qt.words import counted

SPLIT_SETTING, STATES_SETTING = "layout.sync.queue_and_conflict", "sync.queue"
_CHOICES = ("base", "local", "remote", "both", "edit", "delete")
_OPEN = ("open", "reopened")


class ConflictsPage(QWidget):
    """Opening a conflict changes nothing; decisions are kept at once, and nothing is sent without being asked for."""

    def __init__(self, shell: Shell, clock: Clock, who: str = "") -> None:
        super().__init__()
        self._shell = shell
        self.queue, self.pane = QueuePanel(clock), ConflictPane(clock)
        self.settling = Settling(shell, self, who)
        self.feed = ConflictFeed(shell, self, lambda: self.settling.under_way > 0)
        self.skipped: set[int] = set()
        self._place = 0
        self._on_conflict = ConflictCommands(shell, self.pane, self.settling, self._decided)
        self._on_many = BulkCommands(shell, self, self.settling, clock)
        self._runs = self._commands()
        self._build()
        self._restore()
        self._connect()
        for action in area_actions(self.run, self.can_run):
            shell.add_action(action)

    def _build(self) -> None:
        name = "Queue of conflicts and the open conflict"
        self.splitter = split(Qt.Orientation.Horizontal, name, (self.queue, 0), (self.pane, 1))
        hold(self._shell, *(button for name, button in self.pane.bar.buttons.items() if name in WRITES))
        keep_sizes(self.splitter, self._shell, SPLIT_SETTING, [276, 700])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.pane.show_nothing("No conflict is open", "Choose one in the queue; opening it changes nothing.")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _restore(self) -> None:
        states = self._shell.setting(STATES_SETTING)
        known = [name for name in STATES if isinstance(states, list) and name in states]
        self.queue.show_states(tuple(known) or FIRST_STATES)
        self.feed.wanted = self._question()

    def _connect(self) -> None:
        self.queue.changed.connect(self._ask_others)
        self.queue.list.chosen.connect(self.open)
        self.queue.list.entered.connect(self.pane.fields.setFocus)
        self.pane.bar.commanded.connect(self.run)
        self.pane.fields.moved.connect(self._show_possible)
        self.pane.fields.customContextMenuRequested.connect(self._open_menu)
        self.feed.queued.connect(self._take_queue)
        self.feed.opened.connect(self._take_conflict)
        self.feed.gone.connect(lambda: self._show_nothing("This conflict is gone", "It was deleted with its events."))
        self.feed.failed.connect(lambda error: self.queue.show_failure(_words_of(error), self.feed.ask))
        self.feed.unread.connect(lambda error: self._show_nothing("This conflict could not be read", _words_of(error)))
        self.settling.settled.connect(self.feed.ask)
        self._shell.ticked.connect(self._ticked)
        self._shell.theme_changed.connect(self.queue.list.queue.redraw)

    # -- the view's side ------------------------------------------------------------------------------------

    def activate(self) -> None:
        self.feed.active = True
        self.feed.ask()

    def deactivate(self) -> None:
        self.feed.active = False

    def show_ref(self, ref: Ref) -> None:
        """Open a conflict by its number."""
        if ref.id.isascii() and ref.id.isdigit() and len(ref.id) < 19:
            self.open(int(ref.id))
        else:
            self._shell.notify(f"“{visible(ref.id[:40])}” is no number of a conflict.", error=True)

    def place(self) -> Ref | None:
        return None if self.feed.issue is None else Ref("sync", str(self.feed.issue))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        (self.pane.fields if self.pane.is_shown() else self.queue.list).setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_of(event)
        if command is None:
            super().keyPressEvent(event)
        else:
            self.run(command)

    # -- commands -------------------------------------------------------------------------------------------

    def run(self, name: str) -> None:
        """Run a command by its name; one that makes no sense now says why."""
        if not self.feed.active:
            return
        refusal = self._refusal(name)
        if refusal:
            self._shell.notify(refusal)
        else:
            self._runs[name]()

    def can_run(self, command: Command) -> bool:
        """Tell whether a command has something to work on now."""
        if not self.feed.active or self._refusal(command.name):
            return False
        return command.name not in _CHOICES or self._on_conflict.can_choose(command.name)

    def open(self, issue: int) -> None:
        """Open a conflict; nothing is changed by it."""
        self.feed.open(issue)
        self.queue.list.mark(issue)
        self._place = self._index(issue)

    def _commands(self) -> dict[str, Callable[[], None]]:
        return self._on_conflict.runs() | self._on_many.runs() | {
            "next_field": partial(self._step_field, 1), "previous_field": partial(self._step_field, -1),
            "next": partial(self._step, 1), "previous": partial(self._step, -1), "skip": self._skip,
        }  # fmt: skip

    def _refusal(self, name: str) -> str:
        """Return why a command cannot be run now, "" when it can."""
        if name in WRITES and self._shell.read_only:
            return self._shell.read_only
        if name in self._on_many.runs() or name in ("next", "previous"):
            return ""
        conflict = self.pane.conflict
        if conflict is None:
            return "No conflict is open; N opens the next one."
        state, is_open = conflict.issue.state, conflict.issue.state in _OPEN
        if name == "reopen":
            return (
                f"This conflict is {state}; only settled ones can be reopened."
                if state not in ("resolved", "rejected")
                else ""
            )
        if name in (*_CHOICES, "undo", "send", "reject", "server_wins", "client_wins", "merge") and not is_open:
            wait = "its answer comes first" if state == "resolving" else "O reopens it"
            return f"This conflict is {state}; {wait}."
        if name == "undo" and not conflict.settlement.steps and not self.settling.under_way:
            return "Nothing is decided here yet."
        return ""

    def _step_field(self, step: int) -> None:
        if not self.pane.fields.step(step):
            self._shell.notify("Every field is decided. Ctrl+Enter sends the result.")

    def _step(self, step: int) -> None:
        rows = self.queue.list.queue.rows
        at = self.queue.list.queue.place(self.feed.issue)
        # One that was settled has left its place in the queue: the next one has moved there.
        place = self._place + step if at == self._place else self._place if step > 0 else self._place - 1
        while 0 <= place < len(rows) and rows[place].id in self.skipped:
            place += step
        if 0 <= place < len(rows):
            self.open(rows[place].id)
        else:
            skipped = f" {len(self.skipped):,} skipped: choose one in the queue." if self.skipped else ""
            self._shell.notify(f"That is the {'last' if step > 0 else 'first'} conflict of the queue.{skipped}")

    def _skip(self) -> None:
        if self.feed.issue is not None:
            self.skipped.add(self.feed.issue)
            self.queue.list.skipped = self.skipped
            self._step(1)

    def _decided(self) -> None:
        self.pane.show_place(self._place_words())

    def _open_menu(self, at: QPoint) -> None:
        menu = context_menu(self.pane.fields, ("field",), self.run, self.can_run)
        menu.popup(self.pane.fields.viewport().mapToGlobal(at))

    # -- what the store said --------------------------------------------------------------------------------

    def _ticked(self, tick: Tick) -> None:
        self.feed.ticked(tick.now_ms)

    def _question(self) -> QueueFilter:
        kind = self.queue.wanted("kind")
        return QueueFilter(
            self.queue.states(), (kind,) if kind else (), self.queue.wanted("entity_type") or "",
            service=self.queue.wanted("service") or "",
        )  # fmt: skip

    def _ask_others(self) -> None:
        self._shell.set_setting(
            STATES_SETTING, [name for name, states in STATES.items() if states[0] in self.queue.states()]
        )
        self.feed.wanted = self._question()
        self.feed.ask_queue()

    def _take_queue(self, answer: Queued) -> None:
        found = answer.queue
        self.queue.show_queue(found, answer.states, self.feed.issue)
        if self.feed.issue is None and found.rows:
            self.open(found.rows[0].id)
        elif self.feed.issue is None:
            self._show_nothing("No conflict is open", "There is none in the queue.")
        place = self.queue.list.queue.place(self.feed.issue)
        if place is not None and found.rows[place].state in _OPEN:
            self._place = place
        self.pane.show_place(self._place_words())

    def _take_conflict(self, opened: Opened) -> None:
        self.pane.show_conflict(opened, self._place_words())
        self._show_possible()

    def _show_nothing(self, title: str, detail: str) -> None:
        self.pane.show_nothing(title, detail)
        self._show_possible()

    def _show_possible(self) -> None:
        self.pane.show_possible(self.can_run)

    def _index(self, issue: int) -> int:
        found = self.queue.list.queue.place(issue)
        return self._place if found is None else found

    def _place_words(self) -> str:
        total = self.queue.total
        at = self.queue.list.queue.place(self.feed.issue)
        return f"{'–' if at is None else f'{at + 1:,}'} of {counted(total, 'conflict')}"


def _words_of(error: Exception) -> str:
    return visible(str(error) or type(error).__name__)
