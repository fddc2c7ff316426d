"""Values beside their names in plain text: `token=abc`, `"token": "abc"`, `Authorization: …`, parameters of URLs."""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

from console.areas.incidents.core.redaction.cuts import is_mask
from console.areas.incidents.core.redaction.looks import hides_secret, looks_secret
from console.areas.incidents.core.redaction.names import Holds, Names

_NAME = re.compile(r"(?<![\w.%$-])([\w.%$\[\]-]{1,128}+)(?:(?=[ \t]{0,8}=)|(?=\\*[\"'][ \t]*(?::|=>))|(?=[ \t]{0,8}:))")
_EQUALS = re.compile(r"[ \t]{0,8}(?:=[=>]?|:=)[ \t]{0,8}")
_QUOTED_COLON = re.compile(r"(\\*)[\"']\s*(?::|=>)\s*")
_COLON = re.compile(r"[ \t]{0,8}:[ \t]*(?:(?:!{1,2}[\w!]{1,32}|&\w{1,32})[ \t]+)?")
_OPENING = re.compile(
    r"(?:(?:Some|Ok|Just|Secret|SecretString|SecretStr|Password|Token|String|str|bytes|Value|Text|Redacted)\(){0,3}"
    r"(?:[bBuUrRfFeENn]{1,2}(?=[\"']))?(\\*)([\"'`])"
)
"""A quote, with what Python, Rust and SQL write before one."""
_BARE = re.compile(r"[^\s&\"'<>,;()\[\]{}|]+")
_BARE_QUERY = re.compile(r"[^\s&\"'<>#]+")
_SCALAR = re.compile(r"[^,}\])\s&;\"']+")
_LINE = re.compile(r"[^\r\n\"']+(?:\r?\n[ \t]{1,8}[^\s\"'][^\r\n\"']*){0,8}")
"""A header's value, which goes on in lines that begin with a blank."""
_TOKEN_LIKE = re.compile(r"(?=\S*\d)\S{4,}|\S{20,}")
_NOTHING = frozenset(("", "null", "none", "nil", "true", "false", "undefined", "nan"))
_NUMBER = re.compile(r"\d{1,9}")
_SURE = ("password", "passwd", "pwd", "passphrase", "apikey", "secret", "privatekey", "accesskey")
_HEADERS = frozenset(("authorization", "proxyauthorization", "cookie", "setcookie"))
_POSITIONAL = re.compile(r"\$\d{1,4}|\?|%s|%\(\w{1,64}\)s")
_BY_NAME = re.compile(r"[:@][A-Za-z_]\w{0,63}")
_SQL = re.compile(r"\b(?:UPDATE|INSERT|SELECT|DELETE|WHERE|SET)\s", re.IGNORECASE)
_CALL = re.compile(r"[\w.]+\(")


class Named(NamedTuple):
    """A value with what its name says it holds; `in_url` when the replacement must be safe in a URL."""

    start: int
    end: int
    holds: Holds
    value: str
    in_url: bool


def find_named(text: str, names: Names) -> Iterator[Named]:
    """Yield the values whose names say that they are secrets or ids of users."""
    done = 0
    for found in _NAME.finditer(text):
        if found.start() < done or text.startswith("[masked:", max(0, found.start() - 8)):
            continue
        written = found[1]
        name = unquote(written) if "%" in written else written
        holds = names.holds(name) or names.holds(name.rpartition(".")[2]) if name else ""
        if not holds and "." in name:
            outer, _, inner = name.rpartition(".")
            holds = names.holds(inner, outer.rpartition(".")[2])
        is_perhaps = not holds and names.perhaps(name)
        if not holds and not is_perhaps:
            continue
        span = _value_span(text, found.start(), found.end(), name)
        if span is None:
            continue
        start, end, in_url = span
        value = text[start:end]
        if is_perhaps:
            if not hides_secret(value):
                continue
            holds = "secret"
        if (
            start < end
            and not is_mask(value)
            and not _is_nothing(name, value, holds)
            and not _is_placeholder(text, value, start)
        ):
            done = end
            yield Named(start, end, holds, value, in_url)


