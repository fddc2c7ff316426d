"""What each replica has seen of a document, and who is behind which client id."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from console.areas.sync.core.crdt.content import View, read_document
from console.areas.sync.core.crdt.node import Known, Node, Table
from console.areas.sync.core.crdt.ranges import Ranges
from console.areas.sync.core.crdt.update import Id, StateVector, Update

_TOLD, _ALONE, _AMONG_OTHERS = 1_000, 10, 1


@dataclass(slots=True)
class Names:
    """Which replica writes as which client: the one whose updates most often were first to carry its operations.

    An update that carries one client's operations alone tells more than one that passes on several clients'.
    """

    votes: dict[int, dict[str, int]] = field(default_factory=dict)
    _winners: dict[int, str] = field(default_factory=dict)

    def learn(self, clients: Sequence[int], replica: str, *, told: bool) -> None:
        """Note that a replica was first to carry new operations of these clients; `told`: the event says it wrote them."""
        weight = (_TOLD if told else _ALONE) if len(clients) == 1 else _AMONG_OTHERS
        for client in clients:
            votes = self.votes.setdefault(client, {})
            votes[replica] = votes.get(replica, 0) + weight
            self._winners[client] = max(votes, key=votes.__getitem__)

    def owner(self, client: int) -> str | None:
        return self._winners.get(client)

    def __call__(self, client: int) -> str:
        """Return the replica's name, or the client's number where none is known."""
        return self._winners.get(client) or f"client {client}"


@dataclass(slots=True)
class Seen:
    """What one replica has seen: operations by client, and deletes."""

    vector: StateVector = field(default_factory=dict)
    deletes: Ranges = field(default_factory=Ranges)
    at_ms: int = 0
    _shared: Known | None = None

    def advance(self, vector: Known, own: Collection[int] = ()) -> None:
        """Note operations up to these clocks. That its `own` clients went on changes nothing that others could know."""
        for client, clock in vector.items():
            if clock > self.vector.get(client, 0):
                self.vector[client] = clock
                if client not in own:
                    self._shared = None

    def known(self) -> Known:
        """Return the vector to share, the same object until something of others is seen."""
        if self._shared is None:
            self._shared = dict(self.vector)
        return self._shared


def refine(table: Table, added: Sequence[Node]) -> None:
    """Add to what authors are known to have seen: an operation's neighbours and parent, and what came before it.

    In the order of placing, so that each node's own neighbours are refined before it.
    """
    for node in added:
        beside = (node.origin, node.right_origin, _owner(node))
        seen = [(one, table.find(one).known) for one in beside if one is not None and not _covers(node, one)]
        if node.clock:
            before = table.find(Id(node.client, node.clock - 1)).known
            if before is not node.known and not _includes(node.known, before):
                seen.append((Id(node.client, node.clock - 1), before))
            elif before is not node.known and len(before) == len(node.known) and _includes(before, node.known):
                node.known = before  # equal: share it, so that runs can be joined
        if seen:
            node.known = _with(node.known, seen)


def _owner(node: Node) -> Id | None:
    owner = node.parent.owner if node.parent is not None else None
    return Id(owner.client, owner.clock) if owner is not None else None


def _covers(node: Node, one: Id) -> bool:
    return one.client == node.client or node.known.get(one.client, 0) > one.clock


def _includes(known: Known, other: Known) -> bool:
    return all(known.get(client, 0) >= clock for client, clock in other.items())


def _with(known: Known, seen: Sequence[tuple[Id, Known]]) -> Known:
    joined = dict(known)
    for one, below in seen:
        joined[one.client] = max(joined.get(one.client, 0), one.clock + 1)
        for client, clock in below.items():
            if clock > joined.get(client, 0):
                joined[client] = clock
    return joined


def join(known: Known, other: Known) -> Known:
    """Return what was seen by either."""
    if known is other or _includes(known, other):
        return known
    return {client: max(known.get(client, 0), other.get(client, 0)) for client in {*known, *other}}


def vector_of(update: Update) -> StateVector:
    """Return how far each client's structs in an update reach."""
    return {client: structs[-1].id.clock + structs[-1].length for client, structs in update.structs.items() if structs}


def read_as(table: Table, seen: Seen) -> dict[str, object]:
    """Return the document as a replica holds it, as far as what it has seen was observed."""
    for client, clock in seen.vector.items():
        if 0 < clock < table.state(client):
            table.starting(Id(client, clock))
    for client, start, end in seen.deletes:
        for _ in table.between(client, start, end):
            pass  # only splits: a replica may know a part of a run as deleted

    def has(node: Node) -> bool:
        return node.clock < seen.vector.get(node.client, 0)

    def is_alive(node: Node) -> bool:
        return node.content is not None and has(node) and not seen.deletes.holds(node.client, node.clock)

    return read_document(table, View(has, is_alive))
