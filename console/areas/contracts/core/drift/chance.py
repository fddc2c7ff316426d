"""How sure a finding is. Every rule is a bound that holds for each n, not an approximation for large ones.

The unit is the event: items of one event resemble each other, so they count as one. The rules take the order of events
for exchangeable as long as nothing changes: then k marked ones among N lie all within some m places with the chance
C(m, k) / C(N, k), whatever their share is. A finding needs that to be at most `PER_PATH`: one in a million for all paths
of one state together (Bonferroni, 512 paths).
"""

import math

ALPHA = 1e-6
"""Chance of a wrong statistical finding in one state that did not change."""
MOST_PATHS = 512
PER_PATH = ALPHA / MOST_PATHS
OBSERVED = "observed, not inferred"


def chance_within(k: int, m: int, n: int) -> float:
    """Return the chance that k marked ones of n, in any order alike, lie all within the same m places."""
    if k <= 0 or m >= n:
        return 1.0
    if k > m:
        return 0.0
    log = math.lgamma(m + 1) - math.lgamma(m - k + 1) - math.lgamma(n + 1) + math.lgamma(n - k + 1)
    return math.exp(min(log, 0.0))


def share_at_most(n: int, alpha: float = PER_PATH) -> float:
    """Return the share that something never seen in n has at most, wrong with the chance alpha ((1-p)^n = alpha)."""
    return 1.0 if n <= 0 else 1.0 - alpha ** (1.0 / n)


def share_at_least(k: int, n: int, alpha: float = PER_PATH) -> float:
    """Return a lower bound of the share of what was seen k times in n, wrong with a chance of at most alpha.

    The Chernoff bound: P(k or more of n) ≤ exp(-n·KL(k/n ‖ p)) for p below k/n, solved for p by halving.
    """
    if k <= 0 or n <= 0:
        return 0.0
    if k >= n:
        return float(alpha ** (1.0 / n))
    share, limit = k / n, -math.log(alpha) / n
    low, high = 0.0, share
    for _ in range(40):
        p = (low + high) / 2
        distance = share * math.log(share / p) + (1 - share) * math.log((1 - share) / (1 - p)) if p > 0 else math.inf
        low, high = (p, high) if distance > limit else (low, p)
    return low


def tail_at_least(k: int, n: int, p: float) -> float:
    """Return the exact chance of k or more hits in n independent trials of chance p."""
    if k <= 0:
        return 1.0
    terms = (
        math.exp(
            math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * math.log(p) + (n - i) * math.log1p(-p)
        )
        for i in range(k, n + 1)
    )
    return min(math.fsum(terms), 1.0)


def words(chance: float) -> str:
    """Return the chance of being wrong in words."""
    if chance <= 1e-300:
        return "chance of being wrong below 1e-300"
    return f"chance of being wrong at most {chance:.0e}".replace("e-0", "e-")
