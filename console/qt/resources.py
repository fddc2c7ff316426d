"""Where the files that ship with the console lie: in the wheel, or in a working copy beside the package."""

from pathlib import Path

import console

_PACKAGE = Path(console.__file__).resolve().parent
_ROOTS = (_PACKAGE / "_resources", _PACKAGE.parent / "resources")


def resource_file(name: str) -> Path:
    """Return the path of a shipped file, e.g. `styles/console.qss`. Raises FileNotFoundError."""
    for root in _ROOTS:
        path = root / name
        if path.is_file():
            return path
    raise FileNotFoundError(f"{name} is missing from this installation; looked in {_ROOTS[0]} and {_ROOTS[1]}")


def resource_files(folder: str, suffixes: tuple[str, ...]) -> list[Path]:
    """Return the shipped files of a folder whose names end so, by name. Raises FileNotFoundError where there is none."""
    for root in _ROOTS:
        found = sorted(path for path in (root / folder).glob("*") if path.suffix in suffixes)
        if found:
            return found
    raise FileNotFoundError(f"{folder} is missing from this installation; looked in {_ROOTS[0]} and {_ROOTS[1]}")
