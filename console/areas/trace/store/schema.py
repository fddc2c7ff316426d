"""Tables of the Trace area.

`events.correlation` already holds the first id of each event, indexed. `trace_links` holds what an event has beyond
that one, so that an event with one id, as most are, costs nothing here. Events that were stored before this table
was made are found by their first id only.
"""

MIGRATIONS = (
    (
        "trace_001_links",
        [
            """CREATE TABLE trace_links (
                 trace_id TEXT NOT NULL, event_id INTEGER NOT NULL, PRIMARY KEY (trace_id, event_id)) WITHOUT ROWID""",
        ],
    ),
)
