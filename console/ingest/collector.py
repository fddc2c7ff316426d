"""Attached sources, one task each, feeding one writer; what the ingest process and `collect` run."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from console.ingest.address import SourceSpec
from console.ingest.file import run_file
from console.ingest.frames import Frame
from console.ingest.gate import Gate
from console.ingest.link import Link
from console.ingest.sse import run_sse
from console.ingest.stream import Counters, Stream, count_arrived
from console.ingest.websocket import run_websocket
from console.model.address import shown_url
from console.model.clock import Clock, wall_clock
from console.model.facts import Fact, SourceAttached
from console.store.identity import stream_positions
from console.store.migrations import AreaMigrations
from console.store.projection import FollowingSources, Projection
from console.store.retention import Limits, oldest_loose_ms, retain
from console.store.writer import Writer

_RUNNERS: dict[str, Callable[[Link], Awaitable[None]]] = {
    "websocket": run_websocket,
    "sse": run_sse,
    "file": run_file,
}
SETTLED = ("refused", "finished")
WATCH_S = 1.0


class Collector:
    """Owns the writer and the links. Use inside a running loop; `run` holds until `stop`.

    Raises StoreError (StoreBusy when another process writes the store).
    """

    def __init__(
        self,
        path: Path,
        *,
        projections: Iterable[tuple[str, Projection]] = (),
        migrations: Iterable[tuple[str, AreaMigrations]] = (),
        clock: Clock = wall_clock,
        durable: bool = False,
        on_commit: Callable[[int], None] | None = None,
        on_fault: Callable[[str], None] | None = None,
        on_answer: Callable[[str, Frame], None] | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self.clock = clock
        self.gate = Gate()
        self.links: dict[str, Link] = {}
        self.last_id = 0
        self._past = Counters()
        self._past_stored = 0
        self._on_commit, self._on_fault, self._on_answer = on_commit, on_fault, on_answer
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._stopping = asyncio.Event()
        self._writer_failed = False
        self._committed: list[tuple[Sequence[Fact], int]] = []
        self._lock = threading.Lock()
        self._projections = list(projections)
        self.writer = Writer(
            path,
            projections=self._projections,
            migrations=migrations,
            clock=clock,
            durable=durable,
            on_commit=self._note_commit,
            on_fault=self._note_fault,
        )

    async def attach(self, spec: SourceSpec) -> Link:
        """Start reading a source; one of the same name is detached first."""
        await self._detach(spec.name)
        positions = await self.call(lambda connection: stream_positions(connection, spec.name))
        link = Link(spec, Stream.restored(spec.name, positions), self.gate, self.writer.submit, self.clock, self._on_answer)
        self.links[spec.name] = link
        attached = SourceAttached(spec.name, shown_url(spec.url), spec.transport, self.clock())
        self.gate.entered(attached)
        self.writer.submit(attached)
        self._tell_sources(self.links)
        assert self._group is not None, "attach inside run()"
        self._tasks[spec.name] = self._group.create_task(self._run_link(link), name=f"source {spec.name}")
        return link

    async def detach(self, name: str) -> bool:
        """Stop reading a source; its counts stay in the totals. Returns whether it was attached."""
        was_attached = await self._detach(name)
        if was_attached:
            self._tell_sources(self.links)
        return was_attached

    def _tell_sources(self, names: Iterable[str]) -> None:
        """Let the areas know what is attached; what was submitted before is written before."""
        for _, projection in self._projections:
            if isinstance(projection, FollowingSources):
                self.writer.call(partial(projection.on_sources, names=tuple(names), now_ms=self.clock()))

    async def _detach(self, name: str) -> bool:
        task, link = self._tasks.pop(name, None), self.links.pop(name, None)
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        if link is not None:
            for key, value in asdict(link.stream.counters).items():
                setattr(self._past, key, getattr(self._past, key) + value)
            self._past_stored += link.status.stored
        return link is not None

    async def call(self, function: Callable[[Any], Any]) -> Any:
        """Run a change on the writer's connection; returns its result or raises its error."""
        future: asyncio.Future[Any] = self._loop.create_future()

        def done(result: Any) -> None:
            self._loop.call_soon_threadsafe(settle, result)

        def settle(result: Any) -> None:
            if future.done():
                return
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

        self.writer.call(function, done)
        return await future

    async def retain(self, limits: Limits) -> int:
        """Delete what the limits no longer allow, in short transactions between those of the events; returns how many."""
        deleted = 0
        while count := await self.call(lambda connection: retain(connection, limits, self.clock())):
            deleted += count
        if deleted:
            await self.call(self._prune)
        return deleted

    def _prune(self, connection: Any) -> None:
        oldest = oldest_loose_ms(connection)
        for _, projection in self._projections:
            projection.prune(connection, oldest if oldest is not None else self.clock())

    async def run(self, started: Callable[[], Awaitable[None]]) -> None:
        """Run `started` (which attaches sources), then hold until `stop`; closes the writer at the end.

        Ends by itself when the writer cannot go on: reading more would only pile it up.
        """
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                self._tell_sources(())
                await started()
                await self._hold()
                for name in list(self._tasks):
                    self._tasks[name].cancel()
        finally:
            self._group = None
            self._tell_sources(())
            await asyncio.to_thread(self.writer.close)
            self._drain_commits()

    async def _hold(self) -> None:
        while self.writer.alive:
            try:
                await asyncio.wait_for(self._stopping.wait(), WATCH_S)
            except TimeoutError:
                continue
            return
        self._writer_failed = True

    def stop(self) -> None:
        self._stopping.set()

    @property
    def settled(self) -> bool:
        """Whether no source will bring anything more, and all that came is committed."""
        return all(link.status.state in SETTLED for link in self.links.values()) and self.gate.waiting_events == 0

    @property
    def writer_sound(self) -> bool:
        """Whether everything that was submitted could be written."""
        return self.gate.waiting_events == 0 and not self._writer_failed

    def totals(self) -> dict[str, int]:
        """Return the exact counts over all sources since the start, of what is committed."""
        names = ("quarantined", "degraded", "duplicates", "gap_events", "unknown_intervals")
        counters = [link.stream.counters for link in self.links.values()] + [self._past]
        stored = self._past_stored + sum(link.status.stored for link in self.links.values())
        return {"stored": stored} | {name: sum(getattr(one, name) for one in counters) for name in names}

    async def _run_link(self, link: Link) -> None:
        try:
            await _RUNNERS[link.spec.transport](link)
        except asyncio.CancelledError:
            waiting = link.status.state == "waiting" and link.status.detail
            link.state("stopped", f"detached; before: {link.status.detail}" if waiting else "detached")
            raise
        except Exception as error:  # noqa: BLE001 - a bug in one source's reader must not end the others; it is shown
            link.state("refused", f"the reader failed: {error!r}; please report this")
            self._fault(f"source {link.spec.name}: the reader failed: {error!r}")

    def _note_commit(self, facts: Sequence[Fact], last_id: int) -> None:
        """On the writer's thread: hand commits over, one wake-up for as many as there are."""
        with self._lock:
            self._committed.append((facts, last_id))
            if len(self._committed) > 1:
                return
        self._loop.call_soon_threadsafe(self._drain_commits)

    def _note_fault(self, text: str) -> None:
        self._loop.call_soon_threadsafe(self._fault, text)

    def _drain_commits(self) -> None:
        with self._lock:
            commits, self._committed = self._committed, []
        by_source: dict[str, list[Fact]] = {}
        for facts, last_id in commits:
            self.last_id = last_id
            for fact in facts:
                self.gate.left(fact)
                if not isinstance(fact, SourceAttached):
                    by_source.setdefault(fact.source, []).append(fact)
        for source, of_source in by_source.items():
            link = self.links.get(source)
            if link is not None:
                link.committed(of_source)
            else:
                self._past_stored += count_arrived(of_source)
        if commits and self._on_commit is not None:
            self._on_commit(self.last_id)

    def _fault(self, text: str) -> None:
        if self._on_fault is not None:
            self._on_fault(text)
