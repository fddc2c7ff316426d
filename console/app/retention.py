"""How much the store may keep, as the person chose it: settings, and the command that ingest gets."""

from dataclasses import dataclass
from typing import Any

from console.store.retention import Limits

SETTING = "retention"
DAY_MS = 86_400_000
GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Retention:
    """None is no limit; a limit that is chosen is above 0."""

    days: int | None = None
    events: int | None = None
    gigabytes: float | None = None

    @property
    def limited(self) -> bool:
        return self != Retention()

    def command(self) -> dict[str, Any]:
        """Return the command for ingest; without limits it lifts those from before."""
        limits = {"max_age_days": self.days, "max_events": self.events, "max_bytes": self._bytes()}
        return {"cmd": "retain", **{name: value for name, value in limits.items() if value is not None}}

    def limits(self) -> Limits:
        return Limits(self.days * DAY_MS if self.days is not None else None, self.events, self._bytes())

    def setting(self) -> dict[str, Any] | None:
        """Return what is remembered; None forgets."""
        values = {"days": self.days, "events": self.events, "gigabytes": self.gigabytes}
        return {name: value for name, value in values.items() if value is not None} or None

    def _bytes(self) -> int | None:
        return round(self.gigabytes * GB) if self.gigabytes is not None else None


def from_setting(value: Any) -> Retention:
    """Return what was remembered; a value that is no number above 0 is no limit."""
    found = value if isinstance(value, dict) else {}

    def number(name: str) -> float | None:
        one = found.get(name)
        return one if isinstance(one, int | float) and not isinstance(one, bool) and 0 < one < 1e12 else None

    days, events, gigabytes = number("days"), number("events"), number("gigabytes")
    whole_days, whole_events = int(days) if days else None, int(events) if events else None
    return Retention(whole_days or None, whole_events or None, gigabytes)
