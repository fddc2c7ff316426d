"""Which names (of fields, headers, parameters, columns) hold secrets, which hold ids of users."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

from console.areas.incidents.core.redaction.cuts import without_masks
from console.model.secrets import is_secret_key

Holds = Literal["", "secret", "user"]

_NOISE = re.compile(r"[^a-z0-9]+")
_MOST_REMEMBERED = 32_768
_LONGEST_NAME = 128


@lru_cache(maxsize=16_384)
def plain_name(name: str) -> str:
    """Return a name as profiles compare it: without case, `-`, `_` and blanks."""
    return _NOISE.sub("", name[-_LONGEST_NAME:].lower())


class Names:
    """Names sorted by what stands under them: the profile's first, then those known everywhere as secrets."""

    def __init__(self, secret: Iterable[str], allow: Iterable[str], user: Iterable[str]) -> None:
        users = tuple(user)
        self._secret = frozenset(map(plain_name, secret))
        self._allow = frozenset(map(plain_name, allow))
        self._user = frozenset(plain_name(name) for name in users if "." not in name)
        self._pairs = frozenset(
            (plain_name(outer), plain_name(inner)) for outer, _, inner in (name.partition(".") for name in users) if inner
        )
        self._ends = frozenset(inner for _, inner in self._pairs)
        self._outers = frozenset(outer for outer, _ in self._pairs)
        self._known: dict[str, Holds] = {}
        self.dull: set[str] = set()
        """Names seen that hold nothing of interest, as they were written; bounded."""

    def holds(self, name: str, outer: str = "") -> Holds:
        """Say what a value under this name is; `outer` is the name of the object around it (`user.id`)."""
        known = self._known.get(name)
        if known is None:
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[name] = self._look(name)
        if not known and outer and self._ends and (plain_name(outer), plain_name(name)) in self._pairs:
            return "user"
        return known

    def _look(self, name: str) -> Holds:
        decoded = unquote(name) if "%" in name else name
        if "masked" in decoded:
            decoded = without_masks(decoded)  # the name of a rule is no name of a field
        plain = plain_name(decoded)
        if plain in self._allow:
            return ""
        if plain in self._user:
            return "user"
        return "secret" if plain in self._secret or is_secret_key(decoded.rstrip("[]")) else ""

    def matter(self, names: set[str]) -> bool:
        """Tell whether any of the names may hold something, so that a closer look pays."""
        outer = False
        inner = False
        for name in names:
            plain = plain_name(name)
            outer = outer or plain in self._outers
            inner = inner or plain in self._ends
            if self.holds(name.rstrip("\\")):
                return True
            if plain not in self._outers and plain not in self._ends and len(name) <= _LONGEST_NAME:
                if len(self.dull) > _MOST_REMEMBERED:
                    self.dull.clear()
                self.dull.add(name)
        return outer and inner
