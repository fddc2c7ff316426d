"""The zip around a bundle, in one canonical form: every byte of it is either checked by a hash or can only be what it is.

Written from PKWARE's APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end): no
extra fields, comments, descriptors or ZIP64, one fixed date, members one behind the other in the directory's order.
"""

import struct
from collections.abc import Sequence
from typing import NamedTuple

from console.areas.incidents.core.bundle.members import bad_name
from console.areas.incidents.core.bundle.refusal import BundleRefused

STORED, DEFLATED = 0, 8
LARGEST = 2**32 - 2
END_BYTES = 22
DIRECTORY = "(directory)"
"""Named as the place of what is wrong with the list of members itself."""
NOBODY_KNOWS = "the list of members at the end of the file is missing or damaged, so that nobody can tell which member"

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UNIX_20, _NEEDED, _UTF8, _DATE = 3 << 8 | 20, 20, 0x0800, 0x21  # 1980-01-01: a bundle's time stands in its manifest
_REGULAR_0600 = 0o100600 << 16
_LINK, _FORMAT = 0o120000, 0o170000


class Entry(NamedTuple):
    """A member as the directory has it: sizes in bytes, `offset` of its local header."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    gap: int = 0
    """Bytes of extra fields before its own; only other programs write any."""

    @property
    def data_offset(self) -> int:
        return self.offset + _LOCAL.size + len(self.name.encode()) + self.gap

    @property
    def end(self) -> int:
        return self.data_offset + self.packed


def local_header(entry: Entry) -> bytes:
    """Return what stands before a member's bytes."""
    name = entry.name.encode()
    fixed = (b"PK\x03\x04", _NEEDED, _UTF8, entry.method, 0, _DATE, entry.crc, entry.packed, entry.size, len(name), 0)
    return _LOCAL.pack(*fixed) + name


def directory(entries: Sequence[Entry]) -> bytes:
    """Return what stands behind all members: their list, and its end."""
    records = b"".join(map(central_record, entries))
    start = entries[-1].end if entries else 0
    return records + _END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), len(records), start, 0)


def central_record(entry: Entry) -> bytes:
    """Return a member's entry in the directory."""
    name = entry.name.encode()
    return (
        _CENTRAL.pack(
            b"PK\x01\x02", _UNIX_20, _NEEDED, _UTF8, entry.method, 0, _DATE, entry.crc, entry.packed, entry.size,
            len(name), 0, 0, 0, 0, _REGULAR_0600, entry.offset,
        )
        + name
    )  # fmt: skip


class End(NamedTuple):
    """The end of the directory: how many members, how many bytes of records, where they should begin."""

    entries: int
    size: int
    start: int


def read_end(last: bytes, max_entries: int) -> End:
    """Read the last `END_BYTES` of a file. Raises BundleRefused."""
    if len(last) != END_BYTES or last[:4] != b"PK\x05\x06":
        raise BundleRefused(DIRECTORY, f"{NOBODY_KNOWS}; or this is no bundle")
    _, disk, start_disk, here, entries, size, start, comment = _END.unpack(last)
    if disk or start_disk or here != entries or comment or start == 0xFFFFFFFF or entries == 0xFFFF:
        raise BundleRefused(DIRECTORY, f"its end is not as this console writes it: {NOBODY_KNOWS}")
    if entries > max_entries:
        raise BundleRefused(DIRECTORY, f"{entries:,} members; {max_entries:,} are allowed")
    return End(entries, size, start)


def read_directory(records: bytes, end: End) -> list[Entry]:
    """Read the list of members; all that can be known of them without their bytes is checked. Raises BundleRefused."""
    entries: list[Entry] = []
    names: dict[str, Entry] = {}
    place = 0
    for _ in range(end.entries):
        entry, place = _read_record(records, place)
        taken_once(entry, names)
        entries.append(entry)
    if place != len(records):
        raise BundleRefused(DIRECTORY, f"there is more in it than members: {NOBODY_KNOWS}")
    _check_places(entries)
    return entries


def _read_record(records: bytes, place: int) -> tuple[Entry, int]:
    if len(records) - place < _CENTRAL.size or records[place : place + 4] != b"PK\x01\x02":
        raise BundleRefused(DIRECTORY, NOBODY_KNOWS)
    fields = _CENTRAL.unpack_from(records, place)
    flags, method, crc, packed, size, name_size, extra, comment = (*fields[3:5], *fields[7:13])
    name_end = place + _CENTRAL.size + name_size
    try:
        name = records[place + _CENTRAL.size : name_end].decode()
    except UnicodeDecodeError:
        raise BundleRefused(DIRECTORY, f"a member's name is no UTF-8: {NOBODY_KNOWS}") from None
    attributes, offset = fields[15:]
    if problem := bad_name(name):
        raise BundleRefused(name[:200], problem)
    entry = Entry(name, method, crc, packed, size, offset)
    check_kind(entry, flags, attributes)
    end = name_end + extra + comment
    if records[place:end] != central_record(entry):
        raise BundleRefused(name, "its entry in the directory is not as this console writes it")
    return entry, end


def check_kind(entry: Entry, flags: int, attributes: int) -> None:
    """Raise BundleRefused for a link, for what is encrypted, and for ways of packing that bundles do not use."""
    if attributes >> 16 & _FORMAT == _LINK:
        raise BundleRefused(entry.name, "it is a link")
    if flags & 1:
        raise BundleRefused(entry.name, "it is encrypted")
    if entry.method not in (STORED, DEFLATED):
        raise BundleRefused(entry.name, f"it is packed by method {entry.method}, which bundles do not use")
    if entry.method == STORED and entry.packed != entry.size:
        raise BundleRefused(entry.name, "it is not packed, and yet of two sizes")


def taken_once(entry: Entry, taken: dict[str, Entry]) -> None:
    """Add a member to those that there are. Raises BundleRefused for a second one of a name."""
    if entry.name in taken:
        raise BundleRefused(entry.name, "two members have this name")
    taken[entry.name] = entry


def _check_places(entries: Sequence[Entry]) -> None:
    """Members stand one behind the other: none overlaps another, nothing hides between two."""
    expected = 0
    for entry in entries:
        if entry.offset != expected:
            raise BundleRefused(entry.name, "its place is not behind the member before it")
        expected = entry.end


def walk(head: bytes, offset: int) -> Entry | None:
    """Return the member whose local header `head` is, None when it is none: to tell where a damaged file breaks off."""
    if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
        return None
    fields = _LOCAL.unpack_from(head)
    name = head[_LOCAL.size : _LOCAL.size + fields[9]].decode("utf-8", "replace")
    return None if bad_name(name) else Entry(name, fields[3], fields[6], fields[7], fields[8], offset)
