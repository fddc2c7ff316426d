"""Bins and ticks of the strip."""

from datetime import UTC, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from console.areas.timeline.core import axis

moments = st.integers(0, 4_000_000_000_000)
spans = st.integers(1, 400_000_000_000)


@given(moments, spans, st.integers(2, 400))
def test_bins_cover_the_range_within_the_limit(since, span, limit):
    bins = axis.plan_bins(since, since + span, limit)
    assert bins.since_ms <= since
    assert bins.until_ms >= since + span
    assert bins.count <= limit
    assert bins.since_ms % bins.width_ms == 0


def test_edges_stand_still_while_the_range_slides():
    edges = {axis.plan_bins(10_000_000 + slide, 10_900_000 + slide, 200).since_ms % 5000 for slide in range(0, 5000, 700)}
    assert edges == {0}


@given(moments, spans, st.integers(1, 20))
def test_ticks_lie_inside_and_are_few(since, span, limit):
    ticks = axis.place_ticks(since, since + span, limit, UTC)
    assert len(ticks) <= limit
    assert all(since <= ms <= since + span for ms, _ in ticks)


def test_ticks_stand_at_round_local_times():
    zone = timezone(timedelta(hours=5, minutes=30))
    since = 1_795_442_208_468
    labels = [label for _, label in axis.place_ticks(since, since + 6 * 3_600_000, 7, zone)]
    assert labels == ["20:00", "21:00", "22:00", "23:00", "24 Nov", "01:00"]


def test_words_for_times():
    assert axis.utc_text(1_795_442_208_468) == "2026-11-23 13:56:48.468Z"
    assert axis.clock_text(1_795_442_208_468, UTC) == "13:56:48.468"
    assert axis.utc_text(10**18).startswith("9999")
    words = [axis.span_text(ms) for ms in (0, 0.25, 38, 1250, 61_000, 3_720_000, 187_200_000)]
    assert words == ["0 ms", "0.2 ms", "38 ms", "1.25 s", "1 m 1 s", "1 h 2 m", "2 d 4 h"]
