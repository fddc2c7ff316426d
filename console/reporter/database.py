"""Reads what a database driver says about its error, by the attributes that the exceptions have.

No driver is imported. Sources of the names: asyncpg `PostgresError` (sqlstate, constraint_name, table_name, detail,
query), psycopg `Error.diag`, SQLAlchemy `DBAPIError` (statement, params, orig), sqlite3 (sqlite_errorname, 3.11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from console.reporter.masking import names_secret
from console.reporter.secret_keys import MASK

_CONSTRAINT = re.compile(r"(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: (.+))?")
_TABLE = re.compile(r"\b(?:from|into|update|join|table)\s+([\w.\"`\[\]]+)", re.IGNORECASE)
_MAX_PARAMETERS = 100


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the exception and everything that led to it: `orig`, `__cause__`, `__context__`, each once."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting and len(seen) < 50:
        current = waiting.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [getattr(current, "orig", None), current.__cause__]
        if not current.__suppress_context__:
            waiting.append(current.__context__)


def describe_database(error: BaseException) -> dict[str, Any] | None:
    """Return the report's `database` section, or None when no exception in the chain comes from a database.

    Keys, where known: sqlstate, errorCode, constraint, table, column, query, parameters, detail, driver. Parameters
    and values are masked as a whole when the statement names a secret column, for positions have no names.
    """
    section: dict[str, Any] = {}
    for cause in causes(error):
        for key, value in _fields(cause).items():
            if value not in (None, ""):
                section.setdefault(key, value)
    if not section:
        return None
    query = section.get("query")
    if isinstance(query, str):
        found = _TABLE.search(query)
        if found:
            section.setdefault("table", found[1].strip('"`[]'))
        if names_secret(query):
            for key in ("parameters", "detail"):
                if key in section:
                    section[key] = MASK
    return section


def _fields(error: BaseException) -> dict[str, Any]:
    module = type(error).__module__.partition(".")[0]
    if hasattr(error, "statement") and hasattr(error, "orig"):
        return {"query": _text(error.statement), "parameters": _parameters(getattr(error, "params", None))}
    if hasattr(error, "sqlite_errorname"):
        return {"errorCode": error.sqlite_errorname, "driver": "sqlite3", **_sqlite_constraint(str(error))}
    if module == "sqlite3":
        return {"driver": "sqlite3", "detail": str(error)}
    diag = getattr(error, "diag", None)
    if diag is not None and hasattr(error, "sqlstate"):
        return {
            **_postgres(diag, "message_detail"),
            "sqlstate": _text(getattr(error, "sqlstate", None)),
            "driver": module,
        }
    if isinstance(getattr(error, "sqlstate", None), str):
        query = getattr(error, "query", None)
        return {
            **_postgres(error, "detail"),
            "sqlstate": _text(getattr(error, "sqlstate", None)),
            "query": _text(query),
            "driver": module,
        }
    pgcode = _text(getattr(error, "pgcode", None))
    if pgcode:
        return {**_postgres(diag, "message_detail"), "sqlstate": pgcode, "driver": module}
    return {}


def _postgres(source: Any, detail: str) -> dict[str, Any]:
    return {
        "constraint": _text(getattr(source, "constraint_name", None)),
        "table": _text(getattr(source, "table_name", None)),
        "column": _text(getattr(source, "column_name", None)),
        "detail": _text(getattr(source, detail, None)),
    }


def _sqlite_constraint(message: str) -> dict[str, Any]:
    found = _CONSTRAINT.search(message)
    if not found:
        return {"detail": message}
    where = found[2] or ""
    table = where.partition(".")[0] if "." in where else None
    return {"constraint": where or found[1], "table": table, "detail": message}


def _parameters(value: Any) -> Any:
    return list(value[:_MAX_PARAMETERS]) if isinstance(value, list | tuple) else value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
