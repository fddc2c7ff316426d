"""Tables of the Sync area.

`sync_issue` is narrow, as lists of ten thousand read it whole; what an issue holds stands beside it in `sync_body`, its
decisions in `sync_settlement`, and the commands that settle it in the store's `outbox`, found through `sync_command`;
`sync_issue.command` is the key of the newest.
"""

MIGRATIONS = (
    (
        "sync_001_issues",
        [
            # `services` are the names of who told it, by line; `decided` of `open_places` are settled by hand or rule.
            """CREATE TABLE sync_issue (
                 id INTEGER PRIMARY KEY, key TEXT NOT NULL, kind TEXT NOT NULL, entity_type TEXT NOT NULL,
                 entity_id TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, severity INTEGER NOT NULL,
                 state TEXT NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, times INTEGER NOT NULL,
                 services TEXT NOT NULL, words TEXT NOT NULL, fields TEXT NOT NULL, local_version TEXT,
                 remote_version TEXT, event_id INTEGER, decided INTEGER NOT NULL DEFAULT 0,
                 open_places INTEGER NOT NULL DEFAULT 0, command TEXT)""",
            "CREATE INDEX sync_issue_entity ON sync_issue (entity_id, entity_type, last_ms)",
            "CREATE INDEX sync_issue_state ON sync_issue (state, severity, first_ms)",
            "CREATE INDEX sync_issue_last ON sync_issue (last_ms)",
            """CREATE TABLE sync_body (
                 issue_id INTEGER PRIMARY KEY, uid TEXT, local TEXT, remote TEXT, base TEXT, details TEXT,
                 history TEXT NOT NULL, service TEXT NOT NULL)""",
            """CREATE TABLE sync_issue_event (
                 issue_id INTEGER NOT NULL, event_id INTEGER NOT NULL, ts INTEGER NOT NULL, service TEXT NOT NULL,
                 words TEXT NOT NULL, source_id INTEGER NOT NULL, uid TEXT,
                 PRIMARY KEY (issue_id, event_id)) WITHOUT ROWID""",
            "CREATE INDEX sync_issue_event_event ON sync_issue_event (event_id)",
            """CREATE TABLE sync_settlement (
                 issue_id INTEGER PRIMARY KEY, settlement TEXT NOT NULL, changed_ms INTEGER NOT NULL)""",
            """CREATE TABLE sync_command (key TEXT PRIMARY KEY, issue_id INTEGER NOT NULL, at_ms INTEGER NOT NULL)
               WITHOUT ROWID""",
            "CREATE INDEX sync_command_issue ON sync_command (issue_id, at_ms)",
            """CREATE TABLE sync_rule (
                 place INTEGER PRIMARY KEY, entity_type TEXT NOT NULL, path TEXT NOT NULL, strategy TEXT NOT NULL)""",
            # Append-only. `before` is what an undo puts back; `batch` joins the entries of one step over many issues.
            """CREATE TABLE sync_audit (
                 id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, issue_id INTEGER, what TEXT NOT NULL,
                 words TEXT NOT NULL, hashes TEXT, decision TEXT, patch TEXT, key TEXT, answer TEXT, before TEXT,
                 batch INTEGER, undoes INTEGER)""",
            "CREATE INDEX sync_audit_issue ON sync_audit (issue_id, id)",
            "CREATE INDEX sync_audit_batch ON sync_audit (batch) WHERE batch IS NOT NULL",
            """CREATE TRIGGER sync_audit_is_kept BEFORE UPDATE ON sync_audit
               BEGIN SELECT raise(ABORT, 'the audit is append-only'); END""",
            """CREATE TRIGGER sync_audit_is_whole BEFORE DELETE ON sync_audit
               BEGIN SELECT raise(ABORT, 'the audit is append-only'); END""",
        ],
    ),
    (
        "sync_002_replicas",
        [
            """CREATE TABLE sync_replica (
                 service TEXT NOT NULL, replica TEXT NOT NULL, heard_ms INTEGER NOT NULL, pending INTEGER,
                 conflicts INTEGER, offline INTEGER, last_sync_ms INTEGER, digest_ms INTEGER, delays TEXT NOT NULL,
                 PRIMARY KEY (service, replica)) WITHOUT ROWID""",
            """CREATE TABLE sync_sample (
                 service TEXT NOT NULL, replica TEXT NOT NULL, bucket_ms INTEGER NOT NULL, pending INTEGER,
                 conflicts INTEGER, offline INTEGER, sync_age_ms INTEGER, p50_ms REAL, p95_ms REAL,
                 PRIMARY KEY (service, replica, bucket_ms)) WITHOUT ROWID""",
            "CREATE INDEX sync_sample_bucket ON sync_sample (bucket_ms)",
            """CREATE TABLE sync_digest (
                 entity_type TEXT NOT NULL, entity_id TEXT NOT NULL, replica TEXT NOT NULL, ts INTEGER NOT NULL,
                 digest TEXT NOT NULL, content TEXT, event_id INTEGER,
                 PRIMARY KEY (entity_type, entity_id, replica)) WITHOUT ROWID""",
            "CREATE INDEX sync_digest_ts ON sync_digest (ts)",
            # How two replicas of an entity (in order of their names) differ, as `core.divergence.Difference` has it.
            """CREATE TABLE sync_difference (
                 entity_type TEXT NOT NULL, entity_id TEXT NOT NULL, one TEXT NOT NULL, other TEXT NOT NULL,
                 standing TEXT NOT NULL, rule TEXT NOT NULL, late TEXT, since_ms INTEGER NOT NULL,
                 quiet_since_ms INTEGER, told INTEGER NOT NULL DEFAULT 0,
                 PRIMARY KEY (entity_type, entity_id, one, other)) WITHOUT ROWID""",
            # `batch` is new after each batch of events: who remembers rows in memory knows by it that one was rolled back.
            "CREATE TABLE sync_state (id INTEGER PRIMARY KEY CHECK (id = 1), batch INTEGER NOT NULL)",
            # What was not looked at, so that no silence is taken for agreement.
            """CREATE TABLE sync_skipped (
                 id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, entity TEXT NOT NULL, reason TEXT NOT NULL,
                 times INTEGER NOT NULL DEFAULT 1, UNIQUE (entity, reason))""",
        ],
    ),
)
