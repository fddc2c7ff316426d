"""Which rows the list holds: pages from the store, around a bounded window, following its end or standing still."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sqlite3 import Connection

from PySide6.QtCore import QObject, Signal

from console.areas.timeline.rows import position
from console.model.clock import Clock, wall_clock
from console.qt.shell import Shell, Tick
from console.store.filter import All, And, Field, Node, parse_filter
from console.store.reading import load_event
from console.store.rows import Page, Position, Row
from console.store.search import page

PAGE_ROWS = 500
WINDOW_ROWS = 5_000
COUNT_LIMIT = 1_000
SLIDE_MS = 1_000
"""How often the start of a sliding range is moved when no event arrives."""


@lru_cache(maxsize=32)
def parsed(text: str) -> Node:
    """Return the tree of a filter. Called on pool threads: the first parse builds the parser. Raises FilterError."""
    return parse_filter(text)


def narrowed(node: Node, extra: Node) -> Node:
    """Return the filter that wants both."""
    if isinstance(node, All):
        return extra
    return And((*node.children, extra) if isinstance(node, And) else (node, extra))


@dataclass(frozen=True, slots=True)
class Window:
    """What the list holds, and whether the store has more on either side of it."""

    rows: Sequence[Row]
    older: bool
    newer: bool
    target_id: int | None = None
    """The event that was asked for, when one was."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An event that was asked for and cannot be shown, and why (plain words)."""

    reason: str