def _is_nothing(name: str, value: str, holds: Holds) -> bool:
    bare = value.strip("\"'.,;")
    if bare.lower() in _NOTHING or is_mask(bare):
        return True
    return holds == "secret" and name.lower().endswith("tokens") and _NUMBER.fullmatch(bare) is not None


def _is_placeholder(text: str, value: str, start: int) -> bool:
    """Tell whether SQL leaves the value to a parameter: `$1`, `?`, `%s`; `:name` and `@name` only behind words of SQL."""
    if _POSITIONAL.fullmatch(value):
        return True
    return (
        value[0] in ":@"
        and _BY_NAME.fullmatch(value) is not None
        and _SQL.search(text, max(0, start - 500), start) is not None
    )


def _value_span(text: str, begin: int, place: int, name: str) -> tuple[int, int, bool] | None:
    quoted = _QUOTED_COLON.match(text, place)
    if quoted:
        return _after(text, quoted.end(), _SCALAR)
    equals = _EQUALS.match(text, place)
    if equals:
        in_url = begin > 0 and text[begin - 1] in "?&#;" and " " not in equals[0]
        if in_url:
            value = _BARE_QUERY.match(text, equals.end())
            return (equals.end(), value.end(), True) if value else None
        return _after(text, equals.end(), _BARE)
    colon = _COLON.match(text, place)
    return _behind_colon(text, colon.end(), name) if colon else None


def _behind_colon(text: str, place: int, name: str) -> tuple[int, int, bool] | None:
    """A header's value is the whole line; behind another name a word that looks like a secret."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if plain in _HEADERS or ("-" in name and name[:2].lower() == "x-"):
        line = _LINE.match(text, place)
        return (place, line.end(), False) if line else None
    span = _after(text, place, _BARE)
    if span is None:
        return None
    value = text[span[0] : span[1]]
    if plain.endswith(_SURE) or _TOKEN_LIKE.fullmatch(value):
        return span
    return None


def _after(text: str, place: int, bare: re.Pattern[str]) -> tuple[int, int, bool] | None:
    """Return the span of the value that begins here: within its quotes, within its brackets, or a bare word."""
    opening = _OPENING.match(text, place)
    if opening:
        return opening.end(), _quote_end(text, opening.end(), opening[2], len(opening[1])), False
    if text[place : place + 1] in ("{", "["):
        return place, bracket_end(text, place), False
    if text[place : place + 1] in ("(", "<"):
        found = bare.match(text, place + 1)
        return (place + 1, found.end(), False) if found and looks_secret(found[0]) else None
    if text.startswith(("Bearer ", "Basic ", "bearer ", "basic "), place):
        line = _LINE.match(text, place)
        return (place, line.end(), False) if line else None
    found = bare.match(text, place)
    if not found:
        return None
    if _CALL.match(text, place):
        return None  # code: `token = read_token(request)`
    return place, found.end(), False


def _quote_end(text: str, place: int, quote: str, escapes: int) -> int:
    """Return where the closing quote's escapes begin; the text's end when it is cut."""
    at = text.find(quote, place)
    while at != -1:
        slashes = 0
        while at - 1 - slashes >= place and text[at - 1 - slashes] == "\\":
            slashes += 1
        if slashes == escapes or (escapes == 0 and slashes % 2 == 0):
            return at - (slashes if escapes else 0)
        if escapes and slashes < escapes:
            return at - slashes
        at = text.find(quote, at + 1)
    return len(text)


_BRACKETS = re.compile(r"[\[{}\]]")


def bracket_end(text: str, start: int) -> int:
    """Return the end of what opens at `start`; the text's end when it is cut."""
    depth = 0
    for found in _BRACKETS.finditer(text, start):
        depth += 1 if found[0] in "[{" else -1
        if depth == 0:
            return found.end()
    return len(text)
