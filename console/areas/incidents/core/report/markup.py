"""HTML that cannot be broken out of: a text is escaped unless it is `Html`, which only these functions make."""

from collections.abc import Iterable
from html import escape

from console.areas.incidents.core.report.words import counted
from console.model.taxonomy import SEVERITY_GLYPHS
from console.model.visible import clip, visible

LONGEST = 4_000
"""A longer text is cut, with an ellipsis; the events themselves hold all of it."""
ROOM = 1_000_000
"""Characters of markup that one table or list may take: with all of them the page stays one that a browser opens."""
_VOID = frozenset({"meta", "br", "hr", "rect", "line", "circle", "path", "polyline"})


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def text(value: str, limit: int = LONGEST) -> Html:
    """Return a text as markup: escaped, cut, with what hides or turns it around made visible; lines stay lines."""
    return Html(escape(visible(clip(value, limit), lines=True)))


def element(tag: str, *children: str | Html, **attributes: str | float | None) -> Html:
    """Return an element. `class_` is written `class`, `_` in a name `-`; attributes of None are left out."""
    written = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{text(value) if isinstance(value, str) else _number(value)}"'
        for name, value in attributes.items()
        if value is not None
    )
    if tag in _VOID:
        return Html(f"<{tag}{written}{'/' if tag not in ('meta', 'br', 'hr') else ''}>")
    return Html(f"<{tag}{written}>{join(children)}</{tag}>")


def join(parts: Iterable[str | Html]) -> Html:
    """Return parts as one piece of markup; those that are plain text are escaped."""
    return Html("".join(part if isinstance(part, Html) else text(part) for part in parts))


def table(heads: Iterable[str], rows: Iterable[Iterable[str | Html]], *, numbers: Iterable[int] = ()) -> Html:
    """Return a table; the columns at `numbers` are set to the right. Rows beyond `ROOM` are left out, which is said."""
    right = frozenset(numbers)
    head = [element("th", one, scope="col", class_="n" if place in right else None) for place, one in enumerate(heads)]
    body = [
        element("tr", *[element("td", one, class_="n" if place in right else None) for place, one in enumerate(row)])
        for row in rows
    ]
    shown = fitting(body)
    inner = element("table", element("thead", element("tr", *head)), element("tbody", *shown))
    left_out = len(body) - len(shown)
    words = element("p", f"… and {counted(left_out, 'row')} more, for which this page has no room.", class_="quiet")
    return element("div", inner, *([words] if left_out else []), class_="wide")


def fitting(parts: Iterable[Html], room: int = ROOM) -> list[Html]:
    """Return the parts that fit into so many characters, from the first one on; the first in any case."""
    shown: list[Html] = []
    for part in parts:
        room -= len(part)
        if shown and room < 0:
            break
        shown.append(part)
    return shown


def section(name: str, title: str, *children: str | Html) -> Html:
    """Return a part of the report under its heading."""
    return element("section", element("h2", title), *children, id=name)


def severity(name: str) -> Html:
    """Return a severity with its sign and colour; any other word gets those of `info`."""
    known = name if name in SEVERITY_GLYPHS else "info"
    return element("span", f"{SEVERITY_GLYPHS[known]} {name}", class_=f"t-{known}")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
