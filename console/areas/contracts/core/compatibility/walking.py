"""The walk over an old and a new schema side by side: each difference, with its place and what it does to the values.

It is a proof as well: where it finds nothing harmful, all that one side may send the other understands. Keywords of one
schema hold all at once, so it is enough that each is met by its like; what has no like is left for containment to decide.
Each place is entered once on a way, so schemas that refer to themselves end; so do those that are too large.
"""

from __future__ import annotations

from typing import Any

from console.areas.contracts.core.compatibility import walking_arrays, walking_objects, walking_others, walking_values
from console.areas.contracts.core.compatibility.changes import TOO_LARGE, Difference, Direction, Effect
from console.areas.contracts.core.compatibility.flattening import Flattener, value_key
from console.areas.contracts.core.compatibility.schemas import Document, references
from console.reporter.contracts.contract import Schema

MAX_STEPS = 20_000
MAX_DIFFERENCES = 500
MAX_LEVELS = 100


class Walk:
    """One comparison of two documents in one direction; `found` grows as it walks."""

    def __init__(self, old: Document, new: Document, direction: Direction) -> None:
        self.old, self.new, self.direction = old, new, direction
        self.found: list[Difference] = []
        self.alternatives = 0
        self._flat_old, self._flat_new = Flattener(old), Flattener(new)
        self._has_same_parts = value_key(old.defs) == value_key(new.defs)
        self._entered: set[tuple[int, int]] = set()
        self._steps = 0

    @property
    def is_request(self) -> bool:
        """Whether the old side writes and the new one reads."""
        return self.direction == "request"

    def run(self, path: str) -> list[Difference]:
        """Return what differs between the two documents."""
        self.node(self.old.root, self.new.root, path)
        return self.found

    def node(self, old: Schema, new: Schema, path: str) -> None:
        """Compare two schemas that stand at the same place."""
        if self._is_same(old, new):
            return
        before, after = self._flat_old.flat(old), self._flat_new.flat(new)
        key = (id(before), id(after))
        if key in self._entered:
            return
        self._steps += 1
        if self._steps > MAX_STEPS or len(self.found) >= MAX_DIFFERENCES or len(self._entered) > MAX_LEVELS:
            self._give_up(path)
            return
        self._entered.add(key)
        self._flat_nodes(before, after, path)
        self._entered.discard(key)

    def flat_old(self, node: Schema) -> Schema:
        """Return a part of the old schema, flattened."""
        return self._flat_old.flat(node)

    def flat_new(self, node: Schema) -> Schema:
        """Return a part of the new schema, flattened."""
        return self._flat_new.flat(node)

    def differ(self, path: str, kind: str, effect: str, what: str, old: Any, new: Any, **more: Any) -> None:
        """Note a difference."""
        self.found.append(Difference(path, kind, effect, what, old, new, is_within=self.alternatives > 0, **more))

    def has_other_parts(self, schema: Schema) -> bool:
        """Whether what stands the same refers to definitions that are not."""
        return not self._has_same_parts and bool(references(schema))

    def _flat_nodes(self, old: Schema, new: Schema, path: str) -> None:
        if isinstance(old, bool) or isinstance(new, bool):  # flat ones are never true
            self._never(old, new, path)
            return
        if walking_others.compare_shape(self, old, new, path):
            return
        if walking_values.compare_values(self, old, new, path):
            shared = walking_values.types_of(old) & walking_values.types_of(new)
            if "object" in shared:
                walking_objects.compare_objects(self, old, new, path)
            if "array" in shared:
                walking_arrays.compare_arrays(self, old, new, path)
            walking_others.compare_unions(self, old, new, path)
            walking_others.compare_rest(self, old, new, path)
        walking_others.compare_words(self, old, new, path)

    def _never(self, old: Schema, new: Schema, path: str) -> None:
        if old is False and new is not False:
            self.differ(
                path, "allowed", Effect.WIDENS, "a value may now stand here", False, True, old_node=False, new_node=new
            )
        elif new is False and old is not False:
            self.differ(path, "forbidden", Effect.NARROWS, "nothing may stand here any more", True, False,
                        old_node=old, new_node=False)  # fmt: skip

    def _is_same(self, old: Schema, new: Schema) -> bool:
        if old != new or value_key(old) != value_key(new):
            return False
        return not self.has_other_parts(old)

    def _give_up(self, path: str) -> None:
        if not any(one.kind == TOO_LARGE for one in self.found):
            what = "the schemas are too deep or differ in too many places to be compared whole"
            self.differ(path, TOO_LARGE, Effect.UNKNOWN, what, None, None, old_node=self.old.root, new_node=self.new.root)
