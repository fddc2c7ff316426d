"""The demo as processes: their streams, their rate, their faults, and that nothing is left behind."""

import importlib.util
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psutil
import pytest
from websockets.sync.client import connect

from console.demo import launch
from console.demo.launch import NAMES, Demo, DemoFailed, DemoSource

RATE = 200
TAXONOMY = frozenset(
    """NETWORK_TIMEOUT CONNECTION_LOST PROTOCOL_VIOLATION DATABASE_ERROR SCHEMA_VIOLATION CONSTRAINT_VIOLATION
    TRANSACTION_ROLLBACK SYNC_CONFLICT SYNC_TIMEOUT VERSION_MISMATCH CRDT_CONFLICT CONTRACT_VIOLATION
    SERVICE_UNAVAILABLE RATE_LIMIT_EXCEEDED AUTH_EXPIRED PERMISSION_DENIED TOKEN_INVALID EXTRACTION_FAILED
    AI_PROVIDER_ERROR CONTENT_PARSE_ERROR VALIDATION_FAILED INPUT_TOO_LARGE MALFORMED_REQUEST""".split()  # noqa: SIM905
)


@dataclass
class Streams:
    """Everything that was read from the three streams, as (service, event)."""

    sources: list[DemoSource]
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def read(self, source: DemoSource) -> None:
        headers = {"Authorization": f"Bearer {source.token}"}
        with connect(source.url, additional_headers=headers, max_size=None) as stream:
            for message in stream:
                for line in str(message).splitlines():
                    found = json.loads(line)
                    self.events += [(source.name, each) for each in (found if isinstance(found, list) else [found])]

    def categories(self) -> set[str]:
        return {event["data"].get("category") for _, event in list(self.events)} & TAXONOMY

    def services_by_correlation(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name, event in list(self.events):
            if identifier := event["data"].get("correlationId"):
                found.setdefault(identifier, set()).add(name)
        return found

    def is_enough(self) -> bool:
        return len(self.categories()) >= 16 and set(NAMES) in self.services_by_correlation().values()


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    made = Demo(rate=RATE, seed=4, deploy_after_s=3)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def streams(demo: Demo) -> Streams:
    """The streams, read for 5 s and then until enough was seen, 25 s at most."""
    streams = Streams(demo.start())
    readers = [threading.Thread(target=streams.read, args=(source,)) for source in streams.sources]
    for reader in readers:
        reader.start()
    began_s = time.monotonic()
    while (passed_s := time.monotonic() - began_s) < 25 and (passed_s < 5 or not streams.is_enough()):
        time.sleep(0.1)
    last_words = {name: b"".join(child._stderr).decode() for name, child in demo._children.items()}
    assert demo.poll() == dict.fromkeys(NAMES, True), last_words
    assert last_words == dict.fromkeys(NAMES, "")
    pids = [child.process.pid for child in demo._children.values()]
    demo.stop()
    assert not any(psutil.pid_exists(pid) for pid in pids)
    for reader in readers:
        reader.join(5)
    return streams


def test_most_of_the_taxonomy_happens(streams: Streams) -> None:
    assert len(streams.categories()) >= 14, TAXONOMY - streams.categories()
    assert {source.name for source in streams.sources} == {name for name, _ in streams.events} == set(NAMES)


def test_no_action_of_the_demo_is_broken(streams: Streams) -> None:
    broken = [event for _, event in streams.events if event["data"].get("category") == "INTERNAL"]
    assert broken == []


def test_errors_carry_stacks_of_the_demo(streams: Streams) -> None:
    errors = [event for _, event in streams.events if event["eventType"] == "error"]
    stacks = [event["data"]["source"].get("stack", "") for event in errors]
    assert sum("console/demo/" in stack for stack in stacks) > len(stacks) / 2


def test_correlation_ids_cross_all_three_services(streams: Streams) -> None:
    seen = list(streams.services_by_correlation().values())
    assert sum(len(names) >= 2 for names in seen) > 20
    assert set(NAMES) in seen


def test_contracts_are_kept_until_the_release_breaks_them(streams: Streams) -> None:
    events = [event for _, event in list(streams.events)]
    (deployed,) = [event["timestamp"] for event in events if event["data"].get("component") == "deployment"]
    found = [
        (event["timestamp"], one["path"], one["keyword"])
        for event in events
        if event["eventType"] == "contract_check"
        for one in event["data"].get("found", ())
    ]
    changed = [at_ms for at_ms, path, keyword in found if (path, keyword) == ("hits[].quality", "type")]
    assert len(changed) >= 3
    assert min(changed) >= deployed - 500  # both count from about the same moment
    undeclared = {event["data"]["endpoint"] for event in events if event["data"].get("contractId") == ""}
    assert undeclared <= {"/api/v1/suggestions"}


def test_the_rate_is_held(streams: Streams) -> None:
    stamps = sorted(event["timestamp"] for _, event in streams.events)
    begin, end = stamps[0] + 2_000, stamps[-1] - 200  # the first seconds are imports
    middle = [stamp for stamp in stamps if begin <= stamp < end]
    assert len(middle) / ((end - begin) / 1000) == pytest.approx(RATE, rel=0.2)


def test_the_token_is_asked_for_and_stays_secret(streams: Streams) -> None:
    token = streams.sources[0].token
    assert token not in repr(streams.sources)
    assert token not in json.dumps([event for _, event in streams.events])


def test_a_stream_refuses_a_wrong_token_and_argv_holds_none() -> None:
    with Demo(rate=5, token="secret-of-this-run") as demo:
        for child in demo._children.values():
            assert "secret-of-this-run" not in " ".join(psutil.Process(child.process.pid).cmdline())
        with pytest.raises(DemoFailed, match="runs already"):
            demo.start()
    assert demo.poll() == {}


def test_services_end_when_their_parent_is_killed() -> None:
    code = (
        "import sys, time; from console.demo.launch import Demo; demo = Demo(rate=5); demo.start(); "
        "print(*(child.process.pid for child in demo._children.values()), flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    children = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(5)
    parent.stdout.close()
    _, alive = psutil.wait_procs(children, timeout=6)
    assert len(children) == 3
    assert alive == []


def test_a_service_that_dies_is_named_with_its_last_words() -> None:
    with pytest.raises(
        DemoFailed, match=r"server ended while starting \(exit 1\)[\s\S]*cannot open the PostgreSQL"
    ) as caught:
        Demo(dsn="postgresql://nobody:hidden@127.0.0.1:1/none").start()
    assert "hidden" not in str(caught.value)


def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec
    monkeypatch.setattr(launch, "find_spec", lambda name: None if name == "starlette" else real(name))
    with pytest.raises(DemoFailed, match=r"needs starlette.*vivim-console\[demo\]"):
        Demo().start()


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Demo(rate=0)
