"""Classes of status that the contract does not speak of, or that came up late."""

from __future__ import annotations

from collections.abc import Mapping

from console.areas.contracts.core.drift.chance import OBSERVED, PER_PATH, chance_within, words
from console.areas.contracts.core.drift.finding import NEW_STATUS, RISKY, Finding
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.place import FORGOTTEN_MS
from console.reporter.contracts.contract import SUCCESS, Contract
from console.reporter.contracts.paths import ROOT

LEAST_BEFORE = 100


def detect_statuses(
    by_status: Mapping[str, Observed], contract: Contract | None, now_ms: int
) -> tuple[tuple[str, Finding], ...]:
    """Return (class of status, finding) for each class that was seen and not promised; `by_status` is "2xx", "4xx"…

    A success of another class than promised is a fact, and so is any class beside a contract that lists failures too. A
    contract that names its success alone is silent about failures: then a class counts that came up late.
    """
    promised = {key[:1] for key in contract.responses} if contract is not None else set()
    found = []
    newest = min(now_ms, max((one.settle().last_ms for one in by_status.values()), default=0))
    for status, observed in by_status.items():
        state = observed.settle()
        is_old = newest - state.last_ms > FORGOTTEN_MS
        if not status or not state.seen or is_old or status[:1] in promised or "d" in promised:
            continue
        lists_failures = bool(promised - {"1", "2", "3"})
        if promised and (lists_failures or status[0] in "123"):
            keys = ", ".join(contract.responses) if contract is not None else SUCCESS
            rule = f"the service answers {status}, of which the contract says nothing: callers may not expect it"
            found.append((status, _finding(observed, rule, OBSERVED, state.seen, keys)))
            continue
        before, total = _before(by_status, state.first_ms)
        chance = chance_within(state.seen, total - before, total)
        if before >= LEAST_BEFORE and chance <= PER_PATH:
            rule = f"the service answers {status} now, which it never did in {before:,} answers before"
            found.append((status, _finding(observed, rule, words(chance), total, "none so far")))
    return tuple(found)


def _finding(observed: Observed, rule: str, chance: str, n: int, expected: str) -> Finding:
    state = observed.state
    return Finding(
        NEW_STATUS, ROOT, RISKY, False, rule, chance, n, expected, f"{state.seen:,} answers",
        state.first_ms, state.last_ms, tuple(state.examples), "responses",
    )  # fmt: skip


def _before(by_status: Mapping[str, Observed], first_ms: int) -> tuple[int, int]:
    """Return (answers before the minute of that moment, all answers), as far as the hours reach."""
    before = total = 0
    for observed in by_status.values():
        state = observed.settle()
        minutes = state.minutes
        total += sum(state.hours.values())
        since = sum(n for minute, n in minutes.items() if minute >= first_ms // 60_000)
        if minutes and first_ms // 60_000 < min(minutes):
            since = sum(n for hour, n in state.hours.items() if hour >= first_ms // 3_600_000)
        before += sum(state.hours.values()) - since
    return before, total
