"""The ten-second histograms that are still growing, kept in memory so that a batch need not read them back."""

import sqlite3
import sys
from array import array
from collections.abc import Iterable

from console.areas.performance.core.fold import BUCKET_MS, Durations
from console.areas.performance.core.step import LEVELS_MS
from console.areas.performance.store.adding import KEPT_DURATIONS, PUT_DURATIONS
from console.model.histogram import BIN_COUNT, if_whole

MAX_OPEN = 2_000
"""Histograms kept at most; about 3 kB each."""
_KEPT_BUCKETS = 2
_NO_COUNTS = bytes(4 * BIN_COUNT)
_FINE_MS = LEVELS_MS[0]
_SWAPPED = sys.byteorder == "big"


class _Open:
    """One row of `performance_duration`, its bins spread out."""

    __slots__ = ("counts", "first", "last", "last_ts", "max_ms", "n", "sum_ms")

    def __init__(self) -> None:
        self.n = 0
        self.sum_ms = self.max_ms = 0.0
        self.last_ts = 0
        self.counts = array("I", _NO_COUNTS)
        self.first, self.last = BIN_COUNT, -1

    def read(self, n: int, sum_ms: float, max_ms: float, last_ts: int, first_bin: int, bins: bytes) -> None:
        if if_whole(first_bin, bins) is None:
            return
        self.n, self.sum_ms, self.max_ms, self.last_ts = n, sum_ms, max_ms, last_ts
        kept = array("I", bins)
        if _SWAPPED:
            kept.byteswap()
        self.first, self.last = first_bin, first_bin + len(kept) - 1
        self.counts[self.first : self.last + 1] = kept

    def add(self, added: Durations) -> None:
        self.n += added.n
        self.sum_ms += added.sum_ms
        if added.max_ms > self.max_ms:
            self.max_ms = float(added.max_ms)
        if added.last_ts > self.last_ts:
            self.last_ts = added.last_ts
        counts = self.counts
        for place, n in added.bins.items():
            counts[place] += n
        self.first = min(self.first, *added.bins)
        self.last = max(self.last, *added.bins)

    def blob(self) -> bytes:
        kept = self.counts[self.first : self.last + 1]
        if _SWAPPED:
            kept.byteswap()
        return kept.tobytes()


class OpenBuckets:
    """Adds durations to ten-second rows. `forget` when what is in memory may not be what is stored."""

    def __init__(self) -> None:
        self._open: dict[tuple[int, int], _Open] = {}

    def __len__(self) -> int:
        return len(self._open)

    def forget(self) -> None:
        self._open.clear()

    def add(self, connection: sqlite3.Connection, added: Iterable[tuple[int, int, Durations]]) -> None:
        """Add durations, each (bucket_ms, series_id, durations), and write the rows that grew."""
        rows = []
        for bucket, series, durations in added:
            row = self._open.get((bucket, series)) or self._load(connection, bucket, series)
            row.add(durations)
            numbers = (row.n, row.sum_ms, row.max_ms, row.last_ts)
            rows.append((_FINE_MS, bucket, series, *numbers, row.first, row.blob()))
        connection.executemany(PUT_DURATIONS, rows)

    def keep_newest(self, newest_ms: int) -> None:
        """Forget buckets that began well before `newest_ms`: late events read theirs back."""
        if len(self._open) > MAX_OPEN:
            self._open.clear()
            return
        oldest = newest_ms - _KEPT_BUCKETS * BUCKET_MS
        for key in [key for key in self._open if key[0] < oldest]:
            del self._open[key]

    def _load(self, connection: sqlite3.Connection, bucket: int, series: int) -> _Open:
        row = self._open[bucket, series] = _Open()
        kept = connection.execute(KEPT_DURATIONS, (_FINE_MS, bucket, series)).fetchone()
        if kept:
            row.read(*kept)
        return row
