"""Bounded statistics of one (service, endpoint, version, direction, class of status), folded in a few microseconds.

Exact for every observation: presence, absence, types, nulls, and the counts of enumerations of up to 24 values. Sampled,
every fourth time after the first 512: forms of texts, fractions and ranges of numbers and lengths where there are more
values than that. Of an array or a map the first 50 and 50 more, evenly spread, are looked at.
"""

from __future__ import annotations

from typing import Any

from msgspec import MsgspecError, Struct, field, msgpack

from console.areas.contracts.core.drift.chance import MOST_PATHS
from console.areas.contracts.core.drift.detail import add_detail, add_value
from console.areas.contracts.core.drift.durations import Durations
from console.areas.contracts.core.drift.looking import code_of, is_map, safe_key, spread
from console.areas.contracts.core.drift.merging import collapse
from console.areas.contracts.core.drift.path_view import PathView, paths_of, places_of
from console.areas.contracts.core.drift.shapes import (
    MOST_SHAPES,
    Node,
    Shape,
    count_up,
    follow,
    forget_previous,
    forget_shapes,
    new_child,
)
from console.areas.contracts.core.drift.slot import (
    ARRAY,
    HOURS,
    MINUTES,
    OBJECT,
    Slot,
    Tally,
    remember,
    widen,
)
from console.reporter.contracts.exchange import ABSENT
from console.reporter.contracts.paths import ANY_ITEM, ANY_KEY

VERSION = 1
"""The first byte of what `dump` writes."""
DEEPEST = 24
ALL_OF_THE_FIRST = 512
_MOST_DIRTY = 512


class State(Struct, array_like=True):
    """All that is kept. `seen` counts exchanges, `n` those of them that had a body to look at."""

    root: Slot = field(default_factory=Slot)
    seen: int = 0
    n: int = 0
    slots: int = 1
    dropped: int = 0
    """Objects with places that found no room among the 512."""
    seed: int = 1
    first_ms: int = 0
    last_ms: int = 0
    examples: list[int] = field(default_factory=list)
    minutes: dict[int, int] = field(default_factory=dict)
    hours: dict[int, int] = field(default_factory=dict)
    durations: Durations = field(default_factory=Durations)


