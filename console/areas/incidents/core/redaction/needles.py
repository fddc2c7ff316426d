"""Looks for many values in all their forms at once (Aho–Corasick over their middles, then compared in full)."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from zlib import crc32

from ahocorasick_rs import BytesAhoCorasick

from console.areas.incidents.core.redaction.forms import forms
from console.areas.incidents.core.redaction.masked import Known, Masked, word_hash
from console.areas.incidents.core.redaction.occurrences import SURE_LENGTH

MOST_NEEDLES = 120_000
"""About 60 MB. Values beyond are looked for as whole words only."""
_LONGEST_NEEDLE = 16
_WORD = re.compile(rb"[\w-]{6,}")
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | frozenset(range(128, 256))

_PERCENTS = re.compile(rb"(?:%[0-9a-fA-F]{2}){6,}")
_ESCAPES = re.compile(rb"(?:\\\\*u00[0-9a-fA-F]{2}){6,}")


class Found(NamedTuple):
    """A value found: where, in which form, the value ("" when only its hash is known)."""

    start: int
    end: int
    form: str
    value: str


class Needles:
    """The values of a bundle, ready to be looked for."""

    def __init__(self, masked: Masked, most: int = MOST_NEEDLES) -> None:
        self.known: dict[str, Known] = masked.values
        owners: dict[bytes, list[str]] = {}
        self._words: dict[bytes, str] = {}
        for value in masked.values:
            if len(owners) < most:
                for _, data in forms(value):
                    held = owners.setdefault(_middle(data), [])
                    if value not in held[-1:]:
                        held.append(value)
            else:
                for word in _WORD.findall(value.encode("utf-8", "surrogatepass")):
                    if not word.isalpha():
                        self._words[word] = value
        self._owners = list(owners.values())
        self._search = BytesAhoCorasick(list(owners)) if owners else None
        self._hashes = masked.hashes
        self._checksums = {value >> 32 for value in masked.hashes}
        self.is_empty = not (owners or self._words or self._hashes)

    def find(self, data: bytes) -> list[Found]:
        """Return what stands in some bytes, in order; a value found twice at one place stands once."""
        found: set[Found] = set()
        if self._search is not None:
            for index, start, end in self._search.find_matches_as_indexes(data, overlapping=True):
                for value in self._owners[index]:
                    found.update(_whole(data, start, end, value))
        if self._words or self._checksums:
            found.update(self._find_words(data))
        for sign, runs, decode in _ESCAPED:
            for run in runs.finditer(data) if sign in data else ():
                found.update(Found(*run.span(), "escaped", inner.value) for inner in self.find(decode(run[0])))
        return sorted(found)

    def _find_words(self, data: bytes) -> Iterator[Found]:
        for match in _WORD.finditer(data):
            word = match[0]
            if word in self._words:
                yield Found(*match.span(), "raw", self._words[word])
            elif crc32(word) in self._checksums and word_hash(word.decode("utf-8", "replace")) in self._hashes:
                yield Found(*match.span(), "raw", "")


def _middle(data: bytes) -> bytes:
    start = max(0, (len(data) - _LONGEST_NEEDLE) // 2)
    return data[start : start + _LONGEST_NEEDLE]


def _whole(data: bytes, start: int, end: int, value: str) -> Iterator[Found]:
    """Yield the forms of a value that stand in full around a needle that was found."""
    needle = data[start:end]
    for form, wanted in forms(value):
        if _middle(wanted) != needle:
            continue
        first = start - max(0, (len(wanted) - _LONGEST_NEEDLE) // 2)
        last = first + len(wanted)
        if first < 0 or data[first:last] != wanted:
            continue
        if form == "raw" and b'"' in wanted and _in_json(data, first):
            continue  # in JSON it stands escaped; so it only seems to, across the border of a string
        if form in ("base64", "hex") or len(value) >= SURE_LENGTH or _stands_apart(data, first, last):
            yield Found(first, last, form, value)


def _in_json(data: bytes, place: int) -> bool:
    line = data.rfind(b"\n", 0, place) + 1
    return data[line : line + 1] in (b"{", b"[", b'"')


def _stands_apart(data: bytes, start: int, end: int) -> bool:
    joins_before = start > 0 and data[start - 1] in _WORD_BYTES and data[start] in _WORD_BYTES
    if joins_before and data[start - 1] in b"nrtbf" and data[start - 2 : start - 1] == b"\\":
        joins_before = False  # \n before it: an escape, no letter
    return not joins_before and not (end < len(data) and data[end] in _WORD_BYTES and data[end - 1] in _WORD_BYTES)


def _from_percents(run: bytes) -> bytes:
    return bytes.fromhex(run.replace(b"%", b"").decode())


def _from_escapes(run: bytes) -> bytes:
    """Return what `\\u0041…` says; its letters are Latin-1 at most, as UTF-8."""
    return bytes.fromhex(run.replace(b"\\", b"").replace(b"u00", b"").decode()).decode("latin-1").encode()


_ESCAPED = ((b"%", _PERCENTS, _from_percents), (b"\\u00", _ESCAPES, _from_escapes))
