"""`query` and `sources`: read a store from the command line, read-only."""

import csv
import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from console.commands.opening import STORE, USAGE, say
from console.model.clock import wall_clock
from console.model.decoding import decode
from console.store.database import StoreError, open_reader
from console.store.filter import And, Field, FilterError, Node, Or, parse_filter
from console.store.migrations import BASE, V_EVENTS_COLUMNS, refuse_newer
from console.store.rows import Position
from console.store.search import page

PAGE = 2_000
_ALLOWED = {
    sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE,
}  # fmt: skip


def run_query(path: Path, text: str, sql: str | None, form: str, limit: int) -> int:
    """Print what matches; returns the exit code."""
    try:
        connection = _open(path)
    except StoreError as error:
        say(str(error))
        return STORE
    try:
        if sql is not None:
            return _run_sql(connection, sql, form, limit)
        node = parse_filter(text)
        columns = V_EVENTS_COLUMNS if form != "text" else V_EVENTS_COLUMNS[:-1]
        rows = _matches(connection, node, limit, _asks_for_markers(node))
        _print(columns, rows, form)
    except FilterError as error:
        say(f"query: {error}")
        return USAGE
    except sqlite3.Error as error:
        say(f"query: {error}")
        return USAGE if sql is not None else STORE
    finally:
        connection.close()
    return 0


def _open(path: Path) -> sqlite3.Connection:
    """Open a store of this version for reading. Raises StoreError."""
    connection = open_reader(path)
    try:
        refuse_newer(connection, [("store", BASE)])
    except StoreError:
        connection.close()
        raise
    return connection


def _asks_for_markers(node: Node) -> bool:
    """Tell whether a filter names gaps or quarantined data, and not only to leave them out."""
    match node:
        case And(children) | Or(children):
            return any(map(_asks_for_markers, children))
        case Field("is", _, value):
            return isinstance(value, tuple) and not {"gap", "quarantined"}.isdisjoint(map(str, value))
        case _:
            return False


def _matches(connection: sqlite3.Connection, node: Node, limit: int, markers: bool) -> Iterator[Sequence[Any]]:
    """Yield the newest `limit` matches, oldest first, as rows of v_events."""
    now_ms = wall_clock()
    pages: list[list[int]] = []
    before: Position | None = None
    left = limit
    while left > 0:
        found = page(connection, node, before=before, limit=min(left, PAGE), now_ms=now_ms, markers=markers)
        pages.append([row.id for row in found.rows])
        left -= len(found.rows)
        if not found.more or not found.rows:
            break
        before = Position(found.rows[0].ts, found.rows[0].id)
    view = _MARKED_VIEW if markers else "v_events"
    for ids in reversed(pages):
        marks = ",".join(map(str, ids))
        rows = {row[0]: row for row in connection.execute(f"SELECT * FROM {view} WHERE id IN ({marks})")}
        yield from (rows[event_id] for event_id in ids if event_id in rows)


_MARKED_VIEW = """(SELECT e.id, s.name, k.service, k.event_type, e.ts, e.received, k.level, k.severity, k.category, k.layer,
    e.message, e.correlation, e.entity_type, e.entity_id, e.fingerprint, e.duration_ms, e.uid, d.reason, t.epoch, e.seq,
    p.text FROM events e JOIN kinds k ON k.id = e.kind JOIN sources s ON s.id = k.source_id JOIN payloads p ON p.id = e.id
    LEFT JOIN streams t ON t.id = e.stream LEFT JOIN degraded d ON d.event_id = e.id)"""


def _run_sql(connection: sqlite3.Connection, sql: str, form: str, limit: int) -> int:
    connection.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY  # a filter for reading only
    )
    cursor = connection.execute(sql)
    if cursor.description is None:
        say("query: --sql takes one SELECT")
        return USAGE
    columns = [column[0] for column in cursor.description]
    _print(columns, islice(cursor, limit), form)
    if cursor.fetchone() is not None:
        say(f"query: there are more rows; these are the first {limit:,} (see --limit)")
    return 0


def _print(columns: Sequence[str], rows: Iterator[Sequence[Any]], form: str) -> None:
    try:
        _write(columns, rows, form)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, less) has seen enough; what the interpreter would still flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(columns: Sequence[str], rows: Iterator[Sequence[Any]], form: str) -> None:
    if form == "csv":
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows(rows)
        return
    for row in rows:
        record = dict(zip(columns, row, strict=False))
        sys.stdout.write((_json_line(record) if form == "json" else _text_line(record)) + "\n")


def _json_line(record: dict[str, Any]) -> str:
    """One object; a payload that is strict JSON stands in it as JSON, any other as text."""
    payload = record.get("payload")
    if isinstance(payload, str):
        decoded = decode(payload)
        if decoded.problem is None and decoded.note is None:
            record = {**record, "payload": decoded.value}
    return json.dumps(record, ensure_ascii=False, default=_bytes_as_text)


def _bytes_as_text(value: object) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)


def _text_line(record: dict[str, Any]) -> str:
    """One readable line; control characters of what came from outside are made visible."""
    if "message" not in record or "ts" not in record:
        return "\t".join("" if value is None else _visible(str(value)) for value in record.values())
    time = datetime.fromtimestamp(record["ts"] / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    parts = [
        time,
        f"{record.get('severity') or '':8}",
        f"{record.get('service') or '':12}",
        f"{record.get('event_type') or '':14}",
    ]
    if record.get("category"):
        parts.append(str(record["category"]))
    parts.append(str(record["message"]))
    return _visible("  ".join(parts))


def _visible(text: str) -> str:
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def run_sources(path: Path, as_json: bool) -> int:
    """List the sources of a store; returns the exit code."""
    try:
        connection = _open(path)
    except StoreError as error:
        say(str(error))
        return STORE
    cursor = connection.execute(
        """SELECT s.name, s.url, s.transport, s.first_seen, s.last_seen,
        (SELECT coalesce(sum(n), 0) FROM activity a JOIN kinds k ON k.id = a.kind WHERE k.source_id = s.id) AS events,
        (SELECT coalesce(sum(to_seq - from_seq + 1), 0) FROM gaps g WHERE g.source_id = s.id) AS gap_events,
        (SELECT count(*) FROM coverage c WHERE c.source_id = s.id) AS unknown_intervals,
        (SELECT count(*) FROM quarantine q WHERE q.source_id = s.id) AS quarantined
        FROM sources s ORDER BY s.name"""
    )
    columns = [column[0] for column in cursor.description]
    for row in cursor:
        record = dict(zip(columns, row, strict=True))
        if as_json:
            sys.stdout.write(json.dumps(record) + "\n")
            continue
        seen = datetime.fromtimestamp(record["last_seen"] / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        sys.stdout.write(
            _visible(
                f"{record['name']:16} {record['events']:>12,} events  {record['gap_events']:>8,} in gaps  "
                f"{record['unknown_intervals']:>4} unknown  {record['quarantined']:>6,} quarantined  "
                f"last {seen}  {record['url']}"
            )
            + "\n"
        )
    connection.close()
    return 0
