"""The forms in which a value may stand in a file: as it is, escaped, percent-encoded, in base64 and in hex."""

import json
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

FORMS = ("raw", "json", "percent", "base64", "hex")
SHORTEST_CODED = 6
"""Of a shorter value too little stands in base64 and hex: it would be found everywhere."""


def forms(value: str) -> Iterator[tuple[str, bytes]]:
    """Yield (form, bytes) of a value, each bytes once. Base64 at all three alignments, without what its neighbours share.

    UTF-16 is not among them: members of a bundle are UTF-8, and raw bytes in UTF-16 are looked through before.
    """
    seen: set[bytes] = set()
    for form, data in _all(value):
        if data and data not in seen:
            seen.add(data)
            yield form, data


def _all(value: str) -> Iterator[tuple[str, bytes]]:
    raw = value.encode("utf-8", "surrogatepass")
    yield "raw", raw
    for ascii_only in (False, True):
        once = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield "json", once.encode("utf-8", "surrogatepass")
        yield "json", json.dumps(once, ensure_ascii=ascii_only)[1:-1].encode("utf-8", "surrogatepass")
    escaped = quote(raw, safe="")
    if escaped != value:
        yield "percent", escaped.encode()
        yield "percent", _lower_escapes(escaped).encode()
        yield "percent", quote_plus(raw).encode()
        yield "percent", quote(raw, safe="/:@!$'()*,;=~").encode()
    if len(raw) < SHORTEST_CODED:
        return
    for shift in range(3):
        encoded = b64encode(b"\0" * shift + raw)[-(-8 * shift // 6) : 8 * (shift + len(raw)) // 6]
        yield "base64", encoded
        yield "base64", encoded.translate(_URLSAFE)
    yield "hex", raw.hex().encode()
    yield "hex", raw.hex().upper().encode()


_URLSAFE = bytes.maketrans(b"+/", b"-_")


def _lower_escapes(text: str) -> str:
    head, *rest = text.split("%")
    return head + "".join(f"%{part[:2].lower()}{part[2:]}" for part in rest)
