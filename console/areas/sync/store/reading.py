"""The queue of issues, and one of them with all that the stepper shows."""

import json
import sqlite3
from collections import Counter
from typing import Any

from console.areas.sync.core.tracking import State, Step
from console.areas.sync.store.answers import (
    NO_SOURCE,
    STATES,
    UNSETTLED,
    Command,
    Conflict,
    DryRun,
    Queue,
    QueueFilter,
    QueueRow,
    Telling,
)
from console.areas.sync.store.entity_contract import breaches_of
from console.areas.sync.store.rules import read_rules, try_rules
from console.areas.sync.store.settling import load_case, result_of
from console.areas.sync.store.similarity import count_alike, same_shape
from console.areas.sync.store.targets import target_of
from console.areas.sync.store.values import split_lines, unpack
from console.model.taxonomy import SEVERITIES
from console.store.database import snapshot

__all__ = [
    "NO_SOURCE", "STATES", "UNSETTLED", "Command", "Conflict", "DryRun", "Queue", "QueueFilter", "QueueRow", "Telling",
    "dry_run", "issue_row", "issues", "load_conflict", "queue", "rules", "similar_issues", "state_counts",
]  # fmt: skip

EVERYTHING = QueueFilter(states=STATES)
MAX_TELLINGS = 200
_COLUMNS = """id, kind, entity_type, entity_id, source, target, severity, state, first_ms, last_ms, times, services, words,
  fields, local_version, remote_version, event_id, decided, open_places,
  coalesce((SELECT state FROM outbox WHERE key = command), '')"""
_STATE_RANK = "CASE state WHEN 'reopened' THEN 0 WHEN 'open' THEN 0 WHEN 'resolving' THEN 1 ELSE 2 END"


def queue(connection: sqlite3.Connection, wanted: QueueFilter = QueueFilter()) -> Queue:  # noqa: B008  # immutable
    """Return the issues that fit a filter; 10,000 in less than 200 ms."""
    where, values = _conditions(wanted)
    with snapshot(connection):
        found = connection.execute(
            f"SELECT {_COLUMNS} FROM sync_issue WHERE {where} ORDER BY {_STATE_RANK}, severity DESC, first_ms, id LIMIT ?",
            (*values, wanted.limit),
        ).fetchall()
        total = len(found)
        if total == wanted.limit:
            (total,) = connection.execute(f"SELECT count(*) FROM sync_issue WHERE {where}", values).fetchone()
        counts = _counts(connection)
    return Queue(tuple(map(_row, found)), total, counts)


def state_counts(connection: sqlite3.Connection, wanted: QueueFilter) -> dict[str, int]:
    """Return how many issues of each state fit a filter, whatever states it asks for."""
    where, values = _conditions(wanted._replace(states=()))
    return dict(connection.execute(f"SELECT state, count(*) FROM sync_issue WHERE {where} GROUP BY 1", values).fetchall())


def issues(connection: sqlite3.Connection, wanted: QueueFilter = EVERYTHING) -> Queue:
    """Return issues of any state; as `queue`."""
    return queue(connection, wanted)


