"""Notes the further ids of events, in the transaction that stores the events."""

import sqlite3
from collections.abc import Sequence

from console.areas.trace.core.ids import SIGNS, extra_ids
from console.store.bulk import insert_rows
from console.store.projection import StoredEvent

_ADD = "INSERT OR IGNORE INTO trace_links (trace_id, event_id)"
_PRUNE = """DELETE FROM trace_links WHERE event_id NOT IN (SELECT event_id FROM pins) AND event_id < coalesce(
    (SELECT min(id) FROM events WHERE id NOT IN (SELECT event_id FROM pins)), 9223372036854775807)"""


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
        """Forget the links of events that are gone; pinned events keep theirs.

        The oldest id that is kept is the bound, as looking up each event would hold the writer up. A late event may
        have gone before; its links lead nowhere, which loading bears, and go when the bound has passed them.
        """
        connection.execute(_PRUNE)


def projection() -> TraceProjection:
    """Return the fold that the writer runs in each of its transactions."""
    return TraceProjection()
