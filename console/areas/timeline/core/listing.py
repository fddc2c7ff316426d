"""Lists of rows: runs of repeats, and the edits from one list to the next."""

from collections.abc import Container, Hashable, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """`length` neighbouring rows from index `start` that say the same; `open` means each is shown on its own."""

    start: int
    length: int
    open: bool = False


def fold_repeats(keys: Sequence[Hashable | None], ids: Sequence[int], opened: Container[int] = ()) -> list[Run]:
    """Return the runs of equal neighbouring keys, covering all rows in order.

    None never repeats (a marker row). A run is open when the id of one of its rows is in `opened`, so that a run
    that somebody opened stays open while rows join it.
    """
    runs: list[Run] = []
    start = 0
    for end in range(1, len(keys) + 1):
        if end < len(keys) and keys[end] is not None and keys[end] == keys[start]:
            continue
        length = end - start
        is_open = length > 1 and any(ids[i] in opened for i in range(start, end))
        runs.append(Run(start, length, is_open))
        start = end
    return runs


class Edits(NamedTuple):
    """How to turn one sorted list into another: remove the ranges of old indices, then insert those of new ones.

    Ranges are (first, last), both included, ascending and apart from each other. Apply removals last to first,
    insertions first to last.
    """

    removals: list[tuple[int, int]]
    insertions: list[tuple[int, int]]


def diff_sorted(old: Sequence[tuple[int, ...]], new: Sequence[tuple[int, ...]]) -> Edits:
    """Return the edits from `old` to `new`, both strictly ascending."""
    gone: list[int] = []
    come: list[int] = []
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            i, j = i + 1, j + 1
        elif old[i] < new[j]:
            gone.append(i)
            i += 1
        else:
            come.append(j)
            j += 1
    gone.extend(range(i, len(old)))
    come.extend(range(j, len(new)))
    return Edits(_ranges(gone), _ranges(come))


def _ranges(indices: Sequence[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for index in indices:
        if ranges and ranges[-1][1] == index - 1:
            ranges[-1] = (ranges[-1][0], index)
        else:
            ranges.append((index, index))
    return ranges
