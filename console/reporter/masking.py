"""Takes secrets out of events before they enter the ring.

A cheap look at the encoded text (`may_hold_secret`) decides whether an event is walked at all, for most hold nothing
that looks like a secret.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from console.reporter.secret_keys import MASK, holds_secret, is_secret_key

_LONGEST_CACHED_KEY = 64
_SHORTEST_HINT = 3
_MAX_NESTING = 6  # how often text may hold JSON that holds text that holds JSON
_HINTS = (
    "token",
    "passw",
    "secret",
    "cookie",
    "authori",
    "bearer",
    "basic",
    "eyj",
    "pwd",
    "passphrase",
    "credential",
)
_KEY_HINT = re.compile(r"(?:api|access|private|secret|signing|encryption|shared)[-_ .]?key")
_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def may_hold_secret(text: str) -> bool:
    """Say whether a text is worth a closer look. It may err only by saying yes."""
    if len(text) < _SHORTEST_HINT:
        return False
    lowered = text.lower()
    for hint in _HINTS:
        if hint in lowered:
            return True
    if "key" in lowered and _KEY_HINT.search(lowered):
        return True
    if "://" in lowered and "@" in lowered:
        return True
    # A name may be spelt in escapes: "\u0074oken" inside JSON inside a string, or ?%74oken= in a URL.
    return "\\u00" in lowered or ("%" in lowered and "=" in unquote(lowered))


def mask_plain_text(text: str) -> str:
    """As `masking_text.mask_plain_text`, whose many patterns are compiled when the first text needs them."""
    from console.reporter import masking_text

    return masking_text.mask_plain_text(text)


def unquote(text: str) -> str:
    """Decode %-escapes; `urllib.parse` is loaded only when there are some, for it is slow to import."""
    from urllib.parse import unquote as decode

    return decode(text)


def mask_value(value: Any, nesting: int = 0) -> Any:
    """Return a copy of a plain JSON value in which every secret is replaced by "[masked]"."""
    if isinstance(value, str):
        return mask_text(value, nesting)
    if isinstance(value, dict):
        return _mask_object(value, nesting)
    if isinstance(value, list):
        if value and all(_is_pair(item) for item in value):
            return [_mask_pair(item, nesting) for item in value]
        return [mask_value(item, nesting) for item in value]
    return value


def _mask_object(value: dict[str, Any], nesting: int) -> dict[str, Any]:
    masked: dict[str, Any] = {}
    for key, item in value.items():
        clean_key, secret = _look_at_key(key) if len(key) <= _LONGEST_CACHED_KEY else (mask_text(key), True)
        while clean_key != key and clean_key in masked:
            clean_key += "'"  # two keys that differ only in what was masked must both stay
        if secret and holds_secret(key, item):
            masked[clean_key] = MASK
        elif isinstance(item, str):
            masked[clean_key] = mask_text(item, nesting)
        else:
            masked[clean_key] = mask_value(item, nesting) if isinstance(item, dict | list) else item
    name = (
        value.get("name", value.get("key")) if "value" in value else None
    )  # {"name": "Cookie", "value": "…"}, as HAR files write headers
    if isinstance(name, str) and holds_secret(name, value["value"]):
        masked["value"] = MASK
    return masked


@lru_cache(maxsize=4096)
def _look_at_key(key: str) -> tuple[str, bool]:
    return mask_text(key), is_secret_key(key)


def _is_pair(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 2 and isinstance(item[0], str)


def _mask_pair(item: list[Any], nesting: int) -> list[Any]:
    masked = MASK if holds_secret(item[0], item[1]) else mask_value(item[1], nesting)
    return [mask_text(item[0], nesting), masked]


def mask_text(text: str, nesting: int = 0) -> str:
    """Return a text without the secrets in it: inside JSON, URLs, header lines, credentials, `name=value`."""
    if nesting > _MAX_NESTING or not may_hold_secret(text):
        return mask_plain_text(text) if nesting > _MAX_NESTING else text
    masked = _mask_json_text(text, nesting)
    if masked == text:  # also where JSON holds nothing: a repeated key hides its first value from the parser
        masked = mask_plain_text(text)
    if "%" in masked:
        decoded = unquote(masked)
        if decoded != masked:
            clean = mask_text(decoded, nesting + 1)
            if clean != decoded:
                return clean
    return masked


def _mask_json_text(text: str, nesting: int) -> str:
    if not text.lstrip()[:1].startswith(("{", "[", '"')):
        return text
    try:
        value = json.loads(text)
        masked = mask_value(value, nesting + 1)
        return text if masked == value else _compact(masked)
    except (ValueError, RecursionError):  # not JSON, or too deep: the rules for plain text still apply
        return text


def names_secret(text: str) -> bool:
    """Say whether any word of a text (an SQL statement, a list of columns) is the name of a secret."""
    return any(is_secret_key(word) for word in re.findall(r"[A-Za-z_][\w-]*", text))
