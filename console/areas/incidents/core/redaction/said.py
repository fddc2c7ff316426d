"""Values beside their names in words and in what programs print: `password is X`, `token -> X`, `('password', 'X')`."""

import re
from collections.abc import Iterator

from console.areas.incidents.core.redaction.looks import looks_secret
from console.areas.incidents.core.redaction.names import Holds, Names

Span = tuple[int, int, Holds]
"""Where a value stands, and what it is."""

_NOUN = (
    r"(?:pass(?:word|wd|phrase|code|wort)|pwd|kennwort|secret|token|credential|creds?|cookie|passcode"
    r"|(?:api|access|private|secret|signing|session|license|master)[ _-]?key"
    r"|pin|otp|(?:verification|security|recovery|backup|pairing)[ _-]?code)s?"
)
_PROSE = re.compile(
    rf"(?<![\w.-])((?:[\w-]{{0,40}}[_-])?{_NOUN})\b[\"'`]?"
    r"(?:(?P<says>[ \t]{1,8}(?:(?:(?:was|is|has been|been)[ \t])?(?:set|changed|reset) to|is|was|are|equals)[ \t:]{1,8})"
    r"|(?P<arrow>[ \t]{0,8}(?:[-=]{1,2}>|[→⇒➜⟶»–—]|[ \t]\|[ \t])[ \t]{0,8})|(?P<tabs>[ ]?\t[ \t]{0,8})"
    r"|(?P<owner>[ \t](?:for|of)[ \t]\S{1,64}:[ \t]{1,8})|(?P<next>(?:[ \t]to)?[ \t]{1,8}))"
    r"(?P<quote>[\"'`]?)(?P<value>[^\s\"'`<>]{4,4096})",
    re.IGNORECASE,
)
_CALLED = re.compile(rf"(?:{_NOUN})\(\\{{0,15}}[\"'`]?([^\s\"'`<>()\\]{{12,4096}})", re.IGNORECASE)
_NUMBER = re.compile(r"\d{4,8}")
_NUMBERED = ("pin", "otp", "code")
_STEMS = ("passw", "passp", "passc", "pwd", "kennwort", "secret", "token", "cred", "cookie", "key", "pin", "otp", "code")
"""One of these stands in each noun: looking for them is much cheaper than trying the pattern at each word."""
_SECOND = ("key", "code")
_LONGEST_NOUN = 64
_ENDS = ".,;:!?)]}"
_TOKEN_LIKE = re.compile(r"(?=\S*\d)\S{4,}|\S{20,}")
_MIXED = re.compile(r"(?=\S*\d)(?=\S*[^\W\d_])[^\s/\\]{6,}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d\S*")
_PAIR = re.compile(
    r"(?P<open>[(\[{][ \t\r\n]{0,8}[bBuU]?)?(?P<slash>\\{0,15})(?P<quote>[\"'])(?P<name>[\w.$ -]{1,64}?)(?P=slash)(?P=quote)"
    r"(?P<sign>[ \t\r\n]{0,8}[,;|=][ \t\r\n]{0,8}|[ \t\r\n]{1,8})[bBuU]?(?P=slash)(?P<mark>[\"'])"
    r"(?P<value>[^\"'\\]{1,4096})(?P=slash)(?P=mark)(?P<close>[ \t\r\n]{0,8}[)\]}])?"
)
_PHP = re.compile(
    r"s:\d{1,4}:\\{0,15}\"([\w.$-]{1,64})\\{0,15}\";(?:s:\d{1,7}:\\{0,15}\"([^\"\\]{1,8192})|[id]:([\d.-]{1,32}))"
)
_WRAPPED = re.compile(r"\b(?:Secret|SecretString|SecretStr|SecretVec|ApiKey|Redacted)\(\\{0,15}\"([^\"\\]{1,4096})")


_WRAPPERS = ("Secret", "ApiKey(", "Redacted(")


def find_said(text: str, names: Names) -> Iterator[Span]:
    """Yield the values that a sentence or a log line says to be secrets."""
    for found in _prose(text):
        holds = names.holds(found[1]) or names.holds(found[1].rstrip("sS"))
        if holds != "secret":
            continue
        start = found.start("value")
        value = found["value"] if found["quote"] else found["value"].rstrip(_ENDS)
        if _is_said(found, value) and not names.holds(value):
            yield start, start + len(value), holds
    if "(" in text:
        for found in _CALLED.finditer(text):
            if looks_secret(found[1]):
                yield *found.span(1), "secret"
    if any(sign in text for sign in _WRAPPERS):
        for found in _WRAPPED.finditer(text):
            yield *found.span(1), "secret"


def _prose(text: str) -> Iterator[re.Match[str]]:
    """Yield what the pattern finds in a text, from left to right."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a letter that becomes two: places are not the same
        yield from _PROSE.finditer(text)
        return
    starts = set()
    for stem in _STEMS:
        at = lowered.find(stem)
        while at >= 0:
            starts.add(_start_of(text, at))
            if stem in _SECOND:  # "api key": the noun begins a word earlier
                starts.add(_start_of(text, at - 1))
            at = lowered.find(stem, at + 1)
    done = 0
    for start in sorted(starts):
        if start >= done and (found := _PROSE.match(text, start)):
            yield found
            done = found.end()


def _start_of(text: str, at: int) -> int:
    """Return where the word begins that a place is in."""
    start, least = max(0, at), max(0, at - _LONGEST_NOUN)
    while start > least and (text[start - 1].isalnum() or text[start - 1] in "_-"):
        start -= 1
    return start


def _is_said(found: re.Match[str], value: str) -> bool:
    """Tell whether a value is one: the less the words say that one follows, the more must it look like a secret."""
    if _DATE.fullmatch(value):
        return False
    if found["arrow"]:
        return bool(found["quote"]) or _TOKEN_LIKE.fullmatch(value) is not None
    if found["tabs"]:
        return _TOKEN_LIKE.fullmatch(value) is not None
    if found["says"] or found["owner"]:
        if found[1].lower().endswith(_NUMBERED) and _NUMBER.fullmatch(value):
            return True
        return bool(found["quote"]) or _MIXED.fullmatch(value) is not None or looks_secret(value)
    return looks_secret(value)


def find_pairs(text: str, names: Names) -> Iterator[Span]:
    """Yield the second of two texts in quotes of which the first is a name: tuples, calls, broken JSON, PHP's own form."""
    place = 0
    while found := _PAIR.search(text, place):
        place = found.end("name") + 1
        is_alone = "," not in found["sign"] or bool(found["open"] and found["close"])
        holds = names.holds(found["name"]) if is_alone else ""
        if holds and not names.holds(found["value"]):
            yield *found.span("value"), holds
            place = found.end()
    for found in _PHP.finditer(text):
        holds = names.holds(found[1])
        if holds:
            yield *found.span(2 if found[2] else 3), holds
