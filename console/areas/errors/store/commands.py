"""What a person can do to error groups; each change is written to the audit and can be taken back.

`status`   {"groups": [ids], "status": "pending"|"resolved"|"ignored"|"workaround", "note"?: text, "who"}
           → {"changed": groups, "audit": id}; without a note the old one stays
`merge`    {"into": id, "groups": [ids], "who"} → {"group": id, "moved": events, "audit": id}
`split`    {"group": id, "facet": name, "value"?: text, "who"} or {"group": id, "message": text with *, "who"}
           → {"groups": [ids], "moved": events, "audit": id}
`undo`     {"steps"?: 1, "who"} → {"undone": [words], "next": words of what could be undone now}
`producer` {"service"?: "" for all, "use": true|false|null to forget, "who"} → {"regroup": whether events wait for one}
`regroup`  {"who"} → {"events": n, "groups": n, "moved": n}, in parts (see `regrouping`)
"""

import sqlite3
from collections.abc import Mapping
from typing import Any

from console.areas.errors.store.answers import STATUSES, SplitRule
from console.areas.errors.store.arguments import group_id, group_ids, person, shown_group, text
from console.areas.errors.store.audit import last_undoable, record
from console.areas.errors.store.reassigning import reassign
from console.areas.errors.store.regrouping import regroup
from console.areas.errors.store.splitting import MAX_PATTERN, read_rules, write_rules
from console.areas.errors.store.state import ensure_state, stamp_change
from console.areas.errors.store.traits import FACETS, TEXT_LENGTH
from console.store.projection import AreaCommand

_BY_HAND = tuple(status for status in STATUSES if status != "regressed")
_CHANGEABLE = ("status", "note", "who", "changed_ms", "merged_into", "split")
MAX_UNDO = 100


