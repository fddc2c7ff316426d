from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.trace.core.event import TraceEvent
from console.areas.trace.core.failure import SAME_REQUEST, WAITED
from console.areas.trace.core.step import Declared
from console.areas.trace.core.trace import MAX_ROWS, SILENCE_SHARE, Extent, assemble
from console.areas.trace.words import clock_words, extent_words, failure_words, shift_words, silence_words, summary_words
from tests.areas.trace.samples import CALL, event, failure

WHOLE = Extent(("c",), 0)


def events_of(rows: list[tuple[int, str, float | None, bool]]) -> list[TraceEvent]:
    return [
        (failure if wrong else event)(number, at, service, duration_ms=took, endpoint=CALL if took else "")
        for number, (at, service, took, wrong) in enumerate(rows, 1)
    ]


rows = st.lists(
    st.tuples(
        st.integers(-10_000, 10_000),
        st.sampled_from(["pwa", "server", "network", ""]),
        st.none() | st.floats(-10, 5_000),
        st.booleans(),
    ),
    min_size=1,
    max_size=40,
)


@given(rows)
def test_every_event_stands_once_in_the_lane_of_its_service(found: list[tuple[int, str, float | None, bool]]) -> None:
    events = events_of(found)
    trace = assemble("c", WHOLE, events)
    for shown in (trace.as_told, trace.corrected):
        assert Counter(one.event.id for one in shown.placed) == Counter(one.id for one in events)
        assert all(shown.lanes[one.lane].service == one.event.service for one in shown.placed)
        assert sum(lane.events for lane in shown.lanes) == len(events)
        assert len({lane.service for lane in shown.lanes}) == len(shown.lanes)
        assert all(one.end_ms >= one.start_ms for one in shown.placed)
        assert all(shown.start_ms <= one.start_ms and one.end_ms <= shown.end_ms for one in shown.placed)
        assert [one.start_ms for one in shown.placed] == sorted(one.start_ms for one in shown.placed)
        assert all(0 <= one.row < shown.lanes[one.lane].rows for one in shown.placed)
        assert all(lane.rows <= MAX_ROWS + 1 for lane in shown.lanes)
        assert (shown.failure is None) == (not any(one.failed for one in events))
        assert all(step.duration_ms is None or step.duration_ms >= 0 for step in shown.steps)
        assert {step.event_id for step in shown.steps} <= {one.id for one in events}


@given(rows)
def test_bars_of_a_row_do_not_overlap_while_there_are_rows(found: list[tuple[int, str, float | None, bool]]) -> None:
    shown = assemble("c", WHOLE, events_of(found)).as_told
    for number, lane in enumerate(shown.lanes):
        bars = [one for one in shown.placed if one.lane == number and one.event.is_bar]
        points = {one.row for one in shown.placed if one.lane == number and not one.event.is_bar}
        assert points <= {0}
        assert not points & {one.row for one in bars}
        if lane.rows - len(points) < MAX_ROWS:
            for row in {one.row for one in bars}:
                ends = [(one.start_ms, one.end_ms) for one in bars if one.row == row]
                assert all(before[1] <= after[0] for before, after in pairwise(ends))


@given(rows)
def test_silences_are_long_empty_and_between_their_events(found: list[tuple[int, str, float | None, bool]]) -> None:
    shown = assemble("c", WHOLE, events_of(found)).as_told
    by_id = {one.event.id: one for one in shown.placed}
    for silence in shown.silences:
        assert silence.duration_ms > SILENCE_SHARE * shown.duration_ms
        assert by_id[silence.after_id].end_ms == silence.start_ms
        assert by_id[silence.before_id].start_ms == silence.end_ms
        assert not any(one.start_ms < silence.end_ms and one.end_ms > silence.start_ms for one in shown.placed)


def test_no_events_are_no_trace() -> None:
    with pytest.raises(ValueError, match="at least one"):
        assemble("c", WHOLE, [])


def skewed() -> list[TraceEvent]:
    """A call that takes 100 ms, handled in 60 by a server whose clock is 5 s ahead, which failed in it."""
    return [
        event(1, 1_000, "pwa"),
        event(2, 1_100, "pwa", 100, endpoint=CALL),
        event(3, 6_080, "server", 60, endpoint=CALL),
        failure(4, 6_070, "server"),
        failure(5, 1_101, "pwa", message="gave up"),
    ]


