"""Texts with letters written otherwise: entities of HTML, `\\x70`, `\\u0070`, `=3D`, full-width and invisible ones."""

import re
from bisect import bisect_right
from html import unescape

_UNIT = re.compile(
    r"&(?:#\d{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z]{2,8};)|\\{1,8}x[0-9a-fA-F]{2}|\\{1,8}u(?:[0-9a-fA-F]{4}|\{[0-9a-fA-F]{1,6}\})"
    r"|=(?:[0-9A-F]{2}|\r?\n)|[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\u3000\ufeff\uff01-\uff5e]"
)
_ODD = re.compile(r"[\u00a0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\u3000\ufeff\uff01-\uff5e]")
HINTS = ("&#", "&quot;", "&lt;", "&commat;", "&equals;", "&colon;", "\\x", "\\u", "=3d")
"""Texts in lower case of which one stands in a text with letters written otherwise, if it is in ASCII."""
_INVISIBLE = frozenset(
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)
_FULL_WIDTH = 0xFEE0
_QUOTED_PRINTABLE = "=3D"


def holds_odd(text: str) -> bool:
    """Tell whether a text has characters that only look like plain ones, or cannot be seen."""
    return not text.isascii() and _ODD.search(text) is not None


class Respelled:
    """What a text says in plain letters, and where each letter stands."""

    def __init__(self, text: str) -> None:
        parts: list[str] = []
        self._said, self._written = [0], [0]
        self.end = len(text)
        place = length = 0
        is_printable = _QUOTED_PRINTABLE in text
        for found in _UNIT.finditer(text):
            plain = _plain(found[0], is_printable=is_printable)
            if plain is None:
                continue
            parts += (text[place : found.start()], plain)
            length += found.start() - place
            self._said += (length, length + len(plain))
            self._written += (found.start(), found.end())
            length, place = length + len(plain), found.end()
        self.text = "".join([*parts, text[place:]]) if parts else text

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a span of what is said stands in the text."""
        return self._at(start), max(self._at(start), self._at(end - 1, is_end=True))

    def _at(self, said: int, *, is_end: bool = False) -> int:
        step = bisect_right(self._said, said) - 1
        written = self._written[step]
        inside = said - self._said[step]
        following = self._written[step + 1] if step + 1 < len(self._written) else self.end
        if step % 2:  # a letter written otherwise
            return following if is_end else written
        return written + inside + is_end


def _plain(unit: str, *, is_printable: bool) -> str | None:
    """Return what a unit says, None when it is to stay."""
    sign = unit[0]
    if sign == "&":
        plain = unescape(unit)
        return plain if plain != unit and len(plain) == 1 else None
    if sign == "=":
        if not is_printable:
            return None
        char = chr(int(unit[1:], 16)) if len(unit) == 3 and "\n" not in unit else ""
        return char if not char or char.isprintable() else None
    if sign == "\\":
        code = int(unit.lstrip("\\")[1:].strip("{}"), 16)
        return chr(code) if 32 <= code < 0xD800 else None
    if unit in _INVISIBLE:
        return ""
    return chr(ord(unit) - _FULL_WIDTH) if 0xFF01 <= ord(unit) <= 0xFF5E else " "
