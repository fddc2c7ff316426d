"""Encoding: nothing that a service hands over makes it fail, and the limits of the wire hold."""

from __future__ import annotations

import dataclasses
import datetime
import json
import uuid
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.reporter.encoding import MAX_EVENT_BYTES, encode_event


class Hostile:
    def __repr__(self) -> str:
        raise RuntimeError("no")

    __str__ = __repr__


class Colour(Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    y: object


class BadMapping(dict[str, Any]):
    def items(self) -> Any:
        raise RuntimeError("no")


def encoded(value: object) -> Any:
    return json.loads(encode_event({"data": {"value": value}}), parse_constant=pytest.fail)["data"]["value"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("nan"), None),
        ([float("inf"), 1.5], [None, 1.5]),
        ("a\ud800b", "a?b"),
        ("😀\x00\u2028", "😀\x00\u2028"),
        ({1: "a", (2, 3): "b", None: "c"}, {"1": "a", "(2, 3)": "b", "None": "c"}),
        (datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC), "2026-01-02T00:00:00+00:00"),
        (uuid.UUID(int=5), "00000000-0000-0000-0000-000000000005"),
        (Decimal("1.50"), "1.50"),
        (PurePosixPath("/a/b"), "/a/b"),
        (Colour.RED, "red"),
        (Point(1, Colour.RED), {"x": 1, "y": "red"}),
        (b"caf\xc3\xa9\xff", "café\ufffd"),
        ({3}, [3]),
        (ValueError("bad"), {"exceptionType": "ValueError", "message": "bad"}),
        (Hostile(), "<Hostile not encodable>"),
        pytest.param(10**5000, "<integer of 16610 bits>", id="huge integer"),
    ],
)
def test_values_of_every_kind(value: object, shown: object) -> None:
    assert encoded(value) == shown


def test_cycles_and_hostile_containers() -> None:
    loop: dict[str, Any] = {"a": 1}
    loop["self"] = loop
    assert encoded(loop) == {"a": 1, "self": "<circular>"}
    assert "not encodable" in str(encoded(BadMapping(a=1)))


def test_depth_is_limited() -> None:
    deep: Any = "bottom"
    for _ in range(5_000):
        deep = [deep]
    text = encode_event({"data": {"deep": deep}}).decode()
    assert text.count("[") == 62
    assert "too deep" in text


def test_wide_is_not_deep() -> None:
    assert encoded([[number] for number in range(500)]) == [[number] for number in range(500)]


@pytest.mark.parametrize(
    "data",
    [
        {"body": "x" * 3_000_000},
        {"list": list(range(500_000))},
        {f"k{i}": "y" * 5_000 for i in range(900)},
        {"é" * 900_000: 1},
    ],
)
def test_a_large_event_is_cut_and_says_so(data: dict[str, Any]) -> None:
    event = encode_event({"eventType": "info", "timestamp": 1, "service": "s", "data": data})
    assert len(event) <= MAX_EVENT_BYTES
    assert json.loads(event)["data"]["truncated"]["originalBytes"] > MAX_EVENT_BYTES


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates() | st.uuids(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers() | st.binary(), inner) | st.tuples(inner),
    max_leaves=30,
)


@given(anything)
def test_anything_becomes_strict_json(value: object) -> None:
    encoded(value)
