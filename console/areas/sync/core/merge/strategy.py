"""Settling conflicts by rules, as a hand would; and what rules would do to a whole queue."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from console.areas.sync.core.merge.choice import Choice, How, Place
from console.areas.sync.core.merge.conflict import Conflict
from console.areas.sync.core.merge.decision import Decision
from console.areas.sync.core.merge.options import DEFAULTS, MergeOptions
from console.areas.sync.core.merge.pattern import Patterns
from console.areas.sync.core.merge.settlement import Settlement
from console.areas.sync.core.merge.similarity import shape_text
from console.areas.sync.core.merge.values import MISSING

Strategy: TypeAlias = Literal["server_wins", "client_wins", "merge", "rejected", "manual"]
STRATEGIES: tuple[Strategy, ...] = get_args(Strategy)


class Rule(NamedTuple):
    """What to do with differences of some entity types (`*` and `?` as in file names) at some paths and below them.

    `path` is a pattern as in `pattern`; `**` is the whole entity.
    """

    entity_type: str
    path: str
    strategy: Strategy


@dataclass(frozen=True, slots=True)
class Settled:
    """What the rules made of a conflict. `strategy` is the one for the whole; a *rejected* one has no result.

    `settlement` holds the choices, so that the record and the way back are those of a hand. `rules` are those applied.
    """

    strategy: Strategy
    result: Any
    settlement: Settlement
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Remaining:
    """Why a conflict stays for a hand, in words; never without a reason."""

    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        """All reasons in one line."""
        return "; ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class DryRun:
    """What rules would do: nothing was settled."""

    settled: tuple[tuple[Conflict, Settled], ...]
    remaining: tuple[tuple[Conflict, Remaining], ...]

    @property
    def words(self) -> str:
        """The outcome in words, the most frequent reason first."""
        every = len(self.settled) + len(self.remaining)
        text = f"would settle {len(self.settled)} of {every}"
        if not self.remaining:
            return text
        counts = Counter(answer.reason for _, answer in self.remaining).most_common()
        reasons = "; ".join(f"{count} because {reason}" for reason, count in counts)
        return f"{text}, {len(self.remaining)} remain{'' if len(self.remaining) > 1 else 's'}: {reasons}"


def settle_automatically(conflict: Conflict, rules: Sequence[Rule], options: MergeOptions = DEFAULTS) -> Settled | Remaining:
    """Settle a conflict by rules; of those that match a place the first counts.

    *server_wins* and *client_wins* take that side's value at every difference they cover, not only at conflicts; *merge*
    takes what the merge settled; *rejected* refuses the whole; *manual* keeps the whole for a hand. What no rule covers
    is merged, and remains when that leaves a conflict. A merge by words always remains: somebody has to read it.
    """
    settlement = conflict.begin(options)
    patterns = Patterns((rule.path, rule) for rule in rules if fnmatchcase(conflict.entity_type, rule.entity_type))
    differences = [one for one in settlement.merge.decisions if not one.is_unchanged]
    found = [(one, patterns.covering(one.path)) for one in differences]
    applied = tuple(dict.fromkeys(rule for _, rule in found if rule is not None))
    reasons = dict.fromkeys(why for one, rule in found if (why := _obstacle(one, rule)))
    if any(rule.strategy == "rejected" for rule in applied) and not any(rule.strategy == "manual" for rule in applied):
        return Settled("rejected", MISSING, settlement, applied)
    if reasons:
        return Remaining(tuple(reasons))
    sides: dict[str, How] = {
        "server_wins": options.server,
        "client_wins": "local" if options.server == "remote" else "remote",
    }
    choices = {
        Place(one.path): Choice(sides[rule.strategy])
        for one, rule in found
        if rule is not None and rule.strategy in sides and one.kind != "same"
    }
    settlement = settlement.choose_all(choices)
    return Settled(_overall(found), settlement.result, settlement, applied)


def dry_run(conflicts: Iterable[Conflict], rules: Sequence[Rule], options: MergeOptions = DEFAULTS) -> DryRun:
    """Tell what the rules would do to a queue."""
    settled: list[tuple[Conflict, Settled]] = []
    remaining: list[tuple[Conflict, Remaining]] = []
    for conflict in conflicts:
        answer = settle_automatically(conflict, rules, options)
        if isinstance(answer, Settled):
            settled.append((conflict, answer))
        else:
            remaining.append((conflict, answer))
    return DryRun(tuple(settled), tuple(remaining))


def _obstacle(decision: Decision, rule: Rule | None) -> str:
    """Return why a difference stays for a hand; empty when it does not."""
    place = shape_text(decision.path)
    if rule is not None and rule.strategy == "manual":
        return f"{place} is to be settled by hand"
    if not decision.is_open or (rule is not None and rule.strategy != "merge"):
        return ""
    if rule is None:
        return f"no rule covers {place} ({decision.rule})"
    return f"{place} cannot be merged ({decision.rule})"


def _overall(found: Sequence[tuple[Decision, Rule | None]]) -> Strategy:
    """A strategy for the whole is the rules' where all agree on a side; otherwise it is a merge."""
    strategies = {None if rule is None else rule.strategy for _, rule in found}
    if strategies == {"server_wins"}:
        return "server_wins"
    return "client_wins" if strategies == {"client_wins"} else "merge"
