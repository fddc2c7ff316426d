"""A sample held against a contract while one types."""

import json

from console.areas.contracts.view.editor_sample import check_sample
from console.reporter.contracts.contract import read_contract

CONTRACT = read_contract({
    "serviceName": "server", "endpoint": "/a", "method": "GET", "contractVersion": "1.0.0", "expectedParams": [],
    "expectedResponse": {"type": "object", "properties": {"name": {"pattern": "^(?:(?=a)a*)*b$"}}}, "timeout": 1_000,
})  # fmt: skip


def verdict(value: object) -> tuple[bool | None, str]:
    told = check_sample(CONTRACT, "2xx", json.dumps(value))
    return told[0], told[1]


def test_what_a_pattern_cannot_decide_in_time_is_said_as_that() -> None:
    assert verdict({"name": "ab"}) == (True, "✓ It keeps to the contract.")
    assert verdict({"name": "a" * 40})[0] is None
    assert verdict({"name": "a" * 40})[1].startswith("Not decided")
    assert verdict([])[0] is False
