"""Read what a command was given; what is wrong about it is said in words."""

from typing import Any, cast

from console.areas.sync.core.merge.choice import How
from console.areas.sync.core.merge.memory import path_from_json
from console.areas.sync.core.merge.values import Path
from console.areas.sync.store.values import storable

MAX_ISSUES = 20_000
MAX_TEXT = 2_000
CHOICES = ("base", "local", "remote", "both", "edit", "delete", "merged")


def person(args: dict[str, Any]) -> str:
    """Return who asks. Raises ValueError."""
    return text(args, "who")[:200]


def text(args: dict[str, Any], key: str) -> str:
    """Return a text, "" when it is not given. Raises ValueError."""
    value = args.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f'"{key}" must be text')
    return storable(value[:MAX_TEXT])


def issue_id(args: dict[str, Any], key: str = "issue") -> int:
    """Return the id of an issue. Raises ValueError."""
    return _id(args.get(key), key)


def issue_ids(args: dict[str, Any], key: str) -> list[int]:
    """Return ids, each once. Raises ValueError."""
    given = args.get(key)
    if not isinstance(given, list) or not given or len(given) > MAX_ISSUES:
        raise ValueError(f'"{key}" must be a list of 1 to {MAX_ISSUES:,} issue ids')
    return list(dict.fromkeys(_id(one, key) for one in given))


def choice(args: dict[str, Any]) -> How:
    """Return what was chosen. Raises ValueError."""
    given = args.get("choice")
    if given not in CHOICES:
        raise ValueError(f'"choice" must be one of {", ".join(CHOICES)}')
    return cast(How, given)


def path(args: dict[str, Any]) -> Path:
    """Return a path: keys as texts, items by {"id": …}. Raises ValueError."""
    given = args.get("path")
    if not isinstance(given, list):
        raise ValueError('"path" must be a list of keys, and of {"id": …} for items of lists')
    try:
        return path_from_json(given)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f'"path" cannot be read: {error}') from None


def hunk(args: dict[str, Any]) -> int | None:
    """Return the number of a hunk, None for the whole. Raises ValueError."""
    given = args.get("hunk")
    if given is not None and (not isinstance(given, int) or isinstance(given, bool) or not 0 <= given < 2**31):
        raise ValueError('"hunk" must be a whole number')
    return given


def _id(value: Any, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise ValueError(f'"{key}" wants the id of an issue, a whole number')
    return value
