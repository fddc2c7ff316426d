"""Sends the commands that wait in the store when their source is there, and writes down what it answers.

A command is marked as sent, on the disk, before it goes out, and goes out at most once a connection. On the next
connection whatever has no answer is asked again with the same key: the service tells a second asking from the first.
"""

import asyncio
import contextlib
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.ingest.area_command import Call
from console.ingest.collector import Collector
from console.ingest.frames import Frame
from console.ingest.link import Link
from console.ingest.session import Session
from console.store import outbox as store
from console.store.outbox import OutboxRow
from console.store.projection import AreaAnswer

LOOK_S = 0.1
UNDER_WAY = 20
"""So many commands of one source wait for answers at a time."""
TAKES_NONE = "this source takes no commands: send it again, and it is recorded for export"


@dataclass(slots=True)
class _Line:
    """The present connection of a source: what is to be asked on it, and when which answer is overdue (loop time)."""

    session: Session
    waiting: deque[str] = field(default_factory=deque)
    under_way: dict[str, float] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)


class Outbox:
    """One a collector; give its `answered` to that as `on_answer`, then let `serve` run.

    `answers` are what areas do about answers; `on_changed(area)` is told when the state of a command has changed.
    """

    def __init__(
        self,
        answers: Mapping[str, AreaAnswer],
        *,
        on_fault: Callable[[str], None],
        on_changed: Callable[[str], None] | None = None,
    ) -> None:
        self._answers, self._on_changed, self._on_fault = answers, on_changed, on_fault
        self._came: list[tuple[str, Frame]] = []
        self._lines: dict[str, _Line] = {}
        self._wake = asyncio.Event()
        self._is_stale = True
        self._takes: dict[str, bool] = {}

    def answered(self, source: str, frame: Frame) -> None:
        """A source answered; on the event loop."""
        self._came.append((source, frame))
        self._wake.set()

    def moved(self) -> None:
        """What waits in the store may have changed."""
        self._is_stale = True
        self._wake.set()

    def watching(self, call: Call) -> Call:
        """Return a `call` for commands of areas, after which the outbox looks what there is to send."""

        async def watched(function: Callable[[sqlite3.Connection], Any]) -> Any:
            try:
                return await call(function)
            finally:
                self.moved()

        return watched

    async def serve(self, collector: Collector) -> None:
        """Send and take answers until cancelled. A file that cannot be written just now is tried again."""
        while True:
            try:
                await self._turn(collector)
            except sqlite3.Error as error:
                self._on_fault(f"the outbox could not be written, it is tried again: {error}")
                self._is_stale = True
                await asyncio.sleep(1)
            # Not `wait_for`: in Python 3.11 that forgets a cancellation which comes together with the wake.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._wake.wait()
            self._wake.clear()

    async def _turn(self, collector: Collector) -> None:
        await self._take_answers(collector)
        await self._drop_lost(collector)
        # Before it is live: its first events may be decided about at once.
        for name, link in list(collector.links.items()):
            if link.session is not None and (link.session.greeted or _is_live(link)):
                await self._note(collector, name, link.session.takes_commands)
        live = {name: link for name, link in collector.links.items() if _is_live(link)}
        for name, link in live.items():
            if name not in self._lines and link.session is not None and link.session.takes_commands:
                self._lines[name] = _Line(link.session)
                self._is_stale = True
        if self._is_stale:
            self._is_stale = False
            await self._look(collector)
        for name, link in live.items():
            await self._send(collector, name, link)

    async def _note(self, collector: Collector, name: str, takes: bool) -> None:
        """Keep whether a source takes commands; what waited for one that takes none is given back to its area."""
        if self._takes.get(name) == takes:
            return
        now_ms, faults = collector.clock(), list[str]()

        def note(connection: sqlite3.Connection) -> set[str]:
            store.note_source(connection, name, takes)
            refused = [] if takes else store.refuse_unsent(connection, name, TAKES_NONE, now_ms)
            for row in refused:
                self._hand_on(connection, row, now_ms, faults)
            return {row.area for row in refused}

        areas = await collector.call(note)
        self._takes[name] = takes
        for fault in faults:
            self._on_fault(fault)
        self._tell(areas)

    async def _look(self, collector: Collector) -> None:
        names = list(self._lines)
        if not names:
            return
        found = await collector.call(lambda connection: {name: store.waiting(connection, name) for name in names})
        for name, keys in found.items():
            line = self._lines[name]
            line.waiting = deque(key for key in keys if key not in line.asked)

    async def _send(self, collector: Collector, name: str, link: Link) -> None:
        line = self._lines.get(name)
        if line is None or link.session is not line.session:
            return
        keys = [line.waiting.popleft() for _ in range(min(len(line.waiting), UNDER_WAY - len(line.under_way)))]
        if not keys:
            return
        now_ms = collector.clock()
        rows: list[OutboxRow] = await collector.call(lambda connection: store.mark_sent(connection, keys, now_ms))
        now = asyncio.get_running_loop().time()
        for row in rows:
            line.asked.add(row.key)
            line.under_way[row.key] = now + row.deadline_ms / 1000
            if link.session is not line.session or not _is_live(link):
                continue  # marked as sent, which is the careful thing to believe: asked on the next connection
            link.perform(line.session.command(row.key, row.name, row.deadline_ms, row.args))
        self._tell({row.area for row in rows})

    async def _drop_lost(self, collector: Collector) -> None:
        """Note as unknown what can have no answer any more on its connection, or has waited for it too long."""
        now = asyncio.get_running_loop().time()
        overdue: list[str] = []
        for name, line in list(self._lines.items()):
            link = collector.links.get(name)
            if link is None or link.session is not line.session or not _is_live(link):
                del self._lines[name]
                overdue += line.under_way
                continue
            late = [key for key, until in line.under_way.items() if until <= now]
            for key in late:
                del line.under_way[key]
            overdue += late
        if overdue:
            self._tell(await collector.call(lambda connection: store.mark_unknown(connection, overdue)))

    async def _take_answers(self, collector: Collector) -> None:
        came, self._came = self._came, []
        if not came:
            return
        now_ms = collector.clock()
        try:
            areas, faults = await collector.call(lambda connection: self._write(connection, came, now_ms))
        except sqlite3.Error:
            self._came[:0] = came  # a full disk, say: they are not lost
            raise
        for source, frame in came:
            if line := self._lines.get(source):
                line.under_way.pop(frame.key, None)
        for fault in faults:
            self._on_fault(fault)
        self._tell(areas)

    def _write(
        self, connection: sqlite3.Connection, came: Sequence[tuple[str, Frame]], now_ms: int
    ) -> tuple[set[str], list[str]]:
        """Write answers and what the areas make of them, in one transaction; returns the areas, and faults of theirs."""
        areas, faults = set[str](), list[str]()
        for source, frame in came:
            row = store.answer(connection, frame.key, source, frame.state, frame.result, frame.reason, now_ms)
            if row is None:
                continue
            areas.add(row.area)
            self._hand_on(connection, row, now_ms, faults)
        return areas, faults

    def _hand_on(self, connection: sqlite3.Connection, row: OutboxRow, now_ms: int, faults: list[str]) -> None:
        """Let the area take an answer. The answer itself stays, whatever the area makes of it: it will not come again."""
        function = self._answers.get(row.area)
        if function is None:
            return
        connection.execute("SAVEPOINT answer")
        try:
            function(connection, row, now_ms)
        except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
            connection.execute("ROLLBACK TO answer")
            faults.append(f"the area {row.area} failed over an answer of {row.source}: {error!r}")
        connection.execute("RELEASE answer")

    def _tell(self, areas: Sequence[str] | set[str]) -> None:
        if self._on_changed is not None:
            for area in sorted(areas):
                self._on_changed(area)


def _is_live(link: Link) -> bool:
    session = link.session
    return session is not None and link.status.state == "live" and (session.greeted or not session.framed)
