"""Load a trace: gather the events that share an id with it, read what they carry, put it together."""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from console.areas.trace.core.event import TraceEvent, read_payload
from console.areas.trace.core.trace import Extent, Trace, assemble
from console.model.decoding import decode, decode_plainly
from console.store.compilation import Kind, load_kinds
from console.store.database import snapshot
from console.store.rows import MARKER_NONE

T = TypeVar("T")
MAX_HOPS = 3
MAX_EVENTS = 5_000
MAX_SHARED = 20_000
"""An id that more events have names a session, a host or a mistake: it is not followed."""
_CHUNK = 500
_EVENT = re.compile(r"event:([0-9]{1,18})")

_BY_CORRELATION = "SELECT id, ts FROM events INDEXED BY events_correlation WHERE correlation IN ({marks}) LIMIT ?"
_BY_LINK = """SELECT e.id, e.ts FROM trace_links l CROSS JOIN events e ON e.id = l.event_id
    WHERE l.trace_id IN ({marks}) LIMIT ?"""
_EVENTS = """SELECT e.id, e.ts, e.kind, e.message, e.duration_ms, e.correlation, p.text FROM events e
    JOIN payloads p ON p.id = e.id WHERE e.id IN ({marks})"""


class TraceRefused(LookupError):
    """There is no such trace; the text says why, in words for the person.

    `shared`: there are events with the id, but so many that it names no single trace.
    """

    def __init__(self, text: str, *, shared: bool = False) -> None:
        super().__init__(text)
        self.shared = shared


def load_trace(connection: sqlite3.Connection, asked: str) -> Trace:
    """Load the trace of an id, or of an event (`event:<number>`).

    A trace is all events that share any id with it, at most MAX_HOPS from id to id. Of more than MAX_EVENTS, those
    nearest in time to the event asked for, else the first ones. Raises TraceRefused.
    """
    with snapshot(connection):
        gathering = _Gathering(connection)
        if found := _EVENT.fullmatch(asked):
            gathering.start_at_event(int(found[1]))
        else:
            gathering.waiting.append(asked)
        gathering.follow()
        if not gathering.events:
            raise TraceRefused(_why_nothing(asked, gathering.refused), shared=bool(gathering.refused))
        return assemble(asked, gathering.extent(), list(gathering.events.values()))


def _why_nothing(asked: str, refused: Sequence[str]) -> str:
    if refused:
        return f"{asked} is shared by more than {MAX_SHARED:,} events: it names no single trace. The timeline can show them."
    return f"No event with the id {asked} is kept: none came, or they were removed by age or size."


@dataclass(slots=True)
class _Gathering:
    """A trace while it is found. `keys` has the time of every event that belongs to it, by event id."""

    connection: sqlite3.Connection
    waiting: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    events: dict[int, TraceEvent] = field(default_factory=dict)
    keys: dict[int, int] = field(default_factory=dict)
    anchor_ms: int | None = None
    _kinds: dict[int, Kind] = field(default_factory=dict)
    _tables: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._kinds = {kind.id: kind for kind in load_kinds(self.connection) if kind.marker == MARKER_NONE}
        # A store that an older console wrote has no links until a newer one has opened it for writing.
        linked = self.connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'trace_links'")
        self._tables = (_BY_CORRELATION, _BY_LINK) if linked.fetchone() else (_BY_CORRELATION,)

    def start_at_event(self, event_id: int) -> None:
        """Begin with an event and its ids; one without any id is a trace of its own. Raises TraceRefused."""
        self._read([event_id])
        event = self.events.get(event_id)
        if event is None:
            raise TraceRefused(f"Event {event_id} is not kept here, or it is a gap and no event.")
        self.keys[event_id] = self.anchor_ms = event.ts_ms
        self.waiting += event.ids

    def follow(self) -> None:
        """Go from ids to events to further ids."""
        for _ in range(MAX_HOPS):
            self.ids += self.waiting
            self._find(self.waiting)
            new = self._nearest()
            self._read(new)
            known = set(self.ids)
            carried = (one for key in new if key in self.events for one in self.events[key].ids)
            self.waiting = list(dict.fromkeys(one for one in carried if one not in known))
            if not self.waiting or len(self.keys) > MAX_EVENTS:
                break

    def extent(self) -> Extent:
        followed = tuple(one for one in self.ids if one not in self.refused)
        cut = len(self.keys) > len(self.events)
        return Extent(followed, len(self.keys), cut, tuple(self.refused), len(self.waiting))

    def _nearest(self) -> list[int]:
        """The events to read next, in order of time: nearest to the one asked for, else the first."""
        room = MAX_EVENTS - len(self.events)
        new = [key for key in self.keys if key not in self.events]
        anchor = self.anchor_ms
        if len(new) > room:
            new.sort(key=lambda key: self.keys[key] if anchor is None else abs(self.keys[key] - anchor))
            del new[room:]
        return sorted(new, key=lambda key: (self.keys[key], key))

    def _find(self, ids: Sequence[str]) -> None:
        for part in _chunks(ids):
            if not self._add(part):
                for one in part:  # one of these is shared by too many, maybe: ask for each alone
                    if not self._add([one]):
                        self.refused.append(one)
            if len(self.keys) > MAX_SHARED:
                return  # far more than can be shown

    def _add(self, ids: Sequence[str]) -> bool:
        """Take all events that have one of the ids; False, and nothing taken, when they are more than MAX_SHARED."""
        marks, values = ",".join("?" * len(ids)), [*ids, MAX_SHARED + 1]
        rows: list[tuple[int, int]] = []
        for sql in self._tables:
            rows += self.connection.execute(sql.format(marks=marks), values)
        if len(rows) > MAX_SHARED:
            return False
        self.keys.update(rows)
        return True

    def _read(self, event_ids: Sequence[int]) -> None:
        for part in _chunks(event_ids):
            for row in self.connection.execute(_EVENTS.format(marks=",".join(map(str, part)))):
                event_id, ts, kind_id, message, duration, correlation, text = row
                kind = self._kinds.get(kind_id)
                if kind is None:
                    continue
                event = TraceEvent(
                    event_id, ts, kind.service, kind.event_type, kind.level, kind.severity, kind.category, message, duration
                )
                data = decode_plainly(text)
                self.events[event_id] = read_payload(event, decode(text).value if data is None else data, correlation)


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]
