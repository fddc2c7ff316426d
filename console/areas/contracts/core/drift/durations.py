"""How long exchanges took: a histogram per minute and hour, and the newest ones as they were."""

from __future__ import annotations

import math

from msgspec import Struct, field

from console.areas.contracts.core.drift.slot import HOURS, MINUTES

GROWTH = 1.1
"""Bin i holds what lies in (GROWTH^(i-1), GROWTH^i] milliseconds, so a quantile read from it is off by at most a tenth."""
RECENT = 256
_SLACK = 64
_PER_LOG = 1 / math.log(GROWTH)
_LEAST, _MOST = 0.01, 1e9


class Durations(Struct, array_like=True):
    """`recent` are the newest 256 to 320 as (milliseconds, event id), oldest first; buckets map a bin to its count."""

    n: int = 0
    first_ms: int = 0
    last_ms: int = 0
    recent: list[tuple[float, int]] = field(default_factory=list)
    minutes: dict[int, dict[int, int]] = field(default_factory=dict)
    hours: dict[int, dict[int, int]] = field(default_factory=dict)

    def add(self, duration_ms: float, now_ms: int, event_id: int) -> None:
        """Take in one duration; what is not finite or negative is left out."""
        if not 0 <= duration_ms < math.inf:
            return
        if not self.n:
            self.first_ms = now_ms
        self.n += 1
        self.last_ms = max(self.last_ms, now_ms)
        self.recent.append((float(duration_ms), event_id))
        if len(self.recent) > RECENT + _SLACK:
            del self.recent[:_SLACK]
        at = math.ceil(math.log(min(max(duration_ms, _LEAST), _MOST)) * _PER_LOG)
        for buckets, bucket, most in ((self.minutes, now_ms // 60_000, MINUTES), (self.hours, now_ms // 3_600_000, HOURS)):
            counts = buckets.get(bucket)
            if counts is None:
                counts = buckets[bucket] = {}
                if len(buckets) > most:
                    del buckets[min(buckets)]
            counts[at] = counts.get(at, 0) + 1


def upper_ms(at: int) -> float:
    """Return the longest duration of a bin, in milliseconds."""
    return float(GROWTH**at)
