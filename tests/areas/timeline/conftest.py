"""A store with a thousand events, and a timeline on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.areas.timeline.view import TimelineView
from console.model.facts import CoverageLost, GapFound, Quarantined
from tests.fake_shell import FakeShell
from tests.store_filling import START_MS, fill_store, sample_events

EVENTS = 1000
STEP_MS = 100
LAST_MS = START_MS + EVENTS * STEP_MS


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A read-only store: 1,000 events, a gap of 214, quarantined data, and an interval of unknown coverage."""
    path = tmp_path_factory.mktemp("timeline") / "store.db"
    extra = [
        GapFound("server", "epoch-1", 1100, 1313, "evicted", LAST_MS - 510),
        Quarantined("server", "epoch-1", 2000, "no JSON object", b"\xff", 1, LAST_MS - 310),
        CoverageLost("server", "k", LAST_MS - 260, LAST_MS - 210, "disconnected"),
    ]
    fill_store(path, sample_events(EVENTS, seed=3, step_ms=STEP_MS), extra=extra)
    return path


@pytest.fixture
def open_view(qtbot: QtBot) -> Iterator[Callable[..., TimelineView]]:
    """Open a timeline on a store and wait for its first answer."""
    shells = []

    def open_it(path: Path, shell: FakeShell | None = None) -> TimelineView:
        shell = shell or FakeShell(path, LAST_MS)
        shells.append(shell)
        view = TimelineView(shell)
        qtbot.addWidget(view)
        view.resize(1100, 600)
        view.show()
        view.activate()
        qtbot.waitUntil(lambda: not view.loader.busy)
        return view

    yield open_it
    for shell in shells:
        shell.connection.close()


@pytest.fixture
def view(open_view: Callable[..., TimelineView], filled: Path) -> TimelineView:
    return open_view(filled)
