"""The promise: stored + quarantined + declared gaps = emitted, exactly, whatever happens to the line."""

import random
from pathlib import Path

import pytest

from tests.ingest.collecting import account, collecting, rows
from tests.ingest.playbook import event
from tests.ingest.servers import Producer, cutting, framed

CUTS = 200


def mangler(rng: random.Random):  # type: ignore[no-untyped-def]
    """Sometimes send batches twice, sometimes in another order."""

    def mangle(batches: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
        if batches and rng.random() < 0.3:
            batches = batches + rng.choices(batches, k=2)
        if rng.random() < 0.3:
            rng.shuffle(batches)
        return batches

    return mangle


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 6))])
@pytest.mark.usefixtures("quick")
async def test_nothing_is_lost_in_silence(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    db = tmp_path / "store.db"
    number = 0

    def emit(producer: Producer) -> None:
        nonlocal number
        for _ in range(rng.randint(0, 60)):
            number += 1
            poison = rng.random() < 0.01
            producer.emit(rng.choice(["5", "null", "[1]"]) if poison else event(number, pad="é" * rng.randint(0, 200)))

    def come(producer: Producer) -> None:
        if producer.connections % 15 == 0:  # counted, not by chance: the order of the draws depends on the machine's speed
            producer.epoch = f"E{producer.connections}"
        emit(producer)

    producer = Producer(ring=1500, batch_size=20, hb_s=0.002, mangle=mangler(rng), on_connect=come)
    emit(producer)
    async with framed(producer) as port, cutting(port, CUTS, rng, longest=60_000) as (cut_port, proxy):
        async with collecting(db, f"ws://127.0.0.1:{cut_port}") as collector:
            while proxy.cuts_left:
                await producer.until_acknowledged()
                emit(producer)
                producer.emit(event(number := number + 1))
            producer.emit(event(number := number + 1))
            await producer.until_acknowledged()
        totals = collector.totals()
    emitted = {(epoch, seq): text for epoch, texts in producer.emitted.items() for seq, text in enumerate(texts, 1)}
    stored = rows(db, "SELECT epoch, seq, payload FROM v_events")
    assert {(epoch, seq): text for epoch, seq, text in stored}.items() <= emitted.items(), "byte for byte as emitted"
    assert len({(epoch, seq) for epoch, seq, _ in stored}) == len(stored), "none twice"
    counts = account(db)
    assert {name: totals[name] for name in counts} == counts, "what it says is what the file holds"
    assert (
        counts["stored"] + counts["quarantined"] + counts["gap_events"]
        == len(emitted)
        == totals["stored"] + totals["quarantined"] + totals["gap_events"]
    )
    missing = {
        (epoch, seq)
        for epoch, first, last in rows(db, "SELECT epoch, from_seq, to_seq FROM v_gaps")
        for seq in range(first, last + 1)
    }
    assert not missing & {(epoch, seq) for epoch, seq, _ in stored}
    assert proxy.cuts_left == 0
    assert len(producer.emitted) > 5
    assert totals["duplicates"] > 0
    assert totals["quarantined"] > 0
    assert counts["stored"] > len(emitted) / 2
