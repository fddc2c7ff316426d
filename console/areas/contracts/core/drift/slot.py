"""What was observed at one place of a JSON value: plain data, written to bytes as it is.

Two units of counting: objects (each time the place could have held something) and events (once per observation in which
that happened). Counts are in objects; ordinals, on which the rules of change rest, are in events.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct, field

from console.reporter.contracts.paths import ANY_ITEM, ANY_KEY

MOST_KEYS = 40
"""Distinct keys of an object; with more it is a map."""
MOST_VALUES = 24
LONGEST_VALUE = 80
"""Characters; a longer text is no value of an enumeration."""
MINUTES, HOURS = 60, 48
MOST_EXAMPLES = 3
NULL, BOOLEAN, INTEGER, NUMBER, STRING, ARRAY, OBJECT = range(7)
TYPE_NAMES: Final = ("null", "boolean", "integer", "number", "string", "array", "object")


class Tally(Struct, array_like=True, gc=False):
    """How often something came, when first and last, by ordinal of event and in milliseconds, with example event ids.

    `runs` counts how often it began after an object that was otherwise; of `absent`, how often absence came to an end.
    """

    n: int = 0
    first: int = 0
    last: int = 0
    first_ms: int = 0
    last_ms: int = 0
    runs: int = 0
    examples: list[int] = field(default_factory=list)

    def add(self, n: int, first: int, last: int, first_ms: int, last_ms: int, event_id: int) -> None:
        """Count n more, which came between these ordinals and moments."""
        if not self.n:
            self.first, self.last, self.first_ms, self.last_ms = first, last, first_ms, last_ms
        else:  # compared, not `min` and `max`: this runs for every value that is looked at
            if first < self.first:
                self.first = first
            if last > self.last:
                self.last = last
            if first_ms < self.first_ms:
                self.first_ms = first_ms
            if last_ms > self.last_ms:
                self.last_ms = last_ms
        self.n += n
        remember(self.examples, event_id)

    def merge(self, other: Tally) -> None:
        """Count all that the other counted."""
        self.runs += other.runs
        if other.n:
            self.add(other.n, other.first, other.last, other.first_ms, other.last_ms, 0)
            for event_id in other.examples:
                remember(self.examples, event_id)


class Bounds(Struct, array_like=True, gc=False):
    """The least and the greatest of what was looked at, each with its moment and event."""

    low: int | float
    high: int | float
    low_ms: int
    high_ms: int
    low_event: int
    high_event: int


class Slot(Struct, array_like=True, gc=False):
    """One place. `children` are its properties, `star` any value of a map, `items` any item of an array.

    `events` counts the observations in which an object (or, for `items`, `list_events` an array) stood here.
    `values` holds the texts and whole numbers of an enumeration with their counts; once there are more than 24 (or a
    long one), `is_open` is set, the counts stand still, and forms, ranges and lengths are kept from samples instead.
    `minutes` and `hours` hold, per bucket that had any, [absent, null, of another type than the first one].
    """

    types: dict[int, Tally] = field(default_factory=dict)
    absent: Tally = field(default_factory=Tally)
    children: dict[str, Slot] = field(default_factory=dict)
    star: Slot | None = None
    items: Slot | None = None
    events: int = 0
    list_events: int = 0
    values: dict[str | int, int] = field(default_factory=dict)
    births: dict[str | int, tuple[int, int, int]] = field(default_factory=dict)
    is_open: bool = False
    looked_at: int = 0
    """Texts of an open slot whose form was looked at: the ordinals of `forms`."""
    forms: dict[str, Tally] = field(default_factory=dict)
    samples: dict[str, str] = field(default_factory=dict)
    fractions: Tally = field(default_factory=Tally)
    numbers: Bounds | None = None
    lengths: Bounds | None = None
    sizes: Bounds | None = None
    minutes: dict[int, list[int]] = field(default_factory=dict)
    hours: dict[int, list[int]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How often there was anything here."""
        return sum(tally.n for tally in self.types.values())

    @property
    def objects(self) -> int:
        """How often there was an object here."""
        tally = self.types.get(OBJECT)
        return tally.n if tally else 0

    def parts(self) -> list[tuple[str | int, Slot]]:
        """Return the places right below with their steps, as `console.reporter.contracts.paths` names steps."""
        found: list[tuple[str | int, Slot]] = list(self.children.items())
        if self.star is not None:
            found.append((ANY_KEY, self.star))
        if self.items is not None:
            found.append((ANY_ITEM, self.items))
        return found


def remember(examples: list[int], event_id: int) -> None:
    """Keep the first, and the two newest of what came after it."""
    if event_id <= 0 or event_id in examples:
        return
    if len(examples) >= MOST_EXAMPLES:
        del examples[1]
    examples.append(event_id)


def widen(bounds: Bounds | None, value: float, now_ms: int, event_id: int) -> Bounds:
    """Return bounds that hold the value too."""
    if bounds is None:
        return Bounds(value, value, now_ms, now_ms, event_id, event_id)
    if value < bounds.low:
        bounds.low, bounds.low_ms, bounds.low_event = value, now_ms, event_id
    if value > bounds.high:
        bounds.high, bounds.high_ms, bounds.high_event = value, now_ms, event_id
    return bounds


def note_bucket(slot: Slot, now_ms: int, which: int, n: int) -> None:
    """Count n absences (0), nulls (1) or values of another type (2) in the buckets of this moment."""
    for buckets, at, most in ((slot.minutes, now_ms // 60_000, MINUTES), (slot.hours, now_ms // 3_600_000, HOURS)):
        counts = buckets.get(at)
        if counts is None:
            counts = buckets[at] = [0, 0, 0]
            if len(buckets) > most:
                del buckets[min(buckets)]
        counts[which] += n
