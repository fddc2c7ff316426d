"""A view over a store with some traces."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.areas.trace.view import TraceView
from tests.areas.trace.samples import failed, push, said, trace_store
from tests.fake_shell import FakeShell
from tests.store_filling import START_MS

NOW_MS = START_MS + 10_000
EVENTS = [
    *push("plain", 0),
    *push("skewed", 1_000, ahead_ms=5_000),
    said(2_000, "network", "alone", correlationId="single"),
    failed(3_000, "server", "without an id"),
]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return trace_store(tmp_path_factory.mktemp("trace") / "store.db", EVENTS)


@pytest.fixture
def open_view(qtbot: QtBot) -> Iterator[Callable[..., TraceView]]:
    """Open a view on a store; its reads are answered at once."""
    shells: list[FakeShell] = []

    def open_it(path: Path) -> TraceView:
        shell = FakeShell(path, NOW_MS, at_once=True)
        shell.bounds = (None, None)
        shells.append(shell)
        view = TraceView(shell, clock=lambda: NOW_MS)
        qtbot.addWidget(view)
        view.resize(1000, 640)
        view.show()
        view.activate()
        return view

    yield open_it
    for shell in shells:
        shell.connection.close()


@pytest.fixture
def view(open_view: Callable[..., TraceView], filled: Path) -> TraceView:
    return open_view(filled)
