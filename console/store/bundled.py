"""The store's own tables in a bundle: sources, streams, kinds, the chosen events, holes, quarantine, pins, activity.

The texts of the events (`payloads`) go by a way of their own: one a line, as they came. The search index is made anew.
"""

from console.store.bundling import BundleTable
from console.store.recording import ACTIVITY_MS
from console.store.rows import MARKER_NONE, MARKER_QUARANTINE

_USED_KINDS = "SELECT DISTINCT e.kind FROM events e JOIN temp.bundle_event b ON b.id = e.id"
_IN_RANGE = "BETWEEN (SELECT from_ms FROM temp.bundle_range) AND (SELECT to_ms FROM temp.bundle_range)"

EVENTS = BundleTable(
    "events",
    {
        "id": "plain", "kind": "plain", "ts": "plain", "received": "plain", "stream": "plain", "seq": "plain",
        "message": "text", "uid": "text", "correlation": "text", "entity_type": "text", "entity_id": "text",
        "fingerprint": "text", "duration_ms": "plain", "flags": "plain",
    },
    """SELECT e.id, e.kind, e.ts, e.received, e.stream, e.seq, e.message, e.uid, e.correlation, e.entity_type, e.entity_id,
       e.fingerprint, e.duration_ms, e.flags, p.text FROM temp.bundle_event b CROSS JOIN events e ON e.id = b.id
       CROSS JOIN payloads p ON p.id = b.id ORDER BY b.id""",
)  # fmt: skip
"""Read together with the texts, which come last: what redaction leaves of a row depends on its text."""

BASE_TABLES = (
    # Every source: that one said nothing at the time is a fact as well. Their addresses may hold tokens.
    BundleTable(
        "sources",
        {"id": "plain", "name": "text", "url": "text", "transport": "plain", "first_seen": "plain", "last_seen": "plain"},
        "SELECT id, name, url, transport, first_seen, last_seen FROM sources ORDER BY id",
    ),
    BundleTable(
        "streams",
        {"id": "plain", "source_id": "plain", "epoch": "text", "first_seq": "plain", "next_seq": "plain", "opened": "plain"},
        """SELECT id, source_id, epoch, first_seq, next_seq, opened FROM streams WHERE id IN
           (SELECT e.stream FROM events e JOIN temp.bundle_event b ON b.id = e.id
            UNION SELECT g.stream_id FROM gaps g JOIN temp.bundle_event b ON b.id = g.event_id
            UNION SELECT stream_id FROM gaps WHERE declared """ + _IN_RANGE + """) ORDER BY id""",
    ),
    BundleTable(
        "kinds",
        {
            "id": "plain", "source_id": "plain", "service": "text", "event_type": "text", "level": "text",
            "severity": "text", "category": "text", "layer": "plain", "marker": "plain",
        },
        f"""SELECT id, source_id, service, event_type, level, severity, category, layer, marker FROM kinds
            WHERE id IN ({_USED_KINDS}) ORDER BY id""",
    ),
    EVENTS,
    BundleTable(
        "degraded",
        {"event_id": "plain", "reason": "text"},
        """SELECT d.event_id, d.reason FROM temp.bundle_event b JOIN degraded d ON d.event_id = b.id ORDER BY b.id""",
    ),
    # Holes of the whole range, whatever was chosen: what is missing must not look like what was left out.
    BundleTable(
        "gaps",
        {
            "id": "plain", "source_id": "plain", "stream_id": "plain", "from_seq": "plain", "to_seq": "plain",
            "reason": "text", "declared": "plain", "event_id": "plain",
        },
        f"""SELECT id, source_id, stream_id, from_seq, to_seq, reason, declared,
            (SELECT b.id FROM temp.bundle_event b WHERE b.id = gaps.event_id) FROM gaps
            WHERE declared {_IN_RANGE} OR event_id IN (SELECT id FROM temp.bundle_event) ORDER BY id""",
    ),
    BundleTable(
        "coverage",
        {"id": "plain", "source_id": "plain", "from_ts": "plain", "to_ts": "plain", "reason": "text"},
        """SELECT id, source_id, from_ts, to_ts, reason FROM coverage
           WHERE from_ts <= (SELECT to_ms FROM temp.bundle_range) AND to_ts >= (SELECT from_ms FROM temp.bundle_range)
           ORDER BY id""",
    ),
    BundleTable(
        "quarantine",
        {
            "id": "plain", "source_id": "plain", "stream_id": "plain", "seq": "plain", "received": "plain",
            "reason": "text", "size": "plain", "raw": "blob",
        },
        f"""SELECT id, source_id, stream_id, seq, received, reason, size, raw FROM quarantine
            WHERE (source_id, received) IN
            (SELECT k.source_id, e.ts FROM temp.bundle_event b JOIN events e ON e.id = b.id JOIN kinds k ON k.id = e.kind
             WHERE k.marker = {MARKER_QUARANTINE}) ORDER BY id""",
    ),
    BundleTable(
        "pins",
        {"event_id": "plain", "note": "text", "pinned": "plain"},
        "SELECT p.event_id, p.note, p.pinned FROM temp.bundle_event b JOIN pins p ON p.event_id = b.id ORDER BY b.id",
    ),
    BundleTable(
        "activity",
        {"bucket": "plain", "kind": "plain", "n": "plain"},
        f"""SELECT e.ts / {ACTIVITY_MS}, e.kind, count(*) FROM temp.bundle_event b JOIN events e ON e.id = b.id
            JOIN kinds k ON k.id = e.kind WHERE k.marker = {MARKER_NONE} GROUP BY 1, 2 ORDER BY 1, 2""",
    ),
)  # fmt: skip

LEFT_OUT = {
    "meta": "holds the last id, which an import finds anew",
    "payloads": "its texts are the member events.ndjson",
    "search_parts": "the search index is made anew from the redacted texts",
    "outbox": "commands go with the areas that sent them, without what they carried for the services alone",
    "command_sources": "a bundle takes no commands",
}
"""The store's tables that no bundle holds, and why."""
