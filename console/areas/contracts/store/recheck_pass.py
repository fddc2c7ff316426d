"""One recheck under way: which versions judge, which events are left, what was found. A row, so that it outlives a crash."""

import json
import random
import sqlite3
from dataclasses import asdict, dataclass
from typing import NamedTuple

from console.areas.contracts.store.endpoints import ENTITY
from console.areas.contracts.store.recheck_coverage import (
    Range,
    Target,
    add_coverage,
    counted_id,
    load_coverage,
    settle_beginnings,
)
from console.areas.contracts.store.recheck_judging import Judge


class Asked(NamedTuple):
    """What is to be judged: of one service ("" for all), one endpoint, events of a time. None is open."""

    service: str
    endpoint_id: int | None
    since_ms: int | None
    until_ms: int | None


@dataclass(slots=True)
class Pass:
    """`ranges` are the ids to look at, all below `next_id` are done; `digest` is that of the contracts that judge.

    `first_ms` and `last_ms` are the times of the oldest and the newest event that broke one, None without any.
    """

    token: int
    digest: str
    targets: list[Target]
    ranges: list[Range]
    next_id: int
    checked: int = 0
    violated: int = 0
    violations: int = 0
    unreadable: int = 0
    groups: int = 0
    first_ms: int | None = None
    last_ms: int | None = None

    @property
    def is_done(self) -> bool:
        return not self.ranges or self.next_id > self.ranges[-1][1]

    @property
    def progress(self) -> list[int]:
        """Return [ids that are done, ids in all]."""
        return [sum(last - first + 1 for first, last in some) for some in (self.done(), self.ranges)]

    def window(self) -> Range:
        """Return the ids of the range under way that are left."""
        return next((max(first, self.next_id), last) for first, last in self.ranges if last >= self.next_id)

    def move_behind(self, event_id: int) -> None:
        self.next_id = event_id + 1

    def done(self) -> list[Range]:
        """Return the ids that were looked at."""
        return [(first, min(last, self.next_id - 1)) for first, last in self.ranges if first < self.next_id]


def begin(
    connection: sqlite3.Connection, asked: Asked, judge: Judge, before: Pass | None, *, token: int | None = None
) -> Pass:  # fmt: skip
    """Plan a recheck, and put one by that was not finished: this one goes on with it. Raises LookupError."""
    settle_beginnings(connection)
    if before is not None:
        put_by(connection, before)
    checked = [
        one for one in judge.checked()
        if asked.service in ("", one.name.service) and asked.endpoint_id in (None, one.endpoint_id)
    ]  # fmt: skip
    if not checked and asked.endpoint_id is not None:
        raise LookupError(f"endpoint {asked.endpoint_id} has no contract that its traffic could be checked against")
    if not checked and asked.service:
        raise LookupError(f"there is no contract of {asked.service}")
    targets = [one.target for one in checked]
    span = _ids(connection, asked)
    ranges = [] if span is None else load_coverage(connection).gaps(targets, *span)
    made = Pass(token or random.getrandbits(62), judge.digest, targets, ranges, ranges[0][0] if ranges else 0)
    if before is not None:
        made.checked, made.violated, made.violations = before.checked, before.violated, before.violations
        made.unreadable, made.groups = before.unreadable, before.groups
        made.first_ms, made.last_ms = before.first_ms, before.last_ms
    save_pass(connection, made)
    return made


def put_by(connection: sqlite3.Connection, done: Pass) -> None:
    """Note what has been judged, so that it is not judged again."""
    add_coverage(connection, done.targets, done.done())


def load_pass(connection: sqlite3.Connection) -> Pass | None:
    """Return the recheck that is under way, or was when the console was killed."""
    row = connection.execute("SELECT state FROM contracts_pass").fetchone()
    if row is None:
        return None
    state = json.loads(row[0])
    state["targets"] = [(endpoint_id, version) for endpoint_id, version in state["targets"]]
    state["ranges"] = [(first, last) for first, last in state["ranges"]]
    return Pass(**state)


def save_pass(connection: sqlite3.Connection, made: Pass) -> None:
    connection.execute("INSERT OR REPLACE INTO contracts_pass VALUES (1, ?)", (json.dumps(asdict(made)),))


def drop_pass(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM contracts_pass")


def read_progress(connection: sqlite3.Connection) -> tuple[int, int] | None:
    """Return how many ids of how many the recheck under way has looked at, None without one."""
    found = load_pass(connection)
    if found is None:
        return None
    done, total = found.progress
    return done, total


def is_anything_left(connection: sqlite3.Connection) -> bool:
    """Tell whether events are stored that a version that is checked now has not judged."""
    rows = connection.execute(
        """SELECT e.id, v.version FROM contracts_endpoint e JOIN contracts_version v ON v.id = e.current_id
           WHERE e.endpoint NOT LIKE ?""",
        (f"{ENTITY}%",),
    )
    span = _ids(connection, Asked("", None, None, None))
    return span is not None and bool(load_coverage(connection).gaps(rows.fetchall(), *span))


def _ids(connection: sqlite3.Connection, asked: Asked) -> Range | None:
    """Return the first and the last event that is counted and, where a time is asked for, of that time."""
    where = ["id <= ?"]
    values = [counted_id(connection)]
    if asked.since_ms is not None:
        where.append("ts >= ?")
        values.append(asked.since_ms)
    if asked.until_ms is not None:
        where.append("ts < ?")
        values.append(asked.until_ms)
    first, last = connection.execute(f"SELECT min(id), max(id) FROM events WHERE {' AND '.join(where)}", values).fetchone()
    return None if first is None else (first, last)
