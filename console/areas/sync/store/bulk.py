"""Many issues in one step, which is taken back as one.

`rules`      {"rules": [{"entity_type", "path", "strategy"}], "who"} → {"rules": n}
`automatic`  {"issues"?: [ids], "dry_run"?: bool, "who"} → {"words", "settled": [ids], "remaining": [[id, reason]], "audit"?}
             settles and sends what the rules allow, in parts; leaves the same record as a hand
`undo_bulk`  {"who"} → {"undone": [ids], "kept": [[id, reason]], "words"}: takes the last `similar` or `automatic` back, as
             far as nothing else has happened to an issue since, and no command of it has been sent
"""

import sqlite3
from typing import Any, NamedTuple

from console.areas.sync.core.merge.memory import choices_from_json, choices_to_json
from console.areas.sync.core.merge.strategy import Settled
from console.areas.sync.core.tracking import Action
from console.areas.sync.store.arguments import issue_ids, person
from console.areas.sync.store.audit import Entry, record
from console.areas.sync.store.deciding import open_case
from console.areas.sync.store.rules import answers, open_issues, parse_rules, try_rules, write_rules
from console.areas.sync.store.sending import Resolution, put_resolution, refuse
from console.areas.sync.store.settling import Case, load_case, save_settlement
from console.areas.sync.store.tracked import move
from console.areas.sync.store.values import unpack
from console.store.outbox import withdraw

_BACK = {"resolving": Action.FAIL, "resolved": Action.REOPEN, "rejected": Action.REOPEN}
BULK = ("similar", "automatic")
PART = 500
"""So many issues are settled in one transaction: events do not wait long for it."""


def set_rules(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Put rules in the place of those that are there."""
    rules, who = parse_rules(args.get("rules")), person(args)
    write_rules(connection, rules)
    record(connection, now_ms, who, None, Entry("rules", f"{len(rules)} rules", decision=[list(rule) for rule in rules]))
    return {"rules": len(rules)}


def automatic(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Settle and send what the rules allow."""
    only = issue_ids(args, "issues") if args.get("issues") is not None else None
    trial, who = args.get("dry_run", False), person(args)
    if not isinstance(trial, bool):
        raise ValueError('"dry_run" must be true or false')
    if trial:
        return try_rules(connection, only)._asdict()
    under_way = _under_way(args) or _begin(connection, only, who, now_ms)
    waiting, batch = under_way["waiting"], under_way["batch"]
    for case, answer in answers(connection, waiting[:PART]):
        if isinstance(answer, Settled):
            _settle(connection, case, answer, who, now_ms, batch)
            under_way["settled"].append(case.issue_id)
        else:
            under_way["remaining"].append([case.issue_id, answer.reason])
    under_way["waiting"] = waiting[PART:]
    settled, remaining = under_way["settled"], under_way["remaining"]
    done, total = len(settled) + len(remaining), len(settled) + len(remaining) + len(under_way["waiting"])
    if under_way["waiting"]:
        return {"again": {**args, "under_way": under_way}, "progress": [done, total]}
    return {"words": f"settled {len(settled)} of {total}", "settled": settled, "remaining": remaining, "audit": batch}


def _under_way(args: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the part before handed on. Raises ValueError for anything else."""
    given = args.get("under_way")
    if given is None:
        return None
    lists = ("waiting", "settled", "remaining")
    if not isinstance(given, dict) or not all(isinstance(given.get(name), list) for name in lists):
        raise ValueError('"under_way" is for the parts of one step')
    if not isinstance(given.get("batch"), int) or not all(isinstance(one, int) for one in given["waiting"]):
        raise ValueError('"under_way" is for the parts of one step')
    return given


def _begin(connection: sqlite3.Connection, only: list[int] | None, who: str, now_ms: int) -> dict[str, Any]:
    """Note that the step begins; returns what its parts hand on."""
    waiting = open_issues(connection) if only is None else only
    words = f"settles what the rules allow of {len(waiting)} issues"
    batch = record(connection, now_ms, who, None, Entry("automatic", words))
    return {"waiting": waiting, "batch": batch, "settled": [], "remaining": []}


def _settle(
    connection: sqlite3.Connection, case: Case, answer: Settled, who: str, now_ms: int, batch: int
) -> None:  # fmt: skip
    rules = "; ".join(" ".join(rule) for rule in answer.rules)
    note = f"by rule: {rules}" if rules else "by the merge: nothing was in conflict"
    if answer.strategy == "rejected":
        refuse(connection, case, who, note, now_ms, by="system", batch=batch)
        return
    before = choices_to_json(case.settlement)
    save_settlement(connection, case.issue_id, answer.settlement, now_ms)
    resolution = Resolution(answer.strategy, answer.result, True, note, "system")
    put_resolution(connection, case, resolution, who, now_ms, batch, {"settlement": before})


class _Done(NamedTuple):
    """One issue's part of a step over many."""

    entry_id: int
    issue_id: int
    before: dict[str, Any]


def undo_bulk(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Take the last step over many issues back."""
    who = person(args)
    row = connection.execute(
        f"""SELECT id, words FROM sync_audit WHERE what IN {BULK} AND batch IS NULL
            AND id NOT IN (SELECT undoes FROM sync_audit WHERE undoes IS NOT NULL) ORDER BY id DESC LIMIT 1"""
    ).fetchone()
    if row is None:
        raise LookupError("there is no step over many issues to take back")
    batch, words = row
    undone, kept = [], []
    for done in _parts(connection, batch):
        try:
            _take_back(connection, done, who, now_ms)
            undone.append(done.issue_id)
        except (ValueError, LookupError) as error:
            kept.append([done.issue_id, str(error)])
    record(connection, now_ms, who, None, Entry("undo_bulk", f"took back: {words}", undoes=batch))
    return {"undone": undone, "kept": kept, "words": words}


def _parts(connection: sqlite3.Connection, batch: int) -> list[_Done]:
    rows = connection.execute("SELECT id, issue_id, before FROM sync_audit WHERE batch = ? ORDER BY id", (batch,))
    return [_Done(entry_id, issue_id, unpack(before)) for entry_id, issue_id, before in rows.fetchall()]


def _take_back(connection: sqlite3.Connection, done: _Done, who: str, now_ms: int) -> None:
    later = connection.execute(
        "SELECT words FROM sync_audit WHERE issue_id = ? AND id > ? ORDER BY id LIMIT 1", (done.issue_id, done.entry_id)
    ).fetchone()
    if later is not None:
        raise ValueError(f"something else has happened to it since: {later[0]}")
    key = done.before.get("key")
    if key is not None:
        if not withdraw(connection, key):
            raise ValueError("its resolution has been sent")
        connection.execute("DELETE FROM sync_command WHERE key = ?", (key,))
        connection.execute(
            """UPDATE sync_issue SET command = (SELECT key FROM sync_command WHERE issue_id = ?1 ORDER BY at_ms DESC LIMIT 1)
               WHERE id = ?1""",
            (done.issue_id,),
        )
        case = load_case(connection, done.issue_id)
        move(connection, done.issue_id, _BACK[case.state], now_ms, who, "taken back")
    before = done.before.get("settlement", done.before if key is None else None)
    case = open_case(connection, done.issue_id)
    if before is not None:
        save_settlement(connection, done.issue_id, choices_from_json(before, case.base, case.local, case.remote), now_ms)
    record(connection, now_ms, who, done.issue_id, Entry("undo", "a step over many issues was taken back"))
