"""The last look through the finished members of a bundle: known values in all forms, and the patterns again."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from ahocorasick_rs import BytesAhoCorasick

from console.areas.incidents.core.redaction.cuts import mask_spans, touches
from console.areas.incidents.core.redaction.masked import Masked
from console.areas.incidents.core.redaction.needles import Needles
from console.areas.incidents.core.redaction.pattern import Pattern
from console.areas.incidents.core.redaction.profile import Profile
from console.areas.incidents.core.redaction.urls import find_userinfo

MOST_HITS = 100
_WINDOW = 1 << 20
_OVERLAP = 16 * 1024
"""Of two windows of one line: longer than any value that is kept in any form, and than most that patterns find."""
_NEWLINE = re.compile(rb"\n")
_URL = "://"


class Hit(NamedTuple):
    """Something that must not leave: the member, the byte and the line (from 1) where it begins, the rule, the form."""

    member: str
    offset: int
    line: int
    rule: str
    form: str


class FinalSearch:
    """Fed with the members in chunks of any size, one member after the other.

    `needles` are those of `masked`, where they are made already.
    """

    def __init__(self, masked: Masked, profile: Profile, needles: Needles | None = None, *, most: int = MOST_HITS) -> None:
        self._most = most
        self._masked = masked
        self._needles = needles if needles is not None else Needles(masked)
        self._always = tuple(pattern for pattern in profile.patterns if not pattern.hints)
        hints: dict[str, list[Pattern]] = {_URL: []}
        for pattern in profile.patterns:
            for hint in pattern.hints:
                hints.setdefault(hint, []).append(pattern)
        self._hinted = list(hints.values())
        self._search = BytesAhoCorasick([hint.encode() for hint in hints])
        self._hits: dict[Hit, None] = {}
        self._member = ""
        self._held = b""
        self._offset = 0
        self._line = 1

    def feed(self, member: str, chunk: bytes) -> None:
        """Look through the next bytes of a member; bytes are held until their line ends."""
        if member != self._member:
            self._finish()
            self._member = member
        self._held += chunk
        if len(self._held) < _WINDOW:
            return
        end = self._held.rfind(b"\n") + 1
        if end:
            self._look(self._held[:end])
            self._drop(end)
        else:  # one very long line: looked at in windows that overlap
            self._look(self._held)
            self._drop(len(self._held) - _OVERLAP)

    def hits(self) -> list[Hit]:
        """Return what was found, at most `most`; ends the member that was fed last."""
        self._finish()
        return list(self._hits)[: self._most]

    def _finish(self) -> None:
        if self._held:
            self._look(self._held)
        self._held, self._offset, self._line = b"", 0, 1

    def _drop(self, count: int) -> None:
        self._line += self._held.count(b"\n", 0, count)
        self._offset += count
        self._held = self._held[count:]

    def _look(self, window: bytes) -> None:
        if len(self._hits) >= self._most:
            return
        places = [*self._known(window), *self._patterns(window)]
        if not places:
            return
        newlines = [found.start() for found in _NEWLINE.finditer(window)]
        for place, rule, form in places:
            line = self._line + bisect_left(newlines, place)
            self._hits[Hit(self._member, self._offset + place, line, rule, form)] = None

    def _known(self, window: bytes) -> Iterator[tuple[int, str, str]]:
        for found in self._needles.find(window):
            yield found.start, "known", found.form

    def _patterns(self, window: bytes) -> Iterator[tuple[int, str, str]]:
        """Run each pattern on the lines in which one of its hints stands; those without hints on all."""
        lines: dict[int, list[Pattern]] = {}
        start = end = -1
        for index, place, _ in self._search.find_matches_as_indexes(window.lower(), overlapping=True):
            if not start <= place < end:
                start = window.rfind(b"\n", 0, place) + 1
                end = window.find(b"\n", place) + 1 or len(window)
            patterns = lines.setdefault(start, [])
            patterns += [pattern for pattern in self._hinted[index] if pattern not in patterns]
        for start, patterns in lines.items():
            end = window.find(b"\n", start) + 1 or len(window)
            text = window[start:end].decode("utf-8", "replace")
            for pattern in patterns:
                yield from self._spans(pattern.name, pattern.spans(text), text, start)
            if _URL in text:
                yield from self._spans("userinfo", find_userinfo(text), text, start)
        text = window.decode("utf-8", "replace") if self._always else ""
        for pattern in self._always:
            if pattern.may_match(text):
                yield from self._spans(pattern.name, pattern.spans(text), text, 0)

    def _spans(self, rule: str, spans: Iterator[tuple[int, int]], text: str, place: int) -> Iterator[tuple[int, str, str]]:
        masks = mask_spans(text)
        for first, last in spans:
            if touches(masks, first, last):
                continue  # it only reads so because of what was masked beside it
            if not self._masked.allows(text[first:last]):
                yield place + len(text[:first].encode("utf-8", "replace")), rule, "pattern"
