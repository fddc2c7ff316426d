"""What of the groups leaves the store in an incident bundle (see `console.store.bundling`).

Counts are of the events in the bundle. What a group has beyond them goes to what it remembers of events that are gone,
so that its totals, and when it was seen first and last, are those that were known. With a group go those that it was
merged into or split from, and those that were merged into it.
"""

from console.areas.errors.store.aggregates import LEVELS_MS
from console.areas.errors.store.traits import FACETS
from console.store.bundling import BundleTable

_MEMBERS = "temp.bundle_event b JOIN errors_member m ON m.event_id = b.id"
_WANTED = f"""WITH RECURSIVE wanted (id) AS (
  SELECT m.group_id FROM {_MEMBERS} UNION SELECT m.home_id FROM {_MEMBERS}
  UNION SELECT g.merged_into FROM wanted JOIN errors_group g ON g.id = wanted.id WHERE g.merged_into IS NOT NULL
  UNION SELECT g.parent_id FROM wanted JOIN errors_group g ON g.id = wanted.id WHERE g.parent_id IS NOT NULL
  UNION SELECT g.id FROM wanted JOIN errors_group g ON g.merged_into = wanted.id)"""
_COUNTED = f"counted (group_id, n) AS (SELECT m.group_id, count(*) FROM {_MEMBERS} GROUP BY 1)"
_LESS = "coalesce(counted.n, 0) < g.kept"
_FACETS_OF_MEMBERS = " UNION ALL ".join(
    f"SELECT {facet} AS facet, m.group_id AS group_id, m.{column} AS value_id FROM {_MEMBERS} WHERE m.{column} > 0"
    for facet, column in enumerate(FACETS)
)
_BUCKETS_OF_MEMBERS = " UNION ALL ".join(
    f"SELECT {level} AS level_ms, m.ts - m.ts % {level} AS bucket_ms, m.group_id AS group_id FROM {_MEMBERS}"
    for level in LEVELS_MS
)

BUNDLED = (
    BundleTable(
        "errors_group",
        {
            "id": "plain", "fingerprint": "text", "title": "text", "culprit": "text", "rule": "text", "category": "text",
            "parts": "json", "status": "plain", "note": "text", "who": "text", "changed_ms": "plain",
            "merged_into": "plain", "split": "json", "parent_id": "plain", "branch": "text", "severity": "plain",
            "first_ms": "plain", "last_ms": "plain", "kept": "plain", "gone": "plain", "gone_first_ms": "plain",
            "gone_last_ms": "plain", "gone_severity": "plain",
        },
        f"""{_WANTED}, {_COUNTED}
            SELECT g.id, g.fingerprint, g.title, g.culprit, g.rule, g.category, g.parts, g.status, g.note, g.who,
              g.changed_ms, g.merged_into, g.split, g.parent_id, g.branch, g.severity, g.first_ms, g.last_ms,
              coalesce(counted.n, 0), g.gone + g.kept - coalesce(counted.n, 0),
              iif({_LESS}, g.first_ms, g.gone_first_ms), iif({_LESS}, g.last_ms, g.gone_last_ms),
              iif({_LESS}, g.severity, g.gone_severity)
            FROM errors_group g LEFT JOIN counted ON counted.group_id = g.id
            WHERE g.id IN (SELECT id FROM wanted) ORDER BY g.id""",
    ),
    BundleTable(
        "errors_member",
        dict.fromkeys(("event_id", "home_id", "group_id", "ts", "severity", *FACETS), "plain"),
        f"""SELECT m.event_id, m.home_id, m.group_id, m.ts, m.severity, {", ".join(f"m.{one}" for one in FACETS)}
            FROM {_MEMBERS} ORDER BY b.id""",
    ),
    BundleTable(
        "errors_value",
        {"id": "plain", "facet": "plain", "text": "text", "n": "plain"},
        f"""SELECT v.id, v.facet, v.text, used.n FROM
              (SELECT value_id, count(*) AS n FROM ({_FACETS_OF_MEMBERS}) GROUP BY 1) AS used
            JOIN errors_value v ON v.id = used.value_id ORDER BY v.id""",
    ),
    BundleTable(
        "errors_facet",
        dict.fromkeys(("facet", "group_id", "value_id", "n"), "plain"),
        f"SELECT facet, group_id, value_id, count(*) FROM ({_FACETS_OF_MEMBERS}) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    ),
    BundleTable(
        "errors_bucket",
        dict.fromkeys(("level_ms", "bucket_ms", "group_id", "n"), "plain"),
        f"SELECT level_ms, bucket_ms, group_id, count(*) FROM ({_BUCKETS_OF_MEMBERS}) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    ),
    # What was done to these groups, and to grouping as a whole.
    BundleTable(
        "errors_audit",
        {
            "id": "plain", "at_ms": "plain", "who": "text", "what": "plain", "words": "text", "before": "json",
            "after": "json", "undoes": "plain",
        },
        f"""{_WANTED}
            SELECT id, at_ms, who, what, words, before, after, undoes FROM errors_audit a
            WHERE id IN (SELECT audit_id FROM errors_audit_group WHERE group_id IN (SELECT id FROM wanted))
              OR NOT EXISTS (SELECT 1 FROM errors_audit_group WHERE audit_id = a.id) ORDER BY id""",
    ),
    BundleTable(
        "errors_audit_group",
        {"group_id": "plain", "audit_id": "plain"},
        f"""{_WANTED}
            SELECT group_id, audit_id FROM errors_audit_group WHERE group_id IN (SELECT id FROM wanted) ORDER BY 1, 2""",
    ),
    BundleTable(
        "errors_producer",
        {"service": "text", "use": "plain"},
        "SELECT service, use FROM errors_producer ORDER BY service",
    ),
    BundleTable("errors_state", {"id": "plain", "rules": "plain"}, "SELECT id, rules FROM errors_state"),
)  # fmt: skip
