"""What of the aggregates leaves the store in an incident bundle (see `console.store.bundling`).

These are the buckets that touch its range. They count all events of that time, of which the bundle may hold a choice.
Bins of histograms are numbers, written as bytes.
"""

from console.areas.performance.core.step import LEVELS_MS
from console.store.bundling import BundleTable

_RANGE = """bucket_ms <= (SELECT to_ms FROM temp.bundle_range)
  AND bucket_ms > (SELECT from_ms FROM temp.bundle_range) - {width}"""
_IN_RANGE = f"({' OR '.join(f'level_ms = {level} AND {_RANGE.format(width=level)}' for level in LEVELS_MS)})"
_TABLES = ("performance_rate", "performance_duration", "performance_gauge")
_IGNORED = f"(bucket_ms = 0 OR {_RANGE.format(width=LEVELS_MS[0])})"
_USED = " UNION ".join(f"SELECT series_id FROM {table} WHERE {_IN_RANGE}" for table in _TABLES)

BUNDLED = (
    BundleTable(
        "performance_series",
        {"id": "plain", "service": "text", "operation": "text"},
        f"""SELECT id, service, operation FROM performance_series
            WHERE id IN ({_USED} UNION SELECT series_id FROM performance_ignored WHERE {_IGNORED}) ORDER BY id""",
    ),
    BundleTable(
        "performance_state",
        {"id": "plain", "rolled_until_ms": "plain"},
        "SELECT id, rolled_until_ms FROM performance_state",
    ),
    BundleTable(
        "performance_rate",
        dict.fromkeys(("level_ms", "bucket_ms", "series_id", "events", "errors"), "plain"),
        f"""SELECT level_ms, bucket_ms, series_id, events, errors FROM performance_rate WHERE {_IN_RANGE}
            ORDER BY level_ms, bucket_ms, series_id""",
    ),
    BundleTable(
        "performance_duration",
        dict.fromkeys(
            ("level_ms", "bucket_ms", "series_id", "n", "sum_ms", "max_ms", "last_ts", "first_bin", "bins"), "plain"
        ),
        f"""SELECT level_ms, bucket_ms, series_id, n, sum_ms, max_ms, last_ts, first_bin, bins FROM performance_duration
            WHERE {_IN_RANGE} ORDER BY level_ms, bucket_ms, series_id""",
    ),
    BundleTable(
        "performance_gauge",
        dict.fromkeys(
            ("level_ms", "bucket_ms", "metric", "series_id", "n", "sum", "min", "max", "last", "last_ts"), "plain"
        ),
        f"""SELECT level_ms, bucket_ms, metric, series_id, n, sum, min, max, last, last_ts FROM performance_gauge
            WHERE {_IN_RANGE} ORDER BY level_ms, bucket_ms, metric, series_id""",
    ),
    BundleTable(
        "performance_ignored",
        {"bucket_ms": "plain", "series_id": "plain", "field": "text", "n": "plain"},
        f"""SELECT bucket_ms, series_id, field, n FROM performance_ignored WHERE {_IGNORED}
            ORDER BY bucket_ms, series_id, field""",
    ),
)
