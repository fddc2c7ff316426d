"""One document's operations, put in their places as they come, in any order.

The place of an item among concurrent ones follows the rules of YATA as Yjs applies them (Nicolaescu et al., "Near
Real-Time Peer-to-Peer Shared Editing on Extensible Data Types", 2016; Yjs's `Item.integrate`): between its two origins,
items that share the left origin stand in the order of their clients, and what belongs to an item stays behind it.

A document here holds all operations of all replicas. What one replica holds is what it has seen of them: places do not
depend on the order of arrival.
"""

from collections import deque
from collections.abc import Callable

from console.areas.sync.core.crdt.node import Branch, Known, Node, Table, branch_of, split_content
from console.areas.sync.core.crdt.ranges import Ranges
from console.areas.sync.core.crdt.update import Deleted, Gc, Id, Item, SharedType, Skip, Struct, Text, Update

KnownBy = Callable[[int], Known]
"""Tells what the author behind a client id had seen when these operations came."""


class Document:
    """Operations by place; what waits for earlier ones is kept aside. Whoever feeds it bounds it."""

    __slots__ = ("_waiting", "table")

    def __init__(self) -> None:
        self.table = Table()
        self._waiting: dict[int, deque[Struct]] = {}

    def insert(self, update: Update, known_by: KnownBy) -> list[Node]:
        """Put the structs of an update in their places, and what waited for them; returns the new nodes in order."""
        for client, structs in update.structs.items():
            self._queue(client, structs)
        added: list[Node] = []
        progress = True
        while progress and self._waiting:
            progress = False
            for client in list(self._waiting):
                progress |= self._drain(client, known_by, added)
        return added

    def missing(self) -> Ranges:
        """Return the ids that waiting operations need and that never came."""
        lacking = Ranges()
        for queue in self._waiting.values():
            for one in queue:
                lacking.add(one.id.client, self.table.state(one.id.client), one.id.clock)
                for need in _needs(one):
                    lacking.add(need.client, self.table.state(need.client), need.clock + 1)
        held = Ranges((one.id.client, one.id.clock, one.id.clock + one.length) for q in self._waiting.values() for one in q)
        return lacking.without(held)

    def delete(self, deletes: Ranges) -> list[Node]:
        """Mark what is deleted; returns the nodes that were not before. Ids that come later are remembered."""
        gone = []
        for client, start, end in deletes.without(self.table.deletes):
            for node in self.table.between(client, start, end):
                if not node.deleted:
                    node.deleted = True
                    gone.append(node)
        self.table.deletes.update(deletes)
        return gone

    def _queue(self, client: int, structs: tuple[Struct, ...]) -> None:
        state = self.table.state(client)
        fresh = [one for one in structs if not isinstance(one, Skip) and one.id.clock + one.length > state]
        if not fresh:
            return
        queue = self._waiting.get(client)
        if queue is None:
            self._waiting[client] = deque(fresh)
        else:
            ends = {one.id: one.length for one in queue}
            fresh = [one for one in fresh if ends.get(one.id, 0) < one.length]
            self._waiting[client] = deque(sorted([*queue, *fresh], key=lambda one: one.id.clock))

    def _drain(self, client: int, known_by: KnownBy, added: list[Node]) -> bool:
        """Place a client's next structs while nothing that they need is missing; tells whether there were any."""
        queue = self._waiting[client]
        state = before = self.table.state(client)
        while queue:
            one = queue[0]
            end = one.id.clock + one.length
            if end > state:
                if one.id.clock > state or any(need.clock >= self.table.state(need.client) for need in _needs(one)):
                    break
                added += self._place(one, state - one.id.clock, known_by(client))
                state = end
            queue.popleft()
        if not queue:
            del self._waiting[client]
        return state > before

    def _place(self, one: Struct, offset: int, known: Known) -> list[Node]:
        client, clock = one.id.client, one.id.clock + offset
        length = one.length - offset
        if not isinstance(one, Item):
            node = Node(client, clock, length, None, None, None, None, known, deleted=True)
            self.table.append(node)
            return [node]
        origin = Id(client, clock - 1) if offset else one.origin
        content = split_content(one.content, offset)[1] if offset else one.content
        node = Node(client, clock, length, origin, one.right_origin, one.key, content, known)
        self._integrate(node, one.parent)
        self.table.append(node)
        node.deleted = node.content is None or isinstance(node.content, Deleted)
        pieces = [node]
        for start, end in self.table.deletes.within(client, clock, node.end):
            for piece in self.table.between(client, start, end):
                piece.deleted = True
        if pieces[-1].end < clock + length:
            pieces = list(self.table.between(client, clock, clock + length))
        return pieces

    def _integrate(self, node: Node, parent: str | Id | None) -> None:
        """Find a node's parent and place. Below what was collected nothing has a place: the node is collected too."""
        table = self.table
        left = table.ending(node.origin) if node.origin else None
        right = table.starting(node.right_origin) if node.right_origin else None
        branch = self._parent(parent, left, right, node)
        if branch is None or any(side is not None and side.parent is not branch for side in (left, right)):
            node.content = None
            return
        node.parent = branch
        _note_kind(branch, node)
        first = left.right if left is not None else _first(branch, node.key)
        left = _find_left(table, node, left, first, right)
        _link(branch, node, left)
        branch_of(node)

    def _parent(self, told: str | Id | None, left: Node | None, right: Node | None, node: Node) -> Branch | None:
        if isinstance(told, str):
            return self.table.root(told)
        if told is not None:
            return branch_of(self.table.find(told))
        side = left if left is not None else right
        if side is None or side.parent is None:
            return None
        node.key = side.key
        return side.parent


