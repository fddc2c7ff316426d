"""What the report tells is what the store holds."""

import json
import zipfile
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from console.areas import area_migrations, area_projections
from console.areas.errors.core.grouping import is_error
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import default_profile
from console.areas.incidents.core.report import About, ReportFacts
from console.areas.incidents.store.exporting import export_bundle
from console.areas.incidents.store.importing import import_bundle
from console.areas.incidents.store.reporting import MAX_TRACE, facts_of, make_report
from console.model.event import Event
from console.model.facts import CoverageLost, Fact, GapFound, Quarantined
from console.model.taxonomy import severity_rank
from console.store.database import open_reader
from tests.areas.incidents.core.report.page import Page
from tests.store_filling import START_MS, fill_store, read_text, sample_events

GAPS: list[Fact] = [
    GapFound("server", "epoch-1", 1001, 1041, "evicted", START_MS + 5_000),
    CoverageLost("server", "k", START_MS + 1_000, START_MS + 4_000, "the link was lost"),
    Quarantined("server", "epoch-1", 1042, "not JSON", b"\xff\x00", 2, START_MS + 6_000),
]


def fill(path: Path, events: list[Event], extra: list[Fact] = []) -> None:  # noqa: B006  # never changed
    fill_store(path, events, extra=extra, projections=area_projections(), migrations=area_migrations())


def read(path: Path, about: About = About()) -> ReportFacts:  # noqa: B008  # frozen
    with closing(open_reader(path)) as connection:
        return facts_of(connection, about)


def test_counts_are_those_of_the_events(tmp_path: Path) -> None:
    events = sample_events(1_000)
    fill(tmp_path / "s.db", events, GAPS)
    facts = read(tmp_path / "s.db")
    assert facts.events == 1_000
    assert facts.severities == dict(Counter(event.severity for event in events))
    assert (facts.first_ms, facts.last_ms) == (events[0].ts_ms, events[-1].ts_ms)
    assert [(one.name, one.events, one.services) for one in facts.sources] == [
        ("server", 1_000, ("network", "pwa", "server"))
    ]
    assert (facts.quarantined, facts.degraded) == (1, sum(event.degraded is not None for event in events))
    assert facts.activity is not None
    assert {name: sum(counts) for name, counts in facts.activity.counts.items()} == facts.severities


def test_gaps_known_and_unknown_are_told_the_largest_first(tmp_path: Path) -> None:
    fill(tmp_path / "s.db", sample_events(10), GAPS)
    facts = read(tmp_path / "s.db")
    assert [(one.events, one.reason) for one in facts.gaps] == [(41, "evicted"), (None, "the link was lost")]
    assert (facts.gaps[1].from_ms, facts.gaps[1].to_ms) == (START_MS + 1_000, START_MS + 4_000)
    with closing(open_reader(tmp_path / "s.db")) as connection:
        words = Page(make_report(connection)).words
    assert "41 events did not arrive" in words
    assert "1 piece of data could not be read" in words


def test_groups_agree_with_their_events(tmp_path: Path, fixtures: Path) -> None:
    posts = (fixtures / "vivim-error-posts.jsonl").read_text().splitlines()
    events = [read_text(json.dumps(report)) for post in posts for report in json.loads(post)["body"]["reports"]]
    fill(tmp_path / "s.db", events)
    facts = read(tmp_path / "s.db")
    assert facts.totals["groups"] == len(facts.groups) > 10
    assert sum(group.count for group in facts.groups) == sum(is_error(event.event_type, event.level) for event in events)
    assert all(sum(group.spark) == group.count for group in facts.groups)
    ranks = [severity_rank(group.severity) for group in facts.groups]
    assert ranks == sorted(ranks, reverse=True)


def test_the_worst_error_and_its_trace(tmp_path: Path) -> None:
    events = sample_events(600)
    fill(tmp_path / "s.db", events)
    facts = read(tmp_path / "s.db")
    assert facts.worst is not None
    assert facts.trace is not None
    assert facts.worst.severity == "critical"
    assert json.loads(facts.worst.text) == facts.worst.payload
    shared = [event for event in events if event.correlation_id == facts.trace.correlation_id]
    assert facts.worst.payload["correlationId"] == facts.trace.correlation_id
    assert [(row.at_ms, row.service, row.message) for row in facts.trace.rows] == [
        (event.ts_ms, event.service, event.message) for event in shared
    ]
    assert {row.event_type: row.failed for row in facts.trace.rows}["error"] is True


def test_a_trace_of_very_many_is_cut_and_says_so(tmp_path: Path) -> None:
    body = {"level": "error", "message": "boom", "correlationId": "c"}
    fill(tmp_path / "s.db", [read_text(json.dumps({**body, "timestamp": START_MS + i})) for i in range(MAX_TRACE + 5)])
    trace = read(tmp_path / "s.db").trace
    assert trace is not None
    assert (len(trace.rows), trace.total) == (MAX_TRACE, MAX_TRACE + 5)


