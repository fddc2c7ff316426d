"""Clear away what a killed process left half written. Who still writes holds a lock; a process that is gone holds none."""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

LOCK = "lock"
"""The file of a folder that is locked while somebody fills the folder."""


def clear_leftovers(folder: Path, before: str, after: str) -> list[str]:
    """Delete the files and folders of these names (what lies between is any) that nobody holds a lock of; returns them."""
    cleared: list[str] = []
    for left in sorted(folder.glob(f"{_literal(before)}*{_literal(after)}")):
        if left.is_symlink() or not _is_own(left):
            continue
        lock = left / LOCK if left.is_dir() else left
        with contextlib.suppress(OSError), lock.open("rb") as file:  # in use: it stays
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()
            cleared.append(left.name)
    return cleared


@contextlib.contextmanager
def locked_file(folder: Path, before: str, after: str) -> Iterator[tuple[Path, IO[bytes]]]:
    """Give a new file that nobody clears away while it is open."""
    while True:
        handle, name = tempfile.mkstemp(after, before, folder)
        with open(name, "r+b", opener=partial(_opened, handle)) as file:  # so it knows its name
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_there(Path(name), file):
                yield Path(name), file
                return


@contextlib.contextmanager
def locked_folder(folder: Path, before: str, after: str) -> Iterator[Path]:
    """Give a new folder that nobody clears away until the block ends; then it is gone."""
    while True:
        with tempfile.TemporaryDirectory(after, before, folder) as name, (Path(name) / LOCK).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_there(Path(name) / LOCK, lock):
                yield Path(name)
                return


def _is_own(path: Path) -> bool:
    """Tell whether it is ours: in a folder for everybody, another one's lock may be a pipe that never answers."""
    try:
        return path.lstat().st_uid == os.getuid()
    except FileNotFoundError:
        return False


def _opened(handle: int, _path: str, _flags: int) -> int:
    return handle


def _is_there(path: Path, file: IO[bytes]) -> bool:
    """Tell whether a file still has its name: between its making and its lock somebody may have cleared it away."""
    try:
        return os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _literal(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)
