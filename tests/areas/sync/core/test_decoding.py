"""The decoder reads what Yjs and pycrdt write, byte for byte, and refuses everything else with `UpdateError`."""

import base64
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from console.areas.sync.core.crdt.content import Piece, read_branch, read_document, read_pieces
from console.areas.sync.core.crdt.decoding import decode_state_vector, decode_update
from console.areas.sync.core.crdt.document import Document
from console.areas.sync.core.crdt.reading import (
    MAX_BYTES,
    MAX_INTEGER,
    UNDEFINED,
    Reader,
    UpdateError,
    UpdateV2Refused,
)
from console.areas.sync.core.crdt.update import Gc, Item, Skip, split_text
from console.areas.sync.core.crdt.update import Text as Characters

VECTORS = json.loads((Path(__file__).parents[3] / "fixtures/yjs/vectors.json").read_text())
"""Written by yjs 13.6.33: updates, and what the documents hold. Values that JSON lacks are told as {"$": kind, …}."""


def told(value: Any) -> Any:
    if isinstance(value, list):
        return [told(item) for item in value]
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return float(value)  # JavaScript wrote the shortest digits of a double
    if not isinstance(value, dict):
        return value
    match value.get("$"):
        case None:
            return {key: told(item) for key, item in value.items()}
        case "undefined":
            return UNDEFINED
        case "bigint":
            return int(value["text"])
        case "bytes":
            return base64.b64decode(value["base64"])
        case _:
            return -0.0


def joined(delta: list[dict[str, Any]]) -> list[Piece]:
    """Return a delta of Yjs with neighbours of equal formats as one: Yjs divides at marks that change nothing."""
    pieces: list[Piece] = []
    for one in delta:
        insert, formats = one["insert"], one.get("attributes", {})
        if pieces and isinstance(insert, str) and isinstance(pieces[-1].insert, str) and pieces[-1].formats == formats:
            insert = pieces.pop().insert + insert
        pieces.append(Piece(insert, formats))
    return pieces


def apply(document: Document, update: bytes) -> None:
    decoded = decode_update(update)
    document.insert(decoded, lambda client: {})
    document.delete(decoded.deletes)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_what_yjs_writes_reads_as_yjs_reads_it(vector: dict[str, Any]) -> None:
    document = Document()
    apply(document, base64.b64decode(vector["update"]))
    content = read_document(document.table)
    assert content == told(vector["content"])
    assert [list(one) for one in document.missing()] == vector.get("missing", [])
    if "clocks" in vector:
        clocks = {int(client): clock for client, clock in vector["clocks"].items()}
        assert decode_state_vector(base64.b64decode(vector["stateVector"])) == clocks == document.table.vector()
    for name, delta in vector.get("delta", {}).items():
        pieces = read_pieces(document.table.root(name))
        assert pieces == joined(delta)
    if "then" in vector:
        apply(document, base64.b64decode(vector["then"]))
        assert read_document(document.table) == vector["after"]
        assert not document.missing()


@pytest.mark.parametrize("vector", [one for one in VECTORS if "v2" in one], ids=lambda one: one["name"])
def test_v2_is_refused_by_name(vector: dict[str, Any]) -> None:
    with pytest.raises(UpdateV2Refused, match="found a V2 update"):
        decode_update(base64.b64decode(vector["v2"]))


def test_minus_zero_stays_apart() -> None:
    document = Document()
    apply(document, base64.b64decode(VECTORS[0]["update"]))
    values: Any = read_document(document.table)["values"]
    assert math.copysign(1, values["minusZero"]) == -1
    assert isinstance(values["zero"], int)
    assert isinstance(values["over31"], int)
    assert values["big"] == 2**62 + 1


def real_update() -> bytes:
    doc: Doc[Any] = Doc(client_id=77)
    fields = doc.get("fields", type=Map)
    with doc.transaction():
        fields["title"], fields["tags"], fields["n"] = "Über 😀", Array(["a", {"b": [1.5, None]}]), 2**40
        fields["text"] = Text("hello")
    with doc.transaction():
        fields["text"].insert(5, " world")
        del fields["tags"]
    return doc.get_update()


REAL = [real_update(), *(base64.b64decode(vector["update"]) for vector in VECTORS)]


@pytest.mark.parametrize("update", REAL, ids=range(len(REAL)))
def test_each_shortened_update_is_refused_and_says_where(update: bytes) -> None:
    for size in range(len(update)):
        with pytest.raises(UpdateError) as refused:
            decode_update(update[:size])
        assert 0 <= refused.value.offset <= size
        assert refused.value.expected


