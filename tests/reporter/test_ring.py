"""The ring: sequence numbers without holes, both bounds, and what a reader that fell behind is told."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.reporter.ring import Ring


@given(sizes=st.lists(st.integers(0, 40), max_size=200), max_events=st.integers(1, 30), max_bytes=st.integers(1, 200))
def test_bounds_hold_and_nothing_goes_uncounted(sizes: list[int], max_events: int, max_bytes: int) -> None:
    ring = Ring(max_events, max_bytes)
    kept = [b"%d:" % seq + b"x" * size for seq, size in enumerate(sizes, 1)]
    for seq, event in enumerate(kept, 1):
        assert ring.append(event) == seq
        assert len(ring) <= max_events
        assert ring.bytes <= max_bytes
    assert ring.evicted + len(ring) == len(sizes) == ring.next - 1
    first, events = ring.read(1, 1000, 10**9)
    assert first == ring.oldest
    assert events == kept[first - 1 :]
    assert ring.bytes == sum(map(len, events))


@given(total=st.integers(0, 60), cursor=st.integers(1, 70), count=st.integers(1, 20), limit=st.integers(1, 60))
def test_reading_returns_neighbours_within_the_limits(total: int, cursor: int, count: int, limit: int) -> None:
    ring = Ring(25, 10**6)
    for seq in range(1, total + 1):
        ring.append(b"%04d" % seq)
    first, events = ring.read(cursor, count, limit)
    assert first == max(cursor, ring.oldest)
    assert len(events) <= count
    assert len(events) <= 1 or sum(len(event) + 1 for event in events) <= limit
    assert [int(event) for event in events] == list(range(first, first + len(events)))
    if first < ring.next:
        assert events, "an event that is there is returned, whatever its size"


def test_a_reset_begins_a_new_epoch() -> None:
    ring = Ring()
    ring.append(b"x")
    before = ring.epoch
    ring.reset()
    assert ring.epoch != before
    assert (ring.oldest, ring.next, ring.bytes) == (1, 1, 0)


def test_threads_share_one_sequence() -> None:
    ring = Ring(100_000, 10**9)
    seqs: list[list[int]] = [[] for _ in range(4)]

    def append(mine: list[int]) -> None:
        mine.extend(ring.append(b"x") for _ in range(2_000))

    threads = [threading.Thread(target=append, args=(mine,)) for mine in seqs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seq for mine in seqs for seq in mine) == list(range(1, 8_001))


def test_a_ring_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1 event"):
        Ring(0, 5)
