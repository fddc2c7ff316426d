"""Contracts: what counts as a deviation, and what is reported."""

from typing import Any

import pytest

from console.demo.contract import ContractMonitor, find_deviations, find_param_deviations


class Recorder:
    """Keeps what is reported."""

    def __init__(self) -> None:
        self.checks: list[dict[str, Any]] = []

    def contract_check(self, **check: Any) -> None:
        self.checks.append(check)


@pytest.mark.parametrize(
    ("value", "schema", "deviation"),
    [
        (7, {"type": "string"}, "$: expected string, got int"),
        (True, {"type": "integer"}, "$: expected integer, got bool"),
        ({}, {"type": "object", "required": ["a"]}, "$.a: required, but missing"),
        ({"a": [1, "x"]}, {"properties": {"a": {"items": {"type": "number"}}}}, "$.a[1]: expected number, got str"),
        ("x", {"minLength": 2}, "$ is shorter than 2"),
        ("CONV-7", {"pattern": "^conv_"}, "$ does not match pattern: ^conv_"),
        (51, {"maximum": 50}, "$ is above 50"),
        ("up", {"enum": ["asc", "desc"]}, "$ is none of ['asc', 'desc']"),
    ],
)
def test_a_deviation_says_where_and_what(value: Any, schema: dict[str, Any], deviation: str) -> None:
    assert find_deviations(value, schema) == [deviation]


def test_what_fits_deviates_nowhere() -> None:
    schema = {"type": ["object", "null"], "required": ["a"], "properties": {"a": {"type": "number", "minimum": 0}}}
    assert find_deviations({"a": 0.5, "more": []}, schema) == []
    assert find_deviations(None, schema) == []


def test_parameters_may_carry_numbers_as_text() -> None:
    rules = [{"name": "q", "type": "string", "required": True}, {"name": "k", "type": "number", "maximum": 50}]
    assert find_param_deviations({"q": "x", "k": "50"}, rules) == []
    assert find_param_deviations({"k": "many"}, rules) == [
        "Missing required parameter: q",
        "Parameter 'k': expected number, got str",
    ]


def test_violations_are_reported_at_once_and_good_checks_now_and_then() -> None:
    recorder = Recorder()
    contract = {"id": "contract_1", "endpoint": "/x"}
    monitor = ContractMonitor(recorder, contract, clock=lambda: 1_000)  # type: ignore[arg-type]
    for _ in range(9):
        monitor.check([], kind="response_mismatch")
    assert recorder.checks == []
    monitor.check([], kind="response_mismatch")
    monitor.check(["a", "b"], kind="param_mismatch", actualRequest={"k": "many"})
    assert [(check["checked"], check["violations"]) for check in recorder.checks] == [(10, 0), (11, 2)]
    violation = recorder.checks[1]["last_violation"]
    assert violation["violationType"] == "param_mismatch"
    assert violation["actualRequest"] == {"k": "many"}
    assert violation["timestamp"] == "1970-01-01T00:00:01.000Z"
    assert violation["expectedContract"] is contract
