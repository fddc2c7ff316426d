"""Read what a command was given; what is wrong about it is said in words."""

from typing import Any


def text(args: dict[str, Any], key: str, length: int) -> str:
    """Return a text that SQLite takes, "" when it is not given. Raises ValueError, also for one that is too long."""
    value = args.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f'"{key}" must be text')
    if len(value) > length:
        raise ValueError(f'"{key}" has {len(value):,} characters; {length:,} are kept')
    return value.encode("utf-8", "replace").decode("utf-8")


def number(args: dict[str, Any], key: str) -> int:
    """Return the number of a session or note. Raises ValueError."""
    value = args.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise ValueError(f'"{key}" wants a whole number')
    return value


def flag(args: dict[str, Any], key: str) -> bool:
    """Return yes or no. Raises ValueError."""
    value = args.get(key)
    if not isinstance(value, bool):
        raise ValueError(f'"{key}" wants true or false')
    return value
