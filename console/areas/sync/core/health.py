"""How each replica is doing: what it has pending, how old its last sync is, how long updates take to reach it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from console.areas.sync.core.divergence import patience_ms
from console.model.decoding import finite

MAX_DELAYS = 256
"""So many of the last propagation delays count."""
SILENT_MS = 60_000
MAX_COUNT = 2**53 - 1
MAX_NAME = 200


class Condition(StrEnum):
    """How a replica is doing, the worst first."""

    SILENT = "silent"
    DIVERGED = "diverged"
    LAGGING = "lagging"
    HEALTHY = "healthy"


@dataclass(frozen=True, slots=True)
class Health:
    """The last that is known of one replica of a service; None where it never told. Times are Unix ms.

    `last_sync_ms` 0: it said that it never synced. `delays_ms` are from another replica's first sight of an update to this
    one's, the newest last.
    """

    service: str
    replica: str
    heard_ms: int
    pending: int | None = None
    conflicts: int | None = None
    offline: int | None = None
    last_sync_ms: int | None = None
    digest_ms: int | None = None
    delays_ms: tuple[int, ...] = ()

    @property
    def p50_ms(self) -> float | None:
        return percentile(self.delays_ms, 0.5)

    @property
    def p95_ms(self) -> float | None:
        return percentile(self.delays_ms, 0.95)

    def digest_age_ms(self, now_ms: int) -> int | None:
        """Return how old the last digest is."""
        return None if self.digest_ms is None else max(0, now_ms - self.digest_ms)

    def sync_age_ms(self, now_ms: int) -> int | None:
        """Return the time since the last sync; None where there was none."""
        return max(0, now_ms - self.last_sync_ms) if self.last_sync_ms else None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A condition and the rule that made it so, in words."""

    condition: Condition
    rule: str


def replica_of(event_data: Any, service: str) -> str:
    """Return the replica that an event speaks of: the one it names, or else its service."""
    body = event_data.get("data") if isinstance(event_data, dict) else None
    name = body.get("replica") if isinstance(body, dict) else None
    return name[:MAX_NAME] if isinstance(name, str) and name else service


def fold_state(before: Health | None, event_data: Any, service: str, ts_ms: int) -> Health:
    """Return a replica's health after an event of it. Unusable values change nothing; an older event only fills gaps."""
    health = before or Health(service, replica_of(event_data, service), ts_ms)
    state = event_data.get("syncState") if isinstance(event_data, dict) else None
    if not isinstance(state, dict):
        return replace(health, heard_ms=max(health.heard_ms, ts_ms))
    told = {
        "pending": _count(state.get("pendingOperations")),
        "conflicts": _count(state.get("conflictCount")),
        "offline": _count(state.get("offlineQueue")),
        "last_sync_ms": _count(state.get("lastSyncTimestamp")),
    }
    is_older = ts_ms < health.heard_ms
    news = {
        name: value
        for name, value in told.items()
        if value is not None and not (is_older and getattr(health, name) is not None)
    }
    return replace(health, heard_ms=max(health.heard_ms, ts_ms), **news)  # type: ignore[arg-type]


def note_delay(health: Health, delay_ms: int) -> Health:
    """Return the health with one more propagation delay."""
    return replace(health, delays_ms=(*health.delays_ms[-MAX_DELAYS + 1 :], max(0, delay_ms)))


def note_digest(health: Health, ts_ms: int) -> Health:
    """Return the health after a digest of the replica."""
    return replace(health, digest_ms=max(health.digest_ms or 0, ts_ms), heard_ms=max(health.heard_ms, ts_ms))


def diagnose(health: Health, now_ms: int, divergence: str | None = None) -> Diagnosis:
    """Tell how a replica is doing; `divergence` is the verdict in words where it takes part in one."""
    silent_ms = now_ms - health.heard_ms
    if silent_ms > SILENT_MS:
        return Diagnosis(Condition.SILENT, f"nothing was heard for {silent_ms / 1000:.0f} s, over {SILENT_MS / 1000:.0f} s")
    if divergence is not None:
        return Diagnosis(Condition.DIVERGED, divergence)
    if health.offline:
        return Diagnosis(Condition.LAGGING, f"{_operations(health.offline)} in the offline queue")
    age, limit = health.sync_age_ms(now_ms), patience_ms(health.p95_ms)
    if health.pending and (age is None or age > limit):
        since = "it never synced" if age is None else f"the last sync is {age / 1000:.0f} s ago, over {limit / 1000:.0f} s"
        return Diagnosis(Condition.LAGGING, f"{_operations(health.pending)} pending, and {since}")
    if health.pending:
        return Diagnosis(
            Condition.HEALTHY, f"{_operations(health.pending)} pending, within {limit / 1000:.0f} s of the last sync"
        )
    return Diagnosis(Condition.HEALTHY, "nothing pending")


def percentile(values: Sequence[int], share: float) -> float | None:
    """Return the value below which this share lies, between two by their distance; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _operations(count: int) -> str:
    return f"{count} operation{'' if count == 1 else 's'}"


def _count(value: Any) -> int | None:
    number = finite(value)
    return int(number) if number is not None and 0 <= number <= MAX_COUNT else None
