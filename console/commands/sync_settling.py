"""`conflicts resolve`: decide a sync issue and send the resolution, from the command line."""

import json
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from console.areas.sync.core.merge.memory import path_to_json
from console.areas.sync.core.merge.values import path_text
from console.areas.sync.store.reading import Conflict, load_conflict
from console.commands.changing import NotDone, change, person
from console.commands.opening import FAULT, USAGE, say
from console.commands.printing import out
from console.commands.sync import ask_sync

LOOK_S = 0.1
_UNANSWERED = ("queued", "sent", "unknown")
_DONE = ("applied", "duplicate", "recorded")


class Settling(NamedTuple):
    """How to settle: by a strategy, or by choices of `path=choice`; and how long to wait for the answer."""

    strategy: str
    choices: tuple[str, ...]
    note: str
    wait_s: float | None


def run_resolve(path: Path, issues: Sequence[int], settling: Settling, as_json: bool) -> int:
    """Settle each issue in turn, and go on after one that refuses; returns the first exit code that is not 0."""
    worst = 0
    for issue_id in issues:
        try:
            result = _settle(path, issue_id, settling)
        except NotDone as error:
            say(f"conflicts: issue {issue_id}: {error}")
            worst = worst or error.code
            continue
        if settling.wait_s is not None:
            result |= _wait(path, issue_id, result.get("key"), settling.wait_s)
            if result["state"] not in _DONE:
                worst = worst or FAULT
        out(json.dumps({"issue": issue_id, **result}) if as_json else _said(issue_id, result))
    return worst


def _settle(path: Path, issue_id: int, settling: Settling) -> dict[str, Any]:
    common = {"issue": issue_id, "who": person(), **({"note": settling.note} if settling.note else {})}
    if settling.strategy == "reject":
        return change(path, "sync", "reject", common)
    if settling.strategy:
        return change(path, "sync", "resolve", {**common, "strategy": settling.strategy})
    if settling.choices:
        for args in _choices(_load(path, issue_id), settling.choices):
            change(path, "sync", "choose", {"issue": issue_id, "who": person(), **args})
    return change(path, "sync", "send", common)


def _choices(conflict: Conflict, told: Sequence[str]) -> list[dict[str, Any]]:
    """Read all choices before the first is made. Raises NotDone for a path or value that is none."""
    names = sorted({(path_text(one.path), one.path) for one in conflict.decisions}, key=lambda one: -len(one[0]))
    found = []
    for text in told:
        for name, place in names:
            if text.startswith(f"{name}="):
                found.append({"path": path_to_json(place), **_choice(text[len(name) + 1 :])})
                break
        else:
            known = ", ".join(path_text(one.path) for one in conflict.settlement.merge.open)
            raise NotDone(USAGE, f"--choose {text[:80]!r} names no place of it; it has {known or 'none to decide'}")
    return found


def _choice(text: str) -> dict[str, Any]:
    how, colon, value = text.partition(":")
    if how != "edit" or not colon:
        return {"choice": text}
    try:
        return {"choice": "edit", "value": json.loads(value)}
    except (ValueError, RecursionError) as error:
        raise NotDone(USAGE, f"--choose edit:{value[:40]}: that is no JSON ({error})") from error


def _load(path: Path, issue_id: int) -> Conflict:
    found: list[Conflict] = []

    def ask(connection: sqlite3.Connection) -> int:
        found.append(load_conflict(connection, issue_id))
        return 0

    if code := ask_sync(path, "conflicts", ask):
        raise NotDone(code, "nothing was changed")
    return found[0]


def _wait(path: Path, issue_id: int, key: Any, wait_s: float) -> dict[str, Any]:
    """Look until the command is answered, or the time is over: then it is `unknown`, and asked again by itself."""
    until = time.monotonic() + wait_s
    while True:
        command = next((one for one in _load(path, issue_id).commands if one.key == key), None)
        if command is not None and command.state not in _UNANSWERED:
            return {"state": command.state, "reason": command.reason, "result": command.result}
        if command is None or time.monotonic() >= until:
            return {"state": "unknown" if command is None else command.state, "reason": f"no answer within {wait_s:g} s"}
        time.sleep(LOOK_S)


def _said(issue_id: int, result: dict[str, Any]) -> str:
    to = f" to {result['source']}" if result.get("source") else ""
    words = {"queued": f"queued{to}", "recorded": "recorded; no source of it takes commands", "rejected": "rejected"}
    state = str(result.get("state"))
    reason = f": {result['reason']}" if result.get("reason") else ""
    return f"issue {issue_id}: {words.get(state, state)}{reason}"
