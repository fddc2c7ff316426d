"""When a violation is worth an alert: at its first event, and each time that there are ten times as many."""

from typing import NamedTuple

CLEAN_OBSERVATIONS = 500
"""So many observations of its direction without it close a violation."""
QUIET_MS = 86_400_000
"""So long without it closes a violation too."""
_SEVERITIES = {
    "unavailable": "critical",
    "response_schema_error": "high",
    "param_mismatch": "medium",
    "timeout": "medium",
}


class Episode(NamedTuple):
    """The time between two closings. `events` are those in it; `seen_n` observations of the direction had been made, and
    it was `last_ms`, when the newest came."""

    number: int
    events: int
    seen_n: int
    last_ms: int

    def is_closed(self, observed_n: int, now_ms: int) -> bool:
        """Tell whether it has ended by now."""
        return observed_n - self.seen_n >= CLEAN_OBSERVATIONS or now_ms - self.last_ms >= QUIET_MS


def note(episode: Episode | None, observed_n: int, now_ms: int) -> tuple[Episode, bool]:
    """Take one more event of a violation; returns the episode that it is in, and whether it wants an alert.

    `observed_n` counts the observations of the direction with this one.
    """
    if episode is None or episode.is_closed(observed_n - 1, now_ms):
        return Episode(1 if episode is None else episode.number + 1, 1, observed_n, now_ms), True
    events = episode.events + 1
    return Episode(episode.number, events, observed_n, max(now_ms, episode.last_ms)), is_power_of_ten(events)


def is_power_of_ten(count: int) -> bool:
    """Tell whether this is 1, 10, 100 …"""
    while count and count % 10 == 0:
        count //= 10
    return count == 1


def severity_of(kind: str) -> str:
    """Return how bad a violation of this kind is, in the platform's words."""
    return _SEVERITIES.get(kind, "medium")


def place_words(service: str, method: str, endpoint: str) -> str:
    """Return how an alert calls an endpoint."""
    return " ".join(part for part in (service, method, endpoint) if part)


def alert_words(place: str, message: str, count: int, number: int) -> str:
    """Return what an alert says: where, what, and how often in the episode of this number."""
    if count > 1:
        return f"{place}: {count:,} times: {message}"
    return f"{place}: {message}{' again' if number > 1 else ''}"
