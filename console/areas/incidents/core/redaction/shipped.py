"""The profile that ships with the console."""

from functools import cache
from pathlib import Path

import console
from console.areas.incidents.core.redaction.profile import Profile, read_profile

_PACKAGE = Path(console.__file__).resolve().parent
_NAME = "redaction/default.toml"


def default_text() -> str:
    """Return the default profile as it is written. Raises FileNotFoundError."""
    for root in (_PACKAGE / "_resources", _PACKAGE.parent / "resources"):
        path = root / _NAME
        if path.is_file():
            return path.read_text("utf-8")
    raise FileNotFoundError(f"{_NAME} is missing from this installation")


@cache
def default_profile() -> Profile:
    """Return the default profile, read once."""
    return read_profile(default_text())
