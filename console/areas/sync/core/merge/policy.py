"""Rules of a path that decide what no general rule can: who owns a field, what a number or list stands for."""

import json
from typing import Any

from console.areas.sync.core.merge.decision import Decision
from console.areas.sync.core.merge.options import MergeOptions, Policy
from console.areas.sync.core.merge.values import MISSING, NO_BASE, Path, TooDeep, stand_in


def decide_by_policy(
    policy: Policy, path: Path, base: Any, local: Any, remote: Any, options: MergeOptions
) -> Decision | None:
    """Return what the policy decides; None where it cannot (a sum without a base, the larger of a text and a number)."""
    result, words = _apply(policy, base, local, remote, options)
    if words is None:
        return None
    return Decision(path, "policy", f"policy {policy}: {words}", base, local, remote, result)


def _apply(policy: Policy, base: Any, local: Any, remote: Any, options: MergeOptions) -> tuple[Any, str | None]:
    server, client = (remote, local) if options.server == "remote" else (local, remote)
    match policy:
        case "server":
            return server, "the server's value stands"
        case "client":
            return client, "the client's value stands"
        case "ignore":
            return (client if server is MISSING else server), "differences do not matter here"
        case "max" | "min":
            return _extreme(policy, local, remote)
        case "counter":
            return _sum(base, local, remote)
        case "set":
            return _union(base, local, remote)
        case "text":
            return MISSING, None
    raise AssertionError(policy)


def _is_number(*values: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _extreme(policy: Policy, local: Any, remote: Any) -> tuple[Any, str | None]:
    present = [value for value in (local, remote) if value is not MISSING]
    if not _is_number(*present) and not all(isinstance(value, str) for value in present):
        return MISSING, None
    return (max(present), "the larger") if policy == "max" else (min(present), "the smaller")


def _sum(base: Any, local: Any, remote: Any) -> tuple[Any, str | None]:
    start = 0 if base is MISSING else base
    if not _is_number(start, local, remote):
        return MISSING, None
    numbers = (start, local, remote)
    if any(isinstance(value, float) for value in numbers) and any(abs(value) > 2**53 for value in numbers):
        return MISSING, None  # such sums are not exact, and may be no numbers at all
    return local + remote - start, "what both added, added up"


def _union(base: Any, local: Any, remote: Any) -> tuple[Any, str | None]:
    was = [] if base is MISSING or base is NO_BASE else base
    if not all(isinstance(side, list) for side in (was, local, remote)):
        return MISSING, None
    try:
        old, mine, theirs = ({stand_in(item): item for item in side} for side in (was, local, remote))
    except TooDeep:
        return MISSING, None
    kept = [item for name, item in old.items() if name in mine and name in theirs]
    added = {name: item for name, item in (mine | theirs).items() if name not in old}
    if not added.keys() <= mine.keys() and not added.keys() <= theirs.keys():
        added = dict(sorted(added.items(), key=lambda one: json.dumps(one[1], sort_keys=True)))
    return [*kept, *added.values()], "what neither removed, and what either added"
