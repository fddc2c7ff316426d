"""What a text looks like: one form at most, and only when the whole text matches it."""

import re
from typing import Final

LONGEST = 256
"""Characters; a longer text is of no form."""
INTEGER, NUMBER, HEX = "integer text", "number text", "hex"
_FORMS: Final = (
    ("uuid", re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")),
    (
        "date-time",
        re.compile(r"\d{4}-[01]\d-[0-3]\d[Tt ][0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{1,12})?(?:[Zz]|[+-][0-2]\d:?[0-5]\d)"),
    ),
    ("local date-time", re.compile(r"\d{4}-[01]\d-[0-3]\d[Tt ][0-2]\d:[0-5]\d(?::[0-6]\d(?:\.\d{1,12})?)?")),
    ("date", re.compile(r"\d{4}-[01]\d-[0-3]\d")),
    ("time", re.compile(r"[0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{1,12})?(?:[Zz]|[+-][0-2]\d:[0-5]\d)?")),
    ("ipv4", re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)")),
    (INTEGER, re.compile(r"[+-]?\d{1,40}", re.ASCII)),
    (NUMBER, re.compile(r"[+-]?\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,4})?", re.ASCII)),
    (HEX, re.compile(r"(?:[0-9a-fA-F]{2}){4,64}")),
    ("email", re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")),
    ("uri", re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:[^\s\x00-\x1f\"<>\\^`{|}]+")),
)
_MATCHES = tuple((name, form.fullmatch) for name, form in _FORMS)
_DIGIT_FIRST = tuple(pair for pair in _MATCHES if pair[0] not in ("email", "uri"))
_WIDER: Final = {INTEGER: (NUMBER, HEX)}


def form_of(text: str) -> str:
    """Return the name of the text's form (`uuid`, `date-time`, `integer text`…), "" for none.

    The names of JSON Schema's formats where it has them (RFC 3339, RFC 4122, RFC 3986, in their usual shapes).
    """
    if not text or len(text) > LONGEST or not text.isascii():
        return ""
    for name, matches in _DIGIT_FIRST if text[0].isdigit() and "@" not in text else _MATCHES:
        if matches(text):
            return name
    return ""


def is_within(form: str, wider: str) -> bool:
    """Return whether each text of the form is one of the wider form too ("12" among hex or number texts)."""
    return form == wider or wider in _WIDER.get(form, ())


def is_key_of_map(key: str) -> bool:
    """Return whether a key looks like a value (a number, an id, a date) and not like the name of a field."""
    return form_of(key) not in ("", "uri", "email", "time") or "@" in key[1:]
