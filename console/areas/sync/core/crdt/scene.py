"""What is known while an update is looked at, and what is put off until its author's own word."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from console.areas.sync.core.crdt.change import Change
from console.areas.sync.core.crdt.knowledge import Names, Seen, join
from console.areas.sync.core.crdt.node import UNDECIDED, Branch, Known, Node, Table
from console.areas.sync.core.crdt.ranges import Ranges
from console.areas.sync.core.crdt.update import Deleted, Id

REACH = 256
"""So many nodes are looked at on each side of a change."""
MAX_INSIDE = 2_000
"""So many nodes below something deleted are looked at."""


class Undecided(NamedTuple):
    """A removal that its author has not told of yet: one of its ids, and operations made in knowledge of it."""

    sample: Id
    informed: Ranges


@dataclass(slots=True)
class Scene:
    """A document while an update is looked at. `seen` is what each replica had seen before it.

    `pending` holds the added nodes that are still to be looked at: of two in one update the later one finds the other;
    `added` holds all of them. `update_deletes` is all that the update says is deleted; `carrier` the replica that was
    seen with it; `known` what the author of its deletes had seen; `number` the update's. `pairs` are operations
    that need no more be held against each other; `undecided` are removals, by number of their update, whose author has not
    told of them yet, and `informed` operations of others that were made in knowledge of one that is decided now.
    """

    entity: str
    table: Table
    names: Names
    seen: dict[str, Seen]
    ts_ms: int
    carrier: str
    update_deletes: Ranges
    moves: dict[Id, list[Change]]
    known: Known
    number: int
    pairs: set[tuple[Id, Id]]
    undecided: dict[int, Undecided]
    added: frozenset[int] = frozenset()
    pending: set[int] = field(default_factory=set)
    deferred: list[Change] = field(default_factory=list)
    informed: dict[int, Ranges] = field(default_factory=dict)


def defer(scene: Scene, change: Change) -> None:
    scene.deferred.append(change)
    for node in _nodes_of(scene, change):
        if change.added:
            node.judged = UNDECIDED
        elif node.removal is not None:
            scene.undecided[node.removal.update] = Undecided(Id(node.client, node.clock), Ranges())


def decide(scene: Scene, change: Change) -> None:
    """Note that all is known that its author's replica had seen: of two that collide the later decided finds it."""
    seen = scene.seen.get(change.operation.replica)
    for node in _nodes_of(scene, change):
        if change.added:
            node.judged = scene.number
            node.known = join(node.known, seen.known()) if seen is not None else node.known
            for one in scene.undecided.values():
                if seen is not None and seen.deletes.holds(one.sample.client, one.sample.clock):
                    one.informed.add(node.client, node.clock, node.end)
            if node.key is not None and node.left is not None:
                _decide_removal(node.left, change.operation.replica, node.known)
        else:
            _decide_removal(node, change.operation.replica, seen.known() if seen is not None else {})
            if node.removal is not None and (told := scene.undecided.pop(node.removal.update, None)):
                scene.informed[node.removal.update] = told.informed


def _decide_removal(node: Node, replica: str, known: Known) -> None:
    removal = node.removal
    if removal is not None and removal.replica == replica and not removal.decided:
        node.removal = removal._replace(known=join(removal.known, known), decided=True)


def _nodes_of(scene: Scene, change: Change) -> Iterator[Node]:
    for client, start, end in change.operation.ids:
        yield from scene.table.between(client, start, end)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nodes that the author of a removal had not seen, not part of the same update, and judged already."""

    scene: Scene
    replica: str
    update: int

    def __call__(self, node: Node) -> bool:
        known = self.scene.known.get(node.client, 0)
        if node.clock < known or node.content is None or isinstance(node.content, Deleted):
            return False
        informed = self.scene.informed.get(self.update)
        if node.judged == UNDECIDED or (informed is not None and informed.holds(node.client, node.clock)):
            return False  # it will be held against this removal, or its author had seen it
        return self.scene.names(node.client) != self.replica and id(node) not in self.scene.added

    def below(self, branch: Branch) -> list[Node]:
        found, branches, looked = [], [branch], 0
        while branches and looked < MAX_INSIDE:
            for node in _all_nodes(branches.pop()):
                looked += 1
                if self(node):
                    found.append(node)
                elif node.branch is not None:
                    branches.append(node.branch)
        return found

    def beside(self, node: Node, *, left: bool) -> Iterator[Node]:
        other = node.left if left else node.right
        for _ in range(REACH):
            if other is None:
                return
            if self(other):
                if not other.deleted:
                    yield other
            elif not other.deleted:
                return
            other = other.left if left else other.right


def _all_nodes(branch: Branch) -> Iterable[Node]:
    yield from branch.nodes()
    for last in (branch.keys or {}).values():
        node: Node | None = last
        while node is not None:
            yield node
            node = node.left
