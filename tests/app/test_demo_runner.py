"""The demo starts and stops off the main thread."""

import threading
from typing import Any, NamedTuple

from console.app.demo_runner import DemoRunner
from console.app.options import SourceSpec


class One(NamedTuple):
    name: str
    url: str
    token: str


class FakeDemo:
    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.threads: list[int] = []
        self.stopped = 0

    def start(self) -> list[Any]:
        self.threads.append(threading.get_ident())
        if self.fault:
            raise self.fault
        return [One("server", "ws://127.0.0.1:1", "secret")]

    def stop(self) -> None:
        self.stopped += 1


def test_it_starts_tells_its_sources_and_stops(qapp: Any, qtbot: Any) -> None:
    fake = FakeDemo()
    runner = DemoRunner(lambda: fake)
    with qtbot.waitSignal(runner.started) as caught:
        runner.start()
    assert caught.args[0] == [SourceSpec("server", "ws://127.0.0.1:1", "secret")]
    assert "secret" not in repr(caught.args[0])
    assert fake.threads != [threading.get_ident()]
    with qtbot.waitSignal(runner.stopped):
        runner.stop()
    runner.close()
    assert fake.stopped == 1


def test_a_demo_that_fails_says_why_and_may_be_tried_again(qapp: Any, qtbot: Any) -> None:
    runner = DemoRunner(lambda: FakeDemo(RuntimeError("install the extra")))
    for _ in range(2):
        with qtbot.waitSignal(runner.failed) as caught:
            runner.start()
        assert caught.args == ["install the extra"]
        runner.close()


def test_closing_while_it_starts_ends_it(qapp: Any) -> None:
    gate = threading.Event()
    fake = FakeDemo()
    first = fake.start
    fake.start = lambda: (gate.wait(10), first())[1]  # type: ignore[method-assign]
    runner = DemoRunner(lambda: fake)
    runner.start()
    gate.set()
    runner.close()
    assert fake.stopped == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("demo-")]
