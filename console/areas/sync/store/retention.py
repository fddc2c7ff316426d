"""Forgets what tells of events that retention has deleted. Decisions, commands and the record stay."""

import sqlite3
from collections.abc import Sequence

from console.areas.sync.store.digests import drop_differences, prune_digests
from console.areas.sync.store.replicas import prune_samples

MAX_SKIPPED = 1_000


def prune(connection: sqlite3.Connection, before_ms: int) -> None:
    """Forget the tellings and numbers of before a time; settled issues that nobody touched go with their last event.

    An open issue stays, with its newest telling, which says whom to send its resolution to.
    """
    connection.execute(
        """DELETE FROM sync_issue_event WHERE ts < ? AND event_id NOT IN (SELECT id FROM events) AND event_id !=
             (SELECT max(event_id) FROM sync_issue_event o WHERE o.issue_id = sync_issue_event.issue_id)""",
        (before_ms,),
    )
    gone = connection.execute(
        """SELECT id FROM sync_issue WHERE last_ms < ? AND state = 'resolved'
           AND id NOT IN (SELECT issue_id FROM sync_audit WHERE issue_id IS NOT NULL)
           AND NOT EXISTS (SELECT 1 FROM sync_issue_event t JOIN events e ON e.id = t.event_id
             WHERE t.issue_id = sync_issue.id)""",
        (before_ms,),
    ).fetchall()
    for table, column in (("sync_issue_event", "issue_id"), ("sync_body", "issue_id"), ("sync_issue", "id")):
        connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", gone)
    newest = connection.execute("SELECT coalesce(max(bucket_ms), 0) FROM sync_sample").fetchone()[0]
    prune_samples(connection, before_ms, newest)
    prune_digests(connection, before_ms)
    connection.execute(
        f"""DELETE FROM sync_skipped WHERE id IN
              (SELECT id FROM sync_skipped ORDER BY at_ms DESC LIMIT -1 OFFSET {MAX_SKIPPED})"""
    )


def forget(connection: sqlite3.Connection, event_ids: Sequence[int], _range_ms: tuple[int, int]) -> None:
    """Forget the tellings and digests of events that a person has deleted; open issues keep their newest telling."""
    ids = ",".join(map(str, event_ids))
    connection.execute(
        f"""DELETE FROM sync_issue_event WHERE event_id IN ({ids}) AND event_id !=
             (SELECT max(event_id) FROM sync_issue_event o WHERE o.issue_id = sync_issue_event.issue_id)"""
    )
    connection.execute(f"DELETE FROM sync_digest WHERE event_id IN ({ids})")
    drop_differences(connection)
