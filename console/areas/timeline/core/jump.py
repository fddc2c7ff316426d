"""Where a jump leads: the moment that a person wrote down."""

import re
from datetime import date, datetime, time, timedelta, tzinfo


class JumpError(ValueError):
    """The text names no moment; the message says what can be written."""


JUMP_FORMS = "13:05, 13:05:30.250, 2026-11-23 13:05, 2026-11-23, -10m, now or Unix milliseconds"
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?")
_AGO = re.compile(r"-?\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)(?:\s+ago)?")
_UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}


def parse_jump(text: str, now_ms: int, zone: tzinfo | None = None) -> int:
    """Return the moment that `text` means, in Unix milliseconds; `zone` None is the machine's own.

    A time without a date is the last such time: today's, or yesterday's when today's is yet to come.

    Raises:
        JumpError: the text is none of `JUMP_FORMS`.
    """
    words = text.strip().lower()
    try:
        moment_ms = _parse_moment(words, now_ms, zone)
    except (ValueError, OverflowError, OSError) as error:
        raise JumpError(f"“{text.strip()[:40]}” is no time: {error}. Write {JUMP_FORMS}.") from error
    if moment_ms is None:
        raise JumpError(f"“{text.strip()[:40]}” is no time. Write {JUMP_FORMS}.")
    return moment_ms


def _parse_moment(words: str, now_ms: int, zone: tzinfo | None) -> int | None:
    if words == "now":
        return now_ms
    if ago := _AGO.fullmatch(words):
        moment_ms = now_ms - round(float(ago[1]) * _UNIT_MS[ago[2]])
        if moment_ms < 0:
            raise ValueError("it lies before 1970")
        return moment_ms
    if re.fullmatch(r"\d{12,14}", words):
        return int(words)
    if clock := _CLOCK.fullmatch(words):
        wanted = time(int(clock[1]), int(clock[2]), int(clock[3] or 0), int((clock[4] or "").ljust(6, "0")))
        today = datetime.fromtimestamp(now_ms / 1000, tz=zone).astimezone(zone).date()
        moment_ms = _at(today, wanted, zone)
        return moment_ms if moment_ms <= now_ms else _at(today - timedelta(days=1), wanted, zone)
    if re.match(r"\d{4}-\d{2}-\d{2}(?:$|[ t])", words):
        moment = datetime.fromisoformat(words.upper().replace(",", "."))
        return _unix_ms(moment if moment.tzinfo else _localized(moment, zone))
    return None


def _at(day: date, clock: time, zone: tzinfo | None) -> int:
    return _unix_ms(_localized(datetime.combine(day, clock), zone))


def _localized(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.replace(tzinfo=zone) if zone else moment.astimezone()


def _unix_ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
