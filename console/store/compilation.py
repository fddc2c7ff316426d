"""From a filter tree to SQL: kinds are settled first, what is left becomes conditions over `events e`.

Everything of few values (source, service, type, level, severity, category, layer, markers) lives in the small
table `kinds`, so the tree is evaluated in Python once for each kind. What remains is turned into a few
conjunctions of literals (`Branch`), each answered on its own by the index that suits it.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, NamedTuple

from console.model.taxonomy import LEVELS, SEVERITIES
from console.store.filter import All, And, Field, FilterError, Moment, Node, Not, Or, Pattern, Text, resolve_moment
from console.store.rows import MARKER_GAP, MARKER_NONE, MARKER_QUARANTINE, MARKER_UNKNOWN

MAX_BRANCHES = 64


class Kind(NamedTuple):
    """A row of `kinds` with its source's name."""

    id: int
    source: str
    service: str
    event_type: str
    level: str
    severity: str
    category: str
    layer: str
    marker: int


class Literal(NamedTuple):
    """A condition on one event, or its negation: a `Text`, or a `Field` that kinds cannot answer."""

    node: Text | Field
    positive: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """Events of `kinds` (None: of every kind) for which all `literals` hold."""

    kinds: frozenset[int] | None
    literals: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A union of branches, and the time range that the filter itself demands (Unix ms, both ends included)."""

    branches: tuple[Branch, ...]
    since_ms: int | None = None
    until_ms: int | None = None
    now_ms: int = 0


@dataclass(slots=True)
class Condition:
    """SQL text with its parameters."""

    sql: str
    params: list[Any] = field(default_factory=list)


def load_kinds(connection: sqlite3.Connection) -> list[Kind]:
    """Return all kinds that the store has seen."""
    rows = connection.execute(
        """SELECT k.id, s.name, k.service, k.event_type, k.level, k.severity, k.category, k.layer, k.marker
        FROM kinds k JOIN sources s ON s.id = k.source_id"""
    )
    return [Kind(*row) for row in rows]


def compile_filter(kinds: Sequence[Kind], node: Node, now_ms: int) -> Compiled:
    """Compile a filter tree for a store with these kinds. Raises FilterError when it has too many alternatives."""
    node, since_ms, until_ms = _take_times(node, now_ms)
    groups: dict[Node | bool, set[int]] = {}
    for kind in kinds:
        rest = _evaluate(node, kind)
        if rest is not False:
            groups.setdefault(rest, set()).add(kind.id)
    branches: list[Branch] = []
    for rest, ids in groups.items():
        members = None if len(ids) == len(kinds) else frozenset(ids)
        alternatives = [()] if rest is True else _alternatives(rest, True)  # type: ignore[arg-type]
        branches += [Branch(members, tuple(literals)) for literals in alternatives]
    return Compiled(tuple(branches), since_ms, until_ms, now_ms)


def _take_times(node: Node, now_ms: int) -> tuple[Node, int | None, int | None]:
    """Take `since:` and `until:` out of the top level: they narrow the range instead of testing each event."""
    children = node.children if isinstance(node, And) else (node,)
    since: list[int] = []
    until: list[int] = []
    kept: list[Node] = []
    for child in children:
        if isinstance(child, Field) and child.name in ("since", "until"):
            (since if child.name == "since" else until).append(_moment_ms(child.value, now_ms))
        else:
            kept.append(child)
    rest: Node = All() if not kept else kept[0] if len(kept) == 1 else And(tuple(kept))
    return rest, max(since, default=None), min(until, default=None)


def _moment_ms(value: Any, now_ms: int) -> int:
    moment: Moment = value
    return resolve_moment(moment, now_ms)


def _evaluate(node: Node, kind: Kind) -> Node | bool:
    """Settle what the kind decides; returns True, False, or what is left to ask of each event."""
    match node:
        case All():
            return True
        case Not(child):
            rest = _evaluate(child, kind)
            return not rest if isinstance(rest, bool) else Not(rest)
        case And(children) | Or(children):
            return _join(isinstance(node, And), [_evaluate(child, kind) for child in children])
        case Field():
            return _evaluate_field(node, kind)
        case Text():
            return node if kind.marker == MARKER_NONE else False  # markers have no indexed text


def _join(conjunction: bool, parts: Sequence[Node | bool]) -> Node | bool:
    """Combine settled and unsettled parts; a part that decides the whole wins."""
    rest: list[Node] = []
    for part in parts:
        if isinstance(part, bool):
            if part is not conjunction:
                return part
        elif part not in rest:
            rest.append(part)
    if not rest:
        return conjunction
    if len(rest) == 1:
        return rest[0]
    return And(tuple(rest)) if conjunction else Or(tuple(rest))


_KIND_COLUMNS = {
    "source": "source", "service": "service", "type": "event_type", "category": "category", "layer": "layer",
}  # fmt: skip
_ORDERS = {"level": LEVELS, "severity": SEVERITIES}
_KIND_FLAGS: dict[str, Callable[[Kind], bool]] = {
    "gap": lambda kind: kind.marker in (MARKER_GAP, MARKER_UNKNOWN),
    "quarantined": lambda kind: kind.marker == MARKER_QUARANTINE,
    "error": lambda kind: kind.event_type == "error" or kind.level in ("error", "critical"),
}


def _evaluate_field(node: Field, kind: Kind) -> Node | bool:
    value: Any = node.value
    if node.name in _KIND_COLUMNS:
        actual = getattr(kind, _KIND_COLUMNS[node.name])
        return any(_matches(pattern, actual) for pattern in value) is (node.op != "!=")
    if node.name in _ORDERS:
        return _compare_ordered(node, getattr(kind, node.name), _ORDERS[node.name])
    if node.name == "is":
        parts = [_KIND_FLAGS[flag](kind) if flag in _KIND_FLAGS else Field("is", ":", (flag,)) for flag in value]
        return _join(False, parts)
    if node.name == "has" and len(value) > 1:
        return Or(tuple(Field("has", ":", (presence,)) for presence in value))
    return node


def _matches(pattern: Pattern, actual: str) -> bool:
    wanted, actual = pattern.value.casefold(), actual.casefold()
    return actual.startswith(wanted) if pattern.prefix else actual == wanted


def _compare_ordered(node: Field, actual: str, order: Sequence[str]) -> bool:
    value: Any = node.value
    if node.op in (":", "!="):
        return (actual in value) is (node.op == ":")
    if actual not in order:
        return False
    rank, bound = order.index(actual), order.index(value)
    return {"<": rank < bound, "<=": rank <= bound, ">": rank > bound, ">=": rank >= bound}[node.op]


def _alternatives(node: Node, positive: bool) -> list[tuple[Literal, ...]]:
    """Return the disjunctive normal form of what is left: alternatives, each a conjunction of literals."""
    match node:
        case Not(child):
            return _alternatives(child, not positive)
        case And(children) | Or(children):
            parts = [_alternatives(child, positive) for child in children]
            if isinstance(node, And) is positive:
                total = 1
                for part in parts:
                    total *= len(part)
                _refuse_beyond(total)
                return [tuple(literal for piece in choice for literal in piece) for choice in product(*parts)]
            flat = [piece for part in parts for piece in part]
            _refuse_beyond(len(flat))
            return flat
        case Text() | Field():
            return [(Literal(node, positive),)]
        case All():
            return [()] if positive else []


def _refuse_beyond(alternatives: int) -> None:
    if alternatives > MAX_BRANCHES:
        raise FilterError(f"this filter has more than {MAX_BRANCHES} alternatives; ask a simpler one", "", 0)


def literals_conditions(literals: Iterable[Literal], now_ms: int, search: "TextCondition") -> list[Condition]:
    """Return SQL conditions over `e` that together say that all literals hold; texts are asked of the index once."""
    conditions: list[Condition] = []
    wanted: list[Text] = []
    unwanted: list[Text] = []
    for literal in literals:
        if isinstance(literal.node, Text):
            (wanted if literal.positive else unwanted).append(literal.node)
            continue
        condition = _field_condition(literal.node, now_ms)
        conditions.append(condition if literal.positive else _not(condition))
    if wanted:
        conditions.append(search(*wanted))
    if unwanted:
        conditions.append(_not(search(*unwanted, operator="OR")))
    return conditions


def _not(condition: Condition) -> Condition:
    return Condition(f"NOT coalesce({condition.sql}, 0)", condition.params)


class TextCondition:
    """Makes `e.id IN (…)` for a text over the search parts that overlap an id range."""

    def __init__(self, parts: Iterable[tuple[int, int, int]], low_id: int, high_id: int, few: bool = False) -> None:
        self._parts = [part for part, first, last in parts if last >= low_id and first <= high_id]
        self._low, self._high = low_id, high_id
        self._few = few

    def __call__(self, *texts: Text, operator: str = "AND") -> Condition:
        query = f" {operator} ".join(match_expression(text) for text in texts)
        if not self._parts:
            return Condition("0")
        if self._few:  # asked for each event: dearer one by one, but nothing that a common word has is listed
            tests = [
                f"EXISTS (SELECT 1 FROM search_{part} WHERE search_{part} MATCH ? AND rowid = e.id)" for part in self._parts
            ]
            return Condition(f"({' OR '.join(tests)})", [query] * len(tests))
        selects = [
            f"SELECT rowid FROM search_{part} WHERE search_{part} MATCH ? AND rowid BETWEEN ? AND ?" for part in self._parts
        ]
        params: list[Any] = [value for _ in self._parts for value in (query, self._low, self._high)]
        return Condition(f"e.id IN ({' UNION ALL '.join(selects)})", params)


def match_expression(text: Text) -> str:
    """Quote a word or phrase for FTS5; a word of several tokens (`msg-17`) is a phrase of them."""
    quoted = '"' + text.value.replace("\x00", " ").replace('"', '""') + '"'
    return f"{quoted} *" if text.prefix else quoted


_ID_COLUMNS = {"correlation": "e.correlation", "fingerprint": "e.fingerprint"}
_PRESENCE = {
    "stack": "e.flags & 2 <> 0",
    "correlation": "e.correlation IS NOT NULL",
    "entity": "e.entity_id IS NOT NULL",
    "duration": "e.duration_ms IS NOT NULL",
}


def _field_condition(node: Field, now_ms: int) -> Condition:
    value: Any = node.value
    match node.name:
        case "correlation" | "fingerprint":
            return _negated(node, _any(_pattern(_ID_COLUMNS[node.name], pattern) for pattern in value))
        case "id":
            return _negated(node, _any(_id_pattern(pattern) for pattern in value))
        case "entity":
            return _negated(node, _any(_entity(entity) for entity in value))
        case "duration":
            operator = "<>" if node.op == "!=" else "=" if node.op == ":" else node.op
            return Condition(f"e.duration_ms {operator} ?", [value])
        case "since" | "until":
            return Condition(f"e.ts {'>=' if node.name == 'since' else '<='} ?", [_moment_ms(value, now_ms)])
        case "has":
            return Condition(_PRESENCE[value[0]])
        case "is" if value[0] == "degraded":
            return Condition("e.flags & 1")
        case "is" if value[0] == "pinned":
            return Condition("e.id IN (SELECT event_id FROM pins)")
        case _:
            raise FilterError(f"{node.name} cannot be asked of single events", "", 0)


def _negated(node: Field, condition: Condition) -> Condition:
    return _not(condition) if node.op == "!=" else condition


def _any(conditions: Iterable[Condition]) -> Condition:
    parts = list(conditions)
    if len(parts) == 1:
        return parts[0]
    return Condition(f"({' OR '.join(part.sql for part in parts)})", [value for part in parts for value in part.params])


def _pattern(column: str, pattern: Pattern) -> Condition:
    if pattern.prefix:
        return Condition(f"{column} >= ? AND {column} < ?", [pattern.value, pattern.value + "\U0010ffff"])
    return Condition(f"{column} = ?", [pattern.value])


def is_event_number(pattern: Pattern) -> bool:
    """Tell whether a value of `id:` may be the store's own number of an event."""
    return pattern.value.isascii() and pattern.value.isdigit() and not pattern.prefix and len(pattern.value) < 19


def _id_pattern(pattern: Pattern) -> Condition:
    if is_event_number(pattern):
        return Condition("(e.id = ? OR e.uid = ?)", [int(pattern.value), pattern.value])
    return _pattern("e.uid", pattern)


def _entity(entity: Any) -> Condition:
    by_id = _pattern("e.entity_id", Pattern(entity.id, entity.prefix))
    if entity.type is not None:
        return Condition(f"(e.entity_type = ? AND {by_id.sql})", [entity.type, *by_id.params])
    by_type = _pattern("e.entity_type", Pattern(entity.id, entity.prefix))
    return Condition(f"(({by_id.sql}) OR ({by_type.sql}))", [*by_id.params, *by_type.params])
