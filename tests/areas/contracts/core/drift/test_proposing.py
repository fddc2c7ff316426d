"""The contract that accepting makes, or that traffic alone bears; and the version that it gets."""

from typing import Any

import pytest

from console.areas.contracts.core.compatibility.containment import covers
from console.areas.contracts.core.drift.detecting import detect_drift
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.proposing import next_version, propose
from console.reporter.contracts.checking import check_exchange
from console.reporter.contracts.contract import Contract, Schema, read_contract, write_contract
from console.reporter.contracts.exchange import ABSENT, Exchange

START = 1_790_000_000_000
RESPONSE = ("response", "2xx")


def observed_of(values: list[Any]) -> Observed:
    observed = Observed()
    for i, value in enumerate(values):
        observed.fold(value, START + i * 1_000, i + 1)
    return observed


def accepted(schema: Schema, values: list[Any]) -> Any:
    contract = Contract("server", "/x", "1.2.0", "GET", responses={"2xx": schema})
    return propose(contract, {RESPONSE: observed_of(values)}).responses["2xx"]


@pytest.mark.parametrize(
    ("schema", "value", "widened"),
    [
        ({"type": "string"}, None, {"type": ["string", "null"]}),
        ({"type": "integer"}, 1.5, {"type": "number"}),
        ({"enum": ["a"]}, "b", {"enum": ["a", "b"]}),
        ({"type": "integer", "maximum": 5}, 9, {"type": "integer", "maximum": 9}),
        ({"type": "number", "exclusiveMaximum": 5}, 5, {"type": "number", "maximum": 5}),
        ({"type": "string", "maxLength": 1}, "abc", {"type": "string", "maxLength": 3}),
        ({"type": "string", "format": "date"}, "soon", {"type": "string"}),
    ],
)
def test_each_kind_changes_its_own_keyword(schema: Schema, value: Any, widened: Schema) -> None:
    inside = {"type": "object", "properties": {"a": schema, "b": {"type": "string"}}}
    assert accepted(inside, [{"a": value}]) == {**inside, "properties": {"a": widened, "b": {"type": "string"}}}
    listed = {"type": "array", "items": schema}
    assert accepted(listed, [[value]]) == {**listed, "items": widened}


def test_required_and_undeclared_properties() -> None:
    schema: Schema = {
        "type": "object",
        "required": ["a", "b"],
        "properties": {"a": True, "b": True},
        "additionalProperties": False,
    }
    widened = accepted(schema, [{"a": 1}, {"a": 1, "c": "x"}])
    assert widened["required"] == ["a"]
    assert widened["properties"]["c"] == {"type": "string"}


def test_references_are_written_out_only_where_they_are_in_the_way() -> None:
    tree = {"type": "object", "properties": {"name": {"type": "string"}, "next": {"$ref": "#/$defs/node"}}}
    schema: Schema = {"$ref": "#/$defs/node", "$defs": {"node": tree}}
    widened = accepted(schema, [{"name": "a", "next": {"name": None}}])
    assert widened["properties"]["next"]["properties"]["name"] == {"type": ["string", "null"]}
    assert widened["$defs"]["node"] == tree
    assert covers(widened, schema) is not False


def test_only_what_is_accepted_changes() -> None:
    contract = Contract(
        "server", "/x", "1.2.0", "GET", responses={"2xx": {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}}}
    )
    observed = observed_of([{"a": 1, "b": 2}])
    some = [one for one in detect_drift(observed, contract, *RESPONSE, START) if one.path == "a"]
    widened = propose(contract, {RESPONSE: observed}, {RESPONSE: some})
    assert widened.responses["2xx"] == {"properties": {"a": {"type": ["string", "integer"]}, "b": {"type": "string"}}}
    assert widened.version == "2.0.0"


