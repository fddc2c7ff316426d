"""Pages of the timeline for any filter, fast at a million events: each branch by the index that suits it.

Order is (ts, id). A branch is answered in one of three ways, cheapest first:

* only kinds: per kind from the index (kind, ts), merged;
* few candidates (an id, a rare word, a long duration): those, tested and sorted;
* many candidates: windows of the time index, growing, until the page is full.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count as counting
from typing import Any

from console.store import planning
from console.store.compilation import (
    Branch,
    Compiled,
    Condition,
    Kind,
    TextCondition,
    compile_filter,
    literals_conditions,
    load_kinds,
)
from console.store.database import snapshot
from console.store.filter import Node, Text
from console.store.planning import Candidates, rarest_candidates
from console.store.rows import MARKER_NONE, Page, Position, Row

FIRST_WINDOW = 20_000
WINDOWS = 2
FEW = 1_000
MARGIN, WALKED_SHARE = 1.3, 0.4
"""Windows reach this much further than the estimate; walking the index costs two to three times what reading on costs."""
MAX_MERGED_KINDS = 400

_COLUMNS = """e.id, e.ts, e.received, e.kind, e.message, e.correlation, e.entity_type, e.entity_id, e.fingerprint,
    e.duration_ms, e.flags, (SELECT 1 FROM pins WHERE event_id = e.id)"""
Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Span:
    """Where to look: the time range (both ends included), and beyond `anchor` in direction `newest_first`."""

    since_ms: int
    until_ms: int
    anchor: Key | None
    newest_first: bool

    @property
    def order(self) -> str:
        return "DESC" if self.newest_first else "ASC"

    def bounds(self) -> tuple[int, int]:
        """The time range narrowed by the anchor."""
        if self.anchor is None:
            return self.since_ms, self.until_ms
        if self.newest_first:
            return self.since_ms, min(self.until_ms, self.anchor[0])
        return max(self.since_ms, self.anchor[0]), self.until_ms

    def beyond(self, column_ts: str, column_id: str) -> Condition:
        """The condition for lying inside the span and strictly beyond the anchor."""
        low, high = self.bounds()
        condition = Condition(f"{column_ts} BETWEEN ? AND ?", [low, high])
        if self.anchor is not None:
            sign = "<" if self.newest_first else ">"
            condition.sql += f" AND ({column_ts}, {column_id}) {sign} (?, ?)"
            condition.params += self.anchor
        return condition


def page(
    connection: sqlite3.Connection,
    node: Node,
    *,
    since_ms: int | None = None,
    until_ms: int | None = None,
    before: Position | None = None,
    after: Position | None = None,
    limit: int = 500,
    now_ms: int,
    markers: bool = True,
) -> Page:
    """Return one page of matching rows, ascending.

    Without an anchor or with `before`: the newest rows (before that place); with `after`: the oldest rows after
    it. Gap rows and other markers are left out unless `markers`. Raises sqlite3.OperationalError when interrupted.
    """
    with snapshot(connection):
        kinds = load_kinds(connection)
        if not markers:
            kinds = [kind for kind in kinds if kind.marker == MARKER_NONE]
        compiled = compile_filter(kinds, node, now_ms)
        span = _span(compiled, since_ms, until_ms, before, after)
        keys = matching_keys(connection, compiled, span, limit + 1, every_kind=markers, kinds=kinds)
        more = len(keys) > limit
        keys = keys[:limit]
        rows = _rows(connection, [key[1] for key in keys], {kind.id: kind for kind in kinds})
    rows.sort(key=lambda row: (row.ts, row.id))
    return Page(rows, more)


def _span(
    compiled: Compiled, since_ms: int | None, until_ms: int | None, before: Position | None, after: Position | None
) -> Span:
    lows = [bound for bound in (since_ms, compiled.since_ms) if bound is not None]
    highs = [bound for bound in (until_ms, compiled.until_ms) if bound is not None]
    anchor = after if after is not None else before
    key = (anchor.ts, anchor.id) if anchor is not None else None
    return Span(max(lows, default=-(2**62)), min(highs, default=2**62), key, after is None)


def matching_keys(
    connection: sqlite3.Connection,
    compiled: Compiled,
    span: Span,
    limit: int,
    *,
    every_kind: bool = True,
    kinds: Sequence[Kind] = (),
) -> list[Key]:
    """Return up to `limit` (ts, id) keys of matching events, nearest to the span's start first."""
    found: set[Key] = set()
    for branch in compiled.branches:
        if branch.kinds is None and not every_kind:
            branch = Branch(frozenset(kind.id for kind in kinds), branch.literals)
        found.update(_branch_keys(connection, branch, span, limit, compiled.now_ms))
    return sorted(found, reverse=span.newest_first)[:limit]


def _branch_keys(connection: sqlite3.Connection, branch: Branch, span: Span, limit: int, now_ms: int) -> list[Key]:
    if span.bounds()[0] > span.bounds()[1]:
        return []
    if not branch.literals:
        if branch.kinds is None or len(branch.kinds) > MAX_MERGED_KINDS:
            return _window_keys(connection, branch, span, limit, now_ms)
        return _kind_keys(connection, branch.kinds, span, limit)
    candidates = rarest_candidates(connection, branch)
    if candidates is not None:
        return _candidate_keys(connection, branch, candidates, span, limit, now_ms)
    return _window_keys(connection, branch, span, limit, now_ms)


