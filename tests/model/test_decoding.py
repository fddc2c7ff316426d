import math

import pytest

from console.model.decoding import MAX_DEPTH, decode, depth, finite


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":1,"a":2}', {"a": 2}),
        ('{"a":18446744073709551615}', {"a": 18446744073709551615}),
        ('"\\u00e9"', "é"),
        (" [1] ", [1]),
    ],
)
def test_strict_json_has_no_note(text: str, value: object) -> None:
    assert decode(text) == (value, None, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":Infinity}', {"a": math.inf}),
        ('{"a":1e400}', {"a": math.inf}),
        ('{"a":' + "9" * 5_000 + "}", {"a": math.inf}),
        ('{"a":-' + "9" * 5_000 + "}", {"a": -math.inf}),
        ('{"a":"\\ud800"}', {"a": "?"}),
        ('{"\\ud800":"\\ud83d\\ude00"}', {"?": "\U0001f600"}),
        ('{"a":"\ud800"}', {"a": "?"}),
        ('\ufeff{"a":1}', {"a": 1}),
        ('{"a":"line\nfeed"}', None),
    ],
)
def test_what_is_nearly_json_is_decoded_with_a_note(text: str, value: object) -> None:
    decoded = decode(text)
    assert decoded.value == value
    assert decoded.note if value is not None else decoded.problem
    assert (decoded.note or decoded.problem or "").isascii()


def test_nan_is_decoded_with_a_note() -> None:
    decoded = decode('{"a":NaN}')
    assert math.isnan(decoded.value["a"])
    assert decoded.note


@pytest.mark.parametrize("text", ["", " ", "{", "nul", "{'a':1}", '{"a":1}x', "\x00", "\ud800", '{"a":01}'])
def test_what_is_no_json_has_a_problem(text: str) -> None:
    decoded = decode(text)
    assert decoded.value is None
    assert decoded.problem


def test_depth_is_marked_and_bounded() -> None:
    assert decode(nested(MAX_DEPTH)).note is None
    assert "64" in (decode(nested(MAX_DEPTH + 1)).note or "")
    for levels in (1_000, 10_000, 1_000_000):
        assert decode(nested(levels)).problem == "nested too deeply to read"
    assert decode('{"a":' * 400 + '"\\ud800"' + "}" * 400).value is not None
    assert decode('{"a":' * 700 + '"\\ud800"' + "}" * 700).problem == "nested too deeply to read"
    assert depth('{"a":"[[[{{{\\"[","b":[[]]}') == 3


@pytest.mark.parametrize(("value", "number"), [(1, 1.0), (1.5, 1.5), (True, None), ("1", None), (None, None),
                                               (math.nan, None), (math.inf, None), (10**400, None)])  # fmt: skip
def test_finite_numbers_only(value: object, number: float | None) -> None:
    assert finite(value) == number
