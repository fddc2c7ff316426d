"""What an event says about a database: the statement, its parameters, and how it failed."""

import re
from dataclasses import dataclass
from typing import Any

from console.model.report.holding import Json, holders, pick, pick_number, pick_text, sections_of
from console.model.report.places import looks_like_sql

_SQLSTATE = re.compile(r"(?=.*\d)[0-9A-Z]{5}")
_SIGNS = ("pgCode", "sqlstate", "sqlState", "constraint", "table")


@dataclass(frozen=True, slots=True)
class Database:
    """`params` are positional (list) or named (dict); `code` is the driver's own where it is no SQLSTATE."""

    query: str | None
    params: list[Any] | dict[str, Any] | None
    table: str | None
    column: str | None
    operation: str | None
    constraint: str | None
    sqlstate: str | None
    code: str | None
    detail: str | None
    driver: str | None
    duration_ms: float | None


def database_of(payload: Any) -> Database | None:
    """Return the database part of an event, or None."""
    for section in sections_of(payload, "database"):
        return _database(section)
    for place in holders(payload):
        if any(place.get(name) is not None for name in _SIGNS) or looks_like_sql(place.get("query")):
            return _database(place)
    return None


def _database(place: Json) -> Database:
    code = pick_text([place], "errorCode", "code")
    sqlstate = pick_text([place], "sqlstate", "sqlState", "pgCode")
    if sqlstate is None and code and _SQLSTATE.fullmatch(code):
        sqlstate = code
    params = pick([place], "parameters", "params", "bindings")
    return Database(
        query=pick_text([place], "query", "statement", "sql"),
        params=params if isinstance(params, list | dict) else None,
        table=pick_text([place], "table"),
        column=pick_text([place], "column"),
        operation=pick_text([place], "operation"),
        constraint=pick_text([place], "constraint"),
        sqlstate=sqlstate,
        code=code if code != sqlstate else None,
        detail=pick_text([place], "detail"),
        driver=pick_text([place], "driver"),
        duration_ms=pick_number([place], "durationMs", "duration"),
    )
