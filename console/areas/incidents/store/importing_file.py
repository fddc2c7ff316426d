"""The file that somebody names to be imported: a regular one, as pipes and devices may never end or answer."""

import stat
from pathlib import Path
from typing import IO

from console.areas.incidents.core.bundle.refusal import BundleRefused

_ARCHIVE = b"PK\x03\x04"
_SUFFIX = ".vcb"
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def open_regular(path: Path) -> IO[bytes]:
    """Open a file for reading. Raises BundleRefused for what is no regular file, OSError."""
    kind = stat.S_IFMT(path.stat().st_mode)
    if kind != stat.S_IFREG:
        raise BundleRefused("", f"it is no file, but {_KINDS.get(kind, 'something else')}")
    return path.open("rb")


def is_bundle(path: Path) -> bool:
    """Tell whether a file is read as a bundle. Raises BundleRefused for what is no regular file, OSError."""
    with open_regular(path) as file:
        return file.read(len(_ARCHIVE)) == _ARCHIVE or path.suffix.lower() == _SUFFIX
