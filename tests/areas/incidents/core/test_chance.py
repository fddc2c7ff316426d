"""Tails and bounds against sums that are done term by term."""

import math
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.chance import at_least, at_most, beta_share, place_bounds, share_bounds


def exact(k: int, n: int, p: Fraction) -> float:
    return float(sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(max(0, k), n + 1)))


@given(st.integers(0, 60), st.integers(1, 60), st.integers(1, 99))
def test_tails_are_the_sums_of_their_terms(k: int, n: int, percent: int) -> None:
    p = Fraction(percent, 100)
    assert at_least(k, n, float(p)) == pytest.approx(exact(k, n, p), rel=1e-9, abs=1e-15)
    assert at_most(k, n, float(p)) == pytest.approx(1 - exact(k + 1, n, p), rel=1e-6, abs=1e-12)


def test_tails_of_many_trials() -> None:
    assert at_least(500_000, 1_000_000, 0.5) == pytest.approx(0.5004, abs=1e-4)
    assert at_least(510_000, 1_000_000, 0.5) == pytest.approx(2.8e-89, rel=0.05)
    assert at_most(0, 0, 0.5) == 1.0
    assert beta_share(2, 3, 0.0) == 0.0
    assert beta_share(2, 3, 1.0) == 1.0


@given(st.integers(0, 80), st.integers(1, 80), st.sampled_from([0.05, 0.001, 1e-6]))
def test_bounds_of_a_share_are_where_a_tail_has_just_that_chance(k: int, n: int, alpha: float) -> None:
    k = min(k, n)
    low, high = share_bounds(k, n, alpha)
    assert low <= k / n <= high
    assert low == 0.0 if k == 0 else at_least(k, n, low) == pytest.approx(alpha, rel=1e-6)
    assert high == 1.0 if k == n else at_most(k, n, high) == pytest.approx(alpha, rel=1e-6)


@given(st.sampled_from([0.5, 0.95, 0.99]), st.integers(1, 5_000), st.sampled_from([0.05, 1e-4]))
def test_a_quantile_stands_between_its_bounds(q: float, n: int, alpha: float) -> None:
    low, high = place_bounds(q, n, alpha)
    assert low <= q <= high
    p = Fraction(q).limit_denominator(100)
    if low > 0 and n <= 200:
        assert 1 - exact(math.floor(low * n) + 1, n, p) <= alpha * 1.000001
    if high < 1 and n <= 200:
        assert exact(math.ceil(high * n), n, p) <= alpha * 1.000001


def test_few_values_bound_no_far_quantile() -> None:
    assert place_bounds(0.99, 10, 0.001) == (pytest.approx(0.59, abs=0.2), 1.0)
    assert place_bounds(0.5, 3, 0.001) == (0.0, 1.0)


def test_the_bounds_of_a_quantile_hold_as_often_as_they_say() -> None:
    rng, q, n, alpha = random.Random(3), 0.95, 400, 0.05
    low, high = place_bounds(q, n, alpha)
    missed = 0
    for _ in range(300):
        below = sum(rng.random() < q for _ in range(n)) / n
        missed += not low <= below <= high
    assert missed <= 30, "two ends, each wrong once in twenty at most"
