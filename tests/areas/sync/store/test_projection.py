"""What events tell becomes issues, health, digests and differences; most events cost nothing."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Doc, Map

from console.areas.sync.core.told_digest import read_told
from console.areas.sync.store import MIGRATIONS, projection
from console.areas.sync.store.answers import STATES, QueueFilter
from console.areas.sync.store.digests import read_digest, write_digest
from console.areas.sync.store.histories import skipped
from console.areas.sync.store.reading import issues, load_conflict, queue
from console.areas.sync.store.replica_reading import health, health_series, matrix
from console.store.database import open_plain, open_reader
from console.store.projection import StoredEvent
from tests.areas.sync.core.values import json_values
from tests.areas.sync.store.issues import conflict, desk, event, fill
from tests.store_filling import START_MS, read_text, sample_events

NAMES = ["issue", "entityType", "entityId", "update", "stateVector", "digest", "contentHash", "version", "hash", "replica",
         "origin", "operation", "syncState"]  # fmt: skip


class Fold:
    """A fold over a store in memory, fed with events as they would come."""

    def __init__(self) -> None:
        self.connection = open_plain(Path(":memory:"))
        for _, statements in MIGRATIONS:
            for statement in statements:
                self.connection.execute(statement)
        self.connection.execute("CREATE TABLE events (id INTEGER PRIMARY KEY, kind INTEGER)")
        self.connection.execute("CREATE TABLE kinds (id INTEGER PRIMARY KEY, source_id INTEGER)")
        self.connection.execute("CREATE TABLE outbox (key TEXT, state TEXT)")
        self.fold = projection()
        self.last = 0

    def take(self, *texts: str, received_ms: int = START_MS) -> None:
        stored = []
        for text in texts:
            self.last += 1
            stored.append(StoredEvent(self.last, 1, 1, received_ms, read_text(text, received_ms)))
        self.fold.on_events(self.connection, stored)

    def issues(self) -> list[tuple[str, str, str]]:
        rows = issues(self.connection).rows
        return sorted((row.kind, row.entity_id, row.state) for row in rows)


def digest(at_ms: int, replica: str, **told: Any) -> str:
    return event(at_ms, "network", entityType="conversation", entityId="c1", replica=replica, **told)


def test_the_recorded_streams_become_issues_once_each(tmp_path: Path, fixtures: Path) -> None:
    stream = (fixtures / "vivim-debug-stream.jsonl").read_text().splitlines()
    posts = [json.loads(line) for line in (fixtures / "vivim-error-posts.jsonl").read_text().splitlines()]
    reports = [json.dumps(report) for post in posts for report in post["body"]["reports"]]
    db = fill(tmp_path / "store.db", sorted([*stream, *reports], key=lambda text: read_text(text).ts_ms))
    connection = open_reader(db)
    found = queue(connection, QueueFilter(states=STATES))
    told = connection.execute("SELECT sum(times) FROM sync_issue").fetchone()[0]
    assert 0 < found.total < told, "what several tell is one"
    assert sum(found.counts["state"].values()) == found.total
    for row in found.rows:
        assert load_conflict(connection, row.id).issue == row
    assert connection.execute(
        "SELECT count(*) FROM sync_issue_event WHERE event_id NOT IN (SELECT id FROM events)"
    ).fetchone() == (0,)
    connection.close()


def test_the_queue_is_filtered_and_in_order(tmp_path: Path) -> None:
    db = fill(tmp_path / "store.db", [
        conflict(1, at_ms=START_MS + 9), conflict(2, at_ms=START_MS + 5, service="server"), conflict(2, at_ms=START_MS + 6),
        conflict(3, issueType="order_violation", entityType="message", at_ms=START_MS), conflict(4, entityId="50%_off"),
    ])  # fmt: skip
    with desk(db) as table:
        table.do("resolve", issue=1, strategy="server_wins")
        found = queue(table.connection)
        assert [row.entity_id for row in found.rows] == ["50%_off", "c-2", "c-3", "c-1"], (
            "worst, oldest, then what is on its way"
        )
        assert found.counts["service"] == {"pwa": 4, "server": 1}
        for wanted, ids in (
            (QueueFilter(kinds=("order_violation",)), {"c-3"}), (QueueFilter(service="server"), {"c-2"}),
            (QueueFilter(entity_type="message"), {"c-3"}), (QueueFilter(words="50%_"), {"50%_off"}),
            (QueueFilter(words="conversation c-2"), {"c-2"}), (QueueFilter(states=("resolving",)), {"c-1"}),
            (QueueFilter(since_ms=START_MS + 7), {"c-1"}), (QueueFilter(until_ms=START_MS + 1), {"c-3", "50%_off"}),
            (QueueFilter(words="'; DROP"), set()),
        ):  # fmt: skip
            assert {row.entity_id for row in queue(table.connection, wanted).rows} == ids, wanted
        few = queue(table.connection, QueueFilter(limit=2))
        assert (len(few.rows), few.total) == (2, 4)


def test_a_service_that_says_resolved_ends_the_issue() -> None:
    fold = Fold()
    fold.take(conflict(1), event(START_MS + 5, operation="resolved", entityType="conversation", entityId="c-1"))
    assert fold.issues() == [("conflict", "c-1", "resolved")]


def test_health_and_its_numbers_over_time() -> None:
    fold = Fold()
    for at_ms in (START_MS, START_MS + 1_000, START_MS + 12_000):
        fold.take(conflict(1, at_ms=at_ms), received_ms=at_ms)
    (row,) = health(fold.connection, START_MS + 13_000)
    assert (row.health.service, row.health.pending, row.health.conflicts) == ("pwa", 1, 1)
    assert row.diagnosis.condition == "healthy"
    assert health(fold.connection, START_MS + 200_000)[0].diagnosis.condition == "silent"
    series = health_series(fold.connection, "pwa", "pwa", START_MS - 10_000, START_MS + 30_000)
    assert [one.bucket_ms for one in series] == [START_MS // 10_000 * 10_000, (START_MS + 12_000) // 10_000 * 10_000]
    assert series[0].pending == 1


def test_a_difference_that_lasts_is_a_divergence_and_ends_when_it_heals() -> None:
    fold = Fold()
    fold.take(digest(START_MS, "a", version=2, contentHash="x"), digest(START_MS, "b", version=1, contentHash="y"))
    assert matrix(fold.connection, START_MS, ("conversation", "c1")).matrix.cells["a", "b"].standing == "behind"
    fold.take(event(START_MS + 9_000, x=1), received_ms=START_MS + 9_000)
    assert fold.issues() == [], "delay explains it still"
    fold.take(event(START_MS + 11_500, x=1), received_ms=START_MS + 11_500)
    assert fold.issues() == [("divergence", "c1", "open")]
    fold.take(event(START_MS + 30_000, x=1), received_ms=START_MS + 30_000)
    overall = matrix(fold.connection, START_MS + 30_000)
    assert overall.matrix.cells["b", "a"].rule.startswith("conversation c1: b has version 1")
    assert (overall.entities[0].is_diverged, overall.entities[0].replicas) == (True, 2)
    assert fold.connection.execute("SELECT times FROM sync_issue").fetchone() == (1,), "told once"
    fold.take(digest(START_MS + 31_000, "b", version=2, contentHash="x"), received_ms=START_MS + 31_000)
    assert fold.issues() == [("divergence", "c1", "resolved")]
    assert matrix(fold.connection, START_MS + 32_000).matrix.cells["a", "b"].standing == "in sync"


def update_of(doc: Doc[Any], before: bytes) -> str:
    return base64.b64encode(doc.get_update(before)).decode()


def test_concurrent_writes_in_updates_are_a_conflict_with_both_values() -> None:
    fold, texts = Fold(), []
    docs = {name: Doc[Any]() for name in ("a", "b")}
    for at, (name, doc) in enumerate(docs.items()):
        before = doc.get_state()
        doc.get("metadata", type=Map)["topic"] = f"by {name}"
        vector = base64.b64encode(doc.get_state()).decode()
        texts.append(digest(START_MS + at, name, update=update_of(doc, before), stateVector=vector, operation="local"))
    fold.take(*texts)
    (row,) = issues(fold.connection).rows
    assert (row.kind, row.entity_id, row.services) == ("conflict", "c1", ("console",))
    values = fold.connection.execute("SELECT local || remote FROM sync_body").fetchone()[0]
    assert "by a" in values
    assert "by b" in values


@pytest.mark.parametrize(
    "told",
    [
        {"update": "!!"},
        {"update": "AAAA////"},
        {"stateVector": "gICAgA=="},
        {"stateVector": {"x": 1}},
        {"stateVector": {"1": -1}},
    ],
)
def test_what_cannot_be_read_is_noted_and_costs_nothing_else(told: dict[str, Any]) -> None:
    fold = Fold()
    fold.take(digest(START_MS, "a", **told), conflict(1))
    assert fold.issues() == [("conflict", "c-1", "open")]
    assert len(skipped(fold.connection)) == 1


def test_updates_beyond_a_batchs_time_are_skipped_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.areas.sync.store.documents.MAX_UPDATES", 2)
    fold, doc = Fold(), Doc[Any]()
    doc.get("metadata", type=Map)["topic"] = "x"
    update = base64.b64encode(doc.get_update()).decode()
    fold.take(*[digest(START_MS, "a", update=update)] * 5)
    (note,) = skipped(fold.connection)
    assert (note[2], note[3]) == ("updates came faster than they can be looked into", 3)


def test_after_a_rollback_what_is_remembered_is_read_anew() -> None:
    fold = Fold()
    fold.take(conflict(1))
    fold.connection.execute("BEGIN")
    fold.take(conflict(2, service="ghost"))
    fold.connection.execute("ROLLBACK")
    fold.take(conflict(3))
    assert [row.health.service for row in health(fold.connection, START_MS)] == ["pwa"]
    assert fold.issues() == [("conflict", "c-1", "open"), ("conflict", "c-3", "open")]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), json_values()))
def test_no_event_breaks_the_fold(body: dict[str, Any]) -> None:
    fold = Fold()
    data = {
        "eventType": "sync_update",
        "timestamp": START_MS,
        "service": "s",
        "data": body,
        "syncState": body.get("syncState"),
    }
    fold.fold.on_events(fold.connection, [StoredEvent(1, 1, 1, START_MS, read_text(json.dumps(data)))])
    assert read_told(data, "s") is None or isinstance(read_told(data, "s").entity, str)  # type: ignore[union-attr]


def test_states_nested_without_end_cost_no_more_than_themselves(tmp_path: Path) -> None:
    deep: Any = "bottom"
    for _ in range(900):
        deep = [deep]
    db = fill(tmp_path / "store.db", [conflict(1, local={"a": deep}), conflict(2)])
    connection = open_reader(db)
    assert [row.entity_id for row in queue(connection).rows] == ["c-1", "c-2"]
    for issue in (1, 2):
        assert load_conflict(connection, issue).settlement.open
    connection.close()


def test_digests_come_back_as_they_were() -> None:
    for told in ({"stateVector": {"7": 3}, "deleteHash": "d"}, {"version": 3, "contentHash": "c"}, {"hash": "h"}):
        read = read_told({"data": {"entityId": "e", **told}}, "s")
        assert read is not None
        assert read.digest is not None
        assert read_digest(write_digest(read.digest)) == read.digest


def test_retention_forgets_numbers_and_keeps_decisions(tmp_path: Path) -> None:
    db = fill(tmp_path / "store.db", [conflict(1), conflict(2), *(item.text for item in sample_events(30))])
    with desk(db) as table:
        table.do("choose", issue=1, path=["title"], choice="local")
        table.connection.execute("UPDATE sync_issue SET state = 'resolved'")
        table.connection.execute("DELETE FROM events")
        table.connection.execute("BEGIN")
        projection().prune(table.connection, START_MS + 10_000_000)
        table.connection.execute("COMMIT")
        assert {row.id for row in issues(table.connection).rows} == {1}, "what a hand has touched stays"
        assert table.one("SELECT count(*) FROM sync_issue_event") == 1
        assert table.one("SELECT count(*) FROM sync_settlement") == 1
        assert table.one("SELECT count(*) FROM sync_sample") == 0
