"""Tables of the Performance area.

Aggregates are kept at the widths of `core.step.LEVELS_MS` side by side (`level_ms`), so that a range of any
length reads a few thousand rows. Rows of the wider levels hold all finished buckets of ten seconds before
`performance_state.rolled_until_ms`; what is newer stands in the ten-second rows alone and is added when read.
"""

MIGRATIONS = (
    (
        "performance_001_aggregates",
        [
            """CREATE TABLE performance_series (
                 id INTEGER PRIMARY KEY, service TEXT NOT NULL, operation TEXT NOT NULL,
                 UNIQUE (service, operation))""",
            """CREATE TABLE performance_state (
                 id INTEGER PRIMARY KEY CHECK (id = 1), rolled_until_ms INTEGER NOT NULL)""",
            """CREATE TABLE performance_rate (
                 level_ms INTEGER NOT NULL, bucket_ms INTEGER NOT NULL, series_id INTEGER NOT NULL,
                 events INTEGER NOT NULL, errors INTEGER NOT NULL,
                 PRIMARY KEY (level_ms, bucket_ms, series_id)) WITHOUT ROWID""",
            """CREATE TABLE performance_duration (
                 level_ms INTEGER NOT NULL, bucket_ms INTEGER NOT NULL, series_id INTEGER NOT NULL,
                 n INTEGER NOT NULL, sum_ms REAL NOT NULL, max_ms REAL NOT NULL, last_ts INTEGER NOT NULL,
                 first_bin INTEGER NOT NULL, bins BLOB NOT NULL,
                 PRIMARY KEY (level_ms, bucket_ms, series_id)) WITHOUT ROWID""",
            """CREATE TABLE performance_gauge (
                 level_ms INTEGER NOT NULL, bucket_ms INTEGER NOT NULL,
                 metric TEXT NOT NULL, series_id INTEGER NOT NULL,
                 n INTEGER NOT NULL, sum REAL NOT NULL, min REAL NOT NULL, max REAL NOT NULL, last REAL NOT NULL,
                 last_ts INTEGER NOT NULL,
                 PRIMARY KEY (level_ms, bucket_ms, metric, series_id)) WITHOUT ROWID""",
            """CREATE TABLE performance_ignored (
                 bucket_ms INTEGER NOT NULL, series_id INTEGER NOT NULL, field TEXT NOT NULL, n INTEGER NOT NULL,
                 PRIMARY KEY (bucket_ms, series_id, field)) WITHOUT ROWID""",
        ],
    ),
    (
        "performance_002_batches",
        # Counts the batches that were committed: what a rolled back one left in memory is known by it.
        ["ALTER TABLE performance_state ADD COLUMN batch INTEGER NOT NULL DEFAULT 0"],
    ),
)
