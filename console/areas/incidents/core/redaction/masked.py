"""The values that were masked, kept to be looked for once more in what leaves."""

import re
from array import array
from bisect import bisect_left
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from console.areas.incidents.core.redaction.cuts import mask, parts_between_masks
from console.areas.incidents.core.redaction.looks import looks_secret

SHORTEST = 6
SHORTEST_MIXED = 4
LONGEST_KEPT = 96
"""Of a longer value its middle stands for the whole."""
MOST_ALLOWED = 4_000_000
"""32 MB. Where a profile allows more than that, the final search refuses the rest."""

_DULL = re.compile(r"\W?[^\W\d_]{1,19}\W?|\d{1,7}|[\d.eE+-]*\.[\d.eE+-]*|[\W_]*")
_MIXED = re.compile(r"(?=.*[^\W\d_])(?=.*\d)[^\s\"'\\]+")
_WRITTEN = re.compile(r"\W?(?:[^\W\d_][a-z]*|[A-Z]+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*[A-Z]*)\W?")
"""As words and names in code are: expired, Expired, EXPIRED, accessToken, AccessToken, userID."""

_PARTS = re.compile(r"[\s;,=&:@/?#\"'<>()\[\]{}|]+|%[0-9A-Fa-f]{2}")
_LONGEST_SPLIT = 16_384


class Known(NamedTuple):
    """A value that was masked: what replaces it, and whether it is the whole value (or the middle of a long one)."""

    replacement: str
    whole: bool


def is_telling(value: str) -> bool:
    """Tell whether a value elsewhere is surely the same secret.

    At least 6 characters, which are no plain word of up to 19 letters (`expired`, `accessToken`) and no number of up to 7
    digits or with a point; or 4 or 5 of which some are letters and some digits (`p4ss`). A password `expired` cannot be told
    from the word: it is masked where its field says so, and nowhere else; `kJHgfdS` can.
    """
    if len(value) < SHORTEST:
        return len(value) >= SHORTEST_MIXED and _MIXED.fullmatch(value) is not None and _DULL.fullmatch(value) is None
    return _DULL.fullmatch(value) is None or (value.isascii() and value.isalpha() and _WRITTEN.fullmatch(value) is None)


class Masked:
    """Values by text, and hashes of those that the profile allows. Who masks much takes them away from time to time."""

    def __init__(self, values: dict[str, Known] | None = None, allowed: "array[int] | None" = None) -> None:
        self.values: dict[str, Known] = {} if values is None else values
        self.allowed: set[int] = set()
        """Hashes of values that the profile allows where they stand, so that the final search does not refuse them."""
        self._all_allowed = array("Q") if allowed is None else allowed

    def add(self, value: str, replacement: str) -> None:
        """Remember a value, unless it is too short or a plain word; what looks like a secret in it is one by itself."""
        parts = parts_between_masks(value) if "masked" in value else ()
        for part in parts:
            self.add(part, replacement)
        if parts or value in self.values or not is_telling(value):
            return
        for part in _PARTS.split(value[:_LONGEST_SPLIT]):
            if len(part) < len(value) and looks_secret(part):
                self.values.setdefault(part[:LONGEST_KEPT], Known(mask("known"), len(part) <= LONGEST_KEPT))
        middle = (len(value) - LONGEST_KEPT) // 2
        kept = value[middle : middle + LONGEST_KEPT] if middle > 0 else value
        self.values.setdefault(kept, Known(replacement, kept == value))

    def allow(self, value: str) -> None:
        """Remember that this value may stand where it stands."""
        self.allowed.add(word_hash(value))

    def allows(self, value: str) -> bool:
        """Tell whether the profile allowed this value somewhere."""
        wanted = word_hash(value)
        at = bisect_left(self._all_allowed, wanted)
        return wanted in self.allowed or self._all_allowed[at : at + 1] == array("Q", (wanted,))

    def merge(self, other: "Masked") -> None:
        """Take over what another process masked."""
        for value, known in other.values.items():
            self.values.setdefault(value, known)
        self.allowed |= other.allowed

    def taken(self) -> "Masked":
        """Return what is here, and begin anew."""
        taken = Masked(self.values)
        taken.allowed = self.allowed
        self.values, self.allowed = {}, set()
        return taken


def word_hash(word: str) -> int:
    """Return 64 bits, the same in every process."""
    raw = word.encode("utf-8", "surrogatepass")
    return crc32(raw) << 32 | int.from_bytes(blake2b(raw, digest_size=4).digest(), "big")
