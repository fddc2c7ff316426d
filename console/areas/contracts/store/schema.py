"""Tables of the Contracts area.

An endpoint is known by service, method and the key of its path (`template_key`); `current_id` is the version of its
contract that is checked, NULL where nothing was ever promised. What was observed stands in buckets, violations and
`contracts_drift`, under two watermarks of `contracts_state`: all events up to `counted_id` are in the counts, all up to
`drift_id` in the statistics of drift; what came later is folded again out of the store when memory was lost. A violation
with episode 0 is past: found by a recheck of stored events only, and never alerted.
"""

from console.areas.contracts.store.recheck_schema import RECHECK

MIGRATIONS = (
    (
        "contracts_001_registry",
        [
            # `is_chosen`: a person chose the version, else it is the newest. `observed_*` count what was seen of either
            # direction, `told_ids` (by line) are the newest ids of violations that were told.
            """CREATE TABLE contracts_endpoint (
                 id INTEGER PRIMARY KEY, service TEXT NOT NULL, method TEXT NOT NULL, key TEXT NOT NULL,
                 endpoint TEXT NOT NULL, current_id INTEGER, is_chosen INTEGER NOT NULL DEFAULT 0, first_ms INTEGER,
                 last_ms INTEGER, checks INTEGER NOT NULL DEFAULT 0, observed_request INTEGER NOT NULL DEFAULT 0,
                 observed_response INTEGER NOT NULL DEFAULT 0, told_ids TEXT NOT NULL DEFAULT '',
                 UNIQUE (service, key, method))""",
            # `uid` is the producer's own id. `timeout_ms` stands in the document too; lists read it here.
            """CREATE TABLE contracts_version (
                 id INTEGER PRIMARY KEY, endpoint_id INTEGER NOT NULL, version TEXT NOT NULL, origin TEXT NOT NULL,
                 since_ms INTEGER NOT NULL, event_id INTEGER, uid TEXT NOT NULL, timeout_ms REAL,
                 note TEXT NOT NULL DEFAULT '', document TEXT NOT NULL, UNIQUE (endpoint_id, version))""",
            # What the Sync area checks the results of settled conflicts with: the schema of an entity's state.
            """CREATE VIEW v_entity_contracts AS
               SELECT substr(e.endpoint, 8) AS entity_type, v.version,
                 CASE json_type(v.document, '$.expectedResponse') WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'
                   ELSE json_extract(v.document, '$.expectedResponse') END AS schema
               FROM contracts_endpoint e JOIN contracts_version v ON v.id = e.current_id
               WHERE e.endpoint LIKE 'entity:%' AND json_type(v.document, '$.expectedResponse') IS NOT NULL""",
        ],
    ),
    (
        "contracts_002_traffic",
        [
            """CREATE TABLE contracts_bucket (
                 level_ms INTEGER NOT NULL, bucket_ms INTEGER NOT NULL, endpoint_id INTEGER NOT NULL,
                 checks INTEGER NOT NULL, violated INTEGER NOT NULL, told INTEGER NOT NULL, disagreements INTEGER NOT NULL,
                 first_bin INTEGER NOT NULL, bins BLOB NOT NULL,
                 PRIMARY KEY (level_ms, bucket_ms, endpoint_id)) WITHOUT ROWID""",
            """CREATE TABLE contracts_status (
                 endpoint_id INTEGER NOT NULL, status INTEGER NOT NULL, n INTEGER NOT NULL,
                 PRIMARY KEY (endpoint_id, status)) WITHOUT ROWID""",
            # `count` are events; `ours` were found here, the others told by services, in checks and in reports, which
            # platforms send side by side. `episode` of `in_episode` events begins anew after the violation was closed;
            # `seen_n` is how much of its direction had been observed when it came last.
            """CREATE TABLE contracts_violation (
                 id INTEGER PRIMARY KEY, endpoint_id INTEGER NOT NULL, version TEXT NOT NULL, direction TEXT NOT NULL,
                 path TEXT NOT NULL, keyword TEXT NOT NULL, kind TEXT NOT NULL, expected TEXT NOT NULL, actual TEXT NOT NULL,
                 message TEXT NOT NULL, count INTEGER NOT NULL, ours INTEGER NOT NULL, told_checks INTEGER NOT NULL,
                 told_reports INTEGER NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
                 first_event INTEGER NOT NULL, last_event INTEGER NOT NULL, disagreement TEXT NOT NULL,
                 episode INTEGER NOT NULL, in_episode INTEGER NOT NULL, seen_n INTEGER NOT NULL,
                 UNIQUE (endpoint_id, version, direction, path, keyword))""",
            "CREATE INDEX contracts_violation_last ON contracts_violation (last_ms)",
            # A ring of the newest events of a violation: `slot` is its count at that time, round and round.
            """CREATE TABLE contracts_occurrence (
                 violation_id INTEGER NOT NULL, slot INTEGER NOT NULL, event_id INTEGER NOT NULL, ts INTEGER NOT NULL,
                 service TEXT NOT NULL, correlation TEXT, actual TEXT NOT NULL, message TEXT NOT NULL,
                 PRIMARY KEY (violation_id, slot)) WITHOUT ROWID""",
            """CREATE TABLE contracts_alert (
                 id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, endpoint_id INTEGER NOT NULL, violation_id INTEGER,
                 finding_id INTEGER, severity TEXT NOT NULL, words TEXT NOT NULL, count INTEGER NOT NULL,
                 is_acknowledged INTEGER NOT NULL DEFAULT 0)""",
            "CREATE INDEX contracts_alert_open ON contracts_alert (id) WHERE is_acknowledged = 0",
            # `stamp` is new after each change: who remembers rows in memory knows by it that they may be stale.
            """CREATE TABLE contracts_state (
                 id INTEGER PRIMARY KEY CHECK (id = 1), stamp INTEGER NOT NULL, first_id INTEGER NOT NULL,
                 counted_id INTEGER NOT NULL, drift_id INTEGER NOT NULL)""",
            # What was not looked at, so that no silence is taken for a contract that holds.
            """CREATE TABLE contracts_skipped (
                 reason TEXT PRIMARY KEY, n INTEGER NOT NULL, at_ms INTEGER NOT NULL, event_id INTEGER) WITHOUT ROWID""",
        ],
    ),
    (
        "contracts_003_drift",
        [
            """CREATE TABLE contracts_drift (
                 id INTEGER PRIMARY KEY, endpoint_id INTEGER NOT NULL, version TEXT NOT NULL, direction TEXT NOT NULL,
                 status TEXT NOT NULL, n INTEGER NOT NULL, last_ms INTEGER NOT NULL, observed BLOB NOT NULL,
                 UNIQUE (endpoint_id, version, direction, status))""",
            # `severity` is what drift says, `own` what a person says of it. `state` is open, accepted or closed; muted is
            # what has a time to be so until.
            """CREATE TABLE contracts_finding (
                 id INTEGER PRIMARY KEY, endpoint_id INTEGER NOT NULL, version TEXT NOT NULL, direction TEXT NOT NULL,
                 status TEXT NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL,
                 own TEXT NOT NULL DEFAULT '', is_unbumped INTEGER NOT NULL, rule TEXT NOT NULL, chance TEXT NOT NULL,
                 n INTEGER NOT NULL, expected TEXT NOT NULL, observed TEXT NOT NULL, keyword TEXT NOT NULL,
                 first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, examples TEXT NOT NULL, state TEXT NOT NULL,
                 muted_until_ms INTEGER, note TEXT NOT NULL DEFAULT '',
                 UNIQUE (endpoint_id, version, direction, status, path, kind, keyword))""",
            "CREATE INDEX contracts_finding_state ON contracts_finding (state, endpoint_id)",
        ],
    ),
    ("contracts_004_recheck", RECHECK),
)
