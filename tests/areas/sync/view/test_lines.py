"""From any merge to the lines of the stepper, and from its choices to a complete settlement."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.areas.sync.core.merge.choice import Choice, How
from console.areas.sync.core.merge.settlement import Settlement
from console.areas.sync.core.merge.values import MISSING, NO_BASE
from console.areas.sync.view.lines import edit_start, lines_of
from console.areas.sync.view.stepping import Fold, Line, count_lines, fold_lines, next_open, took

TEXTS = st.lists(st.sampled_from(["one", "two", "three", "four", "FOUR"]), max_size=6).map("\n".join)
SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b"]) | TEXTS
ITEMS = st.lists(st.fixed_dictionaries({"id": st.integers(1, 4), "x": SCALARS}), max_size=3, unique_by=lambda one: one["id"])
DOCUMENTS = st.dictionaries(st.sampled_from("abcd"), SCALARS | st.lists(SCALARS, max_size=3) | ITEMS, max_size=4)
SIDES = DOCUMENTS | st.just(MISSING)
SETTLEMENTS = st.builds(Settlement, DOCUMENTS | st.just(MISSING) | st.just(NO_BASE), SIDES, SIDES)


def decide(settlement: Settlement, line: Line, how: How) -> Settlement:
    value = edit_start(settlement, line.place) if how == "edit" else MISSING
    return settlement.choose_all({line.place: Choice(how, value)})


@given(SETTLEMENTS, st.randoms())
def test_deciding_each_open_line_completes_the_settlement(settlement: Settlement, rng: Any) -> None:
    for _ in range(200):
        lines = lines_of(settlement)
        assert len({line.place for line in lines}) >= len([line for line in lines if line.is_open])
        assert any(line.is_open for line in lines) is not settlement.is_complete
        at = next_open(lines, rng.randrange(len(lines)), rng.choice((1, -1))) if lines else None
        if at is None:
            break
        settlement = decide(settlement, lines[at], rng.choice(lines[at].choices))
    assert settlement.is_complete
    counts = count_lines(lines_of(settlement))
    assert counts.decided == counts.asked


@given(SETTLEMENTS)
def test_what_is_shown_before_the_answer_is_what_comes_back(settlement: Settlement) -> None:
    for line in lines_of(settlement):
        for how in line.choices:
            if line.is_open and how in ("base", "local", "remote", "delete"):
                after = next(one for one in lines_of(decide(settlement, line, how)) if one.place == line.place)
                assert took(line, how).cells == after.cells
                assert (after.kind, after.choice) == ("chosen", how)


@given(SETTLEMENTS, st.frozensets(st.integers(0, 8)))
def test_folding_loses_no_line_and_keeps_the_order(settlement: Settlement, open_folds: frozenset[int]) -> None:
    lines = lines_of(settlement)
    shown = fold_lines(lines, open_folds)
    unfolded = [line for one in shown for line in (lines[one.start : one.end] if isinstance(one, Fold) else [one])]
    assert unfolded == lines
    assert all(line.kind == "same" for one in shown if isinstance(one, Fold) for line in lines[one.start : one.end])


def test_values_are_shown_as_people_read_them() -> None:
    local = {"on": True, "list": list(range(40)), "empty": "", "gone": 1}
    lines = {line.title: line for line in lines_of(Settlement({}, local, {"on": False}))}
    assert lines["on"].cells == (None, "true", "false", None)
    assert lines["list"].cells[1] is not None
    assert lines["list"].cells[1].count("\n") == 41
    assert lines["empty"].cells[1] == ""
