"""Exchanges counted over time, with their latencies, in buckets of all widths."""

import sqlite3
from dataclasses import dataclass

from console.areas.contracts.store.steps import HOUR_MS, KEPT_MS, LEVELS_MS, MINUTE_MS
from console.model.histogram import bin_of, from_blob, to_blob
from console.store.bulk import insert_rows

_ADD = """ ON CONFLICT DO UPDATE SET checks = checks + excluded.checks, violated = violated + excluded.violated,
  told = told + excluded.told, disagreements = disagreements + excluded.disagreements"""
_LATENCY = "SELECT first_bin, bins FROM contracts_bucket WHERE level_ms = ? AND bucket_ms = ? AND endpoint_id = ?"
_PUT_LATENCY = """UPDATE contracts_bucket SET first_bin = ?, bins = ?
  WHERE level_ms = ? AND bucket_ms = ? AND endpoint_id = ?"""
_BIN_BITS = 32
_SWEEP_MS = HOUR_MS


@dataclass(slots=True)
class Counts:
    """What came in one minute, or in a wider bucket. `durations` is a histogram (`console.model.histogram`)."""

    checks: int = 0
    violated: int = 0
    told: int = 0
    disagreements: int = 0
    durations: int = 0

    def add(self, other: "Counts") -> None:
        self.checks += other.checks
        self.violated += other.violated
        self.told += other.told
        self.disagreements += other.disagreements
        self.durations += other.durations


class Buckets:
    """Counts that were not written yet, by minute and endpoint."""

    def __init__(self) -> None:
        self._minutes: dict[tuple[int, int], Counts] = {}
        self._swept_ms = 0

    def forget(self) -> None:
        self._minutes.clear()

    def of(self, endpoint_id: int, ts_ms: int) -> Counts:
        """Return the counts of a minute to add to."""
        key = (ts_ms - ts_ms % MINUTE_MS, endpoint_id)
        found = self._minutes.get(key)
        if found is None:
            found = self._minutes[key] = Counts()
        return found

    def write(self, connection: sqlite3.Connection, now_ms: int) -> None:
        """Add all to the rows of every width; now and then, forget narrow rows that are old."""
        added: dict[tuple[int, int, int], Counts] = {}
        for (minute, endpoint_id), counts in self._minutes.items():
            for level in LEVELS_MS:
                key = (level, minute - minute % level, endpoint_id)
                total = added.get(key)
                if total is None:
                    total = added[key] = Counts()
                total.add(counts)
        rows = [(*key, one.checks, one.violated, one.told, one.disagreements, 0, b"") for key, one in added.items()]
        insert_rows(connection, "INSERT INTO contracts_bucket", rows, _ADD)
        for key, counts in added.items():
            if counts.durations:
                before = connection.execute(_LATENCY, key).fetchone()
                connection.execute(_PUT_LATENCY, (*to_blob(counts.durations + from_blob(*before)), *key))
        self._minutes.clear()
        if now_ms - self._swept_ms >= _SWEEP_MS:
            self._swept_ms = now_ms
            sweep(connection, now_ms)


def latency(duration_ms: float, weight: int) -> int:
    """Return the histogram of so many exchanges that took so long."""
    return weight << (bin_of(duration_ms) * _BIN_BITS)


def sweep(connection: sqlite3.Connection, now_ms: int) -> None:
    """Forget narrow buckets that nobody asks for any more: wider ones answer for their time."""
    for level, kept_ms in KEPT_MS.items():
        connection.execute("DELETE FROM contracts_bucket WHERE level_ms = ? AND bucket_ms < ?", (level, now_ms - kept_ms))
