"""Take out of a text what differs from one occurrence of an error to the next, and remember what it was."""

import re
from typing import NamedTuple

from console.areas.errors.core.volatile import SAME, may_hold_pieces, volatile_pieces
from console.model.endpoint import endpoint_template

MAX_TEXT = 1_000
MAX_REPLACED = 40


class Normalised(NamedTuple):
    """`text` with each volatile piece as `<kind>`; `replaced` holds (kind, original) in the order of the text."""

    text: str
    replaced: tuple[tuple[str, str], ...]


_NAMING = re.compile(
    r"\b(?:relation|table|column|constraint|index|function|schema|property|properties|attribute|module|reading|setting|operator"
    r"|sequence|view|trigger|parameter|argument|field|method|import|export|variable|option|directive|component|extension)"
    r"\ (?:named\ )?\(?$|\((?:reading|setting|evaluating)\ $",
    re.IGNORECASE,
)
_NAMED = re.compile(r"^ (?:object|is not defined|of relation|constraint|has no attribute|violates|argument|must|codec)\b")
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:[.#][A-Za-z_$][\w$]*){0,4}(?:\(\))?")
_STANDARD = re.compile(r"(?:int|uint|float|utf|sha|md|http|oauth|base|ipv|[a-z])[-_]?\d{1,5}", re.IGNORECASE)
_KINDS = re.compile(r"<\w+>")
_LISTS = re.compile(r"(<[\w…]+>)(?:(?:, ?| |\|)\1)+")
_STATUS = re.compile(
    r"(?:\bHTTP|\bstatus|\bcode|\bstatus code|\d/) $|(?:\bstatus|\bcode)[=:] ?$|[A-Z]{3,7} \S+ (?:- |-> |→ )$", re.IGNORECASE
)
_MAY_BE_STATUS = (*("p ", "P ", "s ", "S ", "e ", "E ", "/ ", "- ", "> ", "→ "), *("=", ":", "= ", ": "))
"""What stands right before a status, for nearly all numbers are none."""
_VERB = re.compile(r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) $")
_API = re.compile(r"/(?:api|v\d|rpc|graphql|auth|sync)\b")


def normalise(text: str) -> Normalised:
    """Return a text without ids, numbers, times, addresses, paths, quoted values and the like; repeats are one."""
    text = text[:MAX_TEXT]
    replaced: list[tuple[str, str]] = []
    parts: list[str] = []
    done = 0
    for match in volatile_pieces(text):
        kind, found = str(match.lastgroup), match[0]
        kept = _kept(kind, found, match)
        if kept is None and len(replaced) < MAX_REPLACED:
            replaced.append((kind, found))
        parts += [text[done : match.start()], f"<{SAME.get(kind, kind)}>" if kept is None else kept]
        done = match.end()
    plain = "".join(parts) + text[done:]
    return Normalised(" ".join(_without_repeats(plain).split()), tuple(replaced))


def comparable(text: str) -> str:
    """Return a normalised text without the kinds: a seat may be `12` or `12C`, and is a seat either way."""
    return _without_repeats(_KINDS.sub("<…>", text)) if "<" in text else text


def _without_repeats(text: str) -> str:
    return _LISTS.sub(r"\1", text) if text.count("<") > 1 else text


def plain_lead(text: str) -> str:
    """Return the words before the first colon where nothing in them is volatile; "" where the whole text must be looked at.

    It is what the normalised text would have there, and all that most thrown messages are compared by.
    """
    head, colon, rest = text[:MAX_TEXT].partition(": ")
    if " " not in head or not rest.strip() or head[0] == " " or "  " in head or "<" in head or not head.isprintable():
        return ""
    return "" if may_hold_pieces(head + colon) else head


def _kept(kind: str, found: str, match: re.Match[str]) -> str | None:
    """Return what stands for a piece that says what failed rather than to whom; None for a volatile one."""
    if kind == "quoted":
        return found if _is_name(found[1:-1], match) else None
    if kind == "url":
        scheme, _, rest = found.partition("://")
        return (
            f"{scheme}://<host>{endpoint_template('/' + rest.partition('/')[2])}"
            if scheme[:4] in ("http", "ws", "wss")
            else None
        )
    if kind == "path":
        before = match.string[max(0, match.start() - 30) : match.start()]
        return endpoint_template(found) if _VERB.search(before) or _API.match(found) else None
    if kind == "number" and len(found) == 3 and found.isdigit() and _follows_status(match.string, match.start()):
        return found
    if kind == "id" and _STANDARD.fullmatch(found):
        return found
    if kind == "id" and ":" in found:
        return found.partition(":")[0] + ":<id>"
    if kind == "key":
        return found.partition("=")[0] + "=(<value>)"
    return None


def _follows_status(text: str, start: int) -> bool:
    return (
        text.endswith(_MAY_BE_STATUS, max(0, start - 2), start)
        and _STATUS.search(text, max(0, start - 300), start) is not None
    )


def _is_name(content: str, match: re.Match[str]) -> bool:
    """A quoted name says what failed (a relation, a property); a quoted value is only an example of it."""
    if _NAME.fullmatch(content) is None or any(map(str.isdigit, content)):
        return False
    before = match.string[max(0, match.start() - 24) : match.start()]
    return bool(_NAMING.search(before) or _NAMED.match(match.string[match.end() : match.end() + 20]))
