"""File sources: recorded traffic as JSONL, at its original speed, a chosen one, or as fast as it goes.

A file keeps its place: its epoch is made of its path and first line, so reading it again into the same store
brings only what was appended since.
"""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple

from console.ingest.address import AddressError, file_path, file_speed
from console.ingest.frames import FRAME_BYTES
from console.ingest.link import Link
from console.model.dialects import Piece, split_message
from console.model.reader import read_event

CHUNK_LINES = 200


async def run_file(link: Link) -> None:
    """Read a file to its end, then finish; a file that cannot be read says why."""
    path = file_path(link.spec.url)
    try:
        speed = file_speed(link.spec.url)
        epoch = await asyncio.to_thread(file_epoch, path)
        link.stream.epoch = epoch
        session = link.begin("naive")
        session.epoch = epoch
        link.state("live", f"reading {path}")
        await _read(link, path, epoch, speed)
    except (OSError, AddressError) as error:
        link.state("refused", str(error))
        return
    link.state("finished", f"read to the end of {path}")


async def _read(link: Link, path: Path, epoch: str, speed: float | None) -> None:
    pace = _Pace(speed)
    seq = 1
    with path.open("rb") as file:
        while True:
            lines = await asyncio.to_thread(_next_lines, file)
            if not lines:
                return
            for line in lines:
                await link.gate.room()
                for pieces in pace.split(_pieces(line)):
                    await pace.wait(pieces, link)
                    link.perform(link.stream.offer(epoch, seq, pieces, link.clock()))
                    seq += len(pieces)


class _Line(NamedTuple):
    """A line as read; `size` counts what it had in the file, which is more where it was cut."""

    start: bytes
    size: int


def _next_lines(file: BinaryIO) -> list[_Line]:
    return list(islice(_bounded_lines(file), CHUNK_LINES))


def _bounded_lines(file: BinaryIO) -> Iterator[_Line]:
    """Yield lines, cutting one that is longer than a frame may be (its rest is dropped, its size is said)."""
    while line := file.readline(FRAME_BYTES + 1):
        size = len(line)
        if size > FRAME_BYTES and not line.endswith(b"\n"):
            line = line[:1000]
            while rest := file.readline(1 << 20):
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
        yield _Line(line, size)


def _pieces(read: _Line) -> list[Piece]:
    line = read.start
    if read.size > len(line):
        return [Piece(line.decode("utf-8", "replace"), None, f"a line of {read.size:,} bytes, longer than {FRAME_BYTES:,}")]
    try:
        return split_message(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        text = line.decode("utf-8", "surrogateescape")
        return [Piece(text, None, f"not UTF-8 at byte {error.start}")]


def file_epoch(path: Path) -> str:
    """Return the epoch of a file: the same for the same path and first line."""
    with path.open("rb") as file:
        first = file.readline(65_536)
    digest = hashlib.blake2b(os.fsencode(path.resolve()) + b"\n" + first, digest_size=12)
    return f"file:{digest.hexdigest()}"


class _Pace:
    """Holds events back so that they come as they came, `speed` times as fast; None does not hold back."""

    def __init__(self, speed: float | None) -> None:
        self._speed = speed
        self._start: tuple[float, int] | None = None

    def split(self, pieces: list[Piece]) -> list[list[Piece]]:
        """Return what goes out at once: everything, or one by one when paced."""
        if not pieces:
            return []
        return [pieces] if self._speed is None else [[piece] for piece in pieces]

    async def wait(self, pieces: list[Piece], link: Link) -> None:
        if self._speed is None or pieces[0].data is None:
            return
        now = asyncio.get_running_loop().time()
        ts_ms = read_event(pieces[0], link.clock()).ts_ms
        if self._start is None:
            self._start = (now, ts_ms)
        due = self._start[0] + max(0, ts_ms - self._start[1]) / 1000 / self._speed
        if due > now:
            await asyncio.sleep(due - now)
