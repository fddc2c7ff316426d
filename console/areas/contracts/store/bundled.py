"""What of the contracts leaves the store in an incident bundle (see `console.store.bundling`).

These are the endpoints that had traffic in the bundle's range or whose contract or violation its events tell of, and the
contracts of entities, each with all versions, counts, findings and statistics. `count` and the like are totals that were
known; occurrences are those among the events. Statistics of drift go without private values (see `core.drift.withholding`)
and are dropped by redaction where even so a secret stands in them; bins of histograms are numbers, written as bytes.
"""

from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.withholding import withhold
from console.areas.contracts.store.steps import LEVELS_MS
from console.store.bundling import BundleTable, Row

_FROM, _TO = "(SELECT from_ms FROM temp.bundle_range)", "(SELECT to_ms FROM temp.bundle_range)"
_IN_RANGE = " OR ".join(
    f"level_ms = {level} AND bucket_ms <= {_TO} AND bucket_ms > {_FROM} - {level}" for level in LEVELS_MS
)
_ENDPOINTS = f"""SELECT endpoint_id FROM contracts_bucket WHERE {_IN_RANGE}
  UNION SELECT v.endpoint_id FROM contracts_occurrence o JOIN temp.bundle_event b ON b.id = o.event_id
    JOIN contracts_violation v ON v.id = o.violation_id
  UNION SELECT v.endpoint_id FROM contracts_version v JOIN temp.bundle_event b ON b.id = v.event_id
  UNION SELECT id FROM contracts_endpoint WHERE endpoint LIKE 'entity:%'"""
_OF_THESE = f"endpoint_id IN ({_ENDPOINTS})"
_IF_IN_IT = "(SELECT b.id FROM temp.bundle_event b WHERE b.id = {})"
_PATH = """coalesce((SELECT path FROM contracts_violation WHERE id = {violation}),
              (SELECT path FROM contracts_finding WHERE id = {finding}))"""
_EMPTY = b""


def _without_private(row: Row) -> Row:
    """Give statistics on without private values; those of a form that is not known not at all."""
    blob = row[-1]
    if not isinstance(blob, bytes):
        return row
    try:
        return (*row[:-1], withhold(Observed.load(blob)).dump())
    except ValueError:
        return (*row[:-1], _EMPTY)