def _kind_keys(connection: sqlite3.Connection, kinds: frozenset[int], span: Span, limit: int) -> list[Key]:
    """Merge the newest (or oldest) keys of each kind; what one kind finds narrows the range for the next."""
    found: list[Key] = []
    narrowed = span
    for kind in sorted(kinds):
        beyond = narrowed.beyond("ts", "id")
        sql = f"""SELECT ts, id FROM events INDEXED BY events_kind_ts WHERE kind = ? AND {beyond.sql}
            ORDER BY ts {span.order}, id {span.order} LIMIT ?"""
        found += connection.execute(sql, [kind, *beyond.params, limit]).fetchall()
        if len(found) > limit:
            found = sorted(found, reverse=span.newest_first)[:limit]
            edge = found[-1][0]
            narrowed = (
                Span(max(span.since_ms, edge), span.until_ms, span.anchor, True)
                if span.newest_first
                else Span(span.since_ms, min(span.until_ms, edge), span.anchor, False)
            )
    return found


def branch_condition(
    connection: sqlite3.Connection, branch: Branch, now_ms: int, low_id: int = 0, high_id: int = 2**62, few: bool = False
) -> Condition:
    """Return the whole condition of a branch over `e`; text is looked up between the two ids only, or for `few` events."""
    parts = [] if branch.kinds is None else [kinds_condition(branch.kinds)]
    search = TextCondition(connection.execute("SELECT part, first_id, last_id FROM search_parts"), low_id, high_id, few)
    parts += literals_conditions(branch.literals, now_ms, search)
    return Condition(
        " AND ".join(f"({part.sql})" for part in parts) or "1", [value for part in parts for value in part.params]
    )


def kinds_condition(kinds: frozenset[int]) -> Condition:
    """Kind ids are our own small integers: written into the text, where they cost no parameters."""
    return Condition(f"e.kind IN ({','.join(map(str, sorted(kinds)))})")


def _candidate_keys(
    connection: sqlite3.Connection, branch: Branch, candidates: Candidates, span: Span, limit: int, now_ms: int
) -> list[Key]:
    if not candidates.ids:
        return []
    rest = Branch(branch.kinds, tuple(one for one in branch.literals if one not in candidates.settled))
    ids = candidates.ids
    condition = branch_condition(connection, rest, now_ms, min(ids), max(ids), few=len(ids) <= FEW)
    beyond = span.beyond("e.ts", "e.id")
    # Handed over as they are: asking the index for them again would cost as much as finding them.
    sql = f"""SELECT e.ts, e.id FROM events e NOT INDEXED WHERE e.id IN (SELECT value FROM json_each(?))
        AND {beyond.sql} AND {condition.sql} ORDER BY e.ts {span.order}, e.id {span.order} LIMIT ?"""
    return connection.execute(sql, [str(ids), *beyond.params, *condition.params, limit]).fetchall()


def _window_keys(connection: sqlite3.Connection, branch: Branch, span: Span, limit: int, now_ms: int) -> list[Key]:
    """Walk the time index in growing windows; each window looks up text only among its own ids.

    What fills no page within WINDOWS windows goes on in a window as large as what was found lets one expect, while that is
    much less than all; else it is rare: the rest is then asked at once, by the cheapest way through it.
    """
    found: list[Key] = []
    size, seen = FIRST_WINDOW, 0
    low, high = span.bounds()
    for walked in counting():
        if low > high or len(found) >= limit:
            break
        last = False
        if walked >= WINDOWS:
            size = round(seen * (limit - len(found)) / max(1, len(found)) * MARGIN)
            last = size > (_total(connection) - seen) * WALKED_SHARE
        if last and (candidates := rarest_candidates(connection, branch, planning.LAST_PROBE)) is not None:
            rest = Span(low, high, span.anchor, span.newest_first)
            found += _candidate_keys(connection, branch, candidates, rest, limit - len(found), now_ms)
            break
        far = low if span.newest_first else high
        edge = far if last else _window_edge(connection, low, high, size, span.newest_first)
        window = (edge, high) if span.newest_first else (low, edge)
        access = _access(connection, branch) if last else "INDEXED BY events_ts"
        found += _one_window(connection, branch, span, window, limit - len(found), now_ms, access)
        seen += size
        if span.newest_first:
            high = edge - 1
        else:
            low = edge + 1
        size *= 4
    return found


