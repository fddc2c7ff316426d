"""Names for users that say nothing of them, but are the same wherever the same id stands in one bundle."""

import hashlib
import hmac
import re

_DIGITS = 12
_MOST_REMEMBERED = 100_000
_PSEUDONYM = re.compile(r"user_[0-9a-f]{12}")


class Pseudonyms:
    """`user_` and 12 hex digits of HMAC-SHA256 of the id's text under the bundle's key.

    `again`: the texts come out of a bundle, so what looks like a pseudonym is one, and stays what it is.
    """

    def __init__(self, key: bytes, *, again: bool = False) -> None:
        self._key = key
        self._again = again
        self._given: dict[str, str] = {}
        self._names: set[str] = set()

    def of(self, user: str) -> str:
        """Return the pseudonym of an id; a pseudonym that was given here stays what it is."""
        given = self._given.get(user)
        if given is not None:
            return given
        if self.gave(user):
            return user
        name = "user_" + hmac.new(self._key, user.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:_DIGITS]
        if len(self._given) >= _MOST_REMEMBERED:
            self._given.clear()  # the names stay: they are what makes a second run change nothing
        self._given[user] = name
        self._names.add(name)
        return name

    def gave(self, text: str) -> bool:
        """Tell whether a text is a pseudonym that was given here, or by the bundle that the texts come out of."""
        return text in self._names or (self._again and _PSEUDONYM.fullmatch(text) is not None)
