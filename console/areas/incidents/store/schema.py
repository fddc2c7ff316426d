"""Tables of the Incidents area.

A session is what came from the attaching of the first source to the detaching of the last, of all sources together, as one
request leaves its events in several. Its events are those with ids from `first_id` to `last_id` (NULL while it lasts), not
those of its time: a source tells what happened before it was attached as well. `arrived` counts all that came, `events`
those that retention has left, `oldest_ms` and `newest_ms` are the times of the oldest and the newest of these.
"""

MIGRATIONS = (
    (
        "incidents_001_sessions",
        [
            # `sources` are the names of all that were attached at any time of it, by line.
            """CREATE TABLE incidents_session (
                 id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', sources TEXT NOT NULL, from_ms INTEGER NOT NULL,
                 to_ms INTEGER, first_id INTEGER NOT NULL, last_id INTEGER, arrived INTEGER NOT NULL DEFAULT 0,
                 events INTEGER NOT NULL DEFAULT 0, oldest_ms INTEGER, newest_ms INTEGER, pinned INTEGER NOT NULL DEFAULT 0,
                 note TEXT NOT NULL DEFAULT '')""",
            "CREATE UNIQUE INDEX incidents_session_open ON incidents_session (to_ms IS NULL) WHERE to_ms IS NULL",
            # What is attached now, by line.
            "CREATE TABLE incidents_state (id INTEGER PRIMARY KEY CHECK (id = 1), attached TEXT NOT NULL)",
            """CREATE TABLE incidents_note (
                 id INTEGER PRIMARY KEY, title TEXT NOT NULL, markdown TEXT NOT NULL, changed_ms INTEGER NOT NULL)""",
            # What retention spares: runs of ids, and the time that areas keep their sums of. It begins a day before the
            # session, or before the newest event of a recording, at most: one event with a wrong clock would keep years.
            """CREATE VIEW v_kept_events AS
               SELECT first_id, coalesce(last_id, 9223372036854775807) AS last_id, events,
                 max(coalesce(min(oldest_ms, from_ms), from_ms), coalesce(min(newest_ms, from_ms), from_ms) - 86400000)
                   AS from_ms,
                 iif(newest_ms < from_ms, newest_ms, coalesce(to_ms, 9223372036854775807)) AS to_ms
               FROM incidents_session WHERE pinned = 1""",
        ],
    ),
)
