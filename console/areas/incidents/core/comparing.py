"""What differs between two sessions: groups of errors new, gone or changed in rate, and latency of operations.

Sessions differ by chance too. What is called certain is wrong with at most the chance `ALPHA`, for all groups together and
for all operations together (each is tested at ALPHA by their number: Bonferroni).

* Rates. Errors of one cause come in bursts, so what is compared is not events but steps of ten seconds with any. Of `n`
  such steps in both sessions, as many lie in the second as a draw of n coins gives, each with the chance of the second
  session's share of the time, if the rate is the same and bursts come independently (Poisson; the conditional test of
  Przyborowski and Wilenski, Biometrika 31 (1940), 313, exact for every n). A group has changed where that is less likely
  than its part of ALPHA and the rate is at least `MIN_RATIO` times as high or as low.
* Latency. A percentile has changed where the ranges that hold it in either session, from the order of the durations alone
  (`chance.place_bounds`) and wider by the histogram's error, do not meet, and it is `MIN_LATENCY_RATIO` apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from console.areas.incidents.core.chance import at_least, at_most, place_bounds, share_bounds
from console.model.histogram import RELATIVE_ERROR, quantiles, to_counts

ALPHA = 0.01
STEP_MS = 10_000
MIN_RATIO = 1.5
MIN_LATENCY_RATIO = 1.1
PERCENTILES = (0.5, 0.95, 0.99)
HOUR_MS = 3_600_000

GroupChangeKind = Literal["new", "gone", "more", "less"]
_ORDER = ("new", "more", "gone", "less")


class Seen(NamedTuple):
    """A group in one session: its events, the steps of ten seconds that hold any, and the newest event's id."""

    events: int = 0
    steps: int = 0
    last_event: int | None = None


class GroupChange(NamedTuple):
    """`ratio_low` to `ratio_high` bound how many times as often its steps come in the second session.

    A group that is new or gone without being certain may just not have come by chance: `chance` is how likely that much of
    a difference is if nothing changed.
    """

    group_id: int
    kind: GroupChangeKind
    before: Seen
    after: Seen
    ratio_low: float
    ratio_high: float | None
    chance: float
    is_certain: bool


class GroupChanges(NamedTuple):
    """The changes, new groups first, certain ones before others; how many groups are alike as far as can be told."""

    changes: tuple[GroupChange, ...]
    alike: int


class Percentile(NamedTuple):
    """Milliseconds in both sessions; `verdict` is empty where they may be the same."""

    q: float
    before_ms: float
    after_ms: float
    verdict: Literal["", "slower", "faster"]


class LatencyChange(NamedTuple):
    """One operation that both sessions have; `n` are the durations."""

    service: str
    operation: str
    n_before: int
    n_after: int
    percentiles: tuple[Percentile, ...]

    @property
    def is_changed(self) -> bool:
        return any(one.verdict for one in self.percentiles)


def compare_groups(
    before: Mapping[int, Seen], after: Mapping[int, Seen], before_ms: int, after_ms: int
) -> GroupChanges:  # fmt: skip
    """Compare the groups of two sessions that lasted so many milliseconds."""
    group_ids = before.keys() | after.keys()
    alpha = ALPHA / max(1, len(group_ids))
    share = max(after_ms, STEP_MS) / (max(before_ms, STEP_MS) + max(after_ms, STEP_MS))
    changes = [
        change
        for group_id in group_ids
        if (change := _group_change(group_id, before.get(group_id, Seen()), after.get(group_id, Seen()), share, alpha))
    ]
    changes.sort(
        key=lambda one: (_ORDER.index(one.kind), not one.is_certain, -one.after.events - one.before.events, one.group_id)
    )
    return GroupChanges(tuple(changes), len(group_ids) - len(changes))


