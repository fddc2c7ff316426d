"""The command `collect`, as people run it: counts, times, exit codes, interruption."""

import asyncio
import signal
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner
from websockets.asyncio.server import ServerConnection

from console.cli import app
from tests.ingest.collecting import account
from tests.ingest.playbook import event
from tests.ingest.processes import console, last_object, run_console
from tests.ingest.servers import Producer, framed, naive

COUNTS = ("stored", "quarantined", "degraded", "duplicates", "gap_events", "unknown_intervals")


async def test_the_last_line_has_the_exact_counts(tmp_path: Path, fixtures: Path) -> None:
    db = tmp_path / "store.db"
    extra = tmp_path / "extra.jsonl"
    extra.write_text(event(1) + "\nbroken\n" + '{"eventType":5}\n')
    arguments = ("collect", "--source", f"a={fixtures / 'vivim-debug-stream.jsonl'}", "--source", f"b={extra}", "--db", db)
    code, out, err = await run_console(*arguments, "--json")
    assert code == 0, err
    result = last_object(out)
    assert {name: result[name] for name in COUNTS} == {
        "stored": 159, "quarantined": 1, "degraded": result["degraded"], "duplicates": 0, "gap_events": 0,
        "unknown_intervals": 0,
    }  # fmt: skip
    assert result["degraded"] >= 1
    assert {one["name"]: one["stored"] for one in result["sources"]} == {"a": 157, "b": 2}
    code, out, _ = await run_console(*arguments)
    assert "stored 0" in out.splitlines()[-1]
    assert "duplicates 160" in out.splitlines()[-1]
    assert account(db)["stored"] == 159


async def test_it_ends_after_the_time_that_was_given(tmp_path: Path) -> None:
    producer = Producer(hb_s=0.01)
    producer.emit(event(1))
    async with framed(producer) as port:
        code, out, _ = await run_console(
            "collect", "--source", f"src=ws://127.0.0.1:{port}", "--db", tmp_path / "s.db", "--for", "0.5s", "--json"
        )
    assert code == 0
    result = last_object(out)
    assert result["stored"] == 1
    assert 0.4 < result["seconds"] < 5


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_an_interruption_ends_it_in_order(tmp_path: Path, how: signal.Signals) -> None:
    producer = Producer(hb_s=0.01)
    producer.emit(*(event(n) for n in range(100)))
    db = tmp_path / "s.db"
    async with (
        framed(producer) as port,
        console("collect", "-s", f"x=ws://127.0.0.1:{port}", "--db", db, "--json") as process,
    ):
        await producer.until_acknowledged()
        process.send_signal(how)
        out, err = await process.communicate()
    assert process.returncode == 0, err
    assert last_object(out.decode())["stored"] == 100
    assert "Traceback" not in err.decode()
    assert not Path(f"{db}-wal").exists()


@pytest.mark.parametrize("arguments", [
    (), ("--source", "nameless"), ("--source", "x=ftp://h/"), ("--source", "x=ws://"), ("--source", "x=/no/such/file"),
    ("--source", "x=ws://127.0.0.1:1", "--source", "x=ws://127.0.0.1:2"), ("--source", "x=ws://127.0.0.1:1", "--for", "x"),
])  # fmt: skip
def test_wrong_arguments_are_2(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["collect", *arguments, "--db", str(tmp_path / "s.db")])
    assert result.exit_code == 2
    assert result.stderr
    assert not (tmp_path / "s.db").exists()


async def test_a_file_that_is_no_store_is_3_and_is_not_touched(tmp_path: Path, fixtures: Path) -> None:
    other = tmp_path / "other.db"
    connection = sqlite3.connect(other)  # noqa: TID251 - somebody else's database
    connection.execute("CREATE TABLE theirs (x)")
    connection.commit()
    connection.close()
    before = other.read_bytes()
    code, _, err = await run_console("collect", "-s", f"x={fixtures / 'vivim-debug-stream.jsonl'}", "--db", other)
    assert code == 3
    assert "not a store" in err
    assert other.read_bytes() == before


async def test_a_second_writer_is_told_that_the_store_is_busy(tmp_path: Path, fixtures: Path) -> None:
    db = tmp_path / "s.db"
    producer = Producer(hb_s=0.01)
    producer.emit(event(1))
    async with framed(producer) as port, console("collect", "-s", f"x=ws://127.0.0.1:{port}", "--db", db) as first:
        await producer.until_acknowledged()
        code, _, err = await run_console("collect", "-s", f"f={fixtures / 'vivim-debug-stream.jsonl'}", "--db", db)
        assert code == 3
        assert "another process writes this store" in err
        first.kill()  # however it ends, the lock ends with it
        await first.wait()
        code, _, err = await run_console("collect", "-s", f"f={fixtures / 'vivim-debug-stream.jsonl'}", "--db", db)
        assert code == 0, err
    assert account(db)["stored"] == 158


async def test_a_source_that_refuses_is_4_and_says_why(tmp_path: Path) -> None:
    async def refuse(connection: ServerConnection) -> None:
        await connection.close(4401, "bad token")

    async with naive(refuse) as port:
        code, out, err = await run_console("collect", "-s", f"x=ws://127.0.0.1:{port}", "--db", tmp_path / "s.db", "--json")
    assert code == 4
    assert "token was refused" in err
    assert last_object(out)["sources"][0]["state"] == "refused"


async def test_a_source_that_nobody_serves_is_waited_for_and_is_4_in_the_end(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    code, out, err = await run_console(
        "collect", "-s", f"x=ws://127.0.0.1:{port}", "--db", tmp_path / "s.db", "--for", "0.5s", "--json"
    )
    assert code == 4
    assert "nobody listens there" in err
    source = last_object(out)["sources"][0]
    assert source["reconnects"] >= 1
    assert source["stored"] == 0
