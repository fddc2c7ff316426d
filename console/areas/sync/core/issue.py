"""A sync issue: what does not agree, between whom, about which entity; and reading it out of what services report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from console.areas.sync.core.crdt.finding import Finding
from console.model.report.holding import holders, pick, pick_text, sections_of
from console.model.report.sides import SyncSides, sync_of

KINDS = ("conflict", "divergence", "missing_data", "order_violation", "validation_failed")
PARTIES = ("server", "pwa", "network", "database")
ENTITIES = ("conversation", "message", "acu", "user", "circle")
"""The platform's own; others are shown as they are."""

MAX_TEXT = 400
MAX_FIELDS = 100
_BY_CATEGORY = {
    "CRDT_CONFLICT": "conflict",
    "SYNC_CONFLICT": "conflict",
    "VERSION_MISMATCH": "validation_failed",
    "SYNC_TIMEOUT": "missing_data",
}
# As the platform's reporter words its posts about issues that are in its stream, too (see the recorded ones).
_TOLD = re.compile(r"Sync issue: (\w{1,40}) - ([^:]{1,200}):(.{1,400})", re.DOTALL)
_RESOLVED = re.compile(r"Sync issue resolved: (\w{1,40}) on ([^:]{1,200}):(.{1,400})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Issue:
    """One telling of an issue. States are JSON values, None where nothing is told; `details` is all that was.

    `source` and `target` are the parties, `service` who told it, `ts_ms` when. `uid` is the teller's own id of it.
    """

    kind: str
    entity_type: str
    entity_id: str
    service: str
    ts_ms: int
    source: str = ""
    target: str = ""
    words: str = ""
    uid: str | None = None
    local: Any = None
    remote: Any = None
    base: Any = None
    local_version: str | None = None
    remote_version: str | None = None
    fields: tuple[str, ...] = ()
    details: Any = None

    @property
    def versions(self) -> tuple[str, ...]:
        """Both versions, the lower first: what is local to one teller is remote to the other."""
        return tuple(sorted(one for one in (self.local_version, self.remote_version) if one is not None))

    @property
    def key(self) -> str:
        """Stands for the issue whoever tells it: entity, kind, versions and fields."""
        parts = [self.kind, self.entity_type, self.entity_id, "|".join(self.versions), ",".join(sorted(self.fields))]
        if not self.entity_id:
            parts.append(self.service)
        return ":".join(part.replace("\\", "\\\\").replace(":", "\\:") for part in parts)


@dataclass(frozen=True, slots=True)
class Resolution:
    """A service said that an issue of this kind and entity is resolved; with `fields`, one about any of these."""

    kind: str
    entity_type: str
    entity_id: str
    service: str
    ts_ms: int
    fields: tuple[str, ...] = ()


def issues_of(event_data: Any, service: str, ts_ms: int) -> list[Issue]:
    """Return the issues that an event tells: `data.issue` of a sync update, or a report about synchronisation."""
    if not isinstance(event_data, dict):
        return []
    body = event_data.get("data")
    if event_data.get("eventType") == "sync_update" or (isinstance(body, dict) and isinstance(body.get("issue"), dict)):
        issue = body.get("issue") if isinstance(body, dict) else None
        return [_read_issue(event_data, issue, service, ts_ms)] if isinstance(issue, dict) and issue else []
    report = _read_report(event_data, service, ts_ms)
    return [report] if report is not None else []


def resolution_of(event_data: Any, service: str, ts_ms: int) -> Resolution | None:
    """Return the resolution that an event tells, in the words of the platform's reporter or as `operation: resolved`."""
    for place in holders(event_data):
        message = place.get("message")
        found = _RESOLVED.match(message) if isinstance(message, str) else None
        if found:
            return Resolution(found[1], found[2], found[3].strip(), service, ts_ms)
        if place.get("operation") == "resolved" and (entity_id := _text(place.get("entityId"))):
            kind = _text(place.get("issueType")) or "conflict"
            told = place.get("fields")
            fields = tuple(map(_text, told[:MAX_FIELDS])) if isinstance(told, list) else ()
            return Resolution(kind, _text(place.get("entityType")), entity_id, service, ts_ms, fields)
    return None


def issue_of_finding(finding: Finding, entity_type: str, entity_id: str) -> Issue:
    """Return the issue of a conflict that was found in the updates themselves: local is what stands, remote the rest."""
    standing = finding.winner or finding.sides[0]
    others = [side for side in finding.sides if side is not standing]
    return Issue(
        "conflict", entity_type, entity_id, "console", finding.ts_ms,
        source=standing.replica, target=others[0].replica if others else "", words=finding.words,
        local={finding.path: standing.value},
        remote={finding.path: others[0].value if len(others) == 1 else [side.value for side in others]},
        fields=(finding.path,),
        details={"kind": finding.kind.value, "operations": [side.operation.words for side in finding.sides]},
    )  # fmt: skip


def _read_issue(event: dict[str, Any], issue: dict[str, Any], service: str, ts_ms: int) -> Issue:
    kind = _text(issue.get("issueType")) or "conflict"
    source, target = _text(issue.get("source")), _text(issue.get("target"))
    return _make(event, issue, kind, service, ts_ms, source, target, _text(issue.get("id")))


def _read_report(event: dict[str, Any], service: str, ts_ms: int) -> Issue | None:
    places = holders(event)
    category = pick_text(places, "category") or ""
    message = _text(pick(places, "message"))
    if _RESOLVED.match(message):
        return None
    section = next(sections_of(event, "sync"), None)
    told = _TOLD.match(message)
    if category not in _BY_CATEGORY and not (told and section) and not _has_sides(section):
        return None
    kind = (told[1] if told else "") or _text((section or {}).get("issueType")) or _BY_CATEGORY.get(category, "conflict")
    if category == "VERSION_MISMATCH" and section and pick([section], "localState", "remoteState") is not None:
        kind = "divergence"
    source = _text(pick([section or {}], "source", "replica")) or service
    target = _text(pick([section or {}], "target", "peer"))
    uid = pick_text(places, "errorId", "id")
    issue = _make(event, section or {}, kind, service, ts_ms, source, target, uid, message)
    if told and not issue.entity_id:
        return _make(event, {"entityType": told[2], "entityId": told[3]}, kind, service, ts_ms, source, target, uid, message)
    return issue


def _has_sides(section: Any) -> bool:
    """Tell whether a report's section speaks of two sides that differ, whatever its category."""
    if not isinstance(section, dict) or not section.get("entityId"):
        return False
    return pick([section], "conflictingFields") is not None or (
        pick([section], "localState") is not None and pick([section], "remoteState") is not None
    )


def _make(
    event: dict[str, Any], place: Any, kind: str, service: str, ts_ms: int, source: str, target: str,
    uid: str | None, message: str = "",
) -> Issue:  # fmt: skip
    sides = sync_of(event)
    entity_type, entity_id = _text(place.get("entityType")), _text(place.get("entityId"))
    fields = tuple(dict.fromkeys(name[:MAX_TEXT] for name in _fields(sides, place)))[:MAX_FIELDS]
    entity = f"{entity_type} {entity_id}".strip() or "the platform"
    return Issue(
        kind[:MAX_TEXT], entity_type, entity_id, service, ts_ms, source, target,
        words=message or f"{kind.replace('_', ' ')} of {entity}" + (f": {', '.join(fields[:8])}" if fields else ""),
        uid=uid,
        local=sides.local if sides else None,
        remote=sides.remote if sides else None,
        base=sides.base if sides else None,
        local_version=sides.local_version if sides else None,
        remote_version=sides.remote_version if sides else None,
        fields=fields,
        details=place.get("details", place) or None,
    )  # fmt: skip


def _fields(sides: SyncSides | None, place: Any) -> Iterator[str]:
    if sides is not None:
        yield from sides.fields
    details = place.get("details")
    differences = details.get("divergence") if isinstance(details, dict) else None
    if isinstance(differences, dict):
        yield from map(str, differences)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63 else ""
