"""The health of replicas as rows, and their numbers over time."""

import sqlite3
from collections.abc import Iterable

from console.areas.sync.core.health import Health
from console.areas.sync.store.values import pack, storable, unpack
from console.store.retention import kept_runs, outside_times

BUCKET_MS = 10_000
KEPT_MS = 7 * 86_400_000
MAX_REPLICAS = 1_000
Key = tuple[str, str]
"""(service, replica)"""

_COLUMNS = "service, replica, heard_ms, pending, conflicts, offline, last_sync_ms, digest_ms, delays"


def load_health(connection: sqlite3.Connection) -> dict[Key, Health]:
    """Return what is known of each replica."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM sync_replica ORDER BY service, replica")
    return {
        (service, replica): Health(
            service, replica, heard_ms, pending, conflicts, offline, last_sync_ms, digest_ms, tuple(unpack(delays))
        )
        for service, replica, heard_ms, pending, conflicts, offline, last_sync_ms, digest_ms, delays in rows
    }


def save_health(connection: sqlite3.Connection, changed: Iterable[Health], received_ms: int) -> None:
    """Keep the health of replicas, and its numbers in the bucket of this time."""
    bucket_ms = received_ms - received_ms % BUCKET_MS
    rows, samples = [], []
    for one in changed:
        names = storable(one.service), storable(one.replica)
        numbers = one.pending, one.conflicts, one.offline
        rows.append((*names, one.heard_ms, *numbers, one.last_sync_ms, one.digest_ms, pack(one.delays_ms)))
        samples.append((*names, bucket_ms, *numbers, one.sync_age_ms(received_ms), one.p50_ms, one.p95_ms))
    connection.executemany("INSERT OR REPLACE INTO sync_replica VALUES (?,?,?,?,?,?,?,?,?)", rows)
    connection.executemany("INSERT OR REPLACE INTO sync_sample VALUES (?,?,?,?,?,?,?,?,?)", samples)


def prune_samples(connection: sqlite3.Connection, before_ms: int, now_ms: int) -> None:
    """Forget the numbers of before a time, and those older than a week; those of pinned sessions stay."""
    outside = outside_times(kept_runs(connection), "bucket_ms", BUCKET_MS)
    sql = f"DELETE FROM sync_sample WHERE bucket_ms < ? AND {outside}"
    connection.execute(sql, (max(before_ms - BUCKET_MS, now_ms - KEPT_MS),))
