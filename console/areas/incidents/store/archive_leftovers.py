"""Clear away what a killed process left half written. Who still writes holds a lock; a process that is gone holds none."""

import contextlib
import fcntl
import shutil
from pathlib import Path

LOCK = "lock"
"""The file of a folder that is locked while somebody fills the folder."""


def clear_leftovers(folder: Path, before: str, after: str) -> None:
    """Delete the files and folders of these names (what lies between is random) that nobody holds a lock of."""
    for left in folder.glob(f"{_literal(before)}*{_literal(after)}"):
        lock = left / LOCK if left.is_dir() else left
        with contextlib.suppress(OSError), lock.open("rb") as file:  # in use, or somebody else's: it stays
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def _literal(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)
