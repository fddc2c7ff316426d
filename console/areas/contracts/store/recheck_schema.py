"""Tables of the check of stored traffic: which events each version has judged, and the recheck under way."""

RECHECK = [
    # Which events a version has judged, as spans of ids; one without an end is of the version that traffic is checked
    # against. One without a beginning begins with what was received at `since_ms`, see `settle_beginnings`.
    """CREATE TABLE contracts_covered (
         id INTEGER PRIMARY KEY, endpoint_id INTEGER NOT NULL, version TEXT NOT NULL, from_id INTEGER, to_id INTEGER,
         since_ms INTEGER)""",
    "CREATE INDEX contracts_covered_endpoint ON contracts_covered (endpoint_id, version)",
    # Of versions that are there already it is not known when they were checked: since they were saved, at most.
    """INSERT INTO contracts_covered (endpoint_id, version, from_id, to_id, since_ms)
       SELECT v.endpoint_id, v.version, v.event_id, CASE WHEN v.id = e.current_id THEN NULL ELSE s.counted_id END, v.since_ms
       FROM contracts_version v JOIN contracts_endpoint e ON e.id = v.endpoint_id LEFT JOIN contracts_state s
       WHERE v.id = e.current_id OR s.counted_id >= coalesce(v.event_id, 0)""",
    """UPDATE contracts_covered SET from_id = min(from_id, first_event) FROM
         (SELECT endpoint_id, version, min(first_event) AS first_event FROM contracts_violation GROUP BY 1, 2) broken
       WHERE broken.endpoint_id = contracts_covered.endpoint_id AND broken.version = contracts_covered.version""",
    # The recheck under way (see `recheck_pass`), and what it has found so far (see `recheck_rows`).
    "CREATE TABLE contracts_pass (id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL)",
    """CREATE TABLE contracts_past (
         id INTEGER PRIMARY KEY, endpoint_id INTEGER NOT NULL, version TEXT NOT NULL, direction TEXT NOT NULL,
         path TEXT NOT NULL, keyword TEXT NOT NULL, kind TEXT NOT NULL, expected TEXT NOT NULL, actual TEXT NOT NULL,
         message TEXT NOT NULL, count INTEGER NOT NULL, ours INTEGER NOT NULL, first_ms INTEGER NOT NULL,
         last_ms INTEGER NOT NULL, first_event INTEGER NOT NULL, last_event INTEGER NOT NULL,
         UNIQUE (endpoint_id, version, direction, path, keyword))""",
    """CREATE TABLE contracts_past_occurrence (
         past_id INTEGER NOT NULL, event_id INTEGER NOT NULL, ts INTEGER NOT NULL, service TEXT NOT NULL,
         correlation TEXT, actual TEXT NOT NULL, message TEXT NOT NULL,
         PRIMARY KEY (past_id, event_id)) WITHOUT ROWID""",
]
