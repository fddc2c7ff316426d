"""The shape of a merged document, from which a result is built once it is known what stands at each decision."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from console.areas.sync.core.merge.decision import Decision
from console.areas.sync.core.merge.order import Id, complete
from console.areas.sync.core.merge.values import MISSING


class ObjectPlan(NamedTuple):
    """An object: what stands at each key, in order."""

    members: Mapping[str, "Plan"]


class ListPlan(NamedTuple):
    """A list whose items have ids: all of them in the merged order; `decision` is about that order where it is one."""

    items: Mapping[Id, "Plan"]
    order: list[Id]
    decision: Decision | None


Plan: TypeAlias = Decision | ObjectPlan | ListPlan


def build(plan: Plan, settle: Callable[[Decision], Any]) -> Any:
    """Return the document; `settle` tells what stands at each decision, `MISSING` for nothing."""
    if isinstance(plan, Decision):
        return settle(plan)
    if isinstance(plan, ObjectPlan):
        built = ((key, build(member, settle)) for key, member in plan.members.items())
        return {key: value for key, value in built if value is not MISSING}
    order = plan.order if plan.decision is None else complete(settle(plan.decision), plan.order)
    items = (build(plan.items[one], settle) for one in order)
    return [item for item in items if item is not MISSING]
