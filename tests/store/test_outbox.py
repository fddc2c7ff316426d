"""Commands on the disk: each state follows from what happened, and no answer counts that was not asked for."""

import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.store.database import open_writer
from console.store.migrations import migrate
from console.store.outbox import MAX_RESULT, answer, find, mark_sent, mark_unknown, put, waiting, withdraw


@pytest.fixture
def store(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_writer(tmp_path / "store.db")
    migrate(connection)
    for n in range(3):
        put(connection, f"k{n}", "api", "sync", "conflict.resolve", {"n": n}, 1_000)
    yield connection
    connection.close()


def state(connection: sqlite3.Connection, key: str = "k0") -> str:
    row = find(connection, key)
    assert row is not None
    return row.state


def test_from_queued_over_sent_and_unknown_to_an_answer(store: sqlite3.Connection) -> None:
    assert waiting(store, "api") == ["k0", "k1", "k2"]
    (row,) = mark_sent(store, ["k0"], 2_000)
    assert (row.args, row.state, row.attempts, row.sent_ms) == ({"n": 0}, "sent", 1, 2_000)
    assert mark_unknown(store, ["k0", "k1"]) == ["sync"]
    assert (state(store), state(store, "k1")) == ("unknown", "queued"), "what was never sent is not unknown"
    assert waiting(store, "api") == ["k0", "k1", "k2"], "it is asked again, first"
    assert mark_sent(store, ["k0"], 3_000)[0].attempts == 2
    done = answer(store, "k0", "api", "applied", {"version": 2}, "", 4_000)
    assert done is not None
    assert (done.state, done.result, done.answered_ms) == ("applied", {"version": 2}, 4_000)
    assert waiting(store, "api") == ["k1", "k2"]
    assert mark_sent(store, ["k0"], 5_000) == []
    assert mark_unknown(store, ["k0"]) == []


def test_only_who_was_asked_answers_and_only_once(store: sqlite3.Connection) -> None:
    assert answer(store, "k0", "api", "applied", None, "", 1) is None, "nobody has asked yet"
    mark_sent(store, ["k0"], 1)
    assert answer(store, "k0", "other", "applied", None, "", 1) is None
    assert answer(store, "nothing", "api", "applied", None, "", 1) is None
    assert answer(store, "k0", "api", "stale", None, "", 1) is not None
    assert answer(store, "k0", "api", "applied", None, "", 1) is None
    assert state(store) == "stale"


def test_answers_of_any_form_are_kept_within_bounds(store: sqlite3.Connection) -> None:
    mark_sent(store, ["k0", "k1"], 1)
    odd = answer(store, "k0", "api", "perhaps", None, "\ud800", 1)
    assert odd is not None
    assert odd.state == "rejected"
    assert "'perhaps'" in odd.reason
    large = answer(store, "k1", "api", "applied", "x" * MAX_RESULT, "done", 1)
    assert large is not None
    assert (large.state, large.result) == ("applied", None)
    assert "was not kept" in large.reason
    deep: object = 1
    for _ in range(sys.getrecursionlimit() * 5):
        deep = [deep]
    mark_sent(store, ["k2"], 1)
    nested = answer(store, "k2", "api", "applied", deep, "", 1)
    assert nested is not None
    assert (nested.state, nested.result) == ("applied", None)


def test_only_what_was_never_sent_is_withdrawn(store: sqlite3.Connection) -> None:
    put(store, "kept", "", "sync", "conflict.resolve", {}, 1, recorded=True)
    mark_sent(store, ["k0"], 1)
    assert [withdraw(store, key) for key in ("k0", "k1", "kept", "nothing")] == [False, True, True, False]
    assert waiting(store, "") == []


def test_a_key_is_used_once(store: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        put(store, "k0", "api", "sync", "conflict.resolve", {}, 1)
