"""Texts that stand encoded inside others: base64, base64url, base32, hex and percent escapes, packed ones within.

Candidates are decoded; only what becomes readable text is looked into, so ids and hashes cost one failed decoding each. Of
other bytes (UTF-16, Protobuf, a binary head) what is readable in them is taken.
"""

import binascii
import re
import string
from base64 import b32decode, b64decode
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from console.areas.incidents.core.redaction.packed import is_packed, unpacked

SHORTEST = 16
LONGEST = 1 << 24
DEEPEST = 3
"""How often an encoded text may hold another one."""

_ALPHABET = frozenset(string.ascii_letters + string.digits + "+/_-")
_ONLY_RUNS = bytes(code if chr(code) in _ALPHABET else 32 for code in range(256))
_RUN = re.compile(r"[A-Za-z0-9+/_-]{16,}+={0,2}")
_PART = re.compile(r"[A-Za-z0-9+]{16,}+={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){8,}")
_BASE32 = re.compile(r"[A-Z2-7]{16,}={0,6}")
_SPACED_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{2}(?:[ :][0-9a-fA-F]{2}){7,}(?![0-9A-Za-z])")
_WRAPPED = re.compile(
    r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{56,80}\r?\n(?:[A-Za-z0-9+/]{56,80}\r?\n){0,100000}[A-Za-z0-9+/]{0,80}={0,2}"
)
_NO_HEX = re.compile(r"[^0-9a-fA-F]+")
_BLANKS = re.compile(r"\s+")
_WORDS = re.compile(rb"[\x20-\x7e\t\r\n]{8}|(?:[\x20-\x7e]\0){8}|(?:\0[\x20-\x7e]){8}")
_LONGEST_SEEN = 128
_BETWEEN = re.compile(rb"[/_-]")
_SAID = re.compile(rb"[\x20-\x7e\t\r\n]{8,}")
SPACED_HEX_HINTS = tuple(
    sign.join(f"{ord(char):02x}" for char in word)
    for word in ("pass", "Pass", "PASS", "oken", "OKEN", "ecret", "ECRET", "eare", '{"')
    for sign in " :"
)
"""Beginnings of names of secrets in hex with blanks or colons: without one of these it is not looked for."""
_WORD = re.compile(r"[^\s\"'<>&=?#;,/]+")
_URLSAFE = str.maketrans("-_", "+/")
_READABLE = frozenset(range(32, 127)) | {9, 10, 13}


class Encoded(NamedTuple):
    """An encoded text: where it stands, its form, what it says."""

    start: int
    end: int
    form: str
    said: str


def holds_run(text: str, may_hold: Callable[[str], bool]) -> bool:
    """Tell cheaply whether any run in a text decodes to something readable; of mere words in it `may_hold` decides."""
    if "\\/" in text:
        text = text.replace("\\/", "/")
    runs = text.encode("utf-8", "surrogatepass").translate(_ONLY_RUNS).split()
    return any(_may_decode(run, may_hold) for run in runs if len(run) >= SHORTEST)


def _may_decode(run: bytes, may_hold: Callable[[str], bool]) -> bool:
    """Tell whether a run, or a part of it, says anything. Errs on saying yes only."""
    if _says(run, may_hold):
        return True
    if b"/" in run or b"_" in run or b"-" in run:
        return any(len(part) >= SHORTEST and _says(part, may_hold) for part in _BETWEEN.split(run))
    return False


def _says(run: bytes, may_hold: Callable[[str], bool]) -> bool:
    """Tell whether a run says anything; of words in the midst of other bytes `may_hold` decides."""
    said = _seen(run) if len(run) <= _LONGEST_SEEN else _look(run)
    return said is not None and (said == "" or may_hold(said))


