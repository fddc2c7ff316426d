"""Addresses go there and back; anything else is refused with words."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.area import Ref
from console.model.place import PlaceError, format_place, parse_place

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
MOMENT = st.none() | st.integers(0, 10**13)


@given(st.from_regex(r"[a-z][a-z0-9_-]{0,12}", fullmatch=True), TEXT, MOMENT, MOMENT, st.none() | TEXT)
def test_an_address_leads_back_to_its_place(
    area: str, id_: str, since: int | None, until: int | None, text: str | None
) -> None:
    if since is not None and until is not None:
        since, until = sorted((since, until))
    ref = Ref(area, id_, since, until, text)
    assert parse_place(format_place(ref)) == ref


@given(st.text(max_size=200))
def test_any_text_is_a_place_or_refused(text: str) -> None:
    for candidate in (text, f"console://{text}", f"console://timeline/{text}", f"console://timeline?{text}"):
        with contextlib.suppress(PlaceError):
            assert parse_place(candidate).area


def test_an_address_is_written_as_documented() -> None:
    ref = Ref("errors", "7f3a", 5, 9, "level:error a+b")
    assert format_place(ref) == "console://errors/7f3a?since=5&until=9&filter=level%3Aerror%20a%2Bb"
    assert parse_place("console://errors/7f3a?filter=a+b").filter_text == "a+b"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("https://example.org", "starts with console://"),
        ("console://", "no area name"),
        ("console://Time line", "no area name"),
        ("console://[::1", "not an address"),
        ("console://timeline?since=soon", "Unix milliseconds"),
        ("console://timeline?since=9&until=5", "later than until"),
        ("console://timeline?what=1", "'what' is unknown"),
        ("console://timeline?since=1&since=2", "twice"),
        ("console://timeline#x", "#"),
        ("console://timeline/" + "x" * 9_000, "at most"),
    ],
)
def test_a_wrong_address_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(PlaceError, match=words):
        parse_place(text)


def test_a_lone_surrogate_does_not_break_an_address() -> None:
    assert parse_place(format_place(Ref("timeline", "a\ud800b"))).id == "a?b"
