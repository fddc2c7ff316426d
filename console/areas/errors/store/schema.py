"""Tables of the Errors area.

Which group an event is in is a function of what the event is and of the rows of `errors_group`: its fingerprint names
its home group; `merged_into` leads from there to another, `split` to a child. So merging, splitting and taking either
back change some columns of `errors_group`, and `errors_member.group_id` is computed anew (see `assignment`).

Counts of `errors_group`: `kept` events are members, `gone` ones were deleted by retention; with `gone_*` the group
remembers of these what it shows. A row of `errors_member` holds eight value ids (0: none), one for each facet.
"""

MIGRATIONS = (
    (
        "errors_001_groups",
        [
            """CREATE TABLE errors_group (
                 id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE,
                 title TEXT NOT NULL, culprit TEXT NOT NULL, rule TEXT NOT NULL, category TEXT NOT NULL, parts TEXT NOT NULL,
                 status TEXT NOT NULL DEFAULT 'pending', note TEXT NOT NULL DEFAULT '', who TEXT NOT NULL DEFAULT '',
                 changed_ms INTEGER NOT NULL DEFAULT 0,
                 merged_into INTEGER, split TEXT, parent_id INTEGER, branch TEXT,
                 severity INTEGER NOT NULL DEFAULT 0, first_ms INTEGER, last_ms INTEGER, kept INTEGER NOT NULL DEFAULT 0,
                 gone INTEGER NOT NULL DEFAULT 0, gone_first_ms INTEGER, gone_last_ms INTEGER,
                 gone_severity INTEGER NOT NULL DEFAULT 0)""",
            "CREATE INDEX errors_group_merged ON errors_group (merged_into) WHERE merged_into IS NOT NULL",
            "CREATE UNIQUE INDEX errors_group_branch ON errors_group (parent_id, branch) WHERE parent_id IS NOT NULL",
            """CREATE TABLE errors_member (
                 event_id INTEGER PRIMARY KEY, home_id INTEGER NOT NULL, group_id INTEGER NOT NULL, ts INTEGER NOT NULL,
                 severity INTEGER NOT NULL, service INTEGER NOT NULL, user INTEGER NOT NULL, version INTEGER NOT NULL,
                 environment INTEGER NOT NULL, endpoint INTEGER NOT NULL, browser INTEGER NOT NULL,
                 status INTEGER NOT NULL, sqlstate INTEGER NOT NULL)""",
            # The event's id is the row's: it stands last in every index, which makes this (group, ts, event).
            "CREATE INDEX errors_member_group ON errors_member (group_id, ts)",
            "CREATE INDEX errors_member_ts ON errors_member (ts, group_id)",
            """CREATE TABLE errors_value (
                 id INTEGER PRIMARY KEY, facet INTEGER NOT NULL, text TEXT NOT NULL, n INTEGER NOT NULL DEFAULT 0,
                 UNIQUE (facet, text))""",
            # How many kept members of a group have a value; the facet is its place in `traits.FACETS`.
            """CREATE TABLE errors_facet (
                 facet INTEGER NOT NULL, group_id INTEGER NOT NULL, value_id INTEGER NOT NULL, n INTEGER NOT NULL,
                 PRIMARY KEY (facet, group_id, value_id)) WITHOUT ROWID""",
            # Only for ranges with too many events to count: never more rows than there are members.
            """CREATE TABLE errors_bucket (
                 level_ms INTEGER NOT NULL, bucket_ms INTEGER NOT NULL, group_id INTEGER NOT NULL, n INTEGER NOT NULL,
                 PRIMARY KEY (level_ms, bucket_ms, group_id)) WITHOUT ROWID""",
            """CREATE TABLE errors_audit (
                 id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL, words TEXT NOT NULL,
                 before TEXT NOT NULL, after TEXT NOT NULL, undoes INTEGER)""",
            """CREATE TABLE errors_audit_group (
                 group_id INTEGER NOT NULL, audit_id INTEGER NOT NULL, PRIMARY KEY (group_id, audit_id)) WITHOUT ROWID""",
            "CREATE TABLE errors_producer (service TEXT PRIMARY KEY, use INTEGER NOT NULL) WITHOUT ROWID",
            # `rules` grouped what is stored (0: not all of it is grouped). `stamp` is new after each change: who remembers
            # rows in memory knows by it that they may be stale. `regroup_rules` is 0 when none is under way.
            """CREATE TABLE errors_state (
                 id INTEGER PRIMARY KEY CHECK (id = 1), rules INTEGER NOT NULL, stamp INTEGER NOT NULL DEFAULT 0,
                 regroup_rules INTEGER NOT NULL DEFAULT 0, regroup_after INTEGER NOT NULL DEFAULT 0,
                 regroup_until INTEGER NOT NULL DEFAULT 0, regroup_done INTEGER NOT NULL DEFAULT 0,
                 regroup_total INTEGER NOT NULL DEFAULT 0)""",
            # What a regroup has found so far; nobody sees it before all of it is there.
            """CREATE TABLE errors_regrouped (
                 event_id INTEGER PRIMARY KEY, fingerprint_id INTEGER NOT NULL, ts INTEGER NOT NULL,
                 severity INTEGER NOT NULL, service INTEGER NOT NULL, user INTEGER NOT NULL, version INTEGER NOT NULL,
                 environment INTEGER NOT NULL, endpoint INTEGER NOT NULL, browser INTEGER NOT NULL,
                 status INTEGER NOT NULL, sqlstate INTEGER NOT NULL)""",
            """CREATE TABLE errors_regrouped_group (
                 id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, title TEXT NOT NULL, culprit TEXT NOT NULL,
                 rule TEXT NOT NULL, category TEXT NOT NULL, parts TEXT NOT NULL)""",
        ],
    ),
)
