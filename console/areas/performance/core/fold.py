"""Fold events into rates, duration histograms and gauges per ten seconds and service.

Values come from outside and may be anything: what is absent is nothing, what is present but no usable number
is counted in `Fold.ignored` by the name of its field. Nothing here raises on data.

Events are first sorted into groups, then each group is summed by built-in functions over plain lists: this runs
for every event that is stored, in the writer's transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from console.areas.performance.core.histogram import from_durations
from console.areas.performance.core.metric import (
    CONFLICT_COUNT,
    CPU_ESTIMATE,
    CPU_PERCENT,
    LAST_SYNC_AGE_MS,
    MEMORY_DELTA,
    MEMORY_RSS,
    NEVER_SYNCED,
    OFFLINE_QUEUE,
    PENDING_OPERATIONS,
)
from console.model.event import Event

BUCKET_MS = 10_000
MAX_TS_MS = 8_640_000_000_000_000
"""The largest time that a JavaScript Date can hold."""
MAX_VALUE = 1e15
MAX_TEXT = 200
CLOCK_SKEW_MS = 60_000
"""A last sync this far after its own event is taken as "now"; further ahead it is ignored."""
NO_OPERATION = "(no operation)"

_PROCESS = "process"
_ERROR_LEVELS = frozenset({"error", "critical", "fatal"})
_NUMBERS = frozenset({int, float})
_NO_DICT: dict[str, Any] = {}

Key = tuple[int, str, str]
"""(start of the ten seconds in Unix ms, service, operation or metric or field)."""


@dataclass(slots=True)
class Durations:
    """Durations of one operation in ten seconds; `histogram` as in `core.histogram`, `last_ts` in Unix ms."""

    n: int
    sum_ms: float
    max_ms: float
    last_ts: int
    histogram: int


@dataclass(slots=True)
class Gauge:
    """Samples of one metric in ten seconds; `last` is the one that arrived last, at `last_ts`."""

    n: int
    sum: float
    min: float
    max: float
    last: float
    last_ts: int


@dataclass(slots=True)
class Fold:
    """What a batch of events says. `rates` holds (events, errors) by (bucket, service)."""

    rates: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    durations: dict[Key, Durations] = field(default_factory=dict)
    gauges: dict[Key, Gauge] = field(default_factory=dict)
    ignored: dict[Key, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Group:
    """Events of one service in ten seconds; `performance` and `sync` repeat those that have such a part."""

    levels: list[str] = field(default_factory=list)
    performance: list[Event] = field(default_factory=list)
    sync: list[Event] = field(default_factory=list)


def fold_events(events: Iterable[Event]) -> Fold:
    """Fold events, in any order, into what they say about performance."""
    fold = Fold()
    groups: dict[tuple[int, str], _Group] = {}
    for event in events:
        ts = event.ts_ms
        key = (ts - ts % BUCKET_MS, event.service)
        group = groups.get(key)
        if group is None:
            group = groups[key] = _Group()
        group.levels.append(event.level)
        # Only performance events carry durations of operations: an error report repeats that of its request.
        if event.event_type == "performance":
            group.performance.append(event)
        if "syncState" in event.data:
            group.sync.append(event)
    for (bucket, service), group in groups.items():
        if 0 <= bucket <= MAX_TS_MS:
            levels = group.levels
            fold.rates[bucket, service] = (len(levels), sum(map(_ERROR_LEVELS.__contains__, levels)))
            _fold_performance(fold, bucket, service, group.performance)
            _fold_sync(fold, bucket, service, group.sync)
        else:
            _ignore(fold, 0, service, "timestamp", len(group.levels))
    return fold


def _fold_performance(fold: Fold, bucket: int, service: str, events: list[Event]) -> None:
    operations: dict[str, list[tuple[float, int]]] = {}
    processes: list[tuple[Any, int]] = []
    measured: list[tuple[dict[str, Any], int]] = []
    for event in events:
        data = event.data
        performance = data.get("performance", _NO_DICT)
        detail = data.get("data")
        if type(detail) is not dict:
            detail = _NO_DICT
        operation = detail.get("operation")
        if type(performance) is not dict:
            _ignore(fold, bucket, service, "performance")
        elif operation == _PROCESS:
            processes.append((detail.get("process"), event.ts_ms))
        else:
            measured.append((performance, event.ts_ms))
            duration = event.duration_ms
            if duration is not None:
                if type(operation) is not str or not operation:
                    operation = NO_OPERATION
                seen = operations.get(operation)
                if seen is None:
                    seen = operations[operation] = []
                seen.append((duration, event.ts_ms))
            elif performance.get("duration") is not None:
                _ignore(fold, bucket, service, "performance.duration")
    for operation, samples in operations.items():
        _fold_durations(fold, bucket, service, operation, samples)
    _fold_field(fold, bucket, service, measured, "memoryDelta", MEMORY_DELTA, -MAX_VALUE)
    _fold_field(fold, bucket, service, measured, "cpuEstimate", CPU_ESTIMATE)
    usable = _dicts(fold, bucket, service, processes, _PROCESS)
    _fold_field(fold, bucket, service, usable, "rssBytes", MEMORY_RSS)
    _fold_field(fold, bucket, service, usable, "cpuPercent", CPU_PERCENT)


def _fold_durations(fold: Fold, bucket: int, service: str, operation: str, samples: list[tuple[float, int]]) -> None:
    samples = _usable(fold, bucket, service, "performance.duration", samples, 0.0)
    if not samples:
        return
    durations = [sample[0] for sample in samples]
    added = Durations(
        len(samples),
        sum(durations),
        max(durations),
        max([sample[1] for sample in samples]),
        from_durations(durations),
    )
    key = (bucket, service, operation[:MAX_TEXT])
    known = fold.durations.get(key)
    if known is not None:  # two long names that are the same when cut
        added.n += known.n
        added.sum_ms += known.sum_ms
        added.max_ms = max(added.max_ms, known.max_ms)
        added.last_ts = max(added.last_ts, known.last_ts)
        added.histogram += known.histogram
    fold.durations[key] = added


def _fold_sync(fold: Fold, bucket: int, service: str, events: list[Event]) -> None:
    states = _dicts(fold, bucket, service, [(event.data["syncState"], event.ts_ms) for event in events], "syncState")
    _fold_field(fold, bucket, service, states, "pendingOperations", PENDING_OPERATIONS)
    _fold_field(fold, bucket, service, states, "conflictCount", CONFLICT_COUNT)
    _fold_field(fold, bucket, service, states, "offlineQueue", OFFLINE_QUEUE)
    times = [(state["lastSyncTimestamp"], ts) for state, ts in states if state.get("lastSyncTimestamp") is not None]
    ages: list[tuple[float, int]] = []
    never: list[tuple[float, int]] = []
    for last_sync, ts in _usable(fold, bucket, service, LAST_SYNC_AGE_MS, times, 0.0):
        if last_sync == 0:
            never.append((1.0, ts))
        elif last_sync > ts + CLOCK_SKEW_MS:
            _ignore(fold, bucket, service, LAST_SYNC_AGE_MS)
        else:
            ages.append((max(0, ts - last_sync), ts))
    _fold_gauge(fold, bucket, service, LAST_SYNC_AGE_MS, ages)
    _fold_gauge(fold, bucket, service, NEVER_SYNCED, never)


def _fold_field(
    fold: Fold, bucket: int, service: str, parts: list[tuple[dict[str, Any], int]],
    name: str, metric: str, lowest: float = 0.0,
) -> None:  # fmt: skip
    samples = [(part[name], ts) for part, ts in parts if part.get(name) is not None]
    _fold_gauge(fold, bucket, service, metric, _usable(fold, bucket, service, metric, samples, lowest))


def _fold_gauge(fold: Fold, bucket: int, service: str, metric: str, samples: list[tuple[float, int]]) -> None:
    if samples:
        values = [sample[0] for sample in samples]
        last, last_ts = samples[-1]
        fold.gauges[bucket, service, metric] = Gauge(len(values), sum(values), min(values), max(values), last, last_ts)


def _usable(
    fold: Fold, bucket: int, service: str, name: str, samples: list[tuple[Any, int]], lowest: float
) -> list[tuple[float, int]]:
    """Return the samples that are numbers from `lowest` to MAX_VALUE (not bool, text, NaN) and count the others."""
    usable = [s for s in samples if type(s[0]) in _NUMBERS and lowest <= s[0] <= MAX_VALUE]
    if len(usable) < len(samples):
        _ignore(fold, bucket, service, name, len(samples) - len(usable))
    return usable


def _dicts(
    fold: Fold, bucket: int, service: str, parts: list[tuple[Any, int]], name: str
) -> list[tuple[dict[str, Any], int]]:
    """Return the parts that are objects; others are counted, absent ones (null) are not."""
    usable = [part for part in parts if type(part[0]) is dict]
    wrong = sum(part[0] is not None for part in parts) - len(usable)
    if wrong:
        _ignore(fold, bucket, service, name, wrong)
    return usable


def _ignore(fold: Fold, bucket: int, service: str, name: str, n: int = 1) -> None:
    key = (bucket, service, name)
    fold.ignored[key] = fold.ignored.get(key, 0) + n
