"""What is in memory only is found again in the events: nothing is lost, and nothing counts twice."""

import json
import random
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from console.areas.contracts.store import projection
from console.areas.contracts.store.projection import COUNTS_S
from console.model.event import Event
from console.store.database import open_reader
from tests.areas.contracts.store.contract_store import HIT, ContractStore, check, contract, report, told
from tests.store_filling import START_MS, read_text


def traffic(n: int, seed: int = 1) -> list[Event]:
    """Return varied events of ours, all different in time."""
    rng = random.Random(seed)
    events = []
    for i in range(n):
        at_ms = START_MS + i * 40
        kind = rng.randrange(8)
        if kind == 0:
            events.append(told(f"v{rng.randrange(n)}", f"Missing required parameter: {rng.choice('qkx')}", at_ms))
        elif kind == 1:
            events.append(report(at_ms, path=f"/api/v1/acus/{i}", status=rng.choice((500, 503))))
        elif kind == 2:
            events.append(check(at_ms, params={}, data={"violations": rng.randrange(2)}))
        elif kind == 3:
            hits = [{**HIT, "id": rng.choice(("a", None))}, {"quality": 1}]
            events.append(check(at_ms, response={"hits": hits}, durationMs=rng.randrange(900)))
        else:
            events.append(check(at_ms, params={"q": "plan", "k": str(i)}, data={"sampled": 1 + i % 3}))
    return events


def batches(events: list[Event], seed: int) -> list[list[Event]]:
    rng = random.Random(seed)
    found = []
    while events:
        size = rng.randrange(1, 30)
        found.append(events[:size])
        events = events[size:]
    return found


def reference(path: Path, events: list[Event]) -> dict[str, object]:
    """What a store holds that took all events with nothing going wrong, each batch written at once."""
    store = ContractStore(path)
    store.do("save", document=contract())
    store.observe(*events)
    found = store.content()
    store.close()
    return found


@pytest.mark.parametrize("seed", range(6))
def test_crashes_and_rollbacks_change_nothing(tmp_path: Path, seed: int) -> None:
    events = traffic(400, seed)
    rng = random.Random(seed)
    store = ContractStore(tmp_path / "store.db")
    store.do("save", document=contract())
    for batch in batches(events, seed):
        match rng.randrange(6):
            case 0:
                store.start()  # killed
            case 1:
                store.fail_to_arrive(*batch)
            case 2:
                store.settle()
            case 3:
                store.do("acknowledge", alerts=[10**9])
            case 4:
                store.do("current", version=1)  # another stamp: memory is given up
        store.arrive(*batch)
    store.start()
    store.arrive(told("v0"))
    store.settle()
    found = store.content()
    store.close()
    assert found == reference(tmp_path / "reference.db", [*events, told("v0")])


def test_what_waits_is_written_with_the_next_event_or_when_asked(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.arrive(check())
    assert store.row().checks == 1, "the first is written at once"
    store.arrive(check(), check())
    assert store.row().checks == 1, f"within {COUNTS_S} s nothing more is"
    assert store.fold.is_waiting
    store.settle()
    assert store.row().checks == 3
    assert not store.fold.is_waiting


def test_a_new_process_finds_what_the_old_one_had_not_written(store: ContractStore) -> None:
    store.do("save", document=contract())
    store.arrive(check())
    store.arrive(check(), check(params={}))
    store.start()
    assert store.one("SELECT counted_id FROM contracts_state") == 1
    store.observe(told())
    assert (store.row().checks, store.row().violated) == (3, 1)
    assert store.one("SELECT counted_id FROM contracts_state") == 4
    assert store.one("SELECT drift_id FROM contracts_state") == 4
    assert store.one("SELECT sum(n) FROM contracts_drift WHERE direction = 'response'") == 3


def test_events_before_the_area_was_there_are_left_out(tmp_path: Path) -> None:
    store = ContractStore(tmp_path / "store.db")
    without: dict[str, object] = {}
    store.recorder._projections, kept = without, store.recorder._projections  # type: ignore[assignment]
    store.arrive(check(), check())
    store.recorder._projections = kept
    store.observe(check())
    assert store.row("/api/v1/acus/search").checks == 1
    assert store.one("SELECT first_id FROM contracts_state") == 3
    store.close()


def test_a_quiet_area_moves_its_watermark_on(store: ContractStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("console.areas.contracts.store.projection"), "FAR", 10)
    body = {"eventType": "info", "timestamp": START_MS, "service": "s", "data": {"message": "hi"}}
    plain = read_text(json.dumps(body))
    store.observe(check())
    store.arrive(*[plain] * 5)
    assert store.one("SELECT counted_id FROM contracts_state") == 1
    store.arrive(*[plain] * 6)
    assert store.one("SELECT counted_id FROM contracts_state") == 12


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 12))])
def test_kill_loses_no_observation_and_counts_none_twice(tmp_path: Path, seed: int) -> None:
    db = tmp_path / "store.db"
    rng = random.Random(seed)
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.areas.contracts.store.folding_process", str(db)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        for _ in range(rng.randrange(5, 60)):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.communicate()
    done = subprocess.run(
        [sys.executable, "-m", "tests.areas.contracts.store.folding_process", str(db), "--end"],
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "end"
    connection = open_reader(db)
    ask = connection.execute
    (events,) = ask("SELECT count(*) FROM events").fetchone()
    assert events > 15
    (broken,) = ask("SELECT count(*) FROM payloads WHERE text LIKE '%\"params\": {}%'").fetchone()
    assert ask("SELECT sum(checks) FROM contracts_endpoint").fetchone() == (events,)
    assert ask("SELECT sum(checks), sum(violated) FROM contracts_bucket WHERE level_ms = 60000").fetchone() == (
        events,
        broken,
    )
    assert ask("SELECT count, ours FROM contracts_violation").fetchall() == [(broken, broken)]
    assert ask("SELECT sum(n) FROM contracts_drift WHERE direction = 'request'").fetchone() == (events,)
    assert ask("SELECT sum(n) FROM contracts_status").fetchone() == (events,)
    assert ask("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_the_fold_names_itself_as_one_that_puts_off() -> None:
    from console.store.projection import PuttingOff

    assert isinstance(projection(), PuttingOff)
