"""The widths of the buckets that counts are kept in, and which of them answers for a range."""

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
LEVELS_MS = (MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, 6 * HOUR_MS)
KEPT_MS = {MINUTE_MS: DAY_MS, 10 * MINUTE_MS: 7 * DAY_MS, HOUR_MS: 90 * DAY_MS}
"""Narrow buckets are forgotten after a while; the widest stay as long as events do."""

LEAST_COURSE_MS = 10 * MINUTE_MS
"""The course of an endpoint is shown over no less: minutes are the narrowest buckets."""


def level_for(since_ms: int, until_ms: int, now_ms: int, most: int) -> int:
    """Return the narrowest width of which at most `most` buckets fill the range and which reaches back to its start."""
    span = max(until_ms - since_ms, 1)
    for level in LEVELS_MS[:-1]:
        if span <= level * most and now_ms - since_ms <= KEPT_MS[level]:
            return level
    return LEVELS_MS[-1]
