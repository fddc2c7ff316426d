"""Words for people in place of keys: `responseTime` is "Response time (ms)", `pgCode` is "SQLSTATE"."""

import re

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")
LONGEST = 120
_KNOWN = {
    "id": "Id",
    "ip": "IP address",
    "url": "URL",
    "sql": "SQL",
    "pid": "Process id",
    "os": "Operating system",
    "pgCode": "SQLSTATE",
    "sqlstate": "SQLSTATE",
    "sqlState": "SQLSTATE",
    "duration": "Duration (ms)",
    "responseTime": "Response time (ms)",
    "networkLatency": "Network latency (ms)",
    "timeout": "Time-out (ms)",
    "timeoutMs": "Time-out (ms)",
    "percentOver": "Over the threshold (%)",
    "memoryPercent": "Memory used (%)",
    "memoryDelta": "Memory change (bytes)",
    "memoryUsage": "Memory used (bytes)",
    "memoryLimit": "Memory limit (bytes)",
    "cpuEstimate": "CPU (estimate)",
    "cpuUsage": "CPU",
    "lastSyncTimestamp": "Last sync (Unix ms)",
    "statusCode": "Status",
    "userAction": "Last action",
    "userJourney": "Actions before",
    "shouldAlert": "Alerts",
    "isRetry": "Retry",
    "flowSteps": "Steps",
    "traceparent": "Trace parent",
}
_UNITS = {
    "ms": "ms",
    "millis": "ms",
    "sec": "s",
    "secs": "s",
    "seconds": "s",
    "bytes": "bytes",
    "kb": "kB",
    "mb": "MB",
    "percent": "%",
}
_CAPITALS = frozenset(
    ("api", "cpu", "crdt", "css", "db", "dom", "html", "http", "https", "json", "jwt", "sql", "ui", "uri", "url", "uuid")
)


def label_of(key: str) -> str:
    """Return words for a field's name, with the unit that the name tells; text that is no name stays as it is."""
    if key in _KNOWN:
        return _KNOWN[key]
    key = key[:LONGEST] or '""'
    if not re.fullmatch(r"[\w$.-]+", key):
        return key
    words = _WORD.findall(key)
    unit = _UNITS.get(words[-1].lower()) if len(words) > 1 else None
    if unit:
        words.pop()
    shown = [word.upper() if word.lower() in _CAPITALS else word.lower() for word in words]
    if not shown:
        return key
    text = " ".join([shown[0][0].upper() + shown[0][1:], *shown[1:]])
    return f"{text} ({unit})" if unit else text


def join_labels(above: str, label: str) -> str:
    """Return "Headers › user-agent"; the beginning of a long one is left out."""
    if not above:
        return label
    return f"{above} › {label}" if len(above) + len(label) <= LONGEST else f"… › {label}"


# Objects that only say where their fields stand: the section says that already.
QUIET = frozenset(
    (
        *("data", "context", "request", "response", "source", "issue", "details", "debug", "database", "sync", "contract"),
        *("environment", "user", "error", "exception", "performance", "syncState", "contractState", "resolution"),
        "lastViolation",
    )
)
# Objects whose keys are names of someone else's, not of fields: they stay as they are.
VERBATIM = frozenset(
    (
        *("headers", "requestHeaders", "responseHeaders", "cookies", "localStorage", "sessionStorage", "indexedDB", "body"),
        *("params", "query", "queryParams", "pathParams", "searchParams", "parameters", "requestBody", "responseBody"),
        *("localState", "remoteState", "baseState", "mergedState", "divergence", "properties", "actualParams"),
        *("actualRequest", "actualResponse", "metadata"),
    )
)
