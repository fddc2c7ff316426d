"""The documents of all replicas as their updates tell them: observe an update, get what it did and what collided."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import NamedTuple

from console.areas.sync.core.crdt.change import Change, read_changes
from console.areas.sync.core.crdt.conflict import find_conflicts, judge_change
from console.areas.sync.core.crdt.decoding import decode_state_vector, decode_update
from console.areas.sync.core.crdt.document import Document
from console.areas.sync.core.crdt.finding import Finding
from console.areas.sync.core.crdt.knowledge import Names, Seen, read_as, refine, vector_of
from console.areas.sync.core.crdt.node import Known, Node, Removal
from console.areas.sync.core.crdt.operation import MOVE, Operation
from console.areas.sync.core.crdt.ranges import Ranges
from console.areas.sync.core.crdt.scene import Scene, Undecided
from console.areas.sync.core.crdt.update import Id, StateVector, Update

MAX_ENTITIES = 500
MAX_ENTITY_BYTES = 4 * 1024 * 1024
MAX_PATHS = 1_000
MAX_MOVES = 1_000
MAX_DEFERRED = 1_000
MAX_PAIRS = 10_000
WAIT_MS = 10_000
"""So long a change that was passed on waits for its author's own word before it is judged without."""


class Forgotten(NamedTuple):
    """A document was dropped: from then on its operations are read anew, as far as they stand on their own."""

    entity: str
    reason: str
    ts_ms: int


class Observed(NamedTuple):
    """What one update told. `missing` are operations that it, or an earlier one, stands on and that never came.

    `unread` of its operations were too many to be read one by one: what they collide with is not looked for.
    """

    operations: tuple[Operation, ...]
    findings: tuple[Finding, ...]
    missing: Ranges
    delay_ms: int | None
    """From when another replica was first seen with these operations to now; None where they are new."""
    unread: int = 0


@dataclass(slots=True)
class _Entity:
    document: Document = field(default_factory=Document)
    seen: dict[str, Seen] = field(default_factory=dict)
    moves: dict[Id, list[Change]] = field(default_factory=dict)
    first: OrderedDict[Id, tuple[str, int]] = field(default_factory=OrderedDict)
    pairs: set[tuple[Id, Id]] = field(default_factory=set)
    undecided: dict[int, Undecided] = field(default_factory=dict)
    deferred: list[tuple[int, Change]] = field(default_factory=list)
    bytes: int = 0
    updates: int = 0


