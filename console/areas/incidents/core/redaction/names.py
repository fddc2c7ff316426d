"""Which names (of fields, headers, parameters, columns) hold secrets, perhaps hold some, hold ids of users and sessions."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal
from urllib.parse import unquote

from console.areas.incidents.core.redaction.cuts import without_masks
from console.model.name_letters import latin_letters
from console.model.secrets import is_secret_key

Holds = Literal["", "secret", "user", "session"]
Told = Literal["", "secret", "user", "session", "perhaps"]
"""What a value holds; `perhaps`: a secret if it looks like one."""

_NOISE = re.compile(r"[\W_]+")
_MOST_REMEMBERED = 32_768
_LONGEST_NAME = 128
_ANYWHERE = re.compile(r"passw|passphrase|secret|token|credential|cookie|authori[sz]ation|apikey|accesskey|privatekey")
"""In whatever name these words stand, its value may be a secret: `token_part_1`, `api-key-id`, `passwordChangedTo`."""
_MAPS: dict[str, Holds] = {
    "users": "user", "members": "user", "participants": "user", "byuser": "user", "byuserid": "user", "usersbyid": "user",
    "sessions": "session", "bysession": "session", "bysessionid": "session", "sessionsbyid": "session",
}  # fmt: skip


@lru_cache(maxsize=32_768)
def plain_name(name: str) -> str:
    """Return a name as profiles compare it: in Latin letters where it looks so, without case, `-`, `_` and blanks."""
    return _NOISE.sub("", latin_letters(name[-_LONGEST_NAME:]).lower())


class Names:
    """Names sorted by what stands under them: the profile's first, then those known everywhere as secrets."""

    def __init__(
        self,
        secret: Iterable[str],
        allow: Iterable[str],
        user: Iterable[str],
        session: Iterable[str] = (),
        perhaps: Iterable[str] = (),
    ) -> None:
        ids: list[tuple[str, Holds]] = [(name, "user") for name in user]
        ids += [(name, "session") for name in session]
        self._secret = frozenset(map(plain_name, secret))
        self._allow = frozenset(map(plain_name, allow))
        listed = tuple(perhaps)
        self._perhaps = frozenset(plain_name(name) for name in listed)
        self._perhaps_ends = tuple(plain_name(name) for name in listed if name.startswith("*"))
        self._ids = {plain_name(name): holds for name, holds in ids if "." not in name}
        split = [(*name.partition("."), holds) for name, holds in ids]
        self._fields = {plain_name(inner): holds for outer, _, inner, holds in split if outer == "*"}
        self._pairs = {
            (plain_name(outer), plain_name(inner)): holds for outer, _, inner, holds in split if inner and outer != "*"
        }
        self._outers = frozenset(outer for outer, _ in self._pairs)
        self._known: dict[str, Holds] = {}
        self._depends_known: dict[str, Told] = {}
        self.dull: set[str] = set()
        """Names seen that hold nothing of interest, as they were written; bounded."""
        self.maybe: set[str] = set()
        """Names seen that hold something for some values only, as they were written; bounded."""

    def holds(self, name: str, outer: str = "") -> Holds:
        """Say what a value under this name is; `outer` is the name of the object around it (`user.id`)."""
        known = self._known.get(name)
        if known is None:
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[name] = self._look(name)
        if not known and outer and self._pairs:
            return self._pairs.get((plain_name(outer), plain_name(name)), "")
        return known

    def depends(self, name: str) -> Told:
        """Say what a text or a number in a field of JSON is, where `holds` says nothing: `*.user`, or perhaps a secret."""
        known = self._depends_known.get(name)
        if known is None:
            if len(self._depends_known) > _MOST_REMEMBERED:
                self._depends_known.clear()
            known = self._depends_known[name] = self._look_depends(name)
        return known

    def has_pairs(self, outer: str) -> bool:
        """Tell whether some fields of an object of this name hold something that they do not elsewhere: `user.id`."""
        return plain_name(outer) in self._outers

    def keys_hold(self, outer: str) -> Holds:
        """Say of whom the keys of an object of this name are ids: `{"users": {"u-17": {…}}}`."""
        return _MAPS.get(plain_name(outer), "")

    def perhaps(self, name: str) -> bool:
        """Tell whether a value under this name is a secret if it looks like one; not of names that `holds` knows."""
        return self.depends(name) == "perhaps"

    def _look(self, name: str) -> Holds:
        decoded = _decoded(name)
        plain = plain_name(decoded)
        if plain in self._allow:
            return ""
        if plain in self._ids:
            return self._ids[plain]
        is_listed = plain in self._secret or plain.rstrip("0123456789") in self._secret
        return "secret" if is_listed or is_secret_key(decoded.rstrip("[]")) else ""

    def _look_depends(self, name: str) -> Told:
        plain = plain_name(_decoded(name))
        stem = plain.rstrip("0123456789")
        if plain in self._allow or not stem or self.holds(name):
            return ""
        if plain in self._fields:
            return self._fields[plain]
        is_listed = plain in self._perhaps or stem in self._perhaps or stem.endswith(self._perhaps_ends)
        return "perhaps" if is_listed or _ANYWHERE.search(plain) else ""

    def matter(self, names: set[str]) -> bool:
        """Tell whether any of the names holds something, so that a closer look pays; `maybe` has those in doubt."""
        for name in names:
            bare = name.rstrip("\\")
            if self.holds(bare):
                return True
            if self.has_pairs(bare) or self.keys_hold(bare) or self.depends(bare):
                _note(self.maybe, name)
            elif len(name) <= _LONGEST_NAME:
                _note(self.dull, name)
        return False


def _decoded(name: str) -> str:
    decoded = unquote(name) if "%" in name else name
    return without_masks(decoded) if "masked" in decoded else decoded  # the name of a rule is no name of a field


def _note(names: set[str], name: str) -> None:
    if len(names) > _MOST_REMEMBERED:
        names.clear()
    names.add(name)
