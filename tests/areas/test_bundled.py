"""An incident bundle holds exactly the columns that are named, and a colleague sees with them what was seen."""

import json
import sqlite3
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from console.areas.contracts.store.reading import findings, load_endpoint, occurrences, overview, violations
from console.areas.errors.store.detail import load_group
from console.areas.errors.store.reading import grouping_state, list_groups
from console.areas.incidents.store.notes import notes
from console.areas.incidents.store.reading import sessions
from console.areas.performance.core.step import grid_for
from console.areas.performance.store import duration_series, rate_series, slowest_operations
from console.areas.sync.store.reading import load_conflict, queue
from console.areas.trace.store import load_trace
from console.model.facts import GapFound
from console.store.bundled import LEFT_OUT as TABLES_OF_THE_STORE_LEFT_OUT
from console.store.outbox import find
from tests.areas.contracts.store.contract_store import check, contract, told
from tests.areas.errors.error_store import EVER as EVERY_GROUP
from tests.areas.errors.error_store import check as check_sums
from tests.areas.errors.error_store import failure
from tests.areas.sync.store.issues import conflict, event
from tests.areas.whole_store import WholeStore, bundle_rows, bundle_tables, needed, stored_tables, unpack
from tests.store_filling import START_MS, read_text, sample_events

LEFT_OUT = {
    **TABLES_OF_THE_STORE_LEFT_OUT,
    "contracts_covered": "the contracts of a bundle judge nothing anew",
    "contracts_pass": "a check of stored traffic that is under way",
    "contracts_past": "what a check of stored traffic has found before it is done",
    "contracts_past_occurrence": "what a check of stored traffic has found before it is done",
    "errors_regrouped": "what a regroup under way has found: nobody sees it before it is done",
    "errors_regrouped_group": "as above",
    "incidents_state": "what is attached now",
    "incidents_note": "the notes that were chosen go as Markdown",
    "sync_state": "the count of batches, for the fold alone",
}
"""Tables of which nothing is in a bundle, and why."""

COLUMNS_LEFT_OUT = {
    "errors_state.stamp": "for whoever remembers rows in memory",
    "errors_state.regroup_rules": "a regroup does not go on in a bundle",
    "errors_state.regroup_after": "as above",
    "errors_state.regroup_until": "as above",
    "errors_state.regroup_done": "as above",
    "errors_state.regroup_total": "as above",
    "performance_state.batch": "the count of batches, for the fold alone",
}


@pytest.fixture
def whole(tmp_path: Path) -> Any:
    store = WholeStore(tmp_path / "whole.db")
    yield store
    store.close()


def everything(whole: WholeStore, target: Path) -> sqlite3.Connection:
    return unpack(bundle_rows(whole.path, whole.ids()), target)


def test_each_column_of_each_table_is_listed_or_left_out_for_a_reason(whole: WholeStore) -> None:
    tables = stored_tables(whole.connection)
    listed = {table.name: set(table.columns) for table in bundle_tables()}
    listed |= {name: set() for name in LEFT_OUT if name not in listed}
    named = {f"{name}.{column}" for name, columns in listed.items() for column in columns} | set(COLUMNS_LEFT_OUT)
    named |= {f"{name}.{column[1]}" for name in LEFT_OUT if name != "outbox" for column in tables[name]}
    assert named == {f"{name}.{column[1]}" for name, columns in tables.items() for column in columns}
    assert all(LEFT_OUT.values())
    assert all(COLUMNS_LEFT_OUT.values())


@pytest.mark.parametrize("table", bundle_tables(), ids=lambda table: table.name)
def test_a_list_gives_all_that_a_row_needs_in_the_order_of_its_columns(table: Any, whole: WholeStore) -> None:
    columns = stored_tables(whole.connection)[table.name]
    assert needed(columns) <= set(table.columns)
    whole.connection.execute("CREATE TEMP TABLE bundle_event (id INTEGER PRIMARY KEY)")
    whole.connection.execute("CREATE TEMP TABLE bundle_range (from_ms INTEGER, to_ms INTEGER)")
    more = 1 if table.name == "events" or table.quoting else 0  # its text; the path of what it quotes
    assert table.quoting <= set(table.columns)
    assert len(whole.connection.execute(table.rows).description) == len(table.columns) + more
    assert "ORDER BY" in table.rows or table.name.endswith("_state"), "rows come in a stable order"


