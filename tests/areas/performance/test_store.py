import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.areas.performance.core.step import LEVELS_MS, Grid, grid_for
from console.areas.performance.store import (
    bounds,
    duration_series,
    gauge_series,
    ignored_values,
    operations,
    projection,
    rate_series,
    slowest_operations,
)  # fmt: skip
from console.areas.performance.store.open_bucket import MAX_OPEN
from console.areas.performance.store.series import OTHER, SeriesIds
from tests.areas.performance.samples import NOW_MS, failed, performance_store, process, stored, synced, timed

MINUTE = 60_000
TEN_MINUTES = 600_000


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = performance_store(tmp_path / "events.db")
    yield connection
    connection.close()


def grid(level_ms: int, since_ms: int = NOW_MS - TEN_MINUTES, until_ms: int = NOW_MS + 2 * TEN_MINUTES) -> Grid:
    return Grid(since_ms - since_ms % level_ms, until_ms + -until_ms % level_ms, level_ms, level_ms)


def test_batches_add_up_in_one_bucket(connection: sqlite3.Connection) -> None:
    fold = projection()
    fold.on_events(connection, stored([timed(NOW_MS, 10), failed(NOW_MS + 1), process(NOW_MS, 100, 1)]))
    fold.on_events(connection, stored([timed(NOW_MS + 2, 30), process(NOW_MS + 3, 300, 3)]))
    events, errors = rate_series(connection, grid(10_000))
    assert (events["server"].times_ms, events["server"].values) == ([NOW_MS], [0.5])
    assert errors["server"].values == [0.1]
    gauges = gauge_series(connection, grid(10_000), [("memory_rss", "mean"), ("cpu_percent", "max")])
    assert gauges["memory_rss"]["server"].values == [200]
    assert gauges["cpu_percent"]["server"].values == [3]
    found = duration_series(connection, grid(10_000), wanted=(0.0, 1.0))
    assert found[0.0].values[0] == pytest.approx(10, rel=0.02)
    assert found[1.0].values[0] == pytest.approx(30, rel=0.02)


@pytest.mark.parametrize("level", LEVELS_MS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    seconds=st.lists(st.lists(st.integers(-900, 900), min_size=1, max_size=12), min_size=1, max_size=6),
    odd=st.sampled_from([10**14, NOW_MS]),
)
def test_every_width_counts_each_event_once(
    connection: sqlite3.Connection, level: int, seconds: list[list[int]], odd: int
) -> None:
    """Batches in any order, late events and events from the future included."""
    connection.execute("BEGIN")
    fold = projection()
    for batch in seconds:
        made = [timed(NOW_MS + second * 1000, abs(second)) for second in batch]
        made += [process(NOW_MS + second * 1000, 7, 1) for second in batch]
        fold.on_events(connection, stored([*made, timed(odd, 1, "odd")], received_ms=NOW_MS + 900_000))
    wide = grid(level, NOW_MS - 2 * TEN_MINUTES, NOW_MS + 2 * TEN_MINUTES)
    total = sum(map(len, seconds))
    rows = {row.operation: row for row in slowest_operations(connection, wide)}
    events, _ = rate_series(connection, wide)
    inside = len(seconds) if odd == NOW_MS else 0
    assert rows["acu.search"].n == total
    assert rows["acu.search"].max_ms == max(abs(second) for batch in seconds for second in batch)
    assert sum(events["server"].values) * level / 1000 == pytest.approx(2 * total + inside)
    memory = gauge_series(connection, wide, [("memory_rss", "mean")])["memory_rss"]["server"]
    assert set(memory.values) == {7}
    assert memory.times_ms == sorted(set(memory.times_ms))
    connection.execute("ROLLBACK")


def test_a_transaction_rolled_back_leaves_nothing_behind(connection: sqlite3.Connection) -> None:
    fold = projection()
    connection.execute("BEGIN")
    fold.on_events(connection, stored([timed(NOW_MS, 10)]))
    connection.execute("ROLLBACK")
    assert bounds(connection) is None
    fold.on_events(connection, stored([timed(NOW_MS, 10)]))
    assert [row.n for row in slowest_operations(connection, grid(10_000))] == [1]


