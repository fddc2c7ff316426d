"""Repeats fold without losing a row; edits turn one list into the other."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from console.areas.timeline.core import Run, diff_sorted, fold_repeats

keys_strategy = st.lists(st.sampled_from(["a", "b", "c", None]), max_size=60)


@given(keys_strategy, st.sets(st.integers(0, 60)))
def test_runs_cover_every_row_once_and_are_maximal(keys, opened):
    runs = fold_repeats(keys, range(len(keys)), opened)
    assert [i for run in runs for i in range(run.start, run.start + run.length)] == list(range(len(keys)))
    for run in runs:
        members = keys[run.start : run.start + run.length]
        assert len(set(members)) == 1
        assert None not in members or run.length == 1
        assert run.open == (run.length > 1 and any(i in opened for i in range(run.start, run.start + run.length)))
    for before, after in pairwise(runs):
        assert keys[before.start] is None or keys[before.start] != keys[after.start]


def test_markers_never_fold():
    assert fold_repeats([None, None, "a", "a"], [1, 2, 3, 4]) == [Run(0, 1), Run(1, 1), Run(2, 2)]


def test_a_run_stays_open_while_rows_join_it():
    assert fold_repeats(["a", "a", "a"], [7, 8, 9], {8}) == [Run(0, 3, True)]


positions = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), unique=True, max_size=50).map(sorted)


@given(positions, positions)
def test_edits_turn_the_old_list_into_the_new_one(old, new):
    edits = diff_sorted(old, new)
    shown = list(old)
    for first, last in reversed(edits.removals):
        del shown[first : last + 1]
    for first, last in edits.insertions:
        shown[first:first] = new[first : last + 1]
    assert shown == new
    kept = len(set(old) & set(new))
    assert sum(last - first + 1 for first, last in edits.removals) == len(old) - kept
    assert sum(last - first + 1 for first, last in edits.insertions) == len(new) - kept
