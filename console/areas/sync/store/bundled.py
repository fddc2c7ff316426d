"""What of the issues leaves the store in an incident bundle (see `console.store.bundling`).

These are the issues that the bundle's events tell of, whole: with both sides, decisions, commands and record. Their
`times` counts all tellings that were known, the tellings are those among the events. Of entities there are the newest
digests where an issue or a digest's event is in the bundle. A command that still waited is `expired` in it: nothing that
opens a bundle may send it.
"""

from console.store.bundling import BundleTable, Row
from console.store.outbox import WAITING

_ISSUES = """SELECT t.issue_id FROM temp.bundle_event b JOIN sync_issue_event t ON t.event_id = b.id
  UNION SELECT i.id FROM sync_issue i JOIN temp.bundle_event b ON b.id = i.event_id"""
_ENTITIES = f"""SELECT entity_type, entity_id FROM sync_issue WHERE id IN ({_ISSUES})
  UNION SELECT d.entity_type, d.entity_id FROM sync_digest d JOIN temp.bundle_event b ON b.id = d.event_id"""
_RANGE = "BETWEEN (SELECT from_ms FROM temp.bundle_range) AND (SELECT to_ms FROM temp.bundle_range)"
_STATE, _REASON = 6, 12


def _silence(row: Row) -> Row:
    """Let a command that waits to be sent, or to be sent again, wait no more."""
    state = row[_STATE]
    if state not in WAITING:
        return row
    return (*row[:_STATE], "expired", *row[_STATE + 1 : _REASON], f"was {state} when it was put into the bundle")