def _needs(one: Struct) -> list[Id]:
    """Return the ids of other clients' operations, or of own earlier ones, that a struct stands on."""
    if isinstance(one, Gc | Skip):
        return []
    parent = one.parent if isinstance(one.parent, Id) else None
    return [need for need in (one.origin, one.right_origin, parent) if need is not None]


def _first(branch: Branch, key: str | None) -> Node | None:
    if key is None:
        return branch.start
    node = branch.keys.get(key) if branch.keys else None
    while node is not None and node.left is not None:
        node = node.left
    return node


def _find_left(table: Table, node: Node, left: Node | None, first: Node | None, right: Node | None) -> Node | None:
    """Return the node to stand behind, of those between both origins."""
    passed: set[int] = set()
    rivals: set[int] = set()
    other = first
    while other is not None and other is not right:
        passed.add(id(other))
        rivals.add(id(other))
        if other.origin == node.origin:
            if other.client < node.client:
                left, rivals = other, set()
            elif other.right_origin == node.right_origin:
                break
        elif other.origin is not None and id(origin := table.find(other.origin)) in passed:
            if id(origin) not in rivals:
                left, rivals = other, set()
        else:
            break
        other = other.right
    return left


def _link(branch: Branch, node: Node, left: Node | None) -> None:
    if left is not None:
        node.right, left.right = left.right, node
        node.left = left
    else:
        node.right = _first(branch, node.key)
        if node.key is None:
            branch.start = node
    if node.right is not None:
        node.right.left = node
    elif node.key is not None:
        branch.keys = branch.keys if branch.keys is not None else {}
        branch.keys[node.key] = node


def _note_kind(branch: Branch, node: Node) -> None:
    """A root's kind is not told: it shows in what is written to it."""
    if branch.owner is None and branch.kind not in ("text", "fragment"):
        if node.key is not None:
            branch.kind = branch.kind or "map"
        elif isinstance(node.content, SharedType) and node.content.kind in ("element", "xml text"):
            branch.kind = "fragment"
        else:
            branch.kind = "text" if isinstance(node.content, Text) else branch.kind or "list"
