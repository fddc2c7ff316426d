"""Read a bundle's file as if a stranger had made it: within limits counted on the bytes really read, hash by hash."""

import hashlib
import time
import zlib
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from console.areas.incidents.core.bundle.foreign import check_apart, read_foreign, with_own_header
from console.areas.incidents.core.bundle.layout import (
    DIRECTORY,
    END_BYTES,
    NOBODY_KNOWS,
    STORED,
    Entry,
    local_header,
    read_directory,
    read_end,
    walk,
)
from console.areas.incidents.core.bundle.manifest import MAX_BYTES, Manifest, missing_and_extra, read_manifest
from console.areas.incidents.core.bundle.members import MANIFEST
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.store.importing_file import open_regular

_STEP = 256 * 1024
_SLACK = 1024 * 1024
"""Small members may be packed as well as they can be."""
_HEAD = 30 + 400


@dataclass(frozen=True, slots=True)
class BundleLimits:
    """What a bundle may be: members, bytes of content, content to packed bytes, bytes of a line, seconds to read it."""

    entries: int = 1_000
    content: int = 2 * 1024**3
    ratio: int = 100
    line: int = 64 * 1024**2
    seconds: float = 600.0


class Archive:
    """An open bundle: its manifest has been read, each member is verified by reading it. Raises BundleRefused, OSError.

    Content is counted once: a member that is read again takes nothing more of the limits but time. What another program
    packed again is taken as well (see `core.bundle.foreign`): there the hashes of the contents decide alone.
    """

    def __init__(self, path: Path, limits: BundleLimits | None = None) -> None:
        self._limits = limits or BundleLimits()
        self._deadline = time.monotonic() + self._limits.seconds
        self._content = 0
        self._counted: set[str] = set()
        self._is_foreign = False
        self._file = open_regular(path)
        try:
            self._entries, is_shifted = self._read_directory(path.stat().st_size)
            self.manifest = self._read_manifest()
            if is_shifted:  # bytes were lost or put in: the first member that is not whole has them
                self.verify()
                raise BundleRefused(DIRECTORY, f"it does not stand where its end says: {NOBODY_KNOWS}")
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    @property
    def names(self) -> tuple[str, ...]:
        """All members, in order of their place."""
        return tuple(self._entries)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All members with where they lie."""
        return tuple(self._entries.values())

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield a member's content; at its end the hashes are compared, so only then was it true."""
        entry, facts = self._entries[name], self.manifest.members[name]
        sha, packed_sha, crc = hashlib.sha256(), hashlib.sha256(), 0
        if entry.size != facts.bytes:
            raise BundleRefused(name, f"it has {entry.size:,} bytes, the manifest says {facts.bytes:,}")
        for content, packed in self._unpacked(entry):
            packed_sha.update(packed)
            if content:
                sha.update(content)
                crc = zlib.crc32(content, crc)
                yield content
        is_packed_so = self._is_foreign or packed_sha.hexdigest() == facts.packed
        if not is_packed_so or sha.hexdigest() != facts.sha256 or crc != entry.crc:
            raise BundleRefused(name, "its hash is not the one in the manifest: it was changed or damaged")

    def lines(self, name: str) -> Generator[list[bytes], None, None]:
        """Yield a member's lines, many at a time; each must end."""
        rest = b""
        for content in self.chunks(name):
            *lines, tail = content.split(b"\n")
            if lines:
                lines[0] = rest + lines[0]
                rest = tail
                yield lines
            else:
                rest += tail
            if len(rest) > self._limits.line:
                raise BundleRefused(name, f"it has a line of more than {self._limits.line:,} bytes")
        if rest:
            raise BundleRefused(name, "its last line does not end")

    def read(self, name: str) -> bytes:
        """Return a whole small member. Raises BundleRefused for one that is none."""
        parts: list[bytes] = []
        size = 0
        for content in self.chunks(name):
            size += len(content)
            if size > self._limits.line:
                raise BundleRefused(name, f"it has more than {self._limits.line:,} bytes")
            parts.append(content)
        return b"".join(parts)

    def verify(self, *, rest_only: bool = False) -> None:
        """Read every member, or only those that were not read to their end yet."""
        for name in self.names:
            if name != MANIFEST and not (rest_only and name in self._counted):
                for _ in self.chunks(name):
                    pass

    def _unpacked(self, entry: Entry) -> Iterator[tuple[bytes, bytes]]:
        """Yield (content, packed bytes read for it); either may be empty."""
        if entry.method == STORED:
            for packed in self._packed(entry):
                self._count(entry, len(packed), len(packed))
                yield packed, packed
            return
        unpacker, size, read = zlib.decompressobj(-15), 0, 0
        for packed in self._packed(entry):
            read += len(packed)
            given = packed
            while packed:
                content = self._inflate(unpacker, packed, entry)
                size += len(content)
                self._count(entry, size, read)
                yield content, given
                given, packed = b"", unpacker.unconsumed_tail
            if unpacker.unused_data:
                raise BundleRefused(entry.name, "there is more in it than what was packed")
        if not unpacker.eof or size != entry.size:
            raise BundleRefused(entry.name, "it breaks off")

    def _inflate(self, unpacker: "zlib._Decompress", packed: bytes, entry: Entry) -> bytes:
        try:
            return unpacker.decompress(packed, _STEP * 4)
        except zlib.error as error:
            raise BundleRefused(entry.name, f"it cannot be unpacked ({error})") from error

    def _packed(self, entry: Entry) -> Iterator[bytes]:
        self._file.seek(entry.offset)
        header = b"" if self._is_foreign else local_header(entry)  # a foreign one was read with the directory
        if self._file.read(len(header)) != header:
            raise BundleRefused(entry.name, "its own header says other than the directory")
        place = entry.data_offset
        while place < entry.end:
            self._file.seek(place)
            packed = self._file.read(min(_STEP, entry.end - place))
            if not packed:
                raise BundleRefused(entry.name, "it breaks off")
            place += len(packed)
            yield packed

    def _count(self, entry: Entry, size: int, read: int) -> None:
        limits = self._limits
        if size > entry.size:
            raise BundleRefused(entry.name, "it unpacks to more than its size")
        if size > limits.ratio * read + _SLACK:
            raise BundleRefused(entry.name, f"it unpacks to more than {limits.ratio} times its packed size")
        if entry.name not in self._counted and self._content + size > limits.content:
            raise BundleRefused(entry.name, f"the bundle unpacks to more than {limits.content:,} bytes")
        if size == entry.size and entry.name not in self._counted:
            self._counted.add(entry.name)
            self._content += size
        if time.monotonic() > self._deadline:
            raise BundleRefused(entry.name, f"the bundle takes more than {limits.seconds:g} s to read")

    def _read_manifest(self) -> Manifest:
        entry = self._entries.get(MANIFEST)
        if entry is None:
            raise BundleRefused(MANIFEST, "it is missing: this is no incident bundle")
        if (entry.method != STORED and not self._is_foreign) or entry.size > MAX_BYTES:
            raise BundleRefused(MANIFEST, f"it is packed, or over {MAX_BYTES:,} bytes")
        raw = b"".join(content for content, _ in self._unpacked(entry))
        if zlib.crc32(raw) != entry.crc:
            raise BundleRefused(MANIFEST, "its checksum is wrong: it was changed or damaged")
        manifest = read_manifest(raw)
        missing, extra = missing_and_extra(manifest, set(self._entries))
        if missing:
            raise BundleRefused(missing[0], "it is missing")
        if extra:
            raise BundleRefused(extra[0], "the manifest does not name it")
        return manifest

    def _read_directory(self, file_size: int) -> tuple[dict[str, Entry], bool]:
        try:
            self._file.seek(max(0, file_size - END_BYTES))
            end = read_end(self._file.read(END_BYTES), self._limits.entries)
            if end.size > self._limits.entries * 300:
                raise BundleRefused(DIRECTORY, "it is longer than its members need")
            start = file_size - END_BYTES - end.size
            self._file.seek(max(0, start))
            records = self._file.read(end.size)
            foreign = read_foreign(records, end)
            if foreign is not None:
                self._is_foreign = True
                return self._read_foreign(foreign, end.start, is_shifted=start != end.start)
            entries = read_directory(records, end)
        except BundleRefused as refused:
            if refused.member == DIRECTORY and (broken := self._break(file_size)):
                raise BundleRefused(broken, "the file was cut off or changed in or behind it") from refused
            raise
        is_shifted = start != end.start or not entries or entries[-1].end != start
        return {entry.name: entry for entry in entries}, is_shifted

    def _read_foreign(self, found: list[Entry], start: int, *, is_shifted: bool) -> tuple[dict[str, Entry], bool]:
        entries: list[Entry] = []
        for entry in found:
            self._file.seek(entry.offset)
            entries.append(with_own_header(entry, self._file.read(_HEAD)))
        check_apart(entries, start)
        return {entry.name: entry for entry in entries}, is_shifted

    def _break(self, file_size: int) -> str:
        """Return the last member that begins in a file without a good end; "" when the members are whole."""
        name, place = "", 0
        while place < file_size:
            self._file.seek(place)
            head = self._file.read(_HEAD)
            entry = walk(head, place)
            if entry is None:
                return "" if head[:4] == b"PK\x01\x02" else name
            name, place = entry.name, entry.end
        return name if place > file_size else ""
