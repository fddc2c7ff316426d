"""Notes the further ids of events, in the transaction that stores the events."""

import sqlite3
from collections.abc import Sequence

from console.areas.trace.core.ids import SIGNS, extra_ids
from console.store.bulk import insert_rows
from console.store.projection import StoredEvent
from console.store.retention import kept_runs, outside_ids

_ADD = "INSERT OR IGNORE INTO trace_links (trace_id, event_id)"
_PRUNE = """DELETE FROM trace_links WHERE event_id NOT IN (SELECT event_id FROM pins) AND {outside_link}
  AND event_id < coalesce((SELECT min(id) FROM events WHERE id NOT IN (SELECT event_id FROM pins) AND {outside_id}),
    9223372036854775807)"""


class TraceProjection:
    """Keeps nothing between batches."""

    def on_events(self, connection: sqlite3.Connection, events: Sequence[StoredEvent]) -> None:
        """Take the events of one transaction; raises sqlite3.Error when the file cannot be written."""
        rows: list[tuple[str, int]] = []
        for stored in events:
            event = stored.event
            body = event.data
            if "eventType" in body:
                body = body.get("data")  # type: ignore[assignment]  # anything may stand there
            # Tested here: of all that arrives only a fifth can have links, and the call is what costs.
            if type(body) is dict and not SIGNS.isdisjoint(body):
                rows += [(one, stored.id) for one in extra_ids(event)]
        if rows:
            # In order of the key: neighbours go to the same page.
            insert_rows(connection, _ADD, sorted(rows))

    def prune(self, connection: sqlite3.Connection, before_ms: int) -> None:
        """Forget the links of events that are gone; pinned events, and those of pinned sessions, keep theirs.

        The oldest id that is kept is the bound, as looking up each event would hold the writer up. A late event may
        have gone before; its links lead nowhere, which loading bears, and go when the bound has passed them.
        """
        runs = kept_runs(connection)
        outside = {"outside_link": outside_ids(runs, "event_id"), "outside_id": outside_ids(runs, "id")}
        connection.execute(_PRUNE.format_map(outside))


def forget(connection: sqlite3.Connection, event_ids: Sequence[int], _range_ms: tuple[int, int]) -> None:
    """Forget the links of events that a person has deleted."""
    connection.execute(f"DELETE FROM trace_links WHERE event_id IN ({','.join(map(str, event_ids))})")


def projection() -> TraceProjection:
    """Return the fold that the writer runs in each of its transactions."""
    return TraceProjection()
