"""The bounds on being wrong are bounds: checked against exact counting and by drawing."""

import itertools
import math
import random

import pytest

from console.areas.contracts.core.drift.chance import (
    PER_PATH,
    chance_within,
    share_at_least,
    share_at_most,
    tail_at_least,
    words,
)


def test_all_marks_in_one_stretch_by_counting_every_order() -> None:
    n, m, k = 8, 5, 3
    ways = list(itertools.combinations(range(n), k))
    within = sum(1 for way in ways if min(way) >= n - m)
    assert chance_within(k, m, n) == pytest.approx(within / len(ways))
    assert chance_within(6, 5, 8) == 0.0
    assert chance_within(0, 5, 8) == 1.0
    assert chance_within(3, 8, 8) == 1.0


def test_bounds_of_shares_hold_at_least_as_often_as_they_say() -> None:
    rng = random.Random(3)
    wrong = sum(share_at_least(sum(rng.random() < 0.3 for _ in range(60)), 60, alpha=0.05) > 0.3 for _ in range(2_000))
    assert wrong / 2_000 <= 0.05
    assert (1 - share_at_most(500, 0.05)) ** 500 == pytest.approx(0.05)
    assert share_at_least(500, 500, 0.05) ** 500 == pytest.approx(0.05)
    assert share_at_most(0) == 1.0
    assert share_at_least(0, 10) == 0.0


def test_the_tail_is_the_exact_one() -> None:
    exact = sum(math.comb(20, i) * 0.05**i * 0.95 ** (20 - i) for i in range(4, 21))
    assert tail_at_least(4, 20, 0.05) == pytest.approx(exact)
    assert tail_at_least(0, 20, 0.05) == 1.0


def test_the_chance_is_put_in_words() -> None:
    assert words(2e-9) == "chance of being wrong at most 2e-9"
    assert pytest.approx(1e-6) == PER_PATH * 512
