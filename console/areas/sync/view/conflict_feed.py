"""Asks the store for the queue and for the conflict that is open."""

import sqlite3
from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from console.areas.sync.store.answers import Conflict, Queue, QueueFilter
from console.areas.sync.store.reading import load_conflict, queue, state_counts
from console.areas.sync.view.answer_words import contract_words, target_words
from console.areas.sync.view.lines import lines_of, value_text
from console.areas.sync.view.send_dialog import Preview, patch_text
from console.areas.sync.view.stepping import Line
from console.qt.shell import Shell

READ_EVERY_MS = 1_000


class Opened(NamedTuple):
    """A conflict as it was read, with its lines."""

    conflict: Conflict
    lines: list[Line]


def ask_conflict(connection: sqlite3.Connection, issue_id: int) -> Opened:
    """Read a conflict and lay out its lines; on a pool thread, as documents may be large. Raises LookupError."""
    conflict = load_conflict(connection, issue_id)
    return Opened(conflict, lines_of(conflict.settlement))


def ask_preview(connection: sqlite3.Connection, issue_id: int) -> Preview:
    """Read what sending a conflict's result would do. Raises LookupError."""
    conflict = load_conflict(connection, issue_id)
    contract, breaks = contract_words(conflict)
    return Preview(
        patch_text(conflict.local_patch), patch_text(conflict.remote_patch),
        value_text(conflict.settlement.result) or "(the entity is deleted)", contract, breaks, target_words(conflict.target),
    )  # fmt: skip


class Queued(NamedTuple):
    """The queue as it was asked for, and how many of each state fit the other conditions."""

    queue: Queue
    states: dict[str, int]


def ask_queue(connection: sqlite3.Connection, wanted: QueueFilter) -> Queued:
    """Read the queue."""
    return Queued(queue(connection, wanted), state_counts(connection, wanted))


class ConflictFeed(QObject):
    """Reads while `active`. `waits()` tells that decisions are on their way: what is read meanwhile is older than those."""

    queued = Signal(object)
    opened = Signal(object)
    failed = Signal(object)
    """The queue could not be read; `unread`: the open conflict could not."""
    unread = Signal(object)
    gone = Signal()

    def __init__(self, shell: Shell, parent: QObject, waits: Callable[[], bool]) -> None:
        super().__init__(parent)
        self._shell, self._waits = shell, waits
        self.active = False
        self.wanted = QueueFilter()
        self.issue: int | None = None
        self._asked_ms = 0

    def ask(self) -> None:
        """Read the queue and the open conflict anew."""
        self.ask_queue()
        self.ask_conflict()

    def ask_queue(self) -> None:
        if self.active:
            wanted = self.wanted
            self._shell.read(
                self, "queue", lambda connection: ask_queue(connection, wanted), self._take_queue, self.failed.emit
            )

    def ask_conflict(self) -> None:
        """Read the open conflict."""
        issue = self.issue
        if self.active and issue is not None:
            self._shell.read(
                self, "conflict", lambda connection: ask_conflict(connection, issue), self._take_conflict, self._missing
            )  # fmt: skip

    def open(self, issue: int | None) -> None:
        self.issue = issue
        self.ask_conflict()

    def ticked(self, now_ms: int) -> None:
        """The store moved: read again, at most once a second."""
        if self.active and now_ms - self._asked_ms >= READ_EVERY_MS:
            self._asked_ms = now_ms
            self.ask()

    def _take_queue(self, answer: Queued) -> None:
        self.queued.emit(answer)

    def _take_conflict(self, answer: Opened) -> None:
        if answer.conflict.issue.id == self.issue and not self._waits():
            self.opened.emit(answer)

    def _missing(self, error: Exception) -> None:
        if isinstance(error, LookupError):
            self.issue = None
            self.gone.emit()
        else:
            self.unread.emit(error)
