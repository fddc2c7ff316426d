"""What was observed at each place, as rows to be shown or looked through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from console.areas.contracts.core.drift.formats import form_of
from console.areas.contracts.core.drift.slot import TYPE_NAMES, Slot, remember
from console.reporter.contracts.paths import text_of

if TYPE_CHECKING:
    from console.areas.contracts.core.drift.observed import State


class PathView(NamedTuple):
    """One place. `n` is how often it was there, `parents` how often it could have been, `presence` their quotient.

    `types` counts by JSON type. `values` are those of an enumeration, most frequent first; () with `has_many_values` when
    there are too many. `numbers`, `lengths` (characters) and `sizes` (items) are (least, greatest) or None. `formats` are
    the forms of the texts, most frequent first. `minutes` maps a minute (since 1970) to [absent, null, of another type].
    """

    path: str
    n: int
    parents: int
    presence: float
    types: dict[str, int]
    values: tuple[tuple[str | int, int], ...]
    has_many_values: bool
    numbers: tuple[float, float] | None
    lengths: tuple[float, float] | None
    sizes: tuple[float, float] | None
    formats: tuple[str, ...]
    first_ms: int
    last_ms: int
    examples: tuple[int, ...]
    minutes: dict[int, list[int]]

    @property
    def nulls(self) -> int:
        """How often it was null."""
        return self.types.get("null", 0)


def places_of(slot: Slot, steps: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Slot, Slot | None]]:
    """Yield (steps, slot, slot above) of each place, from the outside in."""
    waiting: list[tuple[tuple[str | int, ...], Slot, Slot | None]] = [(steps, slot, None)]
    while waiting:
        here, one, above = waiting.pop()
        yield here, one, above
        waiting.extend(((*here, step), part, one) for step, part in reversed(one.parts()))


def paths_of(state: State) -> list[PathView]:
    """Return the rows of all places; the state must be settled."""
    return [view_of(text_of(steps), slot, above) for steps, slot, above in places_of(state.root)]


def view_of(path: str, slot: Slot, above: Slot | None) -> PathView:
    """Return one place as a row."""
    n = slot.n
    parents = max(above.objects, n) if above is not None and slot is not above.star and slot is not above.items else n
    tallies = slot.types.values()
    examples: list[int] = []
    for tally in tallies:
        for event_id in tally.examples:
            remember(examples, event_id)
    return PathView(
        path=path,
        n=n,
        parents=parents,
        presence=n / parents if parents else 0.0,
        types={TYPE_NAMES[code]: tally.n for code, tally in slot.types.items()},
        values=() if slot.is_open else tuple(sorted(slot.values.items(), key=lambda pair: (-pair[1], str(pair[0])))),
        has_many_values=slot.is_open,
        numbers=(slot.numbers.low, slot.numbers.high) if slot.numbers else None,
        lengths=(slot.lengths.low, slot.lengths.high) if slot.lengths else None,
        sizes=(slot.sizes.low, slot.sizes.high) if slot.sizes else None,
        formats=formats_of(slot),
        first_ms=min((tally.first_ms for tally in tallies), default=0),
        last_ms=max((tally.last_ms for tally in tallies), default=0),
        examples=tuple(examples),
        minutes=slot.minutes,
    )


def formats_of(slot: Slot) -> tuple[str, ...]:
    """Return the forms that the texts were seen in, most frequent first, without "" (no form)."""
    counts: dict[str, int] = {form: tally.n for form, tally in slot.forms.items()}
    if not slot.is_open:
        for value, n in slot.values.items():
            if isinstance(value, str):
                form = form_of(value)
                counts[form] = counts.get(form, 0) + n
    return tuple(form for form in sorted(counts, key=lambda one: -counts[one]) if form)
