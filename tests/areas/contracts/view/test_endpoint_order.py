"""Endpoints below their services, in the order of a column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.store.answers import EndpointRow
from console.areas.contracts.view.contract_commands import pair_of
from console.areas.contracts.view.endpoint_columns import head_words
from console.areas.contracts.view.endpoint_order import ORDERS, ServiceHead, grouped, hold_order, in_trouble, line_key
from tests.areas.contracts.view.rows import endpoint_row, version_row

ROWS = (
    endpoint_row(id=1, endpoint="/b", checks=10, violated=1, p95_ms=100.0, last_ms=5),
    endpoint_row(id=2, endpoint="/a", checks=90, p95_ms=None, last_ms=9, drift={"RISKY": 1}),
    endpoint_row(id=3, service="pwa", endpoint="/c", checks=50, violated=50, p95_ms=900.0, timeout_ms=None, last_ms=None),
    endpoint_row(id=4, service="pwa", endpoint="/d", checks=0, p95_ms=1400.0, last_ms=7, drift={"BREAKING": 1}, unbumped=1),
)


def ids(order: str) -> list[int | str]:
    return [line.service if isinstance(line, ServiceHead) else line.id for line in grouped(ROWS, order)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("endpoint", ["pwa", 3, 4, "server", 2, 1]),
        ("checks", ["server", 2, 1, "pwa", 3, 4]),
        ("violated", ["pwa", 3, 4, "server", 1, 2]),
        ("latency", ["pwa", 4, 3, "server", 1, 2]),
        ("drift", ["pwa", 4, 3, "server", 2, 1]),
        ("last", ["server", 2, 1, "pwa", 4, 3]),
    ],
)
def test_the_worst_is_first_within_its_service_and_its_service_too(order: str, expected: list[int | str]) -> None:
    assert ids(order) == expected


@given(st.permutations(ROWS), st.sampled_from(sorted(ORDERS)))
def test_an_order_does_not_depend_on_how_rows_come(rows: list[EndpointRow], order: str) -> None:
    lines = grouped(rows, order)
    assert lines == grouped(ROWS, order)
    assert len({line_key(line) for line in lines}) == len(lines) == 6


def test_an_order_is_held_while_the_same_endpoints_are_there() -> None:
    before = grouped(ROWS, "endpoint")
    busier = [row._replace(checks=row.checks * (9 if row.id == 2 else 1)) for row in ROWS]
    held = hold_order(before, grouped(busier, "checks"))
    assert [line_key(line) for line in held] == [line_key(line) for line in before]
    assert [line.checks for line in held if isinstance(line, EndpointRow) and line.id == 2] == [810]
    fewer = grouped(ROWS[:2], "checks")
    assert hold_order(before, fewer) == fewer


def test_a_service_tells_its_sums() -> None:
    (head,) = (line for line in grouped(ROWS, "endpoint") if line_key(line) == ("service", "pwa"))
    assert isinstance(head, ServiceHead)
    assert head_words(head) == ("pwa  ·  2 endpoints  ·  50 checks  ·  50 violated (100 %)  ·  ✖ 1 breaking  ·  1 unbumped")


def test_trouble_is_what_somebody_should_look_at() -> None:
    assert not in_trouble(endpoint_row(drift={"ADDITIVE": 4, "STALE": 1}))
    for changes in (
        {"violated": 1},
        {"told": 1},
        {"open_violations": 1},
        {"drift": {"RISKY": 1}},
        {"standing": "undeclared"},
    ):
        assert in_trouble(endpoint_row(**changes)), changes


def test_a_version_is_compared_with_the_checked_one_else_with_the_one_before_it() -> None:
    versions = [version_row(3, "3.0.0"), version_row(2, "2.0.0", is_current=True), version_row(1, "1.0.0")]
    pairs = [pair_of(versions, row) for row in versions]
    assert [(older.version, newer.version) for older, newer in filter(None, pairs)] == [
        ("2.0.0", "3.0.0"), ("1.0.0", "2.0.0"), ("1.0.0", "2.0.0"),
    ]  # fmt: skip
    oldest_checked = [version_row(2, "2.0.0"), version_row(1, "1.0.0", is_current=True)]
    found = pair_of(oldest_checked, oldest_checked[1])
    assert found is not None
    assert [row.version for row in found] == ["1.0.0", "2.0.0"]
    assert pair_of(versions[:1], versions[0]) is None
