"""A conflict that was found between concurrent operations, with everything a person needs to settle it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol

from console.areas.sync.core.crdt.operation import Operation


class Kind(StrEnum):
    """What collided."""

    CONCURRENT_SET = "concurrent_set"
    SET_AGAINST_DELETE = "set_against_delete"
    TEXT_REGION = "text_region"
    LIST_INSERTS = "list_inserts"
    MOVES = "moves"


TITLES = {
    Kind.CONCURRENT_SET: "one key written twice",
    Kind.SET_AGAINST_DELETE: "written and deleted",
    Kind.TEXT_REGION: "one place of a text edited twice",
    Kind.LIST_INSERTS: "two inserts at one place of a list",
    Kind.MOVES: "one item moved twice",
}
Outcome = Literal["won", "lost", "kept"]
_OUTCOMES = {"won": "stands", "lost": "is lost", "kept": "is kept"}


@dataclass(frozen=True, slots=True)
class Side:
    """One replica's part: what it did, the value of that, and what the merged document made of it."""

    replica: str
    operation: Operation
    value: Any
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """Concurrent operations on one place of an entity. `sides` begin with what stands; `ts_ms` is when it was found."""

    kind: Kind
    entity: str
    path: str
    sides: tuple[Side, ...]
    ts_ms: int

    @property
    def operations(self) -> tuple[Operation, ...]:
        return tuple(side.operation for side in self.sides)

    @property
    def replicas(self) -> tuple[str, ...]:
        """The replicas that took part, each once, in order."""
        return tuple(dict.fromkeys(side.replica for side in self.sides))

    @property
    def winner(self) -> Side | None:
        """What stands now; None where all sides were kept."""
        return next((side for side in self.sides if side.outcome == "won"), None)

    @property
    def losers(self) -> tuple[Side, ...]:
        """What the merge dropped: the values are from the updates themselves."""
        return tuple(side for side in self.sides if side.outcome == "lost")

    @property
    def words(self) -> str:
        """ "metadata.topic: one key written twice: pwa set … (stands), network set … (is lost)"."""
        parts = ", ".join(f"{side.operation.words} ({_OUTCOMES[side.outcome]})" for side in self.sides)
        return f"{self.path}: {TITLES[self.kind]}: {parts}"


class Occasion(Protocol):
    """Where and when something is found."""

    @property
    def entity(self) -> str: ...

    @property
    def ts_ms(self) -> int: ...


def side(operation: Operation, outcome: Outcome) -> Side:
    return Side(operation.replica, operation, operation.value, outcome)


def describe(occasion: Occasion, kind: Kind, path: str, sides: Sequence[Side]) -> Finding:
    return Finding(kind, occasion.entity, path, tuple(sides), occasion.ts_ms)
