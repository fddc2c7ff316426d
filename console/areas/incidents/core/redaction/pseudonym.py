"""Names for users and sessions that say nothing of them, but are the same wherever the same id stands in one bundle."""

import hashlib
import hmac
import re
from typing import Literal

Sort = Literal["user", "session"]

_DIGITS = 12
_MOST_REMEMBERED = 100_000
_PSEUDONYM = re.compile(r"(?:user|session)_[0-9a-f]{12}")


def is_pseudonym(text: str) -> bool:
    """Tell whether a text looks like a pseudonym."""
    return _PSEUDONYM.fullmatch(text) is not None


class Pseudonyms:
    """`user_` or `session_`, and 12 hex digits of HMAC-SHA256 of the id's text under the bundle's key.

    `again`: the texts come out of a bundle, so what looks like a pseudonym is one, and stays what it is.
    """

    def __init__(self, key: bytes, *, again: bool = False) -> None:
        self._key = key
        self._again = again
        self._given: dict[tuple[Sort, str], str] = {}
        self._names: set[str] = set()
        self._names_before: set[str] = set()

    def of(self, said: str, sort: Sort = "user") -> str:
        """Return the pseudonym of an id; a pseudonym that was given here stays what it is."""
        given = self._given.get((sort, said))
        if given is not None:
            return given
        if self.gave(said):
            return said
        name = f"{sort}_{hmac.new(self._key, said.encode('utf-8', 'surrogatepass'), hashlib.sha256).hexdigest()[:_DIGITS]}"
        if len(self._given) >= _MOST_REMEMBERED:
            self._given.clear()
            self._names_before, self._names = self._names, set()  # a text that is under way keeps those it was given
        self._given[sort, said] = name
        self._names.add(name)
        return name

    def gave(self, text: str) -> bool:
        """Tell whether a text is a pseudonym that was given here, or by the bundle that the texts come out of."""
        return text in self._names or text in self._names_before or (self._again and is_pseudonym(text))