class RowsLoader(QObject):
    """Asks the store for pages and keeps the window; never more than one question at a time."""

    loaded = Signal(object)
    """Window: the rows have changed."""
    failed = Signal(object)
    """Exception: a question went wrong (FilterError included)."""
    new_counted = Signal(int)
    """How many events came after the window while it stood still; COUNT_LIMIT means at least that many."""
    missing = Signal(str)

    def __init__(self, shell: Shell, parent: QObject, clock: Clock = wall_clock) -> None:
        super().__init__(parent)
        self._shell = shell
        self.window = Window((), False, False)
        self.following = True
        self.page_rows = PAGE_ROWS
        """Rows of the newest page; more of them when repeats fold a whole page into a few lines."""
        self.busy = False
        self._again = False
        self._last_id = -1
        self._asked_ms = 0
        self._counted_ms = 0
        self._clock = clock

    def load_newest(self) -> None:
        """Show the newest page of the scope."""
        text, since_ms, until_ms, now_ms = self._question()
        limit = self.page_rows

        def query(connection: Connection) -> Window:
            found = page(connection, parsed(text), since_ms=since_ms, until_ms=until_ms, limit=limit, now_ms=now_ms)
            return Window(found.rows, found.more, False)

        self._ask(query)

    def load_around(self, ts_ms: int, event_id: int | None = None) -> None:
        """Show the rows before and after a moment, or around an event (whose own time counts then)."""
        text, since_ms, until_ms, now_ms = self._question()

        def query(connection: Connection) -> Window | Missing:
            at = Position(ts_ms, -1)
            if event_id is not None:
                detail = load_event(connection, event_id)
                if detail is None:
                    return Missing(f"Event {event_id} is not in the store (any more).")
                at = Position(detail.row.ts, event_id - 1)

            def fetch(before: Position | None, after: Position | None) -> Page:
                return page(
                    connection,
                    parsed(text),
                    since_ms=since_ms,
                    until_ms=until_ms,
                    before=before,
                    after=after,
                    limit=PAGE_ROWS // 2,
                    now_ms=now_ms,
                )

            older, newer = fetch(Position(at.ts, at.id + 1), None), fetch(None, at)
            rows = [*older.rows, *newer.rows]
            target_id = event_id
            if target_id is None and rows:
                target_id = (newer.rows[0] if newer.rows else older.rows[-1]).id
            if event_id is not None and event_id not in {row.id for row in newer.rows[:1]}:
                return Missing(f"Event {event_id} is hidden by the filter or the time range.")
            return Window(rows, older.more, newer.more, target_id)

        self.following = False
        self._ask(query)

    def load_older(self) -> None:
        """Add the page before the window; rows far behind its other end are let go."""
        if self.window.older and not self.busy and self.window.rows:
            first = position(self.window.rows[0])
            text, since_ms, until_ms, now_ms = self._question()
            held = self.window

            def query(connection: Connection) -> Window:
                found = page(
                    connection,
                    parsed(text),
                    since_ms=since_ms,
                    until_ms=until_ms,
                    before=first,
                    limit=PAGE_ROWS,
                    now_ms=now_ms,
                )
                rows = [*found.rows, *held.rows]
                return Window(rows[:WINDOW_ROWS], found.more, held.newer or len(rows) > WINDOW_ROWS)

            self._ask(query)

    def load_newer(self) -> None:
        """Add the page after the window."""
        if self.window.newer and not self.busy and self.window.rows:
            last = position(self.window.rows[-1])
            text, since_ms, until_ms, now_ms = self._question()
            held = self.window

            def query(connection: Connection) -> Window:
                found = page(
                    connection,
                    parsed(text),
                    since_ms=since_ms,
                    until_ms=until_ms,
                    after=last,
                    limit=PAGE_ROWS,
                    now_ms=now_ms,
                )
                rows = [*held.rows, *found.rows]
                return Window(rows[-WINDOW_ROWS:], held.older or len(rows) > WINDOW_ROWS, found.more)

            self._ask(query)

    def find_error(self, start: Position, forward: bool) -> None:
        """Show the next (or previous) event of severity high or worse, from `start` on."""
        text, since_ms, until_ms, now_ms = self._question()

        def query(connection: Connection) -> int | None:
            node = narrowed(parsed(text), Field("severity", ">=", "high"))
            found = page(
                connection,
                node,
                since_ms=since_ms,
                until_ms=until_ms,
                before=None if forward else start,
                after=start if forward else None,
                limit=1,
                now_ms=now_ms,
            )
            return found.rows[0].id if found.rows else None

        def done(event_id: int | None) -> None:
            if event_id is None:
                self.missing.emit(f"No {'later' if forward else 'earlier'} error under this filter and range.")
            else:
                self.load_around(0, event_id)

        self._shell.read(self, "timeline-error", query, done, self.failed.emit)

    def on_tick(self, tick: Tick) -> None:
        """Follow, or count what came since; called while the view is visible and live."""
        moved = tick.last_id != self._last_id
        if self.following:
            if moved or self._clock() - self._asked_ms >= SLIDE_MS:
                self._last_id = tick.last_id
                if self.busy:
                    self._again = True
                else:
                    self.load_newest()
        elif moved and tick.now_ms - self._counted_ms >= SLIDE_MS:
            self._last_id = tick.last_id
            self._counted_ms = tick.now_ms
            self._count_new()

    def _count_new(self) -> None:
        if not self.window.rows:
            return
        last = position(self.window.rows[-1])
        text, since_ms, until_ms, now_ms = self._question()

        def query(connection: Connection) -> int:
            # A page is the cheap way to a capped count: it stops reading at the limit.
            found = page(
                connection, parsed(text), since_ms=since_ms, until_ms=until_ms, after=last, limit=COUNT_LIMIT, now_ms=now_ms
            )
            return len(found.rows)

        def done(count: int) -> None:
            if count and not self.following:
                self.window = Window(self.window.rows, self.window.older, True)
            self.new_counted.emit(count)

        self._shell.read(self, "timeline-count", query, done, self.failed.emit)

    def _question(self) -> tuple[str, int | None, int | None, int]:
        since_ms, until_ms = self._shell.bounds_ms()
        return self._shell.scope().filter_text, since_ms, until_ms, self._clock()

    def _ask(self, query: Callable[[Connection], Window | Missing]) -> None:
        # A question replaces the one on its way: the shell drops the older answer, so `busy` stays true until the newer.
        self.busy = True
        self._again = False
        self._asked_ms = self._clock()
        self._shell.read(self, "timeline-rows", query, self._take, self._fail)

    def _take(self, answer: Window | Missing) -> None:
        self.busy = False
        if isinstance(answer, Missing):
            self.missing.emit(answer.reason)
            return
        self.window = answer
        self.loaded.emit(answer)
        if self._again and self.following:
            self.load_newest()

    def _fail(self, error: Exception) -> None:
        self.busy = False
        self.failed.emit(error)
