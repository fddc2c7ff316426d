"""Find what replicas did to the same place without knowing of each other. What one had seen is no conflict.

That an author had not seen an operation is certain where it lies between the two neighbours that the author saw side by
side; elsewhere it follows from what the author's replica was observed to have seen. Writing the same plain value
twice is no conflict: nothing is lost.
"""

from collections.abc import Iterator, Sequence

from console.areas.sync.core.crdt.change import Change, key_path, operation_of, removal_of, unit_of
from console.areas.sync.core.crdt.finding import Finding, Kind, describe, side
from console.areas.sync.core.crdt.node import UNDECIDED, Node
from console.areas.sync.core.crdt.operation import MOVE, Operation
from console.areas.sync.core.crdt.scene import REACH, Scene, Unknown, decide, defer
from console.areas.sync.core.crdt.update import Deleted, Id, SharedType
from console.model.json_path import extend

MAX_TOLD = 20


def find_conflicts(scene: Scene, changes: Sequence[Change]) -> list[Finding]:
    """Return the conflicts of new changes with older ones and among each other.

    What an author's operations stand on shows which others it had seen, but not all, and no deletes. Where another replica
    passes a change on before its author tells of it, what cannot be judged yet is `scene.deferred`.
    """
    scene.added = frozenset(id(node) for change in changes for node in change.added)
    scene.pending = set(scene.added)
    findings: list[Finding] = []
    for change in changes:
        scene.pending -= set(map(id, change.added))
        if change.operation.replica == scene.carrier:
            findings += judge_change(scene, change)
            continue
        if change.added and change.operation.kind != MOVE and (found := _insert_conflict(scene, change)):
            findings.append(found)
        defer(scene, change)
    return findings


def judge_change(scene: Scene, change: Change) -> list[Finding]:
    """Return the conflicts of a change that show only once it is known what its author's replica had seen.

    Those with deletes, and with operations beyond the neighbours between which the author wrote.
    """
    decide(scene, change)
    twice = _move_conflict(scene, change) if change.operation.kind == MOVE else None
    found: list[Finding | None]
    if twice is not None:
        found = [twice]
    elif change.added:
        found = [_insert_conflict(scene, change) or _edit_below_removed(scene, change) or _beside_deleted(scene, change)]
        found.append(_replacement_conflict(scene, change))
    else:
        found = [_removal_conflict(scene, change)]
    return [one for one in found if one is not None]


def _insert_conflict(scene: Scene, change: Change) -> Finding | None:
    node = change.added[0]
    assert node.parent is not None, "only what has a place is read"
    rivals = [other for other in _rivals(scene, change.added) if not _is_same(other, change.added[-1])]
    rivals = [other for other in rivals if _is_new_pair(scene, node, other)]
    if not rivals:
        return None
    if node.key is not None:
        return _concurrent_sets(scene, change, rivals)
    is_text = unit_of(node.parent) == "characters"
    return _both_kept(scene, Kind.TEXT_REGION if is_text else Kind.LIST_INSERTS, change, rivals)


def _is_new_pair(scene: Scene, node: Node, other: Node) -> bool:
    one, two = sorted((Id(node.client, node.clock), Id(other.client, other.clock)))
    is_new = (one, two) not in scene.pairs
    scene.pairs.add((one, two))
    return is_new


def _beside_deleted(scene: Scene, change: Change) -> Finding | None:
    node = change.added[0]
    assert node.parent is not None, "only what has a place is read"
    if node.key is not None:
        return _set_after_delete(scene, change)
    return _beside_removed(scene, change) if unit_of(node.parent) == "characters" else None


def _rivals(scene: Scene, run: Sequence[Node]) -> list[Node]:
    """Return the nodes at the place of a run whose authors and its author knew nothing of each other."""
    found = [*reversed([*_walk(scene, run[0], left=True)]), *_walk(scene, run[-1], left=False)]
    if run[0].key is None:
        found = [other for other in found if not other.deleted]
    return [other for other in found if not isinstance(other.content, Deleted | None)]


