"""Looks for many values in all their forms at once (Aho–Corasick over short pieces of them, then compared in full)."""

import re
from array import array
from functools import lru_cache
from typing import NamedTuple
from zlib import crc32

from ahocorasick_rs import BytesAhoCorasick

from console.areas.incidents.core.redaction.forms import forms
from console.areas.incidents.core.redaction.masked import Known, Masked
from console.areas.incidents.core.redaction.occurrences import SURE_LENGTH

_NEEDLE = 8
"""Bytes of a form that are looked for: 100,000 random values in all forms take 46 MB so, with 16 bytes 71 MB."""
_SLOTS = 1 << 16
_OFTEN = 8
"""A piece that so many forms share (`mple.com`) is no needle: the whole form is one then, or a piece all its own."""
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") | frozenset(range(128, 256))

_PERCENTS = re.compile(rb"(?:%[0-9a-fA-F]{2}){4,}")
_ESCAPES = re.compile(rb"(?:\\\\*u00[0-9a-fA-F]{2}){4,}")


class Found(NamedTuple):
    """A value found: where, in which form, the value."""

    start: int
    end: int
    form: str
    value: str


class Needles:
    """The values of a bundle, or a part of them, ready to be looked for."""

    def __init__(self, masked: Masked) -> None:
        self.known: dict[str, Known] = masked.values
        self._values = tuple(masked.values)
        self._owners, self._forms, self._offsets = array("I"), array("B"), array("H")
        self.is_empty = not self._values
        self._search = BytesAhoCorasick(self._cut_needles()) if self._values else None

    def _cut_needles(self) -> list[bytes]:
        """Return a piece of each form of each value; the arrays say whose they are, and where in the form they begin."""
        needles: list[bytes] = []
        used = bytearray(_SLOTS)
        for owner, value in enumerate(self._values):
            for number, (_, data) in enumerate(forms(value)):
                offset, needle = _piece(data, used)
                needles.append(needle)
                self._owners.append(owner)
                self._forms.append(number)
                self._offsets.append(offset)
        return needles

    def find(self, data: bytes) -> list[Found]:
        """Return what stands in some bytes, in order; a value found twice at one place stands once."""
        if self._search is None:
            return []
        found: set[Found] = set()
        for index, start, _ in self._search.find_matches_as_indexes(data, overlapping=True):
            value = self._values[self._owners[index]]
            form, wanted = _forms_of(value)[self._forms[index]]
            first = start - self._offsets[index]
            if first >= 0 and data.startswith(wanted, first) and _counts(data, first, form, wanted, value):
                found.add(Found(first, first + len(wanted), form, value))
        for sign, runs, decode in _ESCAPED:
            for run in runs.finditer(data) if sign in data else ():
                found.update(Found(*run.span(), "escaped", inner.value) for inner in self.find(decode(run[0])))
        return sorted(found)


@lru_cache(maxsize=1_024)
def _forms_of(value: str) -> tuple[tuple[str, bytes], ...]:
    return tuple(forms(value))


def _piece(data: bytes, used: bytearray) -> tuple[int, bytes]:
    """Return the piece of a form that fewest others share, of those in its middle, at its end and at its start."""
    last = len(data) - _NEEDLE
    if last <= 0:
        return 0, data
    best = _OFTEN, False, 0, 0
    for start in (last // 2, last, 0):
        piece = data[start : start + _NEEDLE]
        slot = crc32(piece) % _SLOTS
        best = min(best, (used[slot], piece.isalpha(), start, slot))
    times, _, start, slot = best
    if times >= _OFTEN:
        return 0, data
    used[slot] += 1
    return start, data[start : start + _NEEDLE]


def _counts(data: bytes, first: int, form: str, wanted: bytes, value: str) -> bool:
    """Tell whether a form that stands somewhere is the value, not a part of something longer."""
    if form == "raw" and b'"' in wanted and _in_json(data, first):
        return False  # in JSON it stands escaped; so it only seems to, across the border of a string
    return form in ("base64", "hex") or len(value) >= SURE_LENGTH or _stands_apart(data, first, first + len(wanted))


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
