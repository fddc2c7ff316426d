"""The order of versions."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.reporter.contracts.versions import is_major_bump, version_key

ASCENDING = [
    "0.1", "0.9.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11",
    "1.0.0-rc.1", "1.0.0", "1.2", "1.10", "v2", "2.0.1+build.5", "10", "2026-01-31", "2026-11-02", "beta", "stable",
]  # fmt: skip


def test_numbers_count_as_numbers_and_pre_releases_come_before() -> None:
    shuffled = ASCENDING[::2] + ASCENDING[1::2]
    assert sorted(shuffled, key=version_key) == ASCENDING


def test_what_says_the_same_is_the_same_but_for_its_writing() -> None:
    assert version_key("1.2")[:3] == version_key("v1.2.0")[:3] == version_key("1.2.0+x")[:3]
    assert len({version_key(text) for text in ("1.2", "v1.2.0", "1.2.0+x")}) == 3


@pytest.mark.parametrize(
    ("old", "new", "is_bump"),
    [
        ("1.4.2", "2.0.0", True),
        ("1.4.2", "2.0.0-beta", True),
        ("1.4.2", "1.5.0", False),
        ("2.0.0-beta", "2.0.0", False),
        ("2.0.0", "1.0.0", False),
        ("1.0", "1.0.0", False),
        ("0.1.0", "0.2.0", True),
        ("0.1.0", "0.1.9", False),
        ("0.9", "1.0", True),
        ("v1", "v2", True),
        ("9", "10", True),
        ("2026-01-31", "2026-02-01", True),
        ("2026-02-01", "2026-01-31", False),
        ("alpha", "beta", True),
        ("", "1", True),
        ("1", "", False),
    ],
)
def test_a_major_bump_is_another_first_number(old: str, new: str, is_bump: bool) -> None:
    assert is_major_bump(old, new) is is_bump


@given(st.lists(st.text(st.sampled_from("019.-+va "), max_size=8) | st.text(max_size=6), max_size=6))
def test_any_texts_can_be_ordered(texts: list[str]) -> None:
    ordered = sorted(texts, key=version_key)
    assert sorted(ordered[::2] + ordered[1::2], key=version_key) == ordered
    assert not any(is_major_bump(new, old) for old, new in pairwise(ordered))
