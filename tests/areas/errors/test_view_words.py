from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.errors.store.answers import ORDERS, STATUSES
from console.areas.errors.view.order import held_words, hold_order
from console.areas.errors.view.saved_view import LIMIT, SavedView, clean_name, read_views, views_setting, with_view
from console.areas.errors.view.words import list_words, share_words

KEYS = st.lists(st.integers(0, 12), unique=True, max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "statuses", "words", "order", "filter_text", "span_ms"]), inner, max_size=6
        )
    ),
    max_leaves=20,
)


@given(KEYS, KEYS, st.sets(st.integers(0, 12)))
def test_rows_stay_where_they_are_while_the_order_is_held(shown: list[int], fresh: list[int], kept: set[int]) -> None:
    held = hold_order(shown, fresh, lambda row: row, kept)
    assert held.rows == [row for row in shown if row in fresh or row in kept]
    assert held.new == len(set(fresh) - set(shown))
    would_be = [row for row in fresh if row in shown]
    assert held.moved == (would_be != held.rows)
    assert bool(held_words(held)) == (held.new > 0 or held.moved)


def test_held_rows_have_the_new_figures() -> None:
    held = hold_order([(1, "old"), (2, "old")], [(2, "new"), (3, "new"), (1, "new")], lambda row: row[0])
    assert held.rows == [(1, "new"), (2, "new")]
    assert held_words(held) == "1 new and the order has changed: press . to refresh"


VIEWS = st.builds(
    SavedView,
    st.text(min_size=1, max_size=20).map(clean_name).filter(bool),
    st.sets(st.sampled_from(STATUSES)).map(lambda found: tuple(status for status in STATUSES if status in found)),
    st.text(max_size=10), st.sampled_from(ORDERS), st.text(max_size=10), st.none() | st.integers(1, 10**12),
)  # fmt: skip


@given(st.lists(VIEWS, max_size=LIMIT, unique_by=lambda view: view.name))
def test_saved_views_come_back_from_the_settings(views: list[SavedView]) -> None:
    assert list(read_views(views_setting(views))) == views


@given(JSON)
def test_any_setting_gives_usable_views(setting: Any) -> None:
    for view in (*read_views(setting), *read_views([setting])):
        assert view.name
        assert view.order in ORDERS
        assert set(view.statuses) <= set(STATUSES)


def test_a_view_of_the_same_name_is_replaced_and_there_is_a_limit() -> None:
    views = tuple(SavedView(f"v{n}", ("pending",)) for n in range(LIMIT))
    changed = replace(views[3], words="boom")
    assert with_view(views, changed)[3] == changed
    with pytest.raises(ValueError, match="24 saved views already"):
        with_view(views, SavedView("one more", ()))


def test_shares_never_round_to_nothing_or_all_and_lists_are_short() -> None:
    assert [share_words(share) for share in (0, 0.001, 0.5, 0.999, 1)] == ["0 %", "<1 %", "50 %", ">99 %", "100 %"]
    assert [list_words(values) for values in ((), ("a",), ("a", "b", "c"))] == ["–", "a", "a, b +1"]
