"""What is remembered of the shape of an object, so that an object of a known shape costs one look-up and few steps."""

from __future__ import annotations

from typing import Any

from console.areas.contracts.core.drift.slot import OBJECT, Slot, Tally, note_bucket

MOST_SHAPES = 64
"""Per place; when there are more, all are counted up and forgotten."""


class Node:
    """A place while it is being observed: its slot, the shapes that came here, and the places below.

    `at` is the last observation that had an object here, `list_at` one that had an array.
    """

    __slots__ = ("at", "below", "depth", "kinds", "list_at", "previous", "shapes", "slot")

    def __init__(self, slot: Slot, depth: int) -> None:
        self.slot, self.depth = slot, depth
        self.at = self.list_at = 0
        self.previous: Shape | None = None
        """The shape of the newest object."""
        self.shapes: dict[tuple[Any, ...], Shape] = {}
        self.kinds: dict[type, Shape] = {}
        """For an item of an array or a value of a map: by the type of the value."""
        self.below: dict[str | int, Node] = {}


class Shape:
    """Keys and types of an object, and how many of them came since they were last counted up (`count`).

    `present` are the slots that are there with the codes of their types. `watched` are the texts and whole numbers of
    enumerations, `looked_at` all other leaves with something to look at, `objects` and `lists` what lies below.
    """

    __slots__ = (
        "begun", "count", "first", "first_moment", "last", "lists", "looked_at", "moment", "node", "objects", "present",
        "watched",
    )  # fmt: skip

    def __init__(self, node: Node | None, present: list[tuple[Slot, int]]) -> None:
        self.node, self.present = node, present
        self.count = self.first = self.last = 0
        self.first_moment = self.moment = (0, 0)
        self.begun: dict[Shape, list[Tally]] = {}
        """By the shape before: the tallies of which a run begins, or an absence ends."""
        self.watched: list[tuple[str, dict[str | int, int], Slot]] = []
        self.looked_at: list[tuple[str, Slot]] = []
        self.objects: list[tuple[str, Node]] = []
        self.lists: list[tuple[str, Node]] = []


def forget_shapes(node: Node) -> None:
    """Forget all shapes of the node; what they counted is still counted up."""
    for shape in node.shapes.values():
        shape.begun.clear()
    node.shapes.clear()


def forget_previous(node: Node) -> None:
    """Forget what came last at the node and below, as one who reads the statistics later cannot know it."""
    node.previous = None
    for below in node.below.values():
        forget_previous(below)


def follow(node: Node, shape: Shape) -> None:
    """Note that the shape follows on another one: of what differs a run begins, or an absence ends."""
    previous, node.previous = node.previous, shape
    if previous is not None:
        begun = shape.begun.get(previous)
        for tally in _begun_after(shape, previous) if begun is None else begun:
            tally.runs += 1


def _begun_after(shape: Shape, previous: Shape) -> list[Tally]:
    before = {(id(slot), code) for slot, code in previous.present}
    there = {id(slot) for slot, _ in previous.present}
    begun = [slot.types[code] for slot, code in shape.present if (id(slot), code) not in before and code in slot.types]
    begun += [slot.absent for slot, _ in shape.present if id(slot) not in there]
    if len(shape.begun) >= MOST_SHAPES:
        shape.begun.clear()
    shape.begun[previous] = begun
    return begun


def count_up(shape: Shape) -> None:
    """Move what the shape counted into the slots: types of what was there, absence of what was not."""
    count, first, last = shape.count, shape.first, shape.last
    (first_ms, _), (last_ms, event_id) = shape.first_moment, shape.moment
    shape.count = 0
    for slot, code in shape.present:
        tally = slot.types.get(code)
        if tally is None:
            tally = slot.types[code] = Tally()
        tally.add(count, first, last, first_ms, last_ms, event_id)
        if code == 0:
            note_bucket(slot, last_ms, 1, count)
        elif code != next(iter(slot.types)):
            note_bucket(slot, last_ms, 2, count)
    if shape.node is not None and len(shape.present) < len(shape.node.slot.children):
        there = {id(slot) for slot, _ in shape.present}
        for slot in shape.node.slot.children.values():
            if id(slot) not in there:
                slot.absent.add(count, first, last, first_ms, last_ms, event_id)
                note_bucket(slot, last_ms, 0, count)


def new_child(slot: Slot, name: str) -> Slot:
    """Return a new place below the slot; whatever objects were counted up already did not have it."""
    child = slot.children[name] = Slot()
    tally = slot.types.get(OBJECT)
    if tally is not None and tally.n:
        child.absent.add(
            tally.n, 1, max(slot.events - 1, 1), tally.first_ms, tally.last_ms, tally.examples[0] if tally.examples else 0
        )
    return child