class Observed:
    """The statistics; not for several threads at once."""

    __slots__ = ("_dirty", "_looks", "_maps", "_minute", "_moment", "_node", "_pending", "state")

    def __init__(self, state: State | None = None) -> None:
        self.state = state or State()
        self._node = Node(self.state.root, 0)
        self._dirty: list[Shape] = []
        self._maps: list[tuple[Node, dict[str, Any]]] = []
        self._minute = -1
        self._moment = (0, 0)
        self._pending = 0
        self._looks = True

    @property
    def n(self) -> int:
        """How many values were folded."""
        return self.state.n

    @property
    def seen(self) -> int:
        """How many exchanges there were, with a body or without."""
        return self.state.seen

    def fold(self, value: Any, now_ms: int, event_id: int) -> None:
        """Take in one observed value, a decoded JSON value, or `ABSENT`: an exchange without a body that is known."""
        state = self.state
        if now_ms // 60_000 != self._minute or len(self._dirty) > _MOST_DIRTY:
            self._settle()
            self._minute = now_ms // 60_000
        self._moment = moment = (now_ms, event_id)
        if not self._pending and not state.seen:
            state.first_ms = now_ms
        self._pending += 1
        if value is ABSENT:
            return
        state.n = n = state.n + 1
        if n > ALL_OF_THE_FIRST:
            state.seed = seed = (state.seed * 1_103_515_245 + 12_345) & 0x7FFFFFFF  # the higher bits are the random ones
            self._looks = seed < 0x20000000
        root = self._node
        shape = root.kinds.get(type(value))
        if shape is None:
            shape = self._kind(root, value)
        if not shape.count:
            self._dirty.append(shape)
            shape.first, shape.first_moment = n, moment
        shape.count += 1
        shape.last, shape.moment = n, moment
        if shape.objects:
            self._object(root, value)
        elif shape.lists:
            self._list(root, value)
        elif shape.looked_at:
            self._leaf(root.slot, value)
        if self._maps:
            self._make_maps()

    def fold_duration(self, duration_ms: float, now_ms: int, event_id: int) -> None:
        """Take in how long one exchange took; what is not finite or negative is left out."""
        self.state.durations.add(duration_ms, now_ms, event_id)

    def settle(self) -> State:
        """Count up all that was folded and return the state, which is then exact."""
        self._settle()
        return self.state

    def paths(self) -> list[PathView]:
        """Return what is known of each place, in the order in which they appeared."""
        return paths_of(self.settle())

    def dump(self) -> bytes:
        """Return all of this as bytes."""
        forget_previous(self._node)
        return bytes((VERSION,)) + msgpack.encode(self.settle())

    @classmethod
    def load(cls, blob: bytes) -> Observed:
        """Return what `dump` wrote; raises ValueError for anything else."""
        if not blob or blob[0] != VERSION:
            raise ValueError(f"drift statistics of a form that is not known: {blob[:1].hex() or 'nothing'}")
        try:
            return cls(msgpack.decode(memoryview(blob)[1:], type=State))
        except (MsgspecError, UnicodeDecodeError) as exception:
            raise ValueError(f"drift statistics that cannot be read: {exception}") from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Observed) and self.settle() == other.settle()

    __hash__ = None  # type: ignore[assignment]

    def _object(self, node: Node, value: dict[str, Any]) -> None:
        slot, n, moment = node.slot, self.state.n, self._moment
        if node.at != n:
            node.at = n
            slot.events += 1
        if slot.star is not None:
            self._some(self._below(node, ANY_KEY, slot.star), spread(list(value.values())), slot.events)
            return
        shape = node.shapes.get((*value, *map(type, value.values())))
        if shape is None:
            shape = self._shape(node, value)
            if shape is None:
                return
        if not shape.count:
            self._dirty.append(shape)
            shape.first, shape.first_moment = slot.events, moment
        shape.count += 1
        shape.last, shape.moment = slot.events, moment
        if node.previous is not shape:
            follow(node, shape)
        for key, values, leaf in shape.watched:
            one = value[key]
            if one in values:
                values[one] += 1
            else:
                add_value(leaf, one, *moment)
                if leaf.is_open:
                    forget_shapes(node)  # its values are watched no more
        if self._looks:
            for key, leaf in shape.looked_at:
                add_detail(leaf, value[key], *moment)
        for key, below in shape.objects:
            self._object(below, value[key])
        for key, below in shape.lists:
            self._list(below, value[key])

    def _list(self, node: Node, value: list[Any]) -> None:
        slot, n, size = node.slot, self.state.n, len(value)
        bounds = slot.sizes
        if bounds is None or not bounds.low <= size <= bounds.high:
            slot.sizes = widen(bounds, size, *self._moment)
        if node.list_at != n:
            node.list_at = n
            slot.list_events += 1
        if not value:
            return
        if slot.items is None:
            if not self._has_room():
                return
            slot.items = Slot()
        self._some(self._below(node, ANY_ITEM, slot.items), spread(value), slot.list_events)

    def _some(self, node: Node, values: list[Any], event: int) -> None:
        """Take in values that stand beside each other in one place: items of an array, values of a map."""
        kinds: list[Any] = list(map(type, values))
        for kind in set(kinds):
            shape = node.kinds.get(kind) or self._kind(node, values[kinds.index(kind)])
            if not shape.count:
                self._dirty.append(shape)
                shape.first, shape.first_moment = event, self._moment
            shape.count += kinds.count(kind)
            shape.last, shape.moment = event, self._moment
            if shape.objects:
                for one in values:
                    if type(one) is kind:
                        self._object(node, one)
            elif shape.lists:
                for one in values:
                    if type(one) is kind:
                        self._list(node, one)
            elif shape.looked_at:
                for one in values:
                    if type(one) is kind:
                        self._leaf(node.slot, one)

    def _leaf(self, slot: Slot, value: Any) -> None:
        if value in slot.values and not slot.is_open and type(value) is not float:
            slot.values[value] += 1
        elif slot.is_open or type(value) is float:
            if self._looks:
                add_detail(slot, value, *self._moment)
        else:
            add_value(slot, value, *self._moment)

    def _below(self, node: Node, step: str | int, slot: Slot) -> Node:
        below = node.below.get(step)
        if below is None or below.slot is not slot:
            below = node.below[step] = Node(slot, node.depth + 1)
        return below

    def _has_room(self) -> bool:
        if self.state.slots >= MOST_PATHS:
            self.state.dropped += 1
            return False
        self.state.slots += 1
        return True

    def _kind(self, node: Node, value: Any) -> Shape:
        """Remember what to do with a value of this type that stands for itself: the root, an item, a value of a map."""
        code = code_of(value)
        shape = node.kinds[type(value)] = Shape(None, [(node.slot, code)])
        if code in (OBJECT, ARRAY) and node.depth < DEEPEST:
            (shape.objects if code == OBJECT else shape.lists).append(("", node))
        elif type(value) in (str, int, float):
            shape.looked_at.append(("", node.slot))
        return shape

    def _shape(self, node: Node, value: dict[str, Any]) -> Shape | None:
        """Remember the shape of this object; None when its place turns out to be a map."""
        slot = node.slot
        names = {key: safe_key(key) for key in value}
        fresh = [name for name in names.values() if name not in slot.children]
        if fresh and is_map(slot, fresh):
            self._maps.append((node, value))
            return None
        shape = Shape(node, [])
        done: set[int] = set()
        for key, name in names.items():
            child = slot.children.get(name)
            if child is None:
                if not self._has_room():
                    continue
                child = new_child(slot, name)
            if id(child) not in done:
                done.add(id(child))
                self._prepare(shape, node, key, child, value[key])
        if len(node.shapes) >= MOST_SHAPES:
            forget_shapes(node)
        node.shapes[(*value, *map(type, value.values()))] = shape
        return shape

    def _prepare(self, shape: Shape, node: Node, key: str, child: Slot, value: Any) -> None:
        code, kind = code_of(value), type(value)
        shape.present.append((child, code))
        child.types.setdefault(code, Tally())
        if code in (OBJECT, ARRAY):
            if node.depth + 1 < DEEPEST:
                (shape.objects if code == OBJECT else shape.lists).append((key, self._below(node, safe_key(key), child)))
        elif kind in (str, int) and not child.is_open:
            shape.watched.append((key, child.values, child))
        elif kind in (str, int, float):
            shape.looked_at.append((key, child))

    def _make_maps(self) -> None:
        """Collapse the objects that turned out to be maps, and take in the values that showed it."""
        waiting, self._maps = self._maps, []
        self._settle()
        for node, value in waiting:
            slot = node.slot
            if slot.star is None:
                collapse(slot)
                forget_shapes(node)
                node.below.clear()
            assert slot.star is not None
            self._some(self._below(node, ANY_KEY, slot.star), spread(list(value.values())), slot.events)
        self.state.slots = sum(1 for _ in places_of(self.state.root))

    def _settle(self) -> None:
        """Count up what is pending; between two folds only, so that parents and children agree."""
        for shape in self._dirty:
            count_up(shape)
        self._dirty.clear()
        if self._pending:
            state, (now_ms, event_id) = self.state, self._moment
            state.seen += self._pending
            state.last_ms = max(state.last_ms, now_ms)
            remember(state.examples, event_id)
            for buckets, at, most in ((state.minutes, now_ms // 60_000, MINUTES), (state.hours, now_ms // 3_600_000, HOURS)):
                buckets[at] = buckets.get(at, 0) + self._pending
                if len(buckets) > most:
                    del buckets[min(buckets)]
            self._pending = 0