def errors_of(function: str, count: int, start: int = 0, **more: Any) -> list[Any]:
    return [
        failure(function, START_MS + start + i * 1_000, version=f"1.{i % 3}", user=f"u{i % 4}", **more) for i in range(count)
    ]


def test_groups_come_with_status_note_merges_splits_and_record(whole: WholeStore, tmp_path: Path) -> None:
    whole.arrive(
        errors_of("save", 9) + errors_of("load", 6, 20_000) + errors_of("send", 6, 40_000) + errors_of("other", 4, 60_000)
    )
    save, load, send, other = (
        whole.one("SELECT group_id FROM errors_member WHERE event_id = ?", one) for one in (1, 10, 16, 22)
    )
    whole.do("errors", "merge", groups=[load], into=save, who="ada")
    whole.do("errors", "split", group=send, facet="version", who="ada")
    whole.do("errors", "status", groups=[save], status="workaround", note="wait for 1.4", who="ada")
    part = [one for one in whole.ids() if one < 22 and one % 2]
    packed = unpack(bundle_rows(whole.path, part), tmp_path / "new.db")
    groups = {row.id: row for row in list_groups(packed, EVERY_GROUP).rows}
    assert groups.keys() == set(whole_groups(packed)), "the groups with events, and no other, are listed"
    assert other not in groups
    assert packed.execute("SELECT count(*) FROM errors_group WHERE id = ?", (other,)).fetchone() == (0,)
    assert (groups[save].status, groups[save].note, groups[save].who) == ("workaround", "wait for 1.4", "ada")
    assert (groups[save].kept, groups[save].total) == (8, 15), "eight events are in it, fifteen had come"
    before = load_group(whole.connection, save, 0, 2**45)
    detail = load_group(packed, save, 0, 2**45)
    assert before is not None
    assert detail is not None
    assert (detail.aliases, detail.parts, detail.splits) == (before.aliases, before.parts, before.splits)
    assert detail.audit == before.audit
    assert (detail.row.first_ms, detail.row.last_ms) == (before.row.first_ms, before.row.last_ms)
    assert sum(value.n for value in detail.facets[0].values) == 8
    child = next(row for row in groups.values() if row.id not in (save, send))
    shown = load_group(packed, child.id, 0, 2**45)
    assert shown is not None
    original = load_group(whole.connection, child.id, 0, 2**45)
    assert original is not None
    assert shown.parent == original.parent is not None
    assert not grouping_state(packed).regroup_reason
    packed.close()


def whole_groups(connection: sqlite3.Connection) -> list[int]:
    return [row[0] for row in connection.execute("SELECT DISTINCT group_id FROM errors_member")]


def test_groups_tied_to_those_of_its_events_come_without_events_of_their_own(whole: WholeStore, tmp_path: Path) -> None:
    whole.arrive(errors_of("save", 3) + errors_of("load", 2, 20_000, severity="critical") + errors_of("send", 12, 40_000))
    save, load, send = (whole.one("SELECT group_id FROM errors_member WHERE event_id = ?", one) for one in (1, 4, 6))
    whole.do("errors", "merge", groups=[load], into=save, who="ada")
    whole.do("errors", "split", group=send, facet="version", who="ada")
    middle = whole.one("SELECT group_id FROM errors_member WHERE event_id = 6")
    whole.do("errors", "split", group=middle, facet="user", who="ada")
    whole.do("errors", "producer", service="pwa", use=True, who="ada")
    leaf = whole.one("SELECT group_id FROM errors_member WHERE event_id = 6")
    packed = unpack(bundle_rows(whole.path, [1, 6]), tmp_path / "new.db")
    ask = packed.execute
    assert [row[0] for row in ask("SELECT id FROM errors_group ORDER BY id")] == sorted({save, load, send, middle, leaf})
    shown = load_group(packed, save, 0, 2**45)
    assert shown is not None
    assert [alias[0] for alias in shown.aliases] == [load]
    severities = whole.one("SELECT severity FROM errors_group WHERE id = ?", save)
    kept = ask("SELECT severity, gone_severity FROM errors_group WHERE id = ?", (save,)).fetchone()
    assert kept == (severities, severities) > (0, 0)
    assert "producer" in {row[0] for row in ask("SELECT what FROM errors_audit")}, "what was done to grouping as a whole"
    assert ask("SELECT service, use FROM errors_producer").fetchall() == [("pwa", 1)]
    packed.close()