def _look(run: bytes) -> str | None:
    """Return "" when a run begins a text in base64 or hex, is packed or base32; its words in the midst of bytes, or None."""
    if run[:2] == b"0x":
        run = run[2:]
    if not run[:12].isdigit():
        try:
            raw = binascii.a2b_base64(run[: len(run) & ~3].translate(_TO_PLAIN))
        except binascii.Error:
            return None  # cannot be: groups of four of the alphabet
        if _begins_text(raw[:9]) or is_packed(raw) or (run.isupper() and _BASE32.fullmatch(run.decode())):
            return ""
        said = readable(raw) if _WORDS.search(raw) else None
        if said is not None:
            return said
    if run[:12].lower().translate(None, b"0123456789abcdef"):
        return None
    head = bytes.fromhex(run[:12].decode())
    if is_packed(head) or _begins_text(head):
        return ""
    if run.lower().translate(None, b"0123456789abcdef"):
        return None
    raw = bytes.fromhex(run[: len(run) & ~1].decode())
    return readable(raw) if _WORDS.search(raw) else None


_seen = lru_cache(maxsize=16_384)(_look)


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
    """Yield the encoded texts in a text: the longest runs, and their parts (of the path of a URL)."""
    yield from _find_spaced(text)
    for found in _RUN.finditer(text):
        if found.end() - found.start() > LONGEST:
            continue
        run = found[0]
        said = decode(run)
        if said is not None:
            yield Encoded(found.start(), found.end(), *said)
        for part in _PART.finditer(run):
            said = decode(part[0]) if part[0] != run else None
            if said is not None:
                yield Encoded(found.start() + part.start(), found.start() + part.end(), *said)
    if "%" in text:
        yield from find_percent(text)


def _find_spaced(text: str) -> Iterator[Encoded]:
    """Yield hex in groups of two, and base64 in lines as mails have it."""
    if " " in text or ":" in text:
        for found in _SPACED_HEX.finditer(text):
            said = readable(bytes.fromhex(_NO_HEX.sub("", found[0])))
            if said is not None:
                yield Encoded(*found.span(), "hex", said)
    if "\n" in text:
        for found in _WRAPPED.finditer(text):
            decoded = decode(_BLANKS.sub("", found[0]))
            if decoded is not None:
                yield Encoded(found.start(), found.start() + len(found[0].rstrip()), *decoded)


def find_percent(text: str) -> Iterator[Encoded]:
    """Yield the words with percent escapes in them."""
    for found in _WORD.finditer(text):
        said = unquote(found[0].replace("+", " ")) if "%" in found[0] else found[0]
        if said != found[0]:
            yield Encoded(found.start(), found.end(), "percent", said)


def decode(run: str) -> tuple[str, str] | None:
    """Return the form and what a run says in hex, base64 or base32, None when that is nothing one could read."""
    bare = run.removeprefix("0x")
    if len(bare) % 2 == 0 and _HEX.fullmatch(bare):
        said = readable(bytes.fromhex(bare))
        if said is not None:
            return "hex", said
    if _BASE32.fullmatch(run):
        said = _from_base32(run)
        if said is not None:
            return "base32", said
    bare = run.rstrip("=").translate(_URLSAFE)
    if len(bare) % 4 == 1:
        bare = bare[:-1]  # a run that was cut
    try:
        said = readable(b64decode(bare + "=" * (-len(bare) % 4)))
    except (binascii.Error, ValueError):
        return None
    return ("base64", said) if said is not None else None


def _from_base32(run: str) -> str | None:
    bare = run.rstrip("=")
    try:
        raw = b32decode(bare + "=" * (-len(bare) % 8))
    except (binascii.Error, ValueError):
        return None
    return raw.decode() if raw.isascii() and _READABLE.issuperset(raw) else None


def readable(raw: bytes) -> str | None:
    """Return bytes as text; of those that are none what stands unpacked or readable in them, None when nothing does."""
    if raw.isascii():
        if _READABLE.issuperset(raw):
            return raw.decode()
    else:
        try:
            said = raw.decode()
        except UnicodeDecodeError:
            said = "\0"
        if all(char.isprintable() or char in "\t\r\n" for char in said):
            return said
    opened = unpacked(raw) if is_packed(raw) else b""
    if opened:
        return opened.decode("utf-8", "replace")
    if raw.count(0) * 3 >= len(raw):
        raw = raw.replace(b"\0", b"")  # UTF-16
    return "\t".join(part.decode() for part in _SAID.findall(raw)) or None
