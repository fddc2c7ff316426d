"""The grammar of the filter language, and the reading of its values. Loaded by the first `parse_filter`.

Mistakes that have a shape of their own (a field without a value, an open quote) are tokens of the grammar
too, so that each gets its own message at its own place instead of the parser's "unexpected token".
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from functools import cache
from typing import Any, NoReturn, cast

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from console.store.filter import (
    ADDRESS_PATTERN,
    COMPARED_WORD,
    FIELDS,
    MAX_LENGTH,
    MAX_NESTING,
    WORD_PATTERN,
    Absolute,
    All,
    And,
    EntityRef,
    Field,
    FieldSpec,
    FilterError,
    Moment,
    Node,
    Not,
    Operator,
    Or,
    Pattern,
    Relative,
    Text,
    TimeOfDay,
    Value,
    misspelt_field,
    quote,
)

_OPERATOR = r"(?:>=|<=|!=|==|>(?!=)|<(?!=)|=(?!=))"
# ASCII matching, else the Kelvin sign would count as a k.
_NAME = rf"(?ai:{'|'.join(FIELDS)})"
_ORDERED = rf"(?ai:{'|'.join(name for name, spec in FIELDS.items() if '<' in spec.operators)})"

_ADDRESS = ADDRESS_PATTERN.replace("/", r"\/")

GRAMMAR = rf"""
    start: [either]
    either: both (_OR both)*
    both: term (_AND? term)*
    ?term: (_NOT | _MINUS) term -> negated
         | atom
    ?atom: _OPEN either _CLOSE -> group
         | WORD -> word
         | ADDRESS -> word
         | STRING -> phrase
         | (FIELD | COMPARISON) _list -> field
         | (EMPTY_GROUP | EMPTY_FIELD | UNKNOWN | LONE_MINUS | UNTERMINATED) -> fault
    _list: item (_COMMA item | empty_item)*
    ?item: BARE
         | STRING
         | UNTERMINATED -> fault
    empty_item: EMPTY_ITEM -> fault

    EMPTY_GROUP.9: /\(\s*\)/
    _OPEN: "("
    _CLOSE: ")"
    _AND.9: /AND(?![^\s()"])/
    _OR.9: /OR(?![^\s()"])/
    _NOT.9: /NOT(?![^\s()"])/
    _MINUS.8: /-(?=[^\s)-])/
    LONE_MINUS.8: /-(?=[\s)]|\Z)/
    COMPARISON.7: /{_ORDERED}\s*:?{_OPERATOR}\s*(?=[^\s)])/
    EMPTY_FIELD.6: /{_NAME}(?::?{_OPERATOR}|:(?!{_OPERATOR}))(?=[\s)]|\Z)|{_ORDERED}\s*{_OPERATOR}(?=\s*(?:\)|\Z))/
    FIELD.5: /{_NAME}(?::?{_OPERATOR}|:)/
    ADDRESS.4: /{_ADDRESS}/
    UNKNOWN.3: /[^\s()":]*:[^\s()"]*/
    WORD.2: /{WORD_PATTERN}/
    BARE.1: /[^\s()",]+/
    _COMMA.9: /(?<!\s),(?=[^\s),])/
    EMPTY_ITEM.9: /(?<!\s),(?=[\s),]|\Z)/
    STRING.1: /"(?:[^"\\]|\\[\s\S])*"\*?/
    UNTERMINATED: /"/
    %ignore /\s+/
