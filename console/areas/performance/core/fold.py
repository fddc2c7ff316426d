"""Fold events into rates, duration histograms and gauges per ten seconds and service.

Values come from outside and may be anything: what is absent is nothing, what is present but no usable number
is counted in `Fold.ignored` by the name of its field. Nothing here raises on data.

This runs for every event that is stored, in the writer's transaction: one pass sorts the parts that matter into
lists, built-in functions sum each list, and only a list that holds something unusable is looked at value by value.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

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
from console.model.histogram import bins_of

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
    """Durations of one operation in ten seconds; `bins` counts by bin of `core.histogram`, `last_ts` in Unix ms."""

    n: int
    sum_ms: float
    max_ms: float
    last_ts: int
    bins: dict[int, int]


@dataclass(slots=True)
class Gauge:
    """Samples of one metric in ten seconds; `last` is the one that arrived last, at `last_ts`."""

    n: int
    sum: float
    min: float
    max: float
    last: float
    last_ts: int

    def row(self) -> tuple[int, float, float, float, float, int]:
        """Return (n, sum, min, max, last, last_ts)."""
        return self.n, self.sum, self.min, self.max, self.last, self.last_ts


@dataclass(slots=True)
class Fold:
    """What a batch of events says. `rates` holds (events, errors) by (bucket, service)."""

    rates: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    durations: dict[Key, Durations] = field(default_factory=dict)
    gauges: dict[Key, Gauge] = field(default_factory=dict)
    ignored: dict[Key, int] = field(default_factory=dict)


class _Group:
    """Events of one service in ten seconds: levels of all, and the parts of some beside the times they came with."""

    __slots__ = ("levels", "performance", "sync", "sync_ts")

    def __init__(self) -> None:
        self.levels: list[str] = []
        self.performance: list[Event] = []
        self.sync: list[Any] = []
        self.sync_ts: list[int] = []


def fold_events(events: Iterable[Event]) -> Fold:
    """Fold events, in any order, into what they say about performance."""
    fold = Fold()
    buckets: dict[int, dict[str, _Group]] = {}
    start = end = 0
    groups: dict[str, _Group] = {}
    for event in events:
        ts = event.ts_ms
        if not start <= ts < end:
            start = ts - ts % BUCKET_MS
            end = start + BUCKET_MS
            groups = buckets.setdefault(start, {})
        group = groups.get(event.service)
        if group is None:
            group = groups[event.service] = _Group()
        group.levels.append(event.level)
        # Only performance events carry durations of operations: an error report repeats that of its request.
        if event.event_type == "performance":
            group.performance.append(event)
        data = event.data
        if "syncState" in data:
            group.sync.append(data["syncState"])
            group.sync_ts.append(ts)
    for bucket, groups in buckets.items():
        for service, group in groups.items():
            _fold_group(fold, bucket, service, group)
    return fold


def _fold_group(fold: Fold, bucket: int, service: str, group: _Group) -> None:
    levels = group.levels
    if not 0 <= bucket <= MAX_TS_MS:
        _ignore(fold, 0, service, "timestamp", len(levels))
        return
    fold.rates[bucket, service] = (len(levels), sum(map(_ERROR_LEVELS.__contains__, levels)))
    if group.performance:
        _fold_performance(fold, bucket, service, group.performance)
    if group.sync:
        _fold_sync(fold, bucket, service, group.sync, group.sync_ts)


def _fold_performance(fold: Fold, bucket: int, service: str, events: list[Event]) -> None:
    operations: dict[str, tuple[list[Any], list[int]]] = {}
    processes: list[Any] = []
    process_ts: list[int] = []
    measured: list[dict[str, Any]] = []
    measured_ts: list[int] = []
    for event in events:
        data = event.data
        performance = data.get("performance", _NO_DICT)
        if type(performance) is not dict:
            _ignore(fold, bucket, service, "performance")
            continue
        detail = data.get("data")
        operation = detail.get("operation") if type(detail) is dict else None
        ts = event.ts_ms
        if operation == _PROCESS:
            processes.append(detail.get("process") if detail else None)
            process_ts.append(ts)
            continue
        measured.append(performance)
        measured_ts.append(ts)
        duration = event.duration_ms
        if duration is not None:
            if type(operation) is not str or not operation:
                operation = NO_OPERATION
            seen = operations.get(operation)
            if seen is None:
                seen = operations[operation] = ([], [])
            seen[0].append(duration)
            seen[1].append(ts)
        elif performance.get("duration") is not None:
            _ignore(fold, bucket, service, "performance.duration")
    for operation, samples in operations.items():
        _fold_durations(fold, bucket, service, operation, *samples)
    _fold_field(fold, bucket, service, measured, measured_ts, "memoryDelta", MEMORY_DELTA, -MAX_VALUE)
    _fold_field(fold, bucket, service, measured, measured_ts, "cpuEstimate", CPU_ESTIMATE)
    if processes:
        processes, process_ts = _dicts(fold, bucket, service, processes, process_ts, _PROCESS)
        _fold_field(fold, bucket, service, processes, process_ts, "rssBytes", MEMORY_RSS)
        _fold_field(fold, bucket, service, processes, process_ts, "cpuPercent", CPU_PERCENT)


def _fold_durations(fold: Fold, bucket: int, service: str, operation: str, values: list[Any], times: list[int]) -> None:
    durations, times = _usable(fold, bucket, service, "performance.duration", values, times, 0.0)
    if not durations:
        return
    added = Durations(len(durations), sum(durations), max(durations), max(times), bins_of(durations))
    key = (bucket, service, operation[:MAX_TEXT])
    known = fold.durations.get(key)
    if known is not None:  # two long names that are the same when cut
        added.n += known.n
        added.sum_ms += known.sum_ms
        added.max_ms = max(added.max_ms, known.max_ms)
        added.last_ts = max(added.last_ts, known.last_ts)
        for place, n in known.bins.items():
            added.bins[place] = added.bins.get(place, 0) + n
    fold.durations[key] = added


def _fold_sync(fold: Fold, bucket: int, service: str, states: list[Any], times: list[int]) -> None:
    states, times = _dicts(fold, bucket, service, states, times, "syncState")
    if not states:
        return
    _fold_field(fold, bucket, service, states, times, "pendingOperations", PENDING_OPERATIONS)
    _fold_field(fold, bucket, service, states, times, "conflictCount", CONFLICT_COUNT)
    _fold_field(fold, bucket, service, states, times, "offlineQueue", OFFLINE_QUEUE)
    values, told_ts = _present(states, times, "lastSyncTimestamp")
    ages: list[float] = []
    ages_ts: list[int] = []
    never_ts: list[int] = []
    for last_sync, ts in zip(*_usable(fold, bucket, service, LAST_SYNC_AGE_MS, values, told_ts, 0.0), strict=True):
        if last_sync == 0:
            never_ts.append(ts)
        elif last_sync > ts + CLOCK_SKEW_MS:
            _ignore(fold, bucket, service, LAST_SYNC_AGE_MS)
        else:
            ages.append(ts - last_sync if ts > last_sync else 0)
            ages_ts.append(ts)
    _fold_gauge(fold, bucket, service, LAST_SYNC_AGE_MS, ages, ages_ts)
    _fold_gauge(fold, bucket, service, NEVER_SYNCED, [1.0] * len(never_ts), never_ts)


def _fold_field(
    fold: Fold, bucket: int, service: str, parts: list[dict[str, Any]], times: list[int],
    name: str, metric: str, lowest: float = 0.0,
) -> None:  # fmt: skip
    values, told_ts = _present(parts, times, name)
    if values:
        _fold_gauge(fold, bucket, service, metric, *_usable(fold, bucket, service, metric, values, told_ts, lowest))


def _fold_gauge(fold: Fold, bucket: int, service: str, metric: str, values: list[float], times: list[int]) -> None:
    if values:
        fold.gauges[bucket, service, metric] = Gauge(
            len(values), sum(values), min(values), max(values), values[-1], times[-1]
        )


def _present(parts: list[dict[str, Any]], times: list[int], name: str) -> tuple[list[Any], list[int]]:
    """Return what the parts hold under a name, and the times of those that hold it; null is nothing."""
    values = [part[name] for part in parts if name in part]
    if len(values) == len(parts) and None not in values:
        return values, times
    pairs = [(part[name], ts) for part, ts in zip(parts, times, strict=True) if part.get(name) is not None]
    return [value for value, _ in pairs], [ts for _, ts in pairs]


def _usable(
    fold: Fold, bucket: int, service: str, name: str, values: list[Any], times: list[int], lowest: float
) -> tuple[list[float], list[int]]:
    """Return the values that are numbers from `lowest` to MAX_VALUE (not bool, text, NaN) and count the others."""
    # A NaN makes the sum NaN, which is not equal to itself; the sum is only taken of numbers within bounds.
    if (
        _NUMBERS.issuperset(map(type, values))
        and (not values or lowest <= min(values) <= max(values) <= MAX_VALUE)
        and (total := sum(values)) == total
    ):
        return values, times
    kept = [(v, ts) for v, ts in zip(values, times, strict=True) if type(v) in _NUMBERS and lowest <= v <= MAX_VALUE]
    _ignore(fold, bucket, service, name, len(values) - len(kept))
    return [value for value, _ in kept], [ts for _, ts in kept]


def _dicts(
    fold: Fold, bucket: int, service: str, parts: list[Any], times: list[int], name: str
) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the parts that are objects; others are counted, absent ones (null) are not."""
    if {dict}.issuperset(map(type, parts)):
        return parts, times
    kept = [(part, ts) for part, ts in zip(parts, times, strict=True) if type(part) is dict]
    wrong = sum(part is not None for part in parts) - len(kept)
    if wrong:
        _ignore(fold, bucket, service, name, wrong)
    return [part for part, _ in kept], [ts for _, ts in kept]


def _ignore(fold: Fold, bucket: int, service: str, name: str, n: int = 1) -> None:
    key = (bucket, service, name)
    fold.ignored[key] = fold.ignored.get(key, 0) + n
