"""Which of the platform's categories an exception belongs to, when whoever reports it does not say."""

from __future__ import annotations

from typing import Any

from console.reporter.database import causes

UNKNOWN = "UNKNOWN_ERROR"
"""Outside the taxonomy on purpose: a bug such as a KeyError has no category there, and none is made up."""

# SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
_SQLSTATE = {"23": "CONSTRAINT_VIOLATION", "40": "TRANSACTION_ROLLBACK", "42": "SCHEMA_VIOLATION"}
_BUILTIN = (
    (TimeoutError, "NETWORK_TIMEOUT"),
    (ConnectionError, "CONNECTION_LOST"),
    (PermissionError, "PERMISSION_DENIED"),
)
_BY_NAME = {
    "JSONDecodeError": "CONTENT_PARSE_ERROR",
    "ValidationError": "VALIDATION_FAILED",
    "RequestValidationError": "VALIDATION_FAILED",
    "ReadTimeout": "NETWORK_TIMEOUT",
    "ConnectTimeout": "NETWORK_TIMEOUT",
    "ConnectError": "CONNECTION_LOST",
    "ExpiredSignatureError": "AUTH_EXPIRED",
    "InvalidTokenError": "TOKEN_INVALID",
}


def category_of(error: BaseException | None, database: dict[str, Any] | None) -> str:
    """Return the category of an exception; `database` is the report's section of that name, if it has one."""
    if error is None:
        return UNKNOWN
    if database:
        return _database_category(database)
    for cause in causes(error):
        for kind, category in _BUILTIN:
            if isinstance(cause, kind):
                return category
        if type(cause).__name__ in _BY_NAME:
            return _BY_NAME[type(cause).__name__]
    return UNKNOWN


def _database_category(database: dict[str, Any]) -> str:
    code = str(database.get("sqlstate") or database.get("errorCode") or "")
    if code[:2] in _SQLSTATE and len(code) == 5:
        return _SQLSTATE[code[:2]]
    if database.get("constraint") or "CONSTRAINT" in code:
        return "CONSTRAINT_VIOLATION"
    return "DATABASE_ERROR"
