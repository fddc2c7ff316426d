"""Hypothesis strategies for small stores full of ties and near misses, and for filter trees over what they hold."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st

from console.model.event import Event
from console.model.facts import Arrived, CoverageLost, Fact, GapFound, Quarantined
from console.model.searchable import searchable_text
from console.store.database import open_writer
from console.store.filter import Absolute, All, And, EntityRef, Field, Node, Not, Or, Pattern, Relative, Text
from console.store.migrations import migrate
from console.store.recording import Recorder

NOW_MS = 1_000_000_010_000
WORDS = ("alpha", "alpine", "beta", "msg-17", "time out", "TIME", "x_y", "17", "Größe")
UIDS = (None, None, "u-1", "u-10", "17", "3", "err_a", "err_ab", "--", "alpha")
TYPES = (None, None, "message", "msg", "m-1", "user")
IDS = (None, "m-1", "m-10", "message", "5", "--")
DURATIONS = (None, 0.0, 5.0, 99.5, 100.0, 100.5, 500.0, 1e4)
times = st.integers(0, 7).map(lambda step: NOW_MS - 10_000 + step * 900)

_plain_events = st.builds(
    Event,
    text=st.just("{}"),
    ts_ms=times,
    service=st.sampled_from(("server", "Server", "pwa", "")),
    event_type=st.sampled_from(("error", "info", "performance", "odd")),
    level=st.sampled_from(("debug", "info", "warning", "error", "critical", "trace")),
    severity=st.sampled_from(("info", "low", "high", "fatal", "")),
    category=st.sampled_from(("", "DATABASE_ERROR", "api")),
    message=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
    uid=st.sampled_from(UIDS),
    correlation_id=st.sampled_from((None, "c-1", "c-10", "C-1")),
    entity_type=st.sampled_from(TYPES),
    entity_id=st.sampled_from(IDS),
    fingerprint=st.sampled_from((None, "f1", "f2")),
    duration_ms=st.sampled_from(DURATIONS),
    has_stack=st.booleans(),
    degraded=st.sampled_from((None, None, "odd")),
)


def _indexed(event: Event) -> Event:
    event.search = searchable_text(event)
    return event


events = _plain_events.map(_indexed)
sources = st.sampled_from(("one", "two"))
_facts = st.one_of(
    st.builds(lambda s, e: [s, *e], sources, st.lists(events, min_size=1, max_size=12)),
    st.builds(lambda s, ts: GapFound(s, "e", 1, 5, "evicted", ts), sources, times),
    st.builds(lambda s, ts: Quarantined(s, "e", 0, "no object", b"x", 1, ts), sources, times),
    st.builds(lambda s, ts: CoverageLost(s, "k", ts, ts + 5, "closed"), sources, times),
)
stores = st.lists(_facts, min_size=1, max_size=6)


def build_store(path: Path, parts: Sequence[Fact | list[Event | str]], pinned: Sequence[int]) -> sqlite3.Connection:
    """Write a drawn store through the real recorder; returns its open connection. `pinned` are event ids."""
    connection = open_writer(path)
    migrate(connection)
    recorder = Recorder(connection, {}, lambda: NOW_MS, lambda text: None)
    seq = 100
    for part in parts:
        if isinstance(part, list):
            source, *arrived = part
            part = Arrived(str(source), "e", seq, [event for event in arrived if isinstance(event, Event)], NOW_MS)
            seq += len(part.events)
        recorder.record([part])
    connection.executemany("INSERT OR IGNORE INTO pins VALUES (?, '', 0)", [(event_id,) for event_id in pinned])
    return connection


def search_texts(parts: Sequence[Fact | list[Event | str]]) -> dict[int, str]:
    """Return the indexed text by event id: ids rise by one with each event and each marker."""
    texts: dict[int, str] = {}
    event_id = 0
    for part in parts:
        for item in part[1:] if isinstance(part, list) else [part]:
            event_id += 1
            if isinstance(item, Event):
                texts[event_id] = item.search
    return texts


def _some(values: Sequence[str]) -> st.SearchStrategy[tuple[Pattern, ...]]:
    pattern = st.builds(Pattern, st.sampled_from(values), st.booleans())
    return st.lists(pattern, min_size=1, max_size=2).map(tuple)


def _open(name: str, *values: str) -> st.SearchStrategy[Field]:
    return st.builds(Field, st.just(name), st.sampled_from((":", "!=")), _some(values))


def _ordered(name: str, *values: str) -> st.SearchStrategy[Field]:
    several = st.lists(st.sampled_from(values), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        st.builds(Field, st.just(name), st.sampled_from((":", "!=")), several),
        st.builds(Field, st.just(name), st.sampled_from(("<", "<=", ">", ">=")), st.sampled_from(values)),
    )


def _flags(name: str, *values: str) -> st.SearchStrategy[Field]:
    several = st.lists(st.sampled_from(values), min_size=1, max_size=2).map(tuple)
    return st.builds(Field, st.just(name), st.just(":"), several)


_moments = st.one_of(st.builds(Absolute, times), st.builds(Relative, st.integers(0, 12)))
_entities = st.builds(
    EntityRef,
    st.sampled_from((None, None, "message", "user")),
    st.sampled_from(("m-1", "m", "message", "5", "--", "none")),
    st.booleans(),
)
_several_entities = st.lists(_entities, min_size=1, max_size=2).map(tuple)
leaves: st.SearchStrategy[Node] = st.one_of(
    st.just(All()),
    st.builds(Text, st.sampled_from((*WORDS, "al", "time", "out time", "msg", "!!", "none")), st.booleans(), st.booleans()),
    _open("source", "one", "tw", "ONE"),
    _open("service", "server", "p", ""),
    _open("type", "error", "gap", "odd"),
    _open("category", "api", "DATA", ""),
    _open("layer", "database", "other"),
    _open("correlation", "c-1", "c", "none"),
    _open("fingerprint", "f1", "f"),
    _open("id", "3", "17", "u-1", "u", "err_", "--", "alpha", "9999999999999999999"),
    _ordered("level", "debug", "warning", "error"),
    _ordered("severity", "info", "high", "fatal"),
    _flags("is", "gap", "degraded", "quarantined", "pinned", "error"),
    _flags("has", "stack", "correlation", "entity", "duration"),
    st.builds(Field, st.just("entity"), st.sampled_from((":", "!=")), _several_entities),
    st.builds(
        Field,
        st.just("duration"),
        st.sampled_from(("=", "!=", "<", "<=", ">", ">=")),
        st.sampled_from([d for d in DURATIONS if d is not None]),
    ),
    st.builds(Field, st.sampled_from(("since", "until")), st.just(":"), _moments),
)


def _join(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(st.builds(Not, inner), st.builds(And, several), st.builds(Or, several))


trees: st.SearchStrategy[Node] = st.recursive(leaves, _join, max_leaves=6)
