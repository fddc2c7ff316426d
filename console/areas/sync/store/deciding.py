"""Decisions by hand. Each is kept and recorded at once, so that none is lost with the program; none is sent.

`choose`   {"issue": id, "path": [keys and {"id": …}], "hunk"?: n, "choice": base|local|remote|both|edit|delete|merged,
            "value"?: JSON of an edit, "who"} → {"decided": n, "places": n, "complete": whether nothing waits, "audit": id}
`undo`     {"issue": id, "who"} → as `choose`: the last decision about this issue is taken back
`similar`  {"issue": id, "others": [ids], "who"} → {"applied": [ids], "complete": [ids], "stopped"?: {"issue", "reason"},
            "audit": id}: decides alike places as this issue's; stops at the first issue that refuses; one undo step
"""

import sqlite3
from typing import Any

from console.areas.sync.core.merge.choice import Choice, Place
from console.areas.sync.core.merge.memory import choices_to_json, path_to_json
from console.areas.sync.core.merge.settlement import Settlement
from console.areas.sync.core.merge.similarity import transfer
from console.areas.sync.core.merge.values import MISSING, path_text
from console.areas.sync.store.arguments import choice, hunk, issue_id, issue_ids, path, person
from console.areas.sync.store.audit import Entry, record
from console.areas.sync.store.settling import Case, hashes_of, load_case, save_settlement

_OPEN = ("open", "reopened")


def choose(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Decide one place of a conflict."""
    case = open_case(connection, issue_id(args))
    place, chosen = Place(path(args), hunk(args)), choice(args)
    if (chosen == "edit") is not ("value" in args):
        raise ValueError('"value" belongs to an edit, and an edit needs one')
    value = args["value"] if chosen == "edit" else MISSING
    after = case.settlement.choose_all({place: Choice(chosen, value)})
    where = path_text(place.path) + (f", part {place.hunk + 1}" if place.hunk is not None else "")
    decision: dict[str, Any] = {"path": path_to_json(place.path), "hunk": place.hunk, "choice": chosen}
    if chosen == "edit":
        decision["value"] = value
    entry = Entry("choose", f"{where}: {chosen}", hashes_of(case.settlement), decision)
    return _keep(connection, now_ms, person(args), case, after, entry)


def undo(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Take the last decision about an issue back."""
    case = open_case(connection, issue_id(args))
    if not case.settlement.steps:
        raise LookupError("there is no decision to take back")
    places = ", ".join(path_text(place.path) for place in case.settlement.steps[-1])
    entry = Entry("undo", f"took back: {places}", hashes_of(case.settlement), choices_to_json(case.settlement)["choices"])
    return _keep(connection, now_ms, person(args), case, case.settlement.undo(), entry)


def similar(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Decide other issues as one was decided, up to the first that refuses."""
    model = load_case(connection, issue_id(args))
    if not model.settlement.choices:
        raise ValueError("nothing is decided about this issue yet")
    who, others = person(args), [one for one in issue_ids(args, "others") if one != model.issue_id]
    batch = record(
        connection, now_ms, who, model.issue_id,
        Entry("similar", f"decides {len(others)} others as this", hashes_of(model.settlement),
              choices_to_json(model.settlement)["choices"]),
    )  # fmt: skip
    applied, complete, stopped = [], [], None
    for other in others:
        try:
            case = open_case(connection, other)
            after = transfer(model.settlement, case.settlement)
            if after is case.settlement:
                raise ValueError("no place of it is clearly alike")
        except (ValueError, LookupError) as error:
            stopped = {"issue": other, "reason": str(error)}
            break
        choices = choices_to_json(after)["choices"]
        entry = Entry("similar", f"decided as issue {model.issue_id}", hashes_of(case.settlement), choices,
                      before=choices_to_json(case.settlement), batch=batch)  # fmt: skip
        done = _keep(connection, now_ms, who, case, after, entry)
        applied.append(other)
        if done["complete"]:
            complete.append(other)
    result = {"applied": applied, "complete": complete, "audit": batch}
    return result | ({"stopped": stopped} if stopped else {})


def open_case(connection: sqlite3.Connection, wanted: int) -> Case:
    """Return an issue that can be decided. Raises LookupError, and ValueError for one that is settled or on its way."""
    case = load_case(connection, wanted)
    if case.state == "resolving":
        raise ValueError(f"the resolution of issue {wanted} is on its way; its answer comes first")
    if case.state not in _OPEN:
        raise ValueError(f"issue {wanted} is {case.state}; reopen it first")
    return case


def _keep(
    connection: sqlite3.Connection, now_ms: int, who: str, case: Case, after: Settlement, entry: Entry
) -> dict[str, Any]:
    decided, places = save_settlement(connection, case.issue_id, after, now_ms)
    audit_id = record(connection, now_ms, who, case.issue_id, entry)
    return {"issue": case.issue_id, "decided": decided, "places": places, "complete": after.is_complete, "audit": audit_id}
