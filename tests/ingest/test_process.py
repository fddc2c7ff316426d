"""The window's ingest child, spoken to over pipes as the window does."""

import asyncio
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from console.ingest.process import LINE_BYTES, run_ingest
from tests.ingest.collecting import one, rows
from tests.ingest.playbook import event
from tests.ingest.processes import console
from tests.ingest.servers import Producer, framed


class Child:
    """The parent's side of the control channel."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self._next = 0

    async def hear(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """Return the next message of this kind that has these values."""
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            while line := await self.process.stdout.readline():
                message: dict[str, Any] = json.loads(line)
                if message["type"] == kind and all(message.get(key) == value for key, value in wanted.items()):
                    return message
        raise AssertionError(f"it ended before it said {kind}")

    async def ask(self, cmd: str, **fields: Any) -> dict[str, Any]:
        self._next += 1
        self.tell(json.dumps({"cmd": cmd, "id": self._next, **fields}).encode())
        return await self.hear("answer", id=self._next)

    def tell(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + b"\n")

    async def end(self) -> int:
        """Close its stdin, as a window that is gone does; returns the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        await self.process.communicate()
        assert self.process.returncode is not None
        return self.process.returncode


async def test_the_whole_conversation(tmp_path: Path) -> None:
    db = tmp_path / "store.db"
    producer = Producer(hb_s=0.01)
    producer.emit(event(1), event(2))
    async with framed(producer) as port, console("ingest-process", "--db", db) as process:
        child = Child(process)
        assert (await child.hear("ready"))["db"] == str(db)
        assert (await child.ask("attach", name="api", url=f"ws://127.0.0.1:{port}"))["ok"]
        await producer.until_acknowledged()
        while (tick := await child.hear("tick"))["last_id"] < 2:
            pass
        sources = (await child.hear("sources"))["sources"]
        assert [(one["name"], one["service"], one["transport"]) for one in sources] == [("api", "api", "websocket")]
        assert (await child.ask("pin", event=1, note="look"))["ok"]
        assert (await child.ask("pin", event=tick["last_id"], note="x" * 5000))["ok"]
        assert (await child.ask("unpin", event=tick["last_id"]))["ok"]
        assert (await child.ask("detach", name="api"))["ok"]
        assert (await child.hear("sources"))["sources"] == []
        producer.emit(event(3))
        assert (await child.ask("attach", name="api", url=f"ws://127.0.0.1:{port}"))["ok"]
        await producer.until_acknowledged()
        assert (await child.ask("retain", max_events=1_000))["ok"]
        assert (await child.ask("shrink"))["ok"]
        assert await child.end() == 0
    assert not Path(f"{db}-wal").exists(), "it was closed in order"
    assert rows(db, "SELECT event_id, note FROM pins") == [(1, "look")]
    assert one(db, "SELECT count(*) FROM v_events") == 3


async def test_bad_commands_are_answered_and_nothing_breaks(tmp_path: Path) -> None:
    async with console("ingest-process", "--db", tmp_path / "store.db") as process:
        child = Child(process)
        await child.hear("ready")
        for cmd, fields, word in (
            ("dance", {}, "unknown command"),
            ("attach", {}, "name"),
            ("attach", {"name": "x", "url": 5}, "url"),
            ("attach", {"name": "x", "url": "ftp://h/"}, "ftp"),
            ("attach", {"name": "x\n", "url": "ws://127.0.0.1/"}, "printable"),
            ("attach", {"name": "x", "url": "ws://127.0.0.1/\ud800"}, "characters"),
            ("attach", {"name": "x", "url": "ws://example.org/", "token": "t0ps3cret"}, "unencrypted"),
            ("attach", {"name": "x", "url": "ws://127.0.0.1/", "token": 5}, "token"),
            ("detach", {"name": "nobody"}, "nobody"),
            ("pin", {"event": "1"}, "whole number"),
            ("pin", {"event": 2**70}, "whole number"),
            ("pin", {"event": 7}, "not in the store"),
            ("pin", {"event": True}, "whole number"),
            ("unpin", {}, "whole number"),
            ("retain", {"max_events": "many"}, "number above 0"),
            ("retain", {"max_age_days": -1}, "number above 0"),
        ):
            answer = await child.ask(cmd, **fields)
            assert not answer["ok"], (cmd, fields)
            assert word in answer["error"]
            assert "t0ps3cret" not in answer["error"]
        for line in (b"", b"not json", b"[1]", b'{"cmd":5}', b"\xff\xfe", b'{"a":' * 5_000):
            child.tell(line)
            assert (await child.hear("fault"))["text"]
        assert (await child.ask("pin", event=1))["error"], "it still listens"
        assert await child.end() == 0