"""

_ALIASES = {"warn": "warning"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS = 221_845_392_000_000  # the year 9000: later ones overflow in some zones
_DURATION = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)([^0-9.]*)")
_UNIT_DIVISORS = {"": 1.0, "ms": 1.0, "us": 1000.0, "µs": 1000.0, "μs": 1000.0}
_UNIT_FACTORS = {"s": 1000.0, "m": 60_000.0}
_SPANS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_SPAN = re.compile(r"([0-9]+)([^0-9]*)")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_QUOTE_IT = "; to search for the text, put it in quotes"
_TIME_FORMS = "write 15m, 2h30m, 13:05 or 2026-11-23T13:00"


class _Fault(Exception):
    def __init__(self, message: str, position: int, length: int) -> None:
        super().__init__(message)
        self.message, self.position, self.length = message, position, length


def _fail(message: str, token: Token, offset: int = 0, length: int | None = None) -> NoReturn:
    raise _Fault(message, (token.start_pos or 0) + offset, len(token) - offset if length is None else length)


def _short(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")


def parse(text: str) -> Node:
    """Read a filter; see `console.store.filter.parse_filter`."""
    if len(text) > MAX_LENGTH:
        message = f"the filter has {len(text):,} characters; at most {MAX_LENGTH:,} are read: shorten it"
        raise FilterError(message, text, MAX_LENGTH)
    if bad := re.search("[\0\ud800-\udfff]", text):
        raise FilterError("this character cannot be searched for: delete it", text, bad.start())
    try:
        return _parse(text)
    except _Fault as fault:
        raise FilterError(fault.message, text, fault.position, fault.length) from None


def _parse(text: str) -> Node:
    run = _parser().parse_interactive(text)
    opened: list[Token] = []
    before: Token | None = None
    try:
        for token in run.lexer_thread.lex(run.parser_state):  # type: ignore[no-untyped-call]
            _check_nesting(token, opened)
            run.feed_token(token)
            before = token
        return cast("Node", run.feed_token(Token("$END", "", len(text))))
    except UnexpectedToken as unexpected:
        _explain(unexpected.token, before, opened)
    except UnexpectedCharacters as unexpected:
        at = unexpected.pos_in_stream or 0
        _explain(Token("STRAY", text[at], at), before, opened)


def _check_nesting(token: Token, opened: list[Token]) -> None:
    if token.type == "_OPEN":
        opened.append(token)
        if len(opened) > MAX_NESTING:
            _fail(f"more than {MAX_NESTING} parentheses inside each other: write it flatter", token)
    elif token.type == "_CLOSE":
        if not opened:
            _fail("this ')' closes nothing: delete it, or put the text in quotes", token)
        opened.pop()


def _explain(token: Token, before: Token | None, opened: Sequence[Token]) -> NoReturn:
    """Raise the fault that a person would see in `token`, which the grammar does not allow behind `before`."""
    kind = before.type if before else ""
    if before and kind in {"_AND", "_OR", "_NOT", "_MINUS"}:
        _fail(f"{str(before)!r} needs a term behind it; to search for the word itself, put it in quotes", before)
    if before and kind in {"FIELD", "COMPARISON", "_COMMA"}:
        _fail(f"a value cannot begin with {str(token)[:1]!r}: put the value in quotes", token, 0, 1)
    if token.type == "$END":
        _fail("this '(' is never closed: add a ')', or put the text in quotes", opened[-1])
    _fail(f"{str(token)!r} needs a term before it; to search for the word itself, put it in quotes", token)


@v_args(inline=True)
class _TreeBuilder(Transformer[Token, Any]):
    """Builds the tree while the text is parsed, from the leaves up, so without recursion."""

    def start(self, node: Node | None = None) -> Node:
        return node or All()

    def either(self, *nodes: Node) -> Node:
        return _join(Or, nodes)

    def both(self, *nodes: Node) -> Node:
        return _join(And, nodes)

    def negated(self, node: Node) -> Node:
        return node.child if isinstance(node, Not) else Not(node)

    def group(self, node: Node) -> Node:
        return node

    def word(self, token: Token) -> Node:
        compared = COMPARED_WORD.match(token)
        if compared and (meant := misspelt_field(compared[1])):
            message = f"unknown field {_short(compared[1])} (did you mean {meant}?){_QUOTE_IT}"
            _fail(message, token, 0, len(compared[1]))
        prefix = len(token) > 1 and token.endswith("*")
        return Text(token[:-1] if prefix else str(token), prefix=prefix)

    def phrase(self, token: Token) -> Node:
        value, prefix = _unquote(token)
        if not value.strip():
            _fail("there is nothing between the quotes: write the text to search for", token)
        return Text(value, phrase=True, prefix=prefix)

    def field(self, head: Token, *items: Token) -> Node:
        return _read_field(head, items)

    def fault(self, token: Token) -> NoReturn:
        if token.type == "EMPTY_FIELD":
            _fail_empty_field(token)
        if token.type == "UNKNOWN":
            _fail_unknown(token)
        _fail(_FAULTS[token.type], token)


def _join(kind: type[And] | type[Or], nodes: Sequence[Node]) -> Node:
    if len(nodes) == 1:
        return nodes[0]
    flat: list[Node] = []
    for node in nodes:
        flat.extend(node.children if isinstance(node, kind) else (node,))
    return kind(tuple(flat))


def _fail_empty_field(token: Token) -> NoReturn:
    name, _ = _split_head(token)
    offset = len(re.split(r"[\s:<>=!]", token, maxsplit=1)[0])
    operator = token[offset:].lstrip()
    _fail(
        f"{name} has no value; write it right behind, such as {FIELDS[name].example}",
        token,
        len(token) - len(operator),
    )


def _fail_unknown(token: Token) -> NoReturn:
    name = token.partition(":")[0]
    hint = f"{_QUOTE_IT}: {quote(token)}" if len(token) <= 40 and token.isprintable() else _QUOTE_IT
    if not name:
        _fail(f"no field before the ':'{hint}", token, 0, 1)
    if not name.replace("_", "").isalpha():
        _fail(f"{_short(name)} is no field{hint}", token, 0, len(name))
    starting = [field for field in FIELDS if len(name) > 1 and field.startswith(name.lower())]
    meant = starting[0] if starting else misspelt_field(name[:40], 0.6)
    meaning = f" (did you mean {meant}?)" if meant else ""
    _fail(f"unknown field {_short(name)}{meaning}{hint}", token, 0, len(name))


_FAULTS = {
    "EMPTY_GROUP": "nothing between the parentheses: write a term, or put the text in quotes",
    "LONE_MINUS": "'-' negates the term right behind it: delete the space, or put the '-' in quotes",
    "UNTERMINATED": "this quote is never closed: add a '\"' (inside a phrase write \\\")",
    "EMPTY_ITEM": "no value behind the ',': write one without a space before it, or delete the ','",
}


def _unquote(token: Token) -> tuple[str, bool]:
    """Return the text inside the quotes, unescaped, and whether a '*' follows them."""
    prefix = token.endswith("*")
    return re.sub(r'\\(["\\])', r"\1", token[1 : -2 if prefix else -1]), prefix


def _split_head(head: Token) -> tuple[str, str]:
    """Return the field's name and the operator as written, without the ':' of `duration:>5`."""
    parts = re.fullmatch(r"\s*(\w+)\s*(?::(?=[<>=!]))?(\S+)\s*", head)
    if parts is None:
        raise AssertionError(f"not the head of a field: {head!r}")
    return parts[1].lower(), parts[2]


