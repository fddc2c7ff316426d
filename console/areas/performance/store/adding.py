"""The statements that add to an aggregate, shared by the fold and the roll-up."""

import sqlite3
from typing import NamedTuple

from console.model.histogram import if_whole, to_blob

_RATE_CONFLICT = "ON CONFLICT DO UPDATE SET events = events + excluded.events, errors = errors + excluded.errors"
_GAUGE_CONFLICT = """ON CONFLICT DO UPDATE SET
  n = n + excluded.n, sum = sum + excluded.sum, min = min(min, excluded.min), max = max(max, excluded.max),
  last = CASE WHEN excluded.last_ts >= last_ts THEN excluded.last ELSE last END,
  last_ts = max(last_ts, excluded.last_ts)"""

ADD_RATE = f"INSERT INTO performance_rate VALUES (?,?,?,?,?) {_RATE_CONFLICT}"
ADD_GAUGE = f"INSERT INTO performance_gauge VALUES (?,?,?,?,?,?,?,?,?,?) {_GAUGE_CONFLICT}"
ROLL_RATE = f"""INSERT INTO performance_rate
  SELECT :level, bucket_ms - bucket_ms % :level, series_id, events, errors FROM performance_rate
  WHERE level_ms = :fine AND bucket_ms >= :since AND bucket_ms < :until {_RATE_CONFLICT}"""
ROLL_GAUGE = f"""INSERT INTO performance_gauge
  SELECT :level, bucket_ms - bucket_ms % :level, metric, series_id, n, sum, min, max, last, last_ts
  FROM performance_gauge WHERE level_ms = :fine AND bucket_ms >= :since AND bucket_ms < :until {_GAUGE_CONFLICT}"""
KEPT_DURATIONS = """SELECT n, sum_ms, max_ms, last_ts, first_bin, bins FROM performance_duration
  WHERE level_ms = ? AND bucket_ms = ? AND series_id = ?"""
PUT_DURATIONS = "INSERT OR REPLACE INTO performance_duration VALUES (?,?,?,?,?,?,?,?,?)"
_PUT_DURATION = """INSERT INTO performance_duration VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET
  n = n + excluded.n, sum_ms = sum_ms + excluded.sum_ms, max_ms = max(max_ms, excluded.max_ms),
  last_ts = max(last_ts, excluded.last_ts), first_bin = excluded.first_bin, bins = excluded.bins"""


class DurationSum(NamedTuple):
    """Durations of a bucket as they are stored; `histogram` as in `core.histogram`."""

    n: int
    sum_ms: float
    max_ms: float
    last_ts: int
    histogram: int

    def plus(self, n: int, sum_ms: float, max_ms: float, last_ts: int, histogram: int) -> "DurationSum":
        return DurationSum(
            self.n + n,
            self.sum_ms + sum_ms,
            max(self.max_ms, max_ms),
            max(self.last_ts, last_ts),
            self.histogram + histogram,
        )


def add_durations(connection: sqlite3.Connection, key: tuple[int, int, int], added: DurationSum) -> None:
    """Add durations to the bucket `key`: (level_ms, bucket_ms, series_id)."""
    kept = connection.execute(KEPT_DURATIONS, key).fetchone()
    histogram = added.histogram + ((if_whole(*kept[4:]) or 0) if kept else 0)
    connection.execute(_PUT_DURATION, (*key, *added[:4], *to_blob(histogram)))
