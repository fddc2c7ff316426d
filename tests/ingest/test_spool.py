"""Requests of other processes to the one that writes the store."""

import asyncio
import json
import os
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from console.ingest import spool as spool_module
from console.ingest.spool import LEFT_OVER_MS, STALE_MS, Request, Spool, folder_of, put_request

NOW_MS = 1_795_442_000_000


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(spool_module, "POLL_S", 0.002)
    return tmp_path / "store.db"


def double(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    if args.get("n") is None:
        raise ValueError("n is missing")
    return {"n": args["n"] * 2}


def count(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    at = args.get("at", 0) + 1
    return {"progress": [at, 3], **({"again": {"at": at}} if at < 3 else {"parts": at})}


class Serving:
    """A spool that is served, with commands that need no store."""

    def __init__(self, db: Path) -> None:
        self.faults: list[str] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.calls = 0
        commands = {"errors": {"double": double, "count": count}}
        self.spool = Spool(db, self.call, commands, on_fault=self.faults.append, clock=lambda: NOW_MS)

    async def call(self, function: Callable[[sqlite3.Connection], Any]) -> Any:
        await self.hold.wait()
        self.calls += 1
        return function(None)  # type: ignore[arg-type]


@asynccontextmanager
async def served(db: Path) -> AsyncIterator[Serving]:
    serving = Serving(db)
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(serving.spool.serve())
        yield serving
        task.cancel()


async def answer(request: Request) -> dict[str, Any]:
    while (found := request.answer()) is None:
        await asyncio.sleep(0.001)
    return found


async def test_a_request_is_carried_out_and_answered_once(db: Path) -> None:
    async with served(db) as serving:
        first = put_request(db, "errors", "double", {"n": 4}, NOW_MS)
        second = put_request(db, "errors", "double", {}, NOW_MS)
        assert await answer(first) == {"ok": True, "result": {"n": 8}}
        assert await answer(second) == {"ok": False, "error": "n is missing"}
        for area, name in (("errors", "vanish"), ("nowhere", "double")):
            refused = await answer(put_request(db, area, name, {}, NOW_MS))
            assert "has no command" in refused["error"]
        assert serving.faults == []
    assert list(folder_of(db).iterdir()) == [], "nothing is left behind"


async def test_work_in_parts_tells_how_far_it_is(db: Path) -> None:
    async with served(db) as serving:
        serving.hold.clear()
        request = put_request(db, "errors", "count", {}, NOW_MS)
        seen = set()
        while (found := request.answer()) is None:
            serving.hold.set()
            seen.add(request.progress())
            await asyncio.sleep(0)
        assert found == {"ok": True, "result": {"parts": 3}}
        assert seen <= {None, (1, 3), (2, 3), (3, 3)}
        assert serving.calls == 3


async def test_a_request_that_takes_long_keeps_no_other_waiting(db: Path) -> None:
    async with served(db) as serving:
        serving.hold.clear()
        slow = put_request(db, "errors", "count", {}, NOW_MS)
        while slow.path.exists():
            await asyncio.sleep(0.001)
        assert not slow.withdraw(), "it is taken"
        refused = put_request(db, "errors", "vanish", {}, NOW_MS)
        assert not (await answer(refused))["ok"]
        assert slow.answer() is None
        serving.hold.set()
        assert (await answer(slow))["ok"]


async def test_who_ends_first_says_so(db: Path) -> None:
    async with served(db) as serving:
        serving.hold.clear()
        request = put_request(db, "errors", "double", {"n": 1}, NOW_MS)
        while request.path.exists():
            await asyncio.sleep(0.001)
    found = request.answer()
    assert found is not None
    assert "ended before" in found["error"]


def test_a_request_that_nobody_took_is_withdrawn(db: Path) -> None:
    request = put_request(db, "errors", "double", {}, NOW_MS)
    assert request.answer() is None
    assert request.progress() is None
    assert request.withdraw()
    assert list(folder_of(db).iterdir()) == []


def test_files_are_the_owners_alone(db: Path) -> None:
    old = os.umask(0)
    try:
        request = put_request(db, "errors", "double", {}, NOW_MS)
    finally:
        os.umask(old)
    assert stat.S_IMODE(request.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder_of(db).stat().st_mode) == 0o700


async def test_old_requests_are_not_carried_out_and_old_answers_go(db: Path) -> None:
    stale = put_request(db, "errors", "double", {"n": 1}, NOW_MS - STALE_MS - 1)
    left = put_request(db, "errors", "double", {"n": 1}, NOW_MS - LEFT_OVER_MS - 1)
    left.path.rename(left.path.with_suffix(".taken"))
    stranger = folder_of(db) / "notes.txt"
    stranger.write_text("mine")
    async with served(db) as serving:
        await answer(put_request(db, "errors", "double", {"n": 1}, NOW_MS))
        assert serving.calls == 1
    assert stale.answer() is None
    assert list(folder_of(db).iterdir()) == [stranger], "what is no request is left alone"


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"area": 5, "do": "double"}', '{"area": "errors"}', '{"a":' * 100_000,
                                  '{"area": "errors", "do": "double", "args": [1]}', " " * 2_000_000])  # fmt: skip
async def test_what_is_no_request_is_answered_with_the_reason(db: Path, text: str) -> None:
    request = put_request(db, "errors", "double", {"n": 1}, NOW_MS)
    request.path.write_text(text)
    async with served(db) as serving:
        refused = await answer(request)
        assert not refused["ok"]
        assert refused["error"]
        assert serving.calls == 0


async def test_links_and_pipes_are_not_read(db: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text(json.dumps({"area": "errors", "do": "double", "args": {"n": 1}}))
    link, pipe = (put_request(db, "errors", "double", {}, NOW_MS) for _ in range(2))
    link.path.unlink()
    link.path.symlink_to(elsewhere)
    pipe.path.unlink()
    os.mkfifo(pipe.path)
    async with served(db) as serving:
        for request in (link, pipe):
            assert "same user" in (await answer(request))["error"]
        assert serving.calls == 0
    assert elsewhere.exists()


async def test_a_folder_that_others_can_write_to_is_not_trusted_and_said_once(db: Path) -> None:
    request = put_request(db, "errors", "double", {"n": 1}, NOW_MS)
    folder_of(db).chmod(0o777)
    async with served(db) as serving:
        while len(serving.faults) < 1:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.02)
        assert len(serving.faults) == 1
        assert "others can write" in serving.faults[0]
        assert serving.calls == 0
    assert request.path.exists()
