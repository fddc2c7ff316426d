"""The zip around a bundle as other programs write it, who unpacked one and packed it again (`zip -r`, a file manager).

Its members' contents are what the manifest's hashes say, or it is refused; how they are packed, in which order, and what is
noted of times and owners is not of interest. Nothing may overlap, and a file of which any part is in this console's own form
is none of these: there every byte has to be right. From APPNOTE 6.3.10, sections 4.3.7 and 4.3.12.
"""

import struct
from collections.abc import Sequence
from itertools import pairwise

from console.areas.incidents.core.bundle.layout import (
    DIRECTORY,
    End,
    Entry,
    central_record,
    check_kind,
    taken_once,
)
from console.areas.incidents.core.bundle.members import bad_name
from console.areas.incidents.core.bundle.refusal import BundleRefused

LOCAL_BYTES = 30
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_SIZES_FOLLOW = 8
"""A flag: sizes stand behind the member, not in its own header."""
_BEYOND = 2**32 - 1
"""A size or place that stands in a ZIP64 field."""


def read_foreign(records: bytes, end: End) -> list[Entry] | None:
    """Return the members in order of their place, None for a directory that is in this console's form or damaged.

    Raises BundleRefused for a member that no bundle may have.
    """
    found: list[tuple[Entry, int, int]] = []
    place = 0
    for _ in range(end.entries):
        if len(records) - place < _CENTRAL.size or records[place : place + 4] != b"PK\x01\x02":
            return None
        fields = _CENTRAL.unpack_from(records, place)
        flags, method, crc, packed, size, name_size, extra, comment = (*fields[3:5], *fields[7:13])
        attributes, offset = fields[15:]
        name = records[place + _CENTRAL.size : place + _CENTRAL.size + name_size].decode("utf-8", "replace")
        entry = Entry(name, method, crc, packed, size, offset)
        if records[place:].startswith(central_record(entry)):
            return None
        found.append((entry, flags, attributes))
        place += _CENTRAL.size + name_size + extra + comment
    if place != len(records) or not found:
        return None
    return _checked(found)


def _checked(found: Sequence[tuple[Entry, int, int]]) -> list[Entry]:
    entries: dict[str, Entry] = {}
    for entry, flags, attributes in found:
        if entry.name in ("tables/", "notes/", "pictures/") and not entry.size:
            continue  # the folder itself
        if problem := bad_name(entry.name):
            raise BundleRefused(entry.name[:200], problem)
        check_kind(entry, flags, attributes)
        if _BEYOND in (entry.packed, entry.size, entry.offset):
            raise BundleRefused(entry.name, "it is packed as ZIP64, which no bundle needs")
        taken_once(entry, entries)
    return sorted(entries.values(), key=lambda entry: entry.offset)


def with_own_header(entry: Entry, head: bytes) -> Entry:
    """Return a member with the length of what stands between its header and its bytes; `head` begins with the header.

    Raises BundleRefused where the header says other than the directory.
    """
    if len(head) < LOCAL_BYTES or head[:4] != b"PK\x03\x04":
        raise BundleRefused(entry.name, "it does not stand where the directory says")
    _, _, flags, method, _, _, crc, packed, size, name_size, extra = _LOCAL.unpack_from(head)
    says = method, *((entry.crc, entry.packed, entry.size) if flags & _SIZES_FOLLOW else (crc, packed, size))
    name = head[LOCAL_BYTES : LOCAL_BYTES + name_size]
    if name != entry.name.encode() or says != (entry.method, entry.crc, entry.packed, entry.size):
        raise BundleRefused(entry.name, "its own header says other than the directory")
    return entry._replace(gap=extra)


def check_apart(entries: Sequence[Entry], directory_start: int) -> None:
    """Raise BundleRefused where a member reaches into the next, or into the directory."""
    for entry, after in pairwise(entries):
        if entry.end > after.offset:
            raise BundleRefused(after.name, "its place is not behind the member before it")
    if entries and entries[-1].end > directory_start:
        raise BundleRefused(entries[-1].name, "it reaches into the directory")
    if not entries:
        raise BundleRefused(DIRECTORY, "it has no members")
