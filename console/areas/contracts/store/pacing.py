"""How often something may be written that costs time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SHARE = 80
"""One part in so many of the time, at most: two of them are a fortieth."""


class Pace:
    """Due when at least `least_s` seconds, and eighty times as long as the last writing took, have passed since it."""

    def __init__(self, least_s: float) -> None:
        self._least_s = least_s
        self._due_s = 0.0

    def is_due(self) -> bool:
        return time.monotonic() >= self._due_s

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Measure a writing; the next one is due accordingly later."""
        begun = time.monotonic()
        try:
            yield
        finally:
            now = time.monotonic()
            self._due_s = now + max(self._least_s, SHARE * (now - begun))
