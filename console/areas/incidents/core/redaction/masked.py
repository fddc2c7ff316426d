"""The values that were masked, kept to be looked for once more in what leaves."""

import re
from hashlib import blake2b
from typing import NamedTuple
from zlib import crc32

from console.areas.incidents.core.redaction.cuts import parts_between_masks

MOST_VALUES = 200_000
MOST_HASHES = 1_000_000
SHORTEST = 6
LONGEST_KEPT = 96
"""Of a longer value its middle stands for the whole."""

_DULL = re.compile(r"\W?[^\W\d_]{1,19}\W?|\d{1,7}|[\d.eE+-]*\.[\d.eE+-]*|[\W_]*")
_TOKEN = re.compile(r"[\w-]{6,}")


class Known(NamedTuple):
    """A value that was masked: what replaces it, and whether it is the whole value (or the middle of a long one)."""

    replacement: str
    whole: bool


def is_telling(value: str) -> bool:
    """Tell whether a value elsewhere is surely the same secret: at least 6 characters, no plain word, no short number.

    A password "expired" cannot be told from the word: it is masked where its field says so, and nowhere else.
    """
    return len(value) >= SHORTEST and _DULL.fullmatch(value) is None


class Masked:
    """Values by text, at most 200,000; of those beyond only 64-bit hashes of their words are kept."""

    def __init__(self) -> None:
        self.values: dict[str, Known] = {}
        self.hashes: set[int] = set()
        self.allowed: set[int] = set()
        """Hashes of values that the profile allows where they stand, so that the final search does not refuse them."""
        self.too_many = 0
        """Values of which nothing could be kept."""

    def add(self, value: str, replacement: str) -> None:
        """Remember a value; one that is too short or a plain word is not."""
        parts = parts_between_masks(value) if "masked" in value else ()
        for part in parts:
            self.add(part, replacement)
        if parts:
            return
        if value in self.values or not is_telling(value):
            return
        if len(self.values) < MOST_VALUES:
            middle = (len(value) - LONGEST_KEPT) // 2
            kept = value[middle : middle + LONGEST_KEPT] if middle > 0 else value
            self.values[kept] = Known(replacement, kept == value)
        elif len(self.hashes) < MOST_HASHES:
            self.hashes.update(word_hash(word) for word in _TOKEN.findall(value))
        else:
            self.too_many += 1

    def allow(self, value: str) -> None:
        """Remember that this value may stand where it stands."""
        if len(self.allowed) < MOST_HASHES:
            self.allowed.add(word_hash(value))

    def merge(self, other: "Masked") -> None:
        """Take over what another process masked."""
        for value, known in other.values.items():
            if value in self.values or len(self.values) < MOST_VALUES:
                self.values.setdefault(value, known)
            elif len(self.hashes) < MOST_HASHES:
                self.hashes.update(word_hash(word) for word in _TOKEN.findall(value))
            else:
                self.too_many += 1
        self.hashes |= other.hashes
        self.allowed |= other.allowed
        self.too_many += other.too_many


def word_hash(word: str) -> int:
    """Return 64 bits, the same in every process; the upper half is a CRC, so that most words are told apart cheaply."""
    raw = word.encode("utf-8", "surrogatepass")
    return crc32(raw) << 32 | int.from_bytes(blake2b(raw, digest_size=4).digest(), "big")
