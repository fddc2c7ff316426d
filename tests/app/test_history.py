"""Back and forward through everything visited."""

from hypothesis import given
from hypothesis import strategies as st

from console.app.history import KEPT, MERGE_MS, History, Visit
from console.model.area import Ref
from console.qt.shell import Scope


def visit(area: str, text: str = "", kind: str = "place", at_ms: int = 0) -> Visit:
    return Visit(Ref(area), Scope(filter_text=text), kind, at_ms)


def test_back_and_forward_and_a_new_way() -> None:
    history = History()
    for area in "abc":
        history.record(visit(area))
    assert history.go(-2) == visit("a")
    assert history.go(-1) is None
    assert history.go(1) == visit("b")
    history.record(visit("d"))
    assert history.can_go(1) is False
    assert history.go(-1) == visit("b")


def test_typing_a_filter_is_one_visit() -> None:
    history = History()
    history.record(visit("a"))
    for i, text in enumerate(("l", "le", "level:error")):
        history.record(visit("a", text, "filter", 100 * i))
    assert len(history.visits) == 2
    history.record(visit("a", "other", "filter", 200 + MERGE_MS))
    assert [one.scope.filter_text for one in history.visits] == ["", "level:error", "other"]


def test_the_same_place_twice_is_one_and_touch_keeps_where_one_was() -> None:
    history = History()
    history.record(visit("a"))
    history.record(visit("a"))
    assert len(history.visits) == 1
    history.touch(Ref("a", "7"))
    history.record(visit("b"))
    back = history.go(-1)
    assert back is not None
    assert back.ref == Ref("a", "7")


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(-3, 3))))
def test_the_position_is_always_inside(steps: list[tuple[str, int]]) -> None:
    history = History()
    for area, step in steps:
        history.record(visit(area))
        history.go(step)
        assert 0 <= history.position < len(history.visits) <= KEPT
