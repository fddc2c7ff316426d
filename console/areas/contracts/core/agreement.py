"""Our own violations of an exchange beside those that the service told of it: which are the same, where they differ."""

from collections.abc import Sequence
from typing import NamedTuple

from console.areas.contracts.core.deviation import TOLD
from console.areas.contracts.core.told import UNNAMED, Told, ToldViolation
from console.reporter.contracts.checking import Violation
from console.reporter.contracts.exchange import ABSENT, Exchange


class Joined(NamedTuple):
    """One violation: found by us, told by the service, or both; and in words how they differ, "" where they do not."""

    violation: Violation
    is_ours: bool
    is_told: bool
    disagreement: str = ""


def join(
    ours: Sequence[Violation],
    exchange: Exchange | None,
    told: Told | None,
    anew: Sequence[ToldViolation],
    version: str,
    undecided: Sequence[str] = (),
) -> list[Joined]:
    """Return all violations of one event. `anew` is what it tells that was not told before, `version` what we check against.

    Without an exchange, or a contract of ours (`version` ""), there is nothing to compare. On a side that we left
    `undecided` (request, response) the service may be right.
    """
    if told is None:
        return [Joined(one, True, False) for one in ours]
    if told.found and not told.violations and exchange is not None and not ours:
        anew = (_UNNAMED,)
    if exchange is None or not version:
        return [*(Joined(one, True, False) for one in ours), *(Joined(_as_ours(one), False, True) for one in anew)]
    if not anew:
        words = _we_say(ours, told, version) if ours and told.found == 0 else ""
        return [Joined(one, True, bool(told.found), words) for one in ours]
    if not ours:
        return [
            Joined(_as_ours(one), False, True, "" if one.direction in undecided else _they_say(one, exchange, told, version))
            for one in anew
        ]
    pairs = [(one, _same(ours, one)) for one in anew]
    all_told = told.found is not None and told.found >= len(ours)
    return [
        *(Joined(one, True, all_told or any(one is found for _, found in pairs)) for one in ours),
        *(Joined(_as_ours(one), False, True) for one, found in pairs if found is None),
    ]


def _same(ours: Sequence[Violation], told: ToldViolation) -> Violation | None:
    """Return the one of ours that the service means: the same place and keyword, else the same place, else the same kind."""
    near = [one for one in ours if one.direction == told.direction]
    exact = [one for one in near if one.path == told.path and one.keyword == told.keyword]
    placed = exact or [one for one in near if one.path == told.path]
    if not placed and told.keyword == TOLD:
        placed = [one for one in near if one.kind == told.kind]
    return placed[0] if placed else None


def _could_see(exchange: Exchange, told: ToldViolation) -> bool:
    """Tell whether we were shown what the service says is wrong: else our silence says nothing."""
    if told.kind == "timeout":
        return exchange.duration_ms is not None
    if told.direction == "request":
        return exchange.params is not None or exchange.request is not ABSENT
    return exchange.response is not ABSENT


def _they_say(told_one: ToldViolation, exchange: Exchange, told: Told, version: str) -> str:
    if not _could_see(exchange, told_one):
        return ""
    return f"the service says it breaks the contract, the console finds that it keeps to it{_other_version(told, version)}"


def _we_say(ours: Sequence[Violation], told: Told, version: str) -> str:
    n = len(ours)
    found = "a violation" if n == 1 else f"{n} violations"
    return f"the console finds {found}, the service says that the exchange holds{_other_version(told, version)}"


def _other_version(told: Told, version: str) -> str:
    if not told.version or told.version == version:
        return ""
    return f" (it checks against {told.version}, the console against {version})"


def _as_ours(told: ToldViolation) -> Violation:
    return Violation(told.kind, told.direction, told.path, told.keyword, told.expected, told.actual, told.message)


_UNNAMED = ToldViolation("response_schema_error", "response", "$", TOLD, "", "", UNNAMED)