class ReplicaDocs:
    """Per entity what each replica was seen with. Bounded: the longest untouched entity goes first, and that is told."""

    def __init__(self, max_entities: int = MAX_ENTITIES, max_entity_bytes: int = MAX_ENTITY_BYTES) -> None:
        self.names = Names()
        self._entities: OrderedDict[str, _Entity] = OrderedDict()
        self._max_entities = max_entities
        self._max_entity_bytes = max_entity_bytes
        self._forgotten: list[Forgotten] = []

    def observe(
        self, entity: str, replica: str, update: bytes, ts_ms: int, state_vector: bytes | None = None,
        origin: str | None = None,
    ) -> list[Finding]:  # fmt: skip
        """Return the conflicts that an update brings to light; see `observe_all`."""
        return list(self.observe_all(entity, replica, update, ts_ms, state_vector, origin).findings)

    def observe_all(
        self, entity: str, replica: str, update: bytes, ts_ms: int, state_vector: bytes | None = None,
        origin: str | None = None,
    ) -> Observed:  # fmt: skip
        """Note that a replica was seen with an update, made by itself or applied, at a time.

        `state_vector` is the replica's, right after the update. `origin` names who made the update, where the event
        tells it. Raises `UpdateError` for bytes that are no v1 update or state vector; then nothing is noted.
        """
        decoded = decode_update(update)
        vector = decode_state_vector(state_vector) if state_vector is not None else {}
        record = self._open(entity, len(update), ts_ms)
        if record is None:
            return Observed((), (), Ranges(), None)
        delay_ms = self._propagation(record, replica, decoded, ts_ms)
        changes, findings, unread = self._apply(record, entity, replica, decoded, ts_ms, vector, origin, len(update))
        if len(record.pairs) > MAX_PAIRS:
            record.pairs.clear()
        while len(record.undecided) > MAX_DEFERRED:
            record.undecided.pop(next(iter(record.undecided)))
        while len(record.moves) > MAX_MOVES:
            record.moves.pop(next(iter(record.moves)))
        operations = tuple(one.operation for one in changes)
        return Observed(operations, tuple(findings), record.document.missing(), delay_ms, unread)

    def note_state(self, entity: str, replica: str, state_vector: bytes, ts_ms: int) -> None:
        """Note what a replica says it has seen. Raises `UpdateError`."""
        vector = decode_state_vector(state_vector)
        if (record := self._open(entity, 0, ts_ms)) is not None:
            self._note(record, replica, vector, ts_ms)

    def take_forgotten(self) -> list[Forgotten]:
        """Return what was dropped since the last call."""
        forgotten, self._forgotten = self._forgotten, []
        return forgotten

    def entities(self) -> list[str]:
        """Return the entities that are kept, the longest untouched one first."""
        return list(self._entities)

    def replicas(self, entity: str) -> dict[str, StateVector]:
        """Return the replicas that were seen with an entity, and how far each has seen which client."""
        record = self._entities.get(entity)
        return {name: dict(seen.vector) for name, seen in record.seen.items()} if record else {}

    def deletes(self, entity: str, replica: str) -> Ranges:
        """Return the deletes that a replica was seen with."""
        record = self._entities.get(entity)
        seen = record.seen.get(replica) if record else None
        return Ranges(seen.deletes) if seen else Ranges()

    def content(self, entity: str, replica: str | None = None) -> dict[str, object]:
        """Return an entity's roots as a replica holds them as far as that was observed, or with everything merged."""
        record = self._entities.get(entity)
        if record is None:
            return {}
        table = record.document.table
        everything = Seen(table.vector(), Ranges(table.deletes))
        return read_as(table, everything if replica is None else record.seen.get(replica, Seen()))

    def missing(self, entity: str) -> Ranges:
        """Return the operations that others stand on and that no replica was seen with."""
        record = self._entities.get(entity)
        return record.document.missing() if record else Ranges()

    def _open(self, entity: str, size: int, ts_ms: int) -> _Entity | None:
        record = self._entities.get(entity)
        if record is not None and record.bytes + size > self._max_entity_bytes:
            self._drop(entity, f"it grew over {self._max_entity_bytes} bytes", ts_ms)
            record = None
        if size > self._max_entity_bytes:
            self._forgotten.append(Forgotten(entity, f"an update of {size} bytes was not looked at", ts_ms))
            return None
        if record is None:
            record = self._entities[entity] = _Entity()
            if len(self._entities) > self._max_entities:
                self._drop(next(iter(self._entities)), f"only {self._max_entities} documents are kept", ts_ms)
        self._entities.move_to_end(entity)
        return record

    def _drop(self, entity: str, reason: str, ts_ms: int) -> None:
        del self._entities[entity]
        self._forgotten.append(Forgotten(entity, reason, ts_ms))

    def _apply(
        self, record: _Entity, entity: str, replica: str, update: Update, ts_ms: int, vector: StateVector,
        origin: str | None, size: int,
    ) -> tuple[list[Change], list[Finding], int]:  # fmt: skip
        table = record.document.table
        fresh = [client for client, clock in vector_of(update).items() if clock > table.state(client)]
        if fresh or update.deletes.without(table.deletes):
            record.bytes += size
        self.names.learn(fresh, origin or replica, told=origin is not None)
        author = origin or self._author(update, replica)
        is_own = all(self.names.owner(client) == author for client in update.structs)
        if vector and is_own and author == replica:
            self._note(record, replica, vector, ts_ms)
        added = record.document.insert(update, lambda client: self._known(record, client))
        refine(table, added)
        known = _seen(record, author, ts_ms).known()
        if not is_own:  # passed on among others' operations: its deletes may have been made after all of these
            known = {**known, **vector_of(update)}
        record.updates += 1
        removed, again = _remove(record, update, author, known, decided=author == replica)
        changes, unread = read_changes(added, removed, self.names, author)
        if again and (author != replica or not fresh):
            # Passed on: what was removed before is not the author's doing, unless it was moved.
            moves = {id(node) for one in changes if one.operation.kind == MOVE for node in one.removed}
            made = [node for node in removed if id(node) not in again or id(node) in moves]
            changes, unread = read_changes(added, made, self.names, author)
        scene = Scene(
            entity, table, self.names, record.seen, ts_ms, replica, update.deletes, record.moves, known, record.updates,
            record.pairs, record.undecided,
        )  # fmt: skip
        findings = find_conflicts(scene, changes) + _decide_deferred(record, scene, update, is_own=author == replica)
        record.deferred = [*record.deferred, *((ts_ms, change) for change in scene.deferred)][-MAX_DEFERRED:]
        self._note(record, replica, vector_of(update), ts_ms)
        self._note(record, replica, vector, ts_ms)
        _seen(record, replica, ts_ms).deletes.update(update.deletes)
        for node in (*added, *removed):
            table.join(node)
        return changes, findings, unread

    def _note(self, record: _Entity, replica: str, vector: StateVector, ts_ms: int) -> None:
        own = {client for client in vector if self.names.owner(client) == replica}
        _seen(record, replica, ts_ms).advance(vector, own)

    def _propagation(self, record: _Entity, replica: str, update: Update, ts_ms: int) -> int | None:
        """Return how long ago another replica was first seen with what this one is now first seen with."""
        delays = []
        had = record.seen[replica].vector if replica in record.seen else {}
        for client, end in vector_of(update).items():
            if end <= had.get(client, 0):
                continue
            name, first_ms = record.first.setdefault(Id(client, end), (replica, ts_ms))
            if name != replica and self.names.owner(client) != replica:
                delays.append(max(0, ts_ms - first_ms))
        while len(record.first) > MAX_PATHS:
            record.first.popitem(last=False)
        return max(delays, default=None)

    def _author(self, update: Update, replica: str) -> str:
        """Return who made an update: its operations' only writer, or else whoever is seen with it."""
        owners = {self.names.owner(client) for client in update.structs}
        owner = owners.pop() if len(owners) == 1 else None
        return owner or replica

    def _known(self, record: _Entity, client: int) -> Known:
        seen = record.seen.get(self.names(client))
        return seen.known() if seen is not None else {}


