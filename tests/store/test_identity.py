"""Kinds stay bounded whatever a producer invents; ids are never used twice."""

from pathlib import Path

import pytest

from console.model.facts import Arrived, GapFilled, GapFound
from console.store import identity
from console.store.database import open_writer
from console.store.migrations import migrate
from console.store.recording import Recorder
from console.store.retention import Limits, retain
from tests.store_filling import START_MS, sample_events


def opened(path: Path) -> Recorder:
    connection = open_writer(path)
    migrate(connection)
    return Recorder(connection, {}, lambda: START_MS, lambda text: None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "console.db"


def test_kinds_are_bounded_and_what_is_beyond_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "MAX_KINDS_PER_SOURCE", 10)
    recorder = opened(path)
    for turn in range(2):
        events = sample_events(50)
        for index, event in enumerate(events):
            event.service = f"pod-{index}-{'x' * 200}"
            event.degraded = None
        recorder.record([Arrived("server", "e", 1 + turn * 50, events, START_MS)])
    execute = recorder.connection.execute
    assert execute("SELECT count(*) FROM kinds").fetchone()[0] == 11
    assert execute("SELECT max(length(service)) FROM kinds").fetchone()[0] == identity.NAME_LENGTH
    assert execute("SELECT count(*) FROM events").fetchone()[0] == 100
    assert execute("SELECT count(*) FROM degraded").fetchone()[0] == 80, "a kind known already stays what it is"
    recorder.record([Arrived("pwa", "e", 1, sample_events(1), START_MS)])
    assert execute("SELECT count(*) FROM kinds WHERE service = '(other)'").fetchone()[0] == 1, "bounded for each source"
    recorder.connection.close()


def test_ids_go_on_after_everything_was_deleted_and_the_process_was_killed(path: Path) -> None:
    recorder = opened(path)
    assert recorder.record([Arrived("server", "e", 1, sample_events(30), START_MS)]) == 30
    recorder.transact(lambda c: retain(c, Limits(max_events=0), START_MS))
    recorder.connection.close()  # without recorder.close(): killed
    again = opened(path)
    assert again.connection.execute("SELECT count(*) FROM events").fetchone()[0] == 0
    assert again.record([Arrived("server", "e", 31, sample_events(1), START_MS)]) == 31
    again.connection.close()


def test_the_id_of_a_gap_row_that_vanished_is_not_used_again(path: Path) -> None:
    recorder = opened(path)
    recorder.record([Arrived("server", "e", 1, sample_events(3), START_MS), GapFound("server", "e", 4, 4, "late", START_MS)])
    recorder.record([GapFilled("server", "e", 4, 4)])
    recorder.connection.close()
    again = opened(path)
    assert again.record([Arrived("server", "e", 4, sample_events(1), START_MS)]) == 5
    again.close()
    again.connection.close()


def test_identities_are_the_same_after_opening_again(path: Path) -> None:
    for turn in range(2):
        recorder = opened(path)
        recorder.record([Arrived("server", "e", 1 + turn * 200, sample_events(200), START_MS)])
        recorder.close()
        recorder.connection.close()
    connection = open_writer(path)
    for table, number in (("sources", 1), ("streams", 1), ("events", 400)):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (number,)
    assert connection.execute("SELECT count(*) FROM (SELECT DISTINCT kind FROM events)").fetchone() == (
        connection.execute("SELECT count(*) FROM kinds").fetchone())  # fmt: skip
    connection.close()
