"""`contracts recheck` by itself, and through the process that writes the store."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import pytest
from typer.testing import CliRunner

from console.areas import area_commands, area_migrations, area_projections
from console.cli import app
from console.ingest.spool import Spool
from console.model.clock import wall_clock
from console.store.writer import Writer
from tests.areas.contracts.store.contract_store import check, contract
from tests.store_filling import fill_store


def run(db: Path, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["contracts", *arguments, "--db", str(db)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A store with 40 exchanges of the last hour, and a contract that came after them, and that four of them break."""
    start_ms = wall_clock() - 3_600_000
    path = tmp_path / "console.db"
    events = [check(start_ms + n * 60_000, params={} if n % 10 == 5 else {"q": "plan"}) for n in range(40)]
    fill_store(path, events, projections=area_projections(), migrations=area_migrations())
    (tmp_path / "contracts.json").write_text(json.dumps([contract()]), encoding="utf-8")
    run(path, "import", str(tmp_path / "contracts.json"))
    return path


def test_what_is_stored_is_judged_once(db: Path) -> None:
    assert run(db, "violations", "--all").startswith("0 violations")
    text = run(db, "recheck")
    assert text.startswith("40 stored exchanges checked, 4 violations in 1 group. No alert was raised")
    assert text.endswith("contracts violations --all\n")
    assert run(db, "violations").startswith("0 violations")
    line, summary = run(db, "violations", "--all").splitlines()
    assert " past " in line
    assert "q is missing" in line
    assert summary == "1 violation in 4 events"
    assert "4 of 40 broke it" in run(db, "list")
    assert run(db, "alerts").startswith("0 alerts")
    assert json.loads(run(db, "recheck", "--json"))["checked"] == 0


def test_a_time_and_a_service_can_be_chosen(db: Path) -> None:
    assert json.loads(run(db, "recheck", "--since", "40m", "--until", "30m", "--json"))["checked"] == 10
    assert json.loads(run(db, "recheck", "--service", "server", "--json"))["checked"] == 30
    assert "there is no contract of nobody" in run(db, "recheck", "--service", "nobody", code=2)
    assert "--until" in run(db, "recheck", "--until", "soon", code=2)


@contextmanager
def serving(db: Path) -> Iterator[None]:
    """Hold the store as the window or `collect` does, and carry out what others ask for."""
    import asyncio

    writer = Writer(db, projections=area_projections(), migrations=area_migrations())
    ready, loops = Flag(), []

    async def serve() -> None:
        loop = asyncio.get_running_loop()

        async def call(function: object) -> object:
            future: asyncio.Future[object] = loop.create_future()
            writer.call(function, lambda result: loop.call_soon_threadsafe(future.set_result, result))  # type: ignore[arg-type]
            result = await future
            if isinstance(result, Exception):
                raise result
            return result

        spool = Spool(db, call, area_commands(), on_fault=print)
        async with asyncio.TaskGroup() as group:
            loops.append((loop, group.create_task(spool.serve())))
            ready.set()

    thread = Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        loop, task = loops[0]
        loop.call_soon_threadsafe(task.cancel)
        thread.join()
        writer.close()


def test_the_process_that_writes_the_store_does_it(db: Path) -> None:
    with serving(db):
        assert json.loads(run(db, "recheck", "--json"))["violations"] == 4
        assert json.loads(run(db, "recheck", "--json"))["checked"] == 0
