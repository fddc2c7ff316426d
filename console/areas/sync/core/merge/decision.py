"""What a merge decided, place by place."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

from console.areas.sync.core.merge.diff3 import RegionKind
from console.areas.sync.core.merge.values import MISSING, Path

Kind: TypeAlias = Literal["same", "local", "remote", "both", "conflict", "review", "policy"]
About: TypeAlias = Literal["value", "order"]
Piece: TypeAlias = str | tuple[Any, ...]
"""A stretch of a text, or of a list's items."""

UNCHANGED = "nobody changed it"
EQUAL_WITHOUT_BASE = "both sides are equal"


class Hunk(NamedTuple):
    """A stretch of a text or list: who changed it, and what stands there on the three sides.

    All hunks of a decision, joined, are the whole text or list. Of a conflict, the base stands until it is settled.
    """

    kind: RegionKind
    base: Piece
    local: Piece
    remote: Piece

    @property
    def result(self) -> Piece:
        """What stands in the merge."""
        if self.kind in ("local", "same"):
            return self.local
        return self.remote if self.kind == "remote" else self.base


class Decision(NamedTuple):
    """One place of the document: what became of it, why, and what stood there; `MISSING` is absent.

    `rule` is in words. `base` is `NO_BASE` where what both came from is not known. Of a conflict, `result` is the base,
    or `MISSING` where there is none. A decision about *order* belongs to the list at its path; its values are lists of
    ids, and its items have decisions of their own. Kinds *conflict* and *review* wait for somebody.
    """

    path: Path
    kind: Kind
    rule: str
    base: Any
    local: Any
    remote: Any
    result: Any
    hunks: tuple[Hunk, ...] = ()
    about: About = "value"

    @property
    def is_open(self) -> bool:
        """Whether the merge alone does not settle it."""
        return self.kind in ("conflict", "review")

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing happened here: a view folds such rows away."""
        return self.rule in (UNCHANGED, EQUAL_WITHOUT_BASE)


def join(pieces: Sequence[Piece], *, text: bool) -> Any:
    """Return the text or list that the pieces are."""
    if text:
        return "".join(str(piece) for piece in pieces)
    return [item for piece in pieces for item in piece]


def conflict(path: Path, base: Any, local: Any, remote: Any, rule: str, hunks: tuple[Hunk, ...] = ()) -> Decision:
    """Return a conflict in which the base stands for now, or nothing."""
    standing = join([hunk.result for hunk in hunks], text=isinstance(base, str)) if hunks else base
    return Decision(path, "conflict", rule, base, local, remote, standing if _is_value(standing) else MISSING, hunks)


def _is_value(value: Any) -> bool:
    return not isinstance(value, type(MISSING))
