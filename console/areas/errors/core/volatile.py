"""What in an error's text differs from one occurrence to the next, kind by kind, as one pattern.

Every repetition is bounded, so that a hostile text costs no more than a long one.
"""

import re
from collections.abc import Iterator

_OCTET4 = r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b"
_CLOCK = r"\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?"
_ZONE = r"(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? (?:\d\d? [A-Z][a-z]{2}|[A-Z][a-z]{2} \d\d?),? \d{4}"
_LABEL = r"[\w-]{1,63}"
_UNIT_OF_TIME = r"(?:ms|milliseconds?|µs|us|ns|s|secs?|seconds?|minutes?|mins?|hours?|h|days?)"

_KINDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("jwt", (r"\beyJ[\w-]{8,2000}\.[\w-]{1,2000}(?:\.[\w-]{0,2000})?",)),
    ("url", (r"\b(?:https?|wss?|postgres(?:ql)?|redis|ftp|file)://[^\s\"'<>)\]},]{1,1000}",)),
    ("did", (r"\bdid:[a-z0-9]{1,20}:[\w.:%-]{1,300}",)),
    ("email", (rf"\b[\w.+-]{{1,64}}@{_LABEL}(?:\.{_LABEL}){{1,6}}",)),
    ("uuid", (r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b",)),
    (
        "time",
        (
            rf"\b\d{{4}}-\d\d-\d\d(?:[T ]{_CLOCK}{_ZONE})?",
            r"\b\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\b",
            rf"\b{_DAY}(?: {_CLOCK})?(?: GMT(?:[+-]\d{{4}})?)?",
        ),
    ),
    ("key", (r"\([\w, .\"]{1,200}\)=\([^()\n]{0,400}(?:\([^()\n]{0,100}\)[^()\n]{0,100}){0,4}\)",)),
    (
        "quoted",
        (
            r"\"(?:[^\"\\\n]|\\.){0,600}\"",
            r"(?<![A-Za-z0-9])'(?:[^'\\\n]|\\.){0,600}'(?![a-z])",
            r"`[^`\n]{0,600}`",
            r"“[^”\n]{0,600}”",
            r"«[^»\n]{0,600}»",
        ),
    ),
    ("ip", (_OCTET4, r"(?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?::\d{1,5})?(?![\w:])")),
    ("host", (r"\blocalhost(?::\d{1,5})?\b", r"\b[a-z][\w-]{0,62}(?:\.[\w-]{1,63}){0,6}:\d{2,5}\b")),
    (
        "path",
        (
            r"(?<![\w<>)\]}:/])(?:[A-Za-z]:\\|~?/|\.{1,2}/)[^\s\"'`<>|,;()]{2,400}",
            r"\b[\w.-]{1,80}/[\w./-]{1,200}\.[a-z]{1,5}\b",
            r"\b[\w-]{1,120}\.(?:pdf|png|jpe?g|gif|webp|heic|svg|mp[34]|json|csv|xml|html?|txt|md|zip|gz|db|log|bin|docx?|xlsx?)\b",
        ),
    ),
    ("size", (r"(?<![\w.])\d{1,30}(?:[.,]\d{1,30}){0,9} ?(?:[kKMGT]i?B|[Bb]ytes?|B)\b",)),
    ("duration", (rf"(?<![\w.])\d{{1,30}}(?:\.\d{{1,30}})? ?{_UNIT_OF_TIME}\b",)),
    ("hex", (r"\b0x[0-9a-fA-F]{1,200}\b", r"\b(?=[a-f]{0,128}[0-9])(?=[0-9]{0,128}[a-f])[0-9a-f]{7,128}\b")),
    ("ulid", (r"\b[0-9A-HJKMNP-TV-Z]{26}\b",)),
    ("base64", (r"(?<![\w+/.-])(?=[A-Za-z+/]{0,80}[0-9])(?=[a-z0-9+/]{0,80}[A-Z])[A-Za-z0-9+/]{20,2000}={0,2}",)),
    (
        "id",
        (
            r"\b(?=[\w.-]{0,80}\d)[A-Za-z][A-Za-z0-9]{0,40}(?:[_.-][A-Za-z0-9]{1,64}){1,12}\b",
            r"\b[a-z]{2,12}:[0-9]{1,30}\b",
            r"\b[A-Za-z]{1,64}\d[A-Za-z0-9]{0,64}\b",
            r"\b\d{1,30}[A-Za-z]{1,3}\b",
            r"\b(?=[A-Za-z0-9]{0,64}[0-9])(?=[A-Za-z0-9]{0,64}[a-z])[A-Za-z0-9]{10,64}\b",
        ),
    ),
    (
        "number",
        (
            r"(?<![A-Za-z0-9_<:$])[-+]?\d{1,400}(?:[.,:_]\d{1,30}){0,20}(?:[eE][-+]?\d{1,4})?%?(?![A-Za-z0-9_])",
            r"\bv\d{1,5}(?:\.\d{1,9}){1,5}\b",
            r"(?<=[A-Za-z])\d{3,400}\b",
        ),
    ),
)

SAME = {"uuid": "id", "ulid": "id", "hex": "id", "base64": "id", "ip": "host"}
"""Kinds that stand for one another: whether an id has a letter, or a host a name, is chance."""

VOLATILE = re.compile("|".join(f"(?P<{kind}>{'|'.join(patterns)})" for kind, patterns in _KINDS))
"""Matches the next volatile piece; `lastgroup` is its kind."""
_SIGN = re.compile(r"[\d\"'`“«/\\@(~:.](?:(?<![:.])|(?<=:)(?=\S)|(?<=\.)(?=\w))")
"""What each volatile piece begins with, or has in the word that it begins in: plain words are passed over by it.

A set of characters comes first, which the engine looks for many times faster than for a choice of patterns.
"""
_RARE = re.compile(r"[A-Za-f](?:(?<=[MTWFS])(?:on|ue|ed|hu|ri|at|un)|(?<=[A-Z])[A-Z]{25}|(?<=[a-fA-F])[a-fA-F]{7}-)")
"""Weekdays, ULIDs and UUIDs of letters alone, and `localhost` have no such sign in their first word."""


def may_hold_pieces(text: str) -> bool:
    """Tell whether a volatile piece may begin in a text; False is certain, if a space ends it."""
    return _SIGN.search(text) is not None or "localhost" in text or _RARE.search(text) is not None


def volatile_pieces(text: str) -> Iterator[re.Match[str]]:
    """Yield what `VOLATILE.finditer` does, which tries everything at each letter of the plain words too."""
    if "localhost" in text or _RARE.search(text):
        yield from VOLATILE.finditer(text)
        return
    position = 0
    while sign := _SIGN.search(text, position):
        start = sign.start()
        while start > position and not text[start - 1].isspace():
            start -= 1
        found = VOLATILE.search(text, start)
        if found is None:
            return
        yield found
        position = found.end()
