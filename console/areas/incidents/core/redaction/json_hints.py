"""Cheap looks at a JSON text as it is written: whether names beside values, or in doubt, make it worth walking."""

import re
from collections.abc import Collection

from console.areas.incidents.core.redaction.json_pairs import ALL_VALUE_KEYS, SECRET_TYPES
from console.areas.incidents.core.redaction.looks import hides_secret
from console.areas.incidents.core.redaction.names import Names, plain_name

HINTS = (
    *('"--', '"-p"', '"-u"', '"-k"', '"-w"', '"-t"', '"-a"', '"auth",', '"auth" ,', '"auth\\",'),
    *('headers":["', 'headers": ["', 'headers\\":[\\"', 'headers\\": [\\"', "content-disposition"),
    *("sec-websocket-protocol", '"kty', '"jsonrpc', '"protected', '"secret"', '"secret\\"', '"variables'),
    *('"rows":[', '"rows": [', '"rows\\":[', '"rows\\": ['),
)
"""Texts in lower case of which one stands in a JSON text with arguments, headers in a list, keys, tables, forms in it."""
_BYTES = re.compile(r"\[\s{0,8}\d{1,3}(?:\s{0,8},\s{0,8}\d{1,3}){7}")
_BEHIND = re.compile(r'\s*(?:\\*"([^"\\]{1,4096})|(\[\s*\{|[\[{0-9-]))')
_NAME_LIKE = re.compile(r"[\w./@$-](?:[^\W\d]|[ ./\[\]@$-]|\d(?!\d{3})){1,46}\\*")
_LONGEST = 48
_MOST_IN_DOUBT = 32
_MOST_REMEMBERED = 32_768


class Beside:
    """Tells whether texts that are names stand beside values; remembers which keys and texts are none of them."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._other_keys: set[str] = set()
        self._other_texts: set[str] = set()

    def stands(self, text: str, keys: set[str]) -> bool:
        """Tell whether one of these keys of a JSON text is `value` or the like, and a text in it a telling name."""
        if not any(self._is_value_key(key) for key in keys - self._other_keys):
            return False
        pieces = {piece for piece in text.split('"') if 2 < len(piece) <= _LONGEST} - keys - self._other_texts
        return any(self._is_name(piece) for piece in pieces if _NAME_LIKE.fullmatch(piece))

    def _is_value_key(self, key: str) -> bool:
        if plain_name(key) in ALL_VALUE_KEYS:
            return True
        _note(self._other_keys, key)
        return False

    def _is_name(self, piece: str) -> bool:
        bare = piece.rstrip("\\")
        name = bare.rpartition("/")[2]  # of a JSON Patch
        if self._names.holds(name) or self._names.perhaps(name) or plain_name(bare) in SECRET_TYPES:
            return True
        _note(self._other_texts, piece)
        return False


def _note(known: set[str], text: str) -> None:
    if len(known) > _MOST_REMEMBERED:
        known.clear()
    known.add(text)


def in_doubt(text: str, keys: Collection[str], names: Names) -> bool:
    """Tell whether under any of these keys (of `Names.maybe`) stands what must be looked at."""
    if len(keys) > _MOST_IN_DOUBT:
        return True
    for key in keys:
        bare = key.rstrip("\\")
        kind = names.depends(bare)
        opens = bool(names.has_pairs(bare) or names.keys_hold(bare))
        sign = f'"{key}":'
        place = text.find(sign)
        while place >= 0:
            found = _BEHIND.match(text, place + len(sign))
            place = text.find(sign, place + len(sign))
            if found is None:
                continue
            said, opening = found.groups()
            if opens and opening and opening[-1] == "{":
                return True
            if kind == "perhaps":
                if opening == "[" or (said and hides_secret(said)):
                    return True
            elif kind and (said or opening != "{"):
                return True
    return False


def hold_bytes(text: str) -> bool:
    """Tell whether a list of small numbers stands in a JSON text, which may be the bytes of a text."""
    return _BYTES.search(text) is not None
