"""Two sessions of a store compared."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.areas.incidents.store.reading import compare
from console.model.event import Event
from tests.areas.errors.error_store import failure
from tests.areas.whole_store import WholeStore
from tests.store_filling import START_MS, read_text

HOUR_MS = 3_600_000


def timed(operation: str, at_ms: int, duration: float) -> Event:
    body = {"eventType": "performance", "timestamp": at_ms, "service": "server", "data": {"operation": operation},
            "performance": {"duration": duration}}  # fmt: skip
    return read_text(json.dumps(body), at_ms)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[WholeStore]:
    """Two hours, each a session: `old` errors in the first, `fresh` in the second, `both` in both; `save` grows slow."""
    store = WholeStore(tmp_path / "whole.db")
    store.attach("server")
    for hour, (name, factor) in enumerate([("old", 1.0), ("fresh", 3.0)]):
        start_ms = store.now_ms = START_MS + hour * HOUR_MS
        if hour:
            store.do("incidents", "session_start", name="after")
        events = [failure(name, start_ms + i * 60_000) for i in range(30)]
        events += [failure("both", start_ms + i * 90_000) for i in range(20)]
        events += [timed("save", start_ms + i * 3_600, factor * (20 + i % 7)) for i in range(1_000)]
        events += [timed("load", start_ms + i * 3_600, 40 + i % 9) for i in range(1_000)]
        events.sort(key=lambda event: event.ts_ms)
        for first in range(0, len(events), 100):
            store.now_ms = events[first].ts_ms
            store.arrive(events[first : first + 100])
    store.now_ms = START_MS + 2 * HOUR_MS
    store.attach()
    yield store
    store.close()


def test_groups_and_latency_that_differ(two: WholeStore) -> None:
    found = compare(two.connection, 1, 2)
    assert (found.before.id, found.after.name) == (1, "after")
    assert [(found.names[one.group_id].culprit.split(" ")[0], one.kind, one.is_certain) for one in found.groups] == [
        ("fresh", "new", True), ("old", "gone", True),
    ]  # fmt: skip
    fresh = found.groups[0]
    assert (fresh.after.events, fresh.after.steps) == (30, 30)
    assert fresh.after.last_event == two.one("SELECT max(event_id) FROM errors_member WHERE group_id = ?", fresh.group_id)
    assert not found.names[fresh.group_id].is_known
    assert found.alike == 1
    (save, load) = found.latency
    assert (save.operation, load.operation, load.is_changed) == ("save", "load", False)
    assert [one.verdict for one in save.percentiles] == ["slower"] * 3
    assert save.percentiles[0].before_ms == pytest.approx(23, rel=0.05)
    assert save.percentiles[0].after_ms == pytest.approx(69, rel=0.05)
    assert abs(save.n_before - 1_000) <= 4
    assert abs(save.n_after - 1_000) <= 4


def test_the_other_way_round(two: WholeStore) -> None:
    found = compare(two.connection, 2, 1)
    assert [(one.kind, found.names[one.group_id].culprit.split(" ")[0]) for one in found.groups] == [
        ("new", "old"), ("gone", "fresh"),
    ]  # fmt: skip
    assert [one.verdict for one in found.latency[0].percentiles] == ["faster"] * 3


def test_wide_sums_say_the_same_as_fine_ones(two: WholeStore) -> None:
    wide = compare(two.connection, 1, 2)
    two.recorder.transact(lambda c: c.execute("UPDATE performance_state SET rolled_until_ms = 0"))
    assert compare(two.connection, 1, 2).latency == wide.latency
    two.recorder.transact(lambda c: c.execute("UPDATE performance_state SET rolled_until_ms = ?", (START_MS + 5_400_000,)))
    assert compare(two.connection, 1, 2).latency == wide.latency


def test_what_cannot_be_compared(two: WholeStore) -> None:
    with pytest.raises(LookupError, match="no session 9"):
        compare(two.connection, 1, 9)
    with pytest.raises(ValueError, match="another one"):
        compare(two.connection, 1, 1)


def test_damaged_histograms_are_left_out(two: WholeStore) -> None:
    two.connection.execute(
        """UPDATE performance_duration SET first_bin = -1
           WHERE series_id = (SELECT id FROM performance_series WHERE operation = 'save')"""
    )
    assert [one.operation for one in compare(two.connection, 1, 2).latency] == ["load"]
