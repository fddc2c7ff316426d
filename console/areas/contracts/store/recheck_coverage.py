"""Which events each version of a contract has judged, so that none is judged by it twice.

Rows of `contracts_covered` are spans of event ids, both ends included; a span without an end is the version that traffic is
checked against now. What lies outside of a version's spans came before it was there, or while another one was checked.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

FOR_EVER = 2**62
Range: TypeAlias = tuple[int, int]
Target: TypeAlias = tuple[int, str]
"""Endpoint and version."""


class Coverage(NamedTuple):
    """The spans of all versions. One of which there is no span came from elsewhere (a bundle): nothing is known of it."""

    spans: dict[Target, tuple[Range, ...]]
    by_endpoint: dict[int, tuple[Range, ...]]

    def has_judged(self, target: Target, event_id: int) -> bool:
        return any(first <= event_id <= last for first, last in self.spans.get(target, ()))

    def was_judged(self, endpoint_id: int, event_id: int) -> bool:
        """Tell whether any version of the endpoint has judged an event."""
        return any(first <= event_id <= last for first, last in self.by_endpoint.get(endpoint_id, ()))

    def gaps(self, targets: Iterable[Target], first: int, last: int) -> list[Range]:
        """Return the ids between the two that any of these versions has not judged."""
        found = [gap for target in targets if target in self.spans for gap in _gaps(self.spans[target], first, last)]
        return merged(found)


def load_coverage(connection: sqlite3.Connection) -> Coverage:
    """Return what all versions have judged; where it is not known since when, all before is taken for judged."""
    spans: dict[Target, list[Range]] = {}
    by_endpoint: dict[int, list[Range]] = {}
    sql = "SELECT endpoint_id, version, coalesce(from_id, 0), coalesce(to_id, ?) FROM contracts_covered"
    rows = connection.execute(sql, (FOR_EVER,))
    for endpoint_id, version, first, last in rows.fetchall():
        spans.setdefault((endpoint_id, version), []).append((first, last))
        by_endpoint.setdefault(endpoint_id, []).append((first, last))
    return Coverage(
        {target: tuple(merged(found)) for target, found in spans.items()},
        {endpoint_id: tuple(merged(found)) for endpoint_id, found in by_endpoint.items()},
    )


def follow_current(connection: sqlite3.Connection, endpoint_id: int, after_id: int | None = None) -> None:
    """Note that the version that is checked now judges what comes after an event, and the one before it no more.

    Without an event it is the newest of those that are counted: what is in the fold's memory only is judged anew.
    """
    row = connection.execute(
        "SELECT v.version FROM contracts_endpoint e JOIN contracts_version v ON v.id = e.current_id WHERE e.id = ?",
        (endpoint_id,),
    ).fetchone()
    under_way = connection.execute(
        "SELECT id, version, coalesce(from_id, 0) FROM contracts_covered WHERE endpoint_id = ? AND to_id IS NULL",
        (endpoint_id,),
    ).fetchone()
    if (row and row[0]) == (under_way and under_way[1]):
        return
    last = counted_id(connection) if after_id is None else after_id
    if under_way is not None:
        if under_way[2] > last:
            connection.execute("DELETE FROM contracts_covered WHERE id = ?", under_way[:1])
        else:
            connection.execute("UPDATE contracts_covered SET to_id = ? WHERE id = ?", (last, under_way[0]))
    if row is not None:
        _insert(connection, [(endpoint_id, row[0], last + 1, None)])


def settle_beginnings(connection: sqlite3.Connection) -> None:
    """Find out since when the versions of a store of before have judged: what was received when they were saved.

    Where events of before are told to have broken it, it was there earlier and was replaced since.
    """
    rows = connection.execute(
        """SELECT c.id, c.since_ms, (SELECT min(first_event) FROM contracts_violation v
             WHERE v.endpoint_id = c.endpoint_id AND v.version = c.version AND v.episode > 0)
           FROM contracts_covered c WHERE c.from_id IS NULL"""
    ).fetchall()
    if not rows:
        return
    newest = counted_id(connection)
    state = connection.execute("SELECT first_id FROM contracts_state").fetchone()
    begun: dict[int, int] = {}
    for row_id, since_ms, broken_id in rows:
        if since_ms not in begun:
            sql = "SELECT id FROM events WHERE received >= ? AND id <= ? ORDER BY id LIMIT 1"
            begun[since_ms] = (connection.execute(sql, (since_ms, newest)).fetchone() or (newest + 1,))[0]
        first = newest + 1 if state is None else max(state[0], min(begun[since_ms], broken_id or newest + 1))
        connection.execute("UPDATE contracts_covered SET from_id = ? WHERE id = ?", (first, row_id))
    connection.execute("DELETE FROM contracts_covered WHERE to_id < from_id")


def counted_id(connection: sqlite3.Connection) -> int:
    """Return the newest event that is counted; where nothing ever was, the newest of all, for counting begins behind it."""
    row = connection.execute("SELECT counted_id FROM contracts_state").fetchone()
    if row is None:
        row = connection.execute("SELECT coalesce(max(id), 0) FROM events").fetchone()
    return int(row[0])


def add_coverage(connection: sqlite3.Connection, targets: Iterable[Target], ranges: Sequence[Range]) -> None:
    """Note that versions have judged these events; those of endpoints that are gone are forgotten."""
    spans = load_coverage(connection).spans
    there = {row[0] for row in connection.execute("SELECT id FROM contracts_endpoint").fetchall()}
    rows: list[tuple[int, str, int, int | None]] = []
    for target in targets:
        before = spans.get(target, ())
        after = merged([*before, *ranges])
        if target[0] not in there or tuple(after) == before:
            continue
        connection.execute("DELETE FROM contracts_covered WHERE endpoint_id = ? AND version = ?", target)
        rows += [(*target, first, None if last == FOR_EVER else last) for first, last in after]
    _insert(connection, rows)


def merged(ranges: Iterable[Range]) -> list[Range]:
    """Return the same ids in as few ranges as there can be, in order."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def _gaps(spans: Iterable[Range], first: int, last: int) -> list[Range]:
    """Return what of [first, last] no span covers; `spans` are in order and apart."""
    found = []
    for begin, end in spans:
        if begin > last:
            break
        if begin > first:
            found.append((first, begin - 1))
        first = max(first, end + 1)
    return [*found, (first, last)] if first <= last else found


def _insert(connection: sqlite3.Connection, rows: Sequence[tuple[int, str, int, int | None]]) -> None:
    connection.executemany("INSERT INTO contracts_covered (endpoint_id, version, from_id, to_id) VALUES (?, ?, ?, ?)", rows)
