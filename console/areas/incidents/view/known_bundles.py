"""The bundles that were made and opened here: remembered with the window's settings, the newest first."""

from pathlib import Path
from typing import Any, NamedTuple

from console.qt.shell import Shell

SETTING = "incidents.bundles"
KEPT = 200
MADE, OPENED = "made", "opened"


class KnownBundle(NamedTuple):
    """One file, as it was then. `events` and `bytes` are None where they are not known."""

    path: str
    how: str
    at_ms: int
    title: str = ""
    events: int | None = None
    bytes: int | None = None


def known_bundles(shell: Shell) -> list[KnownBundle]:
    """Return what is remembered; what is not understood is left out."""
    found = shell.setting(SETTING)
    rows = [_read(one) for one in found] if isinstance(found, list) else []
    return [row for row in rows if row is not None]


def remember_bundle(shell: Shell, bundle: KnownBundle) -> None:
    """Put a bundle first; an older entry of the same file goes."""
    rest = [one for one in known_bundles(shell) if one.path != bundle.path]
    made = next((one for one in known_bundles(shell) if one.path == bundle.path and one.how == MADE), None)
    if bundle.how == OPENED and made is not None:  # what was known of it when it was made says more
        bundle = made._replace(at_ms=bundle.at_ms)
    _keep(shell, [bundle, *rest])


def forget_bundle(shell: Shell, path: str) -> None:
    """Take a file off the list; the file stays."""
    _keep(shell, [one for one in known_bundles(shell) if one.path != path])


def folder_for_bundles(shell: Shell) -> Path:
    """Return where the last bundle was made, else the person's home."""
    made = next((Path(one.path).parent for one in known_bundles(shell) if one.how == MADE), None)
    return made if made is not None and made.is_dir() else Path.home()


def _keep(shell: Shell, bundles: list[KnownBundle]) -> None:
    shell.set_setting(SETTING, [one._asdict() for one in bundles[:KEPT]])


def _read(value: Any) -> KnownBundle | None:
    if not isinstance(value, dict) or not isinstance(value.get("path"), str) or type(value.get("at_ms")) is not int:
        return None
    numbers = [value.get(name) if type(value.get(name)) is int else None for name in ("events", "bytes")]
    how = MADE if value.get("how") == MADE else OPENED
    return KnownBundle(value["path"], how, value["at_ms"], str(value.get("title") or ""), *numbers)
