from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.trace.core.clock import RESOLUTION_MS, estimate_clocks, find_pairs
from console.areas.trace.core.event import TraceEvent
from tests.areas.trace.samples import CALL, event

requests = st.lists(
    st.tuples(st.floats(0.5, 400), st.floats(0, 60), st.floats(0, 60)), min_size=1, max_size=15
)  # fmt: skip
"""(handling, way there, way back) in ms of each request."""
skews = st.integers(-10_000_000, 10_000_000)


def call(
    number: int,
    at_ms: float,
    parts: tuple[float, float, float],
    *,
    ahead_ms: float,
    names: tuple[str, str] = ("pwa", "server"),
    endpoint: str = CALL,
) -> list[TraceEvent]:
    """Return a call and its handling, the handler's clock `ahead_ms` ahead; times in whole ms as on the wire."""
    handled, there, back = parts
    own = {"ids": ("c", f"r{number}"), "request_id": f"r{number}", "endpoint": endpoint}
    whole = handled + there + back
    return [
        event(number * 2, round(at_ms + whole), names[0], whole, **own),
        event(number * 2 + 1, round(at_ms + there + handled + ahead_ms), names[1], handled, **own),
    ]


@given(requests, skews)
def test_a_synthetic_skew_is_found_within_the_uncertainty(parts: list[tuple[float, float, float]], skew: int) -> None:
    """Each pair bounds the skew by its slack, so the median of the pairs is no further off than the median slack."""
    events = [one for i, part in enumerate(parts) for one in call(i, 1_000_000 + i * 2_000, part, ahead_ms=skew)]
    pairs = find_pairs(events)
    assert len(pairs) == len(parts)
    clocks = estimate_clocks(["pwa", "server"], pairs)
    assert clocks["pwa"].is_reference
    server = clocks["server"]
    assert server.pairs == len(parts)
    assert server.uncertainty_ms == pytest.approx(median((a + b) / 2 for _, a, b in parts) + RESOLUTION_MS)
    assert abs(server.offset_ms - skew) <= server.uncertainty_ms + 1e-6
    assert server.shift_ms in (0.0, server.offset_ms)


@given(requests)
def test_equal_clocks_are_never_shifted_by_a_lopsided_way(parts: list[tuple[float, float, float]]) -> None:
    events = [one for i, part in enumerate(parts) for one in call(i, i * 2_000, part, ahead_ms=0)]
    server = estimate_clocks(["pwa", "server"], find_pairs(events))["server"]
    assert abs(server.shift_ms) < 1e-6 or server.uncertainty_ms == pytest.approx(abs(server.offset_ms))


def test_offsets_add_up_over_several_services() -> None:
    events = [
        *call(1, 1_000, (40, 5, 5), ahead_ms=300),
        *[one._replace(ts_ms=one.ts_ms + (300 if one.service == "server" else 0))
          for one in call(2, 1_010, (10, 4, 4), ahead_ms=-200, names=("server", "worker"), endpoint="POST /jobs")],
    ]  # fmt: skip
    clocks = estimate_clocks(["pwa", "server", "worker", "idle"], find_pairs(events))
    assert clocks["server"].offset_ms == pytest.approx(300, abs=1)
    assert clocks["worker"].offset_ms == pytest.approx(-200, abs=1)
    assert clocks["worker"].uncertainty_ms == pytest.approx(5 + 4 + 2 * RESOLUTION_MS, abs=1)
    assert not clocks["idle"].is_known
    assert (clocks["idle"].offset_ms, clocks["idle"].shift_ms) == (0, 0)


def test_without_a_pair_nothing_is_known_and_there_is_no_reference() -> None:
    clocks = estimate_clocks(["a", "b"], [])
    assert [(clock.is_known, clock.is_reference) for clock in clocks.values()] == [(False, False)] * 2


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"endpoint": "GET /other"}, "another endpoint"),
        ({"ids": ("x",)}, "no shared id"),
        ({"service": "pwa"}, "the same service"),
        ({"duration_ms": None}, "not timed"),
    ],
)
def test_what_is_no_pair(change: dict, why: str) -> None:
    client, server = call(1, 0, (10, 2, 2), ahead_ms=0)
    assert len(find_pairs([client, server])) == 1
    assert find_pairs([client, server._replace(**change)]) == [], why


def test_bars_that_cannot_be_told_apart_are_no_pairs() -> None:
    client, server = call(1, 0, (10, 2, 2), ahead_ms=0)
    assert find_pairs([client, server, server._replace(id=9, ts_ms=server.ts_ms + 20)]) == []


def test_the_report_of_a_failed_request_does_not_stand_beside_its_timing() -> None:
    client, server = call(1, 0, (10, 2, 2), ahead_ms=0)
    report = server._replace(id=9, event_type="error", duration_ms=9.0)
    pairs = find_pairs([client, report, server])
    assert [(pair.client.id, pair.server.id) for pair in pairs] == [(client.id, server.id)]


def test_several_calls_of_one_id_pair_in_order() -> None:
    calls = [
        one._replace(ids=("c",), request_id="") for i in range(4) for one in call(i, i * 100, (10, 2, 2), ahead_ms=5_000)
    ]
    pairs = find_pairs(reversed(calls))
    assert sorted((pair.client.id, pair.server.id) for pair in pairs) == [(0, 1), (2, 3), (4, 5), (6, 7)]