def test_sums_of_a_part_are_those_of_its_events(whole: WholeStore, tmp_path: Path) -> None:
    whole.arrive(errors_of("save", 9) + errors_of("load", 6, 4_000_000))
    rows = bundle_rows(whole.path, [1, 2, 5, 11])
    packed = unpack(rows, tmp_path / "new.db")
    ask = packed.execute
    facets = "SELECT facet, sum(n) FROM errors_facet GROUP BY facet"
    assert dict(ask(facets).fetchall())[0] == 4
    assert ask(facets).fetchall() == ask("SELECT facet, sum(n) FROM errors_value GROUP BY facet").fetchall()
    assert ask("SELECT level_ms, sum(n) FROM errors_bucket GROUP BY 1").fetchall() == [(60_000, 4), (3_600_000, 4)]
    assert ask("SELECT kept, gone, gone_first_ms IS NULL FROM errors_group ORDER BY id").fetchall() == [(3, 6, 0), (1, 5, 0)]
    check_sums(SimpleNamespace(connection=packed, groups=lambda: list_groups(packed, EVERY_GROUP)))  # type: ignore[arg-type]
    packed.close()


def test_sessions_come_with_what_is_in_it_and_are_over(whole: WholeStore, tmp_path: Path) -> None:
    whole.attach("server")
    whole.arrive(sample_events(10))
    whole.do("incidents", "session_start", name="second")
    whole.now_ms += 70_000
    whole.arrive(sample_events(10))
    whole.do("incidents", "session_start", name="third")
    whole.do("incidents", "note", title="not chosen", markdown="x")
    whole.recorder.record([GapFound("server", "e", 500, 501, "evicted", START_MS)])
    whole.do("incidents", "session_start", name="fourth")
    packed = unpack(bundle_rows(whole.path, [9, 10, 11, 14, 21]), tmp_path / "new.db")
    third, second, first = sessions(packed)
    assert (third.events, third.arrived) == (0, 0), "the row of a gap is no event"
    assert (first.events, first.arrived, first.ids) == (2, 10, (1, 10))
    assert (second.name, second.events, second.arrived, second.is_open) == ("second", 2, 10, False)
    assert notes(packed) == ()
    packed.close()
    packed = unpack(bundle_rows(tmp_path / "new.db", [9, 14]), tmp_path / "newer.db")
    assert [one.events for one in sessions(packed)] == [1, 1]
    packed.close()


def test_a_session_that_lasts_ends_in_a_bundle_when_it_was_heard_last(whole: WholeStore, tmp_path: Path) -> None:
    whole.attach("server")
    whole.now_ms += 70_000
    whole.arrive(sample_events(10))
    packed = unpack(bundle_rows(whole.path, [3]), tmp_path / "new.db")
    (session,) = sessions(packed)
    assert (session.to_ms, session.last_id, session.is_open) == (START_MS + 70_000, 10, False)
    packed.close()


