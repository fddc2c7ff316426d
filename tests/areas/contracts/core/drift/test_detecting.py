"""What is said of what: against the contract, against the past, of latency, statuses and endpoints."""

import random
from typing import Any

import pytest

from console.areas.contracts.core.drift.chance import OBSERVED
from console.areas.contracts.core.drift.describing import describe
from console.areas.contracts.core.drift.detecting import detect_drift
from console.areas.contracts.core.drift.endpoints import SeenEndpoint, detect_endpoints
from console.areas.contracts.core.drift.finding import Finding
from console.areas.contracts.core.drift.latency import detect_latency
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.parts import parts_of
from console.areas.contracts.core.drift.statuses import detect_statuses
from console.reporter.contracts.contract import Contract, Schema
from console.reporter.contracts.exchange import ABSENT, Exchange

START = 1_790_000_000_000
DAY = 86_400_000
ITEM: Schema = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "size": {"type": "integer"}, "old": {"type": "string"}},
}


def response(schema: Schema = ITEM, **more: Any) -> Contract:
    return Contract("server", "/things/:id", "2.1.0", "GET", responses={"2xx": schema}, **more)


def observed_of(values: list[Any], step_ms: int = 1_000) -> Observed:
    observed = Observed()
    for i, value in enumerate(values):
        observed.fold(value, START + i * step_ms, i + 1)
    return observed


def found(values: list[Any], contract: Contract | None, now_ms: int | None = None) -> dict[tuple[str, str], Finding]:
    moment = START + len(values) * 1_000 if now_ms is None else now_ms
    return {(one.kind, one.path): one for one in detect_drift(observed_of(values), contract, "response", "2xx", moment)}


def test_a_fact_names_its_events_and_its_time() -> None:
    values: list[Any] = [{"id": "a", "size": 1}] * 40 + [{"id": None, "size": 1}] + [{"id": "a", "size": 1}] * 9
    one = found(values, response())["nullability", "id"]
    assert (one.severity, one.is_unbumped, one.chance, one.keyword) == ("BREAKING", True, OBSERVED, "type")
    assert (one.examples, one.first_ms, one.last_ms, one.n) == ((41,), START + 40_000, START + 40_000, 50)
    assert (one.expected, one.observed) == ("string", "null in 1 of 50")
    assert "callers were not promised" in one.rule


def test_facts_are_forgotten_two_days_later_by_the_time_of_the_traffic() -> None:
    observed = observed_of([{"id": None}])
    observed.fold({"id": "a"}, START + 2 * DAY, 2)
    assert [one.kind for one in detect_drift(observed, response(), "response", "2xx", START + 30 * DAY)] == ["nullability"]
    observed.fold({"id": "a"}, START + 2 * DAY + 1, 3)
    assert detect_drift(observed, response(), "response", "2xx", START + 30 * DAY) == ()
    assert detect_drift(observed, response(), "response", "2xx", START + DAY) != ()


def test_a_whole_number_written_with_a_point_is_whole() -> None:
    assert ("type_change", "size") not in found([{"id": "a", "size": 3.0}], response())
    assert ("type_change", "size") in found([{"id": "a", "size": 3.5}], response())


def test_what_is_declared_and_never_comes_is_stale_with_its_bound() -> None:
    values: list[Any] = [{"id": "a", "size": 1}] * 499
    assert ("unseen_field", "old") not in found(values, response())
    one = found([*values, *values[:1]], response())["unseen_field", "old"]
    assert (one.severity, one.n) == ("STALE", 500)
    assert "fewer than 3.93%" in one.chance


def test_where_there_was_no_room_nothing_is_said_to_be_missing() -> None:
    crowd = {f"g{i}": {f"f{j}": 1 for j in range(30)} for i in range(20)}
    schema: Schema = {"type": "object", "properties": {"g19": {"type": "object", "required": ["f29"]}}, "required": ["zzz"]}
    assert found([crowd] * 600, response(schema)) == {} or all(
        kind != "vanished_field" for kind, _ in found([crowd] * 600, response(schema))
    )


