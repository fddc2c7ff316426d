"""RFC 8785: its own samples, and that equal values have equal texts."""

import json
import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.sync.core.merge.canonical import canonical
from console.areas.sync.core.merge.values import equal
from tests.areas.sync.core.merge.documents import any_json, deep

# Appendix B: the bits of a double, and its text.
NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555554": "333333333.33333325",
    "41b3de4355555555": "333333333.3333333",
    "41b3de4355555556": "333333333.3333334",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}


@pytest.mark.parametrize("bits", NUMBERS)
def test_numbers_of_appendix_b(bits: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number).decode() == NUMBERS[bits]


@pytest.mark.parametrize("bits", ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"])
def test_what_is_no_number_has_no_text(bits: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    with pytest.raises(ValueError, match="no JSON number"):
        canonical(number)


def test_the_sample_of_section_3_2_2() -> None:
    text = (
        r'{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],'
        r'"string": "\u20ac$\u000F\u000aA' + r"'\u0042\u0022\u005c\\\"\/" + r'", "literals": [null, true, false]}'
    )
    expected = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical(json.loads(text)).decode() == expected


def test_keys_are_sorted_by_code_units_as_in_section_3_2_3() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    written = json.loads(canonical(dict.fromkeys(keys, 0)))
    assert list(written) == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize("value", [10**400, "\ud800", {"\udc00": 1}, {1, 2}, (1,), deep(5_000)], ids=range(6))
def test_what_has_no_canonical_text(value: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of them
        canonical(value)


@settings(max_examples=300, deadline=None)
@given(any_json, any_json)
def test_equal_values_have_equal_texts(a: Any, b: Any) -> None:
    try:
        assert (canonical(a) == canonical(b)) == equal(a, b)
        assert canonical(json.loads(canonical(a))) == canonical(a)
    except UnicodeEncodeError:
        assert "\\ud800" in json.dumps([a, b])


@settings(max_examples=500, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53))
def test_numbers_read_back_as_they_were(number: float) -> None:
    assert float(canonical(number)) == number


def test_large_integers_are_doubles() -> None:
    assert canonical(2**53 + 1) == canonical(2**53)
    assert canonical(10**21) == canonical(1e21) == b"1e+21"
    assert canonical(-(10**20)) == b"-100000000000000000000"
