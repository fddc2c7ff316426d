"""The filter language: what a filter means (the tree), which fields it knows, and its canonical text.

The grammar itself lives in `console.store.filter_grammar` and is loaded by the first parse, because building
the parser costs more than starting the command line.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from difflib import get_close_matches
from typing import Literal

MAX_LENGTH = 4_000
"""Longest filter, in characters."""
MAX_NESTING = 50
"""Deepest nesting of parentheses; keeps every later walk over the tree far from Python's recursion limit."""

LEVELS = ("debug", "info", "warning", "error", "critical")
SEVERITIES = ("info", "low", "medium", "high", "critical", "fatal")
FLAGS = ("gap", "degraded", "quarantined", "pinned", "error")
PRESENCES = ("stack", "correlation", "entity", "duration")

Kind = Literal["open", "ordered", "flag", "entity", "duration", "time"]
Operator = Literal[":", "=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A value of an open field: equal to `value`, or with `prefix` beginning with it (`service:*`: `("", True)`)."""

    value: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class EntityRef:
    """An entity. Without a `type`, `id` is compared with the entity's type *and* with its id: either may match."""

    type: str | None
    id: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Relative:
    """`seconds` before now."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Absolute:
    """A moment in Unix milliseconds."""

    epoch_ms: int


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of today in the local zone, as seconds on the clock's face since 00:00."""

    seconds: int


Moment = Relative | Absolute | TimeOfDay
Value = tuple[str, ...] | tuple[Pattern, ...] | tuple[EntityRef, ...] | str | float | Moment


@dataclass(frozen=True, slots=True)
class All:
    """Matches everything: the empty filter."""


@dataclass(frozen=True, slots=True)
class And:
    """At least two children, none of them an And."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least two children, none of them an Or."""

    children: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The negation of `child`, which is never a Not."""

    child: "Node"


@dataclass(frozen=True, slots=True)
class Text:
    """A search in the event's text: one word, or a quoted phrase; `prefix` also finds what only begins so."""

    value: str
    phrase: bool = False
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A field compared with a value. The field's kind settles `op` and the type of `value`:

    * open: `:` or `!=` with tuple[Pattern, ...] (any of them)
    * ordered: `:` or `!=` with tuple[str, ...]; `<` `<=` `>` `>=` with one str, ordered as in `FieldSpec.values`
    * flag: `:` with tuple[str, ...] (any of them)
    * entity: `:` or `!=` with tuple[EntityRef, ...]
    * duration: `=` `!=` `<` `<=` `>` `>=` with a float of milliseconds
    * time: `:` with a Moment; see `resolve_moment`
    """

    name: str
    op: Operator
    value: Value


Node = All | And | Or | Not | Text | Field


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """What a field is called, how it is compared, and, for closed sets, its values (ordered ones rising)."""

    name: str
    kind: Kind
    title: str
    example: str
    operators: tuple[Operator, ...]
    values: tuple[str, ...] | None = None


_EQUAL: tuple[Operator, ...] = (":", "=", "!=")
_ORDER: tuple[Operator, ...] = ("<", "<=", ">", ">=")

FIELDS: dict[str, FieldSpec] = {
    spec.name: spec
    for spec in (
        FieldSpec("level", "ordered", "Log level", "level:error,critical", _EQUAL + _ORDER, LEVELS),
        FieldSpec("severity", "ordered", "Severity", "severity>=high", _EQUAL + _ORDER, SEVERITIES),
        FieldSpec("category", "open", "Error category", "category:DATABASE*", _EQUAL),
        FieldSpec("layer", "open", "Layer of the platform", "layer:data", _EQUAL),
        FieldSpec("service", "open", "Service that reported it", "service:server", _EQUAL),
        FieldSpec("type", "open", "Event type", "type:sync_update", _EQUAL),
        FieldSpec("source", "open", "Connection it came by", "source:staging", _EQUAL),
        FieldSpec("entity", "entity", "Entity type, id or both", "entity:message/message_31", _EQUAL),
        FieldSpec("correlation", "open", "Correlation id", "correlation:req-7f3a*", _EQUAL),
        FieldSpec("fingerprint", "open", "Fingerprint of the error", "fingerprint:a1b2c3", _EQUAL),
        FieldSpec("id", "open", "Event id", "id:1042", _EQUAL),
        FieldSpec("duration", "duration", "Duration (ms; or us, s, m)", "duration>=1.5s", _EQUAL + _ORDER),
        FieldSpec("since", "time", "From this time on", "since:15m", (":",)),
        FieldSpec("until", "time", "Up to this time", "until:2026-11-23T13:00", (":",)),
        FieldSpec("is", "flag", "State of the row", "is:gap", (":",), FLAGS),
        FieldSpec("has", "flag", "What the event carries", "has:stack", (":",), PRESENCES),
    )
}


class FilterError(ValueError):
    """The filter cannot be understood.

    `message` says what is wrong and what to do; `position` (0-based) and `length` say where in `text`.
    """

    def __init__(self, message: str, text: str, position: int, length: int = 1) -> None:
        super().__init__(message, text, position, length)
        self.message, self.text, self.position, self.length = message, text, position, max(1, length)

    def __str__(self) -> str:
        """Return two lines: the filter (shortened around the fault), and carets below the fault with the message."""
        start = max(0, self.position - 60)
        end = min(len(self.text), self.position + 40)
        # Control and bidi characters are shown as one visible mark each, so that the carets stay in place.
        shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in self.text[start:end])
        lead = "…" if start else ""
        indent = len(lead) + _columns(shown[: self.position - start])
        carets = "^" * max(1, _columns(shown[self.position - start :][: self.length]))
        return f"{lead}{shown}{'…' if end < len(self.text) else ''}\n{' ' * indent}{carets} {self.message}"


def _columns(text: str) -> int:
    """Return the width of `text` in a terminal's columns."""
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def parse_filter(text: str) -> Node:
    """Read a filter; blank text gives All(). Raises FilterError, and nothing else, for any other text."""
    if not text.strip():
        return All()  # without the parser: the window's first question asks for everything
    from console.store.filter_grammar import parse

    return parse(text)


def resolve_moment(moment: Moment, now_ms: int) -> int:
    """Return `moment` in Unix milliseconds, seen from `now_ms` and in the system's time zone."""
    if isinstance(moment, Relative):
        return now_ms - moment.seconds * 1000
    if isinstance(moment, Absolute):
        return moment.epoch_ms
    minutes, second = divmod(moment.seconds, 60)
    today = datetime.fromtimestamp(now_ms / 1000).astimezone()
    # Without its old offset, so that a day with a clock change takes the offset of the asked time.
    asked = today.replace(hour=minutes // 60, minute=minutes % 60, second=second, microsecond=0, tzinfo=None)
    return round(asked.astimezone().timestamp() * 1000)


WORD_PATTERN = r'(?!(?:AND|OR|NOT)(?![^\s()"]))(?!-(?!-))[^\s()":]+'
"""A bare word: no operator, no negation, and no colon (that belongs to fields)."""
ADDRESS_PATTERN = r'[A-Za-z][A-Za-z0-9+.\-]*://[^\s()"]*'
"""The one kind of word that may hold colons."""
COMPARED_WORD = re.compile(r"([A-Za-z_]+)\s*(?:[<>=]|!=)")
"""A word that looks like a comparison, such as `a=b` or a misspelt `severty>=high`."""

_PLAIN_WORD = re.compile(f"(?:{WORD_PATTERN}|{ADDRESS_PATTERN})")
_PLAIN_VALUE = re.compile(r'(?![<>=!])[^\s()",*]+')
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def misspelt_field(word: str, cutoff: float = 0.75) -> str | None:
    """Return the field that `word` probably means, or None."""
    close = get_close_matches(word.lower(), FIELDS, n=1, cutoff=cutoff)
    return close[0] if close else None


def quote(value: str) -> str:
    """Return `value` in quotes, escaped."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def quote_value(value: str) -> str:
    """Return `value` as it stands behind a field: bare where that is possible, else in quotes."""
    return value if _PLAIN_VALUE.fullmatch(value) else quote(value)


def format_filter(node: Node) -> str:
    """Return the canonical text of a tree from `parse_filter`; parsing it gives the same tree again.

    Times of day stay as they are, absolute times are written in UTC, durations in milliseconds.
    """
    match node:
        case All():
            return ""
        case And(children):
            parts = [f"({format_filter(c)})" if isinstance(c, Or) else format_filter(c) for c in children]
            # `duration >5` would read as one comparison, so a word like `>5` gets its AND spelt out.
            return parts[0] + "".join(f" AND {p}" if p[0] in "<>=!" else f" {p}" for p in parts[1:])
        case Or(children):
            return " OR ".join(format_filter(c) for c in children)
        case Not(And() | Or() as child):
            return f"-({format_filter(child)})"
        case Not(child):
            text = format_filter(child)
            return f"NOT {text}" if text.startswith("-") else f"-{text}"
        case Text():
            return _format_text(node)
        case Field():
            return f"{node.name}{node.op}{_format_value(node.value)}"


def _format_text(node: Text) -> str:
    star = "*" if node.prefix else ""
    bare = node.value + star
    compared = COMPARED_WORD.match(bare)
    plain = (
        not node.phrase
        and _PLAIN_WORD.fullmatch(bare) is not None
        and (node.prefix or not node.value.endswith("*") or node.value == "*")
        and not (compared and misspelt_field(compared[1]))
    )
    return bare if plain else quote(node.value) + star


def _format_value(value: Value) -> str:
    match value:
        case tuple():
            return ",".join(_format_item(item) for item in value)
        case str():
            return quote_value(value)
        case Relative(seconds):
            sizes = (("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60))
            unit, size = next((u for u in sizes if seconds and seconds % u[1] == 0), ("s", 1))
            return f"{seconds // size}{unit}"
        case Absolute(epoch_ms):
            moment = _EPOCH + timedelta(milliseconds=epoch_ms)
            return moment.isoformat(timespec="milliseconds").replace(".000", "").replace("+00:00", "Z")
        case TimeOfDay(seconds):
            face = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
            return f"{face}:{seconds % 60:02}" if seconds % 60 else face
        case _:
            # Decimal keeps every digit and never writes an exponent, which the language does not know.
            digits = format(Decimal(repr(float(value))), "f")
            return digits.removesuffix(".0")


def _format_item(item: str | Pattern | EntityRef) -> str:
    if isinstance(item, str):
        return quote_value(item)
    whole = item.value if isinstance(item, Pattern) else item.id if item.type is None else f"{item.type}/{item.id}"
    star = "*" if item.prefix else ""
    return star if star and not whole else quote_value(whole) + star
