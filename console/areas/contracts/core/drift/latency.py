"""Latency on its way to the time-out: shares of the newest calls with exact bounds, and the pace over the buckets."""

from __future__ import annotations

from console.areas.contracts.core.drift.chance import ALPHA, tail_at_least, words
from console.areas.contracts.core.drift.durations import RECENT, Durations, upper_ms
from console.areas.contracts.core.drift.finding import BREAKING, LATENCY, RISKY, Finding
from console.areas.contracts.core.drift.observed import Observed
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.paths import ROOT

NEAR = 0.8
"""Share of the time-out, beyond which p95 is called near."""
HALF_WAY = 0.5
"""Share of the time-out, from which a p95 that rises is called creeping."""
LEAST = 100
_OVER = 0.05
_RISEN = 1.25


def detect_latency(observed: Observed, contract: Contract | None, now_ms: int) -> tuple[Finding, ...]:
    """Return whether p95 of the newest 256 calls is over the time-out, near it, or creeping up to it; at most one finding.

    p95 lies above a limit when more than a twentieth of all calls do; that k or more of n did by chance alone, were it no
    more than a twentieth, has the probability P(Bin(n, 0.05) ≥ k), which has to be at most one in a million.
    """
    durations = observed.state.durations
    timeout = contract.timeout_ms if contract is not None else None
    recent = durations.recent[-RECENT:]
    if timeout is None or len(recent) < LEAST:
        return ()
    for limit, severity, rule in (
        (timeout, BREAKING, f"more than one call in twenty takes longer than the time-out of {timeout:g} ms"),
        (NEAR * timeout, RISKY, f"more than one call in twenty takes over {NEAR:.0%} of the time-out of {timeout:g} ms"),
    ):
        chance = _chance_over(recent, limit)
        if chance <= ALPHA:
            return (_finding(durations, recent, limit, severity, rule, chance, timeout, now_ms),)
    before = _p95_before(durations)
    if before is None or before * _RISEN > (now := _p95([one for one, _ in recent])) or now < HALF_WAY * timeout:
        return ()
    limit = max(before * _RISEN, HALF_WAY * timeout)
    chance = _chance_over(recent, limit)
    if chance > ALPHA:
        return ()
    rule = f"p95 creeps up to the time-out of {timeout:g} ms: it was {before:,.4g} ms and is {now:,.4g} ms"
    return (_finding(durations, recent, limit, RISKY, rule, chance, timeout, now_ms),)


def _finding(
    durations: Durations,
    recent: list[tuple[float, int]],
    limit: float,
    severity: str,
    rule: str,
    chance: float,
    timeout: float,
    now_ms: int,
) -> Finding:
    slowest = sorted(recent, reverse=True)[:3]
    p95 = _p95([one for one, _ in recent])
    return Finding(
        LATENCY, ROOT, severity, severity == BREAKING, rule, words(chance), len(recent),
        f"p95 well below {timeout:g} ms", f"p95 {p95:,.4g} ms, {p95 / timeout:.0%} of the time-out",
        _since_ms(durations, limit), min(durations.last_ms, now_ms),
        tuple(event for _, event in slowest if event), "timeout",
    )  # fmt: skip


def _since_ms(durations: Durations, limit_ms: float) -> int:
    """Return the first of the newest minutes in all of which more than a twentieth of calls took longer than the limit."""
    since = durations.last_ms
    for minute in sorted(durations.minutes, reverse=True):
        counts = durations.minutes[minute]
        over = sum(n for at, n in counts.items() if upper_ms(at) > limit_ms)
        if over <= _OVER * sum(counts.values()):
            break
        since = max(minute * 60_000, durations.first_ms)
    return min(since, durations.last_ms)


def _chance_over(recent: list[tuple[float, int]], limit_ms: float) -> float:
    return tail_at_least(sum(1 for one, _ in recent if one > limit_ms), len(recent), _OVER)


def _p95(durations: list[float]) -> float:
    return sorted(durations)[int(0.95 * (len(durations) - 1))]


def _p95_before(durations: Durations) -> float | None:
    """Return p95 of the older half of calls, as far as the buckets reach, with at most a tenth of error upwards."""
    buckets = durations.hours if len(durations.hours) > 2 else durations.minutes
    total = sum(sum(counts.values()) for counts in buckets.values())
    older: dict[int, int] = {}
    n = 0
    for at in sorted(buckets)[:-1]:
        for place, count in buckets[at].items():
            older[place] = older.get(place, 0) + count
            n += count
        if n >= total / 2:
            break
    if n < LEAST:
        return None
    over = n
    for place in sorted(older):
        over -= older[place]
        if over <= _OVER * n:
            return upper_ms(place)
    return None