def test_requests_are_widened_in_their_parameters_and_their_body() -> None:
    contract = read_contract(
        {
            "serviceName": "s",
            "endpoint": "/x",
            "method": "POST",
            "contractVersion": "0.3.1",
            "expectedParams": [
                {"name": "q", "type": "string", "required": True},
                {"name": "sort", "enum": ["a"], "in": "query"},
            ],
            "expectedRequest": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n", "m"]},
        }
    )
    observed = observed_of([{"params": {"sort": "b", "page": "2"}, "body": {"n": 1}}])
    widened = propose(contract, {("request", ""): observed})
    assert widened.params == (
        {"name": "q", "type": "string", "required": False},
        {"name": "sort", "in": "query", "enum": ["a", "b"]},
        {"name": "page", "type": "string"},
    )
    assert widened.request == {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
    assert widened.version == "0.4.0"
    assert read_contract(write_contract(widened)) == widened


def test_latency_and_statuses_are_accepted_too() -> None:
    contract = Contract("server", "/x", "1.0.0", "GET", responses={"2xx": True}, timeout_ms=100)
    slow = observed_of([{"a": 1}])
    for i in range(300):
        slow.fold_duration(180 + i % 40, START + i, i + 1)
    assert propose(contract, {RESPONSE: slow}).timeout_ms == 330


def test_a_contract_out_of_traffic_says_what_it_bears() -> None:
    answers = observed_of(
        [
            {
                "id": f"00000000-0000-4000-8000-{i:012}",
                "kind": "ab"[i % 2],
                "n": i,
                **({"opt": 1.5} if i % 3 else {}),
                "by": {str(i): True, "7": False},
            }
            for i in range(800)
        ]
    )
    asked = observed_of([{"params": {"limit": str(i)}, "body": {"t": f"text {i}"}} for i in range(800)])
    made = propose(None, {RESPONSE: answers, ("request", ""): asked}, service="s", method="POST", endpoint="/x")
    assert made.version == "1.0.0"
    schema = made.responses["2xx"]
    assert isinstance(schema, dict)
    assert sorted(schema["required"]) == ["by", "id", "kind", "n"]
    assert schema["properties"]["id"] == {"type": "string", "format": "uuid"}
    assert schema["properties"]["kind"] == {"type": "string", "enum": ["a", "b"]}
    assert schema["properties"]["opt"] == {"type": "number"}
    assert schema["properties"]["by"]["additionalProperties"] == {"type": "boolean"}
    assert made.params == ({"name": "limit", "type": "integer", "required": True},)
    exchange = Exchange("s", "POST", "/x", {"limit": "5"}, {"t": "x"}, 200, {"id": "x", "kind": "c", "n": 1, "by": {}})
    assert {one.path for one in check_exchange(made, exchange)} == {"id", "kind"}


def test_few_observations_bear_little() -> None:
    made = propose(None, {RESPONSE: observed_of([{"a": "x"}] * 20)}, service="s", endpoint="/x")
    assert made.responses["2xx"] == {"type": "object", "properties": {"a": {"type": "string"}}}
    empty = propose(None, {RESPONSE: observed_of([ABSENT] * 20)}, service="s", endpoint="/x")
    assert empty.responses["2xx"] is True


@pytest.mark.parametrize(
    ("old", "severities", "new"),
    [
        ("1.2.3", ["BREAKING", "ADDITIVE"], "2.0.0"),
        ("1.2.3", ["RISKY"], "1.3.0"),
        ("1.2.3", ["COSMETIC"], "1.2.4"),
        ("0.4.1", ["BREAKING"], "0.5.0"),
        ("v3", ["BREAKING"], "v4"),
        ("v3", ["ADDITIVE"], "v3.1"),
        ("2", ["STALE"], "2.0.1"),
        ("1.2.3-beta+7", ["RISKY"], "1.3.0"),
        ("2026-11", ["BREAKING"], "2026-11.1"),
        ("2026-11-24.3", ["RISKY"], "2026-11-24.4"),
        ("spring", ["BREAKING"], "spring-2"),
        ("spring-2", ["BREAKING"], "spring-3"),
        ("", [], "1.0.0"),
    ],
)
def test_the_next_version(old: str, severities: list[str], new: str) -> None:
    assert next_version(old, severities) == new
