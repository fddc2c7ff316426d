"""Forgets what tells of events that retention has deleted. Contracts, and what a person decided, stay."""

import sqlite3
from collections.abc import Sequence

from console.areas.contracts.store.endpoints import drop_endpoint
from console.areas.contracts.store.state import stamp_change
from console.areas.contracts.store.steps import DAY_MS, LEVELS_MS
from console.store.retention import kept_runs, outside_times

_OLD_ENDPOINTS = """SELECT id FROM contracts_endpoint WHERE last_ms < ? AND current_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM contracts_version WHERE endpoint_id = contracts_endpoint.id)"""


def prune(connection: sqlite3.Connection, before_ms: int) -> None:
    """Forget counts, occurrences and violations of before a time, and undeclared endpoints that were last seen before.

    A violation stays, closed, while any of its events does.
    """
    connection.execute(
        "DELETE FROM contracts_occurrence WHERE ts < ? AND NOT EXISTS (SELECT 1 FROM events WHERE id = event_id)",
        (before_ms,),
    )
    connection.execute(
        "DELETE FROM contracts_past_occurrence WHERE ts < ? AND NOT EXISTS (SELECT 1 FROM events WHERE id = event_id)",
        (before_ms,),
    )
    gone = "last_ms < ? AND NOT EXISTS (SELECT 1 FROM contracts_occurrence o WHERE o.violation_id = contracts_violation.id)"
    done = connection.execute(f"DELETE FROM contracts_violation WHERE {gone}", (before_ms,)).rowcount
    runs = kept_runs(connection)
    for level in LEVELS_MS:
        outside = outside_times(runs, "bucket_ms", level)
        sql = f"DELETE FROM contracts_bucket WHERE level_ms = ? AND bucket_ms < ? AND {outside}"
        connection.execute(sql, (level, before_ms - level))
    connection.execute("DELETE FROM contracts_alert WHERE at_ms < ? AND is_acknowledged = 1", (before_ms,))
    connection.execute(
        "DELETE FROM contracts_finding WHERE last_ms < ? AND state = 'closed' AND note = '' AND own = ''",
        (before_ms - 2 * DAY_MS,),
    )
    connection.execute("DELETE FROM contracts_drift WHERE last_ms < ?", (before_ms - 2 * DAY_MS,))
    old = connection.execute(_OLD_ENDPOINTS, (before_ms,)).fetchall()
    for (endpoint_id,) in old:
        drop_endpoint(connection, endpoint_id)
    if done or old:
        stamp_change(connection)


def forget(connection: sqlite3.Connection, event_ids: Sequence[int], _range_ms: tuple[int, int]) -> None:
    """Forget the occurrences of violations in events that a person has deleted; what was counted stays."""
    for table in ("contracts_occurrence", "contracts_past_occurrence"):
        connection.execute(f"DELETE FROM {table} WHERE event_id IN ({','.join(map(str, event_ids))})")