BUNDLED = (
    BundleTable(
        "contracts_endpoint",
        {
            "id": "plain", "service": "text", "method": "text", "key": "text", "endpoint": "text", "current_id": "plain",
            "is_chosen": "plain", "first_ms": "plain", "last_ms": "plain", "checks": "plain", "observed_request": "plain",
            "observed_response": "plain", "told_ids": "text",
        },
        f"""SELECT id, service, method, key, endpoint, current_id, is_chosen, first_ms, last_ms, checks, observed_request,
              observed_response, told_ids FROM contracts_endpoint WHERE id IN ({_ENDPOINTS}) ORDER BY id""",
    ),
    BundleTable(
        "contracts_version",
        {
            "id": "plain", "endpoint_id": "plain", "version": "text", "origin": "text", "since_ms": "plain",
            "event_id": "plain", "uid": "text", "timeout_ms": "plain", "note": "text", "document": "json",
        },
        f"""SELECT id, endpoint_id, version, origin, since_ms, {_IF_IN_IT.format("contracts_version.event_id")}, uid,
              timeout_ms, note, document FROM contracts_version WHERE {_OF_THESE} ORDER BY id""",
    ),
    BundleTable(
        "contracts_bucket",
        dict.fromkeys(
            ("level_ms", "bucket_ms", "endpoint_id", "checks", "violated", "told", "disagreements", "first_bin", "bins"),
            "plain",
        ),
        f"""SELECT level_ms, bucket_ms, endpoint_id, checks, violated, told, disagreements, first_bin, bins
            FROM contracts_bucket WHERE {_IN_RANGE} ORDER BY level_ms, bucket_ms, endpoint_id""",
    ),
    BundleTable(
        "contracts_status",
        dict.fromkeys(("endpoint_id", "status", "n"), "plain"),
        f"SELECT endpoint_id, status, n FROM contracts_status WHERE {_OF_THESE} ORDER BY endpoint_id, status",
    ),
    BundleTable(
        "contracts_violation",
        {
            "id": "plain", "endpoint_id": "plain", "version": "text", "direction": "plain", "path": "text",
            "keyword": "text", "kind": "text", "expected": "text", "actual": "text", "message": "text", "count": "plain",
            "ours": "plain", "told_checks": "plain", "told_reports": "plain", "first_ms": "plain", "last_ms": "plain",
            "first_event": "plain", "last_event": "plain", "disagreement": "text", "episode": "plain",
            "in_episode": "plain", "seen_n": "plain",
        },
        f"""SELECT id, endpoint_id, version, direction, path, keyword, kind, expected, actual, message, count, ours,
              told_checks, told_reports, first_ms, last_ms, first_event, last_event, disagreement, episode, in_episode,
              seen_n, path FROM contracts_violation WHERE {_OF_THESE} ORDER BY id""",
        quoting=frozenset(("actual", "message", "disagreement")),
    ),
    BundleTable(
        "contracts_occurrence",
        {
            "violation_id": "plain", "slot": "plain", "event_id": "plain", "ts": "plain", "service": "text",
            "correlation": "text", "actual": "text", "message": "text",
        },
        f"""SELECT o.violation_id, o.slot, o.event_id, o.ts, o.service, o.correlation, o.actual, o.message,
              {_PATH.format(violation="o.violation_id", finding="NULL")}
            FROM contracts_occurrence o JOIN temp.bundle_event b ON b.id = o.event_id ORDER BY o.violation_id, o.slot""",
        quoting=frozenset(("actual", "message")),
    ),
    BundleTable(
        "contracts_alert",
        {
            "id": "plain", "at_ms": "plain", "endpoint_id": "plain", "violation_id": "plain", "finding_id": "plain",
            "severity": "plain", "words": "text", "count": "plain", "is_acknowledged": "plain",
        },
        f"""SELECT id, at_ms, endpoint_id, violation_id, finding_id, severity, words, count, is_acknowledged,
              {_PATH.format(violation="violation_id", finding="finding_id")}
            FROM contracts_alert WHERE {_OF_THESE} AND at_ms BETWEEN {_FROM} AND {_TO} ORDER BY id""",
        quoting=frozenset(("words",)),
    ),
    BundleTable(
        "contracts_state",
        dict.fromkeys(("id", "stamp", "first_id", "counted_id", "drift_id"), "plain"),
        "SELECT id, stamp, first_id, counted_id, drift_id FROM contracts_state",
    ),
    BundleTable(
        "contracts_skipped",
        {"reason": "text", "n": "plain", "at_ms": "plain", "event_id": "plain"},
        f"""SELECT reason, n, at_ms, {_IF_IN_IT.format("contracts_skipped.event_id")} FROM contracts_skipped
            WHERE at_ms BETWEEN {_FROM} AND {_TO} ORDER BY reason""",
    ),
    BundleTable(
        "contracts_drift",
        {
            "id": "plain", "endpoint_id": "plain", "version": "text", "direction": "plain", "status": "plain",
            "n": "plain", "last_ms": "plain", "observed": "blob",
        },
        f"""SELECT id, endpoint_id, version, direction, status, n, last_ms, observed FROM contracts_drift
            WHERE {_OF_THESE} ORDER BY id""",
        _without_private,
    ),
    BundleTable(
        "contracts_finding",
        {
            "id": "plain", "endpoint_id": "plain", "version": "text", "direction": "plain", "status": "plain",
            "path": "text", "kind": "plain", "severity": "plain", "own": "plain", "is_unbumped": "plain", "rule": "text",
            "chance": "text", "n": "plain", "expected": "text", "observed": "text", "keyword": "text", "first_ms": "plain",
            "last_ms": "plain", "examples": "plain", "state": "plain", "muted_until_ms": "plain", "note": "text",
        },
        f"""SELECT id, endpoint_id, version, direction, status, path, kind, severity, own, is_unbumped, rule, chance, n,
              expected, observed, keyword, first_ms, last_ms, examples, state, muted_until_ms, note, path
            FROM contracts_finding WHERE {_OF_THESE} ORDER BY id""",
        quoting=frozenset(("expected", "observed", "rule")),
    ),
)  # fmt: skip
