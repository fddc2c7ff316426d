"""Where a value that was masked stands elsewhere in a text."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from console.areas.incidents.core.redaction.cuts import is_within, mask_spans, touches

SURE_LENGTH = 16
"""A value so long is found inside longer words too; a shorter one must stand apart (user_4 is not in user_42)."""
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)

_LETTERS = tuple("bfnrtu/")
_LINE_ESCAPES = ("\\n", "\\r", "\\t", "\\b", "\\f")
_HEX_ESCAPE = re.compile(r"u[0-9a-fA-F]{4}")
_BLANKS = " \t\r\n"
_OPENINGS = ("{", "[")
_JSON_OPENINGS = ("{", "[", '"')
_IN_NUMBER = frozenset("0123456789.+-eE")
_ENDS = (",", "]", "}")


def find_value(text: str, value: str) -> Iterator[tuple[int, int]]:
    """Yield where a value stands in a text, as it is or as JSON escapes it; not inside replacements."""
    for form in _forms(value)[: 1 if text[:1] in _JSON_OPENINGS else 2]:
        start = text.find(form)
        masks: list[tuple[int, int]] | None = None
        while start >= 0:
            end = start + len(form)
            if masks is None:
                masks = mask_spans(text)
            if not touches(masks, start, end) and not is_within(masks, start, end) and stands_apart(text, start, end):
                start, end = aligned(text, start, end)
                yield start, end
                start = text.find(form, end)
            else:
                start = text.find(form, start + 1)


@lru_cache(maxsize=1024)
def _forms(value: str) -> tuple[str, ...]:
    escaped = json.dumps(value, ensure_ascii=False)[1:-1]
    return (value,) if escaped == value else (escaped, value)


def aligned(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span so that it cuts no escape in two, also none of JSON inside JSON: an n may end one."""
    return _border(text, start)[0], _border(text, end)[1]


def _border(text: str, place: int) -> tuple[int, int]:
    """Return where the escape around a place begins and ends; the place itself when there is none."""
    slash = text.rfind("\\", max(0, place - 5), place)
    if slash < 0:
        return place, place
    first = slash
    while first > 0 and text[first - 1] == "\\":
        first -= 1
    last = slash + 1
    while text[last : last + 1] == "\\":
        last += 1
    if _HEX_ESCAPE.match(text, last):
        last += 5
    elif (last - first) % 2 or text[last : last + 1] in _LETTERS:
        last += 1
    return (first, min(last, len(text))) if first < place < last else (place, place)


def stands_apart(text: str, start: int, end: int) -> bool:
    """Tell whether a span is no part of a longer word, or long enough for that not to matter."""
    if end - start >= SURE_LENGTH:
        return True
    before = "" if text[max(0, start - 2) : start] in _LINE_ESCAPES else text[start - 1 : start]
    after = text[end : end + 1]
    return not (_is_word(before) and _is_word(text[start])) and not (_is_word(after) and _is_word(text[end - 1]))


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def bare_number(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of the number of a JSON text that a span is (a part of), so that what replaces it needs quotes."""
    if not _IN_NUMBER.issuperset(text[start:end]):
        return None
    while start > 0 and text[start - 1] in _IN_NUMBER:
        start -= 1
    while end < len(text) and text[end] in _IN_NUMBER:
        end += 1
    before, after = start - 1, end
    while before >= 0 and text[before] in _BLANKS:
        before -= 1
    while after < len(text) and text[after] in _BLANKS:
        after += 1
    if before < 0 and after == len(text):
        return start, end
    if text[:1] not in _OPENINGS or text[before] not in ":,[" or text[after : after + 1] not in _ENDS:
        return None
    return (start, end) if _is_outside_strings(text, start) else None


def _is_outside_strings(text: str, place: int) -> bool:
    for found in _STRING.finditer(text):
        if found.start() >= place:
            return True
        if found.end() > place:
            return False
    return True