async def test_stop_ends_it(tmp_path: Path) -> None:
    async with console("ingest-process", "--db", tmp_path / "store.db") as process:
        child = Child(process)
        await child.hear("ready")
        assert (await child.ask("stop"))["ok"]
        assert await process.wait() == 0


async def test_everything_that_came_before_the_end_is_committed(tmp_path: Path) -> None:
    db, path = tmp_path / "store.db", tmp_path / "many.jsonl"
    path.write_text("\n".join(event(n) for n in range(5_000)))
    async with console("ingest-process", "--db", db) as process:
        child = Child(process)
        await child.hear("ready")
        await child.ask("attach", name="f", url=str(path))
        assert await child.end() == 0
    stored = [seq for (seq,) in rows(db, "SELECT seq FROM v_events ORDER BY seq")]
    assert stored == list(range(1, len(stored) + 1)), "a prefix without holes"


async def test_a_file_that_is_no_store_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("my thesis, and nothing of a database\n" * 100)
    async with console("ingest-process", "--db", other) as process:
        _, err = await process.communicate()
        assert process.returncode == 3, err
        assert "other.txt" in err.decode()
    assert other.read_text().startswith("my thesis")


pytestmark = pytest.mark.timeout(60)


async def test_commands_of_areas_run_in_the_writer_and_tell_how_far_they_are(tmp_path: Path) -> None:
    def count(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
        assert connection.in_transaction
        assert now_ms > 0
        if args.get("refuse"):
            raise ValueError("not so")
        at = args.get("at", 0) + 1
        connection.execute("INSERT INTO meta VALUES (?, ?)", (f"part {at}", at))
        return {"progress": [at, 3], **({"again": {"at": at}} if at < 3 else {"parts": at})}

    said: list[dict[str, Any]] = []

    class Out(io.BytesIO):
        def write(self, line: Any) -> int:
            said.append(json.loads(line))
            return len(line)

    reader = asyncio.StreamReader()
    commands = [
        {"cmd": "area", "area": "errors", "do": "count", "id": 1},
        {"cmd": "area", "area": "errors", "do": "count", "args": {"refuse": True}, "id": 2},
        {"cmd": "area", "area": "errors", "do": "vanish", "id": 3},
        {"cmd": "area", "area": "errors", "do": "count", "args": [], "id": 4},
    ]
    for command in commands:
        reader.feed_data(json.dumps(command).encode() + b"\n")
    db = tmp_path / "store.db"

    async def end_when_answered() -> None:
        while sum(message["type"] == "answer" for message in said) < len(commands):
            await asyncio.sleep(0.01)
        reader.feed_eof()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(run_ingest(db, area_commands={"errors": {"count": count}}, out=Out(), commands=reader))
        tasks.create_task(end_when_answered())
    answers = {message["id"]: message for message in said if message["type"] == "answer"}
    assert answers[1] == {"type": "answer", "id": 1, "ok": True, "result": {"parts": 3}}
    assert answers[2]["error"] == "not so"
    assert "no command 'vanish'" in answers[3]["error"]
    assert '"args" as an object' in answers[4]["error"]
    assert [(part["done"], part["total"]) for part in said if part["type"] == "progress"] == [(1, 3), (2, 3), (3, 3)]
    assert one(db, "SELECT count(*) FROM meta WHERE key LIKE 'part %'") == 3


async def test_a_command_that_is_too_long_is_passed_over_and_said(tmp_path: Path) -> None:
    async with console("ingest-process", "--db", tmp_path / "store.db") as process:
        child = Child(process)
        await child.hear("ready")
        child.tell(b'{"cmd": "area", "args": "' + b"x" * (3 * LINE_BYTES) + b'"}')
        assert "more than 1,048,576 bytes" in (await child.hear("fault"))["text"]
        assert not (await child.ask("unknown"))["ok"], "the next command is heard"
        child.tell(b"y" * (2 * LINE_BYTES))
        assert await child.end() == 0