def set_status(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Set status and note of groups."""
    status = args.get("status")
    if status not in _BY_HAND:
        raise ValueError(f'"status" must be one of {", ".join(_BY_HAND)}')
    new: dict[str, Any] = {"status": status, "who": person(args), "changed_ms": now_ms}
    if args.get("note") is not None:
        new["note"] = text(args, "note")
    shown = {shown_group(connection, one) for one in group_ids(args)}
    words = f"{status}: {new['note']}" if new.get("note") else str(status)
    audit = _change(connection, now_ms, new["who"], "status", words, dict.fromkeys(sorted(shown), new))
    return {"changed": len(shown), "audit": audit}


def merge(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Show the events of several groups in one; events with their fingerprints follow from now on."""
    into = shown_group(connection, group_id(args, "into"))
    merged = {shown_group(connection, one) for one in group_ids(args)} - {into}
    if not merged:
        raise ValueError("these are one group already; give other groups to merge")
    # What was merged into these comes along, so that one step always leads to the group that is shown.
    lists = ",".join(map(str, merged))
    earlier = connection.execute(f"SELECT id FROM errors_group WHERE merged_into IN ({lists})").fetchall()
    new = {one: {"merged_into": into} for one in sorted(merged | {row[0] for row in earlier})}
    names = ", ".join(map(str, sorted(merged)[:20])) + (" …" if len(merged) > 20 else "")
    words = f"merged {names} into {into}"
    audit = _change(connection, now_ms, person(args), "merge", words, {into: {}, **new})
    return {"group": into, "moved": reassign(connection, {into, *merged}), "audit": audit}


def split(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Give the events of a group that have some value, or such a message, groups of their own, later ones too."""
    split_id = shown_group(connection, group_id(args, "group"))
    rule = _split_rule(args)
    (kept,) = connection.execute("SELECT split FROM errors_group WHERE id = ?", (split_id,)).fetchone()
    rules = read_rules(kept)
    if rule in rules:
        raise ValueError(f"the group {split_id} is split by {rule.words} already")
    _start_children_anew(connection, split_id)
    new = {split_id: {"split": write_rules((*rules, rule))}}
    audit = _change(connection, now_ms, person(args), "split", f"split {split_id} by {rule.words}", new)
    moved = reassign(connection, {split_id})
    if not moved:
        raise ValueError(f"no event of the group {split_id} would move: none has {rule.words}")
    children = connection.execute("SELECT id FROM errors_group WHERE parent_id = ? AND kept > 0 ORDER BY id", (split_id,))
    return {"groups": [row[0] for row in children], "moved": moved, "audit": audit}


def _start_children_anew(connection: sqlite3.Connection, parent_id: int) -> None:
    """Children that an undone split left empty take the state of their parent, as new ones do."""
    connection.execute(
        """UPDATE errors_group SET (status, note, who, changed_ms) =
             (SELECT status, note, who, changed_ms FROM errors_group WHERE id = ?1)
           WHERE parent_id = ?1 AND kept = 0 AND gone = 0""",
        (parent_id,),
    )


def _split_rule(args: dict[str, Any]) -> SplitRule:
    facet, value, message = text(args, "facet"), text(args, "value", TEXT_LENGTH), text(args, "message", MAX_PATTERN)
    if bool(facet) == bool(message):
        raise ValueError('split wants either "facet" or "message"')
    if facet and facet not in FACETS:
        raise ValueError(f'"facet" must be one of {", ".join(FACETS)}')
    if message and not message.strip("* "):
        raise ValueError('"message" must say more than "anything"')
    return SplitRule(facet, value if facet else "", message)


def undo(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Take the last changes back, newest first."""
    steps = args.get("steps", 1)
    if not isinstance(steps, int) or isinstance(steps, bool) or not 1 <= steps <= MAX_UNDO:
        raise ValueError(f'"steps" must be a whole number from 1 to {MAX_UNDO}')
    who, undone = person(args), []
    for _ in range(steps):
        change = last_undoable(connection)
        if change is None:
            break
        _change(connection, now_ms, who, "undo", f"took back: {change.words}", change.before, undoes=change.id)
        if change.what != "status":
            children = connection.execute(
                f"SELECT id FROM errors_group WHERE parent_id IN ({','.join(map(str, change.before))})"
            )
            reassign(connection, {*change.before, *(row[0] for row in children.fetchall())})
        undone.append(change.words)
    if not undone:
        raise LookupError("there is nothing to undo (what was changed before a regroup stays as it is)")
    following = last_undoable(connection)
    return {"undone": undone, "next": following.words if following else ""}


def use_producer(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Group by the producer's own fingerprint, or by ours, for one service or for all others."""
    service, use, who = text(args, "service", TEXT_LENGTH), args.get("use"), person(args)
    if use is not None and not isinstance(use, bool):
        raise ValueError('"use" must be true, false, or null to forget it')
    before = connection.execute("SELECT use FROM errors_producer WHERE service = ?", (service,)).fetchone()
    was = None if before is None else bool(before[0])
    if was == use:
        return {"regroup": False}
    ensure_state(connection)
    stamp_change(connection)
    if use is None:
        connection.execute("DELETE FROM errors_producer WHERE service = ?", (service,))
    else:
        connection.execute("INSERT OR REPLACE INTO errors_producer VALUES (?, ?)", (service, use))
    # What a regroup under way has found was found with the old choice: it starts again.
    connection.execute("UPDATE errors_state SET rules = 0, regroup_rules = 0")
    whose = {True: "its own fingerprint", False: "our rules", None: "what holds for all"}[use]
    record(connection, now_ms, who, "producer", f"{service or 'all services'}: group by {whose}", {}, {})
    return {"regroup": True}


def _change(
    connection: sqlite3.Connection,
    now_ms: int,
    who: str,
    what: str,
    words: str,
    new: Mapping[int, Mapping[str, Any]],
    undoes: int | None = None,
) -> int:
    """Set columns of groups and write down what was there before; returns the id of the entry."""
    ensure_state(connection)
    stamp_change(connection)
    before: dict[int, dict[str, Any]] = {}
    for one, columns in new.items():
        names = [name for name in _CHANGEABLE if name in columns]
        before[one] = {}
        if names:
            row = connection.execute(f"SELECT {', '.join(names)} FROM errors_group WHERE id = ?", (one,)).fetchone()
            before[one] = dict(zip(names, row, strict=True))
            sets = ", ".join(f"{name} = ?" for name in names)
            connection.execute(f"UPDATE errors_group SET {sets} WHERE id = ?", (*(columns[name] for name in names), one))
    return record(connection, now_ms, who, what, words, before, new, undoes)


COMMANDS: dict[str, AreaCommand] = {
    "status": set_status,
    "merge": merge,
    "split": split,
    "undo": undo,
    "producer": use_producer,
    "regroup": regroup,
}
