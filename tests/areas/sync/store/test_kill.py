"""The process that decides is killed in the midst of a queue: every decision that was answered is in the store."""

import asyncio
import random
import sys
from pathlib import Path

import pytest

from console.areas.sync.store.histories import audit
from console.areas.sync.store.reading import load_conflict
from console.store.database import open_reader
from tests.areas.sync.store.issues import conflict, fill

ISSUES = 2_000


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(n, marks=pytest.mark.slow) for n in range(3, 20))])
async def test_no_answered_decision_is_lost(tmp_path: Path, seed: int) -> None:
    db = fill(tmp_path / "store.db", [conflict(n) for n in range(ISSUES)])
    kill_after = random.Random(seed).randint(5, 150)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.areas.sync.store.deciding_process", str(db), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    told = [await process.stdout.readline() for _ in range(kill_after)]
    process.kill()
    told += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    said = [line.decode().split() for line in told if line.endswith(b"\n")]
    assert len(said) >= kill_after
    connection = open_reader(db)
    for number, name, *choice in said:
        seen = load_conflict(connection, int(number))
        if name == "send":
            assert (seen.issue.state, seen.commands[0].state) == ("resolving", "queued")
            assert seen.commands[0].key in {entry.key for entry in audit(connection, seen.issue.id)}
        elif choice == ["edit"]:
            assert seen.settlement.result["title"] == f"by hand {number}"
        else:
            assert seen.settlement.is_complete
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    commands = connection.execute("SELECT count(*), (SELECT count(*) FROM sync_issue WHERE state = 'resolving') FROM outbox")
    sent, resolving = commands.fetchone()
    assert sent == resolving, "an issue is on its way exactly where its command is on the disk"
    connection.close()
