"""Exchanges counted over time, with their latencies, in buckets of all widths."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from console.areas.contracts.store.steps import HOUR_MS, KEPT_MS, LEVELS_MS, MINUTE_MS
from console.areas.contracts.store.values import pack
from console.model.histogram import bin_of, if_whole, to_blob
from console.store.bulk import insert_rows

_PUT = "INSERT INTO contracts_bucket"
_ADD = """ ON CONFLICT DO UPDATE SET checks = checks + excluded.checks, violated = violated + excluded.violated,
  told = told + excluded.told, disagreements = disagreements + excluded.disagreements,
  first_bin = CASE excluded.bins WHEN x'' THEN first_bin ELSE excluded.first_bin END,
  bins = CASE excluded.bins WHEN x'' THEN bins ELSE excluded.bins END"""
_LATENCIES = """SELECT endpoint_id, first_bin, bins FROM contracts_bucket
  WHERE level_ms = ? AND bucket_ms = ? AND endpoint_id IN (SELECT value FROM json_each(?)) AND bins != x''"""
_COUNTED = """SELECT level_ms, bucket_ms, checks, violated, told, disagreements, first_bin, bins FROM contracts_bucket
  WHERE endpoint_id IN (SELECT value FROM json_each(?))"""
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

    def plus(self, other: "Counts") -> "Counts":
        """Return what came in both together."""
        return Counts(
            self.checks + other.checks, self.violated + other.violated, self.told + other.told,
            self.disagreements + other.disagreements, self.durations + other.durations,
        )  # fmt: skip


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
        added: dict[tuple[int, int], dict[int, Counts]] = {}
        for (minute, endpoint_id), counts in self._minutes.items():
            for level in LEVELS_MS:
                bucket = added.setdefault((level, minute - minute % level), {})
                before = bucket.get(endpoint_id)
                bucket[endpoint_id] = counts if before is None else before.plus(counts)
        rows = [row for key, by_endpoint in added.items() for row in _rows(connection, key, by_endpoint)]
        insert_rows(connection, _PUT, rows, _ADD)
        self._minutes.clear()
        if now_ms - self._swept_ms >= _SWEEP_MS:
            self._swept_ms = now_ms
            sweep(connection, now_ms)


def move_buckets(connection: sqlite3.Connection, from_ids: list[int], into: int) -> None:
    """Add what was counted of some endpoints to the counts of another; their own rows stay."""
    added: dict[tuple[int, int], Counts] = {}
    rows = connection.execute(_COUNTED, (pack(from_ids),)).fetchall()
    for level, bucket, checks, violated, told, disagreements, first_bin, bins in rows:
        counts = Counts(checks, violated, told, disagreements, if_whole(first_bin, bins) or 0)
        before = added.get((level, bucket))
        added[level, bucket] = counts if before is None else before.plus(counts)
    moved = [row for key, counts in added.items() for row in _rows(connection, key, {into: counts})]
    insert_rows(connection, _PUT, moved, _ADD)


def _rows(
    connection: sqlite3.Connection, key: tuple[int, int], by_endpoint: dict[int, Counts]
) -> Iterator[tuple[object, ...]]:  # fmt: skip
    """Yield the rows of one bucket: counts to be added, and histograms with what is stored of them already."""
    timed = [endpoint_id for endpoint_id, one in by_endpoint.items() if one.durations]
    stored = connection.execute(_LATENCIES, (*key, pack(timed))).fetchall() if timed else []
    before = {endpoint_id: if_whole(first_bin, bins) or 0 for endpoint_id, first_bin, bins in stored}
    for endpoint_id, one in by_endpoint.items():
        bins = to_blob(one.durations + before.get(endpoint_id, 0)) if one.durations else (0, b"")
        yield (*key, endpoint_id, one.checks, one.violated, one.told, one.disagreements, *bins)


def latency(duration_ms: float, weight: int) -> int:
    """Return the histogram of so many exchanges that took so long."""
    return weight << (bin_of(duration_ms) * _BIN_BITS)


def sweep(connection: sqlite3.Connection, now_ms: int) -> None:
    """Forget narrow buckets that nobody asks for any more: wider ones answer for their time."""
    for level, kept_ms in KEPT_MS.items():
        connection.execute("DELETE FROM contracts_bucket WHERE level_ms = ? AND bucket_ms < ?", (level, now_ms - kept_ms))
