"""Ages, moments and counts in words. Loads no Qt."""

from datetime import UTC, datetime

_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000))
_NOW_MS = 5_000


def age_words(at_ms: int, now_ms: int) -> str:
    """Return how long ago, short: "now", "12 s", "3 h"; a clock that is ahead shows as "in 2 min"."""
    age_ms = now_ms - at_ms
    if abs(age_ms) < _NOW_MS:
        return "now"
    unit, size_ms = next(one for one in _UNITS if abs(age_ms) >= one[1])
    words = f"{abs(age_ms) // size_ms:,} {unit}"
    return f"in {words}" if age_ms < 0 else words


def ago_words(at_ms: int, now_ms: int) -> str:
    """Return how long ago in a sentence: "just now", "12 s ago"; a clock that is ahead shows as "in 2 min"."""
    words = age_words(at_ms, now_ms)
    return "just now" if words == "now" else words if words.startswith("in ") else f"{words} ago"


def moment_words(at_ms: int) -> str:
    """Return a time in the local zone and in UTC (once where they are one), for tooltips; beyond the calendar its number."""
    try:
        utc = datetime.fromtimestamp(at_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return f"{at_ms} ms"
    local, there = f"{utc.astimezone():%Y-%m-%d %H:%M:%S}", f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    return there if there.startswith(local) else f"{local} ({there})"


def counted(number: int, noun: str) -> str:
    """Return "1 group", "1,204 groups"; `noun` is the singular."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