def test_what_was_kept_in_memory_goes_with_a_rollback(connection: sqlite3.Connection) -> None:
    """The numbers of series and the open histograms of a batch that was undone are not used again."""
    fold = projection()
    fold.on_events(connection, stored([timed(NOW_MS, 10)]))
    for operation, service in (("gone", "server"), ("acu.search", "pwa")):
        connection.execute("BEGIN")
        fold.on_events(connection, stored([timed(NOW_MS, 500, operation, service), timed(NOW_MS, 700)]))
        connection.execute("ROLLBACK")
    fold.on_events(connection, stored([timed(NOW_MS, 20, "other"), timed(NOW_MS + 1, 30), timed(NOW_MS, 40, "gone")]))
    rows = {row.operation: row for row in slowest_operations(connection, grid(10_000))}
    assert {name: (row.n, row.max_ms) for name, row in rows.items()} == {
        "acu.search": (2, 30), "other": (1, 20), "gone": (1, 40),
    }  # fmt: skip
    assert rows["acu.search"].p50_ms == pytest.approx(10, rel=0.02)


def test_a_new_projection_goes_on_where_another_stopped(connection: sqlite3.Connection) -> None:
    first, second = projection(), projection()
    for fold in (first, second, first, second):
        fold.on_events(connection, stored([timed(NOW_MS, 10), timed(NOW_MS - 3_600_000, 99, "late")]))
    rows = slowest_operations(connection, grid(10_000, NOW_MS - 3_600_000))
    assert [(row.operation, row.n) for row in rows] == [("late", 4), ("acu.search", 4)]


def test_open_histograms_are_bounded(connection: sqlite3.Connection) -> None:
    fold = projection()
    for i in range(4):
        fold.on_events(connection, stored([timed(NOW_MS + i * 10_000, 1, f"op{n}") for n in range(700)]))
        assert len(fold._open) <= MAX_OPEN
    assert {row.n for row in slowest_operations(connection, grid(10_000), limit=5_000)} == {4}


def test_slowest_first_with_quantiles_never_above_the_largest(connection: sqlite3.Connection) -> None:
    made = [timed(NOW_MS + i, i, "wide") for i in range(1, 101)] + [timed(NOW_MS, 80.123, "one", "pwa")]
    projection().on_events(connection, stored(made))
    wide, one = slowest_operations(connection, grid(10_000))
    assert (wide.service, wide.operation, wide.n, wide.max_ms, wide.last_ts) == (
        "server",
        "wide",
        100,
        100,
        NOW_MS + 100,
    )
    assert wide.p50_ms == pytest.approx(50, rel=0.02)
    assert wide.p95_ms == pytest.approx(95, rel=0.02)
    assert wide.p99_ms == pytest.approx(99, rel=0.02)
    assert one.p50_ms <= one.max_ms == 80.123
    assert [row.operation for row in slowest_operations(connection, grid(10_000), "pwa")] == ["one"]
    assert len(slowest_operations(connection, grid(10_000), limit=1)) == 1


def test_durations_of_one_service_and_operation(connection: sqlite3.Connection) -> None:
    made = [timed(NOW_MS, 1, "a"), timed(NOW_MS, 100, "b"), timed(NOW_MS, 1000, "a", "pwa")]
    projection().on_events(connection, stored(made))

    def largest(service: str | None, operation: str | None) -> float:
        return duration_series(connection, grid(10_000), service, operation, (1.0,))[1.0].values[0]

    assert largest(None, None) == pytest.approx(1000, rel=0.02)
    assert largest("server", None) == pytest.approx(100, rel=0.02)
    assert largest("server", "a") == pytest.approx(1, rel=0.02)
    assert largest(None, "b") == pytest.approx(100, rel=0.02)
    assert operations(connection) == {"pwa": ["a"], "server": ["a", "b"]}


