"""Ranges: what live, paused and shifted mean."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from console.app.scope import bounds_ms, from_setting, paused, range_words, ranged, resumed, shifted, span_words, to_setting
from console.qt.shell import Scope

NOW = 1_795_442_000_000


def test_live_slides_and_paused_stands() -> None:
    live = Scope(span_ms=60_000)
    assert bounds_ms(live, NOW) == (NOW - 60_000, None)
    held = paused(live, NOW)
    assert bounds_ms(held, NOW + 5_000) == (NOW - 60_000, NOW)
    assert resumed(held) == live


def test_shifting_back_and_on_ends_where_it_began_live() -> None:
    live = Scope(span_ms=60_000)
    back = shifted(live, -1, NOW)
    assert bounds_ms(back, NOW) == (NOW - 120_000, NOW - 60_000)
    assert shifted(back, 1, NOW) == live
    assert shifted(Scope(span_ms=None), -1, NOW) == Scope(span_ms=None)


@given(st.integers(0, NOW), st.integers(0, NOW), st.integers(-3, 3))
def test_a_range_has_its_ends_in_order_wherever_it_is_moved(one: int, other: int, steps: int) -> None:
    scope = ranged(Scope(), one, other)
    since, until = bounds_ms(shifted(scope, steps, NOW), NOW)
    assert since is not None
    assert until is None or since <= until


def test_ranges_are_said_in_words() -> None:
    assert range_words(Scope()) == "Last 15 minutes"
    assert range_words(Scope(span_ms=None)) == "Everything"
    assert range_words(Scope(span_ms=7_000)) == "Last 7 seconds"
    assert "–" in range_words(ranged(Scope(), NOW - 1_000, NOW))
    assert range_words(ranged(Scope(), None, None)) == "Everything"
    assert range_words(ranged(Scope(), 10**18, None)).startswith("since")
    assert span_words(7_200_000) == "2 hours"


def test_span_and_filter_come_back_and_nonsense_does_not() -> None:
    scope = Scope(span_ms=None, filter_text="level:error")
    assert from_setting(to_setting(scope)) == scope
    assert from_setting(to_setting(replace(scope, live=False, since_ms=1, until_ms=2))) == scope
    for nonsense in (None, [], {"span_ms": "x", "filter": 4}, {"span_ms": -1}, {"span_ms": True}):
        assert from_setting(nonsense) == Scope()
