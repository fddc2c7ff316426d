"""JSON values and texts as columns."""

import json
from typing import Any

import msgspec

MAX_TEXT = 2_000
BRIEF = 200
"""Characters of what was expected and what came, in lists."""


def pack(value: Any) -> str:
    """Return a JSON value as text; a lone surrogate becomes an escape, which SQLite takes. Raises ValueError."""
    try:
        return json.dumps(value, separators=(",", ":"))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"this cannot be kept as JSON: {error}") from None


def unpack(text: str) -> Any:
    """Return what `pack` wrote."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, ValueError):  # escaped surrogates and numbers beyond a double: JSON's own reader takes them
        return json.loads(text)


def storable(text: str) -> str:
    """Return a text that SQLite takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def brief(text: str, length: int = BRIEF) -> str:
    """Return the beginning of a text, as one that SQLite takes."""
    return storable(text if len(text) <= length else f"{text[: length - 1]}…")
