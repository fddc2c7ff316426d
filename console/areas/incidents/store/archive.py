"""Write a bundle's file: members one behind the other, the manifest first, whole under its name or not at all."""

import contextlib
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from console.areas.incidents.core.bundle.layout import DEFLATED, LARGEST, STORED, Entry, directory, local_header
from console.areas.incidents.core.bundle.manifest import Member
from console.areas.incidents.core.bundle.members import MANIFEST
from console.areas.incidents.store.archive_leftovers import locked_file

LEVEL = 2
"""Of zlib. A million events: level 1 takes 4 s and leaves 24 % of the size, 2: 5 s, 23 %, 4: 10 s, 20 %, 6: 20 s, 17 %."""
MAX_CONTENT = 2 * 1024**3
MAX_RATIO = 80
"""Importers refuse what unpacks to a hundred times its size; where events are all alike, some of them are not packed."""
PARTIAL = ".vcb-partial"
"""How the name of whatever an export is building ends; a killed one leaves it, the next in that folder clears it away."""
_END = b"\x03\x00"  # an empty last block: pieces are packed one by one and none of them knows that it is the last


def pack(raw: bytes, level: int = LEVEL) -> bytes:
    """Deflate a piece so that others can follow it, and it can be unpacked without those before it."""
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    return packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH)


def unpack(packed: bytes) -> bytes:
    """Return what `pack` was given."""
    return zlib.decompressobj(-15).decompress(packed)


class TooLarge(Exception):
    """The content is beyond what a bundle may hold."""


class Piece(NamedTuple):
    """Where a packed piece lies in a spool, and how many rows it holds."""

    offset: int
    size: int
    rows: int


class Spool:
    """Packed pieces on the disk, without a name: gone when the process is, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115  # closed by `close`
        self._end = 0
        self.members: dict[str, list[Piece]] = {}

    def add(self, member: str, packed: bytes, rows: int) -> None:
        """Append a piece to a member; members may grow in turns."""
        self._file.seek(self._end)
        self._file.write(packed)
        self.members.setdefault(member, []).append(Piece(self._end, len(packed), rows))
        self._end += len(packed)

    def replace(self, member: str, number: int, packed: bytes) -> None:
        """Put another piece of as many rows in the place of one."""
        self._file.seek(self._end)
        self._file.write(packed)
        self.members[member][number] = Piece(self._end, len(packed), self.members[member][number].rows)
        self._end += len(packed)

    def read(self, piece: Piece) -> bytes:
        """Return a packed piece."""
        self._file.seek(piece.offset)
        return self._file.read(piece.size)

    def close(self) -> None:
        self._file.close()


class ArchiveWriter:
    """Writes members in order behind a room that is kept for the manifest. Raises TooLarge."""

    def __init__(self, file: IO[bytes], reserved: int) -> None:
        self._file = file
        self._entries = [Entry(MANIFEST, STORED, 0, reserved, reserved, 0)]
        self._content = 0
        self.members: dict[str, Member] = {}
        file.seek(self._entries[0].end)

    @property
    def room(self) -> int:
        """How long the manifest may be."""
        return self._entries[0].size

    def add(self, name: str, pieces: Iterator[tuple[bytes, bytes, int]]) -> None:
        """Write a member of (content, the same packed, rows)."""
        entry = Entry(name, DEFLATED, 0, 0, 0, self._entries[-1].end)
        self._file.seek(entry.data_offset)
        crc, size, packed_size, rows = 0, 0, 0, 0
        sha, packed_sha = hashlib.sha256(), hashlib.sha256()

        def write(packed: bytes) -> None:
            nonlocal packed_size
            self._file.write(packed)
            packed_sha.update(packed)
            packed_size += len(packed)

        for raw, packed, more in pieces:
            crc, size, rows = zlib.crc32(raw, crc), size + len(raw), rows + more
            sha.update(raw)
            if size > MAX_RATIO * (packed_size + len(packed)):
                packed = pack(raw, 0)
            write(packed)
            if self._content + size > MAX_CONTENT:
                raise TooLarge(f"the content is over {MAX_CONTENT / 1024**3:g} GiB, which nobody could open: choose less")
        write(_END)
        if packed_size + entry.data_offset > LARGEST:
            raise TooLarge("the file is over 4 GiB: choose less")
        entry = entry._replace(crc=crc, packed=packed_size, size=size)
        self._file.seek(entry.offset)
        self._file.write(local_header(entry))
        self._entries.append(entry)
        self._content += size
        self.members[name] = Member(sha256=sha.hexdigest(), packed=packed_sha.hexdigest(), bytes=size, rows=rows)

    def finish(self, manifest: bytes) -> None:
        """Write the manifest into its room, filled up with blanks, and the directory; more members may still follow."""
        room = self.room
        if len(manifest) > room:
            raise TooLarge("the manifest has no room left")
        raw = manifest.ljust(room - 1) + b"\n" if len(manifest) < room else manifest
        self._entries[0] = self._entries[0]._replace(crc=zlib.crc32(raw))
        self._file.seek(0)
        self._file.write(local_header(self._entries[0]) + raw)
        self._file.seek(self._entries[-1].end)
        self._file.write(directory(self._entries))
        self._file.truncate()
        self._file.flush()


@contextlib.contextmanager
def written_whole(out: Path) -> Iterator[IO[bytes]]:
    """Give a file that gets its name `out` when the block ends well; else nothing of it is left."""
    with locked_file(out.parent, f".{out.name}.", PARTIAL) as (partial, file):
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            partial.replace(out)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        _sync_folder(out.parent)


def _sync_folder(folder: Path) -> None:
    """The new name shall outlive a power cut too; where a folder cannot be synced, the file is whole all the same."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
