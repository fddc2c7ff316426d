"""Log-scaled histograms of durations whose sum is one addition, and quantiles with a known error.

Bin `i` (from 1 on) holds durations in `(SMALLEST_MS·γ^(i-1), SMALLEST_MS·γ^i]`, with γ = (1+α)/(1-α) and α = 2 %.
Reading a bin as `2γ^i/(γ+1)` is off by at most α of the true value (Masson, Rim, Lee: "DDSketch", VLDB 2019,
lemma 2). Bin 0 holds all below SMALLEST_MS and reads as 0, the last bin all above LARGEST_MS.

A histogram is kept as one whole number with 32 bits per bin: adding two of these numbers adds all bins at
once, so summing thousands of histograms needs neither a loop over bins nor numpy. A bin must stay below 2^32.
"""

import logging
import math
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from struct import unpack

RELATIVE_ERROR = 0.02
SMALLEST_MS = 0.001
LARGEST_MS = 1e9
QUANTILES = (0.5, 0.9, 0.95, 0.99)

_GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_PER_LOG = 1 / math.log(_GAMMA)
_LOG_SMALLEST = math.log(SMALLEST_MS)
BIN_COUNT = math.ceil((math.log(LARGEST_MS) - _LOG_SMALLEST) * _PER_LOG) + 1
_BITS = 32
_BYTES = 4
_MOST_BYTES = _BYTES * BIN_COUNT
_NO_COUNTS = bytes(_MOST_BYTES)
_log = math.log
_ceil = math.ceil
_log_of_damage = logging.getLogger("console.histogram")


def bin_of(duration_ms: float) -> int:
    """Return the bin of a duration in milliseconds; it must be a finite number that is not negative."""
    if duration_ms < SMALLEST_MS:
        return 0
    index = _ceil((_log(duration_ms) - _LOG_SMALLEST) * _PER_LOG)
    if index >= BIN_COUNT:
        return BIN_COUNT - 1
    return index or 1


def duration_of(index: int) -> float:
    """Return the duration in milliseconds that stands for all durations of a bin."""
    if index == 0:
        return 0.0
    return 2 * SMALLEST_MS * math.exp(index / _PER_LOG) / (_GAMMA + 1)


def from_durations(durations_ms: Iterable[float]) -> int:
    """Return the histogram of these durations, each finite and not negative."""
    return pack(bins_of(durations_ms))


def pack(bins: dict[int, int]) -> int:
    """Return the histogram that has these counts by bin."""
    counts = array("I", _NO_COUNTS)
    for index, n in bins.items():
        counts[index] = n
    if sys.byteorder == "big":
        counts.byteswap()
    return int.from_bytes(counts.tobytes(), "little")


def bins_of(durations_ms: Iterable[float]) -> dict[int, int]:
    """Return how many of these durations fall into each bin; each must be finite and not negative."""
    bins: dict[int, int] = {}
    for duration_ms in durations_ms:
        # `bin_of` written out: this runs for every duration that is stored.
        if duration_ms < SMALLEST_MS:
            index = 0
        else:
            index = _ceil((_log(duration_ms) - _LOG_SMALLEST) * _PER_LOG) or 1
            if index >= BIN_COUNT:
                index = BIN_COUNT - 1
        bins[index] = bins.get(index, 0) + 1
    return bins


def to_counts(histogram: int) -> tuple[int, tuple[int, ...]]:
    """Return (first bin that is not empty, counts from it on); an empty histogram gives (0, ())."""
    first, packed = to_blob(histogram)
    return first, unpack(f"<{len(packed) // 4}I", packed)


def to_blob(histogram: int) -> tuple[int, bytes]:
    """Return (first bin, bytes) without the empty bins on both sides: four bytes a bin, little-endian."""
    if not histogram:
        return 0, b""
    first = ((histogram & -histogram).bit_length() - 1) // _BITS
    kept = histogram >> (first * _BITS)
    return first, kept.to_bytes(-(-kept.bit_length() // _BITS) * 4, "little")


def from_blob(first: int, blob: bytes) -> int:
    """Return the histogram that `to_blob` took apart. Raises ValueError for bins that do not exist."""
    if first < 0 or _BYTES * first + len(blob) > _MOST_BYTES or len(blob) % _BYTES:
        raise ValueError(f"a histogram of {len(blob):,} bytes from bin {first} on is damaged: there are {BIN_COUNT} bins")
    return int.from_bytes(blob, "little") << (first * _BITS)


def if_whole(first: int, blob: bytes) -> int | None:
    """Return the histogram that `to_blob` took apart, None for a damaged one, of which the log tells.

    One damaged row of thousands must not take the page from all of them, nor stop what folds new ones in.
    """
    try:
        return from_blob(first, blob)
    except ValueError as error:
        _tell(str(error))
        return None


@lru_cache(maxsize=100)
def _tell(words: str) -> None:
    """Log it, but not with every look at it."""
    _log_of_damage.warning("%s; its durations are left out", words)


def quantiles(histogram: int, wanted: Iterable[float] = QUANTILES) -> list[float]:
    """Return the wanted quantiles in milliseconds, each within RELATIVE_ERROR of the exact one; [] when empty.

    The q-quantile of n sorted values is the one at place floor(q·(n-1)), counted from 0. Below SMALLEST_MS the
    error is absolute (at most SMALLEST_MS); above LARGEST_MS, LARGEST_MS is what is known.
    """
    first, counts = to_counts(histogram)
    if not counts:
        return []
    upto = list(accumulate(counts))
    total = upto[-1]
    return [duration_of(first + bisect_right(upto, math.floor(q * (total - 1)))) for q in wanted]
