"""Resolutions over real sockets: each is applied exactly once, none twice, none lost, however the line fails."""

import asyncio
import random
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from console.areas.sync.store import COMMANDS, MIGRATIONS, on_answer, projection
from console.areas.sync.store.answers import STATES, QueueFilter
from console.areas.sync.store.reading import load_conflict, queue
from console.ingest.collector import Collector
from console.ingest.outbox import UNDER_WAY, Outbox
from console.reporter import CommandAnswer, Reporter
from console.store.database import open_reader
from tests.ingest.collecting import collecting, one, rows, until
from tests.ingest.servers import CuttingProxy, port_of

COUNT = 200
CUTS = 60


class Service:
    """A service with two replicas of each document, that tells of their conflicts and settles them on command."""

    def __init__(self, count: int, **options: Any) -> None:
        self.reporter = Reporter("pwa", hb_ms=200, **options)
        self.local = {f"c-{n}": {"title": f"plan {n}", "version": 2} for n in range(count)}
        self.remote = {f"c-{n}": {"title": f"map {n}", "version": 3} for n in range(count)}
        self.applied: Counter[str] = Counter()
        self.asked = 0
        self.busy_until = threading.Event()
        self.busy_until.set()
        self.reporter.on_command("conflict.resolve", self.resolve)
        for n in range(count):
            self.tell(f"c-{n}")

    def tell(self, entity: str) -> None:
        self.reporter.sync_update(
            issue={
                "id": f"issue-{entity}", "issueType": "conflict", "source": "pwa", "target": "server",
                "entityType": "conversation", "entityId": entity,
                "details": {"localState": self.local[entity], "remoteState": self.remote[entity],
                            "baseState": {"title": "", "version": 1}, "localVersion": self.local[entity]["version"],
                            "remoteVersion": self.remote[entity]["version"], "conflictingFields": ["title"]},
            }
        )  # fmt: skip

    def resolve(self, args: dict[str, Any]) -> CommandAnswer:
        self.asked += 1
        self.busy_until.wait(20)
        entity, expected = args["entityId"], args["expected"]
        mine, theirs = self.local[entity], self.remote[entity]
        if (mine["version"], theirs["version"]) != (expected["localVersion"], expected["remoteVersion"]):
            return CommandAnswer("stale", {"current": {"local": mine, "remote": theirs}}, "it has moved")
        self.applied[entity] += 1
        version = theirs["version"] + 1
        self.local[entity] = self.remote[entity] = {**args["result"], "version": version}
        return CommandAnswer("applied", {"version": version})


class BreakingLine(CuttingProxy):
    """Passes bytes on; once it `breaks`, each connection is cut after a random number of them, in either direction."""

    breaks = False
    passing: tuple[asyncio.StreamWriter, asyncio.StreamWriter] | None = None

    connections = 0

    def cut(self) -> None:
        """Cut the present connection; each to come is cut, too, while there are cuts left."""
        self.breaks = True
        for writer in self.passing or ():
            writer.transport.abort()

    async def serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self.passing = writer, upstream_writer
        self.connections += 1
        up, down = self._budgets()
        try:
            async with asyncio.TaskGroup() as tasks:
                ways = [tasks.create_task(self._pass(reader, upstream_writer, up)),
                        tasks.create_task(self._pass(upstream_reader, writer, down))]  # fmt: skip
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                for way in ways:
                    way.cancel()
        except* OSError:
            pass  # the other end is gone, which is what this proxy is about
        finally:
            writer.transport.abort()
            upstream_writer.transport.abort()

    def _budgets(self) -> tuple[int, int]:
        if not self.breaks or self.cuts_left <= 0:
            return 1 << 40, 1 << 40
        self.cuts_left -= 1
        return self._rng.randint(200, self._longest), self._rng.randint(200, self._longest)


@asynccontextmanager
async def attached(db: Path, url: str, changed: list[str] | None = None) -> AsyncIterator[tuple[Collector, Any]]:
    """Collect with the area and its outbox; yields the collector, and a function that runs a command of the area."""
    faults: list[str] = []
    outbox = Outbox({"sync": on_answer}, on_fault=faults.append, on_changed=(changed if changed is not None else []).append)
    options = {"projections": [("sync", projection())], "migrations": [("sync", MIGRATIONS)], "on_fault": faults.append}
    async with collecting(db, url, on_answer=outbox.answered, **options) as collector, asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(outbox.serve(collector))
        call = outbox.watching(collector.call)

        async def do(name: str, **args: Any) -> dict[str, Any]:
            wanted = {"who": "ana", **args}
            done: dict[str, Any] = await call(lambda connection: COMMANDS[name](connection, wanted, collector.clock()))
            return done

        yield collector, do
        serving.cancel()
    assert faults == []


@pytest.fixture
def services() -> Iterator[Any]:
    made: list[Service] = []

    def make(count: int, **options: Any) -> Service:
        made.append(Service(count, **options))
        return made[-1]

    yield make
    for service in made:
        service.busy_until.set()
        service.reporter.close(0.2)


def count(db: Path, sql: str) -> int:
    return int(one(db, sql))


