"""JSON Patch (RFC 6902), as far as it tells a difference: add, remove, replace."""

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from console.areas.sync.core.merge.matching import match
from console.areas.sync.core.merge.values import MAX_DEPTH, MISSING, TooDeep, equal, ids_of, stand_in

Operation: TypeAlias = dict[str, Any]
_INDEX = re.compile(r"0|[1-9][0-9]{0,15}")


class PatchFailed(ValueError):
    """The document is not one that the patch was made for."""


def patch(before: Any, after: Any, key: str = "id") -> list[Operation]:
    """Return the operations that lead from one JSON value to another, in order; none when they are equal.

    Items of lists are known by `key` where all have one. `MISSING` is a document that is not there.
    """
    return list(_differences("", before, after, key, MAX_DEPTH))


def apply_patch(value: Any, operations: Iterable[Operation]) -> Any:
    """Return the value that the operations lead to; the value itself stays. Raises `PatchFailed`."""
    for operation in operations:
        try:
            name, pointer = operation["op"], operation["path"]
            if name not in ("add", "remove", "replace"):
                raise PatchFailed(f"no such operation here: {name}")
            value = _apply(value, _steps(pointer), name, MISSING if name == "remove" else operation["value"], pointer)
        except (KeyError, TypeError, AttributeError) as error:
            raise PatchFailed(f"no operation: {error}") from error
    return value


def _differences(pointer: str, before: Any, after: Any, key: str, levels: int) -> Iterator[Operation]:
    if before is MISSING or after is MISSING:
        if before is not after:
            yield _operation("add" if before is MISSING else "remove", pointer, after)
    elif levels and isinstance(before, dict) and isinstance(after, dict):
        for name in before:
            yield from _differences(_down(pointer, name), before[name], after.get(name, MISSING), key, levels - 1)
        for name in after:
            if name not in before:
                yield _operation("add", _down(pointer, name), after[name])
    elif levels and isinstance(before, list) and isinstance(after, list):
        yield from _list_differences(pointer, before, after, key, levels - 1)
    elif not equal(before, after):
        yield _operation("replace", pointer, after)


def _list_differences(pointer: str, before: list[Any], after: list[Any], key: str, levels: int) -> Iterator[Operation]:
    old, new = ids_of(before, key), ids_of(after, key)
    has_ids = old is not None and new is not None
    try:
        names = (old, new) if old is not None and new is not None else _names(before, after, levels)
    except TooDeep:
        if not equal(before, after):
            yield _operation("replace", pointer, after)
        return
    # All to the left of `j` is as it shall be, so that a place in the new list is a place in the list as it then is.
    i = j = 0
    for start, new_start, length in [*match(*names), (len(before), len(after), 0)]:
        if not has_ids:
            while i < start and j < new_start:
                yield from _differences(f"{pointer}/{j}", before[i], after[j], key, levels)
                i, j = i + 1, j + 1
        for _ in range(start - i):
            yield _operation("remove", f"{pointer}/{j}", MISSING)
        for place in range(j, new_start):
            yield _operation("add", f"{pointer}/{place}", after[place])
        for step in range(length if has_ids else 0):
            place = new_start + step
            yield from _differences(f"{pointer}/{place}", before[start + step], after[place], key, levels)
        i, j = start + length, new_start + length


def _names(before: list[Any], after: list[Any], levels: int) -> tuple[Sequence[Hashable], Sequence[Hashable]]:
    return [stand_in(item, levels) for item in before], [stand_in(item, levels) for item in after]


def _operation(name: str, pointer: str, value: Any) -> Operation:
    return {"op": name, "path": pointer} if value is MISSING else {"op": name, "path": pointer, "value": value}


def _down(pointer: str, name: str) -> str:
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def _steps(pointer: str) -> list[str]:
    if pointer and not pointer.startswith("/"):
        raise PatchFailed(f"no path: {pointer}")
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def _apply(value: Any, steps: list[str], name: str, new: Any, pointer: str) -> Any:
    """Return a copy of `value` with one place changed; what does not lie on the way is shared."""
    if not steps:
        if value is MISSING and name != "add":
            raise PatchFailed("there is no document")
        return new
    holders, keys = [value], []
    for step in steps[:-1]:
        keys.append(_key(holders[-1], step, pointer, present=True))
        holders.append(holders[-1][keys[-1]])
    keys.append(_key(holders[-1], steps[-1], pointer, present=name != "add"))
    changed = holders[-1].copy()
    if name == "remove":
        del changed[keys[-1]]
    elif name == "add" and isinstance(changed, list):
        changed.insert(keys[-1], new)
    else:
        changed[keys[-1]] = new
    for holder, key in zip(reversed(holders[:-1]), reversed(keys[:-1]), strict=True):
        copy = holder.copy()
        copy[key] = changed
        changed = copy
    return changed


def _key(holder: Any, step: str, pointer: str, *, present: bool) -> Any:
    if isinstance(holder, dict):
        if present and step not in holder:
            raise PatchFailed(f"nothing at {pointer}")
        return step
    if not isinstance(holder, list):
        raise PatchFailed(f"nothing at {pointer}")
    if step == "-" and not present:
        return len(holder)
    if not _INDEX.fullmatch(step) or int(step) >= len(holder) + (not present):
        raise PatchFailed(f"nothing at {pointer}")
    return int(step)
