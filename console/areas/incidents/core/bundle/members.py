"""The names that members of a bundle may have."""

import re

MANIFEST = "manifest.json"
EVENTS = "events.ndjson"
REPORT = "report.html"
MAX_NAME = 120

_TABLE = re.compile(r"tables/([a-z][a-z0-9_]{0,62})\.ndjson")
_NOTE = re.compile(r"notes/[A-Za-z0-9_][A-Za-z0-9_ .-]{0,80}\.md")
_PICTURE = re.compile(r"pictures/[A-Za-z0-9_][A-Za-z0-9_ .-]{0,80}\.png")


def table_member(table: str) -> str:
    """Return the member that holds a table's rows."""
    return f"tables/{table}.ndjson"


def table_of(member: str) -> str | None:
    """Return the table whose rows a member holds, None when it holds none."""
    found = _TABLE.fullmatch(member)
    return found[1] if found else None


def is_note(member: str) -> bool:
    return _NOTE.fullmatch(member) is not None


def is_picture(member: str) -> bool:
    return _PICTURE.fullmatch(member) is not None


def is_member(name: str) -> bool:
    """Tell whether a bundle may have a member of this name."""
    return name in (MANIFEST, EVENTS, REPORT) or table_of(name) is not None or is_note(name) or is_picture(name)


def bad_name(name: str) -> str | None:
    """Return what is wrong with a member's name, None for a good one."""
    if name.startswith(("/", "\\")) or (len(name) > 1 and name[1] == ":"):
        return "its path is absolute"
    if ".." in name.replace("\\", "/").split("/"):
        return "its path leads out of the bundle"
    if len(name) > MAX_NAME or not is_member(name):
        return "bundles have no such member"
    return None


def named_file(folder: str, title: str, suffix: str, taken: set[str]) -> str:
    """Return a member's name made of a title, unlike those that are taken."""
    stem = re.sub(r"[^A-Za-z0-9_ .-]+", " ", title).strip(" .-")[:60].strip() or "untitled"
    if not re.match(r"[A-Za-z0-9_]", stem):
        stem = f"_{stem}"
    name, number = f"{folder}/{stem}{suffix}", 1
    while name in taken:
        number += 1
        name = f"{folder}/{stem}-{number}{suffix}"
    return name