def _read_field(head: Token, items: Sequence[Token]) -> Field:
    name, written = _split_head(head)
    spec = FIELDS[name]
    operator = cast("Operator", "=" if written == "==" else written)
    if operator not in spec.operators:
        message = f"{name} cannot be compared with {written!r}; it takes {' '.join(spec.operators)}, such as {spec.example}"
        _fail(message, head, head.rindex(written), len(written))
    if spec.kind == "duration":
        return Field(name, "=" if operator == ":" else operator, _read_duration(_single(spec, items)))
    if spec.kind == "time":
        return Field(name, operator, _read_moment(_single(spec, items)))
    if operator in {"<", "<=", ">", ">="}:
        return Field(name, operator, _read_member(spec, _single(spec, items)))
    value: Value
    if spec.values is not None:
        value = tuple(dict.fromkeys(_read_member(spec, item) for item in items))
    elif spec.kind == "entity":
        value = tuple(dict.fromkeys(_read_entity(item) for item in items))
    else:
        value = tuple(dict.fromkeys(_read_pattern(item) for item in items))
    return Field(name, ":" if operator == "=" else operator, value)


def _single(spec: FieldSpec, items: Sequence[Token]) -> Token:
    if len(items) > 1:
        _fail(f"{spec.name} takes one value here, such as {spec.example}: delete this one", items[1])
    return items[0]


