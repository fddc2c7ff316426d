import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.performance.core.fold import MAX_TEXT, NO_OPERATION, fold_events
from console.model.event import Event
from console.model.histogram import bins_of
from tests.areas.performance.samples import NOW_MS, failed, process, synced, timed

hostile = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from([None, 10**400, "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["performance", "syncState", "data", "operation", "process", "duration", "rssBytes",
                         "cpuPercent", "memoryDelta", "lastSyncTimestamp", "pendingOperations"]), inner, max_size=6),
    max_leaves=12,
)  # fmt: skip
events = st.builds(
    Event,
    text=st.just(""),
    ts_ms=st.integers(-(10**17), 10**17),
    service=st.text(max_size=3),
    event_type=st.sampled_from(["performance", "sync_update", "error", "odd"]),
    level=st.sampled_from(["info", "error", "fatal", ""]),
    severity=st.just("info"),
    duration_ms=st.none() | st.floats() | st.integers() | st.just(10**400),
    data=st.fixed_dictionaries({}, optional=dict.fromkeys(["performance", "syncState", "data"], hostile)),
)


@settings(max_examples=60)
@given(st.lists(events, max_size=8))
def test_whatever_arrives_is_counted_and_never_raises(batch: list[Event]) -> None:
    fold = fold_events(batch)
    out_of_time = sum(n for (_, _, name), n in fold.ignored.items() if name == "timestamp")
    assert sum(n for n, _ in fold.rates.values()) + out_of_time == len(batch)
    for gauge in fold.gauges.values():
        assert all(map(math.isfinite, (gauge.sum, gauge.min, gauge.max, gauge.last)))
        assert gauge.min <= gauge.last <= gauge.max
    for durations in fold.durations.values():
        assert math.isfinite(durations.sum_ms)
        assert durations.max_ms <= durations.sum_ms


def test_durations_by_ten_seconds_service_and_operation() -> None:
    fold = fold_events([timed(NOW_MS, 5), timed(NOW_MS + 9_999, 7), timed(NOW_MS + 10_000, 9), timed(NOW_MS, 1, "x")])
    first = fold.durations[NOW_MS, "server", "acu.search"]
    assert (first.n, first.sum_ms, first.max_ms, first.last_ts) == (2, 12, 7, NOW_MS + 9_999)
    assert first.bins == bins_of([5, 7])
    assert fold.durations[NOW_MS + 10_000, "server", "acu.search"].n == 1
    assert fold.durations[NOW_MS, "server", "x"].n == 1


def test_an_error_is_counted_but_its_duration_is_not() -> None:
    fold = fold_events([failed(NOW_MS), timed(NOW_MS, 5)])
    assert fold.rates[NOW_MS, "server"] == (2, 1)
    assert [key[2] for key in fold.durations] == ["acu.search"]


def test_a_process_sample_gives_memory_and_cpu_and_no_duration() -> None:
    fold = fold_events([process(NOW_MS, 1000, 12.5), process(NOW_MS + 1, 3000, 7.5)])
    memory = fold.gauges[NOW_MS, "server", "memory_rss"]
    assert (memory.n, memory.sum, memory.min, memory.max, memory.last) == (2, 4000, 1000, 3000, 3000)
    assert fold.gauges[NOW_MS, "server", "cpu_percent"].sum == 20
    assert fold.durations == {}


def test_memory_may_shrink_and_nothing_else_may_be_negative() -> None:
    fold = fold_events([timed(NOW_MS, -1, memoryDelta=-5, cpuEstimate=-0.1)])
    assert fold.gauges[NOW_MS, "server", "memory_delta"].last == -5
    ignored = {(NOW_MS, "server", "performance.duration"): 1, (NOW_MS, "server", "cpu_estimate"): 1}
    assert fold.ignored == ignored


def test_the_four_sync_numbers() -> None:
    state = {"pendingOperations": 3, "conflictCount": 2, "offlineQueue": 1, "lastSyncTimestamp": NOW_MS - 4_000}
    fold = fold_events([synced(NOW_MS + 1_000, state)])
    values = {metric: gauge.last for (_, _, metric), gauge in fold.gauges.items()}
    assert values == {"pending_operations": 3, "conflict_count": 2, "offline_queue": 1, "last_sync_age_ms": 5_000}


@pytest.mark.parametrize(
    ("last_sync", "metric", "value"),
    [(0, "never_synced", 1), (NOW_MS + 59_000, "last_sync_age_ms", 0), (NOW_MS, "last_sync_age_ms", 0)],
)
def test_never_synced_and_clocks_that_differ(last_sync: int, metric: str, value: float) -> None:
    fold = fold_events([synced(NOW_MS, {"lastSyncTimestamp": last_sync})])
    assert fold.gauges[NOW_MS, "pwa", metric].last == value
    assert fold.ignored == {}


@pytest.mark.parametrize("wrong", [True, "7", math.nan, math.inf, 10**400, -1, [1], {"n": 1}, NOW_MS * 2])
def test_a_wrong_sync_time_is_ignored_and_counted(wrong: Any) -> None:
    fold = fold_events([synced(NOW_MS, {"lastSyncTimestamp": wrong})])
    assert fold.gauges == {}
    assert fold.ignored == {(NOW_MS, "pwa", "last_sync_age_ms"): 1}


def test_wrong_shapes_are_counted_and_null_is_nothing() -> None:
    odd = timed(NOW_MS, 5)
    odd.data = {"performance": "fast", "data": []}
    fold = fold_events([odd, synced(NOW_MS, "ok"), synced(NOW_MS, None), process(NOW_MS, "much", True)])
    assert {(service, name) for _, service, name in fold.ignored} == {
        ("server", "performance"), ("pwa", "syncState"), ("server", "memory_rss"), ("server", "cpu_percent"),
    }  # fmt: skip
    assert fold.gauges == {}


def test_operations_without_a_name_and_with_too_long_ones() -> None:
    fold = fold_events([timed(NOW_MS, 5, None), timed(NOW_MS, 5, "a" * 999), timed(NOW_MS, 6, "a" * 998)])
    assert fold.durations[NOW_MS, "server", NO_OPERATION].n == 1
    cut = fold.durations[NOW_MS, "server", "a" * MAX_TEXT]
    assert (cut.n, cut.sum_ms) == (2, 11)
