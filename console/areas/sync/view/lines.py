"""From a merge and what was decided so far to the lines of the stepper. May run on any thread."""

import json
from collections.abc import Iterator
from typing import Any

from console.areas.sync.core.merge.choice import Choice, Place, choices_for
from console.areas.sync.core.merge.decision import Decision, Hunk, Piece
from console.areas.sync.core.merge.settlement import Settlement
from console.areas.sync.core.merge.values import MISSING, NO_BASE, path_text
from console.areas.sync.view.stepping import Cells, Line

CELL_CHARS = 100_000
_SHORT_JSON = 60
_HUNK_RULES = {
    "stable": "nobody changed it", "local": "only local changed it", "remote": "only remote changed it",
    "same": "both changed it, to the same", "conflict": "both changed it, differently",
}  # fmt: skip


def lines_of(settlement: Settlement) -> list[Line]:
    """Return a line for each decision of the merge, and for each hunk of those that wait for somebody."""
    return [line for decision in settlement.merge.decisions for line in _lines(settlement, decision)]


def edit_start(settlement: Settlement, place: Place) -> Any:
    """Return the value that an edit at a place starts from: what stands there, in a conflict local or else remote."""
    decision = settlement.decision_at(place.path)
    if place.hunk is not None:
        hunk = decision.hunks[place.hunk]
        piece = _chosen_piece(hunk, settlement.choices.get(place))
        if hunk.kind == "conflict" and place not in settlement.choices:
            piece = hunk.local or hunk.remote
        return piece if isinstance(piece, str) else list(piece)
    value = settlement.value_of(decision) if settlement.is_settled(decision) else decision.local
    return next((one for one in (value, decision.local, decision.remote) if one is not MISSING), "")


def value_text(value: Any) -> str | None:
    """Return a value as a cell shows it: texts as they are, else JSON; None for an absent one."""
    if value is MISSING or value is NO_BASE:
        return None
    if isinstance(value, str):
        return value[:CELL_CHARS]
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict | list) and len(text) > _SHORT_JSON:
        text = json.dumps(value, ensure_ascii=False, indent=1)
    return text[:CELL_CHARS]


def _lines(settlement: Settlement, decision: Decision) -> Iterator[Line]:
    place = Place(decision.path)
    choice = settlement.choices.get(place)
    title = path_text(decision.path) + (" (order of its items)" if decision.about == "order" else "")
    parts = bool(decision.hunks) and decision.is_open and (choice is None or choice.how == "merged")
    waits = decision.is_open and not settlement.is_settled(decision)
    result = None if waits and decision.kind == "conflict" else value_text(settlement.value_of(decision))
    cells: Cells = (value_text(decision.base), value_text(decision.local), value_text(decision.remote), result)
    yield Line(
        place, title, _kind(decision, choice, parts), cells, _rule(settlement, decision), choice.how if choice else "",
        choices_for(decision), has_parts=parts, has_base=decision.base is not NO_BASE,
    )  # fmt: skip
    if parts:
        for number, hunk in enumerate(decision.hunks):
            yield _hunk_line(settlement, decision, number, hunk, title)


def _kind(decision: Decision, choice: Choice | None, parts: bool) -> str:
    if choice is not None:
        return "chosen"
    if decision.kind == "review":
        return "review"
    if decision.kind == "conflict":
        return "parts" if parts else "open"
    return "same" if decision.is_unchanged else "auto"


def _rule(settlement: Settlement, decision: Decision) -> str:
    if decision.kind == "review":
        return f"{decision.rule} (B takes both)"
    if not decision.hunks or decision.kind != "conflict":
        return decision.rule
    still, asked = len(settlement.open_hunks(decision)), sum(hunk.kind == "conflict" for hunk in decision.hunks)
    return f"{asked - still} of {asked} part{'' if asked == 1 else 's'} decided; {decision.rule}"


def _hunk_line(settlement: Settlement, decision: Decision, number: int, hunk: Hunk, title: str) -> Line:
    place = Place(decision.path, number)
    choice = settlement.choices.get(place)
    waits = hunk.kind == "conflict" and choice is None
    kind = "chosen" if choice else "open" if waits else "same" if hunk.kind == "stable" else "auto"
    result = None if waits else _piece_text(_chosen_piece(hunk, choice))
    return Line(
        place, f"{title}, part {number + 1} of {len(decision.hunks)}", kind,
        (_piece_text(hunk.base), _piece_text(hunk.local), _piece_text(hunk.remote), result),
        _HUNK_RULES[hunk.kind], choice.how if choice else "", choices_for(decision, number),
        has_base=decision.base is not NO_BASE,
    )  # fmt: skip


def _chosen_piece(hunk: Hunk, choice: Choice | None) -> Piece:
    if choice is None:
        return hunk.result
    match choice.how:
        case "base" | "local" | "remote":
            piece: Piece = getattr(hunk, choice.how)
            return piece
        case "both":
            return hunk.local + hunk.remote  # type: ignore[operator]  # the pieces of a hunk are of one type
        case "edit":
            return choice.value if isinstance(choice.value, str) else tuple(choice.value)
    return type(hunk.base)()


def _piece_text(piece: Piece) -> str | None:
    """Return a stretch of a text without its last line feed, or items of a list; None for an empty one."""
    if not piece:
        return None
    if isinstance(piece, str):
        return piece.removesuffix("\n")[:CELL_CHARS]
    return "\n".join(value_text(item) or "" for item in piece)[:CELL_CHARS]
