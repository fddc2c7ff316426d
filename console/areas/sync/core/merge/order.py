"""In which order the items of a list stand, known by their ids. Whether an item stands there at all is not asked here."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from console.areas.sync.core.merge.diff3 import Region, diff3

Id: TypeAlias = str | int
Runs: TypeAlias = dict[Id | None, list[Id]]
"""New ids by the one that they stand behind; None is the front."""


class Order(NamedTuple):
    """The order of all ids that either side has, and how it came about; *same* with no words: nobody moved anything."""

    ids: list[Id]
    kind: Literal["same", "local", "remote", "both", "conflict"]
    rule: str = ""


def merge_orders(base: Sequence[Id] | None, local: Sequence[Id], remote: Sequence[Id]) -> Order:
    """Merge the orders of two sides; `base` is None where it is not known.

    Ids that one side removed keep the place that they have on the other. New ids stand behind the one that they were put
    behind; where both put some in one place, all of them stand there in the order of their ids.
    """
    mine, theirs = set(local), set(remote)
    known = (
        [one for one in local if one in theirs] if base is None else [one for one in base if one in mine or one in theirs]
    )
    old = set(known)
    local_order = complete([one for one in local if one in old], known)
    remote_order = complete([one for one in remote if one in old], known)
    backbone = _merge_old(known if base is not None else None, local_order, remote_order)
    runs, clash = _merge_new(backbone.ids, _new_runs(local, old), _new_runs(remote, old))
    if clash and backbone.kind != "conflict":
        backbone = Order(backbone.ids, "conflict", "both put the same new items in different places")
    return Order(_place(backbone.ids, runs), backbone.kind, backbone.rule)


def complete(wanted: Iterable[Id], every: Sequence[Id]) -> list[Id]:
    """Return all ids of `every`: those wanted first hold their order, the rest stand behind whom they stand there."""
    names = set(every)
    return with_missing([one for one in dict.fromkeys(wanted) if one in names], every)


def with_missing(order: list[Id], others: Sequence[Id]) -> list[Id]:
    """Return an order with those of `others` that it lacks, each behind whom it stands there."""
    return _place(order, _new_runs(others, set(order)))


def _merge_old(known: list[Id] | None, local: list[Id], remote: list[Id]) -> Order:
    if local == remote:
        moved = known is not None and local != known
        return Order(local, "same", "both made the same moves" if moved else "")
    if known is None:
        return Order(sorted(local, key=_rank), "conflict", "no base: both sides have other orders")
    if remote == known:
        return Order(local, "local", "only local moved items")
    if local == known:
        return Order(remote, "remote", "only remote moved items")
    merged = _merge_moves(known, local, remote)
    if merged is None:
        return Order(known, "conflict", "both moved the same items, or in one place")
    return Order(merged, "both", "both moved other items")


def _merge_moves(base: list[Id], local: list[Id], remote: list[Id]) -> list[Id] | None:
    """Merge two orders of the same ids; None when moves compete."""
    merged: list[Id] = []
    for region in diff3(base, local, remote):
        piece = _merge_region(region, base, local, remote)
        if piece is None:
            return None
        merged += piece
    return merged if len(merged) == len(base) == len(set(merged)) else None


def _merge_region(region: Region, base: list[Id], local: list[Id], remote: list[Id]) -> list[Id] | None:
    was, mine, theirs = base[slice(*region.base)], local[slice(*region.local)], remote[slice(*region.remote)]
    if region.kind != "conflict":
        return theirs if region.kind == "remote" else mine
    return None if was else _merge_runs(mine, theirs)


def _new_runs(ids: Iterable[Id], old: set[Id]) -> Runs:
    runs: Runs = {}
    behind: Id | None = None
    for one in ids:
        if one in old:
            behind = one
        else:
            runs.setdefault(behind, []).append(one)
    return runs


def _merge_new(backbone: list[Id], local: Runs, remote: Runs) -> tuple[Runs, bool]:
    """Merge new ids place by place, and tell whether both put one in different places; then the first place counts."""
    mine = {one: behind for behind, run in local.items() for one in run}
    moved = {one for behind, run in remote.items() for one in run if one in mine and mine[one] != behind}
    clash = bool(moved)
    if moved:
        rank: dict[Id | None, int] = {None: -1} | {one: at for at, one in enumerate(backbone)}
        theirs = {one: behind for behind, run in remote.items() for one in run}
        for one in moved:
            loser, behind = (local, mine[one]) if rank[mine[one]] > rank[theirs[one]] else (remote, theirs[one])
            loser[behind].remove(one)
    runs: Runs = {}
    for behind in [None, *backbone]:
        run, other = local.get(behind, []), remote.get(behind, [])
        merged = _merge_runs(run, other)
        clash |= merged is None
        runs[behind] = sorted({*run, *other}, key=_rank) if merged is None else merged
    return runs, clash


def _merge_runs(local: list[Id], remote: list[Id]) -> list[Id] | None:
    """Merge two runs by their ids, each keeping its own order; None when they have the same ids in other orders."""
    if local == remote or not remote:
        return local
    if not local:
        return remote
    mine, theirs = set(local), set(remote)
    common = [one for one in local if one in theirs]
    if common != [one for one in remote if one in mine]:
        return None
    merged: list[Id] = []
    i = j = 0
    while i < len(local) and j < len(remote):
        if local[i] == remote[j]:
            merged.append(local[i])
            i, j = i + 1, j + 1
        elif remote[j] in mine or (local[i] not in theirs and _rank(local[i]) < _rank(remote[j])):
            merged.append(local[i])
            i += 1
        else:
            merged.append(remote[j])
            j += 1
    return merged + local[i:] + remote[j:]


def _place(order: list[Id], runs: Runs) -> list[Id]:
    if not runs:
        return order
    placed = list(runs.get(None, ()))
    for one in order:
        placed.append(one)
        placed += runs.get(one, ())
    return placed


def _rank(one: Id) -> tuple[bool, Id]:
    """Numbers before texts."""
    return isinstance(one, str), one
