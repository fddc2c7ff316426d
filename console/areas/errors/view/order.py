"""The order of the list while somebody works in it: figures move on, rows stay where they are."""

from collections.abc import Callable, Collection, Sequence
from typing import Generic, NamedTuple, TypeVar

R = TypeVar("R")


class Held(NamedTuple, Generic[R]):
    """Rows in the order that was shown, with new figures; and what an update of the order would bring."""

    rows: list[R]
    new: int
    """Rows that are not shown yet."""
    moved: bool
    """Shown rows would change places, or leave."""


def hold_order(shown: Sequence[R], fresh: Sequence[R], key: Callable[[R], int], kept: Collection[int] = ()) -> Held[R]:
    """Return `fresh` in the order of `shown`.

    Rows that `fresh` does not have any more leave, unless their key is in `kept` (chosen rows): those stay as they were.
    """
    found = {key(row): row for row in fresh}
    rows = [found.get(key(row), row) for row in shown if key(row) in found or key(row) in kept]
    known = {key(row) for row in rows}
    wanted = [key(row) for row in fresh if key(row) in known]
    moved = wanted != [key(row) for row in rows]
    return Held(rows, sum(key(row) not in known for row in fresh), moved)


def held_words(held: Held[R]) -> str:
    """Return what waits, with the key that shows it; nothing when nothing waits."""
    parts = [f"{held.new:,} new"] if held.new else []
    parts += ["the order has changed"] if held.moved else []
    return f"{' and '.join(parts)}: press . to refresh" if parts else ""
