"""All about one endpoint."""

import sqlite3

from console.areas.contracts.store.answers import Bar, EndpointPage, VersionRow
from console.areas.contracts.store.lists import VIOLATION_STATES, findings, violations
from console.areas.contracts.store.observed_rows import observed_paths
from console.areas.contracts.store.overview import rows
from console.areas.contracts.store.steps import LEAST_COURSE_MS, level_for
from console.areas.contracts.store.versions import version_rows
from console.model.histogram import if_whole, quantiles
from console.store.database import snapshot

MOST_BARS = 180
MAX_VIOLATIONS = 200
SHOWN_STATES = ("open", "muted", "accepted", "closed")


def load_endpoint(
    connection: sqlite3.Connection, endpoint_id: int, since_ms: int, until_ms: int, *, version_id: int | None = None,
    now_ms: int,
) -> EndpointPage:  # fmt: skip
    """Return an endpoint with its versions and what was observed, over [since_ms, until_ms). Raises LookupError.

    `version_id` is the version to set beside what was observed under it, the one that is checked by default.
    """
    with snapshot(connection):
        found = rows(connection, since_ms, until_ms, now_ms=now_ms, endpoint_id=endpoint_id)
        if not found:
            raise LookupError(f"there is no endpoint {endpoint_id}")
        versions = tuple(version_rows(connection, "v.endpoint_id = ?", (endpoint_id,)))
        shown = _shown(versions, version_id)
        statuses = connection.execute(
            "SELECT status, n FROM contracts_status WHERE endpoint_id = ? ORDER BY 1", (endpoint_id,)
        ).fetchall()
        return EndpointPage(
            row=found[0],
            versions=versions,
            shown=shown,
            observed=observed_paths(connection, endpoint_id, shown.contract if shown else None),
            violations=violations(
                connection, since_ms, until_ms, endpoint_id=endpoint_id, states=VIOLATION_STATES, limit=MAX_VIOLATIONS,
                now_ms=now_ms,
            ),
            findings=findings(connection, states=SHOWN_STATES, endpoint_id=endpoint_id, now_ms=now_ms),
            timeline=_timeline(connection, endpoint_id, since_ms, until_ms, now_ms),
            statuses={str(status) if status else "no answer": n for status, n in statuses},
        )  # fmt: skip


def _shown(versions: tuple[VersionRow, ...], version_id: int | None) -> VersionRow | None:
    if version_id is None:
        return next((row for row in versions if row.is_current), None)
    found = next((row for row in versions if row.id == version_id), None)
    if found is None:
        raise LookupError(f"this endpoint has no version {version_id}")
    return found


def _timeline(
    connection: sqlite3.Connection, endpoint_id: int, since_ms: int, until_ms: int, now_ms: int
) -> tuple[Bar, ...]:  # fmt: skip
    """Return the buckets of the range, or of the minutes before its end, that hold anything, in order."""
    since_ms = min(since_ms, until_ms - LEAST_COURSE_MS)
    level = level_for(since_ms, until_ms, now_ms, MOST_BARS)
    found = connection.execute(
        """WITH RECURSIVE step (at_ms) AS (SELECT :first UNION ALL SELECT at_ms + :level FROM step
             WHERE at_ms + :level < :until)
           SELECT at_ms, checks, violated, first_bin, bins FROM step JOIN contracts_bucket
             ON level_ms = :level AND bucket_ms = at_ms AND endpoint_id = :endpoint ORDER BY at_ms""",
        {"first": since_ms - since_ms % level, "level": level, "until": until_ms, "endpoint": endpoint_id},
    )
    bars = []
    for at_ms, checks, violated, first_bin, bins in found.fetchall():
        p50_ms, p95_ms = quantiles(if_whole(first_bin, bins) or 0, (0.5, 0.95)) or (None, None)
        bars.append(Bar(at_ms, checks, violated, p50_ms, p95_ms))
    return tuple(bars)
