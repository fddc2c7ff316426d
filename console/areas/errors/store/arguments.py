"""Read what a command was given; what is wrong about it is said in words."""

import sqlite3
from typing import Any

from console.areas.errors.store.traits import storable

MAX_GROUPS_AT_ONCE = 20_000
NOTE_LENGTH = 2_000


def person(args: dict[str, Any]) -> str:
    """Return who asks. Raises ValueError."""
    return storable(text(args, "who"))


def text(args: dict[str, Any], key: str, length: int = NOTE_LENGTH) -> str:
    """Return a text that SQLite takes, "" when it is not given. Raises ValueError."""
    value = args.get(key, "")
    if not isinstance(value, str):
        raise ValueError(f'"{key}" must be text')
    return value[:length].encode("utf-8", "replace").decode("utf-8")


def group_id(args: dict[str, Any], key: str) -> int:
    """Return the id of a group. Raises ValueError."""
    return _id(args.get(key), key)


def group_ids(args: dict[str, Any]) -> list[int]:
    """Return the ids of one group or more, each once. Raises ValueError."""
    given = args.get("groups")
    if not isinstance(given, list) or not given or len(given) > MAX_GROUPS_AT_ONCE:
        raise ValueError(f'"groups" must be a list of 1 to {MAX_GROUPS_AT_ONCE:,} group ids')
    return list(dict.fromkeys(_id(one, "groups") for one in given))


def _id(value: Any, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise ValueError(f'"{key}" wants the id of a group, a whole number')
    return value


def shown_group(connection: sqlite3.Connection, wanted: int) -> int:
    """Return the id of the group that a group's events are shown in. Raises LookupError when there is none."""
    row = connection.execute("SELECT coalesce(merged_into, id) FROM errors_group WHERE id = ?", (wanted,)).fetchone()
    if row is None:
        raise LookupError(f"there is no error group {wanted}")
    return int(row[0])
