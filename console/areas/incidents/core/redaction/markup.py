"""Secrets in markup: fields of forms, elements and attributes of XML, property lists, the parts of a multipart body."""

import re
from collections.abc import Iterator

from console.areas.incidents.core.redaction.names import Holds, Names
from console.areas.incidents.core.redaction.said import Span

_TAG = re.compile(r"<(?P<name>[A-Za-z_][\w.:-]{0,127})(?P<rest>[^<>]{0,4096})>")
_ATTRIBUTE = re.compile(
    r"([A-Za-z_][\w.:-]{0,63})\s{0,8}=\s{0,8}\\*(?:\"([^\"]{0,4000})|'([^']{0,4000})|([^\s\"'<>]{1,1000}))"
)
_NAMING = frozenset(("name", "key", "id", "type", "property", "itemprop", "field", "autocomplete", "param"))
_VALUES = frozenset(("value", "content", "val", "text", "default", "defaultvalue", "data-value"))
_CONTENT = re.compile(r"\s*(?:<!\[CDATA\[([^\]]{0,8192})\]\]|([^<]{1,8192}))")
_KEY = re.compile(
    r"<(?:key|t[hd]|dt|name|label)(?:\s[^<>]{0,200})?>\s{0,64}([^<]{1,128})</\w{2,5}>\s{0,64}"
    r"<(?:string|data|integer|td|dd|value)(?:\s[^<>]{0,200})?>([^<]{1,8192})"
)
"""A name and a value in elements side by side: in property lists, tables, lists of definitions."""
_PART = re.compile(r"content-disposition:[^\r\n]{0,200}?\bname=\\?\"?([^\";\\\r\n]{1,128})", re.IGNORECASE)
_GAP = re.compile(r"\r?\n[ \t]*\r?\n")
_BORDER = re.compile(r"\r?\n--|$(?![\s\S])")
_MOST_HEADERS = 2_000


def find_markup(text: str, names: Names) -> Iterator[Span]:
    """Yield the contents and the values of elements that are named as secrets."""
    for found in _TAG.finditer(text):
        holds = _holds(found["name"], names)
        attributes = {pair[1].lower(): pair for pair in _ATTRIBUTE.finditer(text, *found.span("rest"))}
        told = [kind for name in _NAMING & attributes.keys() if (kind := _holds(_said(attributes[name]), names))]
        holds = holds or (told[0] if told else "")
        for name in _VALUES & attributes.keys() if holds else ():
            yield *_span(attributes[name]), holds
        for name, pair in attributes.items():
            own = _holds(name, names)
            if own:
                yield *_span(pair), own
        inside = _CONTENT.match(text, found.end()) if holds and not found["rest"].endswith("/") else None
        if inside:
            yield *_trimmed(text, *inside.span(1 if inside[1] is not None else 2)), holds
    for found in _KEY.finditer(text):
        holds = _holds(found[1], names)
        if holds:
            yield *_trimmed(text, *found.span(2)), holds


def _holds(name: str, names: Names) -> Holds:
    return names.holds(name.strip(" \t\r\n:").rpartition(":")[2])


def _said(pair: re.Match[str]) -> str:
    return (pair[2] or pair[3] or pair[4] or "").rstrip("\\")


def _span(pair: re.Match[str]) -> tuple[int, int]:
    group = next((at for at in (2, 3, 4) if pair[at] is not None), 4)
    start, end = pair.span(group)
    return start, end - len(pair[group]) + len(pair[group].rstrip("\\"))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    said = text[start:end]
    return start + len(said) - len(said.lstrip()), max(start, end - len(said) + len(said.rstrip()))


def find_parts(text: str, names: Names) -> Iterator[Span]:
    """Yield the bodies of the parts of a form whose names are those of secrets."""
    for found in _PART.finditer(text):
        holds = names.holds(found[1])
        gap = _GAP.search(text, found.end(), found.end() + _MOST_HEADERS) if holds else None
        if gap:
            border = _BORDER.search(text, gap.end())
            yield gap.end(), border.start() if border else len(text), holds