def test_events_that_link_to_the_trace_by_a_further_id_are_in_it(tmp_path: Path) -> None:
    texts = [
        {"level": "error", "message": "boom", "correlationId": "c-1", "timestamp": START_MS},
        {"level": "info", "message": "beside", "correlationId": "c-2", "requestId": "c-1", "timestamp": START_MS + 1},
        {"level": "info", "message": "other", "correlationId": "c-3", "timestamp": START_MS + 2},
    ]
    fill(tmp_path / "s.db", [read_text(json.dumps(text)) for text in texts])
    trace = read(tmp_path / "s.db").trace
    assert trace is not None
    assert [row.message for row in trace.rows] == ["boom", "beside"]


def test_latency_is_that_of_the_events(tmp_path: Path) -> None:
    events = sample_events(2_000)
    fill(tmp_path / "s.db", events)
    latency = read(tmp_path / "s.db").latency
    assert latency is not None
    assert set(latency.quantiles) == {"p50", "p95", "p99"}
    for row in latency.services:
        durations = sorted(
            event.duration_ms
            for event in events
            if event.service == row.service and event.event_type == "performance" and event.duration_ms is not None
        )
        assert row.n == len(durations)
        assert row.max_ms == durations[-1]
        for value, share in ((row.p50_ms, 0.5), (row.p95_ms, 0.95), (row.p99_ms, 0.99)):
            assert value == pytest.approx(durations[int(share * (len(durations) - 1))], rel=0.021)
    assert all(len(one) <= 120 for one in latency.quantiles.values())


def test_recorded_traffic_tells_of_issues_and_violations(tmp_path: Path, fixtures: Path) -> None:
    lines = (fixtures / "vivim-debug-stream.jsonl").read_text().splitlines()
    fill(tmp_path / "s.db", [read_text(line) for line in lines])
    facts = read(tmp_path / "s.db")
    assert facts.totals["issues"] == len(facts.issues) > 50
    conflict = next(issue for issue in facts.issues if issue.entity == "message message_31")
    assert conflict.kind == "conflict"
    assert conflict.fields == ("title", "participants", "archived")
    assert [name for name, _ in conflict.sides] == ["local, version 1", "remote, version 5"]
    assert conflict.decisions == ()
    assert facts.totals["violations"] == len(facts.violations) > 0
    assert any("Missing required parameter: q" in row.message for row in facts.violations)


def test_decisions_about_an_issue_are_told(tmp_path: Path, fixtures: Path) -> None:
    from console.areas import area_commands
    from console.store.database import open_plain

    lines = (fixtures / "vivim-debug-stream.jsonl").read_text().splitlines()
    fill(tmp_path / "s.db", [read_text(line) for line in lines])
    with closing(open_plain(tmp_path / "s.db")) as connection:
        (issue_id,) = connection.execute("SELECT id FROM sync_issue WHERE entity_id = 'message_31' LIMIT 1").fetchone()
        area_commands()["sync"]["reject"](connection, {"issue": issue_id, "note": "as agreed"}, START_MS)
    issue = next(one for one in read(tmp_path / "s.db").issues if one.decisions)
    assert issue.state == "rejected"
    assert [(one.what, one.words) for one in issue.decisions] == [("reject", "as agreed")]


def test_a_store_without_areas_has_a_report_too(tmp_path: Path) -> None:
    fill_store(tmp_path / "s.db", sample_events(50))
    facts = read(tmp_path / "s.db")
    assert facts.events == 50
    assert facts.groups == facts.issues == facts.violations == facts.findings == ()
    assert facts.worst is not None


def test_an_empty_store_has_a_report(tmp_path: Path) -> None:
    fill(tmp_path / "s.db", [])
    facts = read(tmp_path / "s.db")
    assert (facts.events, facts.first_ms, facts.activity, facts.latency, facts.worst) == (0, None, None, None, None)
    with closing(open_reader(tmp_path / "s.db")) as connection:
        assert "no event" in Page(make_report(connection)).words


def test_the_report_of_a_bundle_tells_what_the_bundle_says_of_itself(tmp_path: Path) -> None:
    secret = "Bearer abcdefghijklmnop1234567890"
    report = {"level": "error", "message": f"refused: {secret}", "timestamp": START_MS, "authorization": secret}
    fill(tmp_path / "s.db", [*sample_events(20), read_text(json.dumps(report))], GAPS)
    notes = [("First", f"# Steps\nwith {secret}"), ("Second", "*then*")]
    chosen = Selection(since_ms=START_MS - 1, until_ms=START_MS + 60_000, filter="-type:info")
    out = tmp_path / "x.vcb"
    export_bundle(
        tmp_path / "s.db",
        chosen,
        default_profile(),
        out,
        title=f"It fails {secret}",
        notes=notes,
        report=make_report,
        workers=0,
    )
    with zipfile.ZipFile(out) as archive:
        page = Page(archive.read("report.html").decode())
    assert "abcdefghijklmnop" not in page.words
    assert [one["id"] for one in page.all("section")][:2] == ["summary", "notes"]
    for words in ("all events that match -type:info", "2026-11-23", "First", "Steps", "Second", "then", "41 events did not"):
        assert words in page.words, words
    assert page.words.index("First") < page.words.index("Second")
    assert "values were masked before anything was written" in page.words
    import_bundle(out, tmp_path / "again.db")
    with closing(open_reader(tmp_path / "again.db")) as connection:
        assert facts_of(connection).about.title == "It fails Bearer [masked:bearer]"
