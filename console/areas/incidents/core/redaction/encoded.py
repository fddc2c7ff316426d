"""Texts that stand encoded inside others: base64, base64url, hex and percent escapes.

Candidates are decoded; only what becomes readable text is looked into, so ids and hashes cost one failed decoding each.
"""

import binascii
import re
import string
from base64 import b64decode
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote

SHORTEST = 16
LONGEST = 1 << 24
DEEPEST = 3
"""How often an encoded text may hold another one."""

_ALPHABET = frozenset(string.ascii_letters + string.digits + "+/_-")
_ONLY_RUNS = bytes(code if chr(code) in _ALPHABET else 32 for code in range(256))
_RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}+={0,2}")
_PART = re.compile(r"[A-Za-z0-9+]{16,}+={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
_WORD = re.compile(r"[^\s\"'<>&=?#;,/]+")
_URLSAFE = str.maketrans("-_", "+/")
_READABLE = frozenset(range(32, 127)) | {9, 10, 13}


class Encoded(NamedTuple):
    """An encoded text: where it stands, its form, what it says."""

    start: int
    end: int
    form: str
    said: str


def holds_run(text: str) -> bool:
    """Tell cheaply whether any run in a text decodes to something readable."""
    runs = text.encode("utf-8", "surrogatepass").translate(_ONLY_RUNS).split()
    runs = [run for run in runs if len(run) >= SHORTEST]
    return bool(runs) and any(map(_may_decode, runs))


def _may_decode(run: bytes) -> bool:
    """Tell whether the head of a run, or of a part of it, decodes. Errs on saying yes only."""
    if _head(run):
        return True
    if b"/" in run or b"_" in run or b"-" in run:
        return any(len(part) >= SHORTEST and _head(part) for part in re.split(rb"[/_-]", run))
    return False


def _head(run: bytes) -> bool:
    """Tell whether the first 12 characters decode to the beginning of a readable text, from base64 or from hex."""
    head = run[:12]
    if not head.isdigit():
        try:
            if _begins_text(binascii.a2b_base64(head.translate(_TO_PLAIN))):
                return True
        except binascii.Error:
            return False  # cannot be: 12 characters of the alphabet are 9 bytes
    try:
        return _begins_text(bytes.fromhex(head.decode()))
    except ValueError:
        return False


def _begins_text(raw: bytes) -> bool:
    if raw.isascii():
        return _READABLE.issuperset(raw)
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"
    return True


_TO_PLAIN = bytes.maketrans(b"-_", b"+/")


def find_encoded(text: str) -> Iterator[Encoded]:
    """Yield the encoded texts in a text: the longest runs first of all, then their parts."""
    for found in _RUN.finditer(text):
        if found.end() - found.start() > LONGEST:
            continue
        run = found[0]
        said = decode(run)
        if said is not None:
            yield Encoded(found.start(), found.end(), *said)
            continue
        for part in _PART.finditer(run):
            said = decode(part[0]) if part[0] != run else None
            if said is not None:
                yield Encoded(found.start() + part.start(), found.start() + part.end(), *said)
    if "%" in text:
        yield from find_percent(text)


def find_percent(text: str) -> Iterator[Encoded]:
    """Yield the words with percent escapes in them."""
    for found in _WORD.finditer(text):
        said = unquote(found[0].replace("+", " ")) if "%" in found[0] else found[0]
        if said != found[0]:
            yield Encoded(found.start(), found.end(), "percent", said)


def decode(run: str) -> tuple[str, str] | None:
    """Return the form and what a run says in hex or base64, None when that is nothing one could read."""
    if len(run) % 2 == 0 and _HEX.fullmatch(run):
        said = _readable(bytes.fromhex(run))
        if said is not None:
            return "hex", said
    bare = run.rstrip("=").translate(_URLSAFE)
    if len(bare) % 4 == 1:
        bare = bare[:-1]  # a run that was cut
    try:
        said = _readable(b64decode(bare + "=" * (-len(bare) % 4)))
    except (binascii.Error, ValueError):
        return None
    return ("base64", said) if said is not None else None


def _readable(raw: bytes) -> str | None:
    if raw.isascii():
        return raw.decode() if _READABLE.issuperset(raw) else None
    try:
        said = raw.decode()
    except UnicodeDecodeError:
        return None
    return said if all(char.isprintable() or char in "\t\r\n" for char in said) else None