def _remove(record: _Entity, update: Update, author: str, known: Known, *, decided: bool) -> tuple[list[Node], set[int]]:
    """Mark what an update deletes; returns what its author deleted, other than by writing a key again.

    With it come the ids of those nodes that somebody else had removed before.
    """
    table = record.document.table
    made = update.deletes.without(_seen(record, author, 0).deletes)
    record.document.delete(update.deletes)
    carried = vector_of(update)
    deleted = Removal(record.updates, author, known, overwrote=False, decided=decided)
    overwritten = Removal(record.updates, author, known, overwrote=True, decided=decided)
    removed, again = [], set()
    for client, start, end in made:
        for node in table.between(client, start, end):
            if _is_overwritten(node, known, carried):
                node.removal = node.removal or overwritten
                continue
            # An update may list all deletes that its author had seen. Those of values that were overwritten are taken as
            # its own only at its author's own word: till then it is not known whether the author had seen the overwriting.
            if node.removal is None or (node.removal.overwrote and decided):
                node.removal = deleted
            else:
                again.add(id(node))
            removed.append(node)
    return removed, again


def _decide_deferred(record: _Entity, scene: Scene, update: Update, *, is_own: bool) -> list[Finding]:
    """Judge what waited for this event of its author, or for too long."""
    carried = vector_of(update)

    def is_due(told_ms: int, change: Change) -> bool:
        if not is_own or change.operation.replica != scene.carrier:
            return scene.ts_ms - told_ms > WAIT_MS
        if change.added:
            return change.added[0].clock < carried.get(change.added[0].client, 0)
        return update.deletes.holds(change.removed[0].client, change.removed[0].clock)

    due = [change for told_ms, change in record.deferred if is_due(told_ms, change)]
    if due:
        record.deferred = [(told_ms, change) for told_ms, change in record.deferred if not is_due(told_ms, change)]
    return [finding for change in due for finding in judge_change(scene, change)]


def _is_overwritten(node: Node, known: Known, carried: StateVector) -> bool:
    """Tell whether the author of an update saw, or wrote, a later value of the same key."""
    later = node.right if node.key is not None else None
    while later is not None:
        if later.clock < max(known.get(later.client, 0), carried.get(later.client, 0)):
            return True
        later = later.right
    return False


def _seen(record: _Entity, replica: str, ts_ms: int) -> Seen:
    seen = record.seen.get(replica)
    if seen is None:
        seen = record.seen[replica] = Seen()
    seen.at_ms = max(seen.at_ms, ts_ms)
    return seen
