"""Every way of sending events that the protocol's sections 1 and 2 name."""

import json

import pytest

from console.model.dialects import piece_of, split_message

A, B = '{"eventType":"info",  "n":1}', '{"eventType":"info","n":2.50}'


def texts(message: str) -> list[str]:
    return [piece.text for piece in split_message(message)]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (A, [A]),
        (f"[{A}, {B}]", [A, B]),
        (f"{A}\n{B}\r\n\n", [A, B]),
        (f'{{"reports":[{A},{B}],"metadata":{{"x":1}}}}', [A, B]),
        (f'{{"method":"POST","url":"/api/v1/errors","headers":{{}},"body":{{"reports":[{A}]}}}}', [A]),
        (f"\ufeff{A}", [A]),
        ("", []),
        (" \n ", []),
        ("[]", []),
        ('{"reports":[],"metadata":{}}', []),
    ],
)
def test_a_message_is_cut_into_exact_texts(message: str, expected: list[str]) -> None:
    pieces = split_message(message)
    assert [piece.text for piece in pieces] == expected
    assert all(piece.data is not None and piece.note is None for piece in pieces)


@pytest.mark.parametrize(
    "message",
    [
        '{"eventType":"info","data":{"reports":[{"a":1}]}}',
        '{"eventType":"info","reports":[{"a":1}]}',
        '{"errorId":"e","reports":[{"a":1}]}',
        '{"level":"info","message":"said \\"reports\\""}',
        '{"eventType":"info","body":{"reports":[{"a":1}]}}',
        '{"op":"batch","events":[]}',
    ],
)
def test_an_event_that_only_looks_like_a_body_stays_one_event(message: str) -> None:
    assert texts(message) == [message]


def test_a_line_separator_inside_a_string_does_not_cut_a_line() -> None:
    line = '{"eventType":"info","data":{"message":"one\u2028two\u0085three"}}'
    assert texts(f"{line}\n{line}") == [line, line]


def test_a_broken_array_gives_what_can_be_read_and_the_rest_as_one_piece() -> None:
    pieces = split_message(f"[{A},{B},oops,{A}]")
    assert [piece.data is not None for piece in pieces] == [True, True, False]
    assert pieces[2].text == f"oops,{A}]"
    assert texts(f"[{A}] trailing") == [A, "trailing"]
    assert texts(f"[{A},{B}") == [A, B]


def test_an_array_that_is_not_strict_is_still_cut() -> None:
    odd = '{"eventType":"info","n":NaN}'
    pieces = split_message(f"[{odd},{A}]")
    assert [piece.text for piece in pieces] == [odd, A]
    assert pieces[0].note


@pytest.mark.parametrize(
    ("text", "word"),
    [("[1]", "array"), ('"x"', "string"), ("1", "number"), ("true", "boolean"), ("null", "null"), ("x", "JSON")],
)
def test_what_is_no_object_has_a_reason(text: str, word: str) -> None:
    piece = piece_of(text)
    assert piece.data is None
    assert word in (piece.note or "")


def test_a_broken_line_does_not_cost_its_neighbours() -> None:
    pieces = split_message(f"{A}\n{{broken\n{json.dumps([1])}\n{B}")
    assert [piece.data is not None for piece in pieces] == [True, False, False, True]
