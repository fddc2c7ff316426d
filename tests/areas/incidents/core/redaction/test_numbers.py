"""Patterns of numbers are tried only near what looks like one, and find the same as tried everywhere."""

from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.redaction import default_profile
from console.areas.incidents.core.redaction.bounded_regex import find_all

CHECKED = [pattern for pattern in default_profile().patterns if pattern.check]
PARTS = st.sampled_from([
    "4111 1111 1111 1111", "4111111111111111", "2345 678901", "5500.0055.5555.5559", "card_", "card", "pan_", "Card",
    "378282246310005", "3782 822463 10005", "6304000000000000000", "DE89370400440532013000", "DE89 3704 0044 0532 0130 00",
    "GB82 WEST 1234 5698 7654 32", "1795442000000", " ", "-", ".", "12", "2026", "x", "_", "\\n",
])  # fmt: skip


@given(st.lists(PARTS, max_size=9).map("".join))
def test_the_same_is_found_as_everywhere(text: str) -> None:
    assert {pattern.check for pattern in CHECKED} == {"luhn", "mod97"}
    for pattern in CHECKED:
        found = {one.span() for one in pattern._found(text)}
        assert found == {one.span() for one in find_all(pattern.regex, text)}
