"""An exception that comes without a category gets the platform's one, or none is made up."""

import json
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from console.reporter import Reporter
from console.reporter.classification import UNKNOWN, category_of
from console.reporter.database import describe_database


def test_a_broken_constraint_of_a_real_database() -> None:
    connection = sqlite3.connect(":memory:")  # noqa: TID251 - a driver's real error is wanted
    connection.execute("CREATE TABLE message (id TEXT PRIMARY KEY)")
    connection.execute("INSERT INTO message VALUES ('m1')")
    with pytest.raises(sqlite3.IntegrityError) as caught:
        connection.execute("INSERT INTO message VALUES ('m1')")
    connection.close()
    assert category_of(caught.value, describe_database(caught.value)) == "CONSTRAINT_VIOLATION"


@pytest.mark.parametrize(
    ("section", "category"),
    [
        ({"sqlstate": "23505"}, "CONSTRAINT_VIOLATION"),
        ({"sqlstate": "40P01"}, "TRANSACTION_ROLLBACK"),
        ({"sqlstate": "42703"}, "SCHEMA_VIOLATION"),
        ({"sqlstate": "57014"}, "DATABASE_ERROR"),
    ],
)
def test_sqlstate_classes(section: dict[str, str], category: str) -> None:
    assert category_of(RuntimeError("from a driver"), section) == category


@pytest.mark.parametrize(
    ("error", "category"),
    [
        (TimeoutError("slow"), "NETWORK_TIMEOUT"),
        (ConnectionResetError("cut"), "CONNECTION_LOST"),
        (json.JSONDecodeError("bad", "{", 1), "CONTENT_PARSE_ERROR"),
        (KeyError("popular"), UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_exceptions_without_a_database(error: BaseException | None, category: str) -> None:
    assert category_of(error, None) == category


def test_the_cause_counts_and_the_given_category_wins(
    make_reporter: Callable[..., Reporter], events: Callable[[Reporter], list[dict[str, Any]]]
) -> None:
    reporter = make_reporter()
    try:
        try:
            raise ConnectionRefusedError("nobody there")
        except ConnectionRefusedError as cause:
            raise RuntimeError("cannot sync") from cause
    except RuntimeError as error:
        reporter.error(error)
        reporter.error(error, category="SYNC_TIMEOUT")
    assert [event["data"]["category"] for event in events(reporter)] == ["CONNECTION_LOST", "SYNC_TIMEOUT"]
