"""Two schemas at the same place of a contract, weighed: what changed between them and what that does to callers.

The walk says where and what; containment of the whole, and of each place in doubt, confirms it or puts it right.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import jsonschema_rs

from console.areas.contracts.core.compatibility.changes import (
    TOO_LARGE,
    Difference,
    Direction,
    Effect,
    Verdict,
    brief,
    is_harmful,
    judged,
    sentence,
)
from console.areas.contracts.core.compatibility.containment import covers
from console.areas.contracts.core.compatibility.flattening import value_key
from console.areas.contracts.core.compatibility.schemas import Document, is_comparable, plain
from console.areas.contracts.core.compatibility.sending import sent
from console.areas.contracts.core.compatibility.walking import Walk
from console.areas.contracts.core.compatibility.walking_others import OVERLAP
from console.model.json_path import extend
from console.reporter.contracts.contract import Schema
from console.reporter.contracts.plain import is_deep

MAX_PROOFS = 64
"""Places of one pair of schemas that are put to the proof one by one."""
_DEEPEST = 200
"""Levels of two schemas that are written out to see whether they are the same."""


class Weighed(NamedTuple):
    """One change between two schemas."""

    path: str
    kind: str
    verdict: Verdict
    rule: str
    old: str
    new: str


def weigh(old: Schema, new: Schema, direction: Direction, path: str) -> list[Weighed]:
    """Return what changed and what that means; `path` is the place of the schemas (`$`, `body`, a parameter's name)."""
    if old is new:
        return []
    if not (is_comparable(old) and is_comparable(new)):
        if not (is_deep(old, _DEEPEST) or is_deep(new, _DEEPEST)) and value_key(old) == value_key(new):
            return []
        return _unlike(old, new, path, TOO_LARGE, "the schemas are too deep or too large to be compared: review it")
    if value_key(old) == value_key(new):
        return []
    if not (_is_valid(old) and _is_valid(new)):
        return _unlike(old, new, path, "invalid-schema", "one of the two is no valid schema: mend it first")
    before, after = Document(plain(old)), Document(plain(new))
    if not (before.is_whole and after.is_whole):
        return _unlike(old, new, path, "unknown-reference", "one of the two refers to what is not in it: mend it first")
    return _Scales(before, after, direction).weigh(path)


class _Scales:
    def __init__(self, old: Document, new: Document, direction: Direction) -> None:
        self._old, self._new, self._direction = old, new, direction
        self._proofs = 0

    def weigh(self, path: str) -> list[Weighed]:
        differences = Walk(self._old, self._new, self._direction).run(path)
        results = [self._settled(one) for one in differences]
        if not _is_proof(differences) and self._whole is False:
            results = self._explained(differences, results, path)
        broken = {one.path for one in results if one.verdict == "BREAKING" and one.kind != OVERLAP}
        results = [one for one in results if one.kind != OVERLAP or (_is_bad(one) and one.path not in broken)]
        if not results:
            results.append(
                Weighed(path, "rewritten", "COSMETIC", "the same in other words: no value changes its standing", "", "")
            )
        return results

    @cached_property
    def _whole(self) -> bool | None:
        return self._understood(self._old.root, self._new.root)

    def _settled(self, difference: Difference) -> Weighed:
        verdict, rule = judged(difference, self._direction)
        if not difference.is_settled and self._is_doubtful(difference):
            verdict, rule = self._proved(difference, verdict, rule)
        old, new = brief(difference.old), brief(difference.new)
        return Weighed(difference.path, difference.kind, verdict, rule, old, new)

    def _is_doubtful(self, difference: Difference) -> bool:
        return difference.effect == Effect.UNKNOWN or is_harmful(difference.effect, self._direction)

    def _proved(self, difference: Difference, verdict: Verdict, rule: str) -> tuple[Verdict, str]:
        """Return the verdict after the proof of this place alone, and of the whole: what holds for it holds for each."""
        old, new = difference.old_node, difference.new_node
        answer = self._understood(old, new)
        if answer is None or (answer is False and difference.is_within):
            answer = self._whole or answer
        if answer is True:
            is_same = self._is_same(old, new)
            what = "no value changes its standing" if is_same else "all that may be sent is still understood"
            return ("COSMETIC" if is_same else "ADDITIVE"), sentence(difference.what, what)
        if answer is False and difference.effect == Effect.UNKNOWN:
            return "BREAKING", sentence(difference.what, _BROKEN[self._direction])
        return verdict, rule

    def _understood(self, old: Schema, new: Schema) -> bool | None:
        """Whether the reader of this direction understands what its writer sends; None: not decided."""
        self._proofs += 1
        if self._proofs > MAX_PROOFS:
            return None
        if self._direction == "request":
            return _understands(new, self._new, sent(old, self._old, "request"))
        return _understands(old, self._old, sent(new, self._new, "response"))

    def _is_same(self, old: Schema, new: Schema) -> bool:
        """Whether both schemas provably admit the same values."""
        before, after = self._old.standing_alone(old), self._new.standing_alone(new)
        if before is None or after is None:
            return False
        return covers(before, after) is True and covers(after, before) is True

    def _explained(self, differences: list[Difference], results: list[Weighed], path: str) -> list[Weighed]:
        """Return the results of what breaks somewhere with a change that says where."""
        found = list(zip(differences, results, strict=True))
        if any(one.verdict == "BREAKING" or (difference.is_softened and _is_bad(one)) for difference, one in found):
            return results
        undecided = [one for difference, one in found if difference.effect == Effect.UNKNOWN and _is_bad(one)]
        if len(undecided) != 1:
            return [*results, self._smallest(path)]
        what = next(difference.what for difference, one in found if one is undecided[0])
        broken = undecided[0]._replace(verdict="BREAKING", rule=sentence(what, _BROKEN[self._direction]))
        return [broken if one is undecided[0] else one for one in results]

    def _smallest(self, path: str) -> Weighed:
        """Return the change at the smallest place that provably fails."""
        old, new = self._old.root, self._new.root
        while (inner := self._failing_part(old, new, path)) is not None:
            old, new, path = inner
        rule = sentence("all that changed here, taken together", _BROKEN[self._direction])
        return Weighed(path, "not-contained", "BREAKING", rule, brief(old), brief(new))

    def _failing_part(self, old: Schema, new: Schema, path: str) -> tuple[Schema, Schema, str] | None:
        if isinstance(old, bool) or isinstance(new, bool):
            return None
        at = "" if path == "$" else path
        parts = [(old["properties"][name], new["properties"][name], extend(at, name))
                 for name in old.get("properties", {}) if name in new.get("properties", {})]  # fmt: skip
        if "items" in old and "items" in new:
            parts.append((old["items"], new["items"], f"{at}[]"))
        return next((one for one in parts if self._understood(one[0], one[1]) is False), None)


_BROKEN: dict[Direction, str] = {
    "request": "some of what callers were free to send is now refused",
    "response": "callers may get what the old contract ruled out",
}


def _is_proof(differences: list[Difference]) -> bool:
    """Whether the walk alone tells all: it met no alternatives, and nothing that it could not decide."""
    return bool(differences) and not any(one.is_within or one.effect == Effect.UNKNOWN for one in differences)


def _is_bad(one: Weighed) -> bool:
    return one.verdict in ("BREAKING", "RISKY")


def _understands(reader: Schema, read: Document, written: Schema) -> bool | None:
    alone = read.standing_alone(reader)
    return None if alone is None else covers(alone, written)


def _is_valid(schema: Schema) -> bool:
    try:
        return jsonschema_rs.meta.is_valid(schema)
    except (ValueError, jsonschema_rs.ReferencingError):
        return False


def _unlike(old: Schema, new: Schema, path: str, kind: str, rule: str) -> list[Weighed]:
    return [] if old is new else [Weighed(path, kind, "RISKY", rule, "", "")]
