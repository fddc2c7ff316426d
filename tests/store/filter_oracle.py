"""What a filter means, said a second time and as plainly as possible: one row at a time, no index, no SQL conditions."""

import re
import sqlite3
from dataclasses import dataclass
from typing import Any

from console.model.taxonomy import LEVELS, SEVERITIES
from console.store.filter import All, And, EntityRef, Field, Node, Not, Or, Pattern, Text, resolve_moment

ROWS_SQL = """SELECT e.id, e.ts, s.name AS source, k.service, k.event_type AS type, k.level, k.severity, k.category, k.layer,
    k.marker, e.uid, e.correlation, e.entity_type, e.entity_id, e.fingerprint, e.duration_ms, e.flags,
    e.id IN (SELECT event_id FROM pins) AS pinned
    FROM events e JOIN kinds k ON k.id = e.kind JOIN sources s ON s.id = k.source_id ORDER BY e.ts, e.id"""


@dataclass(frozen=True)
class Told:
    """One row of the store as the oracle sees it; `search` is the text that was indexed, empty for markers."""

    values: dict[str, Any]
    search: str

    @property
    def key(self) -> tuple[int, int]:
        return self.values["ts"], self.values["id"]


def tell_rows(connection: sqlite3.Connection, texts: dict[int, str]) -> list[Told]:
    """Return all rows in timeline order; `texts` are the indexed texts by event id."""
    cursor = connection.execute(ROWS_SQL)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor]
    return [Told(row, texts.get(row["id"], "")) for row in rows]


def matches(node: Node, told: Told, now_ms: int) -> bool:
    """Tell whether a row matches a filter tree."""
    match node:
        case All():
            return True
        case Not(child):
            return not matches(child, told, now_ms)
        case And(children):
            return all(matches(child, told, now_ms) for child in children)
        case Or(children):
            return any(matches(child, told, now_ms) for child in children)
        case Text():
            return _has_text(told.search, node)
        case Field():
            return _has_field(node, told.values, now_ms)


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.lower())


def _has_text(text: str, wanted: Text) -> bool:
    tokens, phrase = _tokens(text), _tokens(wanted.value)
    if not phrase:
        return False
    for start in range(len(tokens) - len(phrase) + 1):
        piece = tokens[start : start + len(phrase)]
        last = piece[-1].startswith(phrase[-1]) if wanted.prefix else piece[-1] == phrase[-1]
        if last and piece[:-1] == phrase[:-1]:
            return True
    return False


def _has_field(node: Field, row: dict[str, Any], now_ms: int) -> bool:
    value: Any = node.value
    if node.name in ("level", "severity"):
        return _ordered(node, row[node.name], LEVELS if node.name == "level" else SEVERITIES)
    if node.name == "duration":
        return _duration(node, row["duration_ms"])
    if node.name == "since":
        return bool(row["ts"] >= resolve_moment(value, now_ms))
    if node.name == "until":
        return bool(row["ts"] <= resolve_moment(value, now_ms))
    if node.name in ("is", "has"):
        return any(_flag(flag, row) for flag in value)
    found = any(_equals(node.name, wanted, row) for wanted in value)
    return found is not (node.op == "!=")


def _equals(name: str, wanted: Any, row: dict[str, Any]) -> bool:
    if isinstance(wanted, EntityRef):
        by_id = _pattern(Pattern(wanted.id, wanted.prefix), row["entity_id"])
        if wanted.type is not None:
            return bool(row["entity_type"] == wanted.type and by_id)
        return by_id or _pattern(Pattern(wanted.id, wanted.prefix), row["entity_type"])
    if name == "id":
        return _pattern(wanted, row["uid"]) or (not wanted.prefix and wanted.value == str(row["id"]))
    if name in ("correlation", "fingerprint"):
        return _pattern(wanted, row[name])
    return _pattern(Pattern(wanted.value.casefold(), wanted.prefix), row[name].casefold())


def _pattern(pattern: Pattern, actual: str | None) -> bool:
    if actual is None:
        return False
    return actual.startswith(pattern.value) if pattern.prefix else actual == pattern.value


def _ordered(node: Field, actual: str, order: tuple[str, ...]) -> bool:
    value: Any = node.value
    if node.op in (":", "!="):
        return (actual in value) is (node.op == ":")
    return actual in order and _compare(node.op, order.index(actual), order.index(value))


def _duration(node: Field, actual: float | None) -> bool:
    return actual is not None and _compare(node.op, actual, node.value)


def _compare(operator: str, left: Any, right: Any) -> bool:
    return bool(
        {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "=": left == right,
         "!=": left != right}[operator]
    )  # fmt: skip


def _flag(flag: str, row: dict[str, Any]) -> bool:
    return bool(
        {
            "gap": row["marker"] in (1, 2),
            "quarantined": row["marker"] == 3,
            "degraded": row["flags"] & 1,
            "stack": row["flags"] & 2,
            "pinned": row["pinned"],
            "error": row["type"] == "error" or row["level"] in ("error", "critical"),
            "correlation": row["correlation"] is not None,
            "entity": row["entity_id"] is not None,
            "duration": row["duration_ms"] is not None,
        }[flag]
    )
