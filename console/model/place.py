"""Addresses of places in the console: `console://<area>/<id>?since=<ms>&until=<ms>&filter=<text>`."""

import re
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from console.model.area import Ref

SCHEME = "console"
MAX_LENGTH = 8_000
_AREA = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_NUMBER = re.compile(r"-?[0-9]{1,15}")


class PlaceError(ValueError):
    """An address that leads nowhere; the text says what is wrong with it."""


def format_place(ref: Ref) -> str:
    """Return the address of a place. Lone surrogates cannot stand in an address and become `?`."""
    parts = [f"{SCHEME}://{ref.area}"]
    if ref.id:
        parts.append("/" + _quoted(ref.id))
    query = []
    if ref.since_ms is not None:
        query.append(f"since={ref.since_ms}")
    if ref.until_ms is not None:
        query.append(f"until={ref.until_ms}")
    if ref.filter_text is not None:
        query.append(f"filter={_quoted(ref.filter_text)}")
    return "".join(parts) + ("?" + "&".join(query) if query else "")


def parse_place(text: str) -> Ref:
    """Return the place that an address names. Raises PlaceError."""
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise PlaceError(f"an address has at most {MAX_LENGTH} characters, this one has {len(text)}")
    if not text.startswith(f"{SCHEME}://"):
        raise PlaceError(f"an address starts with {SCHEME}://, as in console://timeline?filter=level:error")
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise PlaceError(f"not an address: {error}") from error
    if not _AREA.fullmatch(parts.netloc):
        raise PlaceError(f"{parts.netloc[:64]!r} is no area name; as in console://timeline")
    if parts.fragment:
        raise PlaceError("an address has no part behind '#'; write it as %23")
    values = _values(parts.query)
    since_ms, until_ms = _moment(values, "since"), _moment(values, "until")
    if since_ms is not None and until_ms is not None and since_ms > until_ms:
        raise PlaceError("since is later than until")
    return Ref(parts.netloc, unquote(parts.path[1:]), since_ms, until_ms, values.get("filter"))


def _values(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query.replace("+", "%2B"), keep_blank_values=True, strict_parsing=bool(query), max_num_fields=10)
    except ValueError as error:
        raise PlaceError(f"the part behind '?' is malformed: {error}") from error
    values = dict(pairs)
    unknown = sorted(values.keys() - {"since", "until", "filter"})
    if unknown:
        raise PlaceError(f"{unknown[0][:40]!r} is unknown in an address; there are since, until and filter")
    if len(values) != len(pairs):
        raise PlaceError("a name stands twice behind '?'")
    return values


def _moment(values: dict[str, str], name: str) -> int | None:
    value = values.get(name)
    if value is None:
        return None
    if not _NUMBER.fullmatch(value):
        raise PlaceError(f"{name} is a time in Unix milliseconds, not {value[:40]!r}")
    return int(value)


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")