BUNDLED = (
    BundleTable(
        "sync_issue",
        {
            "id": "plain", "key": "text", "kind": "text", "entity_type": "text", "entity_id": "text", "source": "text",
            "target": "text", "severity": "plain", "state": "plain", "first_ms": "plain", "last_ms": "plain",
            "times": "plain", "services": "text", "words": "text", "fields": "text", "local_version": "text",
            "remote_version": "text", "event_id": "plain", "decided": "plain", "open_places": "plain", "command": "plain",
        },
        f"""SELECT id, key, kind, entity_type, entity_id, source, target, severity, state, first_ms, last_ms, times,
              services, words, fields, local_version, remote_version,
              coalesce((SELECT b.id FROM temp.bundle_event b WHERE b.id = i.event_id),
                (SELECT max(b.id) FROM sync_issue_event t JOIN temp.bundle_event b ON b.id = t.event_id
                 WHERE t.issue_id = i.id)), decided, open_places, command
            FROM sync_issue i WHERE id IN ({_ISSUES}) ORDER BY id""",
    ),
    BundleTable(
        "sync_body",
        {
            "issue_id": "plain", "uid": "text", "local": "json", "remote": "json", "base": "json", "details": "json",
            "history": "json", "service": "text",
        },
        f"""SELECT issue_id, uid, local, remote, base, details, history, service FROM sync_body
            WHERE issue_id IN ({_ISSUES}) ORDER BY issue_id""",
    ),
    BundleTable(
        "sync_issue_event",
        {
            "issue_id": "plain", "event_id": "plain", "ts": "plain", "service": "text", "words": "text",
            "source_id": "plain", "uid": "text",
        },
        """SELECT t.issue_id, t.event_id, t.ts, t.service, t.words, t.source_id, t.uid
           FROM sync_issue_event t JOIN temp.bundle_event b ON b.id = t.event_id ORDER BY t.issue_id, t.event_id""",
    ),
    BundleTable(
        "sync_settlement",
        {"issue_id": "plain", "settlement": "json", "changed_ms": "plain"},
        f"""SELECT issue_id, settlement, changed_ms FROM sync_settlement WHERE issue_id IN ({_ISSUES})
            ORDER BY issue_id""",
    ),
    BundleTable(
        "sync_command",
        {"key": "plain", "issue_id": "plain", "at_ms": "plain"},
        f"SELECT key, issue_id, at_ms FROM sync_command WHERE issue_id IN ({_ISSUES}) ORDER BY key",
    ),
    # The store's own table, of which each area gives the commands that are its own.
    BundleTable(
        "outbox",
        {
            "key": "plain", "source": "text", "area": "plain", "name": "plain", "args": "json", "deadline_ms": "plain",
            "state": "plain", "created_ms": "plain", "sent_ms": "plain", "answered_ms": "plain", "attempts": "plain",
            "result": "json", "reason": "text",
        },
        f"""SELECT key, source, area, name, args, deadline_ms, state, created_ms, sent_ms, answered_ms, attempts, result,
              reason FROM outbox WHERE key IN (SELECT key FROM sync_command WHERE issue_id IN ({_ISSUES}))
            ORDER BY created_ms, key""",
        _silence,
    ),
    BundleTable(
        "sync_rule",
        {"place": "plain", "entity_type": "text", "path": "text", "strategy": "plain"},
        "SELECT place, entity_type, path, strategy FROM sync_rule ORDER BY place",
    ),
    # Entries of no issue are those of the rules and of steps over many issues.
    BundleTable(
        "sync_audit",
        {
            "id": "plain", "at_ms": "plain", "who": "text", "issue_id": "plain", "what": "plain", "words": "text",
            "hashes": "json", "decision": "json", "patch": "json", "key": "plain", "answer": "json", "before": "json",
            "batch": "plain", "undoes": "plain",
        },
        f"""SELECT id, at_ms, who, issue_id, what, words, hashes, decision, patch, key, answer, before, batch, undoes
            FROM sync_audit WHERE issue_id IS NULL OR issue_id IN ({_ISSUES}) ORDER BY id""",
    ),
    BundleTable(
        "sync_replica",
        {
            "service": "text", "replica": "text", "heard_ms": "plain", "pending": "plain", "conflicts": "plain",
            "offline": "plain", "last_sync_ms": "plain", "digest_ms": "plain", "delays": "plain",
        },
        """SELECT service, replica, heard_ms, pending, conflicts, offline, last_sync_ms, digest_ms, delays FROM sync_replica
           ORDER BY service, replica""",
    ),
    BundleTable(
        "sync_sample",
        {
            "service": "text", "replica": "text", "bucket_ms": "plain", "pending": "plain", "conflicts": "plain",
            "offline": "plain", "sync_age_ms": "plain", "p50_ms": "plain", "p95_ms": "plain",
        },
        f"""SELECT service, replica, bucket_ms, pending, conflicts, offline, sync_age_ms, p50_ms, p95_ms FROM sync_sample
            WHERE bucket_ms {_RANGE} ORDER BY service, replica, bucket_ms""",
    ),
    BundleTable(
        "sync_digest",
        {
            "entity_type": "text", "entity_id": "text", "replica": "text", "ts": "plain", "digest": "json",
            "content": "text", "event_id": "plain",
        },
        f"""SELECT entity_type, entity_id, replica, ts, digest, content,
              (SELECT b.id FROM temp.bundle_event b WHERE b.id = sync_digest.event_id) FROM sync_digest
            WHERE (entity_type, entity_id) IN ({_ENTITIES}) ORDER BY entity_type, entity_id, replica""",
    ),
    BundleTable(
        "sync_difference",
        {
            "entity_type": "text", "entity_id": "text", "one": "text", "other": "text", "standing": "plain", "rule": "text",
            "late": "text", "since_ms": "plain", "quiet_since_ms": "plain", "told": "plain",
        },
        f"""SELECT entity_type, entity_id, one, other, standing, rule, late, since_ms, quiet_since_ms, told
            FROM sync_difference WHERE (entity_type, entity_id) IN ({_ENTITIES})
            ORDER BY entity_type, entity_id, one, other""",
    ),
    BundleTable(
        "sync_skipped",
        {"id": "plain", "at_ms": "plain", "entity": "text", "reason": "text", "times": "plain"},
        f"SELECT id, at_ms, entity, reason, times FROM sync_skipped WHERE at_ms {_RANGE} ORDER BY id",
    ),
)  # fmt: skip
