"""Takes what is told of issues into their rows."""

import sqlite3
from typing import NamedTuple

from console.areas.sync.core.issue import Issue, Resolution
from console.areas.sync.core.tracking import Action, Tracked, act, find_same, is_resolved_by, open_issue, tell
from console.areas.sync.store.digests import Pair
from console.areas.sync.store.tracked import candidates, insert, save
from console.areas.sync.store.values import storable
from console.model.taxonomy import severity_rank

MAX_TELLINGS = 200
"""So many events are remembered for an issue, the newest."""
_BY_KIND = {kind: severity_rank(name) for kind, name in (
    ("conflict", "high"), ("divergence", "high"), ("missing_data", "medium"), ("order_violation", "low"),
    ("validation_failed", "medium"),
)}  # fmt: skip
_UNNAMED = severity_rank("medium")


class Occasion(NamedTuple):
    """The event that tells. `severity` is a rank; 0 leaves it to the kind of issue."""

    event_id: int
    source_id: int
    ts_ms: int
    severity: int = 0


def take_issue(connection: sqlite3.Connection, issue: Issue, occasion: Occasion) -> int:
    """Write down one telling of an issue; returns the issue's id."""
    severity = max(occasion.severity, _BY_KIND.get(issue.kind, _UNNAMED))
    known = candidates(connection, issue)
    same = find_same(issue, known.values())
    if same is None:
        issue_id = insert(connection, open_issue(issue), severity, occasion.event_id)
    else:
        issue_id = next(one for one, tracked in known.items() if tracked is same)
        tracked = tell(same, issue)
        save(connection, issue_id, tracked, severity, occasion.event_id)
        if tracked.count > MAX_TELLINGS:
            connection.execute(
                "DELETE FROM sync_issue_event WHERE issue_id = ?1 AND event_id IN (SELECT event_id FROM sync_issue_event"
                f" WHERE issue_id = ?1 ORDER BY event_id DESC LIMIT -1 OFFSET {MAX_TELLINGS - 1})",
                (issue_id,),
            )
    uid = None if issue.uid is None else storable(issue.uid)
    connection.execute(
        "INSERT OR IGNORE INTO sync_issue_event VALUES (?,?,?,?,?,?,?)",
        (issue_id, occasion.event_id, issue.ts_ms, storable(issue.service), storable(issue.words), occasion.source_id, uid),
    )
    return issue_id


def take_resolution(connection: sqlite3.Connection, resolution: Resolution) -> None:
    """A service says that an issue is resolved: the newest open one that this is about ends."""
    about = Issue(resolution.kind, resolution.entity_type, resolution.entity_id, resolution.service, resolution.ts_ms)
    fitting = {
        issue_id: tracked
        for issue_id, tracked in _of_entity(connection, about).items()
        if is_resolved_by(tracked, resolution)
    }
    for issue_id, tracked in fitting.items():
        note = f"{resolution.service} says so"
        save(connection, issue_id, act(tracked, Action.RESOLVE, resolution.ts_ms, resolution.service, note))


def heal(connection: sqlite3.Connection, pair: Pair, now_ms: int) -> None:
    """Two replicas that had diverged are equal again: the issue that told of it ends."""
    about = Issue("divergence", pair.entity_type, pair.entity_id, "console", now_ms)
    for issue_id, tracked in candidates(connection, about).items():
        if not tracked.is_settled and (tracked.issue.source, tracked.issue.target) == (pair.one, pair.other):
            save(connection, issue_id, act(tracked, Action.RESOLVE, now_ms, "console", "the replicas are equal again"))


def _of_entity(connection: sqlite3.Connection, about: Issue) -> dict[int, Tracked]:
    if about.entity_type:
        return candidates(connection, about)
    found: dict[int, Tracked] = {}
    for (entity_type,) in connection.execute(
        "SELECT DISTINCT entity_type FROM sync_issue WHERE entity_id = ?", (storable(about.entity_id),)
    ).fetchall():
        found |= candidates(connection, Issue(about.kind, entity_type, about.entity_id, about.service, about.ts_ms))
    return found
