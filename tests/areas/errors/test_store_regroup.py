"""Regrouping: what people decided goes along, and an interruption shows nothing half done."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from console.areas.errors.core.grouping import Grouping
from console.areas.errors.store import identify, projection, reading, regrouped, regrouping, state
from console.areas.errors.store.reading import grouping_state, load_group
from console.store.retention import Limits, retain
from tests.areas.errors.error_store import START_MS, ErrorStore, check, failure


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ErrorStore]:
    monkeypatch.setattr(regrouping, "PART_EVENTS", 2)
    store = ErrorStore(tmp_path / "store.db")
    yield store
    check(store)
    store.close()


def group_by(monkeypatch: pytest.MonkeyPatch, store: ErrorStore, *, words: int, version: int) -> None:
    """Change the rules: so many first letters of the message decide."""

    class Lettered(NamedTuple):
        key: str

        @property
        def fingerprint(self) -> str:
            return f"{version}-{self.key}"

        def describe(self) -> Grouping:
            return Grouping(self.fingerprint, f"Error {self.key}", "", f"letters, version {version}", ())

    def judge(payload: object, *, message: str, category: str, service: str) -> Lettered:
        return Lettered(message[:words])

    monkeypatch.setattr(identify, "judge", judge)
    for module in (regrouping, regrouped, state, reading):
        monkeypatch.setattr(module, "RULES_VERSION", version)
    store.recorder._projections["errors"] = projection()  # a new version is a new process


def by_title(store: ErrorStore) -> dict[str, tuple[int, int, str]]:
    return {row.title: (row.id, row.count, row.status) for row in store.groups().rows}


def test_new_rules_keep_ids_statuses_merges_and_history(store: ErrorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    group_by(monkeypatch, store, words=1, version=1)
    store.arrive(*(failure(message=text, ts_ms=START_MS + i) for i, text in enumerate(("aa", "aa", "ab", "ba", "ca", "cb"))))
    a, b, c = (by_title(store)[f"Error {letter}"][0] for letter in "abc")
    store.do("status", groups=[a], status="ignored", note="noise")
    store.do("merge", into=c, groups=[b])
    group_by(monkeypatch, store, words=2, version=2)
    assert "rules" in grouping_state(store.connection).regroup_reason
    result = store.do("regroup")
    assert (result["events"], result["groups"]) == (6, 4)
    found = by_title(store)
    assert found["Error aa"] == (a, 2, "ignored"), "most of its events: it keeps the number"
    assert found["Error ab"][1:] == (1, "ignored"), "the rest starts with the same state"
    assert sum(found[title][1] for title in ("Error ca", "Error cb") if title in found) == 3, "what was merged stays so"
    detail = load_group(store.connection, a, 0, 2**45)
    assert detail is not None
    assert [row.what for row in detail.audit if row.what == "status"] == ["status"]
    store.arrive(failure(message="ab"), failure(message="ba"))
    assert by_title(store)["Error ab"][1] == 2
    assert store.do("regroup")["moved"] == 0


def test_groups_that_become_one_keep_their_numbers_as_other_names(
    store: ErrorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    group_by(monkeypatch, store, words=2, version=1)
    store.arrive(*(failure(message=text) for text in ("aa", "aa", "ab", "ba")))
    aa, ab = by_title(store)["Error aa"][0], by_title(store)["Error ab"][0]
    store.do("status", groups=[ab], status="resolved", note="by hand")
    group_by(monkeypatch, store, words=1, version=2)
    store.do("regroup")
    assert by_title(store)["Error a"][:2] == (aa, 3)
    detail = load_group(store.connection, ab, 0, 2**45)
    assert detail is not None
    assert detail.row.id == aa
    assert [alias[0] for alias in detail.aliases] == [ab]
    assert "resolved: by hand" in [row.words for row in detail.audit]


def test_nothing_is_shown_before_all_is_there_and_new_events_come_meanwhile(
    store: ErrorStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    group_by(monkeypatch, store, words=1, version=1)
    store.arrive(*(failure(message=text) for text in ("aa", "ab", "ba", "bb", "aa")))
    group_by(monkeypatch, store, words=2, version=2)
    before = store.groups()
    first = store.part("regroup", {"who": "ada"})
    assert first["progress"] == [2, 5]
    assert store.groups() == before
    assert (grouping_state(store.connection).done, grouping_state(store.connection).total) == (2, 5)
    store.arrive(failure(message="bb"), failure(message="zz"))
    store.recorder.transact(lambda c: retain(c, Limits(max_events=6), store.now_ms))
    store.recorder.transact(lambda c: store.fold.prune(c, START_MS))
    store.do("regroup")
    assert {title: count for title, (_, count, _) in by_title(store).items()} == {
        "Error ab": 1, "Error ba": 1, "Error bb": 2, "Error aa": 1, "Error zz": 1,
    }  # fmt: skip


def test_a_change_of_rules_on_the_way_starts_it_again(store: ErrorStore, monkeypatch: pytest.MonkeyPatch) -> None:
    group_by(monkeypatch, store, words=1, version=1)
    store.arrive(*(failure(message=text) for text in ("aa", "ab", "ba")))
    group_by(monkeypatch, store, words=2, version=2)
    store.part("regroup", {"who": "ada"})
    group_by(monkeypatch, store, words=1, version=3)
    assert store.do("regroup")["events"] == 3
    assert {title: count for title, (_, count, _) in by_title(store).items()} == {"Error a": 2, "Error b": 1}


KILLED = """
import os, signal, sys
from pathlib import Path
from console.areas.errors.store import regrouping
from tests.areas.errors.error_store import ErrorStore
regrouping.PART_EVENTS = 5
store = ErrorStore(Path(sys.argv[1]))
for _ in range(int(sys.argv[2])):
    store.part("regroup", {"who": "ada"})
store.connection.execute("BEGIN IMMEDIATE")
regrouping.regroup(store.connection, {"who": "ada"}, 1)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("parts", [1, 4], ids=["on the way", "in the last part"])
def test_a_killed_regroup_goes_on_where_it_was(tmp_path: Path, parts: int) -> None:
    path = tmp_path / "store.db"
    store = ErrorStore(path)
    store.arrive(*(failure(("save", "load")[i % 2], START_MS + i) for i in range(20)))
    before = store.group_of()
    store.close()
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(parts)], check=False, env={**os.environ, "PYTHONPATH": "."}
    )
    assert done.returncode == -signal.SIGKILL
    store = ErrorStore(path)
    assert store.group_of() == before
    assert "not finished" in grouping_state(store.connection).regroup_reason
    assert grouping_state(store.connection).done == parts * 5
    assert store.do("regroup")["events"] == 20
    assert store.group_of() == before
    check(store)
    store.close()
