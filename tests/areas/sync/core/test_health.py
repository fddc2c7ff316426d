"""A replica's health follows what it tells, ignores what cannot be, and says by which rule it is what it is."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.areas.sync.core.health import (
    MAX_DELAYS,
    SILENT_MS,
    Condition,
    Health,
    diagnose,
    fold_state,
    note_delay,
    note_digest,
    percentile,
    replica_of,
)
from tests.areas.sync.core.values import json_values

STREAM = Path(__file__).parents[3] / "fixtures/vivim-debug-stream.jsonl"


def event(**state: Any) -> dict[str, Any]:
    return {"eventType": "sync_update", "data": {"replica": "peer-a"}, "syncState": state}


def test_the_recorded_stream_folds_into_its_last_state() -> None:
    health = None
    events = [json.loads(line) for line in STREAM.read_text().splitlines()]
    for one in (one for one in events if one["eventType"] == "sync_update"):
        health = fold_state(health, one, one["service"], one["timestamp"])
        last = one
    assert health is not None
    state = last["syncState"]
    assert (health.pending, health.conflicts, health.offline) == (
        state["pendingOperations"], state["conflictCount"], state["offlineQueue"],
    )  # fmt: skip
    assert health.last_sync_ms == state["lastSyncTimestamp"]
    assert health.replica == "sync"


def test_unusable_values_change_nothing_and_older_events_only_fill_gaps() -> None:
    health = fold_state(None, event(pendingOperations=3, offlineQueue=True), "network", 100)
    assert (health.replica, health.pending, health.offline) == ("peer-a", 3, None)
    health = fold_state(
        health, event(pendingOperations=-1, conflictCount="x", lastSyncTimestamp=float("nan")), "network", 200
    )
    assert (health.pending, health.conflicts, health.last_sync_ms) == (3, None, None)
    health = fold_state(health, event(pendingOperations=9, conflictCount=4), "network", 150)
    assert (health.pending, health.conflicts, health.heard_ms) == (3, 4, 200)


@given(json_values())
def test_any_event_folds(value: Any) -> None:
    assert fold_state(None, value, "server", 1).heard_ms == 1
    assert fold_state(None, {"syncState": value, "data": value}, "server", 1).service == "server"
    assert replica_of(value, "server")


def test_each_condition_by_its_rule() -> None:
    health = Health("network", "peer-a", 1_000, pending=0)
    assert diagnose(health, 1_000 + SILENT_MS).condition is Condition.HEALTHY
    silent = diagnose(health, 1_001 + SILENT_MS, "diverged: so")
    assert (silent.condition, silent.rule) == (Condition.SILENT, "nothing was heard for 60 s, over 60 s")
    assert diagnose(health, 1_000, "diverged: so").rule == "diverged: so"
    offline = Health("pwa", "pwa", 1_000, offline=1)
    assert diagnose(offline, 1_000).rule == "1 operation in the offline queue"
    pending = Health("pwa", "pwa", 30_000, pending=2, last_sync_ms=15_000)
    assert diagnose(pending, 25_000).condition is Condition.HEALTHY
    assert diagnose(pending, 25_001).rule == "2 operations pending, and the last sync is 10 s ago, over 10 s"
    slow = Health("pwa", "pwa", 30_000, pending=2, last_sync_ms=15_000, delays_ms=(5_000,))
    assert diagnose(slow, 30_000).condition is Condition.HEALTHY
    never = Health("pwa", "pwa", 1_000, pending=2, last_sync_ms=0)
    assert diagnose(never, 1_000).rule == "2 operations pending, and it never synced"


def test_delays_and_digests() -> None:
    health = Health("network", "peer-a", 1_000)
    assert (health.p50_ms, health.p95_ms, health.digest_age_ms(5)) == (None, None, None)
    for delay in range(300):
        health = note_delay(health, delay)
    assert len(health.delays_ms) == MAX_DELAYS
    assert (health.delays_ms[0], health.delays_ms[-1]) == (44, 299)
    assert health.p50_ms == 171.5
    health = note_digest(note_digest(health, 3_000), 2_000)
    assert (health.digest_age_ms(5_000), health.heard_ms) == (2_000, 3_000)


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_percentiles_lie_among_the_values(values: list[int]) -> None:
    p50, p95 = percentile(values, 0.5), percentile(values, 0.95)
    assert p50 is not None
    assert p95 is not None
    assert min(values) <= p50 <= p95 <= max(values)
