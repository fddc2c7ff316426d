"""The rules for secrets inside free text. Every pattern is linear in the length of the text."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from urllib.parse import unquote

from console.reporter.secret_keys import MASK, holds_secret, is_secret_key

_USERINFO = re.compile(r"://[^\s/?#\"'<>\\]*@")
_JWT = re.compile(r"(?<![A-Za-z0-9])eyJ[\w-]{5,}\.[\w.\-]+")
_SCHEME = re.compile(r"(?<![A-Za-z0-9])(bearer|basic)((?:\s|%20|\+)+)([A-Za-z0-9._~+/=%\-]+)", re.IGNORECASE)
_PAIR_NAME = re.compile(r"(?<![\w.%$-])([\w.%$\[\]-]++)\s?=\s?")
_PAIR_VALUE = re.compile(r"\"[^\"]*\"?|'[^']*'?|[^\s&\"'<>]+")
_HEADER_LINE = re.compile(r"(?<![\w-])([A-Za-z][\w-]*+)(\s?:[ \t]*)([^\r\n\"']+)")
_QUOTED_KEY = re.compile(r"(?<!\\)(\\*+[\"'])([^\"'\\\s]{1,128})\1\s*(?::|=>)\s*")
_DETAIL = re.compile(r"\(([^()]*)\)=\(([^()]*)\)")  # PostgreSQL: Key (email, token)=(a, b) already exists.
_STATEMENT = re.compile(r"(\[SQL: .*?\]\s*\[parameters: )(.*?)(\](?=\s*(?:\(Background|\n|$)))", re.DOTALL)
_SCALAR = re.compile(r"[^,}\])\s&]*")
_NOT_SECRET = frozenset({"null", "none", "true", "false", "undefined"})
_SCHEME_WORDS = frozenset(
    (
        *("auth", "authentication", "authorization", "token", "tokens", "scheme", "realm", "credentials"),
        *("credential", "header", "is", "was", "not", "format", "and", "or", "required", "missing"),
        *("expected", "error", "invalid"),
    )
)
_PLAIN_WORD = re.compile(r"[A-Z]?[a-z]+[.,;:!?]?")


def mask_plain_text(text: str) -> str:
    """Mask URL user parts, JWTs, `Bearer …`, header lines, quoted keys and `name=value` pairs."""
    if "://" in text:
        text = _USERINFO.sub(f"://{MASK}@", text)
    if "eyJ" in text:
        text = _JWT.sub(MASK, text)
    if "[parameters: " in text:
        text = _STATEMENT.sub(_mask_statement, text)
    text = _mask_quoted_keys(text)
    text = _SCHEME.sub(lambda found: _mask_scheme(found, text), text)
    if ":" in text:
        text = _HEADER_LINE.sub(_mask_header_line, text)
    if "=" in text:
        text = _DETAIL.sub(_mask_detail, text)
        text = _mask_pairs(text)
    return text


def _mask_scheme(found: re.Match[str], text: str) -> str:
    scheme, gap, value = found.groups()
    bare = value.rstrip(".,;:!?").lower()
    is_whole_text = found.group() == text.strip()
    if not is_whole_text and (bare in _SCHEME_WORDS or (scheme.lower() == "basic" and _is_prose(value))):
        return found.group()
    return f"{scheme}{gap}{MASK}"


def _is_prose(value: str) -> bool:
    """'Basic plan' is prose unless the word decodes to user:password."""
    if not _PLAIN_WORD.fullmatch(value):
        return False
    try:
        return b":" not in b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return True


def _mask_header_line(found: re.Match[str]) -> str:
    name, separator, _ = found.groups()
    is_header = "-" in name or name.lower() in {"authorization", "cookie"}
    return f"{name}{separator}{MASK}" if is_header and is_secret_key(name) else found.group()


def _mask_pairs(text: str) -> str:
    """Mask the value in `token=abc`: parameters of URLs, connection strings, calls in a traceback's source lines."""
    parts: list[str] = []
    done = 0
    for found in _PAIR_NAME.finditer(text):
        name = unquote(found[1][-400:]) if "%" in found[1] else found[1]
        if found.start() < done or not is_secret_key(name):
            continue
        value = _PAIR_VALUE.match(text, found.end())
        if value is None:
            continue
        bare = value.group().strip("\"'").rstrip(".,;)}]")
        if bare.lower() not in _NOT_SECRET and holds_secret(name, _number_or_text(bare)):
            parts += [text[done : found.end()], MASK]
            done = value.end()
    return "".join(parts) + text[done:] if parts else text


def _mask_detail(found: re.Match[str]) -> str:
    columns, _ = found.groups()
    if any(is_secret_key(column.strip(' "')) for column in columns.split(",")):
        return f"({columns})=({MASK})"
    return found.group()


def _mask_statement(found: re.Match[str]) -> str:
    statement, _, end = found.groups()
    if any(is_secret_key(word) for word in re.findall(r"[A-Za-z_][\w-]*", statement.removesuffix("[parameters: "))):
        return f"{statement}{MASK}{end}"
    return found.group()


def _number_or_text(text: str) -> int | str:
    return int(text[:18]) if text.isascii() and text.isdigit() else text


def _mask_quoted_keys(text: str) -> str:
    """Mask `"token": …` and `'token': …` in broken or embedded JSON and in reprs, however often escaped."""
    parts: list[str] = []
    done = 0
    for found in _QUOTED_KEY.finditer(text):
        if found.start() < done or not is_secret_key(found[2]):
            continue
        end = _value_end(text, found.end(), len(found[1]) - 1)
        value = text[found.end() : end]
        if value.lower() in _NOT_SECRET or not holds_secret(found[2], _number_or_text(value)):
            continue
        parts += [text[done : found.end()], found[1], MASK, found[1]]
        done = end
    return "".join(parts) + text[done:] if parts else text


def _value_end(text: str, start: int, escapes: int) -> int:
    opening = start + escapes
    if text[opening : opening + 1] in ('"', "'") and text[start:opening] == "\\" * escapes:
        return _quote_end(text, opening, escapes)
    if text[start : start + 1] in ("{", "["):
        return _bracket_end(text, start)
    scalar = _SCALAR.match(text, start)
    return scalar.end() if scalar else start


def _quote_end(text: str, opening: int, escapes: int) -> int:
    quote = text[opening]
    position = text.find(quote, opening + 1)
    while position != -1:
        backslashes = 0
        while text[position - 1 - backslashes] == "\\":
            backslashes += 1
        if backslashes == escapes or (escapes == 0 and backslashes % 2 == 0):
            return position + 1
        position = text.find(quote, position + 1)
    return len(text)


def _bracket_end(text: str, start: int) -> int:
    depth = 0
    for found in re.compile(r"[\[{}\]]").finditer(text, start):
        depth += 1 if found.group() in "[{" else -1
        if depth == 0:
            return found.end()
    return len(text)
