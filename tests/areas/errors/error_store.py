"""Stores with errors in known groups: one for each name of the function that failed."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from console.areas.errors.store import COMMANDS, MIGRATIONS, projection
from console.areas.errors.store.answers import GroupList, GroupQuestion
from console.areas.errors.store.reading import list_groups
from console.areas.errors.store.traits import FACETS
from console.model.event import Event
from console.model.facts import Arrived
from console.store.database import open_writer
from console.store.migrations import migrate
from console.store.projection import Projection
from console.store.recording import Recorder
from tests.store_filling import START_MS, read_text

NOW_MS = START_MS + 10_000_000
EVER = GroupQuestion(0, 2**45, statuses=frozenset({"pending", "regressed", "workaround", "resolved", "ignored"}))


def failure(function: str = "save", ts_ms: int = START_MS, **more: Any) -> Event:
    """Return an error whose group is decided by the function; `more` are version, user, message, fingerprint, …"""
    stack = f"AbortError: boom\n    at {function} (/srv/app/src/store.ts:7:7)\n    at run (/srv/app/src/main.ts:1:1)"
    report = {
        "errorId": f"err-{ts_ms}", "timestamp": ts_ms, "category": "DATABASE_ERROR",
        "severity": more.get("severity", "high"),
        "message": more.get("message", "boom"), "source": {"service": more.get("service", "server"), "stack": stack},
        "environment": {"version": more.get("version", "1.0")}, "user": {"id": more.get("user")},
        "fingerprint": more.get("fingerprint"),
    }  # fmt: skip
    return read_text(json.dumps(report), ts_ms)


def harmless(ts_ms: int = START_MS) -> Event:
    body = {"eventType": "info", "timestamp": ts_ms, "service": "server", "data": {"message": "all is well"}}
    return read_text(json.dumps(body), ts_ms)


class ErrorStore:
    """A store in one thread: `arrive` and `do` are transactions as the writer makes them."""

    def __init__(self, path: Path, fold: Projection | None = None) -> None:
        self.path = path
        self.connection = open_writer(path)
        self.faults: list[str] = []
        self.now_ms = NOW_MS
        self._next_seq = 1
        migrate(self.connection, [("errors", MIGRATIONS)])
        self.fold: Projection = fold or projection()
        self.recorder = Recorder(self.connection, {"errors": self.fold}, lambda: self.now_ms, self.faults.append)

    def arrive(self, *events: Event) -> None:
        fact = Arrived("server", "e", self._next_seq, list(events), self.now_ms)
        self.recorder.record([fact])
        self._next_seq += len(events)
        assert self.faults == []

    def fail_to_arrive(self, *events: Event) -> None:
        """A transaction that takes events and is rolled back at its end, as on a full disk."""

        def give_up() -> None:
            raise sqlite3.OperationalError("database or disk is full")

        flush, self.recorder.identities.flush = self.recorder.identities.flush, give_up  # type: ignore[method-assign,assignment]
        try:
            self.recorder.record([Arrived("server", "e", self._next_seq, list(events), self.now_ms)])
        except sqlite3.OperationalError:
            pass
        else:
            raise AssertionError("it was meant to fail")
        finally:
            self.recorder.identities.flush = flush  # type: ignore[method-assign]

    def do(self, name: str, **args: Any) -> dict[str, Any]:
        """Run a command to its end."""
        self.now_ms += 1
        args = {"who": "ada", **args}
        while True:
            result = self.part(name, args)
            if "again" not in result:
                return result
            args = result["again"]

    def part(self, name: str, args: dict[str, Any]) -> dict[str, Any]:
        """Run one part of a command."""
        function: Callable[..., dict[str, Any]] = COMMANDS[name]
        result: dict[str, Any] = self.recorder.transact(lambda connection: function(connection, args, self.now_ms))
        return result

    def groups(self) -> GroupList:
        return list_groups(self.connection, EVER)

    def ids(self) -> list[int]:
        return sorted(row.id for row in self.groups().rows)

    def group_of(self) -> dict[int, int]:
        """Return the group of each member."""
        return dict(self.connection.execute("SELECT event_id, group_id FROM errors_member"))

    def close(self) -> None:
        self.connection.close()


def check(store: ErrorStore) -> None:
    """All that is kept beside the members says what the members say, and every error is a member of one group."""
    ask = store.connection.execute
    errors = "SELECT e.id FROM events e JOIN kinds k ON k.id = e.kind WHERE k.event_type = 'error'"
    rows(store, f"{errors} ORDER BY 1", "SELECT event_id FROM errors_member ORDER BY 1")
    rows(
        store,
        "SELECT group_id, count(*) FROM errors_member GROUP BY 1",
        "SELECT id, kept FROM errors_group WHERE kept > 0 ORDER BY 1",
    )
    rows(
        store,
        """SELECT group_id, max(m.severity, coalesce((SELECT max(gone_severity) FROM errors_group g
           WHERE coalesce(g.merged_into, g.id) = m.group_id), 0))
           FROM (SELECT group_id, max(severity) AS severity FROM errors_member GROUP BY 1) m""",
        "SELECT id, severity FROM errors_group WHERE kept > 0 ORDER BY 1",
    )
    assert (
        ask(
            "SELECT count(*) FROM errors_member m JOIN errors_group g ON g.id = m.group_id WHERE merged_into > 0"
        ).fetchone()[0]
        == 0
    )
    for level in (60_000, 3_600_000):
        rows(
            store,
            f"SELECT ts - ts % {level}, group_id, count(*) FROM errors_member GROUP BY 1, 2 ORDER BY 1, 2",
            f"SELECT bucket_ms, group_id, n FROM errors_bucket WHERE level_ms = {level} ORDER BY 1, 2",
        )
    for place, name in enumerate(FACETS):
        rows(
            store,
            f"SELECT group_id, {name}, count(*) FROM errors_member WHERE {name} > 0 GROUP BY 1, 2 ORDER BY 1, 2",
            f"SELECT group_id, value_id, n FROM errors_facet WHERE facet = {place} ORDER BY 1, 2",
        )
        rows(
            store,
            f"SELECT {name}, count(*) FROM errors_member WHERE {name} > 0 GROUP BY 1 ORDER BY 1",
            f"SELECT id, n FROM errors_value WHERE facet = {place} AND n > 0 ORDER BY 1",
        )
    listed = {row.id: row for row in store.groups().rows}
    bounds = ask("SELECT group_id, min(ts), max(ts), count(*) FROM errors_member GROUP BY 1").fetchall()
    assert listed.keys() == {row[0] for row in bounds}
    for group_id, first_ms, last_ms, count in bounds:
        row = listed[group_id]
        assert (row.count, row.kept, sum(row.spark)) == (count, count, count)
        assert row.first_ms <= first_ms <= last_ms <= row.last_ms


def rows(store: ErrorStore, expected: str, found: str) -> None:
    assert store.connection.execute(found).fetchall() == store.connection.execute(expected).fetchall(), found


def versions(names: Sequence[str], function: str = "save", start_ms: int = START_MS) -> list[Event]:
    return [failure(function, start_ms + i, version=name) for i, name in enumerate(names)]