def test_a_conflict_comes_with_sides_decisions_commands_and_record(whole: WholeStore, tmp_path: Path) -> None:
    whole.take_commands("pwa")
    whole.arrive([read_text(conflict(number), START_MS) for number in (1, 2, 3)], "pwa")
    for name in ("title", "version"):
        whole.do("sync", "choose", issue=1, path=[name], choice="local", who="ana")
    whole.do("sync", "send", issue=1, who="ana")
    rule = {"entity_type": "conversation", "path": "title", "strategy": "server_wins"}
    whole.do("sync", "rules", rules=[rule], who="ana")
    packed = unpack(bundle_rows(whole.path, [1, 2]), tmp_path / "new.db")
    assert packed.execute("SELECT * FROM sync_rule").fetchall() == whole.all("SELECT * FROM sync_rule") != []
    assert packed.execute("SELECT count(*) FROM sync_audit WHERE issue_id IS NULL").fetchone() == (1,)
    before, after = load_conflict(whole.connection, 1), load_conflict(packed, 1)
    assert (after.local, after.remote, after.settlement) == (before.local, before.remote, before.settlement)
    assert packed.execute("SELECT id FROM sync_issue").fetchall() == [(1,), (2,)]
    assert packed.execute("SELECT what FROM sync_audit").fetchall() == whole.all("SELECT what FROM sync_audit")
    (key,) = packed.execute("SELECT command FROM sync_issue WHERE id = 1").fetchone()
    sent, row = find(whole.connection, key), find(packed, key)
    assert sent is not None
    assert row is not None
    assert (row.args, row.name, row.source) == (sent.args, "conflict.resolve", "pwa")
    assert (sent.state, row.state, row.reason) == ("queued", "expired", "was queued when it was put into the bundle")
    assert [one.id for one in queue(packed).rows] == [one.id for one in queue(whole.connection).rows if one.id != 3]
    packed.close()


def test_digests_and_differences_of_the_entities_are_there(whole: WholeStore, tmp_path: Path) -> None:
    told = [
        event(
            START_MS + number,
            replica,
            entityType="doc",
            entityId=entity,
            replica=replica,
            version=number,
            contentHash=entity,
        )
        for number, (replica, entity) in enumerate([("pwa", "a"), ("server", "a"), ("pwa", "b"), ("server", "b")])
    ]
    whole.arrive([read_text(text, START_MS) for text in told])
    packed = unpack(bundle_rows(whole.path, [1]), tmp_path / "new.db")
    digests = packed.execute("SELECT entity_id, replica, event_id FROM sync_digest ORDER BY 1, 2").fetchall()
    assert digests == [("a", "pwa", 1), ("a", "server", None)], "both replicas of what the event tells of"
    assert packed.execute("SELECT entity_id FROM sync_difference").fetchall() == [("a",)]
    packed.close()


def answered(number: int, at_ms: int) -> Any:
    """An exchange whose answer has an enumeration, secrets, a person and a number of twelve digits."""
    hit = {"id": f"acu_{number}", "state": "open", "token": "hunter2", "userName": "ada", "card": 411_111_111_111}
    hits = [{**hit, "n": number, "box": f"box{number}@example.org"}]
    return check(at_ms, response={"hits": hits, "q": number} if number % 5 else {"q": number})


def test_contracts_come_with_versions_violations_counts_and_drift(whole: WholeStore, tmp_path: Path) -> None:
    whole.do("contracts", "save", document=contract(), origin="file")
    whole.do("contracts", "save", document=contract("/other"), origin="file")
    whole.do("contracts", "save", document=contract("entity:conversation"), origin="file")
    whole.arrive([answered(number, START_MS + number * 1_000) for number in range(40)])
    whole.arrive([told(at_ms=START_MS + 50_000)])
    range_ms = (START_MS, START_MS + 60_000)
    packed = unpack(bundle_rows(whole.path, [one for one in whole.ids() if one > 20], range_ms), tmp_path / "new.db")
    now_ms = whole.now_ms
    ours, theirs = (overview(one, *range_ms, now_ms=now_ms) for one in (whole.connection, packed))
    assert [row for row in ours.rows if row.endpoint != "/other"] == list(theirs.rows)
    assert packed.execute("SELECT entity_type FROM v_entity_contracts").fetchall() == [("conversation",)]
    endpoint_id = next(row.id for row in theirs.rows if row.checks)
    broken = [violations(one, *range_ms, now_ms=now_ms) for one in (packed, whole.connection)]
    assert broken[0] == broken[1] != ()
    assert findings(packed, now_ms=now_ms, endpoint_id=endpoint_id) == findings(
        whole.connection, now_ms=now_ms, endpoint_id=endpoint_id
    )
    before, after = (load_endpoint(one, endpoint_id, *range_ms, now_ms=now_ms) for one in (whole.connection, packed))
    assert (after.versions, after.statuses, after.timeline) == (before.versions, before.statuses, before.timeline)
    assert [(one.path, one.types, one.n) for one in after.observed] == [
        (one.path, one.types, one.n) for one in before.observed
    ]
    values = {one.path: one.values for one in after.observed}
    assert values["hits[].state"] == (("open", 32),)
    assert {values[f"hits[].{name}"] for name in ("id", "token", "userName", "card")} == {()}
    row = max(broken[0], key=lambda one: one.count)
    assert len(occurrences(packed, row.id)) < row.count
    assert packed.execute("SELECT count(*) FROM contracts_occurrence WHERE event_id <= 20").fetchone() == (0,)
    assert packed.execute("SELECT count(*) FROM contracts_version").fetchone() == (2,)
    packed.close()


