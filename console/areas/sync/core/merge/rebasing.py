"""Taking a settlement over to what both sides are by now."""

from dataclasses import replace
from typing import Any, NamedTuple

from console.areas.sync.core.merge.choice import Choice, Place
from console.areas.sync.core.merge.decision import Decision, Hunk
from console.areas.sync.core.merge.settlement import Settlement, Step
from console.areas.sync.core.merge.values import equal


class Rebased(NamedTuple):
    """The settlement on the new sides; the choices that still hold, and those that do not.

    A dropped choice is asked again where the new sides are in conflict there; elsewhere the merge settles it by itself,
    and a person should hear of it.
    """

    settlement: Settlement
    kept: tuple[Place, ...]
    dropped: tuple[Place, ...]


def rebase(settlement: Settlement, local: Any, remote: Any) -> Rebased:
    """Keep the choices whose inputs (base, local and remote at their place) did not change; the base stays."""
    fresh = replace(settlement, local=local, remote=remote, choices={}, steps=())
    before = {one.path: one for one in settlement.merge.decisions}
    after = {one.path: one for one in fresh.merge.decisions}
    places = {*settlement.choices, *(place for step in settlement.steps for place in step)}
    moved: dict[Place, Place] = {}
    for place in places:
        new = _place_now(place, before.get(place.path), after.get(place.path))
        if new is not None:
            moved[place] = new
    choices = {moved[place]: choice for place, choice in settlement.choices.items() if place in moved}
    steps = tuple(step for step in (_moved_step(step, moved) for step in settlement.steps) if step)
    return Rebased(
        replace(fresh, choices=choices, steps=steps),
        tuple(place for place in settlement.choices if place in moved),
        tuple(place for place in settlement.choices if place not in moved),
    )


def _moved_step(step: Step, moved: dict[Place, Place]) -> dict[Place, Choice | None]:
    return {moved[place]: choice for place, choice in step.items() if place in moved}


def _place_now(place: Place, before: Decision | None, after: Decision | None) -> Place | None:
    if before is None or after is None or before.about != after.about:
        return None
    if all(equal(old, new) for old, new in zip(before[3:6], after[3:6], strict=True)):
        return place
    if place.hunk is None or not 0 <= place.hunk < len(before.hunks):
        return None
    # The text changed elsewhere: a hunk that is there as it was, once, keeps its choice.
    hunk = before.hunks[place.hunk]
    same = [number for number, other in enumerate(after.hunks) if _is_same(hunk, other)]
    twins = sum(_is_same(hunk, other) for other in before.hunks)
    return Place(place.path, same[0]) if len(same) == twins == 1 else None


def _is_same(one: Hunk, other: Hunk) -> bool:
    pairs = zip(one[1:], other[1:], strict=True)
    return all(type(mine) is type(theirs) and equal([*mine], [*theirs]) for mine, theirs in pairs)