def _plain(token: Token) -> str:
    return _unquote(token)[0] if token.type == "STRING" else str(token)


def _read_member(spec: FieldSpec, token: Token) -> str:
    allowed = spec.values or ()
    value = _plain(token).strip().lower()
    value = _ALIASES.get(value, value) if spec.name == "level" else value
    if value in allowed:
        return value
    close = get_close_matches(value[:40], allowed, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]}?" if close else f"one of {', '.join(allowed)}"
    _fail(f"unknown value {_short(_plain(token))} for {spec.name} ({hint})", token)


def _read_pattern(token: Token) -> Pattern:
    if token.type == "STRING":
        value, prefix = _unquote(token)
        if not value and not prefix:
            _fail("there is nothing between the quotes: write a value", token)
        return Pattern(value, prefix)
    star = token.find("*")
    if 0 <= star < len(token) - 1:
        _fail("'*' stands only at the end of a value; for a real '*' put the value in quotes", token, star, 1)
    return Pattern(token[:star], True) if star >= 0 else Pattern(str(token))


def _read_entity(token: Token) -> EntityRef:
    whole = _read_pattern(token)
    entity_type, slash, entity_id = whole.value.partition("/")
    if not slash or not entity_type:
        return EntityRef(None, whole.value, whole.prefix)
    if not entity_id and not whole.prefix:
        _fail("no id behind the '/'; write the type alone, or type/* for every one", token)
    return EntityRef(entity_type, entity_id, whole.prefix)


def _read_duration(token: Token) -> float:
    """Return milliseconds."""
    parts = _DURATION.fullmatch(_plain(token))
    if parts is None:
        _fail(f"{_short(_plain(token))} is no number; write milliseconds or a unit: 500, 1.5s, 250us, 2m", token)
    number, unit = float(parts[1]), parts[2].strip()
    if unit not in _UNIT_DIVISORS and unit not in _UNIT_FACTORS:
        _fail(f"unknown unit {_short(unit)}; use us, ms, s or m", token, token.find(unit), len(unit))
    duration_ms = number * _UNIT_FACTORS[unit] if unit in _UNIT_FACTORS else number / _UNIT_DIVISORS[unit]
    if duration_ms > 1e15:
        _fail("this duration is beyond all measure: write a smaller one", token)
    return duration_ms


def _read_moment(token: Token) -> Moment:
    text = _plain(token).strip()
    if clock := _CLOCK.fullmatch(text):
        return TimeOfDay(int(clock[1]) * 3_600 + int(clock[2]) * 60 + int(clock[3] or 0))
    if _DATE.fullmatch(text):
        return _read_date(text, token)
    if re.fullmatch(r"[0-9]\w*", text) is None:
        _fail(f"{_short(text)} is no time; {_TIME_FORMS}", token)
    seconds = 0
    for number, unit in _SPAN.findall(text):
        if unit not in _SPANS:
            problem = f"unknown unit {_short(unit)}" if unit else f"{_short(number)} has no unit"
            _fail(
                f"{problem}; use s, m, h, d or w: {_TIME_FORMS}",
                token,
                token.find(unit or number),
                len(unit or number),
            )
        seconds += int(number) * _SPANS[unit]
    if seconds * 1000 > _LAST_MS:
        _fail("this reaches back before all events: write a shorter time", token)
    return Relative(seconds)


def _read_date(text: str, token: Token) -> Absolute:
    try:
        # A date without an offset is local, as the window shows it.
        epoch_ms = (datetime.fromisoformat(text.upper()).astimezone() - _EPOCH) // timedelta(milliseconds=1)
    except (ValueError, OverflowError, OSError) as error:
        reason = str(error) if isinstance(error, ValueError) else "out of range"
        _fail(f"{_short(text)} is no date ({reason}); {_TIME_FORMS}", token)
    if not 0 <= epoch_ms <= _LAST_MS:
        _fail(f"{_short(text)} is out of range: write a date from 1970 to 8999", token)
    return Absolute(epoch_ms)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="contextual", transformer=_TreeBuilder(), maybe_placeholders=False)
