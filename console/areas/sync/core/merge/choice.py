"""What a person can choose at a decision or a hunk of it, and what then stands there."""

import json
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, TypeAlias

from console.areas.sync.core.merge.decision import Decision, Hunk, Piece, join
from console.areas.sync.core.merge.values import MISSING, NO_BASE, Path, TooDeep, stand_in

How: TypeAlias = Literal["merged", "base", "local", "remote", "both", "edit", "delete"]


class Place(NamedTuple):
    """A decision, by its path, or one of its hunks, by its number among `Decision.hunks`."""

    path: Path
    hunk: int | None = None


class Choice(NamedTuple):
    """What shall stand at a place; `value` is that of an edit. *merged* confirms what the merge proposes."""

    how: How
    value: Any = MISSING


def choices_for(decision: Decision, hunk: int | None = None) -> tuple[How, ...]:
    """Return what can be chosen there, in the order of the keys: base, local, remote, both, edit, delete, merged."""
    if hunk is not None:
        return ("base", "local", "remote", "both", "edit", "delete") if 0 <= hunk < len(decision.hunks) else ()
    found: list[How] = ["local", "remote"] if decision.base is NO_BASE else ["base", "local", "remote"]
    if decision.about == "order":
        found.append("edit")
    else:
        found += ["both", "edit", "delete"] if _can_be_joined(decision) else ["edit", "delete"]
    return (*found, "merged") if decision.kind != "conflict" else tuple(found)


def check(decision: Decision, hunk: int | None, choice: Choice) -> None:
    """Raise `ValueError` for what cannot be chosen there."""
    if choice.how not in choices_for(decision, hunk):
        raise ValueError(f"{choice.how} cannot be chosen here")
    if choice.how != "edit":
        return
    try:
        json.dumps(choice.value, allow_nan=False)
    except (TypeError, RecursionError) as error:
        raise ValueError(f"no JSON value: {error}") from error
    if hunk is not None and not isinstance(choice.value, str if _is_text(decision) else list):
        raise ValueError("a stretch of a text is text, one of a list is a list")
    if decision.about == "order" and not _is_order(choice.value):
        raise ValueError("an order is a list of ids")


def chosen(decision: Decision, choice_at: Callable[[Place], Choice | None]) -> Any:
    """Return what stands at a decision, `MISSING` for nothing."""
    whole = choice_at(Place(decision.path)) or Choice("merged")
    match whole.how:
        case "edit":
            return whole.value
        case "delete":
            return MISSING
        case "local" | "remote" | "base":
            return _side(decision, whole.how)
    if not decision.hunks:
        return _both(decision) if whole.how == "both" else decision.result
    pieces = []
    for number, hunk in enumerate(decision.hunks):
        here = choice_at(Place(decision.path, number))
        if whole.how == "both" and hunk.kind == "conflict":
            here = whole
        pieces.append(hunk.result if here is None else _piece(hunk, here))
    return join(pieces, text=_is_text(decision))


def _piece(hunk: Hunk, choice: Choice) -> Piece:
    match choice.how:
        case "local":
            return hunk.local
        case "remote":
            return hunk.remote
        case "base":
            return hunk.base
        case "edit":
            return choice.value if isinstance(choice.value, str) else tuple(choice.value)
        case "delete":
            return type(hunk.base)()
    if isinstance(hunk.local, str):
        return hunk.local + str(hunk.remote)
    return (*hunk.local, *hunk.remote)


def _side(decision: Decision, how: Literal["base", "local", "remote"]) -> Any:
    value = decision.base if how == "base" else decision.local if how == "local" else decision.remote
    return MISSING if value is NO_BASE else value


def _both(decision: Decision) -> Any:
    local, remote = decision.local, decision.remote
    if isinstance(local, str):
        return local + ("\n" if "\n" in local or "\n" in remote else " ") + remote
    try:
        here = {stand_in(item) for item in local}
        return [*local, *(item for item in remote if stand_in(item) not in here)]
    except TooDeep:
        return [*local, *remote]


def _can_be_joined(decision: Decision) -> bool:
    local, remote = decision.local, decision.remote
    if isinstance(local, str) and isinstance(remote, str):
        return True
    return isinstance(local, list) and isinstance(remote, list)


def _is_text(decision: Decision) -> bool:
    return isinstance(decision.base, str)


def _is_order(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str | int) and not isinstance(one, bool) for one in value)
