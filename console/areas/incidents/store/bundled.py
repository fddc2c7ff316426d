"""What of the sessions leaves the store in an incident bundle (see `console.store.bundling`).

These are the sessions that the bundle's events came in; `events` counts those in it, `arrived` all that came. One that
lasts ends with the last that was heard: nothing more will come to it. Notes go as Markdown, those that were chosen.
"""

from console.store.bundling import BundleTable

_END = "coalesce(last_id, 9223372036854775807)"
_EVENTS = f"""(SELECT {{what}} FROM temp.bundle_event b JOIN events e ON e.id = b.id JOIN kinds k ON k.id = e.kind
  WHERE b.id BETWEEN first_id AND {_END} AND k.marker = 0)"""

BUNDLED = (
    BundleTable(
        "incidents_session",
        {
            "id": "plain", "name": "text", "sources": "text", "from_ms": "plain", "to_ms": "plain", "first_id": "plain",
            "last_id": "plain", "arrived": "plain", "events": "plain", "oldest_ms": "plain", "newest_ms": "plain",
            "pinned": "plain", "note": "text",
        },
        f"""SELECT id, name, sources, from_ms,
              coalesce(to_ms, max(from_ms, (SELECT coalesce(max(last_seen), 0) FROM sources))), first_id,
              coalesce(last_id, (SELECT max(id) FROM events)), arrived, {_EVENTS.format(what="count(*)")},
              {_EVENTS.format(what="min(e.ts)")}, {_EVENTS.format(what="max(e.ts)")}, pinned, note
            FROM incidents_session
            WHERE EXISTS (SELECT 1 FROM temp.bundle_event b WHERE b.id BETWEEN first_id AND {_END}) ORDER BY id""",
    ),
)  # fmt: skip
