"""One pattern of a profile: what a secret looks like wherever it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.areas.incidents.core.redaction.bounded_regex import find_all
from console.areas.incidents.core.redaction.cuts import is_mask
from console.areas.incidents.core.redaction.iban import iban_end
from console.areas.incidents.core.redaction.luhn import is_card

_LIKE = {
    "luhn": re.compile(r"[2-6]\d{3}[ .-]?\d{4,6}[ .-]?\d{4}"),
    "mod97": re.compile(r"[A-Z][A-Z]\d\d ?[A-Z0-9]{4} ?[A-Z0-9]{3}"),
}
"""By check. Without a look behind them, so that the search is a fast one; most texts hold numbers, few so long ones."""
_BEFORE, _BEHIND = 8, 128
"""Characters around what looks like a number that its match and a look behind it may reach."""
CHECKS = tuple(_LIKE)
_NOT_BARE = re.compile(r"[\s\"@]|\\[sSWD]|\[\^|\.\*")
_ESCAPES = re.compile(r"\\+[bfnrt]")


@dataclass(frozen=True, slots=True)
class Pattern:
    """`group` is the part to mask; `hints` are texts in lower case of which one must stand near, else it is not run.

    `check`: what the digits of a match have to fulfil, "" for nothing.
    """

    name: str
    regex: re.Pattern[str]
    group: int | str
    hints: tuple[str, ...]
    check: str
    example: str

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a text matches, without what is masked already."""
        for found in self._found(text):
            start, end = found.span(self.group)
            value = text[start:end]
            if self.check:
                end = start + self._checked(value)
            if start < end and not is_mask(value):
                yield start, end

    def _found(self, text: str) -> Iterator[re.Match[str]]:
        """Yield the matches; of numbers only near what looks like one, for their pattern is slow to try everywhere."""
        if not self.check:
            yield from find_all(self.regex, text)
            return
        done = 0
        for like in _LIKE[self.check].finditer(text):
            stop = like.end() + _BEHIND
            for found in self.regex.finditer(text, max(done, like.start() - _BEFORE), stop):
                if found.end() >= stop:
                    break  # it may go on: the next that looks like one is it
                yield found
                done = found.end()

    def _checked(self, value: str) -> int:
        """Return how much of a value passes the check."""
        if self.check == "mod97":
            return iban_end(value)
        return len(value) if is_card(value) else 0

    @property
    def is_bare(self) -> bool:
        """Tell whether what matches is one word, so that JSON writes it as it is."""
        return self.group == 0 and not self.check and _NOT_BARE.search(self.regex.pattern) is None

    def may_match(self, text: str) -> bool:
        """Tell whether the pattern matches anywhere in a text, or in what a JSON text says; cheap for numbers."""
        if self.check and not _LIKE[self.check].search(text):
            return False
        text = _ESCAPES.sub(" ", text).replace("\\/", "/") if "\\" in text else text
        return any(True for _ in self.spans(text))