def _walk(scene: Scene, node: Node, *, left: bool) -> Iterator[Node]:
    """Yield unknown nodes on one side: up to the neighbour that the author saw, and on where more may be unknown."""
    border = node.origin if left else node.right_origin
    certain, is_all = True, scene.names(node.client) != scene.carrier or not _may_be_more(scene, node)
    shared: list[Node] = []
    other = node.left if left else node.right
    for _ in range(REACH):
        if other is None:
            return
        if border is not None and other.client == border.client and other.clock <= border.clock < other.end:
            certain = False
        if not certain and is_all:
            return
        if certain or not node.has_seen(other):
            is_open = certain or other.judged != UNDECIDED
            if is_open and _is_rival(scene, node, other) and not any(other.has_seen(one) for one in shared):
                yield other
        elif node.key is None and not other.deleted:
            shared.append(other)
        other = other.left if left else other.right


def _may_be_more(scene: Scene, node: Node) -> bool:
    """Tell whether the document holds operations of others that a node's author had not seen."""
    known, client = node.known, node.client
    return any(clock > known.get(other, 0) for other, clock in scene.table.vector().items() if other != client)


def _is_rival(scene: Scene, node: Node, other: Node) -> bool:
    return other.client != node.client and id(other) not in scene.pending and not other.has_seen(node)


def _is_same(one: Node, other: Node) -> bool:
    return one.key is not None and one.content == other.content and not isinstance(one.content, SharedType)


def _concurrent_sets(scene: Scene, change: Change, rivals: Sequence[Node]) -> Finding:
    node = change.added[0]
    last = node
    while last.right is not None:
        last = last.right
    latest = {other.client: other for other in rivals}  # in order: the last one of each client stands for it
    sides = []
    for one in sorted([*latest.values(), node], key=lambda one: one is not last):
        operation = change.operation if one is node else operation_of([one], scene.names)
        sides.append(side(operation, "won" if one is last and not one.deleted else "lost"))
    return describe(scene, Kind.CONCURRENT_SET, key_path(node), sides)


def _both_kept(scene: Scene, kind: Kind, change: Change, rivals: Sequence[Node]) -> Finding:
    node = change.added[0]
    by_client: dict[int, list[Node]] = {}
    for one in rivals:
        by_client.setdefault(one.client, []).append(one)
    others = [operation_of(run, scene.names) for run in by_client.values()]
    return describe(scene, kind, key_path(node), [side(change.operation, "kept"), *(side(one, "kept") for one in others)])


def _set_after_delete(scene: Scene, change: Change) -> Finding | None:
    """A key was set by someone who did not know that another replica had deleted it: the value stays."""
    node = change.added[0]
    old = scene.table.find(node.origin) if node.origin is not None else None
    if old is None or not _is_unknown_removal(scene, node, old) or (old.removal is not None and old.removal.overwrote):
        return None
    return _deletion_against(scene, old, [change.operation], deletion_wins=False)


def _beside_removed(scene: Scene, change: Change) -> Finding | None:
    """Text was written next to, or inside, what another replica had deleted."""
    first, last = change.added[0], change.added[-1]
    for node, one in ((first, first.origin), (last, last.right_origin)):
        old = scene.table.find(one) if one is not None else None
        if old is not None and _is_unknown_removal(scene, node, old):
            return _deletion_against(scene, old, [change.operation], Kind.TEXT_REGION)
    return None


def _edit_below_removed(scene: Scene, change: Change) -> Finding | None:
    """Something was written inside a list, map or text that another replica had deleted or replaced: it is lost."""
    node = change.added[0]
    owner = node.parent.owner if node.parent is not None else None
    outermost = None
    while owner is not None:
        if _is_unknown_removal(scene, node, owner):
            outermost = owner
        owner = owner.parent.owner if owner.parent is not None else None
    return _deletion_against(scene, outermost, [change.operation], deletion_wins=True) if outermost is not None else None


def _is_unknown_removal(scene: Scene, node: Node, old: Node) -> bool:
    """Tell whether `old` was removed by another replica than the author of `node`, neither knowing of the other."""
    removal = old.removal
    name = scene.names(node.client)
    if removal is None or not removal.decided or removal.replica == name or removal.known.get(node.client, 0) > node.clock:
        return False
    is_same_key = node.key is not None and node.key == old.key and node.parent is old.parent
    if name == scene.carrier and is_same_key and not scene.update_deletes.holds(old.client, old.clock):
        return False  # writing a key deletes the value before, unless the writer had seen that deleted
    seen = scene.seen.get(name)
    return seen is None or not seen.deletes.holds(old.client, old.clock)