def test_a_field_of_an_unknown_api_that_is_gone_breaks_only_after_long() -> None:
    before: list[Any] = [{"a": 1, "b": 2}] * 300
    assert ("vanished_field", "b") not in found([*before, *[{"a": 1}] * 49], None)
    assert found([*before, *[{"a": 1}] * 60], None)["vanished_field", "b"].severity == "RISKY"
    gone = found([*before, *[{"a": 1}] * 150], None)["vanished_field", "b"]
    assert (gone.severity, gone.is_unbumped) == ("BREAKING", False)
    assert gone.observed == "absent in the last 150 of 450"
    assert gone.first_ms == START + 299_000


def test_what_comes_in_runs_is_not_called_gone() -> None:
    rng = random.Random(5)
    values: list[Any] = []
    while len(values) < 3_000:
        values += [{"a": 1, "trace": "x"}] * rng.randint(10, 90)
        values += [{"a": 1}] * rng.randint(10, 90)
    for n in range(400, 3_000, 97):
        assert ("vanished_field", "trace") not in found(values[:n], None)


def test_a_late_key_is_new_unless_the_object_is_a_growing_map() -> None:
    values: list[Any] = [{"a": 1} if i < 300 else {"a": 1, "b": 2} for i in range(600)]
    assert found(values, None)["undeclared_field", "b"].severity == "ADDITIVE"
    growing: list[Any] = [{f"user{chr(97 + j)}": 1 for j in range(1 + i // 60)} for i in range(900)]
    assert found(growing, None) == {}


def test_an_undeclared_field_adds_where_others_may_be_and_breaks_where_not() -> None:
    extra: list[Any] = [{"id": "a", "new": True}]
    assert found(extra, response())["undeclared_field", "new"].severity == "ADDITIVE"
    closed = found(extra, response({**ITEM, "additionalProperties": False}))["undeclared_field", "new"]
    assert (closed.severity, closed.keyword, closed.chance) == ("BREAKING", "additionalProperties", OBSERVED)
    assert ("undeclared_field", "new") not in found(extra, response({**ITEM, "additionalProperties": {"type": "boolean"}}))


def test_directions_have_their_own_rules() -> None:
    contract = Contract("server", "/things", "1.0.0", "POST", ({"name": "q", "required": True},), {"required": ["t"]})
    observed = Observed()
    for i in range(5):
        exchange = Exchange("server", "POST", "/things", {}, {"x": 1}, 200, {"ok": True})
        (direction, _, value), _ = parts_of(exchange, contract)
        assert direction == "request"
        observed.fold(value, START + i, i + 1)
    said = {(one.kind, one.path): one for one in detect_drift(observed, contract, "request", "", START)}
    assert said["vanished_field", "q"].rule == "callers leave out q, which the service requires"
    assert said["vanished_field", "body.t"].severity == "BREAKING"


def test_parts_of_an_exchange() -> None:
    contract = Contract("s", "/t/:id", "1", "GET", ({"name": "limit", "type": "integer"},), responses={"200": True})
    asked = Exchange("s", "GET", "/t/7", {"limit": "5"}, ABSENT, 200, {"a": 1}, path_params={"id": "7"})
    assert parts_of(asked, contract) == (("request", "", {"params": {"limit": 5, "id": "7"}}), ("response", "2xx", {"a": 1}))
    refused = Exchange("s", "GET", "/t/7", {"limit": "x"}, ABSENT, 400, {"error": "no"})
    assert parts_of(refused, contract) == (("response", "4xx", {"error": "no"}),)
    other = Exchange("s", "GET", "/t/7", None, ABSENT, 206, {"part": 1})
    assert parts_of(other, contract) == (("response", "2xx", ABSENT),)
    silent = Exchange("s", "GET", "/t/7", {"limit": "5"}, ABSENT, None, ABSENT)
    assert [direction for direction, _, _ in parts_of(silent, contract)] == ["request"]


def test_params_of_the_path_and_untold_parts_are_never_missed() -> None:
    contract = Contract("s", "/t/:id", "1", "POST", ({"name": "id", "required": True}, {"name": "q", "required": True}))
    observed = Observed()
    observed.fold({"body": {"a": 1}}, START, 1)
    assert detect_drift(observed, contract, "request", "", START) == ()
    observed.fold({"params": {"q": "x"}}, START, 2)
    assert detect_drift(observed, contract, "request", "", START) == ()


@pytest.mark.parametrize(("factor", "severity"), [(0.3, ""), (0.7, "RISKY"), (1.4, "BREAKING")])
def test_latency_near_and_over_the_time_out(factor: float, severity: str) -> None:
    rng, observed = random.Random(9), Observed()
    for i in range(600):
        observed.fold_duration(rng.uniform(0.6, 1.4) * factor * 1_000 if i > 250 else 50.0, START + i * 3_000, i + 1)
    said = detect_latency(observed, response(timeout_ms=1_000), START + 600 * 3_000)
    assert [one.severity for one in said] == ([severity] if severity else [])
    if said:
        slowest = max(observed.state.durations.recent[-256:])
        assert said[0].examples[0] == slowest[1]
        assert abs(said[0].first_ms - (START + 251 * 3_000)) <= 60_000  # when it began
    assert detect_latency(observed, response(), START) == ()


def test_latency_that_creeps() -> None:
    rng, observed = random.Random(9), Observed()
    for i in range(2_000):
        observed.fold_duration(rng.uniform(0.8, 1.2) * (100 + i * 0.25), START + i * 30_000, i + 1)
    (one,) = detect_latency(observed, response(timeout_ms=1_000), START + 2_000 * 30_000)
    assert one.severity == "RISKY"
    assert "creeps up" in one.rule


def test_classes_of_status() -> None:
    ok, bad = Observed(), Observed()
    for i in range(400):
        ok.fold(ABSENT, START + i * 1_000, i + 1)
    for i in range(100):
        bad.fold(ABSENT, START + 400_000 + i * 1_000, 500 + i)
    now = START + 500_000
    assert [(status, one.severity) for status, one in detect_statuses({"2xx": ok, "5xx": bad}, response(), now)] == [
        ("5xx", "RISKY")
    ]
    declared = Contract("s", "/t", "1", responses={"2xx": True, "404": True})
    ((status, fact),) = detect_statuses({"2xx": ok, "5xx": bad}, declared, now)
    assert (status, fact.chance) == ("5xx", OBSERVED)
    assert detect_statuses({"2xx": ok, "5xx": bad}, Contract("s", "/t", "1", responses={"default": True}), now) == ()
    mixed = Observed()
    for i in range(100):
        mixed.fold(ABSENT, START + i * 4_000, 900 + i)
    assert detect_statuses({"2xx": ok, "4xx": mixed}, response(), now) == ()


def test_endpoints_never_declared_and_never_seen() -> None:
    contracts = [
        Contract("server", "/a/:id", "1", "GET"),
        Contract("server", "/b", "1", ""),
        Contract("server", "entity:note", "1"),
    ]
    seen = [
        SeenEndpoint("server", "GET", "/a/{id}", 600, START, START + 5, (1, 2)),
        SeenEndpoint("server", "POST", "/c", 3, START, START + 5, (7,)),
        SeenEndpoint("other", "GET", "/x", 900, START, START + 5),
    ]
    said = detect_endpoints(contracts, seen, START + 10)
    assert [(one.method, one.endpoint, one.finding.kind, one.finding.severity) for one in said] == [
        ("POST", "/c", "undeclared_endpoint", "RISKY"),
        ("", "/b", "unseen_endpoint", "STALE"),
    ]
    assert "fewer than" in said[1].finding.chance
    assert not [
        one for one in detect_endpoints(contracts, [seen[0]._replace(n=499)], START) if one.finding.severity == "STALE"
    ]


def test_expected_stands_beside_observed() -> None:
    rows = {view.path: (words, standing) for view, words, standing in describe(
        observed_of([{"id": None, "more": 1}, {"id": "a"}]), response(), "response", "2xx"
    )}  # fmt: skip
    assert rows["id"] == ("string, required", "breaks")
    assert rows["more"] == ("", "undeclared")
    assert rows["old"] == ("string", "never seen")
    assert rows["$"] == ("object", "as promised")
    bare = describe(observed_of([{"id": "a"}]), None, "response", "2xx")
    assert {(words, standing) for _, words, standing in bare} == {("", "")}
