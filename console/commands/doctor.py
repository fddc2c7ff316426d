"""`doctor`: which versions run, what the system lacks for a window, and whether the store is sound."""

import ctypes
import ctypes.util
import os
import platform
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from console import __version__
from console.commands.opening import FAULT
from console.store.database import StoreError, open_reader, suspect_file
from console.store.migrations import BASE, refuse_newer
from console.store.reading import summary

_PACKAGES = ("PySide6-Essentials", "pyqtgraph", "numpy", "websockets", "httpx", "msgspec", "lark",
             "sqlite-utils", "keyring", "typer")  # fmt: skip
# Debian's package for each shared object that Qt loads; the second group only for a real window under X.
_OFFSCREEN = {"libGL.so.1": "libgl1", "libEGL.so.1": "libegl1", "libxkbcommon.so.0": "libxkbcommon0",
              "libdbus-1.so.3": "libdbus-1-3", "libfontconfig.so.1": "libfontconfig1",
              "libglib-2.0.so.0": "libglib2.0-0"}  # fmt: skip
_WINDOW = {"libxcb-cursor.so.0": "libxcb-cursor0", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
           "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-keysyms.so.1": "libxcb-keysyms1",
           "libxcb-shape.so.0": "libxcb-shape0"}  # fmt: skip
_FONTS = Path("/usr/share/fonts")
WRONG = "✗"
_FREE_BYTES = 1 << 30


def run_doctor(path: Path) -> int:
    """Print the findings; returns 0 when all is sound, 1 when something is wrong (its line starts with ✗)."""
    lines = doctor_lines(path)
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        sys.stdout.write(line.encode(encoding, "replace").decode(encoding) + "\n")
    return FAULT if any(line.startswith(WRONG) for line in lines) else 0


def doctor_lines(path: Path) -> list[str]:
    """Return the findings, a line each: `✓` sound, `!` worth knowing, `✗` wrong. Only reads; seconds on a big store."""
    return [*_versions(), *_system(), *_secrets(), *_store(path)]


def _versions() -> Iterator[str]:
    yield f"✓ vivim-console {__version__}, Python {platform.python_version()}, {platform.platform()}"
    version = sqlite3.sqlite_version_info
    if (3, 7, 0) <= version <= (3, 51, 2):
        yield (
            f"! SQLite {sqlite3.sqlite_version} can damage a file that two connections checkpoint at once; "
            "the console has one writer, which avoids it"
        )
    else:
        yield f"✓ SQLite {sqlite3.sqlite_version}"
    found = [f"{name} {_version(name)}" for name in _PACKAGES if _version(name)]
    yield f"✓ {', '.join(found)}"
    missing = [name for name in _PACKAGES[:3] if not _version(name)]
    if missing:
        yield f"! no window: {', '.join(missing)} not installed; pip install 'vivim-console[gui]'"


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _system() -> Iterator[str]:
    if not sys.platform.startswith("linux"):
        return
    needed = [package for library, package in _OFFSCREEN.items() if not _loadable(library)]
    if not any(_FONTS.rglob("*.tt[fc]")) and not any(_FONTS.rglob("*.otf")):
        needed.append("fonts-dejavu-core")
    window = [package for library, package in _WINDOW.items() if not _loadable(library)]
    # Without them the command line works: only the window is wrong, and only where it is installed.
    mark = WRONG if _version(_PACKAGES[0]) else "!"
    if needed:
        yield f"{mark} Qt cannot draw: apt-get install {' '.join(needed)}"
    if window:
        yield f"! no window under X11: apt-get install {' '.join(window)}"
    if not needed and not window:
        yield "✓ system packages for a window are there"


def _loadable(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return ctypes.util.find_library(library.removeprefix("lib").split(".so")[0]) is not None
    return True


def _secrets() -> Iterator[str]:
    import keyring

    name = type(keyring.get_keyring()).__module__.removeprefix("keyring.backends.")
    if name in ("fail", "null"):
        yield "! no system keyring: tokens come from VIVIM_TOKEN_<NAME>, or rest in a file only you can read"
    else:
        yield f"✓ keyring: {name}"


def _store(path: Path) -> Iterator[str]:
    if not path.exists():
        yield f"! {path}: no store yet"
        return
    try:
        connection = open_reader(path)
    except StoreError as error:
        yield f"{WRONG} {error}"
        return
    try:
        refuse_newer(connection, [("store", BASE)])
        yield from _contents(connection, path)
    except (StoreError, sqlite3.Error) as error:
        yield f"{WRONG} {path}: {error}"
    finally:
        connection.close()
    yield from _file(path)


def _contents(connection: sqlite3.Connection, path: Path) -> Iterator[str]:
    held = summary(connection)
    yield (
        f"✓ {path}: {held.events:,} events, {held.gap_events:,} missing in {held.gaps:,} gaps, {held.unknown_intervals:,} "
        f"intervals unknown, {held.quarantined:,} quarantined, {held.degraded:,} degraded"
    )
    problems = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    if problems == ["ok"]:
        yield "✓ the file is sound (quick_check)"
    else:
        yield f"{WRONG} the file is damaged: {'; '.join(problems)}; the next start saves what can be read"
    if suspect_file(path).exists():
        yield f"{WRONG} a process met damage here ({suspect_file(path).name}); the next start checks and repairs"


def _file(path: Path) -> Iterator[str]:
    wal = Path(f"{path}-wal")
    wal_bytes = wal.stat().st_size if wal.exists() else 0
    free = shutil.disk_usage(path.parent).free
    mark = WRONG if free < _FREE_BYTES // 10 else "!" if free < _FREE_BYTES else "✓"
    sizes = f"{path.stat().st_size / 1e6:,.1f} MB, write-ahead log {wal_bytes / 1e6:,.1f} MB"
    yield f"{mark} {sizes}, {free / 1e9:,.1f} GB free on the disk"
    if os.name == "posix":
        open_to_others = [
            file.name
            for file in (path, wal, Path(f"{path}-shm"))
            if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077
        ]
        if open_to_others:
            yield f"{WRONG} readable by others: chmod 600 {' '.join(open_to_others)} in {path.parent}"
        else:
            yield "✓ only you can read it"
