"""Reads the sentences in which services say how a contract was broken."""

import re
from functools import lru_cache
from typing import NamedTuple

TOLD = "told"
"""The keyword of what cannot be read more closely."""
_LONGEST = 400

_MISSING = re.compile(r"(?:missing|absent)(?: required)?(?: \w+)?\s*:?\s*['\"`]?([\w.$\[\]-]+)['\"`]?\s*$", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:parameter|param|field|property|value|key)\s+(?:['\"`](?P<quoted>[^'\"`]{1,200})['\"`]:?|(?P<bare>[\w.$\[\]-]{1,200}):)"
    r"\s+(?P<rest>.+)",
    re.IGNORECASE | re.DOTALL,
)
_AT_PATH = re.compile(
    r"(?P<bare>(?:\$|response|request|body)?[\w.\[\]$-]*[.\[$\]][\w.\[\]$-]*|\$|response|body|\w+(?=: )):?\s+(?P<rest>.+)",
    re.DOTALL,
)
_INDEX = re.compile(r"\[\d+\]")
_VALUE = r"(?:value\s+(?P<actual>\S+)\s+)?"
_BOUND = r"[^\d-]*(?P<expected>(?:-?\d[\d.]*)?)"
_AT_LEAST, _AT_MOST = (rf"at {most}(?= [\d,.]+ characters)" for most in ("least", "most"))
_KEYWORDS = (
    ("required", re.compile(r"\b(?:missing|required)\b", re.IGNORECASE)),
    ("pattern", re.compile(r"\bpattern\b:?\s*(?P<expected>.*)", re.IGNORECASE | re.DOTALL)),
    ("minLength", re.compile(rf"\b(?:shorter than|too short|min(?:imum)?\s?length|{_AT_LEAST})\b{_BOUND}", re.IGNORECASE)),
    ("maxLength", re.compile(rf"\b(?:longer than|too long|max(?:imum)?\s?length|{_AT_MOST})\b{_BOUND}", re.IGNORECASE)),
    ("maxItems", re.compile(r"\bmore items than\b\s*(?P<expected>\d*)", re.IGNORECASE)),
    ("enum", re.compile(r"\b(?:none of|one of|enum|allowed values?)\b:?\s*(?P<expected>.*)", re.IGNORECASE | re.DOTALL)),
    ("type", re.compile(r"\bexpected\s+(?P<expected>[^,]+),\s*got\s+(?P<actual>.+)", re.IGNORECASE | re.DOTALL)),
    ("maximum", re.compile(rf"{_VALUE}\b(?:exceeds|above|maximum|greater than|more than)\b{_BOUND}", re.IGNORECASE)),
    ("minimum", re.compile(rf"{_VALUE}\b(?:below|minimum|less than)\b{_BOUND}", re.IGNORECASE)),
    ("timeout", re.compile(r"(?P<actual>[\d.]+)\s*ms\s*>\s*(?P<expected>[\d.]+)\s*ms")),
)  # fmt: skip


class Deviation(NamedTuple):
    """Where and by which keyword a contract was broken; texts are "" where the sentence does not say."""

    path: str
    keyword: str
    expected: str = ""
    actual: str = ""


@lru_cache(4_096)
def read_deviation(words: str) -> Deviation:
    """Return the place that a sentence names, `$` and "told" where it cannot be read."""
    words = words[:_LONGEST].strip()
    if missing := _MISSING.match(words):
        return Deviation(_path(missing[1]), "required")
    place = _NAMED.match(words) or _AT_PATH.match(words)
    path, rest = "$", words
    if place:
        named = place.groupdict()
        path, rest = _path(named.get("quoted") or named["bare"]), named["rest"]
    for keyword, pattern in _KEYWORDS:
        if found := pattern.search(rest):
            parts = found.groupdict()
            return Deviation(path, keyword, (parts.get("expected") or "").strip(), (parts.get("actual") or "").strip())
    return Deviation(path, TOLD)


def _path(text: str) -> str:
    """Return a path as ours are: below the root without its name, any item of a list as `[]`."""
    for root in ("$", "response"):
        if text == root:
            return "$"
        if text.startswith((f"{root}.", f"{root}[")):
            text = text.removeprefix(root).removeprefix(".")
    return _INDEX.sub("[]", text) or "$"
