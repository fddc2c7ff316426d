"""Find the rarest condition of a branch, so that a search starts from few candidates instead of all events."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from console.store.compilation import Branch, Literal, is_event_number, match_expression
from console.store.filter import EntityRef, Field, Pattern, Text
from console.store.searchindex import kind_token

PROBE = 20_000
"""More candidates than this are no gain over walking the time index."""
LAST_PROBE = 100_000
"""As many are still a gain over reading the whole table."""
MAX_KIND_TOKENS = 200
"""More would make the index open too many lists for one question."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The ids of all events that can match, at most PROBE. `settled`: literals that hold for each of them already."""

    ids: list[int]
    settled: frozenset[Literal] = frozenset()


def rarest_candidates(connection: sqlite3.Connection, branch: Branch, most: int | None = None) -> Candidates | None:
    """Return the smallest candidate set that a condition of the branch gives, None when none has at most `most` (PROBE)."""
    most = PROBE if most is None else most
    best: Candidates | None = None
    for sql, params, settled in _subqueries(connection, branch):
        ceiling = len(best.ids) if best else most
        ids = [row[0] for row in connection.execute(f"SELECT * FROM ({sql}) LIMIT ?", [*params, ceiling + 1])]
        if len(ids) <= ceiling:
            best = Candidates(ids, settled)
            if len(ids) < 100:
                break
    return best


Subquery = tuple[str, list[Any]]


def _subqueries(connection: sqlite3.Connection, branch: Branch) -> Iterator[tuple[str, list[Any], frozenset[Literal]]]:
    for literal in branch.literals:
        if isinstance(literal.node, Field):
            for subquery in _field_subquery(connection, literal):
                yield *subquery, frozenset()
    yield from _text_subquery(connection, branch)
    if branch.kinds is not None and len(branch.kinds) <= 400:
        kinds = ",".join(map(str, sorted(branch.kinds)))
        yield f"SELECT id FROM events INDEXED BY events_kind_ts WHERE kind IN ({kinds})", [], frozenset()


def _text_subquery(connection: sqlite3.Connection, branch: Branch) -> Iterator[tuple[str, list[Any], frozenset[Literal]]]:
    """Let the index settle all texts of the branch at once, within its kinds where those are not too many."""
    texts = {literal: literal.node for literal in branch.literals if isinstance(literal.node, Text)}
    if not texts or not all(any(map(str.isalnum, text.value)) for text in texts.values()):
        return  # nothing asked, or punctuation, which the index does not know
    wanted = [match_expression(text) for literal, text in texts.items() if literal.positive]
    unwanted = [match_expression(text) for literal, text in texts.items() if not literal.positive]
    if branch.kinds is not None and len(branch.kinds) <= MAX_KIND_TOKENS:
        wanted.append(" OR ".join(f'"{kind_token(kind)}"' for kind in sorted(branch.kinds)))
    if not wanted:
        return
    query = " AND ".join(f"({words})" for words in wanted)
    if unwanted:
        query = f"({query}) NOT ({' OR '.join(unwanted)})"
    yield *_match_subquery(connection, query), frozenset(texts)


def _match_subquery(connection: sqlite3.Connection, query: str) -> tuple[str, list[Any]]:
    parts = [row[0] for row in connection.execute("SELECT part FROM search_parts ORDER BY part DESC")]
    if not parts:
        return "SELECT id FROM events WHERE 0", []
    selects = [f"SELECT rowid AS id FROM search_{part} WHERE search_{part} MATCH ?" for part in parts]
    return " UNION ALL ".join(selects), [query] * len(parts)


_INDEXED = {"correlation": "events_correlation", "fingerprint": "events_fingerprint"}


def _field_subquery(connection: sqlite3.Connection, literal: Literal) -> Iterator[tuple[str, list[Any]]]:
    node = literal.node
    assert isinstance(node, Field)
    value: Any = node.value
    if not literal.positive or node.op == "!=":
        return
    match node.name:
        case "correlation" | "fingerprint":
            yield _union([_range(node.name, _INDEXED[node.name], pattern) for pattern in value])
        case "entity" if all(isinstance(one, EntityRef) and one.type is not None for one in value):
            yield _union([_range("entity_id", "events_entity", Pattern(one.id, one.prefix)) for one in value])
        case "entity":
            yield from _named(connection, [Pattern(one.id, one.prefix) for one in value])
        case "id":
            for sql, params in _named(connection, value):
                numbers = [int(one.value) for one in value if is_event_number(one)]
                marks = ",".join("?" * len(numbers))
                yield f"{sql} UNION ALL SELECT id FROM events WHERE id IN ({marks})", [*params, *numbers]
        case "duration":
            yield f"SELECT id FROM events INDEXED BY events_duration WHERE duration_ms {node.op} ?", [value]
        case "is" if value == ("degraded",):
            yield "SELECT id FROM events INDEXED BY events_flagged WHERE flags & 1", []
        case "is" if value == ("pinned",):
            yield "SELECT event_id AS id FROM pins", []


def _named(connection: sqlite3.Connection, patterns: Sequence[Pattern]) -> Iterator[tuple[str, list[Any]]]:
    """Find ids and entities without an index of their own by the words that they consist of.

    `console.model.searchable` puts each event's ids into its indexed text, so the events that hold these words
    in this order are all that can match. Only where a pattern has a word: "--" has none.
    """
    if all(one.value.isascii() and one.value.isprintable() and any(map(str.isalnum, one.value)) for one in patterns):
        yield _match_subquery(
            connection, " OR ".join(match_expression(Text(one.value, True, one.prefix)) for one in patterns)
        )


def _range(column: str, index: str, pattern: Pattern) -> tuple[str, list[Any]]:
    start = f"SELECT id FROM events INDEXED BY {index} WHERE {column} IS NOT NULL AND {column}"
    if pattern.prefix:
        return f"{start} >= ? AND {column} < ?", [pattern.value, pattern.value + "\U0010ffff"]
    return f"{start} = ?", [pattern.value]


def _union(parts: list[tuple[str, list[Any]]]) -> tuple[str, list[Any]]:
    return " UNION ALL ".join(sql for sql, _ in parts), [value for _, params in parts for value in params]
