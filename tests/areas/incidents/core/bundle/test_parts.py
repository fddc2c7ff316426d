"""Lines, names, pictures, selections: the small parts of a bundle."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.bundle.lines import line_of, text_of
from console.areas.incidents.core.bundle.members import bad_name, named_file
from console.areas.incidents.core.bundle.png import SIGNATURE, bare_png
from console.areas.incidents.core.bundle.selection import Selection


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_one_line(text: str) -> None:
    line = line_of(text)
    assert b"\n" not in line
    assert text_of(line) == text


def test_ordinary_events_stand_as_they_came() -> None:
    assert line_of('{"a": 1.0, "b":"ü\\u0041"}') == '{"a": 1.0, "b":"ü\\u0041"}'.encode()


@given(st.lists(st.text(max_size=120), max_size=20))
def test_made_names_are_good_and_unlike(titles: list[str]) -> None:
    taken: set[str] = set()
    for title in titles:
        name = named_file("notes", title, ".md", taken)
        assert name not in taken
        assert bad_name(name) is None
        taken.add(name)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def test_a_picture_keeps_only_what_its_drawing_needs() -> None:
    drawing = [chunk(b"IHDR", b"\0" * 13), chunk(b"IDAT", zlib.compress(b"\0")), chunk(b"IEND", b"")]
    said = [chunk(b"tEXt", b"Comment\0token=abc"), chunk(b"eXIf", b"MM"), chunk(b"tIME", b"\0" * 7)]
    raw = SIGNATURE + drawing[0] + b"".join(said) + drawing[1] + drawing[2] + b"appended"
    assert bare_png(raw) == SIGNATURE + b"".join(drawing)


@pytest.mark.parametrize("raw", [b"", b"GIF89a", SIGNATURE, SIGNATURE + chunk(b"IHDR", b"1")[:-1] + b"x"])
def test_what_is_no_whole_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="a picture"):
        bare_png(raw)


def test_words_of_a_selection() -> None:
    assert Selection().words() == "all events"
    whole = Selection(filter="level:error", correlations=("c-1",), groups=(4,), ids=(1, 2), around_ms=30_000)
    assert whole.words() == "correlation c-1 and error group 4 and 2 chosen events that match level:error, and 30 s around"