def _total(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT total(n) FROM activity").fetchone()[0])


def _access(connection: sqlite3.Connection, branch: Branch) -> str:
    """Choose the way through many events: by kind where few are of these kinds, else the table as it lies."""
    if branch.kinds is None:
        return "NOT INDEXED"
    ids = ",".join(map(str, branch.kinds))
    share = f"SELECT total(n) FILTER (WHERE kind IN ({ids})), total(n) FROM activity"
    these, everything = connection.execute(share).fetchone()
    return "INDEXED BY events_kind_ts" if these < everything / 5 else "NOT INDEXED"


def _window_edge(connection: sqlite3.Connection, low: int, high: int, size: int, newest_first: bool) -> int:
    """Return the time that lies `size` events into the range, or its far end."""
    order = "DESC" if newest_first else "ASC"
    row = connection.execute(
        f"SELECT ts FROM events INDEXED BY events_ts WHERE ts BETWEEN ? AND ? ORDER BY ts {order} LIMIT 1 OFFSET ?",
        (low, high, size),
    ).fetchone()
    return int(row[0]) if row else (low if newest_first else high)


def _one_window(
    connection: sqlite3.Connection,
    branch: Branch,
    span: Span,
    window: tuple[int, int],
    limit: int,
    now_ms: int,
    access: str,
) -> list[Key]:
    low_id, high_id = 0, 2**62
    if any(isinstance(literal.node, Text) for literal in branch.literals):
        ids = connection.execute(
            "SELECT min(id), max(id) FROM events INDEXED BY events_ts WHERE ts BETWEEN ? AND ?", window
        ).fetchone()
        if ids[0] is None:
            return []
        low_id, high_id = ids
    condition = branch_condition(connection, branch, now_ms, low_id, high_id)
    narrowed = Span(window[0], window[1], span.anchor, span.newest_first)
    beyond = narrowed.beyond("e.ts", "e.id")
    sql = f"""SELECT e.ts, e.id FROM events e {access} WHERE {beyond.sql} AND {condition.sql}
        ORDER BY e.ts {span.order}, e.id {span.order} LIMIT ?"""
    return connection.execute(sql, [*beyond.params, *condition.params, limit]).fetchall()


def _rows(connection: sqlite3.Connection, ids: Sequence[int], kinds: dict[int, Kind]) -> list[Row]:
    rows: list[Row] = []
    for start in range(0, len(ids), 500):
        part = ids[start : start + 500]
        marks = ",".join(map(str, part))
        found = connection.execute(f"SELECT {_COLUMNS} FROM events e WHERE e.id IN ({marks})")
        rows += [as_row(columns, kinds) for columns in found]
    return rows


def as_row(found: Sequence[Any], kinds: dict[int, Kind]) -> Row:
    """Build a `Row` from the columns of a list query."""
    (
        event_id,
        ts,
        received,
        kind_id,
        message,
        correlation,
        entity_type,
        entity_id,
        fingerprint,
        duration,
        flags,
        pin,
    ) = found
    kind = kinds[kind_id]
    return Row(
        event_id, ts, received, kind.source, kind.service, kind.event_type, kind.level, kind.severity, kind.category,
        message, correlation, entity_type, entity_id, fingerprint, duration, flags, kind.marker, pin or 0,
    )  # fmt: skip


def count(
    connection: sqlite3.Connection,
    node: Node,
    *,
    since_ms: int | None = None,
    until_ms: int | None = None,
    now_ms: int,
    markers: bool = True,
) -> int:
    """Count all matches. May take seconds where a filter fits no index; run it behind the first page."""
    with snapshot(connection):
        kinds = load_kinds(connection)
        if not markers:
            kinds = [kind for kind in kinds if kind.marker == MARKER_NONE]
        compiled = compile_filter(kinds, node, now_ms)
        return _count(connection, compiled, _span(compiled, since_ms, until_ms, None, None), kinds, markers)


def matching_ids(
    connection: sqlite3.Connection, node: Node, *, since_ms: int | None = None, until_ms: int | None = None, now_ms: int
) -> Condition:
    """Return a SELECT of the ids of all matches, markers among them, for use inside a larger statement."""
    kinds = load_kinds(connection)
    compiled = compile_filter(kinds, node, now_ms)
    return _matching(connection, compiled, _span(compiled, since_ms, until_ms, None, None), kinds, True)


def _count(connection: sqlite3.Connection, compiled: Compiled, span: Span, kinds: Sequence[Kind], markers: bool) -> int:
    matching = _matching(connection, compiled, span, kinds, markers)
    return int(connection.execute(f"SELECT count(*) FROM ({matching.sql})", matching.params).fetchone()[0])


def _matching(
    connection: sqlite3.Connection, compiled: Compiled, span: Span, kinds: Sequence[Kind], markers: bool
) -> Condition:
    now_ms = compiled.now_ms
    selects: list[Condition] = []
    for branch in compiled.branches:
        members = branch.kinds if branch.kinds is not None or markers else frozenset(kind.id for kind in kinds)
        whole = Branch(members, branch.literals)
        condition, beyond = branch_condition(connection, whole, now_ms), span.beyond("e.ts", "e.id")
        index = " INDEXED BY events_kind_ts" if members is not None and not branch.literals else ""
        selects.append(
            Condition(
                f"SELECT e.id FROM events e{index} WHERE {beyond.sql} AND {condition.sql}",
                [*beyond.params, *condition.params],
            )
        )
    if not selects:
        return Condition("SELECT id FROM events WHERE 0")
    return Condition(" UNION ".join(part.sql for part in selects), [value for part in selects for value in part.params])
