"""Lines to events; what is none says its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.jsonl import Line, read_jsonl
from console.model.dialects import piece_of


def lines(*texts: bytes) -> list[Line]:
    return [Line(number, text, len(text)) for number, text in enumerate(texts, 1)]


def test_an_event_a_line_in_any_dialect_with_its_text_as_it_was() -> None:
    texts = ['{"eventType":"info",  "data":{}}', '{"errorId":"e","category":"api"}', '{"level":"warn","message":"\\u00e9"}']
    found = list(read_jsonl(lines(*[text.encode() + b"\r\n" for text in texts])))
    assert [one.piece.text for one in found] == texts
    assert [one.place for one in found] == ["line 1", "line 2", "line 3"]
    assert all(one.piece.data is not None for one in found)


def test_a_line_may_hold_several() -> None:
    found = list(read_jsonl(lines(b'[{"a":1},5,{"b":2}]\n', b"\n", b'{"reports":[{"id":"r1"},{"id":"r2"}]}\n')))
    assert [one.place for one in found] == [
        "line 1, item 1",
        "line 1, item 2",
        "line 1, item 3",
        "line 3, item 1",
        "line 3, item 2",
    ]
    assert [one.piece.note for one in found if one.piece.data is None] == ["line 1, item 2: not an object but a number"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a":\n', "line 2: not JSON: "),
        (b"nonsense\n", "line 2: not JSON: "),
        (b'"text"\n', "line 2: not an object but a string"),
        (b'{"a":"\xff"}\n', "line 2: not UTF-8 at byte 7"),
    ],
)
def test_what_is_no_event_is_kept_with_line_and_reason(line: bytes, reason: str) -> None:
    good, bad, after = read_jsonl(lines(b'{"a":1}\n', line, b'{"b":1}\n'))
    assert good.piece.data == {"a": 1}
    assert after.piece.data == {"b": 1}
    assert bad.piece.data is None
    assert str(bad.piece.note).startswith(reason)
    assert bad.piece.text.encode("utf-8", "surrogateescape").strip() == line.strip(), "the bytes are there to be looked at"


def test_a_line_that_was_cut_says_how_long_it_is() -> None:
    [bad] = read_jsonl([Line(7, b"xxx", 20_000_000)])
    assert bad.piece.note == "line 7: 20,000,000 bytes, longer than 16,777,216"
    assert bad.size == 20_000_000


@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3), max_size=8))
def test_nothing_is_lost_or_changed(values: list[dict[str, object]]) -> None:
    texts = [json.dumps({"eventType": "info", **value}) for value in values]
    found = list(read_jsonl(lines(*[text.encode() + b"\n" for text in texts])))
    assert [one.piece for one in found] == [piece_of(text) for text in texts]


@given(st.lists(st.binary(max_size=30).map(lambda raw: raw.replace(b"\n", b""))))
def test_any_bytes_are_events_or_have_a_reason(raws: list[bytes]) -> None:
    for one in read_jsonl(lines(*raws)):
        assert (one.piece.data is None) == str(one.piece.note).startswith(one.place)
