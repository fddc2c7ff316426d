"""What of the store's tables goes into a bundle, and in which batches it is read."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from console.areas.incidents.core.bundle.manifest import Source
from console.areas.incidents.store.exporting_choice import has_table
from console.areas.incidents.store.exporting_tasks import EventBatch, RowBatch, TablePlan
from console.store.bundled import EVENTS
from console.store.bundling import BundleTable, Row

BATCH_ROWS = 1_000
BATCH_CHARACTERS = 384 * 1024


class Planned(NamedTuple):
    """A table that is in the store, and how its columns are treated."""

    table: BundleTable
    plan: TablePlan


def planned(connection: sqlite3.Connection, tables: Sequence[BundleTable]) -> list[Planned]:
    """Return the tables that this store has; one of an older console may lack some."""
    return [Planned(table, _plan(connection, table)) for table in tables if has_table(connection, table.name)]


def _plan(connection: sqlite3.Connection, table: BundleTable) -> TablePlan:
    distinct = _unique_columns(connection, table.name)
    columns = tuple(
        (position, kind, f"{table.name}.{column}", column in distinct)
        for position, (column, kind) in enumerate(table.columns.items())
        if kind != "plain"
    )
    quoting = frozenset(position for position, column in enumerate(table.columns) if column in table.quoting)
    return TablePlan(table.name, columns, quoting)


def _unique_columns(connection: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns whose values, alone or with others, a table takes once."""
    columns: set[str] = set()
    for index in connection.execute("SELECT name FROM pragma_index_list(?) WHERE [unique]", (table,)).fetchall():
        names = connection.execute("SELECT name FROM pragma_index_info(?)", index)
        columns |= {row[0] for row in names if row[0] is not None}
    return columns


def batches(connection: sqlite3.Connection, one: Planned) -> Iterator[EventBatch | RowBatch]:
    """Yield a table's rows in batches that fit the memory."""
    kind = EventBatch if one.table.name == EVENTS.name else RowBatch
    rows: list[Row] = []
    size = 0
    for row in connection.execute(one.table.rows):
        rows.append(one.table.fix(row) if one.table.fix else row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(rows) >= BATCH_ROWS or size >= BATCH_CHARACTERS:
            yield kind(one.plan, rows)
            rows, size = [], 0
    if rows:
        yield kind(one.plan, rows)


def source_facts(connection: sqlite3.Connection) -> list[Source]:
    """Return each source with what is missing of it in the bundle's range."""
    rows = connection.execute(
        """SELECT s.name, s.transport, count(g.id), total(g.to_seq - g.from_seq + 1),
           (SELECT count(*) FROM coverage c WHERE c.source_id = s.id AND c.from_ts <= r.to_ms AND c.to_ts >= r.from_ms)
           FROM temp.bundle_range r CROSS JOIN sources s
           LEFT JOIN gaps g ON g.source_id = s.id AND g.declared BETWEEN r.from_ms AND r.to_ms
           GROUP BY s.id ORDER BY s.id"""
    )
    return [Source(name, transport, gaps, int(missing), unknown) for name, transport, gaps, missing, unknown in rows]
