"""`contracts list`, `show`, `violations`, `drift`, `alerts` and what a person decides, on a store with traffic."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from console.areas import area_migrations, area_projections
from console.cli import app
from console.model.clock import wall_clock
from tests.areas.contracts.store.contract_store import HIT, PATH, check, contract
from tests.store_filling import fill_store

UNDECLARED = "/api/v1/suggestions"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """A store with 40 exchanges, four of which break the contract in the same way, and one with an unknown endpoint."""
    start_ms = wall_clock() - 60_000
    learned = {"expectedContract": contract(id="c")}
    broken = {"hits": [{**HIT, "id": None}]}
    events = [check(start_ms, data=learned)]
    events += [check(start_ms + n, **({"response": broken} if n % 10 == 5 else {})) for n in range(1, 40)]
    events.append(check(start_ms + 50, path=UNDECLARED, data={"contractId": ""}))
    path = tmp_path / "console.db"
    fill_store(path, events, projections=area_projections(), migrations=area_migrations())
    return path


def run(db: Path, *arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["contracts", *arguments, "--db", str(db)])
    assert done.exit_code == code, done.output
    return done.output


def lines(db: Path, *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(db, *arguments, "--json").splitlines()]


def test_the_list_says_how_each_endpoint_does(db: Path) -> None:
    text = run(db, "list")
    search, unknown, summary = text.splitlines()
    assert "GET /api/v1/acus/search" in search
    assert "4 of 40 broke it" in search
    assert "of 500" in search
    assert "1 BREAKING (unbumped)" in search
    assert f"GET {UNDECLARED}" in unknown
    assert "undeclared" in unknown
    assert "1 exchange " in unknown
    assert summary.startswith("2 endpoints, 1 contract in the store, ")
    assert [row["endpoint"] for row in lines(db, "list", "--standing", "undeclared")] == [UNDECLARED]
    assert lines(db, "list", "--service", "nobody") == []
    assert [row["checks"] for row in lines(db, "list", "--since", "1s")] == [0, 0]
    assert "--standing" in run(db, "list", "--standing", "lost", code=2)


def test_show_sets_expected_beside_observed(db: Path) -> None:
    text = run(db, "show", f"GET {PATH}")
    (line,) = [line for line in text.splitlines() if line.startswith("  response 2xx  hits[].id ")]
    assert "string, required" in line
    assert "string 36, null 4" in line
    assert line.endswith("← breaks")
    for words in ("version 2.0.0 (event, since", "time-out 500 ms", "answers: 200 40×", "violations:", "drift:"):
        assert words in text
    assert run(db, "show", "1").splitlines()[0] == text.splitlines()[0]
    page = json.loads(run(db, "show", PATH, "--service", "server", "--json"))
    assert page["endpoint"]["violated"] == 4
    assert page["versions"][0]["version"] == "2.0.0"
    assert page["shown"]["document"]["timeout"] == 500


def test_show_says_what_there_is_when_it_finds_nothing(db: Path) -> None:
    assert "there is no endpoint 'GET /nowhere'" in run(db, "show", "GET /nowhere", code=2)
    assert "there is no endpoint 99" in run(db, "show", "99", code=2)
    assert "known: 2.0.0" in run(db, "show", "1", "--version", "3.0.0", code=2)


def test_equal_violations_are_one_line(db: Path) -> None:
    line, summary = run(db, "violations").splitlines()
    assert "4×" in line
    assert "hits[0].id: expected string, got null" in line
    assert summary == "1 violation in 4 events, open ones"
    (row,) = lines(db, "violations")
    assert (row["path"], row["keyword"], row["count"]) == ("hits[].id", "type", 4)
    (result,) = json.loads(run(db, "violations", "--sarif"))["runs"][0]["results"]
    assert (result["ruleId"], result["occurrenceCount"]) == ("response_schema_error", 4)


def test_drift_names_the_rule_and_can_fail_ci(db: Path) -> None:
    text = run(db, "drift")
    assert "BREAKING  unbumped  server GET /api/v1/acus/search 2.0.0  response 2xx hits[].id: nullability" in text
    assert "observed, not inferred; n = 40" in text
    assert run(db, "drift", "--fail-on", "breaking", code=1) == text
    assert run(db, "drift", "--class", "stale", "--fail-on", "breaking") == "0 findings\n"
    log = json.loads(run(db, "drift", "--sarif"))
    assert "drift-nullability" in [one["ruleId"] for one in log["runs"][0]["results"]]
    assert "--class" in run(db, "drift", "--class", "awful", code=2)


def test_a_finding_is_muted_and_counted_again(db: Path) -> None:
    (finding,) = [row["id"] for row in lines(db, "drift", "--class", "breaking")]
    assert "1 finding muted until" in run(db, "mute", str(finding), "--for", "2h", "--note", "known")
    assert lines(db, "drift", "--class", "breaking") == []
    (muted,) = lines(db, "drift", "--state", "muted")
    assert (muted["id"], muted["note"]) == (finding, "known")
    assert "1 finding counted again" in run(db, "unmute", str(finding))
    assert len(lines(db, "drift", "--class", "breaking")) == 1
    assert "999" in run(db, "mute", "999", code=2)


def test_an_accepted_finding_becomes_a_new_version(db: Path) -> None:
    (finding,) = [row["id"] for row in lines(db, "drift", "--class", "breaking")]
    assert run(db, "accept", str(finding), "--note", "agreed") == "accepted: version 3.0.0 is what is checked now\n"
    (version,) = [one for one in json.loads(run(db, "export"))["contracts"] if one["endpoint"] == PATH]
    items = version["expectedResponse"]["properties"]["hits"]["items"]
    assert set(items["properties"]["id"]["type"]) == {"string", "null"}
    assert lines(db, "drift", "--class", "breaking") == []


def test_alerts_are_listed_and_acknowledged(db: Path) -> None:
    text = run(db, "alerts")
    assert f"server GET {PATH}: " in text
    assert "hits[0].id: expected string, got null" in text
    assert "acknowledged" in run(db, "alerts", "--acknowledge").splitlines()[-1]
    assert run(db, "alerts") == "0 alerts not acknowledged\n"
    assert all(row["is_acknowledged"] for row in lines(db, "alerts", "--all"))


def test_a_store_that_cannot_be_read(tmp_path: Path) -> None:
    assert "none.db" in run(tmp_path / "none.db", "list", code=3)
    (tmp_path / "junk.db").write_bytes(b"no database at all, but long enough to be looked at" * 20)
    assert "junk.db" in run(tmp_path / "junk.db", "drift", code=3)


def test_long_names_are_cut_in_a_list(tmp_path: Path) -> None:
    events = [check(wall_clock(), service="s" * 5_000, method="M" * 10_000, path="/word" * 70)] * 2
    path = tmp_path / "console.db"
    fill_store(path, events, projections=area_projections(), migrations=area_migrations())
    first = run(path, "list").splitlines()[0]
    assert len(first) < 400
    assert f"{'M' * 31}… /word/word/" in first
