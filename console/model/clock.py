"""The one place that reads the wall clock; everything else is given a `Clock`, so that tests own the time."""

import time
from collections.abc import Callable

Clock = Callable[[], int]
"""Returns Unix time in whole milliseconds."""


def wall_clock() -> int:
    """Return the current Unix time in milliseconds."""
    return time.time_ns() // 1_000_000
