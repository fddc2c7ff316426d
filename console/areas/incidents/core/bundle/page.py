"""Whether the report in a bundle is a page that only shows: who unpacks it opens it in a browser, whoever made it.

Taken is what the report's own writer makes, and its like: a few harmless elements, their attributes in double quotes, one
style sheet, links within the page. All else is refused, for what one reader of HTML takes for text another one runs.
"""

import re

# fmt: off
_TAGS = frozenset((
    "a", "abbr", "b", "blockquote", "body", "br", "caption", "circle", "code", "col", "colgroup", "dd", "desc",
    "details", "div", "dl", "dt", "ellipse", "em", "figcaption", "figure", "footer", "g", "h1", "h2", "h3", "h4",
    "h5", "h6", "head", "header", "hr", "html", "i", "kbd", "li", "line", "main", "mark", "meta", "nav", "ol", "p",
    "path", "polygon", "polyline", "pre", "rect", "samp", "section", "small", "span", "strong", "style", "sub",
    "summary", "sup", "svg", "table", "tbody", "td", "text", "tfoot", "th", "thead", "time", "title", "tr", "tspan",
    "u", "ul", "var",
))
_ATTRIBUTES = frozenset((
    "charset", "class", "colspan", "content", "cx", "cy", "d", "datetime", "dir", "dx", "dy", "height", "href", "http-equiv",
    "id", "lang", "name", "opacity", "open", "points", "r", "role", "rowspan", "rx", "ry", "scope", "tabindex",
    "text-anchor", "title", "transform", "viewbox", "width", "x", "x1", "x2", "y", "y1", "y2",
))
# fmt: on
_PIECE = re.compile(
    r"(?P<text>[^<]+)|<!doctype html>|</(?P<end>[a-z][a-z0-9]*)>"
    r'|<(?P<tag>[a-z][a-z0-9]*)(?P<attributes>(?:\s[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"<>]*")?)*)\s?/?>',
    re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r'([a-zA-Z0-9:-]+)(?:="([^"]*)")?')
_LOADS = re.compile(
    r"url\s*\(|@import|image-set|image\s*\(|src\s*\(|expression|binding|behavior|script:|\\|&", re.IGNORECASE
)
_SHOWN = 60


def page_fault(page: str) -> str | None:
    """Return what a page has that a report may not have, None for one that only shows."""
    place, inside = 0, ""
    while place < len(page):
        piece = _PIECE.match(page, place)
        if piece is None:
            return f"there is markup in it that no report has: {page[place : place + _SHOWN]!r}"
        place = piece.end()
        if piece["text"]:
            if inside == "style" and (loads := _LOADS.search(piece["text"])):
                return f"its style could load or run something: {loads[0]!r}"
        elif inside:
            if (piece["end"] or "").lower() != inside:
                return f"there is markup inside its <{inside}>"
            inside = ""
        elif piece["tag"]:
            tag = piece["tag"].lower()
            if fault := _tag_fault(tag, piece["attributes"]):
                return fault
            inside = tag if tag in ("style", "title") else ""
    return None


def _tag_fault(tag: str, attributes: str) -> str | None:
    if tag not in _TAGS:
        return f"there is a <{tag}> in it, which no report has"
    for name, value in _ATTRIBUTE.findall(attributes):
        name = name.lower()
        if name not in _ATTRIBUTES and not name.startswith("aria-"):
            return f"a <{tag}> in it has the attribute {name!r}, which no report has"
        if name == "href" and not value.startswith("#"):
            return f"a link in it leads out of the page: {value[:_SHOWN]!r}"
        if name == "http-equiv" and value.lower() != "content-security-policy":
            return f"a <meta> in it gives the browser an order: {value[:_SHOWN]!r}"
    return None