def issue_row(connection: sqlite3.Connection, issue_id: int) -> QueueRow:
    """Return one issue as lists show it. Raises LookupError."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM sync_issue WHERE id = ?", (issue_id,)).fetchone()
    if row is None:
        raise LookupError(f"there is no sync issue {issue_id}")
    return _row(row)


def load_conflict(connection: sqlite3.Connection, issue_id: int) -> Conflict:
    """Return one issue with its merge, decisions, commands and history. Raises LookupError."""
    with snapshot(connection):
        row = issue_row(connection, issue_id)
        case = load_case(connection, issue_id)
        details, history = connection.execute(
            "SELECT details, history FROM sync_body WHERE issue_id = ?", (issue_id,)
        ).fetchone()
        tellings = connection.execute(
            "SELECT event_id, ts, service, words FROM sync_issue_event WHERE issue_id = ? ORDER BY ts DESC, event_id DESC"
            f" LIMIT {MAX_TELLINGS}",
            (issue_id,),
        ).fetchall()
        result = result_of(case)
        return Conflict(
            issue=row, local=case.local, remote=case.remote, base=case.base, decisions=case.merge.decisions,
            settlement=case.settlement, local_patch=result.local_patch, remote_patch=result.remote_patch,
            contract=breaches_of(connection, row.entity_type, case.settlement.result),
            target=target_of(connection, issue_id), commands=_commands(connection, issue_id),
            tellings=tuple(Telling(*one) for one in tellings),
            history=tuple(Step(at_ms, State(state), by, note) for at_ms, state, by, note in unpack(history)),
            details=unpack(details), similar=count_alike(connection, issue_id),
        )  # fmt: skip


def similar_issues(connection: sqlite3.Connection, issue_id: int) -> tuple[QueueRow, ...]:
    """Return the other open issues whose conflict has the same shape. Raises LookupError."""
    with snapshot(connection):
        return tuple(issue_row(connection, one) for one in same_shape(connection, issue_id))


def rules(connection: sqlite3.Connection) -> list[dict[str, str]]:
    """Return the rules of automatic settling in their order, as the command `rules` takes them."""
    names = ("entity_type", "path", "strategy")
    return [dict(zip(names, rule, strict=True)) for rule in read_rules(connection)]


def dry_run(connection: sqlite3.Connection, only: list[int] | None = None) -> DryRun:
    """Return what the rules would settle of the open issues, or of these."""
    with snapshot(connection):
        return try_rules(connection, only)


def _conditions(wanted: QueueFilter) -> tuple[str, list[Any]]:
    parts, values = ["1"], list[Any]()
    for column, several in (("state", wanted.states), ("kind", wanted.kinds)):
        if several:
            parts.append(f"{column} IN ({','.join('?' * len(several))})")
            values += several
    for column, value in (("entity_type", wanted.entity_type), ("entity_id", wanted.entity_id)):
        if value:
            parts.append(f"{column} = ?")
            values.append(value)
    if wanted.service:
        parts.append(r"char(10) || services || char(10) LIKE '%' || char(10) || ? || char(10) || '%' ESCAPE '\'")
        values.append(_literally(wanted.service))
    for word in wanted.words.split():
        places = "entity_type || ' ' || entity_id || ' ' || words || ' ' || fields || ' ' || services || ' ' || kind"
        parts.append(rf"{places} LIKE '%' || ? || '%' ESCAPE '\'")
        values.append(_literally(word))
    for bound, at_ms in (("last_ms >= ?", wanted.since_ms), ("first_ms < ?", wanted.until_ms)):
        if at_ms is not None:
            parts.append(bound)
            values.append(at_ms)
    return " AND ".join(parts), values


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _counts(connection: sqlite3.Connection) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    counts["state"] = dict(connection.execute("SELECT state, count(*) FROM sync_issue GROUP BY 1").fetchall())
    kinds, entities, services = Counter[str](), Counter[str](), Counter[str]()
    for kind, entity_type, told, n in connection.execute(
        f"SELECT kind, entity_type, services, count(*) FROM sync_issue WHERE state IN {UNSETTLED} GROUP BY 1, 2, 3"
    ):
        kinds[kind] += n
        entities[entity_type] += n
        for service in split_lines(told):
            services[service] += n
    return {**counts, "kind": dict(kinds), "entity_type": dict(entities), "service": dict(services)}


def _row(row: tuple[Any, ...]) -> QueueRow:
    head, severity, middle, services, words, fields, rest = row[:6], row[6], row[7:11], row[11], row[12], row[13], row[14:]
    return QueueRow._make((
        *head, SEVERITIES[severity], *middle, split_lines(services), words, split_lines(fields), *rest
    ))  # fmt: skip


def _commands(connection: sqlite3.Connection, issue_id: int) -> tuple[Command, ...]:
    rows = connection.execute(
        """SELECT o.key, o.source, o.state, c.at_ms, o.sent_ms, o.answered_ms, o.attempts,
             json_extract(o.args, '$.strategy'), o.result, o.reason
           FROM sync_command c JOIN outbox o ON o.key = c.key WHERE c.issue_id = ? ORDER BY c.at_ms DESC, o.rowid DESC""",
        (issue_id,),
    )
    return tuple(
        Command._make((*head, str(strategy or ""), None if result is None else json.loads(result), reason))
        for *head, strategy, result, reason in rows.fetchall()
    )
