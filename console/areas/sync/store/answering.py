"""What an issue makes of the answer to its resolution."""

import re
import sqlite3
from typing import Any

from console.areas.sync.core.merge.memory import path_to_json
from console.areas.sync.core.merge.rebasing import rebase
from console.areas.sync.core.merge.values import MISSING, equal, path_text
from console.areas.sync.core.tracking import Action, ActionRefused
from console.areas.sync.store.audit import Entry, record
from console.areas.sync.store.settling import Case, hashes_of, load_case, save_settlement
from console.areas.sync.store.tracked import move
from console.areas.sync.store.values import pack, storable
from console.store.outbox import OutboxRow

_BEFORE = re.compile(r"answered before: (applied|stale|rejected|expired)\b")


def on_answer(connection: sqlite3.Connection, command: OutboxRow, now_ms: int) -> None:
    """Take an answer: applied ends the issue, stale asks again what changed, refused opens it with the reason."""
    row = connection.execute("SELECT issue_id FROM sync_command WHERE key = ?", (command.key,)).fetchone()
    if row is None:
        return
    case, state = load_case(connection, row[0]), first_state(command)
    answer = {"state": command.state, "result": command.result, "reason": command.reason}
    words = f"{command.source}: {command.state}" + (f", {command.reason}" if command.reason else "")
    entry = Entry("answer", words, hashes_of(case.settlement), key=command.key, answer=answer)
    record(connection, now_ms, command.source, case.issue_id, entry)
    if command.args.get("strategy") == "rejected":
        return  # it was closed here already; what the service made of that stands in the record
    if state == "applied":
        _resolve(connection, case, command, now_ms)
    elif state == "stale":
        _ask_again(connection, case, command, now_ms, words)
    else:
        _try_move(connection, case.issue_id, Action.FAIL, now_ms, command.source, words)


def first_state(command: OutboxRow) -> str:
    """Return what became of a command when it was first run: a duplicate repeats the answer of that time."""
    if command.state != "duplicate":
        return command.state
    told = _BEFORE.search(command.reason)
    if told:
        return told[1]
    return "stale" if isinstance(command.result, dict) and "current" in command.result else "applied"


def _resolve(connection: sqlite3.Connection, case: Case, command: OutboxRow, now_ms: int) -> None:
    result = command.result if isinstance(command.result, dict) else {}
    version = _version(result.get("version"))
    note = f"applied by {command.source}" + (f", version {version}" if version is not None else "")
    _try_move(connection, case.issue_id, Action.RESOLVE, now_ms, command.source, note)


def _ask_again(connection: sqlite3.Connection, case: Case, command: OutboxRow, now_ms: int, words: str) -> None:
    """Take over both sides as they are now; decisions whose inputs did not change are kept."""
    result = command.result if isinstance(command.result, dict) else {}
    told = result.get("current")
    current: dict[str, Any] = told if isinstance(told, dict) else {}
    local, remote = (_side(current, name, before) for name, before in (("local", case.local), ("remote", case.remote)))
    wanted = command.args.get("result", MISSING)
    if current and wanted is not MISSING and equal(local, wanted) and equal(remote, wanted):
        _try_move(connection, case.issue_id, Action.RESOLVE, now_ms, command.source, "both sides are as decided already")
        return
    rebased = rebase(case.settlement, local, remote)
    versions = [
        _version(current.get(f"{name}Version"))
        or _version(side.get("version") if isinstance(side, dict) else None)
        or before
        for name, side, before in zip(("local", "remote"), (local, remote), case.versions, strict=True)
    ]
    sides = (_packed(local), _packed(remote), case.issue_id)
    connection.execute("UPDATE sync_body SET local = ?, remote = ? WHERE issue_id = ?", sides)
    connection.execute(
        "UPDATE sync_issue SET local_version = ?, remote_version = ? WHERE id = ?", (*versions, case.issue_id)
    )
    save_settlement(connection, case.issue_id, rebased.settlement, now_ms)
    asked = [path_to_json(place.path) for place in rebased.dropped]
    again = ", ".join(dict.fromkeys(path_text(place.path) for place in rebased.dropped))
    kept = f"{len(rebased.kept)} decisions kept" + (f", asked again: {again}" if again else "")
    record(
        connection, now_ms, command.source, case.issue_id,
        Entry("rebase", kept, hashes_of(rebased.settlement), {"asked": asked}, key=command.key),
    )  # fmt: skip
    _try_move(connection, case.issue_id, Action.FAIL, now_ms, command.source, f"{words}; {kept}")


def _try_move(
    connection: sqlite3.Connection, issue_id: int, action: Action, now_ms: int, source: str, note: str
) -> None:  # fmt: skip
    """Let the issue move, unless something else settled it meanwhile: the answer is in the record either way."""
    try:
        move(connection, issue_id, action, now_ms, source, note)
    except ActionRefused as refusal:
        record(connection, now_ms, source, issue_id, Entry("answer", f"changes nothing: {refusal}"))


def _side(current: dict[str, Any], name: str, before: Any) -> Any:
    """Return a side as it is now: null is a document that is gone, a side that is not told stays as it was."""
    if name not in current:
        return before
    return MISSING if current[name] is None else current[name]


def _packed(side: Any) -> str | None:
    return None if side is MISSING else pack(side)


def _version(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | str) or value == "":
        return None
    return storable(str(value)[:200]) if isinstance(value, str) or abs(value) < 2**63 else None