def _group_change(group_id: int, before: Seen, after: Seen, share: float, alpha: float) -> GroupChange | None:
    k, n = after.steps, before.steps + after.steps
    chance = min(1.0, 2 * min(at_least(k, n, share), at_most(k, n, share)))
    is_certain = chance <= alpha
    if before.events and after.events:
        ratio = k * (1 - share) / (before.steps * share)
        if not is_certain or 1 / MIN_RATIO < ratio < MIN_RATIO:
            return None
        kind: GroupChangeKind = "more" if ratio > 1 else "less"
    else:
        kind = "new" if after.events else "gone"
    low, high = (_ratio(one, share) for one in share_bounds(k, n, alpha / 2))
    return GroupChange(group_id, kind, before, after, low or 0.0, high, chance, is_certain)


def _ratio(part: float, share: float) -> float | None:
    """Return how many times as high the rate is that gives the second session this part; None without a bound."""
    return None if part >= 1.0 else part * (1 - share) / ((1 - part) * share)


def compare_latency(
    before: Mapping[tuple[str, str], int], after: Mapping[tuple[str, str], int]
) -> tuple[LatencyChange, ...]:  # fmt: skip
    """Compare the histograms (`console.model.histogram`) of operations, by (service, operation), that both sessions have.

    Changed ones come first, then by how far apart their 95th percentiles are.
    """
    shared = sorted(before.keys() & after.keys())
    alpha = ALPHA / max(1, 4 * len(PERCENTILES) * len(shared))  # two ends of each range, in two sessions
    found = [_latency_change(key, before[key], after[key], alpha) for key in shared if before[key] and after[key]]
    found.sort(key=lambda one: (not one.is_changed, -_apart(one.percentiles), one.service, one.operation))
    return tuple(found)


def _latency_change(key: tuple[str, str], before: int, after: int, alpha: float) -> LatencyChange:
    n_before, n_after = _count(before), _count(after)
    values = zip(PERCENTILES, quantiles(before, PERCENTILES), quantiles(after, PERCENTILES), strict=True)
    percentiles = tuple(
        Percentile(q, old, new, _verdict(old, new, _range(before, q, n_before, alpha), _range(after, q, n_after, alpha)))
        for q, old, new in values
    )
    return LatencyChange(*key, n_before, n_after, percentiles)


def _verdict(
    old: float, new: float, old_range: tuple[float, float], new_range: tuple[float, float]
) -> Literal["", "slower", "faster"]:
    if new >= old * MIN_LATENCY_RATIO and new_range[0] > old_range[1]:
        return "slower"
    if old >= new * MIN_LATENCY_RATIO and old_range[0] > new_range[1]:
        return "faster"
    return ""


def _range(histogram: int, q: float, n: int, alpha: float) -> tuple[float, float]:
    """Return between which milliseconds the q-quantile lies; infinite where so few durations do not bound it."""
    low, high = place_bounds(q, n, alpha)
    bottom, top = quantiles(histogram, (low, high))
    return (
        bottom * (1 - RELATIVE_ERROR) if low > 0 else 0.0,
        top * (1 + RELATIVE_ERROR) if high < 1 else float("inf"),
    )


def _count(histogram: int) -> int:
    return sum(to_counts(histogram)[1])


def _apart(percentiles: Sequence[Percentile]) -> float:
    """How many times as long the longer of the two 95th percentiles is."""
    _, middle, _ = percentiles
    low, high = sorted((middle.before_ms, middle.after_ms))
    return high / low if low > 0 else float(high > 0)


def per_hour(events: int, lasted_ms: int) -> float:
    """Return a rate of events."""
    return events * HOUR_MS / max(lasted_ms, STEP_MS)


def sum_histograms(histograms: Iterable[tuple[tuple[str, str], int]]) -> dict[tuple[str, str], int]:
    """Return one histogram for each operation."""
    sums: dict[tuple[str, str], int] = {}
    for key, histogram in histograms:
        sums[key] = sums.get(key, 0) + histogram
    return sums
