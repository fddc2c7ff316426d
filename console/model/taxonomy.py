"""The platform's own terms as data: categories in layers, severities, levels, event types.

Source: the union types of VIVIM's error reporting module (`ErrorCategory`, `ErrorSeverity`, `ErrorLevel`,
`DebugEventType`). Values outside these sets arrive in practice; they are shown as they came and belong to
the layer `other`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """One error category: `name` as on the wire, `title` for people, `layer` a key of `LAYERS`."""

    name: str
    title: str
    layer: str


LAYERS = {
    "network": "Network",
    "database": "Database",
    "sync": "Sync",
    "service": "Service contracts",
    "access": "Access",
    "content": "Content and input",
}
OTHER_LAYER = "other"

CATEGORIES = {
    category.name: category
    for category in (
        Category("NETWORK_TIMEOUT", "Network time-out", "network"),
        Category("CONNECTION_LOST", "Connection lost", "network"),
        Category("PROTOCOL_VIOLATION", "Protocol violation", "network"),
        Category("DATABASE_ERROR", "Database error", "database"),
        Category("SCHEMA_VIOLATION", "Schema violation", "database"),
        Category("CONSTRAINT_VIOLATION", "Constraint violation", "database"),
        Category("TRANSACTION_ROLLBACK", "Transaction rolled back", "database"),
        Category("SYNC_CONFLICT", "Sync conflict", "sync"),
        Category("SYNC_TIMEOUT", "Sync time-out", "sync"),
        Category("VERSION_MISMATCH", "Version mismatch", "sync"),
        Category("CRDT_CONFLICT", "CRDT conflict", "sync"),
        Category("CONTRACT_VIOLATION", "Contract violation", "service"),
        Category("SERVICE_UNAVAILABLE", "Service unavailable", "service"),
        Category("RATE_LIMIT_EXCEEDED", "Rate limit exceeded", "service"),
        Category("AUTH_EXPIRED", "Login expired", "access"),
        Category("PERMISSION_DENIED", "Permission denied", "access"),
        Category("TOKEN_INVALID", "Token invalid", "access"),
        Category("EXTRACTION_FAILED", "Extraction failed", "content"),
        Category("AI_PROVIDER_ERROR", "AI provider error", "content"),
        Category("CONTENT_PARSE_ERROR", "Content not parseable", "content"),
        Category("VALIDATION_FAILED", "Validation failed", "content"),
        Category("INPUT_TOO_LARGE", "Input too large", "content"),
        Category("MALFORMED_REQUEST", "Malformed request", "content"),
    )
}

SEVERITIES = ("info", "low", "medium", "high", "critical", "fatal")
"""From harmless to worst. `fatal` is not in the platform's documents but arrives."""

SEVERITY_GLYPHS = {"fatal": "✖", "critical": "◆", "high": "▲", "medium": "■", "low": "●", "info": "○"}
"""What stands beside a severity's colour, which never stands alone."""

LEVELS = ("debug", "info", "warning", "error", "critical")

EVENT_TYPES = {
    "error": "Error",
    "warning": "Warning",
    "info": "Info",
    "sync_update": "Sync update",
    "contract_check": "Contract check",
    "performance": "Performance",
}


def layer_of(category: str) -> str:
    """Return the layer key of a category name, `other` for one outside the taxonomy."""
    known = CATEGORIES.get(category)
    return known.layer if known else OTHER_LAYER


def severity_rank(severity: str) -> int:
    """Return 0 (info) … 5 (fatal); an unknown severity ranks as `info`."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else 0
