"""Read the nodes that an update added and removed as operations: one for each key, stretch and move."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from console.areas.sync.core.crdt.content import WHOLE, View, is_countable, values_of
from console.areas.sync.core.crdt.node import Branch, Node
from console.areas.sync.core.crdt.operation import DELETE, FORMAT, INSERT, MOVE, REMOVE, SET, Operation
from console.areas.sync.core.crdt.update import Deleted, Embed, Format, Text
from console.model.json_path import extend

Name = Callable[[int], str]
"""Returns the replica behind a client id."""

MAX_PATH_DEPTH = 64
MAX_CHANGES = 200
"""So many operations of one update are read: each takes a walk, and the first sync of a big document has many."""
MAX_REMOVED = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """An operation with the nodes behind it: what it added, or what it removed."""

    operation: Operation
    added: tuple[Node, ...] = ()
    removed: tuple[Node, ...] = ()


def read_changes(added: Sequence[Node], removed: Sequence[Node], name: Name, remover: str) -> tuple[list[Change], int]:
    """Return what an update did, and how many operations beyond MAX_CHANGES were left out.

    `removed` holds what its author deleted, overwritten keys aside.
    """
    new = set(map(id, added))
    runs = _runs(node for node in added if _is_told(node, new))
    gone = _removed_runs(removed[:MAX_REMOVED], new, name, remover)
    inserts = [Change(operation_of(run, name), added=tuple(run)) for run in runs[:MAX_CHANGES]]
    removes = [Change(removal_of(run, remover), removed=tuple(run)) for run in gone[:MAX_CHANGES]]
    unread = max(0, len(runs) - MAX_CHANGES) + max(0, len(gone) - MAX_CHANGES) + max(0, len(removed) - MAX_REMOVED)
    return _find_moves(inserts, removes), unread


def path_of(branch: Branch) -> str:
    """Return the path of a list, map or text from the document's root."""
    steps: list[str | int] = []
    while branch.owner is not None and branch.owner.parent is not None and len(steps) < MAX_PATH_DEPTH:
        node = branch.owner
        steps.append(node.key if node.key is not None else index_of(node))
        branch = branch.owner.parent
    path = extend("", branch.name or "…")
    for one in reversed(steps):
        path = extend(path, one)
    return path


def index_of(node: Node) -> int:
    """Return how many places are before a node."""
    index, left = 0, node.left
    while left is not None:
        if not left.deleted and is_countable(left):
            index += left.length
        left = left.left
    return index


def unit_of(branch: Branch) -> str:
    return "characters" if branch.kind in ("text", "xml text") else "items"


def key_path(node: Node) -> str:
    """Return the path of a map's key, or of the list or text that a node stands in."""
    assert node.parent is not None, "only what has a place is read"
    path = path_of(node.parent)
    return path if node.key is None else extend(path, node.key)


def operation_of(run: Sequence[Node], name: Name) -> Operation:
    """Return the operation that added nodes which stand together."""
    first = run[0]
    assert first.parent is not None, "only what has a place is read"
    replica, path = name(first.client), key_path(first)
    ids = tuple((node.client, node.clock, node.end) for node in run)
    if first.key is not None:
        return Operation(SET, replica, path, _values(run)[-1] if _values(run) else None, ids=ids)
    if isinstance(first.content, Format):
        return Operation(FORMAT, replica, path, first.content, index_of(first), unit="characters", ids=ids)
    unit = unit_of(first.parent)
    return Operation(INSERT, replica, path, _told(run, unit), index_of(first), _length(run), unit, ids=ids)


def _is_told(node: Node, new: set[int]) -> bool:
    """Tell whether an added node is an operation of its own: it has a value, and is not inside something added."""
    if node.deleted or node.parent is None or isinstance(node.content, Deleted):
        return False
    return node.parent.owner is None or id(node.parent.owner) not in new


