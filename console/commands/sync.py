"""`sync status`, `conflicts list`, `show` and `dry-run`: replicas and sync issues from the command line."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from console.areas.sync.core.merge.decision import Decision
from console.areas.sync.core.merge.memory import path_to_json
from console.areas.sync.core.merge.values import MISSING, NO_BASE, path_text
from console.areas.sync.store.answers import EntityMatrix, ReplicaRow
from console.areas.sync.store.reading import (
    STATES,
    UNSETTLED,
    Conflict,
    QueueFilter,
    QueueRow,
    dry_run,
    load_conflict,
    queue,
)
from console.areas.sync.store.replica_reading import health, matrix
from console.commands.area_reading import read_area
from console.commands.opening import USAGE, say
from console.commands.printing import local_time, many, out
from console.model.clock import wall_clock
from console.model.rendering import brief_json

TABLE = "sync_issue"
TOO_OLD = "this store knows no sync issues yet; open it with collect or the window once"
_ENTITIES_SHOWN = 20
_VALUE_CHARS = 160


class Wanted(NamedTuple):
    """Which issues to list, as it was typed."""

    states: tuple[str, ...]
    kinds: tuple[str, ...]
    entity: str
    service: str
    words: str
    limit: int

    def question(self) -> QueueFilter | None:
        """Return it as a filter, None for a state that does not exist."""
        names = tuple(name.strip() for text in self.states for name in text.split(",") if name.strip())
        if not set(names) <= {*STATES, "all"}:
            return None
        states = STATES if "all" in names else names or UNSETTLED
        kinds = tuple(name.strip() for text in self.kinds for name in text.split(",") if name.strip())
        entity_type, _, entity_id = self.entity.partition("/")
        return QueueFilter(states, kinds, entity_type, entity_id, self.service, self.words, limit=self.limit)


def ask_sync(path: Path, name: str, ask: Callable[[sqlite3.Connection], int]) -> int:
    """Run `ask` on a store that has the Sync area; returns the exit code."""
    return read_area(path, name, TABLE, TOO_OLD, ask)


def run_list(path: Path, wanted: Wanted, as_json: bool) -> int:
    """Print issues, and how many there are; returns the exit code."""
    question = wanted.question()
    if question is None:
        say(f"conflicts: --state takes {', '.join(STATES)} or all, not {', '.join(wanted.states)}")
        return USAGE

    def ask(connection: sqlite3.Connection) -> int:
        found = queue(connection, question)
        for row in found.rows:
            out(json.dumps(row._asdict()) if as_json else _row_line(row))
        if not as_json:
            shown = f", {len(found.rows):,} shown" if len(found.rows) < found.total else ""
            out(f"{many(found.total, 'issue')} {'/'.join(question.states)}{shown}")
        return 0

    return ask_sync(path, "conflicts", ask)


def run_show(path: Path, issue_id: int, as_json: bool) -> int:
    """Print all about one issue; returns the exit code."""

    def ask(connection: sqlite3.Connection) -> int:
        conflict = load_conflict(connection, issue_id)
        if as_json:
            out(json.dumps(conflict_json(conflict)))
        else:
            for line in _conflict_lines(conflict):
                out(line)
        return 0

    return ask_sync(path, "conflicts", ask)


def run_dry_run(path: Path, as_json: bool) -> int:
    """Print what the rules would settle; returns the exit code."""

    def ask(connection: sqlite3.Connection) -> int:
        found = dry_run(connection)
        if as_json:
            remaining = [{"issue": issue, "reason": reason} for issue, reason in found.remaining]
            out(json.dumps({"words": found.words, "settled": list(found.settled), "remaining": remaining}))
            return 0
        out(found.words)
        for issue, reason in found.remaining:
            out(f"{issue:>6}  {reason}")
        return 0

    return ask_sync(path, "conflicts", ask)


def run_status(path: Path, as_json: bool) -> int:
    """Print replicas, entities that differ and the number of unsettled issues; returns the exit code."""

    def ask(connection: sqlite3.Connection) -> int:
        now_ms = wall_clock()
        replicas, entities = health(connection, now_ms), matrix(connection, now_ms)
        counts = queue(connection, QueueFilter(limit=1)).counts
        if as_json:
            out(json.dumps(_status_json(replicas, entities, counts, now_ms)))
            return 0
        for row in replicas:
            out(_replica_line(row, now_ms))
        differing = [one for one in entities.entities if one.standing != "in sync"]
        out(f"{many(len(replicas), 'replica')}, {len(entities.entities):,} entities "
            f"with digests, {len(differing):,} not in sync")  # fmt: skip
        for one in differing[:_ENTITIES_SHOWN]:
            out(f"  {one.entity_type} {one.entity_id}: {one.verdict or one.rule}")
        if len(differing) > _ENTITIES_SHOWN:
            out(f"  … {len(differing) - _ENTITIES_SHOWN:,} more (--json tells all)")
        unsettled = sum(counts["kind"].values())
        kinds = ", ".join(f"{n:,} {kind}" for kind, n in sorted(counts["kind"].items()))
        out(f"{many(unsettled, 'unsettled issue')}{f': {kinds}' if kinds else ''}")
        return 0

    return ask_sync(path, "sync", ask)


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    """Return an issue as JSON; a side that is not known is left out."""
    sides = {"base": conflict.base, "local": conflict.local, "remote": conflict.remote, "result": conflict.settlement.result}
    return {
        **conflict.issue._asdict(),
        **{name: value for name, value in sides.items() if value is not MISSING and value is not NO_BASE},
        "open": [
            {"path": path_to_json(one.path), "name": path_text(one.path), "kind": one.kind, "rule": one.rule}
            for one in conflict.settlement.open
        ],
        "is_complete": conflict.settlement.is_complete,
        "local_patch": conflict.local_patch,
        "remote_patch": conflict.remote_patch,
        "target": conflict.target,
        "commands": [one._asdict() for one in conflict.commands],
        "tellings": [one._asdict() for one in conflict.tellings],
        "history": [
            {"at_ms": step.at_ms, "state": step.state, "by": step.by, "note": step.note} for step in conflict.history
        ],
        "details": conflict.details,
    }


def _row_line(row: QueueRow) -> str:
    between = " ↔ ".join(part for part in (row.source, row.target) if part) or ", ".join(row.services)
    return (
        f"{row.id:>6}  {row.severity:8}  {row.state:9}  {row.kind:17}  {row.times:>5,}  {local_time(row.last_ms)}  "
        f"{between:20}  {row.entity_type} {row.entity_id}  {', '.join(row.fields)}"
    ).rstrip()


def _conflict_lines(conflict: Conflict) -> Iterator[str]:
    row = conflict.issue
    yield f"issue {row.id}  {row.kind}  {row.entity_type} {row.entity_id}".rstrip()
    yield row.words
    yield f"{row.state}, {row.severity}, told {many(row.times, 'time')} by {', '.join(row.services)}"
    yield f"first {local_time(row.first_ms)}, last {local_time(row.last_ms)}"
    yield f"its resolution goes to {conflict.target}" if conflict.target else "no source of it takes commands"
    yield ""
    yield "no base is known: nothing is merged by itself" if conflict.base is NO_BASE else "places that differ:"
    for one in _different(conflict):
        yield f"  {path_text(one.path)}  {one.kind}: {one.rule}"
        for name, value in (("base", one.base), ("local", one.local), ("remote", one.remote)):
            if value is not NO_BASE:
                yield f"    {name:6} {_brief(value)}"
    if not conflict.settlement.is_complete:
        yield f"{many(len(conflict.settlement.open), 'place')} still to decide: " + ", ".join(
            path_text(one.path) for one in conflict.settlement.open
        )
    else:
        yield f"decided: {_brief(conflict.settlement.result)}"
    for sent in conflict.commands:
        answered = f", {sent.reason}" if sent.reason else ""
        yield f"{local_time(sent.at_ms)}  {sent.strategy} to {sent.source or 'nobody'}: {sent.state}{answered}"
    yield ""
    yield "history:"
    for step in conflict.history:
        yield f"  {local_time(step.at_ms)}  {step.by or 'console'}: {step.state}{f', {step.note}' if step.note else ''}"


def _brief(value: Any) -> str:
    return "(not there)" if value is MISSING else brief_json(value, _VALUE_CHARS)


def _replica_line(row: ReplicaRow, now_ms: int) -> str:
    health = row.health
    numbers = [("pending", health.pending), ("conflicts", health.conflicts), ("offline", health.offline)]
    told = [f"{name} {value:,}" for name, value in numbers if value is not None]
    for name, at_ms in (("last sync", health.last_sync_ms), ("digest", health.digest_ms)):
        if at_ms:
            told.append(f"{name} {max(0, now_ms - at_ms) / 1000:.0f} s ago")
    if health.p50_ms is not None and health.p95_ms is not None:
        told.append(f"delay p50 {health.p50_ms:.0f} ms, p95 {health.p95_ms:.0f} ms")
    name = f"{health.service}/{health.replica}" if health.replica != health.service else health.service
    return f"{name:20}  {row.diagnosis.condition:8}  {row.diagnosis.rule}  ({', '.join(told) or 'no numbers told'})"


def _status_json(
    replicas: tuple[ReplicaRow, ...], entities: EntityMatrix, counts: dict[str, dict[str, int]], now_ms: int
) -> dict[str, Any]:
    return {
        "replicas": [
            {
                "service": row.health.service, "replica": row.health.replica, "condition": row.diagnosis.condition,
                "rule": row.diagnosis.rule, "pending": row.health.pending, "conflicts": row.health.conflicts,
                "offline": row.health.offline, "sync_age_ms": row.health.sync_age_ms(now_ms), "p50_ms": row.health.p50_ms,
                "p95_ms": row.health.p95_ms, "digest_age_ms": row.health.digest_age_ms(now_ms),
                "heard_ms": row.health.heard_ms,
            }
            for row in replicas
        ],
        "entities": [one._asdict() for one in entities.entities],
        "unsettled": counts["kind"],
    }  # fmt: skip


def _different(conflict: Conflict) -> list[Decision]:
    return [one for one in conflict.decisions if not one.is_unchanged]
