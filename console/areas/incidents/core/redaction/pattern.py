"""One pattern of a profile: what a secret looks like wherever it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.areas.incidents.core.redaction.bounded_regex import find_all
from console.areas.incidents.core.redaction.cuts import is_mask
from console.areas.incidents.core.redaction.luhn import is_card

_CARDISH = re.compile(r"[2-6]\d{3}[ -]?\d{4,6}[ -]?\d{4}")
"""Without a look behind it, so that the search is a fast one; most texts hold numbers, few so long ones."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """`group` is the part to mask; `hints` are texts in lower case of which one must stand near, else it is not run."""

    name: str
    regex: re.Pattern[str]
    group: int | str
    hints: tuple[str, ...]
    is_card: bool
    example: str

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield where a text matches, without what is masked already."""
        for found in find_all(self.regex, text):
            start, end = found.span(self.group)
            value = text[start:end]
            if start < end and not is_mask(value) and (not self.is_card or is_card(value)):
                yield start, end

    def may_match(self, text: str) -> bool:
        """Tell whether the pattern matches anywhere; cheap for cards where there are none."""
        if self.is_card and not _CARDISH.search(text):
            return False
        return any(True for _ in self.spans(text))
