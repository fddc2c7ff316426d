"""Tails of the binomial distribution, and bounds that follow from them. Each holds for every n, not for large ones only."""

import math
from collections.abc import Callable

_STEPS = 500
_CLOSE = 1e-12
_TINY = 1e-300


def at_least(k: int, n: int, p: float) -> float:
    """Return the chance of k or more hits in n independent trials of chance p: I_p(k, n-k+1) (DLMF 8.17.5)."""
    if k <= 0:
        return 1.0
    return 0.0 if k > n else beta_share(k, n - k + 1, p)


def at_most(k: int, n: int, p: float) -> float:
    """Return the chance of k or fewer hits in n independent trials of chance p."""
    return 1.0 if k >= n else at_least(n - k, n, 1.0 - p)


def share_bounds(k: int, n: int, alpha: float) -> tuple[float, float]:
    """Return bounds of the share that gave k of n, each wrong with at most the chance alpha.

    Clopper and Pearson, Biometrika 26 (1934), 404: the shares at which a tail of the binomial has just that chance.
    """
    low = 0.0 if k == 0 else _solve(lambda p: at_least(k, n, p) > alpha)
    high = 1.0 if k == n else _solve(lambda p: at_most(k, n, p) <= alpha)
    return low, high


def place_bounds(q: float, n: int, alpha: float) -> tuple[float, float]:
    """Return between which shares of n sorted values the q-quantile stands, each end wrong with at most the chance alpha.

    As many of the values as a binomial draw of chance q lie below it; Chernoff bounds that: exp(-n·KL(share ‖ q)). An end
    that is 0 or 1 says that so few values do not bound it.
    """
    limit = -math.log(alpha) / n
    low = 0.0 if _distance(0.0, q) <= limit else _solve(lambda share: _distance(share, q) <= limit, 0.0, q)
    high = 1.0 if _distance(1.0, q) <= limit else _solve(lambda share: _distance(share, q) > limit, q, 1.0)
    return low, high


def beta_share(a: float, b: float, x: float) -> float:
    """Return the regularized incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0.0 or x >= 1.0:
        return float(x >= 1.0)
    if x > (a + 1) / (a + b + 2):
        return 1.0 - beta_share(b, a, 1.0 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return min(1.0, math.exp(front) * _fraction(a, b, x) / a)


def _fraction(a: float, b: float, x: float) -> float:
    """Lentz's way to sum it: Lentz, Applied Optics 15 (1976), 668."""
    c, d = 1.0, 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1))
    total = d
    for m in range(1, _STEPS):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 / _not_zero(1.0 + part * d)
            c = _not_zero(1.0 + part / c)
            total *= c * d
        if abs(c * d - 1.0) < _CLOSE:
            break
    return total


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _solve(is_beyond: Callable[[float], bool], low: float = 0.0, high: float = 1.0) -> float:
    """Return where a condition begins to hold between low and high, by halving."""
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (low, middle) if is_beyond(middle) else (middle, high)
    return (low + high) / 2


def _distance(share: float, q: float) -> float:
    """The Kullback-Leibler distance of two coins."""
    first = share * math.log(share / q) if share > 0 else 0.0
    second = (1 - share) * math.log((1 - share) / (1 - q)) if share < 1 else 0.0
    return first + second