def _runs(nodes: Iterable[Node]) -> list[list[Node]]:
    runs: list[list[Node]] = []
    for node in nodes:
        last = runs[-1][-1] if runs else None
        joins = last is not None and last.right is node and node.key is None and last.client == node.client
        if joins and last is not None and isinstance(last.content, Format) == isinstance(node.content, Format) is False:
            runs[-1].append(node)
        else:
            runs.append([node])
    return runs


def _removed_runs(removed: Sequence[Node], new: set[int], name: Name, remover: str) -> list[list[Node]]:
    """Return what was removed by stretches, as its remover saw it: what others had written between does not divide it."""
    gone = set(map(id, removed))
    told = [
        node for node in removed
        if node.parent is not None and id(node) not in new and not isinstance(node.content, Format)
        and not (node.parent.owner is not None and node.parent.owner.deleted)
    ]  # fmt: skip

    def next_removed(node: Node, *, left: bool) -> Node | None:
        other = node.left if left else node.right
        while other is not None and id(other) not in gone and (other.deleted or _is_unseen(other, node, name, remover)):
            other = other.left if left else other.right
        return other if other is not None and id(other) in gone else None

    runs = []
    for start in told:
        if start.key is None and next_removed(start, left=True) is not None:
            continue
        run, node = [start], start
        while start.key is None and (following := next_removed(node, left=False)) is not None:
            node = following
            run.append(node)
        runs.append(run)
    return runs


def _is_unseen(node: Node, removed: Node, name: Name, remover: str) -> bool:
    """Tell whether the remover of a node had not seen another one."""
    known = removed.removal.known if removed.removal is not None else {}
    return name(node.client) != remover and node.clock >= known.get(node.client, 0)


def removal_of(run: Sequence[Node], replica: str) -> Operation:
    """Return the operation that removed nodes which stood together."""
    first = run[0]
    assert first.parent is not None, "only what has a place is read"
    path = key_path(first)
    ids = tuple((node.client, node.clock, node.end) for node in run)
    if first.key is not None:
        values = _values(run, removed=True)
        return Operation(DELETE, replica, path, values[-1] if values else None, ids=ids)
    unit = unit_of(first.parent)
    return Operation(REMOVE, replica, path, _told(run, unit, removed=True), index_of(first), _length(run), unit, ids=ids)


def _values(run: Sequence[Node], *, removed: bool = False) -> list[Any]:
    """Return the values of a run; of a removed one with what was removed below it in the same update."""
    view = _view_before(run[0]) if removed else WHOLE
    return [value for node in run for value in values_of(node, view)]


def _view_before(node: Node) -> View:
    update = node.removal.update if node.removal is not None else None

    def went_too(other: Node) -> bool:
        return other.removal is not None and other.removal.update == update

    return View(went_too, went_too)


def _told(run: Sequence[Node], unit: str, *, removed: bool = False) -> Any:
    if unit == "characters":
        if len(run) == 1 and isinstance(run[0].content, Embed):
            return run[0].content.value
        return "".join(node.content.text for node in run if isinstance(node.content, Text))
    return tuple(_values(run, removed=removed))


def _length(run: Sequence[Node]) -> int:
    return sum(node.length for node in run)


def _find_moves(inserts: list[Change], removes: list[Change]) -> list[Change]:
    """Join removing items and inserting equal ones in the same list: they were moved."""
    changes: list[Change] = []
    left = list(removes)
    for one in inserts:
        source = next((other for other in left if _is_move(one, other)), None)
        if source is None:
            changes.append(one)
            continue
        left.remove(source)
        operation = one.operation
        moved = Operation(
            MOVE, operation.replica, operation.path, operation.value, operation.index, operation.count, operation.unit,
            source.operation.index, operation.ids,
        )  # fmt: skip
        changes.append(Change(moved, one.added, source.removed))
    return changes + left


def _is_move(insert: Change, remove: Change) -> bool:
    one, other = insert.operation, remove.operation
    return (
        one.kind == INSERT
        and other.kind == REMOVE
        and one.unit == "items"
        and one.replica == other.replica
        and insert.added[0].parent is remove.removed[0].parent
        and bool(one.value)
        and one.value == other.value
    )
