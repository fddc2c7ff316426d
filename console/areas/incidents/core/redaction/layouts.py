"""Secrets in texts laid out in lines: YAML, CSV and other tables, rows behind COPY."""

import re
from collections.abc import Iterator

from console.areas.incidents.core.redaction.names import Holds, Names
from console.areas.incidents.core.redaction.said import Span

_NOTHING = frozenset(("", "null", "~", "none", "nil", "true", "false", "undefined", "{}", "[]"))
_KEY = re.compile(r"(?P<indent>[ \t]*(?:-[ \t]+)?)[\"']?(?P<name>[\w.$-]{1,128})[\"']?:(?:[ \t]+(?P<value>\S.*?))?[ \t\r]*$")
_ITEM = re.compile(r"[ \t]*(?:-[ \t]+|[\"']?[\w.$-]{1,128}[\"']?:[ \t]+)?(\S.*?)[ \t\r]*$")
_ONLY_KEY = re.compile(r"[ \t]*(?:-[ \t]+)?[\"']?[\w.$-]{1,128}[\"']?:[ \t\r]*$")
_FOLD = re.compile(r"[|>][-+0-9]{0,3}(?:[ \t]+#.*)?")
_TOKEN_LIKE = re.compile(r"(?=\S*\d)\S{4,}|\S{20,}")
_NAMING = frozenset(("name", "key"))
_VALUE = frozenset(("value", "val"))
_KUBERNETES = frozenset(("data", "stringData"))
_NEW_DOCUMENT = "---"
_COPY = re.compile(
    r"\bCOPY\s{1,8}[\w.\"]{1,130}\s{0,8}\(([^()]{1,4000})\)\s{1,8}FROM\s{1,8}stdin[^\n]{0,200}\n", re.IGNORECASE
)
_HEAD = re.compile(r"[ \t]*[\"']?[\w.$#-]{1,64}[\"']?[ \t\r]*")
_TABLE_HEAD = re.compile(r"[ \t]*[\w.$# -]{0,64}[ \t\r]*")
_RULE = re.compile(r"[-:=+ \t\r]*")
_LONGEST_HEAD = 8_192


class _Line:
    """A line, where it begins, and how far it is indented."""

    __slots__ = ("indent", "said", "start")

    def __init__(self, start: int, said: str) -> None:
        self.start, self.said = start, said
        self.indent = len(said) - len(said.lstrip(" \t"))


def _lines(text: str) -> list[_Line]:
    lines, place = [], 0
    for said in text.split("\n"):
        lines.append(_Line(place, said))
        place += len(said) + 1
    return lines


def find_layouts(text: str, names: Names) -> Iterator[Span]:
    """Yield the values in lines that are told to be secrets by other lines, or by a key in YAML."""
    if "\n" not in text:
        return
    lines = _lines(text)
    yield from _yaml(lines, names)
    for sign in ",;|\t":
        if sign in text:
            yield from _table(lines, sign, names)
    yield from _copied(text, names)


def _yaml(lines: list[_Line], names: Names) -> Iterator[Span]:
    done = 0
    is_secret = False
    named: Holds = ""
    for at, line in enumerate(lines):
        if line.said.startswith(_NEW_DOCUMENT):
            is_secret = False
        elif line.said.startswith("kind:"):
            is_secret = line.said[5:].strip() == "Secret"
        found = _KEY.match(line.said) if at >= done and ":" in line.said else None
        if not found:
            named = ""
            continue
        name, value = found["name"], found["value"] or ""
        holds = names.holds(name) or ("secret" if is_secret and name in _KUBERNETES and not line.indent else "")
        if name in _VALUE and named:
            yield _quoteless(line.start + found.start("value"), value, named)
        named = names.holds(value.strip("\"'")) if name in _NAMING else ""
        if not holds:
            continue
        if not value or _FOLD.fullmatch(value):
            done = _block_end(lines, at, found.end("indent"))
            yield from _block(lines, at, done, holds, is_folded=bool(value))
        elif (
            holds == "secret"
            and " " not in value
            and value[-1] != ","
            and value.lower() not in _NOTHING
            and _is_among_keys(lines, at)
        ):
            yield _quoteless(line.start + found.start("value"), value, holds)


def _quoteless(start: int, value: str, holds: Holds) -> Span:
    quote = value[:1]
    if quote in "\"'" and len(value) > 2 and value[-1] == quote:
        return start + 1, start + len(value) - 1, holds
    return start, start + len(value), holds


def _is_among_keys(lines: list[_Line], at: int) -> bool:
    return any(0 <= beside < len(lines) and _KEY.match(lines[beside].said) for beside in (at - 1, at + 1))


def _block_end(lines: list[_Line], at: int, indent: int) -> int:
    """Return the line behind a block: those indented further, and items of a list as far as the key."""
    end = at + 1
    while end < len(lines):
        line = lines[end]
        is_item = line.indent == lines[at].indent and line.said.lstrip(" \t").startswith("- ") and indent == line.indent
        if line.said.strip() and line.indent <= lines[at].indent and not is_item:
            break
        end += 1
    return end


def _block(lines: list[_Line], at: int, end: int, holds: Holds, *, is_folded: bool) -> Iterator[Span]:
    block = [line for line in lines[at + 1 : end] if line.said.strip()]
    if is_folded and block:
        last = block[-1]
        yield block[0].start + block[0].indent, last.start + len(last.said.rstrip()), holds
    elif block:
        for line in block:
            item = None if _ONLY_KEY.match(line.said) else _ITEM.match(line.said)
            if item and item[1].lower() not in _NOTHING:
                yield _quoteless(line.start + item.start(1), item[1], holds)
    elif holds == "secret" and end < len(lines):  # "password:" and in the next line nothing but the value
        said = lines[end].said.strip()
        if _TOKEN_LIKE.fullmatch(said) and not said.endswith(":"):
            start = lines[end].start + lines[end].indent
            yield start, start + len(said), holds


def _table(lines: list[_Line], sign: str, names: Names) -> Iterator[Span]:
    head = _TABLE_HEAD if sign == "|" else _HEAD
    kinds: list[Holds] = []
    for line in lines:
        cells = line.said.split(sign) if sign in line.said else []
        if kinds and len(cells) == len(kinds):
            place = line.start
            for kind, cell in zip(kinds, cells, strict=True):
                said = cell.strip(" \t\r\"'")
                if kind and said.lower() not in _NOTHING and not _RULE.fullmatch(cell):
                    start = place + cell.index(said)
                    yield start, start + len(said), kind
                place += len(cell) + 1
            continue
        kinds = []
        if len(cells) > 1 and len(line.said) < _LONGEST_HEAD and all(head.fullmatch(cell) for cell in cells):
            told = [names.holds(said) if (said := cell.strip(" \t\r\"'")) else "" for cell in cells]
            kinds = told if any(told) else []


def _copied(text: str, names: Names) -> Iterator[Span]:
    place = 0
    for found in _COPY.finditer(text):
        if found.start() < place:
            continue
        kinds = [names.holds(column.strip(' "\r\n\t')) for column in found[1].split(",")]
        place = found.end()
        while any(kinds) and place < len(text) and not text.startswith("\\.", place):
            end = text.find("\n", place)
            end = len(text) if end < 0 else end
            start = place
            for kind, cell in zip(kinds, text[place:end].split("\t"), strict=False):
                if kind and cell not in ("\\N", ""):
                    yield start, start + len(cell), kind
                start += len(cell) + 1
            place = end + 1