def test_a_step_without_data_has_no_point(connection: sqlite3.Connection) -> None:
    projection().on_events(connection, stored([synced(NOW_MS, {"offlineQueue": 1})]))
    projection().on_events(connection, stored([synced(NOW_MS + 30_000, {"offlineQueue": 4})]))
    queue = gauge_series(connection, grid(10_000), [("offline_queue", "max")])["offline_queue"]["pwa"]
    assert (queue.times_ms, queue.values) == ([NOW_MS, NOW_MS + 30_000], [1, 4])


def test_values_that_were_ignored_are_told(connection: sqlite3.Connection) -> None:
    made = [synced(NOW_MS, {"offlineQueue": "many", "conflictCount": None}), synced(-5, {})]
    projection().on_events(connection, stored(made, received_ms=NOW_MS))
    assert ignored_values(connection, grid(10_000)) == [("pwa", "offline_queue", 1), ("pwa", "timestamp", 1)]


def test_prune_forgets_whole_buckets_and_unused_series(connection: sqlite3.Connection) -> None:
    old = NOW_MS - 3_600_000
    made = [timed(old, 1, "old"), synced(old, {"offlineQueue": "x"}), timed(NOW_MS, 1, "new")]
    fold = projection()
    fold.on_events(connection, stored(made))
    fold.prune(connection, NOW_MS - 1_000)
    assert [row.operation for row in slowest_operations(connection, grid(10_000, old, NOW_MS + MINUTE))] == ["new"]
    assert operations(connection) == {"server": ["new"]}
    assert bounds(connection) == (NOW_MS, NOW_MS + 10_000)
    assert ignored_values(connection, grid(10_000, old)) == []


def test_too_many_operations_share_one_series(connection: sqlite3.Connection) -> None:
    ids = SeriesIds(limit=2)
    assert ids.of(connection, "server") != ids.of(connection, "server", "a")
    assert ids.of(connection, "server", "b") == ids.of(connection, "server", "c") == ids.of(connection, "pwa", "b")
    assert operations(connection) == {OTHER: [OTHER], "server": ["a"]}


def test_a_lone_surrogate_in_an_operation_is_stored(connection: sqlite3.Connection) -> None:
    projection().on_events(connection, stored([timed(NOW_MS, 1, "a\ud800")]))
    assert operations(connection) == {"server": ["a?"]}


def test_the_grid_of_a_range_reads_what_was_stored(connection: sqlite3.Connection) -> None:
    projection().on_events(connection, stored([timed(NOW_MS + 4_321, 5)]))
    for span in (MINUTE, 3 * 3_600_000, 60 * 3_600_000, 900 * 86_400_000):
        events, _ = rate_series(connection, grid_for(NOW_MS + MINUTE - span, NOW_MS + MINUTE))
        assert len(events["server"].times_ms) == 1


@pytest.mark.parametrize(("first", "blob"), [(-1, b"\1\0\0\0"), (2**40, b"\1\0\0\0"), (0, b"\1"), (0, b"")])
def test_a_damaged_histogram_takes_only_itself_away(connection: sqlite3.Connection, first: int, blob: bytes) -> None:
    fold = projection()
    fold.on_events(
        connection, stored([timed(NOW_MS, 10, "whole"), timed(NOW_MS, 10, "damaged"), timed(NOW_MS + 60_000, 30)])
    )
    connection.execute(
        """UPDATE performance_duration SET first_bin = ?, bins = ?
           WHERE series_id = (SELECT id FROM performance_series WHERE operation = 'damaged')""",
        (first, blob),
    )
    assert {row.operation for row in slowest_operations(connection, grid(10_000))} == {"whole", "acu.search"}
    assert [len(line.times_ms) for line in duration_series(connection, grid(10_000), wanted=(0.5,)).values()] == [2]
    assert duration_series(connection, grid(10_000), "server", "damaged", (0.5,))[0.5].times_ms == []
    fold.on_events(connection, stored([timed(NOW_MS, 20, "damaged"), timed(NOW_MS + 2 * TEN_MINUTES, 1)]))
    assert "damaged" in {row.operation for row in slowest_operations(connection, grid(10_000))}, "what is new counts again"