async def settle(do: Any, issue: int, rng: random.Random, between: Callable[[], None] = lambda: None) -> None:
    await do("choose", issue=issue, path=["title"], choice=rng.choice(["local", "remote"]))
    between()
    await do("choose", issue=issue, path=["version"], choice="remote")
    between()
    await do("send", issue=issue)
    between()


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 8))])
@pytest.mark.usefixtures("quick")
async def test_200_conflicts_are_applied_exactly_once_over_a_line_that_keeps_breaking(
    tmp_path: Path, services: Any, seed: int
) -> None:
    rng, db, service = random.Random(seed), tmp_path / "store.db", services(COUNT)
    port = int(service.reporter.serve().rsplit(":", 1)[1].split("/")[0])
    proxy = BreakingLine(port, CUTS, rng, longest=30_000)
    server = await asyncio.start_server(proxy.serve_one, "127.0.0.1", 0)
    async with server, attached(db, f"ws://127.0.0.1:{port_of(server)}") as (_, do):
        await until(lambda: db.exists() and count(db, "SELECT count(*) FROM sync_issue") == COUNT, 40)
        for issue in range(1, COUNT + 1):
            await settle(do, issue, rng, lambda: proxy.cut() if rng.random() < 0.15 else None)
        await until(lambda: count(db, "SELECT count(*) FROM sync_issue WHERE state = 'resolved'") == COUNT, 40)
    assert service.applied == Counter({f"c-{n}": 1 for n in range(COUNT)}), "each once"
    assert service.local == service.remote, "the replicas are equal"
    results = dict(rows(
        db, "SELECT i.entity_id, json_extract(o.args, '$.result.title') FROM sync_issue i JOIN outbox o ON o.key = i.command"
    ))  # fmt: skip
    assert {entity: row["title"] for entity, row in service.local.items()} == results, "as it was decided"
    states = Counter(dict(rows(db, "SELECT state, count(*) FROM outbox GROUP BY 1")))
    assert set(states) == {"applied", "duplicate"}
    assert states["duplicate"] > 0, "some answers were lost on the way, and asked for again"
    assert count(db, "SELECT max(attempts) FROM outbox") > 1
    assert proxy.connections > 30


@pytest.mark.usefixtures("quick")
async def test_what_moved_meanwhile_is_stale_then_decided_anew(tmp_path: Path, services: Any) -> None:
    db, service, rng = tmp_path / "store.db", services(1), random.Random(1)
    changed: list[str] = []
    async with attached(db, service.reporter.serve(), changed) as (_, do):
        await until(lambda: db.exists() and count(db, "SELECT count(*) FROM sync_issue"))
        service.remote["c-0"] = {"title": "another map", "version": 9}
        await settle(do, 1, rng)
        await until(lambda: count(db, "SELECT count(*) FROM outbox WHERE state = 'stale'"))
        await until(lambda: "sync" in changed)
        connection = open_reader(db)
        seen = load_conflict(connection, 1)
        assert (seen.issue.state, seen.issue.remote_version, seen.remote["title"]) == ("open", "9", "another map")
        connection.close()
        await settle(do, 1, rng)
        await until(lambda: count(db, "SELECT count(*) FROM sync_issue WHERE state = 'resolved'"))
    assert service.applied["c-0"] == 1


@pytest.mark.usefixtures("quick")
async def test_without_an_answer_it_is_unknown_and_asked_again_on_the_next_connection(
    tmp_path: Path, services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.areas.sync.store.sending.DEADLINE_MS", 50)
    db, service = tmp_path / "store.db", services(1)
    service.busy_until.clear()
    url = service.reporter.serve()
    async with attached(db, url) as (_, do):
        await until(lambda: db.exists() and count(db, "SELECT count(*) FROM sync_issue"))
        await do("resolve", issue=1, strategy="server_wins")
        await until(lambda: count(db, "SELECT count(*) FROM outbox WHERE state = 'unknown'"))
        assert count(db, "SELECT attempts FROM outbox") == 1, "not again on this connection"
        assert one(db, "SELECT state FROM sync_issue") == "resolving"
    service.busy_until.set()
    async with attached(db, url):
        await until(lambda: one(db, "SELECT state FROM sync_issue") == "resolved")
    assert service.applied["c-0"] == 1


@pytest.mark.usefixtures("quick")
async def test_no_more_than_twenty_are_under_way(tmp_path: Path, services: Any) -> None:
    db, service = tmp_path / "store.db", services(60)
    service.busy_until.clear()
    async with attached(db, service.reporter.serve()) as (_, do):
        await until(lambda: db.exists() and count(db, "SELECT count(*) FROM sync_issue") == 60)
        for issue in range(1, 61):
            await do("resolve", issue=issue, strategy="server_wins")
        await until(lambda: count(db, "SELECT count(*) FROM outbox WHERE state = 'sent'") == UNDER_WAY)
        assert count(db, "SELECT count(*) FROM outbox WHERE state = 'queued'") == 60 - UNDER_WAY
        service.busy_until.set()
        await until(lambda: count(db, "SELECT count(*) FROM outbox WHERE state = 'applied'") == 60)


@pytest.mark.usefixtures("quick")
async def test_what_was_queued_before_a_restart_is_sent_after(tmp_path: Path, services: Any) -> None:
    db, service = tmp_path / "store.db", services(3)
    url = service.reporter.serve()
    async with attached(db, url) as (collector, do):
        await until(lambda: db.exists() and count(db, "SELECT count(*) FROM sync_issue") == 3)
        await until(lambda: count(db, "SELECT count(*) FROM command_sources"))
        await collector.detach("src")
        for issue in (1, 2, 3):
            await do("resolve", issue=issue, strategy="client_wins")
    assert rows(db, "SELECT DISTINCT state FROM outbox") == [("queued",)]
    async with attached(db, url):
        await until(lambda: count(db, "SELECT count(*) FROM sync_issue WHERE state = 'resolved'") == 3)
    connection = open_reader(db)
    assert queue(connection, QueueFilter(states=STATES)).counts["state"] == {"resolved": 3}
    connection.close()
