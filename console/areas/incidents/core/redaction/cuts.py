"""What redaction takes out of a text: spans with their replacements, and how they are put in."""

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import NamedTuple

_MASK = re.compile(r"\[masked(?::[\w.-]{1,80}){0,2}\]|%5Bmasked(?:%3A[\w.-]{1,80}){0,2}%5D")
_IN_KEY = re.compile(r'[^"\\]{0,200}\\*"[ \t\r\n]*:')


class Cut(NamedTuple):
    """One span to replace: `value` is what stood there (decoded), `rule` says why, `path` where in the whole."""

    start: int
    end: int
    rule: str
    path: str
    replacement: str
    value: str


def mask(rule: str) -> str:
    """Return the replacement that says which rule took the text out."""
    return f"[masked:{rule}]"


def url_mask(rule: str) -> str:
    """Return the same for a place in a URL, where brackets and colons have a meaning."""
    return f"%5Bmasked%3A{rule}%5D"


def is_mask(text: str) -> bool:
    """Tell whether a text is a replacement already, this program's or a reporter's `[masked]`."""
    return len(text) < 200 and _MASK.fullmatch(text) is not None


def without_masks(text: str) -> str:
    """Return a text without the replacements in it."""
    return _MASK.sub("", text)


def parts_between_masks(text: str) -> list[str]:
    """Return what stands between the replacements of a text."""
    parts = _MASK.split(text)
    return parts if len(parts) > 1 else []


def mask_spans(text: str) -> list[tuple[int, int]]:
    """Return where replacements stand in a text."""
    return [found.span() for found in _MASK.finditer(text)] if "masked" in text else []


def touches(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether a span is one of these (which are in order and apart), or begins or ends inside one."""
    at = bisect_right(spans, (start, end))
    if at and (spans[at - 1] == (start, end) or spans[at - 1][0] < start < spans[at - 1][1]):
        return True
    at = bisect_left(spans, (end, end)) - 1
    return at >= 0 and spans[at][0] < end < spans[at][1]


def is_within(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether a span lies inside one of these."""
    at = bisect_right(spans, (start, sys.maxsize)) - 1
    return at >= 0 and spans[at][0] <= start and end <= spans[at][1]


def clear_of_masks(cuts: list[Cut], text: str) -> list[Cut]:
    """Leave out the cuts that begin or end inside a replacement: what stands there is this program's own."""
    spans = mask_spans(text)
    return [cut for cut in cuts if not touches(spans, cut.start, cut.end)] if spans else cuts


def merge(cuts: Iterable[Cut], text: str) -> list[Cut]:
    """Return the cuts in order and apart: those that overlap become one, under the rule of the longest of them."""
    merged: list[Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, -cut.end)):
        if not merged or cut.start >= merged[-1].end:
            merged.append(cut)
        elif cut.end > merged[-1].end:
            last = merged[-1]
            chief = max(last, cut, key=lambda one: one.end - one.start)
            merged[-1] = chief._replace(start=last.start, end=cut.end, value=text[last.start : cut.end])
    return merged


def numbered(cuts: list[Cut], text: str) -> list[Cut]:
    """Number the replacements that stand in keys of JSON, so that two keys that become alike stay two."""
    given: dict[str, int] = {}
    for at, cut in enumerate(cuts):
        if cut.replacement[-1:] != "]" or not _IN_KEY.match(text, cut.end):
            continue
        head = cut.replacement[:-1]
        given[head] = given.get(head, text.count(head)) + 1
        if given[head] > 1:
            cuts[at] = cut._replace(replacement=f"{head}:{given[head]}]")
    return cuts


def apply(text: str, cuts: Iterable[Cut]) -> str:
    """Return the text with each of the (merged) cuts replaced."""
    parts: list[str] = []
    done = 0
    for cut in cuts:
        parts += (text[done : cut.start], cut.replacement)
        done = cut.end
    return "".join(parts) + text[done:] if parts else text
