"""Which source is sent the resolution of an issue."""

import sqlite3
from typing import NamedTuple

from console.areas.sync.store.answers import NO_SOURCE


class Target(NamedTuple):
    """The source, and its own id of the issue where it gave one."""

    source: str
    uid: str | None


def find_target(connection: sqlite3.Connection, issue_id: int) -> Target:
    """Return the source that told of an issue last among those that take commands; without any, `NO_SOURCE`.

    A WebSocket that was not asked yet may take them: its first events come before anybody has looked. A source may tell of
    an issue several times, under new ids: its newest is the one that it still knows.
    """
    row = connection.execute(
        """SELECT s.name, e.uid FROM sync_issue_event e JOIN sources s ON s.id = e.source_id
           LEFT JOIN command_sources c ON c.source = s.name
           WHERE e.issue_id = ? AND coalesce(c.takes, s.transport = 'websocket')
           ORDER BY e.ts DESC, e.uid IS NULL, e.event_id DESC LIMIT 1""",
        (issue_id,),
    ).fetchone()
    if row is not None:
        return Target(*row)
    uid = connection.execute("SELECT uid FROM sync_body WHERE issue_id = ?", (issue_id,)).fetchone()
    return Target(NO_SOURCE, uid[0] if uid else None)


def target_of(connection: sqlite3.Connection, issue_id: int) -> str:
    """Return the name of the source that gets the command, `NO_SOURCE` where none takes any."""
    return find_target(connection, issue_id).source
