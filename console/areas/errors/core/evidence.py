"""Find in a payload of any dialect what an error is known by: its stacks, type, codes, request and place in the code.

Nothing here trusts a type: whatever is not what it should be is as good as absent.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from console.model.stack import Stack, parse_stack

MAX_TEXT = 2_000
_EMPTY: dict[str, Any] = {}
_STACK_KEYS = ("stack", "stackTrace", "stack_trace", "traceback", "componentStack")
_TYPE_KEYS = ("exceptionType", "errorType", "errorName", "errorClass")
_SQL_KEYS = ("sqlstate", "sqlState", "pgCode", "errorCode", "code")
_STATUS_KEYS = ("statusCode", "status", "httpStatus")
_ENDPOINT_KEYS = ("endpoint", "route", "path")


class Evidence(NamedTuple):
    """What a payload says; empty text and None where it says nothing."""

    stack: Stack | None
    exception_type: str
    message: str
    sql_code: str
    """SQLSTATE, or a driver's own name such as SQLITE_CONSTRAINT_UNIQUE."""
    sql_object: str
    """The constraint, else table and column, that a database error names."""
    error_code: str
    """What Node, fetch and the like call their errors: ECONNREFUSED, ERR_INVALID_URL."""
    status: int | None
    method: str
    endpoint: str
    place: str
    """`function in module` as the reporter itself says it, for what has no stack."""
    component: str
    """What the flat dialect calls the part that reported."""
    producer_fingerprint: str


def find_evidence(data: Any, message: str) -> Evidence:
    """Read one decoded payload: enhanced or flat, bare or in a stream event. `message` is what the event is shown with."""
    body = _body(data)
    context, error = _section(body, "context"), _section(body, "error")
    source, debug = _section(body, "source"), _section(body, "debug")
    extra = _section(body, "data")
    places = (body, error, source, debug, context, _section(context, "error"), extra)
    stack = _first_stack(places)
    database = _section(body, "database") or _section(context, "database")
    sql_code, sql_object = _sql(database, context, error)
    status, method, endpoint = _request(body, context)
    return Evidence(
        stack=stack,
        exception_type=_first(places, _TYPE_KEYS)
        or _first((error,), ("name", "type"))
        or (stack.exception_type if stack else ""),
        message=message or _first((body, error), ("message",)),
        sql_code=sql_code,
        sql_object=sql_object,
        error_code="" if sql_code else _error_code((error, context, body, extra)),
        status=status,
        method=method,
        endpoint=endpoint,
        place=_place(source),
        component=_first((body,), ("component",)),
        producer_fingerprint=_first((body,), ("fingerprint",)),
    )


def _body(data: Any) -> dict[str, Any]:
    if type(data) is not dict:
        return _EMPTY
    if "eventType" in data:
        inner = data.get("data")
        return inner if type(inner) is dict else _EMPTY
    return data


def _section(place: dict[str, Any], key: str) -> dict[str, Any]:
    value = place.get(key)
    return value if type(value) is dict else _EMPTY


def _first(places: tuple[dict[str, Any], ...], keys: tuple[str, ...]) -> str:
    # No generator here: it is asked a dozen times for each error.
    for place in places:
        if place:
            for key in keys:
                value = place.get(key)
                if type(value) is str and value:
                    return value[:MAX_TEXT]
    return ""


def _texts(places: tuple[dict[str, Any], ...], keys: tuple[str, ...]) -> Iterator[str]:
    for place in places:
        for key in keys if place else ():
            value = place.get(key)
            if type(value) is str and value:
                yield value


def _first_stack(places: tuple[dict[str, Any], ...]) -> Stack | None:
    for text in _texts(places, _STACK_KEYS):
        stack = parse_stack(text)
        if stack is not None:
            return stack
    return None


def _sql(database: dict[str, Any], context: dict[str, Any], error: dict[str, Any]) -> tuple[str, str]:
    if database:
        code = _first((database,), _SQL_KEYS)
        return code, _sql_object(database)
    for place in (context, error):
        code = _first((place,), ("sqlstate", "sqlState", "pgCode"))
        if not code:
            errno = _first((place,), ("errorCode", "code"))
            code = errno if is_sqlstate(errno) or errno.startswith("SQLITE_") else ""
        if code:
            return code, _sql_object(place)
    return "", ""


def _sql_object(place: dict[str, Any]) -> str:
    constraint = _first((place,), ("constraint", "constraintName", "constraint_name"))
    if constraint:
        return constraint
    names = [
        _first((place,), keys) for keys in (("table", "tableName", "table_name"), ("column", "columnName", "column_name"))
    ]
    return ".".join(filter(None, names))


def is_sqlstate(code: str) -> bool:
    """Tell whether a code has the form of a SQLSTATE: five digits or capitals, a digit among them."""
    return len(code) == 5 and code.isascii() and code.isalnum() and code == code.upper() and any(map(str.isdigit, code))


def _error_code(places: tuple[dict[str, Any], ...]) -> str:
    for text in _texts(places, ("errorCode", "code", "errno")):
        if (
            len(text) <= 60
            and text.isascii()
            and text.replace("_", "").isalnum()
            and text == text.upper()
            and not text.isdigit()
        ):
            return text
    return ""


def _request(body: dict[str, Any], context: dict[str, Any]) -> tuple[int | None, str, str]:
    """Return status, method and endpoint, from the sections of the enhanced report or the context of the flat one."""
    request = _section(body, "request") or _section(context, "request")
    response = _section(body, "response") or _section(context, "response")
    status = next(
        (value for place in (response, context, body) for key in _STATUS_KEYS if type(value := place.get(key)) is int), None
    )
    method = _first((request, context, body), ("method",)).upper()
    # Beside a request, `url` is the page that was open.
    endpoint = _first((request,), (*_ENDPOINT_KEYS, "url")) or _first((context, body), _ENDPOINT_KEYS)
    return status, method if method.isalpha() else "", endpoint


def _place(source: dict[str, Any]) -> str:
    module, function = _first((source,), ("module",)), _first((source,), ("function",))
    return f"{function} in {module}" if module and function else function or module
