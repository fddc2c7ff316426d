"""The outbox over a real socket: what services answer oddly, what areas do wrong, and who is asked at all."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from console.ingest.collector import Collector
from console.ingest.outbox import Outbox
from console.ingest.process import run_ingest
from console.store.outbox import OutboxRow, put
from tests.ingest.collecting import collecting, one, rows, until
from tests.ingest.playbook import hello
from tests.ingest.servers import PROTOCOL, naive, port_of


class Answering:
    """A framed service that answers each command with the frames that `answers` gives for it."""

    def __init__(self, answers: Any, caps: Any = ("cmd",)) -> None:
        self.answers, self.caps = answers, caps
        self.commands: list[dict[str, Any]] = []

    async def serve_one(self, connection: ServerConnection) -> None:
        await connection.send(hello(caps=self.caps))
        async for message in connection:
            frame = json.loads(message)
            if frame["op"] == "resume":
                await connection.send(json.dumps({"op": "welcome", "v": 1, "mode": "live", "from": 1, "to": 0}))
                await connection.send(json.dumps({"op": "live", "next": 1}))
            elif frame["op"] == "cmd":
                self.commands.append(frame)
                for answer in self.answers(frame):
                    await connection.send(json.dumps({"op": "cmd_ack", "key": frame["key"], **answer}))


@asynccontextmanager
async def sending(db: Path, url: str, hook: Any, faults: list[str], changed: list[str]) -> AsyncIterator[Collector]:
    outbox = Outbox({"area": hook}, on_fault=faults.append, on_changed=changed.append)
    options = {"on_answer": outbox.answered, "on_fault": faults.append}
    async with collecting(db, url, **options) as collector, asyncio.TaskGroup() as tasks:
        serving = tasks.create_task(outbox.serve(collector))
        call = outbox.watching(collector.call)
        await call(lambda connection: put(connection, "k1", "src", "area", "x", {"a": "é"}, 1, deadline_ms=5_000))
        yield collector
        serving.cancel()


@asynccontextmanager
async def answering(service: Answering) -> AsyncIterator[str]:
    async with serve(service.serve_one, "127.0.0.1", 0, subprotocols=[PROTOCOL], close_timeout=0.2) as server:  # type: ignore[list-item]
        yield f"ws://127.0.0.1:{port_of(server)}"


@pytest.mark.usefixtures("quick")
async def test_the_area_hears_the_answer_in_its_transaction(tmp_path: Path) -> None:
    heard: list[OutboxRow] = []
    faults, changed = list[str](), list[str]()

    def hook(connection: Any, row: OutboxRow, now_ms: int) -> None:
        heard.append(row)
        connection.execute("INSERT INTO meta VALUES ('heard', ?)", (row.key,))

    service = Answering(lambda frame: [{"state": "applied", "result": {"v": 2}, "reason": None}])
    async with answering(service) as url, sending(tmp_path / "s.db", url, hook, faults, changed):
        await until(lambda: heard)
        await until(lambda: changed.count("area") >= 2)
    assert (heard[0].state, heard[0].result, heard[0].args) == ("applied", {"v": 2}, {"a": "é"})
    assert one(tmp_path / "s.db", "SELECT value FROM meta WHERE key = 'heard'") == "k1"
    assert (service.commands[0]["name"], service.commands[0]["deadline_ms"]) == ("x", 5_000)
    assert faults == []


@pytest.mark.usefixtures("quick")
async def test_an_area_that_fails_over_an_answer_does_not_lose_it(tmp_path: Path) -> None:
    faults, changed = list[str](), list[str]()

    def hook(connection: Any, row: OutboxRow, now_ms: int) -> None:
        connection.execute("INSERT INTO meta VALUES ('half', 1)")
        raise KeyError("what")

    service = Answering(
        lambda frame: [{"state": "stale", "reason": "no"}, {"state": "applied"}, {"key": "unasked", "state": "x"}]
    )
    db = tmp_path / "s.db"
    async with answering(service) as url, sending(db, url, hook, faults, changed):
        await until(lambda: faults)
    assert "area failed over an answer of src" in faults[0]
    assert rows(db, "SELECT state, reason FROM outbox") == [("stale", "no")], "the first answer counts"
    assert rows(db, "SELECT * FROM meta WHERE key = 'half'") == []
    assert len(faults) == 1


@pytest.mark.parametrize("caps", [["resume"], None, "cmd", {"cmd": 1}, [["cmd"]]])
@pytest.mark.usefixtures("quick")
async def test_who_does_not_take_commands_is_not_asked(tmp_path: Path, caps: Any) -> None:
    db, service, heard = tmp_path / "s.db", Answering(lambda frame: [], caps), list[OutboxRow]()
    changed: list[str] = []
    async with (
        answering(service) as url,
        sending(db, url, lambda connection, row, now_ms: heard.append(row), [], changed) as collector,
    ):
        await until(lambda: rows(db, "SELECT takes FROM command_sources"))
        await until(lambda: collector.links["src"].status.state == "live")
        await until(lambda: changed)
    assert rows(db, "SELECT takes FROM command_sources") == [(0,)]
    assert service.commands == []
    assert [(row.key, row.state) for row in heard] == [("k1", "rejected")], "its area has it back, and can record it"
    assert "takes no commands" in heard[0].reason
    assert changed == ["area"]


@pytest.mark.usefixtures("quick")
async def test_a_source_of_bare_events_takes_none(tmp_path: Path) -> None:
    db, got = tmp_path / "s.db", list[Any]()

    async def speak(connection: ServerConnection) -> None:
        got.append(await connection.recv())

    async with naive(speak) as port, sending(db, f"ws://127.0.0.1:{port}", None, [], []):
        await until(lambda: rows(db, "SELECT takes FROM command_sources") == [(0,)])
    assert got == []


@pytest.mark.usefixtures("quick")
async def test_the_window_is_told_that_an_area_has_changed(tmp_path: Path) -> None:
    said: list[dict[str, Any]] = []

    class Out(io.BytesIO):
        def write(self, line: Any) -> int:
            said.append(json.loads(line))
            return len(line)

    def ask(connection: Any, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
        put(connection, "k1", "src", "area", "x", args, now_ms)
        return {}

    service, reader, heard = Answering(lambda frame: [{"state": "applied"}]), asyncio.StreamReader(), list[str]()

    async def end_when_told() -> None:
        await until(lambda: heard and {"type": "changed", "area": "area"} in said)
        reader.feed_eof()

    async with answering(service) as url, asyncio.TaskGroup() as tasks:
        for command in ({"cmd": "attach", "name": "src", "url": url}, {"cmd": "area", "area": "area", "do": "ask", "id": 1}):
            reader.feed_data(json.dumps(command).encode() + b"\n")
        hooks = {"area": lambda connection, row, now_ms: heard.append(row.state)}
        tasks.create_task(
            run_ingest(
                tmp_path / "s.db", area_commands={"area": {"ask": ask}}, area_answers=hooks, out=Out(), commands=reader
            )
        )
        tasks.create_task(end_when_told())
    assert heard == ["applied"]
