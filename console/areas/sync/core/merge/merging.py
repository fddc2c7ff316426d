"""The three-way merge of JSON documents."""

from dataclasses import dataclass
from typing import Any

from console.areas.sync.core.merge.decision import EQUAL_WITHOUT_BASE, UNCHANGED, Decision, conflict
from console.areas.sync.core.merge.options import DEFAULTS, MergeOptions, Policy
from console.areas.sync.core.merge.order import Id, merge_orders, with_missing
from console.areas.sync.core.merge.pattern import Patterns, State
from console.areas.sync.core.merge.plan import ListPlan, ObjectPlan, Plan, build
from console.areas.sync.core.merge.policy import decide_by_policy
from console.areas.sync.core.merge.text import merge_items, merge_text
from console.areas.sync.core.merge.values import MAX_DEPTH, MISSING, NO_BASE, ItemId, Path, equal, ids_of

DEFAULT_KEY = "id"


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged document.

    In `result` conflicts stand as the base has them, and where there is no base they are left out; it is `MISSING` when
    nothing stands. `decisions` cover the document: keys and items as local has them, then what only remote has.
    """

    result: Any
    decisions: tuple[Decision, ...]
    plan: Plan

    @property
    def conflicts(self) -> tuple[Decision, ...]:
        """The decisions that nobody but a person, or a rule, can make."""
        return tuple(one for one in self.decisions if one.kind == "conflict")

    @property
    def open(self) -> tuple[Decision, ...]:
        """The conflicts, and what is only proposed."""
        return tuple(one for one in self.decisions if one.is_open)


def merge(base: Any, local: Any, remote: Any, options: MergeOptions = DEFAULTS) -> Merge:
    """Merge two versions of a JSON document that came from `base`.

    `NO_BASE` is a base that is not known: then every difference is a conflict. A side may be `MISSING` (it deleted the
    document), the base too (both made it). Never raises for JSON; what lies deeper than 64 levels is one piece.
    """
    merger = _Merger(options)
    plan = merger.merge((), merger.policies.start, merger.keys.start, base, local, remote)
    result = build(plan, lambda decision: decision.result)
    return Merge(result, tuple(merger.decisions), plan)


class _Merger:
    """One merge on its way down. States tell which patterns of policies and keys may still match."""

    def __init__(self, options: MergeOptions) -> None:
        self.options = options
        self.policies: Patterns[Policy] = Patterns(options.policies)
        self.keys: Patterns[str] = Patterns(options.keys)
        self.decisions: list[Decision] = []

    def merge(self, path: Path, policies: State, keys: State, base: Any, local: Any, remote: Any) -> Plan:
        """Merge what stands at one path."""
        agree = equal(local, remote)
        if agree and (not self.options.counts or local is MISSING or equal(base, local)):
            return self._decide(_same(path, base, local, remote))
        policy = self.policies.meaning(policies) if policies else None
        if policy == "counter" or (policy is not None and not agree):
            decision = decide_by_policy(policy, path, base, local, remote, self.options)
            if decision is not None:
                return self._decide(decision)
        if len(path) < MAX_DEPTH:
            if isinstance(local, dict) and isinstance(remote, dict):
                return self._merge_objects(path, policies, keys, base, local, remote)
            if isinstance(local, list) and isinstance(remote, list):
                plan = self._merge_list(path, policies, keys, base, local, remote)
                if plan is not None:
                    return plan
        return self._decide(self._merge_whole(path, policy, base, local, remote))

    def _merge_objects(
        self, path: Path, policies: State, keys: State, base: Any, local: dict[str, Any], remote: dict[str, Any]
    ) -> ObjectPlan:
        # What both added, or put in place of something else, has no base inside either.
        was = base if isinstance(base, dict) else None
        names = [*local, *(name for name in remote if name not in local)]
        if was is not None:
            names += [name for name in was if name not in local and name not in remote]
        members = {}
        for name in names:
            members[name] = self.merge(
                (*path, name),
                self.policies.step(policies, name),
                self.keys.step(keys, name),
                NO_BASE if was is None else was.get(name, MISSING),
                local.get(name, MISSING),
                remote.get(name, MISSING),
            )
        return ObjectPlan(members)

    def _merge_list(
        self, path: Path, policies: State, keys: State, base: Any, local: list[Any], remote: list[Any]
    ) -> ListPlan | None:
        """Merge lists item by item; None when not all items have an id of their own."""
        name = (self.keys.meaning(keys) if keys else None) or DEFAULT_KEY
        was = base if isinstance(base, list) else None
        old, mine, theirs = ids_of(was or (), name), ids_of(local, name), ids_of(remote, name)
        if old is None or mine is None or theirs is None:
            return None
        order = merge_orders(None if was is None else old, mine, theirs)
        decision = None
        if order.rule:
            decision = Decision(path, order.kind, order.rule, NO_BASE if was is None else old, mine, theirs, order.ids,
                                about="order")  # fmt: skip
            self._decide(decision)
        before: dict[Id, Any] = dict(zip(old, was or (), strict=True))
        here, there = dict(zip(mine, local, strict=True)), dict(zip(theirs, remote, strict=True))
        every = with_missing(order.ids, old)  # those that both deleted have a place, too, should they be wanted back
        items = {}
        for one in every:
            step = ItemId(one)
            items[one] = self.merge(
                (*path, step),
                self.policies.step(policies, step),
                self.keys.step(keys, step),
                NO_BASE if was is None else before.get(one, MISSING),
                here.get(one, MISSING),
                there.get(one, MISSING),
            )
        return ListPlan(items, every, decision)

    def _merge_whole(self, path: Path, policy: Policy | None, base: Any, local: Any, remote: Any) -> Decision:
        if base is NO_BASE:
            only = "local" if remote is MISSING else "remote" if local is MISSING else ""
            return conflict(path, base, local, remote,
                            f"no base: only {only} has it" if only else "no base: the sides differ")  # fmt: skip
        if equal(remote, base):
            return Decision(path, "local", f"only local {_did(base, local)}", base, local, remote, local)
        if equal(local, base):
            return Decision(path, "remote", f"only remote {_did(base, remote)}", base, local, remote, remote)
        if equal(local, remote):
            return _same(path, base, local, remote)
        if isinstance(base, list) and isinstance(local, list) and isinstance(remote, list):
            merged = merge_items(path, base, local, remote)
        elif isinstance(base, str) and isinstance(local, str) and isinstance(remote, str):
            merged = merge_text(path, base, local, remote, self.options, any_length=policy == "text")
        else:
            merged = None
        return merged or conflict(path, base, local, remote, _disagreement(base, local, remote))

    def _decide(self, decision: Decision) -> Decision:
        self.decisions.append(decision)
        return decision


def _same(path: Path, base: Any, local: Any, remote: Any) -> Decision:
    if base is NO_BASE:
        rule = EQUAL_WITHOUT_BASE
    elif equal(base, local):
        rule = UNCHANGED
    else:
        rule = f"both {_did(base, local)}" + ("" if local is MISSING else ", to the same")
    return Decision(path, "same", rule, base, local, remote, local)


def _did(base: Any, side: Any) -> str:
    if side is MISSING:
        return "deleted it"
    return "added it" if base is MISSING else "changed it"


def _disagreement(base: Any, local: Any, remote: Any) -> str:
    if local is MISSING or remote is MISSING:
        deleter, changer = ("local", "remote") if local is MISSING else ("remote", "local")
        return f"{deleter} deleted it, {changer} changed it"
    return "both added it, differently" if base is MISSING else "both changed it, differently"
