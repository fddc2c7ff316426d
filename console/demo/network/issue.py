"""Sync issues in the platform's shape, made from what two replicas really hold."""

import secrets
from typing import Any

from console.demo.clock import iso, now_ms
from console.demo.replica import Replica, Write

Issue = dict[str, Any]


def make_issue(kind: str, source: str, target: str, entity_id: str, details: dict[str, Any]) -> Issue:
    """An issue about a conversation. `kind` is conflict, divergence, missing_data or order_violation."""
    at_ms = now_ms()
    return {
        "id": f"sync_issue_{at_ms}_{secrets.token_hex(4)}",
        "timestamp": iso(at_ms),
        "issueType": kind,
        "source": source,
        "target": target,
        "entityType": "conversation",
        "entityId": entity_id,
        "details": details,
    }


def describe_conflict(name: str, mine: Write, theirs: Any, theirs_clock: int, merged: Any) -> dict[str, Any]:
    """Details of two concurrent writes to one field. Versions are the writers' Yjs clocks; Yjs kept `merged`."""
    return {
        "localVersion": mine.clock,
        "remoteVersion": theirs_clock,
        "baseState": {name: mine.base},
        "localState": {name: mine.value},
        "remoteState": {name: theirs},
        "mergedState": {name: merged},
        "conflictingFields": [name],
    }


def compare(source: tuple[str, Replica], target: tuple[str, Replica], entity_id: str) -> Issue | None:
    """What differs between two peers' documents of one entity right now; None when they are equal."""
    (source_name, mine), (target_name, theirs) = source, target
    if entity_id not in mine.documents:
        return None
    expected = mine.read(entity_id)
    if entity_id not in theirs.documents:
        details: dict[str, Any] = {"missingFields": sorted(expected), "expectedFields": sorted(expected)}
        return make_issue("missing_data", source_name, target_name, entity_id, details)
    actual = theirs.read(entity_id)
    different = {
        name: {"expected": expected.get(name), "actual": actual.get(name)}
        for name in sorted(expected.keys() | actual.keys())
        if expected.get(name) != actual.get(name)
    }
    if not different:
        return None
    details = {
        "divergence": different,
        "localState": actual,
        "remoteState": expected,
        "conflictingFields": sorted(different),
    }
    return make_issue("divergence", source_name, target_name, entity_id, details)