def test_the_first_failure_is_found_behind_a_wrong_clock() -> None:
    trace = assemble("c", WHOLE, skewed())
    assert trace.is_shifted
    assert trace.clocks["server"].offset_ms == pytest.approx(5_000, abs=21)
    assert trace.as_told.failure.event_id == 5
    assert trace.corrected.failure.event_id == 4
    assert trace.corrected.failure.consequences == {5: SAME_REQUEST}
    assert trace.as_told.duration_ms > 5_000
    assert trace.corrected.duration_ms == pytest.approx(101)
    assert trace.as_told.silences
    assert not trace.corrected.silences
    assert clock_words(trace.clocks["server"]._replace(offset_ms=-0.4, pairs=1_200)) == "clock +0 ms ± 21, 1,200 pairs"
    assert clock_words(trace.clocks["server"]) == "clock +5000 ms ± 21, 1 pair"
    assert shift_words(trace, corrected=True) == "clocks corrected"
    assert shift_words(trace, corrected=False) == "clocks as told"
    assert silence_words(trace.as_told.silences[0]).endswith("with nothing reported")


def test_what_follows_from_the_first_failure() -> None:
    events = [
        failure(1, 100, ids=("c", "r1"), request_id="r1"),
        failure(2, 110, ids=("c", "r1"), request_id="r1"),
        failure(3, 120, ids=("c", "r2"), request_id="r2"),
        failure(4, 130, ids=("c", "r3"), request_id="r3", duration_ms=80),
        failure(5, 140, ids=("c",)),
        failure(6, 150, ids=("other",)),
        event(7, 160),
    ]
    shown = assemble("c", WHOLE, events).as_told
    assert shown.failure.event_id == 1
    assert shown.failure.consequences == {2: SAME_REQUEST, 4: WAITED, 5: SAME_REQUEST}
    words = {one.event.id: failure_words(shown, one) for one in shown.placed}
    assert words[1] == "first failure"
    assert words[4] == "follows: was waiting while it failed"
    assert words[6] == "another failure"
    assert words[7] == ""


def test_a_call_and_its_handling_are_three_steps() -> None:
    client, server = event(1, 100, "pwa", 100, endpoint=CALL), event(2, 90, "server", 60, endpoint=CALL)
    inside = failure(3, 60, "server", step="database", message="duplicate key")
    steps = assemble("c", WHOLE, [client, server, inside]).as_told.steps
    assert [(step.step, step.service, step.start_ms, step.duration_ms) for step in steps] == [
        ("request", "pwa", 0, 30),
        ("processing", "server", 30, 60),
        ("database", "server", 60, None),
        ("response", "pwa", 90, 10),
    ]
    assert [step.failed for step in steps] == [False, False, True, False]


def test_neighbours_of_one_step_are_one_and_point_at_their_failure() -> None:
    events = [event(1, 0), event(2, 10), event(3, 30, severity="critical"), event(4, 40, "pwa"), event(5, 50)]
    steps = assemble("c", WHOLE, events).as_told.steps
    assert [(step.service, step.events, step.event_id, step.duration_ms) for step in steps] == [
        ("server", 3, 3, 30), ("pwa", 1, 4, None), ("server", 1, 5, None),
    ]  # fmt: skip


def test_declared_steps_follow_each_other_on_the_axis() -> None:
    declared = (
        Declared("check", None, 20.0, False),
        Declared("store", None, 30.0, True),
        Declared("late", 190.0, None, False),
    )
    steps = assemble("c", WHOLE, [event(1, 200, duration_ms=100, declared=declared)]).as_told.steps
    found = [(step.step, step.start_ms, step.duration_ms, step.failed) for step in steps if step.declared]
    assert found == [("check", 100, 20, False), ("store", 120, 30, True), ("late", 190, None, False)]


def test_words() -> None:
    shown = assemble("c", WHOLE, [event(1, 0)]).as_told
    assert summary_words(shown) == "1 event · 1 service · 0 ms · nothing failed"
    assert extent_words(Extent(("a",), 5), 5) == ""
    told = extent_words(Extent(("a",), 9_000, cut=True, refused=("s",), open_ids=2), 5_000)
    assert told.startswith("Too large to show whole: 5,000 of at least 9,000 events. Not followed")
    assert told.endswith("2 further ids lie beyond and were not followed.")


def test_what_begins_at_once_is_in_the_order_of_a_request() -> None:
    client, server = event(1, 100, "pwa", 100, endpoint=CALL), event(2, 90, "server", 60, endpoint=CALL)
    steps = assemble("c", WHOLE, [client, server, failure(3, 90), event(4, 0, "pwa")]).as_told.steps
    assert [step.step for step in steps] == ["request", "processing", "processing", "error", "response"]
