"""What makes two conflicts alike, and settling one as another was."""

import json
from collections.abc import Iterable
from typing import NamedTuple, TypeAlias

from console.areas.sync.core.merge.choice import Choice, Place, choices_for
from console.areas.sync.core.merge.conflict import Conflict
from console.areas.sync.core.merge.decision import About, Decision
from console.areas.sync.core.merge.merging import Merge
from console.areas.sync.core.merge.options import DEFAULTS, MergeOptions
from console.areas.sync.core.merge.settlement import Settlement
from console.areas.sync.core.merge.values import ItemId, Path, equal, path_text

Kin: TypeAlias = tuple[Path, About, str]
"""What is alike about two decisions: the path with any id for each, what it is about, and the rule."""


def shape_path(path: Path) -> Path:
    """Return the path with `*` for each id."""
    return tuple("*" if isinstance(step, ItemId) else step for step in path)


def shape_text(path: Path) -> str:
    """Return the path for reading, with `*` for each id, as in `messages.*.text`."""
    return path_text(shape_path(path)).replace('["*"]', ".*")


def shape_of(entity_type: str, merged: Merge) -> str:
    """Return a text that is the same for conflicts of the same shape: entity type, open paths but for ids, and rules."""
    kins = sorted({_kin(one) for one in merged.open})
    return json.dumps([entity_type, kins], separators=(",", ":"))


def similar(conflict: Conflict, others: Iterable[Conflict], options: MergeOptions = DEFAULTS) -> list[Conflict]:
    """Return those of the others that have the same shape. Merges each: where there are many, keep `shape_of`."""
    shape = shape_of(conflict.entity_type, conflict.begin(options).merge)
    return [
        other
        for other in others
        if other.entity_type == conflict.entity_type and shape_of(other.entity_type, other.begin(options).merge) == shape
    ]


def transfer(settlement: Settlement, target: Settlement) -> Settlement:
    """Choose in the target as was chosen in alike places, in one step; what is not clear stays open.

    Not clear are alike places with different choices. An edit is only taken over where all three sides are the same, and
    choices for hunks where each hunk got the same.
    """
    lessons: dict[Kin, list[_Lesson]] = {}
    for path in dict.fromkeys(place.path for place in settlement.choices):
        decision = settlement.decision_at(path)
        lessons.setdefault(_kin(decision), []).append(_lesson(settlement, decision))
    chosen: dict[Place, Choice] = {}
    for decision in target.open:
        taught = lessons.get(_kin(decision), [])
        if not taught or any(one[1:] != taught[0][1:] for one in taught) or not _fits(taught[0], decision):
            continue
        choice = taught[0].choice
        places = [None] if not taught[0].by_hunk else target.open_hunks(decision)
        chosen |= {Place(decision.path, hunk): choice for hunk in places if choice is not None}
    return target.choose_all(chosen)


class _Lesson(NamedTuple):
    """What was chosen at a decision, or at each of its hunks; None when not the same at each."""

    decision: Decision
    choice: Choice | None
    by_hunk: bool


def _lesson(settlement: Settlement, decision: Decision) -> _Lesson:
    whole = settlement.choices.get(Place(decision.path))
    if whole is not None:
        return _Lesson(decision, whole, False)
    numbers = [number for number, hunk in enumerate(decision.hunks) if hunk.kind == "conflict"]
    choices = [settlement.choices.get(Place(decision.path, number)) for number in numbers]
    first = choices[0] if choices else None
    same = first is not None and first.how != "edit" and all(one == first for one in choices)
    return _Lesson(decision, first if same else None, True)


def _fits(lesson: _Lesson, decision: Decision) -> bool:
    if lesson.choice is None:
        return False
    if lesson.choice.how == "edit":
        return all(equal(old, new) for old, new in zip(lesson.decision[3:6], decision[3:6], strict=True))
    return lesson.by_hunk or lesson.choice.how in choices_for(decision)


def _kin(decision: Decision) -> Kin:
    return shape_path(decision.path), decision.about, decision.rule
