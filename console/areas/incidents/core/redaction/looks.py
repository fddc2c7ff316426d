"""Whether a value looks like a secret, where only perhaps one stands: under `key`, `code`, `state`, in the path of a URL."""

import re
from functools import lru_cache

SHORTEST = 12
LONGEST = 4_096

_CHUNK = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_WORD = re.compile(r"(?!.*[^aeiouy]{5})(?!(?:.*[jqxz]){2})[^aeiouy]{0,3}[aeiouy].*")
"""A run of letters that one could speak: a vowel soon, never five consonants in a row, one j, q, x or z at most."""
_SHORTEST_WORD = 3
_PARTS = re.compile(r"[A-Za-z0-9]+")
_LONGEST_PART = 8
_GROUPS = 3
_SHORTEST_GROUP = 4
_LETTERS_ONLY = 16
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ULID = re.compile(r"(?<![0-9A-Za-z])0[0-7][0-9A-HJKMNP-TV-Z]{24}(?![0-9A-Za-z])")
_DATE = re.compile(r"\d{4}-?\d\d-?\d\d(?:[T_]?\d\d:?\d\d(?::?\d\d)?(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)?")
_VERSION = re.compile(r"[vV^~=]{0,2}\d{1,5}(?:\.\d{1,9}){1,3}(?:[-+.][\w.+-]{0,60})?")
_PATH = re.compile(
    r"(?:[A-Za-z]:|\.{1,2}|~)?[\\/].*|.*://.*|[^@]{1,200}@[^@]{1,200}\.\w{2,24}|(?:[\w.@-]{1,100}/){1,20}[\w.@-]{1,100}\.\w{1,5}"
)
_HASH = re.compile(r"(?:sha\d{1,3}|md5|blake\w{1,3}|crc32|xxh\d{0,3})[-:=].*|W/\".*", re.IGNORECASE)
_COLONS = re.compile(r"(?:[0-9A-Fa-f]{0,4}:){2,}[0-9A-Fa-f.]{0,15}")


@lru_cache(maxsize=8_192)
def looks_secret(text: str) -> bool:
    """Tell whether a text looks like a token, a key or a code that a machine made up.

    It has 12 to 4,096 characters, none of them a blank, with digits among letters (or, from 16 letters on, capitals amid
    them), and is no word and no name made of words: what can be spoken is less than three fifths of it (two where it has no
    digit). It is no URL, path, e-mail, date, version, address, number or named hash (`sha256:…`), and what is left of it
    without UUIDs, ULIDs and dates is still long enough: these are ids, which stay so that they correlate. Its longest part
    has at least 8 letters and digits, or it has three or more parts of one length from 4 on (`A1B2-C3D4-E5F6`).
    """
    if not SHORTEST <= len(text) <= LONGEST or not text.isprintable() or " " in text:
        return False
    if _PATH.fullmatch(text) or _HASH.fullmatch(text) or _VERSION.fullmatch(text) or _COLONS.fullmatch(text):
        return False
    has_digit = any(char.isdigit() for char in text)
    rest = _DATE.sub("", _ULID.sub("", _UUID.sub("", text))) if has_digit else text
    if len(rest) < SHORTEST:
        return False
    parts = _PARTS.findall(rest)
    if not parts or not _are_long(parts):
        return False
    letters = "".join(parts)
    if letters.isdigit() or (letters.isalpha() and (len(letters) < _LETTERS_ONLY or letters.islower() or letters.isupper())):
        return False
    return _spoken(parts) * 5 < len(letters) * (2 if letters.isalpha() else 3)


def _are_long(parts: list[str]) -> bool:
    sizes = {len(part) for part in parts}
    return max(sizes) >= _LONGEST_PART or (len(sizes) == 1 and len(parts) >= _GROUPS and min(sizes) >= _SHORTEST_GROUP)


def _spoken(parts: list[str]) -> int:
    """Return how many characters belong to runs of letters that could be words."""
    chunks = [chunk for part in parts for chunk in _CHUNK.findall(part)]
    return sum(len(chunk) for chunk in chunks if len(chunk) >= _SHORTEST_WORD and _WORD.fullmatch(chunk.lower()))


_SEGMENT = re.compile(r"[^/?&=#;:,\s]+")


def hides_secret(text: str) -> bool:
    """Tell whether a text looks like a secret, or is a URL with a part behind the host that does."""
    if looks_secret(text):
        return True
    _, sign, rest = text[:LONGEST].partition("://")
    return bool(sign) and any(looks_secret(part) for part in _SEGMENT.findall(rest.partition("/")[2]))
