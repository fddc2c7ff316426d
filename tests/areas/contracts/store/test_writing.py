"""What the fold has gathered, written with few statements: what stands there afterwards is what was gathered."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.agreement import Joined
from console.areas.contracts.core.drift.finding import BREAKING, NULLABILITY, Finding
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.store import MIGRATIONS
from console.areas.contracts.store.buckets import Buckets, latency
from console.areas.contracts.store.drift_rows import PARTS_A_STEP, Part, load_observed, save_observed, statuses_of
from console.areas.contracts.store.finding_rows import known_findings, take_findings
from console.areas.contracts.store.steps import LEVELS_MS, MINUTE_MS
from console.areas.contracts.store.violation_rows import Fingerprint, Moment, Violations
from console.model.histogram import from_blob
from console.reporter.contracts.checking import Violation
from console.store.database import open_writer
from console.store.migrations import migrate
from tests.store_filling import START_MS

SEEN = st.tuples(st.integers(0, 400), st.integers(1, 5), st.none() | st.floats(0, 9_999, allow_nan=False))
"""A minute, an endpoint, and how long an exchange took (milliseconds), where that was told."""


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    opened = migrated(tmp_path_factory.mktemp("written") / "store.db")
    yield opened
    opened.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = migrated(tmp_path / "store.db")
    yield opened
    opened.close()


def migrated(path: Path) -> sqlite3.Connection:
    connection = open_writer(path)
    migrate(connection, [("contracts", MIGRATIONS)])
    return connection


@given(st.lists(st.lists(SEEN, max_size=12), max_size=5))
def test_buckets_hold_the_sum_of_all_writings(connection: sqlite3.Connection, writings: list[list[tuple]]) -> None:  # type: ignore[type-arg]
    connection.execute("DELETE FROM contracts_bucket")
    expected: dict[tuple[int, int, int], tuple[int, int]] = {}
    buckets = Buckets()
    for seen in writings:
        for minute, endpoint_id, duration_ms in seen:
            at_ms = START_MS - START_MS % LEVELS_MS[-1] + minute * MINUTE_MS
            counts = buckets.of(endpoint_id, at_ms)
            counts.checks += 1
            added = 0 if duration_ms is None else latency(duration_ms, 1)
            counts.durations += added
            for level in LEVELS_MS:
                key = (level, at_ms - at_ms % level, endpoint_id)
                checks, durations = expected.get(key, (0, 0))
                expected[key] = (checks + 1, durations + added)
        buckets.write(connection, 0)
    rows = connection.execute("SELECT level_ms, bucket_ms, endpoint_id, checks, first_bin, bins FROM contracts_bucket")
    assert {row[:3]: (row[3], from_blob(row[4], row[5])) for row in rows} == expected


def test_statistics_of_more_parts_than_one_statement_takes(fresh: sqlite3.Connection) -> None:
    parts = [Part(n, "1", "response", "2xx") for n in range(2 * PARTS_A_STEP + 5)]
    states = {part: Observed() for part in parts}
    for round_number in (1, 2):
        for part, observed in states.items():
            for n in range(part.endpoint_id % 3 + 1):
                observed.fold({"n": n}, START_MS + part.endpoint_id, n + 1)
        save_observed(fresh, states.items())
        rows = {row[0]: row[1:] for row in fresh.execute("SELECT endpoint_id, n, last_ms FROM contracts_drift")}
        for part, observed in states.items():
            assert load_observed(fresh, part) == observed
            seen = round_number * (part.endpoint_id % 3 + 1)
            assert rows[part.endpoint_id] == (seen, START_MS + part.endpoint_id), "counted as in the statistics"
        assert len(rows) == len(parts)


def test_classes_of_status_are_those_of_answers_by_version(fresh: sqlite3.Connection) -> None:
    parts = [
        Part(1, "1", "response", "2xx"), Part(1, "1", "response", "5xx"), Part(1, "1", "request", ""),
        Part(1, "2", "response", "4xx"), Part(2, "1", "response", "3xx"),
    ]  # fmt: skip
    save_observed(fresh, [(part, Observed()) for part in parts])
    found = statuses_of(fresh, parts[:2])
    assert {key: sorted(statuses) for key, statuses in found.items()} == {(1, "1"): ["2xx", "5xx"], (1, "2"): ["4xx"]}


def test_findings_of_one_part_say_nothing_of_another(fresh: sqlite3.Connection) -> None:
    fresh.execute("INSERT INTO contracts_endpoint (id, service, method, key, endpoint) VALUES (1, 's', 'GET', '/a', '/a')")
    parts = [Part(1, "1", "response", "2xx"), Part(1, "1", "response", "5xx"), Part(1, "2", "response", "2xx")]
    kinds = frozenset((NULLABILITY,))
    for part in parts[:2]:
        known = known_findings(fresh, parts)
        assert known[part] == {}
        alerts = take_findings(fresh, part, [finding()], kinds, START_MS, known[part])
        assert len(alerts) == 1, "what breaks a contract and is new"
    known = known_findings(fresh, parts)
    assert [len(known[part]) for part in parts] == [1, 1, 0]
    assert take_findings(fresh, parts[0], [finding()], kinds, START_MS, known[parts[0]]) == [], "known already"
    take_findings(fresh, parts[0], [], kinds, START_MS, known[parts[0]])
    states = fresh.execute("SELECT status, state FROM contracts_finding ORDER BY status").fetchall()
    assert states == [("2xx", "closed"), ("5xx", "open")], "what is not found any more is closed, of its own part only"


def finding() -> Finding:
    return Finding(
        NULLABILITY, "hits", BREAKING, False, "callers were promised no null", "observed", 3, "array", "null", START_MS,
        START_MS, (1,), "type",
    )  # fmt: skip


def test_new_violations_get_ids_beside_those_that_are_there(fresh: sqlite3.Connection) -> None:
    violations = Violations()
    take(fresh, violations, "a", "b")
    violations.write(fresh)
    take(fresh, violations, "b", "c", "c")
    violations.write(fresh)
    rows = fresh.execute("SELECT id, path, count FROM contracts_violation ORDER BY id").fetchall()
    assert rows == [(1, "a", 1), (2, "b", 2), (3, "c", 2)]
    slots = "SELECT violation_id, count(*) FROM contracts_occurrence GROUP BY 1 ORDER BY 1"
    assert fresh.execute(slots).fetchall() == [(1, 1), (2, 2), (3, 2)]


def test_who_did_not_see_a_violation_that_is_there_is_refused(fresh: sqlite3.Connection) -> None:
    """Memory that is not what is stored must not pass for it: the row of another id is not written over."""
    stale = Violations()
    take(fresh, stale, "a")
    other = Violations()
    take(fresh, other, "x", "a")
    other.write(fresh)
    with pytest.raises(sqlite3.IntegrityError):
        stale.write(fresh)
    assert fresh.execute("SELECT id, path, count FROM contracts_violation").fetchall() == [(1, "x", 1), (2, "a", 1)]


def take(connection: sqlite3.Connection, violations: Violations, *paths: str) -> None:
    for n, path in enumerate(paths, 1):
        moment = Moment(n, START_MS + n, "server", None, False)
        key = Fingerprint(1, "1", "response", path, "type")
        tracked = violations.of(connection, key, moment)
        assert tracked is not None
        violation = Violation("response_schema_error", "response", path, "type", "text", "null", "expected text, got null")
        violations.take(key, tracked, Joined(violation, True, False), moment, n)
