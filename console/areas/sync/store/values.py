"""JSON values and texts as columns."""

import base64
import json
from typing import Any

TOO_DEEP = "(nested too deeply to be kept)"


def pack(value: Any) -> str | None:
    """Return a JSON value as text, None for null; a lone surrogate becomes an escape, which SQLite takes.

    Values of CRDT documents that JSON does not have: bytes become base64, what is undefined null. A value that is nested
    too deeply to be written is replaced by words.
    """
    if value is None:
        return None
    try:
        return json.dumps(value, separators=(",", ":"), default=_replacement)
    except RecursionError:
        return json.dumps(TOO_DEEP)


def _replacement(value: Any) -> str | None:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else None


def unpack(text: str | None) -> Any:
    """Return what `pack` wrote."""
    return None if text is None else json.loads(text)


def storable(text: str) -> str:
    """Return a text that SQLite takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def join_lines(texts: tuple[str, ...]) -> str:
    """Return texts as one, a line each."""
    return storable("\n".join(text.replace("\n", " ") for text in texts))


def split_lines(text: str) -> tuple[str, ...]:
    """Return what `join_lines` joined."""
    return tuple(text.split("\n")) if text else ()
