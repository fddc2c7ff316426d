"""What a person decides about findings and alerts."""

import sqlite3
from dataclasses import replace
from typing import Any

from console.areas.contracts.store import arguments
from console.areas.contracts.store.answers import CLASSES
from console.areas.contracts.store.proposing import load_proposal
from console.areas.contracts.store.state import stamp_change
from console.areas.contracts.store.versions import choose, save_version

_FINDING = "SELECT endpoint_id, state, CASE own WHEN '' THEN severity ELSE own END FROM contracts_finding WHERE id = ?"


def accept(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Make a new version of a contract that promises what was found, and check against it from now on."""
    wanted = arguments.ids(args, "findings")
    endpoints = set()
    for finding_id in wanted:
        endpoint_id, state, _ = _finding(connection, finding_id)
        if state == "closed":
            raise ValueError(f"finding {finding_id} is closed: what it told of is gone")
        endpoints.add(endpoint_id)
    if len(endpoints) > 1:
        raise ValueError("these findings are about several endpoints: accept those of one at a time")
    proposed = load_proposal(connection, endpoints.pop(), wanted).contract
    number = arguments.text(args, "version", arguments.MAX_NAME).strip() or proposed.version
    note = arguments.text(args, "note") or f"accepts {len(wanted)} finding{'s' if len(wanted) > 1 else ''}"
    arguments.check_schemas(proposed)
    saved = save_version(connection, replace(proposed, version=number), "accepted", now_ms, note=note)
    if saved.outcome == "same":
        raise ValueError(f"version {number} promises this already")
    choose(connection, saved.version_id)
    connection.execute(f"UPDATE contracts_finding SET state = 'accepted' WHERE id IN ({','.join(map(str, wanted))})")
    stamp_change(connection)
    return {"endpoint": saved.endpoint_id, "version": saved.version_id, "number": number}


def mute(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Leave findings out of lists and counts until a time."""
    wanted, until_ms, note = (
        arguments.ids(args, "findings"),
        arguments.moment(args, "until_ms"),
        arguments.text(args, "note"),
    )
    if until_ms <= now_ms:
        raise ValueError("the time to mute until has passed already")
    for finding_id in wanted:
        _finding(connection, finding_id)
        connection.execute(
            "UPDATE contracts_finding SET muted_until_ms = ?1, note = CASE ?2 WHEN '' THEN note ELSE ?2 END WHERE id = ?3",
            (until_ms, note, finding_id),
        )
    return {"muted": len(wanted)}


def unmute(connection: sqlite3.Connection, args: dict[str, Any], _now_ms: int) -> dict[str, Any]:
    """Show findings again."""
    wanted = arguments.ids(args, "findings")
    for finding_id in wanted:
        _finding(connection, finding_id)
        connection.execute("UPDATE contracts_finding SET muted_until_ms = NULL WHERE id = ?", (finding_id,))
    return {"unmuted": len(wanted)}


def set_severity(connection: sqlite3.Connection, args: dict[str, Any], _now_ms: int) -> dict[str, Any]:
    """Give a finding another class than the one that was found; "" takes that back."""
    finding_id, own = arguments.one_id(args, "finding"), args.get("class")
    if own != "" and own not in CLASSES:
        raise ValueError(f'"class" must be one of {", ".join(CLASSES)}, or "" for the one that was found')
    _finding(connection, finding_id)
    connection.execute("UPDATE contracts_finding SET own = ? WHERE id = ?", (own, finding_id))
    return {"severity": _finding(connection, finding_id)[2]}


def acknowledge(connection: sqlite3.Connection, args: dict[str, Any], _now_ms: int) -> dict[str, Any]:
    """Mark alerts as seen, all of them where none is named."""
    wanted = arguments.ids(args, "alerts", may_be_empty=True)
    some = f"id IN ({','.join(map(str, wanted))})" if wanted else "1"
    done = connection.execute(f"UPDATE contracts_alert SET is_acknowledged = 1 WHERE is_acknowledged = 0 AND {some}")
    return {"acknowledged": done.rowcount}


def _finding(connection: sqlite3.Connection, finding_id: int) -> tuple[int, str, str]:
    """Return (endpoint, state, class that counts) of a finding. Raises LookupError."""
    row = connection.execute(_FINDING, (finding_id,)).fetchone()
    if row is None:
        raise LookupError(f"there is no finding {finding_id}")
    return int(row[0]), row[1], row[2]
