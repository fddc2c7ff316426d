"""Notes in Markdown as HTML: headings, lists, quotes, code and emphasis. Everything else is shown as it is written.

There are no links: an address stands beside its words, to be read before it is used. HTML is text.
"""

import re
from collections.abc import Iterator

from console.areas.incidents.core.report.markup import Html, element, join, text

LONGEST = 200_000
_LONGEST_LINE = 4_000
"""In longer lines nothing is looked for."""
_FENCE = re.compile(r"\s{0,3}(?:```|~~~)")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_RULE = re.compile(r"\s{0,3}(?:-\s?-\s?-|\*\s?\*\s?\*)[-*\s]*")
_ITEM = re.compile(r"\s{0,8}(?:([-*+])|\d{1,9}[.)])\s+(.*)")
_QUOTE = re.compile(r"\s{0,3}>\s?(.*)")
_INLINE = re.compile(
    r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*\s][^*]*)\*"
    r"|!?\[(?P<words>[^\[\]]*)\]\((?P<address>[^()\s]*)(?:\s[^()]*)?\)"
)


def markdown(source: str) -> Html:
    """Return a note as HTML."""
    lines = source[:LONGEST].replace("\r\n", "\n").split("\n")
    blocks = list(_blocks(lines))
    if len(source) > LONGEST:
        blocks.append(element("p", f"… cut: the note has {len(source):,} characters.", class_="quiet"))
    return join(blocks)


def _blocks(lines: list[str]) -> Iterator[Html]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if _FENCE.match(line):
            end = next((place for place in range(at + 1, len(lines)) if _FENCE.match(lines[place])), len(lines))
            yield element("pre", text("\n".join(lines[at + 1 : end]), LONGEST))
            at = end + 1
        elif heading := _HEADING.match(line):
            yield element(f"h{min(6, 3 + len(heading[1]))}", _inline(heading[2].rstrip("# ")))
            at += 1
        elif not line.strip():
            at += 1
        elif _RULE.fullmatch(line):
            yield element("hr")
            at += 1
        else:
            kind = _kind(line)
            end = at
            while end < len(lines) and lines[end].strip() and _kind(lines[end]) == kind:
                end += 1
            yield _block(kind, lines[at:end])
            at = end


def _kind(line: str) -> str:
    """What a line is part of: an item without a mark of its own is a number's."""
    if _FENCE.match(line) or _HEADING.match(line) or _RULE.fullmatch(line):
        return ""
    if _QUOTE.match(line):
        return "blockquote"
    if item := _ITEM.match(line):
        return "ul" if item[1] else "ol"
    return "p"


def _block(kind: str, lines: list[str]) -> Html:
    if kind in ("ul", "ol"):
        items = [found[2] for line in lines if (found := _ITEM.match(line))]
        return element(kind, *[element("li", _inline(item)) for item in items])
    if kind == "blockquote":
        lines = [found[1] for line in lines if (found := _QUOTE.match(line))]
    inner = [_inline(line) for line in lines]
    return element(kind, *[part for line in inner for part in (line, element("br"))][:-1])


def _inline(line: str) -> Html:
    if len(line) > _LONGEST_LINE:
        return text(line, LONGEST)
    parts: list[Html] = []
    at = 0
    for found in _INLINE.finditer(line):
        parts.append(text(line[at : found.start()]))
        parts.append(_marked(found))
        at = found.end()
    return join([*parts, text(line[at:])])


def _marked(found: re.Match[str]) -> Html:
    if found["code"] is not None:
        return element("code", found["code"])
    for tag in ("strong", "em"):
        if found[tag] is not None:
            return element(tag, found[tag])
    words, address = found["words"], found["address"]
    return join([words, " (" if words else "", element("code", address), ")" if words else ""])
