"""Secrets that addresses carry before the host: `https://user:password@host`, `postgres://…`."""

import re
from collections.abc import Iterator

from console.areas.incidents.core.redaction.cuts import is_mask

_USERINFO = re.compile(r"://([^\s/?#\"'<>\\]{1,1000})@(?=[\w\[.:%-])")


def find_userinfo(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the user and password of an address stand, without the @."""
    for found in _USERINFO.finditer(text):
        if not is_mask(found[1]):
            yield found.span(1)