def test_statistics_hold_no_private_value(whole: WholeStore) -> None:
    whole.arrive([answered(number, START_MS + number * 1_000) for number in range(40)])
    blobs = b"".join(row[-1] for row in bundle_rows(whole.path, whole.ids())["contracts_drift"])
    stored = b"".join(row[0] for row in whole.all("SELECT observed FROM contracts_drift"))
    number = (411_111_111_111).to_bytes(8)
    for secret in (b"hunter2", b"ada", b"acu_7", b"@example.org", number):
        assert secret in stored
        assert secret not in blobs
    assert b"open" in blobs


def test_performance_and_traces_of_the_range(whole: WholeStore, tmp_path: Path) -> None:
    events = sample_events(600, step_ms=3_000)
    events += [read_text(linked(number), START_MS + number) for number in range(3)]
    whole.arrive(events)
    packed = everything(whole, tmp_path / "new.db")
    grid = grid_for(START_MS, START_MS + 2_000_000)
    for ask in (duration_series, rate_series, slowest_operations):
        assert ask(packed, grid) == ask(whole.connection, grid)
    assert load_trace(packed, "corr-3") == load_trace(whole.connection, "corr-3")
    assert packed.execute("SELECT * FROM trace_links").fetchall() == whole.all("SELECT * FROM trace_links") != []
    packed.close()
    part = bundle_rows(whole.path, [1], (START_MS + 5_000, START_MS + 60_000))
    buckets = [row[1] for row in part["performance_rate"] if row[0] == 10_000]
    assert min(buckets) == START_MS, "the bucket that the range begins in"
    assert max(buckets) <= START_MS + 60_000
    used = {row[2] for row in part["performance_rate"]} | {row[2] for row in part["performance_duration"]}
    assert {row[0] for row in part["performance_series"]} >= used
    assert part["trace_links"] == []


def linked(number: int, at_ms: int = START_MS) -> str:
    body = {
        "operation": "x",
        "correlationId": f"own-{number}",
        "requestId": f"request-{number}",
        "traceId": f"trace-{number}",
    }
    return json.dumps({"eventType": "performance", "timestamp": at_ms + number, "service": "server", "data": body})


def test_what_was_unpacked_gives_the_same_rows_again(whole: WholeStore, tmp_path: Path) -> None:
    whole.attach("pwa", "server")
    whole.take_commands("pwa")
    whole.arrive([read_text(conflict(number, at_ms=START_MS + number), START_MS) for number in range(1, 9)], "pwa")
    for name in ("title", "version"):
        whole.do("sync", "choose", issue=1, path=[name], choice="local", who="ana")
    whole.do("sync", "send", issue=1, who="ana")
    whole.arrive(sample_events(1_500) + errors_of("save", 30))
    group = whole.one("SELECT max(group_id) FROM errors_member")
    whole.do("errors", "split", group=group, facet="version", who="ada")
    some = [one for one in whole.ids() if one % 3]
    whole.do("contracts", "save", document=contract(), origin="file")
    whole.arrive([answered(number, START_MS + number * 1_000) for number in range(40)])
    some += [one for one in whole.ids() if one > some[-1] + 5]
    first = bundle_rows(whole.path, some)
    unpack(first, tmp_path / "new.db").close()
    assert bundle_rows(tmp_path / "new.db", some) == first
    filled = {name for name, rows in first.items() if rows}
    assert filled >= {
        "contracts_drift", "contracts_violation", "errors_audit", "errors_group", "errors_member", "incidents_session",
        "outbox", "performance_duration", "sync_audit", "sync_issue", "sync_replica", "sync_sample",
    }  # fmt: skip
