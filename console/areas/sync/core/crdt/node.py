"""The table of one document's operations: nodes in their places, by id; split where a neighbour needs it."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Optional

from console.areas.sync.core.crdt.ranges import Ranges
from console.areas.sync.core.crdt.update import Content, Deleted, Id, SharedType, Text, Values, split_text

UNDECIDED = 2**62
Known = Mapping[int, int]
"""Client → how many of its operations an author had seen; never changed once it is shared."""


class Removal(NamedTuple):
    """Who removed a node, and what that replica had seen then. `overwrote`: by writing the same key again.

    `update` is one number for all that went with one update. Not `decided`: what `known` says waits for its author's word.
    """

    update: int
    replica: str
    known: Known
    overwrote: bool
    decided: bool


@dataclass(slots=True, eq=False)
class Branch:
    """A list, map or text: a root, or what the node `owner` brought. `kind` of a root is known once it was used."""

    name: str | None
    owner: Optional["Node"]
    kind: str = ""
    tag: str | None = None
    start: Optional["Node"] = None
    keys: dict[str, "Node"] | None = None

    def nodes(self) -> Iterator["Node"]:
        """Yield the sequence, deleted ones included."""
        node = self.start
        while node is not None:
            yield node
            node = node.right


@dataclass(slots=True, eq=False)
class Node:
    """A run of operations of one client that stand together; `content` is None for what was collected.

    `known` is what its author had seen, its own operations aside: of those it had seen all earlier ones. `judged` is the
    number of the update at which it was held against deletes, UNDECIDED while that waits for its author's own word.
    """

    client: int
    clock: int
    length: int
    origin: Id | None
    right_origin: Id | None
    key: str | None
    content: Content | None
    known: Known
    parent: Branch | None = None
    left: Optional["Node"] = None
    right: Optional["Node"] = None
    deleted: bool = False
    removal: Removal | None = None
    branch: Branch | None = None
    judged: int = 0

    @property
    def end(self) -> int:
        return self.clock + self.length

    @property
    def last(self) -> Id:
        return Id(self.client, self.clock + self.length - 1)

    def has_seen(self, other: "Node") -> bool:
        """Tell whether the author of this had seen the beginning of another node."""
        if other.client == self.client:
            return other.clock < self.clock
        return self.known.get(other.client, 0) > other.clock


class Table:
    """All nodes of a document by client and clock, without holes, and its roots by name."""

    __slots__ = ("_clocks", "_nodes", "deletes", "roots")

    def __init__(self) -> None:
        self._nodes: dict[int, list[Node]] = {}
        self._clocks: dict[int, list[int]] = {}
        self.roots: dict[str, Branch] = {}
        self.deletes = Ranges()

    def state(self, client: int) -> int:
        """Return how many operations of a client are here."""
        nodes = self._nodes.get(client)
        return nodes[-1].end if nodes else 0

    def vector(self) -> dict[int, int]:
        return {client: nodes[-1].end for client, nodes in self._nodes.items()}

    def root(self, name: str) -> Branch:
        branch = self.roots.get(name)
        if branch is None:
            branch = self.roots[name] = Branch(name, None)
        return branch

    def append(self, node: Node) -> None:
        """Add a client's next node."""
        self._nodes.setdefault(node.client, []).append(node)
        self._clocks.setdefault(node.client, []).append(node.clock)

    def find(self, one: Id) -> Node:
        """Return the node that holds an id below the client's state."""
        return self._nodes[one.client][bisect_right(self._clocks[one.client], one.clock) - 1]

    def between(self, client: int, start: int, end: int) -> Iterator[Node]:
        """Yield the nodes of exactly these clocks, as far as they are here, splitting at both ends."""
        end = min(end, self.state(client))
        while start < end:
            node = self.starting(Id(client, start))
            if node.end > end:
                self.split(node, end - node.clock)
            yield node
            start = node.end

    def ending(self, one: Id) -> Node:
        """Return the node that ends with an id, split if need be."""
        node = self.find(one)
        if node.end - 1 > one.clock:
            self.split(node, one.clock + 1 - node.clock)
        return node

    def starting(self, one: Id) -> Node:
        """Return the node that begins with an id, split if need be."""
        node = self.find(one)
        return node if node.clock == one.clock else self.split(node, one.clock - node.clock)

    def split(self, node: Node, at: int) -> Node:
        """Divide a node after `at` operations; returns the right part."""
        left, right = split_content(node.content, at)
        rest = Node(
            node.client, node.clock + at, node.length - at, Id(node.client, node.clock + at - 1), node.right_origin,
            node.key, right, node.known, node.parent, node, node.right, node.deleted, node.removal, None, node.judged,
        )  # fmt: skip
        node.content, node.length = left, at
        if node.parent is not None:
            if node.right is not None:
                node.right.left = rest
            elif node.key is not None and node.parent.keys is not None and node.parent.keys.get(node.key) is node:
                node.parent.keys[node.key] = rest
            node.right = rest
        place = bisect_right(self._clocks[node.client], node.clock)
        self._clocks[node.client].insert(place, rest.clock)
        self._nodes[node.client].insert(place, rest)
        return rest

    def join(self, node: Node) -> None:
        """Make a node one with its left neighbour where both are one run: same author, same knowledge, same fate."""
        left = node.left
        if left is None or not _is_run(left, node):
            return
        left.content = _joined(left.content, node.content)
        left.length += node.length
        left.right = node.right
        if node.right is not None:
            node.right.left = left
        place = bisect_right(self._clocks[node.client], node.clock) - 1
        del self._clocks[node.client][place], self._nodes[node.client][place]


def _is_run(left: Node, node: Node) -> bool:
    return (
        left.client == node.client
        and left.end == node.clock
        and node.key is None
        and node.origin == left.last
        and left.right is node
        and left.right_origin == node.right_origin
        and left.deleted == node.deleted
        and left.removal is node.removal
        and UNDECIDED not in (left.judged, node.judged)
        and left.known is node.known
        and left.content is not None
        and type(left.content) is type(node.content)
        and isinstance(left.content, Text | Values | Deleted)
    )


def _joined(left: Content | None, right: Content | None) -> Content:
    if isinstance(left, Text) and isinstance(right, Text):
        return Text(left.text + right.text, left.length + right.length)
    if isinstance(left, Values) and isinstance(right, Values):
        return Values(left.values + right.values)
    assert isinstance(left, Deleted)
    assert isinstance(right, Deleted)
    return Deleted(left.length + right.length)


def split_content(content: Content | None, at: int) -> tuple[Content | None, Content | None]:
    """Divide a content of several operations after the first `at`."""
    if isinstance(content, Text):
        left, right = split_text(content.text, at)
        return Text(left, at), Text(right, content.length - at)
    if isinstance(content, Values):
        return Values(content.values[:at]), Values(content.values[at:])
    if isinstance(content, Deleted):
        return Deleted(at), Deleted(content.length - at)
    return content, content


def branch_of(node: Node) -> Branch | None:
    """Return the branch that a node brings, if its content is a shared type."""
    if node.branch is None and isinstance(node.content, SharedType):
        node.branch = Branch(None, node, node.content.kind, node.content.name)
    return node.branch
