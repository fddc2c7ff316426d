"""Lines around a place in a source file of this machine. Runs off the main thread; a file may be on a slow disk."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from console.app.inspector.editor import local_path

MAX_BYTES = 4 * 1024 * 1024
AROUND = 5
LINE_CHARS = 400


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`lines` of a file from number `first` on (1 is the first); `line` is the one that a frame names."""

    path: str
    first: int
    line: int
    lines: tuple[str, ...]


class NoSource(Exception):
    """A file whose lines are not shown; the text says why."""


def read_excerpt(path: str, line: int, around: int = AROUND) -> Excerpt:
    """Return the lines around `line`. Raises NoSource."""
    lines = _read_text(path).splitlines()
    if not 1 <= line <= len(lines):
        raise NoSource(f"{path} has {len(lines):,} lines here, the stack names line {line:,}: it is another version")
    first = max(1, line - around)
    shown = tuple(text.expandtabs(4)[:LINE_CHARS] for text in lines[first - 1 : line + around])
    return Excerpt(path, first, line, shown)


def check_file(path: str) -> str:
    """Return the path of a regular source file with links followed. Raises NoSource."""
    try:
        real = str(Path(path).resolve(strict=True))
        status = os.stat(real)  # noqa: PTH116  the numbers of one call, also for what is no file
    except (OSError, ValueError, RuntimeError) as error:
        raise NoSource(f"{path} is not on this machine; a path mapping may say where it lies") from error
    if not stat.S_ISREG(status.st_mode) or local_path(real, ()) is None:
        raise NoSource(f"{path} is no source file")
    if status.st_size > MAX_BYTES:
        raise NoSource(f"{path} has {status.st_size:,} bytes, more than are read for a few lines")
    return real


def _read_text(path: str) -> str:
    real = check_file(path)
    # Between the check and here the name may have become a pipe or a device: opening must neither wait nor act.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        handle = os.open(real, flags)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise NoSource(f"{path} is no source file")
            return file.read(MAX_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise NoSource(f"{path} could not be read: {error.strerror}") from error
