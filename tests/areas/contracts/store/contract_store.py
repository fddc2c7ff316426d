"""Stores with contracts and traffic, in one thread: each call is a transaction as the writer makes them."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.store import COMMANDS, MIGRATIONS, ContractsProjection, projection, reading
from console.areas.contracts.store.answers import EndpointRow
from console.model.event import Event
from console.model.facts import Arrived
from console.store.database import open_writer
from console.store.migrations import migrate
from console.store.recording import Recorder
from tests.store_filling import START_MS, read_text

DAY_MS = 86_400_000
PATH = "/api/v1/acus/search"
HITS = {
    "type": "object",
    "required": ["hits"],
    "properties": {"hits": {"type": "array", "items": {"type": "object", "required": ["id"],
                            "properties": {"id": {"type": "string"}, "quality": {"type": "number"}}}}},
}  # fmt: skip
HIT = {"id": "acu_1", "quality": 0.5}


def contract(endpoint: str = PATH, version: str = "2.0.0", **more: Any) -> dict[str, Any]:
    """Return a contract as services send it."""
    return {
        "serviceName": "server", "endpoint": endpoint, "method": "GET", "contractVersion": version,
        "expectedParams": [{"name": "q", "type": "string", "required": True, "minLength": 2}],
        "expectedResponse": HITS, "timeout": 500, **more,
    }  # fmt: skip


def check(at_ms: int = START_MS, *, service: str = "server", data: dict[str, Any] | None = None,
          state: dict[str, Any] | None = None, **exchange: Any) -> Event:  # fmt: skip
    """Return a check with an exchange that keeps to `contract()`, but for what is given."""
    told = {"method": "GET", "path": PATH, "params": {"q": "plan"}, "status": 200, "response": {"hits": [HIT]},
            "durationMs": 20, **exchange}  # fmt: skip
    body = {"contractId": "c", "exchange": {key: value for key, value in told.items() if value is not ...}, **(data or {})}
    event = {"eventType": "contract_check", "timestamp": at_ms, "service": service, "data": body}
    return read_text(json.dumps(event | ({"contractState": state} if state else {})), at_ms)


def told(uid: str = "v1", deviation: str = "Missing required parameter: q", at_ms: int = START_MS, *,
         kind: str = "param_mismatch", agreed: dict[str, Any] | None = None, found: int = 1) -> Event:  # fmt: skip
    """Return a violation as the platform tells it, without the exchange."""
    violation = {"id": uid, "contractId": "c", "violationType": kind, "deviation": deviation,
                 "expectedContract": agreed or contract(id="c")}  # fmt: skip
    body = {"eventType": "contract_check", "timestamp": at_ms, "service": "server",
            "data": {"contractId": "c", "violations": found},
            "contractState": {"checked": 7, "violations": 90, "lastViolation": violation}}  # fmt: skip
    return read_text(json.dumps(body), at_ms)


def report(at_ms: int = START_MS, *, status: int | None = 500, path: str = PATH, category: str = "DATABASE_ERROR",
           service: str = "server", **more: Any) -> Event:  # fmt: skip
    """Return an error with what was asked and what came of it."""
    body: dict[str, Any] = {
        "errorId": f"err-{at_ms}", "timestamp": at_ms, "category": category, "message": "boom",
        "source": {"service": service},
        "request": {"method": "GET", "url": f"http://localhost{path}?q=plan", "body": '{"a": 1}'}, **more,
    }  # fmt: skip
    if status is not None:
        body["response"] = {"status": status, "durationMs": 12, "body": '{"error": "boom"}'}
    return read_text(json.dumps(body), at_ms)


class ContractStore:
    """A store with its fold."""

    def __init__(self, path: Path) -> None:
        self.connection = open_writer(path)
        self.faults: list[str] = []
        self.now_ms = START_MS + 1_000
        self._next_seq = 1
        migrate(self.connection, [("contracts", MIGRATIONS)])
        self.start()

    def start(self) -> None:
        """Begin as after a crash: what was in memory only is gone."""
        self.fold: ContractsProjection = projection()
        self.recorder = Recorder(self.connection, {"contracts": self.fold}, lambda: self.now_ms, self.faults.append)

    def arrive(self, *events: Event) -> None:
        self.recorder.record([Arrived("server", "e", self._next_seq, list(events), self.now_ms)])
        self._next_seq += len(events)
        assert self.faults == [], self.faults

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

    def settle(self) -> "ContractStore":
        """Write what was put off."""
        self.recorder.settle()
        assert self.faults == [], self.faults
        return self

    def observe(self, *events: Event) -> "ContractStore":
        """Take events and write all that they tell."""
        self.arrive(*events)
        return self.settle()

    def do(self, name: str, **args: Any) -> dict[str, Any]:
        """Run a command to its end."""
        self.now_ms += 1
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

    def rows(self, since_ms: int = START_MS - DAY_MS, **question: Any) -> tuple[EndpointRow, ...]:
        until_ms = START_MS + DAY_MS
        return reading.overview(self.connection, since_ms, until_ms, now_ms=self.now_ms, **question).rows

    def row(self, endpoint: str = PATH) -> EndpointRow:
        (found,) = [row for row in self.rows() if row.endpoint == endpoint]
        return found

    def violations(self, *states: str) -> tuple[Any, ...]:
        return reading.violations(
            self.connection, 0, START_MS + 9 * DAY_MS, states=states or ("open",), now_ms=self.now_ms
        )  # fmt: skip

    def findings(self, *states: str) -> tuple[Any, ...]:
        return reading.findings(self.connection, states=states or ("open",), now_ms=self.now_ms)

    def one(self, sql: str, *values: object) -> Any:
        return self.connection.execute(sql, values).fetchone()[0]

    def content(self) -> dict[str, Any]:
        """Return all that is kept of the traffic, without the ids that chance decides."""
        tables = {
            "endpoint": "method, endpoint, checks, observed_request, observed_response, first_ms, last_ms, told_ids",
            "bucket": "level_ms, bucket_ms, endpoint_id, checks, violated, told, disagreements, first_bin, bins",
            "status": "endpoint_id, status, n",
            "violation": "path, keyword, count, ours, told_checks, told_reports, last_event, episode, in_episode, seen_n",
            "occurrence": "slot, event_id, ts",
            "alert": "words, count, violation_id > 0",
            "finding": "path, kind, severity, n, state",
            "drift": "direction, status, n, observed",
            "skipped": "reason, n",
        }
        found: dict[str, Any] = {
            name: sorted(self.connection.execute(f"SELECT {columns} FROM contracts_{name}").fetchall(), key=repr)
            for name, columns in tables.items()
        }
        # What breaks is told with the counts at the time of writing, which is nothing that events decide.
        found["alert"] = [row for row in found["alert"] if row[2]]
        # Which events are the examples is chosen when statistics are written; nothing else is.
        for n, row in enumerate(found["drift"]):
            paths = [view._replace(examples=()) for view in Observed.load(row[3]).paths()]
            found["drift"][n] = (*row[:3], paths)
        return found

    def close(self) -> None:
        self.connection.close()
