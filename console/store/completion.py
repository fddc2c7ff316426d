"""What may come next in a half-written filter."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from console.store.filter import FIELDS, FieldSpec, quote_value

MAX_COMPLETIONS = 50

_KEYWORDS = {"AND": "both sides", "OR": "either side", "NOT": "not what follows"}
_HEAD = re.compile(r"([A-Za-z]+)(:?(?:<=|>=|!=|==|<|>|=)|:)")
_SUGGESTED_VALUES = {
    "duration": ("100", "500", "1s", "5s", "1m"),
    "since": ("5m", "15m", "1h", "24h", "7d"),
    "until": ("5m", "15m", "1h", "24h", "7d"),
}
_OPERATOR_WORDS = {
    ":": "is", "=": "equals", "!=": "is not", "<": "below", "<=": "at most", ">": "above", ">=": "at least",
}  # fmt: skip


class Completion(NamedTuple):
    """Put `insert` in the place of `text[replace_start:replace_end]`; a list shows `label` and, smaller, `detail`."""

    insert: str
    replace_start: int
    replace_end: int
    label: str
    detail: str


def complete(text: str, cursor: int, values: Mapping[str, Sequence[str]]) -> list[Completion]:
    """Return what fits at `cursor`, best first, at most MAX_COMPLETIONS.

    `values` holds the known values of open fields by field name, the most frequent first. `text` may be
    incomplete or wrong anywhere; inside a quoted phrase of free text nothing is offered.
    """
    cursor = max(0, min(cursor, len(text)))
    start = _term_start(text, cursor)
    end = _term_end(text, cursor)
    if text.startswith("-", start, cursor):
        start += 1
    term = text[start:cursor]
    head = _HEAD.match(term)
    spec = FIELDS.get(head[1].lower()) if head else None
    if head and spec:
        found = _complete_value(spec, head[2], term[head.end() :], text[cursor:], cursor, values)
    elif term.startswith('"'):
        found = iter(())
    else:
        found = _complete_name(term, start, end, text)
    return [completion for completion, _ in zip(found, range(MAX_COMPLETIONS), strict=False)]


def _term_start(text: str, cursor: int) -> int:
    """Return where the term under the cursor begins; blanks and parentheses inside quotes do not end a term."""
    start, index, quoted = 0, 0, False
    while index < cursor:
        character = text[index]
        if quoted and character == "\\":
            index += 1
        elif character == '"':
            quoted = not quoted
        elif not quoted and (character.isspace() or character in "()"):
            start = index + 1
        index += 1
    return min(start, cursor)


def _term_end(text: str, cursor: int) -> int:
    """Return where the name or value that the cursor stands in ends."""
    rest = re.match(r'[^\s()",:<>=!]*', text[cursor:])
    return cursor + (rest.end() if rest else 0)


def _complete_name(term: str, start: int, end: int, text: str) -> Iterator[Completion]:
    """Keywords; field names that begin with `term`, then those that hold it; the operators of a whole name."""
    negated = start > 0 and text[start - 1] == "-"
    for keyword, meaning in _KEYWORDS.items():
        if term and keyword.startswith(term) and not negated:
            yield Completion(f"{keyword} ", start, end, keyword, meaning)
    typed = term.lower()
    # A name that has its operator already keeps it.
    has_operator = re.match(r":|[<>=]|!=", text[end:]) is not None
    for spec in _rank(typed, FIELDS.values()):
        operators = spec.operators if spec.name == typed else spec.operators[:1]
        if spec.kind == "duration":
            operators = (">", "<", ">=", "<=", "=", "!=") if spec.name == typed else (">",)
        for operator in ("",) if has_operator else operators:
            detail = spec.title if spec.name != typed or not operator else f"{spec.title} {_OPERATOR_WORDS[operator]}"
            yield Completion(spec.name + operator, start, end, spec.name + operator, f"{detail} · {spec.example}")


def _rank(typed: str, specs: Iterable[FieldSpec]) -> list[FieldSpec]:
    fitting = [spec for spec in specs if typed in spec.name]
    return sorted(fitting, key=lambda spec: not spec.name.startswith(typed))


def _complete_value(
    spec: FieldSpec, operator: str, written: str, rest: str, cursor: int, values: Mapping[str, Sequence[str]]
) -> Iterator[Completion]:
    """Values for what is written behind the last comma, without those already in the list."""
    *chosen, typed = _split_list(written)
    one_value = spec.kind in {"duration", "time"} or operator.strip(":") in {"<", "<=", ">", ">="}
    if chosen and one_value:
        return
    tail = re.match(r'(?:[^"\\]|\\.)*"' if typed.startswith('"') else r'[^\s()",]*', rest, re.DOTALL)
    end = cursor + (tail.end() if tail else 0)
    known = spec.values or _SUGGESTED_VALUES.get(spec.name) or values.get(spec.name, ())
    taken = {_bare(value).lower() for value in chosen}
    wanted = _bare(typed).lower()
    fitting = [value for value in known if wanted in value.lower() and value.lower() not in taken]
    for value in sorted(fitting, key=lambda value: not value.lower().startswith(wanted)):
        yield Completion(quote_value(value), cursor - len(typed), end, value, spec.title)


def _split_list(written: str) -> list[str]:
    """Split at the commas outside quotes; the last part is what is being typed."""
    # Commas inside quotes are hidden from the search, at the same places.
    masked = re.sub(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', lambda found: "x" * len(found[0]), written, flags=re.DOTALL)
    cuts = [-1, *(found.start() for found in re.finditer(",", masked)), len(written)]
    return [written[before + 1 : after] for before, after in pairwise(cuts)]


def _bare(value: str) -> str:
    """Return the text of a value that may be quoted, perhaps without its closing quote yet."""
    if not value.startswith('"'):
        return value
    closed = len(value) > 1 and value.endswith('"')
    return re.sub(r'\\(["\\])', r"\1", value[1:-1] if closed else value[1:])
