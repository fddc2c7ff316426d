"""Settlements as JSON, so that they outlive the program."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from console.areas.sync.core.merge.choice import Choice, How, Place, check
from console.areas.sync.core.merge.options import MergeOptions
from console.areas.sync.core.merge.settlement import Settlement, Step
from console.areas.sync.core.merge.values import MISSING, NO_BASE, ItemId, Path

VERSION = 1


class MemoryDamaged(ValueError):
    """The JSON is none that a settlement was written as."""


def choices_to_json(settlement: Settlement) -> dict[str, Any]:
    """Return options, choices and steps as JSON, for where the three sides are kept already."""
    return {
        "version": VERSION,
        "options": settlement.options.to_json(),
        "choices": [_choice_to_json(place, choice) for place, choice in settlement.choices.items()],
        "steps": [[_choice_to_json(place, choice) for place, choice in step.items()] for step in settlement.steps],
    }


def choices_from_json(told: Mapping[str, Any], base: Any, local: Any, remote: Any) -> Settlement:
    """Read what `choices_to_json` wrote, for the same three sides. Raises `MemoryDamaged`."""
    try:
        if told["version"] != VERSION:
            raise MemoryDamaged(f"written by another version: {told['version']}")
        choices = {place: choice for place, choice in map(_choice_from_json, told["choices"]) if choice is not None}
        steps: tuple[Step, ...] = tuple(dict(map(_choice_from_json, step)) for step in told["steps"])
        settlement = Settlement(base, local, remote, MergeOptions.from_json(told["options"]), choices, steps)
        for place, choice in (one for kept in (choices, *steps) for one in kept.items()):
            decision = settlement.decision_at(place.path)
            if choice is not None:
                check(decision, place.hunk, choice)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise MemoryDamaged(f"no settlement: {error}") from error
    return settlement


def to_json(settlement: Settlement) -> dict[str, Any]:
    """Return the settlement as JSON, with its three sides."""
    sides = {name: getattr(settlement, name) for name in ("base", "local", "remote")}
    present = {name: value for name, value in sides.items() if value is not MISSING and value is not NO_BASE}
    return choices_to_json(settlement) | {"sides": present, "hasBase": settlement.base is not NO_BASE}


def from_json(told: Mapping[str, Any]) -> Settlement:
    """Read what `to_json` wrote. Raises `MemoryDamaged`."""
    try:
        sides, absent = told["sides"], MISSING if told["hasBase"] else NO_BASE
        base, local, remote = sides.get("base", absent), sides.get("local", MISSING), sides.get("remote", MISSING)
    except (KeyError, TypeError, AttributeError) as error:
        raise MemoryDamaged(f"no settlement: {error}") from error
    return choices_from_json(told, base, local, remote)


def path_to_json(path: Path) -> list[Any]:
    """Return a path as JSON: keys as texts, ids as `{"id": …}`."""
    return [{"id": step.value} if isinstance(step, ItemId) else step for step in path]


def path_from_json(told: Any) -> Path:
    """Read what `path_to_json` wrote. Raises `KeyError`, `TypeError` or `ValueError`."""
    return tuple(ItemId(_id(step["id"])) if isinstance(step, dict) else _text(step) for step in told)


def _choice_to_json(place: Place, choice: Choice | None) -> dict[str, Any]:
    told: dict[str, Any] = {"path": path_to_json(place.path)}
    if place.hunk is not None:
        told["hunk"] = place.hunk
    if choice is not None:
        told["how"] = choice.how
        if choice.value is not MISSING:
            told["value"] = choice.value
    return told


def _choice_from_json(told: Mapping[str, Any]) -> tuple[Place, Choice | None]:
    hunk = told.get("hunk")
    if hunk is not None and type(hunk) is not int:
        raise ValueError("a hunk is a number")
    place = Place(path_from_json(told["path"]), hunk)
    if "how" not in told:
        return place, None
    if told["how"] not in get_args(How) or (told["how"] == "edit") is not ("value" in told):
        raise ValueError("no such choice")
    return place, Choice(cast(How, told["how"]), told.get("value", MISSING))


def _id(value: Any) -> str | int:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return value
    raise ValueError("an id is a text or a whole number")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("a key is a text")
