"""One source while it is attached: its stream, its present connection, its status for people."""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from console.ingest.address import SourceSpec
from console.ingest.frames import Frame
from console.ingest.gate import Gate
from console.ingest.session import Session
from console.ingest.stream import Changed, Close, CommandAnswered, Effect, Send, Stream, count_arrived
from console.model.address import shown_url
from console.model.clock import Clock
from console.model.facts import Arrived, Fact

FIRST_DELAY_S = 0.25
LONGEST_DELAY_S = 15.0
HELD_EVENTS = 64


class Refused(Exception):
    """The source does not let us in; trying again would not help until a person changes something."""


@dataclass(slots=True)
class SourceStatus:
    """What the status bar and the Sources area show of a source; counts are since it was attached."""

    name: str
    url: str
    transport: str
    mode: str | None = None
    state: str = "connecting"
    detail: str = ""
    rate: float = 0.0
    lag_ms: float | None = None
    rtt_ms: float | None = None
    stored: int = 0
    quarantined: int = 0
    degraded: int = 0
    duplicates: int = 0
    gaps: int = 0
    gap_events: int = 0
    unknown_intervals: int = 0
    reconnects: int = 0
    retry_in_ms: float | None = None
    service: str = ""
    instance: str = ""
    since_ms: int = 0


def reconnect_delay_s(attempt: int, rng: random.Random) -> float:
    """Return the wait before attempt 1, 2, …: full jitter over a range that doubles from 0.25 s to 15 s."""
    ceiling = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(attempt - 1, 10))
    return rng.uniform(0, ceiling)


class Link:
    """Carries effects of the present session to the connection, the store and the status."""

    def __init__(
        self,
        spec: SourceSpec,
        stream: Stream,
        gate: Gate,
        submit: Callable[[Fact], None],
        clock: Clock,
        answered: Callable[[str, Frame], None] | None = None,
    ) -> None:
        self.spec, self.stream, self.gate, self.clock = spec, stream, gate, clock
        self._submit = submit
        self._answered = answered
        self.session: Session | None = None
        self.status = SourceStatus(spec.name, shown_url(spec.url), spec.transport, since_ms=clock())
        self.outbox: asyncio.Queue[Send | Close] = asyncio.Queue()
        self._rate_mark = (clock(), 0)
        self._uncommitted = 0
        self._held: Arrived | None = None
        self.latency_s: Callable[[], float] | None = None
        """Asks the transport for its newest round trip, 0 before the first."""
        self._all_committed = asyncio.Event()
        self._all_committed.set()

    def begin(self, mode: str | None) -> Session:
        """Start a session for a connection that is being made."""
        self.session = Session(self.stream)
        self.status.mode = mode
        self.outbox = asyncio.Queue()
        return self.session

    def state(self, state: str, detail: str = "") -> None:
        self.status.state, self.status.detail = state, detail

    def perform(self, effects: Iterable[Effect]) -> None:
        """Carry out effects in order: facts to the writer, frames and closes to the outbox."""
        for effect in effects:
            match effect:
                case Send() | Close():
                    self.outbox.put_nowait(effect)
                case Changed(state, detail):
                    self.state(state, detail)
                case CommandAnswered(frame):
                    if self._answered is not None:
                        self._answered(self.spec.name, frame)
                case Arrived() if len(effect.events) < HELD_EVENTS:
                    self._hold(effect)
                case _:
                    self._pass_on(effect)

    def _hold(self, fact: Arrived) -> None:
        """Join small runs that follow each other within one turn of the loop: bare events come one a message."""
        held = self._held
        if held is not None and held.last + 1 == fact.first and held.epoch == fact.epoch and len(held.events) < HELD_EVENTS:
            held.events += fact.events
            held.characters += fact.characters
            return
        self.flush()
        self._held = fact
        asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Pass on what is held."""
        held, self._held = self._held, None
        if held is not None:
            self._pass_on(held)

    def _pass_on(self, fact: Fact) -> None:
        if self._held is not None:
            self.flush()
        self._uncommitted += 1
        self._all_committed.clear()
        self.gate.entered(fact)
        self._submit(fact)

    def committed(self, facts: Sequence[Fact]) -> None:
        """Facts of this source are durable: acknowledge those of the present connection, once a commit."""
        self._uncommitted -= len(facts)
        if self._uncommitted <= 0:
            self._all_committed.set()
        self.status.stored += count_arrived(facts)
        arrived = [fact for fact in facts if isinstance(fact, Arrived)]
        if arrived:
            lag = max(0, self.clock() - arrived[-1].events[-1].ts_ms)
            self.status.lag_ms = lag if self.status.lag_ms is None else 0.7 * self.status.lag_ms + 0.3 * lag
        if self.session is not None:
            self.perform(self.session.committed(facts))

    def snapshot(self) -> dict[str, Any]:
        """Return the status as plain data, rates brought up to now."""
        counters, now = self.stream.counters, self.clock()
        then, before = self._rate_mark
        if now > then:
            self.status.rate = round((self.status.stored - before) * 1000 / (now - then), 1)
            self._rate_mark = (now, self.status.stored)
        for name in ("quarantined", "degraded", "duplicates", "gaps", "gap_events", "unknown_intervals"):
            setattr(self.status, name, getattr(counters, name))
        if self.latency_s is not None:
            self.status.rtt_ms = round(self.latency_s() * 1000, 1) or None
        self.status.service, self.status.instance = self.stream.service, self.stream.instance
        return asdict(self.status)

    async def retrying(self, connect: Callable[[], Awaitable[bool]], rng: random.Random | None = None) -> None:
        """Run `connect` for ever, waiting with full jitter after each end; it returns whether it got through.

        Ends by itself only when the source refuses us.
        """
        attempt = 0
        while True:
            # What a connection resumes after, and what it then acknowledges, must be committed.
            self.flush()
            await self._all_committed.wait()
            try:
                got_through = await connect()
            except Refused as refusal:
                self.state("refused", str(refusal))
                return
            attempt = 1 if got_through else attempt + 1
            delay = reconnect_delay_s(attempt, rng or random.Random())
            asked = self.session.retry_ms if self.session is not None else None
            if self.session is not None and asked is not None and math.isfinite(asked):
                delay, self.session.retry_ms = max(delay, asked / 1000), None
            self.status.reconnects += 1
            self.status.retry_in_ms = round(delay * 1000)
            self.status.state = "waiting"
            await asyncio.sleep(delay)
            self.status.retry_in_ms = None
