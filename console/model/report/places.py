"""Which key of an event belongs to which section, as data.

Sources: the platform's error reporting types (`EnhancedErrorContext`, `SyncIssue`, `ContractViolation`,
`DebugStreamEvent`), the enhanced report, log lines, and the recorded events.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Rule: TypeAlias = Callable[[Any, Mapping[str, Any]], str]
"""Tells the section of a key that several sections know, from its value and what stands beside it."""


@dataclass(frozen=True, slots=True)
class Place:
    """An object whose keys go to different sections; those that `keys` does not name go to `rest`.

    A value in its stead that is no object goes to `plain` (text, number) or to `rest` (list).
    """

    rest: str
    keys: "Mapping[str, Target]" = field(default_factory=dict)
    plain: str = ""

    def section_of(self, value: Any) -> str:
        return self.rest if isinstance(value, dict | list) else self.plain or self.rest


Target: TypeAlias = str | Place | Rule


def fold(key: str) -> str:
    """Return a key as the tables hold it: `user_id`, `user-id` and `userId` are one."""
    return key.replace("_", "").replace("-", "").lower()


def _table(words: Mapping[str, str], others: Mapping[str, Target]) -> dict[str, Target]:
    table: dict[str, Target] = {fold(key): section for section, keys in words.items() for key in keys.split()}
    return table | {fold(key): target for key, target in others.items()}


_SQL = re.compile(
    r"\s*(?:select|insert|update|delete|with|create|alter|drop|merge|begin|commit|pragma|call)\b", re.IGNORECASE
)
_DATABASE_SIGNS = ("pgCode", "sqlstate", "sqlState", "constraint", "table", "parameters", "query")
_SYNC_SIGNS = ("localVersion", "remoteVersion", "conflictingFields", "entityType", "entityId")
_REQUEST_SIGNS = ("endpoint", "method", "url", "statusCode")


def looks_like_sql(value: Any) -> bool:
    """Tell whether a value is text that starts as a statement does."""
    return isinstance(value, str) and _SQL.match(value) is not None


def is_about_database(beside: Mapping[str, Any]) -> bool:
    """Tell whether an object is about a database; a `query` of parameters or words alone does not make it so."""
    return any(name in beside and (name != "query" or looks_like_sql(beside[name])) for name in _DATABASE_SIGNS)


def _any(names: tuple[str, ...], beside: Mapping[str, Any]) -> bool:
    return any(name in beside for name in names)


def _of_query(value: Any, beside: Mapping[str, Any]) -> str:
    return "database" if isinstance(value, str) and is_about_database(beside) else "request"


def _database_or(otherwise: str) -> Rule:
    return lambda _, beside: "database" if is_about_database(beside) else otherwise


def _of_operation(_: Any, beside: Mapping[str, Any]) -> str:
    if is_about_database(beside):
        return "database"
    return "sync" if _any(_SYNC_SIGNS, beside) else "overview"


def _of_duration(_: Any, beside: Mapping[str, Any]) -> str:
    if is_about_database(beside):
        return "database"
    return "response" if _any(_REQUEST_SIGNS, beside) else "performance"


def _of_status(value: Any, _: Mapping[str, Any]) -> str:
    return "response" if isinstance(value, int) and not isinstance(value, bool) else "overview"


_SYNC = Place("sync", {"resolution": "resolution"})
_ERROR = Place("stack", plain="overview")
_VALIDATED = {fold("validationErrors"): "validation"}

_DEBUG = Place(
    "other",
    _table(
        {
            "actions": "recentActions actions userActions userJourney breadcrumbs networkRequests network requests",
            "console": "consoleErrors consoleWarnings consoleLogs console logs",
            "browser": "localStorage sessionStorage indexedDB cookies storage cacheStorage caches serviceWorker"
            " viewport screen browser userAgent online url referrer",
            "performance": "memory memoryUsage cpuUsage performance durationMs timeoutMs timings",
            "stack": "stack componentStack",
            "flow": "flowSteps currentStep",
            "validation": "deviations validationErrors",
            "request": "body",
            "environment": "environment version build",
        },
        {},
    ),
)

_CONTEXT_KEYS = _table(
    {
        "overview": "id errorId name code message type kind category severity level component service timestamp fingerprint"
        " groupId shouldAlert alertChannels tags reason action resource target correlationId correlatedErrors"
        " traceId spanId parentSpanId traceparent description hint",
        "stack": "stack stackTrace traceback componentStack exceptionType componentName functionName fileName lineNumber"
        " columnNumber file function line module cause",
        "request": "requestId endpoint method url path route headers body requestBody requestHeaders pathParams queryParams"
        " searchParams ip",
        "response": "statusCode statusText httpStatus responseTime responseBody responseHeaders",
        "validation": "validation validationErrors invalidFields expectedSchema",
        "flow": "flow flowId flowSteps currentStep isRetry retryCount step steps attempt attempts maxRetries",
        "database": "database table constraint pgCode sqlstate sql parameters bindings rowCount",
        "sync": "entity entityType entityId localVersion remoteVersion baseVersion versionDelta conflictingFields"
        " conflictCount conflictData resolutionStrategy localState remoteState baseState mergedState syncState"
        " pendingOperations offlineQueue lastSyncTimestamp replica peer peerId",
        "contract": "contractId contractVersion violations violationsFound violationType deviation expectedParams"
        " actualParams expectedResponse actualResponse expectedContract actualRequest checked",
        "environment": "environment version appVersion build release commit platform os arch host hostname pid python"
        " nodeVersion runtime region language timezone deployment",
        "user": "user userId userName handle sessionId deviceId role roles tenant tenantId circleId",
        "browser": "userAgent browser viewport screen referrer online localStorage sessionStorage indexedDB cookies",
        "actions": "userAction userActions userJourney recentActions breadcrumbs networkRequests",
        "console": "consoleErrors consoleWarnings consoleLogs",
        "performance": "performance metric value threshold percentOver percentOverBaseline memoryUsage memoryLimit"
        " memoryPercent memoryDelta cpuUsage cpuEstimate networkLatency timeoutMs",
        "resolution": "resolution resolved resolvedAt resolvedBy",
    },
    {
        "query": _of_query,
        "params": _database_or("request"),
        "column": _database_or("other"),
        "detail": _database_or("other"),
        "driver": _database_or("other"),
        "schema": _database_or("other"),
        "errorCode": _database_or("overview"),
        "operation": _of_operation,
        "duration": _of_duration,
        "durationMs": _of_duration,
        "status": _of_status,
        "request": Place("request", _VALIDATED),
        "response": Place("response", _VALIDATED),
        "sync": _SYNC,
        "issue": _SYNC,
        "contract": Place("contract"),
        "error": _ERROR,
        "exception": _ERROR,
        "debug": _DEBUG,
    },
)
CONTEXT = Place("other", _CONTEXT_KEYS)
"""The flat report's `context`, and a log line's own `data`."""

_REPORT_KEYS = _CONTEXT_KEYS | _table(
    {"contract": "contractState"},
    {
        "source": Place("stack", plain="overview"),
        "context": CONTEXT,
        "data": Place("other", _CONTEXT_KEYS, plain="overview"),
    },
)
REPORT = Place("other", _REPORT_KEYS)
"""A report of either shape, bare or as `data` of a stream event; also a log line."""

EVENT = Place(
    "other", _REPORT_KEYS | _table({"overview": "eventType"}, {"data": Place("other", _REPORT_KEYS, plain="overview")})
)
"""A stream event."""


def place_of(payload: Mapping[str, Any]) -> Place:
    """Return how the keys of an event are told apart: by its dialect."""
    return EVENT if "eventType" in payload else REPORT
