"""Reporters that are closed when a test ends, and a way to see what one emitted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from console.reporter import Reporter, extract


@pytest.fixture
def make_reporter() -> Iterator[Callable[..., Reporter]]:
    made: list[Reporter] = []

    def make(**options: Any) -> Reporter:
        made.append(Reporter(options.pop("service", "server"), **options))
        return made[-1]

    yield make
    for reporter in made:
        reporter.close(0.2)


@pytest.fixture
def reporter(make_reporter: Callable[..., Reporter]) -> Reporter:
    return make_reporter()


@pytest.fixture(autouse=True)
def _no_correlation() -> None:
    extract({})


def emitted(reporter: Reporter) -> list[dict[str, Any]]:
    return [json.loads(event) for event in reporter._ring.read(1, 10**6, 10**9)[1]]


@pytest.fixture
def events() -> Callable[[Reporter], list[dict[str, Any]]]:
    return emitted


@pytest.fixture
def checks(reporter: Reporter, events: Callable[[Reporter], list[dict[str, Any]]]) -> Callable[[], list[dict[str, Any]]]:
    """Read the exchanges that were told, and see that nothing failed inside."""

    def read() -> list[dict[str, Any]]:
        assert reporter.status().last_error is None
        return [
            event for event in events(reporter) if event["eventType"] == "contract_check" and "exchange" in event["data"]
        ]

    return read
