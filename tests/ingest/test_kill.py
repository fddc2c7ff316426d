"""`collect` is killed at random moments: what it acknowledged is in the store, and nothing is there twice."""

import asyncio
import contextlib
import random
from pathlib import Path

import pytest

from tests.ingest.collecting import rows
from tests.ingest.playbook import event
from tests.ingest.processes import console
from tests.ingest.servers import Producer, framed

PER_RUN = 3_000


async def kill_often(db: Path, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    producer = Producer(batch_size=40, hb_s=0.005, obey_credit=True)
    async with framed(producer) as port:
        number = 0
        for run in range(kills + 1):
            producer.emit(*(event(number := number + 1) for _ in range(PER_RUN)))
            async with console("collect", "--source", f"src=ws://127.0.0.1:{port}", "--db", db) as process:
                if run < kills:
                    wanted = len(producer.acks) + rng.randint(0, 6)
                    await reached(producer, wanted)
                    await asyncio.sleep(rng.uniform(0, 0.02))  # anywhere between two acknowledgements, chosen by the seed
                    process.kill()
                    await process.wait()
                    if run % 5 == 0:  # a store that is opened by nobody must already hold it
                        assert_has(db, producer)
                else:
                    await producer.until_acknowledged()
                    process.terminate()
                    await process.wait()
                    assert process.returncode == 0
    assert_has(db, producer)
    stored = rows(db, "SELECT seq, payload FROM v_events ORDER BY seq")
    assert stored == list(enumerate(producer.emitted["E1"], 1)), "everything, once, as it was emitted"
    assert rows(db, "SELECT * FROM v_gaps") == []


async def reached(producer: Producer, acks: int) -> None:
    """Wait for so many acknowledgements, or until there is nothing more to acknowledge."""
    async with producer.changed:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(
                producer.changed.wait_for(
                    lambda: len(producer.acks) >= acks or producer.acked.get(producer.epoch, 0) >= len(producer.texts)
                ),
                20,
            )


def assert_has(db: Path, producer: Producer) -> None:
    have = {seq for (seq,) in rows(db, "SELECT seq FROM v_events")} if db.exists() else set()
    missing = set(range(1, producer.acked.get("E1", 0) + 1)) - have
    assert not missing, f"{len(missing)} acknowledged events are gone"


async def test_acknowledged_events_survive_kills(tmp_path: Path) -> None:
    await kill_often(tmp_path / "store.db", kills=5, seed=11)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_acknowledged_events_survive_fifty_kills(tmp_path: Path) -> None:
    await kill_often(tmp_path / "store.db", kills=50, seed=50)