def _deletion_against(
    scene: Scene, old: Node, operations: Sequence[Operation], kind: Kind | None = None, *, deletion_wins: bool = False
) -> Finding:
    assert old.removal is not None, "only what was removed is asked for"
    run = _removed_with(old)
    deletion = removal_of(run, old.removal.replica)
    return _against(scene, deletion, operations, kind, deletion_wins=deletion_wins)


def _removed_with(node: Node) -> list[Node]:
    """Return the nodes around one that were removed together with it, whatever was written between them since."""
    if node.key is not None:
        return [node]
    return [*reversed([*_removed_beside(node, left=True)]), node, *_removed_beside(node, left=False)]


def _removed_beside(node: Node, *, left: bool) -> Iterator[Node]:
    removal, other = node.removal, node.left if left else node.right
    assert removal is not None, "only what was removed is asked for"
    for _ in range(REACH):
        if other is None or (not other.deleted and other.clock < removal.known.get(other.client, 0)):
            return
        if other.removal is removal:
            yield other
        other = other.left if left else other.right


def _against(
    scene: Scene, deletion: Operation, operations: Sequence[Operation], kind: Kind | None, *, deletion_wins: bool
) -> Finding:
    if kind is Kind.TEXT_REGION:
        sides = [*(side(one, "kept") for one in operations), side(deletion, "kept")]
    elif deletion_wins:
        sides = [side(deletion, "won"), *(side(one, "lost") for one in operations)]
    else:
        sides = [*(side(one, "won") for one in operations[-1:]), side(deletion, "lost")]
        sides += [side(one, "lost") for one in operations[:-1]]
    path = extend(deletion.path, deletion.index) if deletion.index is not None and kind is None else deletion.path
    return describe(scene, kind or Kind.SET_AGAINST_DELETE, path, sides)


def _removal_conflict(scene: Scene, change: Change) -> Finding | None:
    """A removal whose author did not know of writes to the same key, inside what it removed, or beside that text."""
    first = change.removed[0]
    assert first.parent is not None, "only what has a place is read"
    unknown = Unknown(scene, change.operation.replica, first.removal.update if first.removal is not None else 0)
    inside = [node for one in change.removed if one.branch is not None for node in unknown.below(one.branch)]
    if inside:
        operations = [operation_of([node], scene.names) for node in inside[:MAX_TOLD]]
        return _against(scene, change.operation, operations, None, deletion_wins=True)
    if first.key is not None:
        later = [node for node in _to_the_right(first) if unknown(node)]
        operations = [operation_of([node], scene.names) for node in later]
        return _against(scene, change.operation, operations, None, deletion_wins=False) if later else None
    if unit_of(first.parent) != "characters":
        return None
    beside = [*unknown.beside(first, left=True), *unknown.beside(first, left=False)]  # and what is inside
    operations = [operation_of([node], scene.names) for node in beside]
    return _against(scene, change.operation, operations, Kind.TEXT_REGION, deletion_wins=False) if beside else None


def _replacement_conflict(scene: Scene, change: Change) -> Finding | None:
    """A key was written again by someone who had not seen what another wrote inside its last value."""
    old = change.added[0].left
    if change.added[0].key is None or old is None or old.branch is None:
        return None
    if old.removal is None or old.removal.replica != change.operation.replica:
        return None
    inside = Unknown(scene, change.operation.replica, old.removal.update).below(old.branch)
    operations = [operation_of([node], scene.names) for node in inside[:MAX_TOLD]]
    return _against(scene, change.operation, operations, None, deletion_wins=True) if inside else None


def _to_the_right(node: Node) -> Iterator[Node]:
    other = node.right
    while other is not None:
        yield other
        other = other.right


def _move_conflict(scene: Scene, change: Change) -> Finding | None:
    """Two replicas moved the same items: both copies are there now."""
    source = Id(change.removed[0].client, change.removed[0].clock)
    earlier = scene.moves.setdefault(source, [])
    node = change.added[0]
    rivals = [one for one in earlier if one.added[0].client != node.client and not node.has_seen(one.added[0])]
    earlier.append(change)
    if not rivals:
        return None
    sides = [side(one.operation, "kept") for one in (change, *rivals)]
    return describe(scene, Kind.MOVES, change.operation.path, sides)