def test_trailing_bytes_are_refused() -> None:
    with pytest.raises(UpdateError, match=f"at byte {len(REAL[0])}: expected the end, found 1 more bytes"):
        decode_update(REAL[0] + b"\0")
    with pytest.raises(UpdateError, match="expected the end"):
        decode_state_vector(b"\1\5\7\0")


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=200))
@example(b"")
@example(b"\0\0")
@example(bytes((1, 1, 1, 0, 8, 1)) + b"\x75\1" * 5_000)
@example(bytes((1, 1, 1, 0, 8, 1, 118, 0xFF, 0xFF, 0xFF, 0x7F)))
@example(bytes((1, 1, 1, 0, 4, 1, 1)) + b"a\xff\xff\xff\xff\xff\xff\xff\x0f")
def test_any_bytes_decode_or_raise_update_error(data: bytes) -> None:
    for decode in (decode_update, decode_state_vector):
        offset = 0
        try:
            decode(data)
        except UpdateError as error:
            offset = error.offset
        assert 0 <= offset <= len(data)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(REAL), st.data())
def test_damaged_updates_decode_or_raise_update_error_and_do_no_harm(update: bytes, data: st.DataObject) -> None:
    damaged = bytearray(update)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
        if not damaged:
            break
    document = Document()
    try:
        apply(document, bytes(damaged))
    except UpdateError:
        return
    read_document(document.table)
    assert document.missing().size >= 0


@given(st.integers(0, MAX_INTEGER))
def test_integers_are_read_in_their_shortest_form_only(value: int) -> None:
    data = varint(value)
    reader = Reader(data)
    assert reader.uint("a number") == value
    assert reader.left == 0
    with pytest.raises(UpdateError, match="say nothing" if len(data) < 8 else "more than 53 bits"):
        Reader(data[:-1] + bytes((data[-1] | 0x80, 0))).uint("a number")


@pytest.mark.parametrize("data", [b"\x80" * 8 + b"\x01", b"\xff" * 7 + b"\x7f", b"\xff" * 30])
def test_integers_over_53_bits_are_refused(data: bytes) -> None:
    with pytest.raises(UpdateError, match="more than 53 bits"):
        Reader(data).uint("a number")


def varint(value: int) -> bytes:
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def test_limits_hold_before_work_is_done() -> None:
    with pytest.raises(UpdateError, match="at most"):
        decode_update(bytes(MAX_BYTES + 1))
    with pytest.raises(UpdateError, match="bytes follow"):
        decode_update(varint(MAX_INTEGER))
    with pytest.raises(UpdateError, match="nested at most"):
        decode_update(bytes((1, 1, 1, 0, 8)) + b"\1\1a" + bytes((1,)) + b"\x75\1" * 200 + b"\x7e\0")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\x0b\1\1a", "content of a kind from 1 to 9"),
        (b"\x07\1\1a\x07", "a shared type from 0 to 6"),
        (b"\x04\1\1a\0", "characters"),
        (b"\x04\1\1a\2\xc3\x28", "characters in UTF-8"),
        (b"\x04\1\1a\3\xed\xa0\x80", "characters in UTF-8"),
        (b"\x05\1\1a\3NaN", "an embedded value as JSON"),
        (b"\x08\1\1a\1\x40", "a value of a type from 116 to 127"),
        (b"\x01\1\1a\0", "the length of deleted content"),
        (b"\x20\1", "a collected or skipped range without flags"),
        (b"\x04\2\1a\1x", "0 or 1 for the kind of parent"),
    ],
)
def test_refusals_say_what_was_expected(content: bytes, expected: str) -> None:
    with pytest.raises(UpdateError) as refused:
        decode_update(b"\1\1\5\0" + content + b"\0")
    assert refused.value.expected == expected


def test_a_client_that_comes_twice_is_refused() -> None:
    with pytest.raises(UpdateError, match="5 again"):
        decode_update(b"\2\1\5\0\0\1\1\5\1\0\1\0")
    with pytest.raises(UpdateError, match="5 again"):
        decode_state_vector(b"\2\5\1\5\2")


def test_structs_are_read_whole() -> None:
    structs = decode_update(
        base64.b64decode(next(one["update"] for one in VECTORS if one["name"] == "a skipped range"))
    ).structs[10]
    assert [type(one) for one in structs] == [Item, Skip, Item]
    assert structs[0] == Item((10, 0), 4, None, None, "t", None, Characters("one ", 4))
    collected = decode_update(
        base64.b64decode(next(one["update"] for one in VECTORS if one["name"] == "collected children"))
    )
    assert any(isinstance(one, Gc) for one in collected.structs[7])


@given(st.text(alphabet=st.sampled_from("aé😀𝄞z"), min_size=1, max_size=12), st.data())
def test_text_is_cut_in_utf16_units(text: str, data: st.DataObject) -> None:
    units = text.encode("utf-16-le")
    at = data.draw(st.integers(0, len(units) // 2))
    left, right = split_text(text, at)
    assert len(left.encode("utf-16-le")) == 2 * at
    assert len((left + right).encode("utf-16-le")) == len(units)
    if "\ufffd" not in left:
        assert left + right == text
    else:
        assert (left[-1], right[0]) == ("\ufffd", "\ufffd")


def test_a_root_is_read_by_how_it_is_used() -> None:
    document = Document()
    apply(document, REAL[0])
    assert read_branch(document.table.root("fields")) == {"title": "Über 😀", "n": 2**40, "text": "hello world"}
