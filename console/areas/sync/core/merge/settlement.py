"""A conflict being settled by hand: what was chosen so far, what is still open, and the way back."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias

from console.areas.sync.core.merge.choice import Choice, How, Place, check, chosen
from console.areas.sync.core.merge.decision import Decision
from console.areas.sync.core.merge.merging import Merge, merge
from console.areas.sync.core.merge.options import DEFAULTS, MergeOptions
from console.areas.sync.core.merge.plan import build
from console.areas.sync.core.merge.values import MISSING, Path

Step: TypeAlias = Mapping[Place, Choice | None]
"""What stood at some places before a step changed them."""


@dataclass(frozen=True)
class Settlement:
    """Three sides and the choices made; each change returns a new one. `steps` are those that can be undone."""

    base: Any
    local: Any
    remote: Any
    options: MergeOptions = DEFAULTS
    choices: Mapping[Place, Choice] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    @cached_property
    def merge(self) -> Merge:
        """What can be merged without anybody."""
        return merge(self.base, self.local, self.remote, self.options)

    @cached_property
    def result(self) -> Any:
        """The document so far: what is not settled stands as in the merge. `MISSING` is a document that is deleted."""
        return build(self.merge.plan, self.value_of)

    @property
    def open(self) -> tuple[Decision, ...]:
        """The decisions that still wait, in the order of the document."""
        return tuple(one for one in self.merge.open if not self.is_settled(one))

    @property
    def is_complete(self) -> bool:
        """Whether nothing waits."""
        return not self.open

    def decision_at(self, path: Path) -> Decision:
        """Return the decision at a path. Raises `ValueError` where there is none."""
        try:
            return self._by_path[path]
        except KeyError:
            raise ValueError("nothing is decided at this path") from None

    def value_of(self, decision: Decision) -> Any:
        """Return what stands at a decision so far."""
        return chosen(decision, self.choices.get)

    def is_settled(self, decision: Decision) -> bool:
        """Tell whether a decision needs nobody any more; one with hunks may be settled hunk by hunk."""
        if not decision.is_open or Place(decision.path) in self.choices:
            return True
        return decision.kind == "conflict" and bool(decision.hunks) and not self.open_hunks(decision)

    def open_hunks(self, decision: Decision) -> tuple[int, ...]:
        """Return the numbers of the hunks in conflict for which nothing was chosen."""
        if Place(decision.path) in self.choices:
            return ()
        return tuple(
            number
            for number, hunk in enumerate(decision.hunks)
            if hunk.kind == "conflict" and Place(decision.path, number) not in self.choices
        )

    def choose(self, path: Path, how: How, value: Any = MISSING, *, hunk: int | None = None) -> "Settlement":
        """Choose what shall stand at a path or at one hunk of it. Raises `ValueError` for what cannot be chosen there."""
        return self.choose_all({Place(path, hunk): Choice(how, value)})

    def choose_all(self, choices: Mapping[Place, Choice]) -> "Settlement":
        """Choose at several places in one step, which is undone as one. Raises `ValueError`."""
        new, before = dict(self.choices), dict[Place, Choice | None]()
        for place, choice in choices.items():
            decision = self.decision_at(place.path)
            check(decision, place.hunk, choice)
            for other in self._displaced(decision, place, choice):
                if other in new:
                    before.setdefault(other, self.choices.get(other))
                    del new[other]
            before.setdefault(place, self.choices.get(place))
            new[place] = choice
        return self._with(new, (*self.steps, before)) if before else self

    def undo(self) -> "Settlement":
        """Take the last step back; without one nothing changes."""
        if not self.steps:
            return self
        choices = dict(self.choices)
        for place, before in self.steps[-1].items():
            if before is None:
                choices.pop(place, None)
            else:
                choices[place] = before
        return self._with(choices, self.steps[:-1])

    def _with(self, choices: Mapping[Place, Choice], steps: tuple[Step, ...]) -> "Settlement":
        """The same sides are not merged again."""
        new = replace(self, choices=choices, steps=steps)
        new.__dict__.update({name: self.__dict__[name] for name in ("merge", "_by_path") if name in self.__dict__})
        return new

    @cached_property
    def _by_path(self) -> dict[Path, Decision]:
        return {one.path: one for one in self.merge.decisions}

    @staticmethod
    def _displaced(decision: Decision, place: Place, choice: Choice) -> list[Place]:
        """A choice for the whole replaces those for hunks, unless it confirms them; one for a hunk that for the whole."""
        if place.hunk is not None:
            return [Place(place.path)]
        return [] if choice.how == "merged" else [Place(place.path, number) for number in range(len(decision.hunks))]
