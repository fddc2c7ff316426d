"""What is called changed has changed; what may be chance is not called so."""

import random

import pytest

from console.areas.incidents.core.comparing import (
    ALPHA,
    GroupChange,
    LatencyChange,
    Seen,
    compare_groups,
    compare_latency,
    per_hour,
    sum_histograms,
)
from console.model.histogram import from_durations

HOUR_MS = 3_600_000
SAVE = ("server", "save")


def only(before: Seen, after: Seen, before_ms: int = HOUR_MS, after_ms: int = HOUR_MS) -> GroupChange | None:
    old, new = ({1: one} if one.events else {} for one in (before, after))
    changes, alike = compare_groups(old, new, before_ms, after_ms)
    assert len(changes) + alike == 1
    return changes[0] if changes else None


def steps(n: int, events: int = 0) -> Seen:
    return Seen(events or n, n, 7)


def test_a_new_group_is_certain_when_it_came_often_enough() -> None:
    once, often = only(steps(0), steps(1)), only(steps(0), steps(20))
    assert once is not None
    assert often is not None
    assert (once.kind, once.is_certain, once.chance) == ("new", False, 1.0)
    assert (often.kind, often.is_certain) == ("new", True)
    assert often.chance == pytest.approx(2 * 0.5**20)
    assert often.ratio_high is None, "how many times as often as never has no upper bound"
    assert often.ratio_low == pytest.approx(0.005**0.05 / (1 - 0.005**0.05))


def test_a_group_that_is_new_in_a_session_ten_times_as_long_may_be_chance() -> None:
    change = only(steps(0), steps(20), HOUR_MS, 100 * HOUR_MS)
    assert change is not None
    assert not change.is_certain
    assert change.chance > 0.5


def test_a_group_that_is_gone() -> None:
    change = only(steps(30), steps(0))
    assert change is not None
    assert (change.kind, change.is_certain, change.ratio_low) == ("gone", True, 0.0)
    assert change.ratio_high is not None
    assert change.ratio_high < 0.5


def test_rates_and_not_numbers_are_compared() -> None:
    assert only(steps(20), steps(200), HOUR_MS, 10 * HOUR_MS) is None, "ten times as many in ten times the time"
    more, less = only(steps(20), steps(200)), only(steps(200), steps(20))
    assert more is not None
    assert less is not None
    assert (more.kind, more.is_certain, less.kind) == ("more", True, "less")
    assert more.ratio_high is not None
    assert more.ratio_low < 10 < more.ratio_high
    assert more.ratio_low > 4
    rarer = only(steps(100), steps(300), HOUR_MS, 10 * HOUR_MS)
    assert rarer is not None
    assert rarer.kind == "less", "three times as many in ten times the time"


def test_a_burst_is_one_step_and_no_change() -> None:
    assert only(steps(3, events=3), steps(4, events=900)) is None


def test_a_certain_but_small_change_is_not_listed() -> None:
    assert only(steps(100_000), steps(110_000)) is None
    assert only(steps(100_000), steps(160_000)) is not None


def test_certain_changes_of_equal_rates_are_as_rare_as_promised() -> None:
    rng, wrong = random.Random(1), 0
    for _ in range(200):
        before, after = ({g: steps(n) for g in range(40) if (n := _poisson(rng, 5.0))} for _ in range(2))
        wrong += any(change.is_certain for change in compare_groups(before, after, HOUR_MS, HOUR_MS).changes)
    assert wrong <= 200 * ALPHA * 4


def _poisson(rng: random.Random, mean: float) -> int:
    n, left = -1, mean
    while left > 0:
        n, left = n + 1, left - rng.expovariate(1.0)
    return n


def test_new_groups_come_first_and_certain_ones_before_others() -> None:
    before = {1: steps(50), 2: steps(50), 3: steps(2), 4: steps(10)}
    after = {2: steps(500), 5: steps(1), 6: steps(60), 4: steps(12)}
    found = compare_groups(before, after, HOUR_MS, HOUR_MS)
    assert [(one.group_id, one.kind, one.is_certain) for one in found.changes] == [
        (6, "new", True), (5, "new", False), (2, "more", True), (1, "gone", True), (3, "gone", False),
    ]  # fmt: skip
    assert found.alike == 1


def test_nothing_compares_with_nothing() -> None:
    assert compare_groups({}, {}, 0, 0) == ((), 0)
    assert compare_latency({}, {}) == ()


def latency(before: list[float], after: list[float]) -> LatencyChange:
    (found,) = compare_latency({SAVE: from_durations(before)}, {SAVE: from_durations(after)})
    return found


def spread(rng: random.Random, n: int, factor: float = 1.0) -> list[float]:
    return [factor * rng.lognormvariate(4, 0.5) for _ in range(n)]


def test_an_operation_that_takes_twice_as_long_is_slower() -> None:
    rng = random.Random(2)
    found = latency(spread(rng, 2_000), spread(rng, 2_000, 2.0))
    assert [one.verdict for one in found.percentiles] == ["slower", "slower", "slower"]
    assert (found.n_before, found.n_after, found.is_changed) == (2_000, 2_000, True)
    back = latency(spread(rng, 2_000, 2.0), spread(rng, 2_000))
    assert {one.verdict for one in back.percentiles} == {"faster"}


def test_only_the_tail_may_have_changed() -> None:
    rng = random.Random(3)
    after = [one * 10 if rng.random() < 0.08 else one for one in spread(rng, 5_000)]
    found = latency(spread(rng, 5_000), after)
    assert [one.verdict for one in found.percentiles] == ["", "slower", "slower"]


def test_few_durations_prove_nothing() -> None:
    found = latency([10.0, 12.0, 11.0], [900.0, 950.0, 1_000.0])
    assert not found.is_changed
    assert found.percentiles[0].before_ms == pytest.approx(11.0, rel=0.02)
    assert found.percentiles[0].after_ms == pytest.approx(950.0, rel=0.02)


def test_the_same_latency_is_called_changed_as_rarely_as_promised() -> None:
    rng = random.Random(4)
    changed = sum(latency(spread(rng, 300), spread(rng, 300)).is_changed for _ in range(200))
    assert changed <= 200 * ALPHA * 4


def test_changed_operations_come_first_and_those_of_one_session_are_left_out() -> None:
    rng = random.Random(5)
    same, slow = from_durations(spread(rng, 1_000)), from_durations(spread(rng, 1_000, 3.0))
    before = {("a", "x"): same, ("b", "y"): same, ("c", "z"): same}
    found = compare_latency(before, {("a", "x"): same, ("b", "y"): slow, ("d", "q"): slow, ("c", "z"): 0})
    assert [(one.service, one.is_changed) for one in found] == [("b", True), ("a", False)]


def test_sums_and_rates() -> None:
    once = from_durations([5.0, 7.0])
    assert sum_histograms([(SAVE, once), (SAVE, once)]) == {SAVE: 2 * once}
    assert per_hour(6, 60_000) == 360
    assert per_hour(1, 0) == 360, "what lasted no time lasted one step"
