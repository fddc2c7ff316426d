"""A ring of samples over time with a pyramid of smallest and largest values, to draw any stretch in few points.

The pyramid holds, for every block of 8, 64, 512 … samples, the smallest and the largest value. `reduce` walks it
from the top and takes a block as a whole only where the block is narrower than one pixel, so each sample lies inside
what is drawn: no peak is ever lost, however long the series is.
"""

from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]

FACTOR = 8


class Line(NamedTuple):
    """What to draw: `x` in Unix seconds, `y` with NaN where the line is broken."""

    x: Floats
    y: Floats


class SampleRing:
    """At most `capacity` samples (rounded up to a power of 8), oldest forgotten first; arrays never grow."""

    def __init__(self, capacity: int) -> None:
        levels = 1
        while FACTOR**levels < capacity:
            levels += 1
        self.capacity: int = FACTOR**levels
        self._x: Floats = np.zeros(self.capacity)
        self._y: Floats = np.zeros(self.capacity)
        sizes = [self.capacity // FACTOR**level for level in range(1, levels)]
        self._low: list[Floats] = [np.zeros(size) for size in sizes]
        self._high: list[Floats] = [np.zeros(size) for size in sizes]
        # Absolute numbers of the oldest sample and of the one after the newest; a place is a number % capacity.
        self._begin = 0
        self._end = 0

    def __len__(self) -> int:
        return self._end - self._begin

    def samples(self) -> tuple[Floats, Floats]:
        """Return copies of (x, y), oldest first."""
        places = self._places(np.arange(self._begin, self._end))
        return self._x[places], self._y[places]

    def replace_from(self, x: Floats, y: Floats) -> None:
        """Forget all samples at or after `x[0]` and append these; `x` must rise strictly, `y` be finite.

        Raises ValueError for arrays of different length, x that does not rise, or values that are not finite.
        """
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError(f"x and y differ in shape: {x.shape} and {y.shape}")
        if not len(x):
            return
        if not (np.isfinite(x).all() and np.isfinite(y).all() and (np.diff(x) > 0).all()):
            raise ValueError("x must rise strictly; x and y must be finite")
        self._end = self._index_of(float(x[0]), "left")
        first = self._end
        skipped = max(0, len(x) - self.capacity)
        first += skipped
        self._end = first + len(x) - skipped
        self._begin = max(self._begin, self._end - self.capacity)
        places = self._places(np.arange(first, self._end))
        self._x[places] = x[skipped:]
        self._y[places] = y[skipped:]
        self._rebuild(first)

    def clear(self) -> None:
        """Forget everything."""
        self._begin = self._end = 0

    def reduce(self, since_s: float, until_s: float, columns: int) -> tuple[Floats, Floats, Floats, Floats]:
        """Return (first x, last x, low, high) of each block or sample to draw between two times, oldest first.

        One sample beyond each end is included, so that lines run to the edge of the plot.
        """
        begin = max(self._begin, self._index_of(since_s, "left") - 1)
        end = min(self._end, self._index_of(until_s, "right") + 1)
        pixel_s = max(until_s - since_s, 1e-9) / max(columns, 1)
        taken: list[tuple[Whole, int]] = []
        level = len(self._low)
        size = FACTOR**level
        blocks: Whole = np.arange(begin // size, -(-end // size), dtype=np.int64)
        while level:
            size = FACTOR**level
            inside = (blocks * size >= begin) & ((blocks + 1) * size <= end)
            first = self._x[self._places(np.maximum(blocks * size, begin))]
            last = self._x[self._places(np.minimum((blocks + 1) * size, end) - 1)]
            whole = inside & (last - first < pixel_s)
            taken.append((blocks[whole], level))
            split = blocks[~whole]
            blocks = (split[:, None] * FACTOR + np.arange(FACTOR)).ravel()
            level -= 1
            size = FACTOR**level
            blocks = blocks[(blocks + 1 > begin // size) & (blocks * size < end)]
        taken.append((blocks[(blocks >= begin) & (blocks < end)], 0))
        return self._described(taken)

    def line(self, since_s: float, until_s: float, columns: int, gap_s: float, dash_s: float) -> Line:
        """Return the points to draw between two times for a plot of `columns` pixels.

        Where two neighbours are more than `gap_s` apart the line breaks; a sample alone between two breaks
        becomes a dash of `dash_s`, as one point of a line would not be seen.
        """
        first, last, low, high = self.reduce(since_s, until_s, columns)
        if not len(first):
            return Line(first, low)
        broken = first[1:] - last[:-1] > gap_s
        alone = np.append(broken, True) & np.insert(broken, 0, True)
        columns_of = [first, np.where(alone, first + dash_s, last), last]
        x = np.stack(columns_of, axis=1)
        y = np.stack([low, high, np.full(len(first), np.nan)], axis=1)
        keep = np.ones(x.shape, dtype=bool)
        keep[:, 1] = alone | (low != high)
        keep[:-1, 2] = broken
        keep[-1, 2] = False
        return Line(x[keep], y[keep])

    def value_at(self, x_s: float, within_s: float) -> float | None:
        """Return the value of the sample nearest to a time, or None when none is that near."""
        right = self._index_of(x_s, "left")
        near = [i for i in (right - 1, right) if self._begin <= i < self._end]
        best = min(near, key=lambda i: abs(self._x[i % self.capacity] - x_s), default=None)
        if best is None or abs(self._x[best % self.capacity] - x_s) > within_s:
            return None
        return float(self._y[best % self.capacity])

    def _places(self, indices: Whole) -> Whole:
        places: Whole = indices % self.capacity
        return places

    def _index_of(self, x_s: float, side: str) -> int:
        """Return the absolute index before (left) or after (right) samples at `x_s`, by bisection."""
        low, high = self._begin, self._end
        while low < high:
            middle = (low + high) // 2
            x = self._x[middle % self.capacity]
            if x < x_s or (side == "right" and x == x_s):
                low = middle + 1
            else:
                high = middle
        return low

    def _rebuild(self, first: int) -> None:
        """Compute the blocks that hold samples from `first` on; a block not yet full holds what is there."""
        for level, (lows, highs) in enumerate(zip(self._low, self._high, strict=True), 1):
            size = FACTOR**level
            blocks = np.arange(first // size, -(-self._end // size))
            indices = blocks[:, None] * size + np.arange(size)
            # Samples beyond the end are stale; repeating the newest one changes neither extreme of its block.
            values = self._y[self._places(np.minimum(indices, self._end - 1))]
            lows[blocks % len(lows)] = values.min(axis=1)
            highs[blocks % len(highs)] = values.max(axis=1)

    def _described(self, taken: list[tuple[Whole, int]]) -> tuple[Floats, Floats, Floats, Floats]:
        starts, firsts, lasts, lows, highs = [], [], [], [], []
        for blocks, level in taken:
            size = FACTOR**level
            starts.append(blocks * size)
            firsts.append(self._x[self._places(blocks * size)])
            lasts.append(self._x[self._places((blocks + 1) * size - 1)])
            low, high = (self._low[level - 1], self._high[level - 1]) if level else (self._y, self._y)
            lows.append(low[blocks % len(low)])
            highs.append(high[blocks % len(high)])
        order = np.argsort(np.concatenate(starts), kind="stable")
        first, last, low, high = (np.concatenate(parts)[order] for parts in (firsts, lasts, lows, highs))
        return first, last, low, high
