"""The canonical zip: what is written can be read by others, and nothing else is taken."""

import io
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.bundle.layout import (
    END_BYTES,
    STORED,
    Entry,
    directory,
    local_header,
    read_directory,
    read_end,
)
from console.areas.incidents.core.bundle.refusal import BundleRefused


def built(members: dict[str, bytes]) -> tuple[bytes, list[Entry]]:
    """Return a zip of stored members, and its entries."""
    entries: list[Entry] = []
    parts: list[bytes] = []
    for name, raw in members.items():
        offset = entries[-1].end if entries else 0
        entries.append(Entry(name, STORED, zlib.crc32(raw), len(raw), len(raw), offset))
        parts.append(local_header(entries[-1]) + raw)
    return b"".join(parts) + directory(entries), entries


def read(raw: bytes) -> list[Entry]:
    end = read_end(raw[-END_BYTES:], 1_000)
    return read_directory(raw[len(raw) - END_BYTES - end.size : -END_BYTES], end)


MEMBERS = {"manifest.json": b"{}", "events.ndjson": b'{"a":1}\n', "tables/kinds.ndjson": b"", "notes/a note.md": b"# hi"}


def test_other_programs_read_it() -> None:
    raw, entries = built(MEMBERS)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == MEMBERS
    assert read(raw) == entries


@given(st.data())
def test_every_changed_byte_of_the_directory_is_refused(data: st.DataObject) -> None:
    raw, entries = built(MEMBERS)
    place = data.draw(st.integers(entries[-1].end, len(raw) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda value: value != raw[place]))
    changed = raw[:place] + bytes([other]) + raw[place + 1 :]
    try:
        again = read(changed)
        end = read_end(changed[-END_BYTES:], 1_000)
    except BundleRefused:
        return
    # What it still reads says otherwise than the members' own headers, or where the directory stands.
    assert any(local_header(one) not in changed for one in again) or end.start != entries[-1].end


@given(st.binary(max_size=300))
def test_garbage_is_refused_and_nothing_else_raised(raw: bytes) -> None:
    with pytest.raises(BundleRefused):
        read(raw.rjust(END_BYTES, b"\0"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("/etc/passwd", "absolute"),
        ("C:/x", "absolute"),
        ("\\\\host\\x", "absolute"),
        ("../x", "out of the bundle"),
        ("notes/../../x.md", "out of the bundle"),
        ("notes\\..\\..\\x", "out of the bundle"),
        ("tables/a.db", "no such member"),
        ("tables/x/y.ndjson", "no such member"),
        ("notes/.hidden.md", "no such member"),
        ("notes/a\n.md", "no such member"),
        ("notes/" + "a" * 200 + ".md", "no such member"),
        ("", "no such member"),
    ],
)
def test_names(name: str, reason: str) -> None:
    raw, _ = built({"manifest.json": b"{}", name: b"x"})
    with pytest.raises(BundleRefused, match=reason) as caught:
        read(raw)
    assert caught.value.member == name[:200]


def test_two_of_a_name_and_overlaps_are_refused() -> None:
    _, entries = built({"manifest.json": b"{}", "events.ndjson": b"x" * 100})
    with pytest.raises(BundleRefused, match="two members"):
        read(directory([entries[0], entries[0]._replace(offset=entries[0].end)]))
    inside = entries[1]._replace(offset=entries[1].offset - 5)
    with pytest.raises(BundleRefused, match="not behind the member before it"):
        read(directory([entries[0], inside]))
    hidden = entries[1]._replace(offset=entries[1].offset + 5)
    with pytest.raises(BundleRefused, match="not behind the member before it"):
        read(directory([entries[0], hidden]))


def test_links_encrypted_and_otherwise_packed_members_are_refused() -> None:
    for change, reason in ((link, "a link"), (encrypt, "encrypted"), (bzip, "method 12"), (comment, "not as this console")):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            info = zipfile.ZipInfo("events.ndjson")
            change(info, archive)
        with pytest.raises(BundleRefused, match=reason) as caught:
            read(marked(stream.getvalue()) if change is encrypt else stream.getvalue())
        assert caught.value.member == "events.ndjson"


def link(info: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    info.external_attr = 0o120777 << 16
    archive.writestr(info, "/etc/passwd")


def encrypt(info: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    archive.writestr(info, "x")


def marked(raw: bytes) -> bytes:
    """Set the flag of encryption in the directory."""
    place = raw.rindex(b"PK\x01\x02") + 8
    return raw[:place] + bytes([raw[place] | 1]) + raw[place + 1 :]


def bzip(info: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    archive.writestr(info, "x", zipfile.ZIP_BZIP2)


def comment(info: zipfile.ZipInfo, archive: zipfile.ZipFile) -> None:
    info.comment = b"hello"
    archive.writestr(info, "x")


def test_more_members_than_are_allowed() -> None:
    raw, _ = built({f"notes/{number}.md": b"" for number in range(12)})
    with pytest.raises(BundleRefused, match="12 members; 10 are allowed"):
        read_end(raw[-END_BYTES:], 10)
