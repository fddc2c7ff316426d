"""What drift found, and the classes it may have."""

from __future__ import annotations

from typing import NamedTuple

BREAKING, RISKY, ADDITIVE, COSMETIC, STALE = "BREAKING", "RISKY", "ADDITIVE", "COSMETIC", "STALE"
CLASSES = (BREAKING, RISKY, ADDITIVE, COSMETIC, STALE)
"""The worst first."""

UNDECLARED_FIELD, VANISHED_FIELD, MISSING_FIELD = "undeclared_field", "vanished_field", "missing_field"
TYPE_CHANGE, NULLABILITY, ENUM_WIDENING = "type_change", "nullability", "enum_widening"
FORMAT_CHANGE, RANGE, UNSEEN_FIELD, NEW_STATUS = "format_change", "range", "unseen_field", "new_status"
LATENCY, UNDECLARED_ENDPOINT, UNSEEN_ENDPOINT = "latency", "undeclared_endpoint", "unseen_endpoint"
KINDS = (
    UNDECLARED_FIELD, VANISHED_FIELD, MISSING_FIELD, TYPE_CHANGE, NULLABILITY, ENUM_WIDENING, FORMAT_CHANGE, RANGE,
    UNSEEN_FIELD, NEW_STATUS, LATENCY, UNDECLARED_ENDPOINT, UNSEEN_ENDPOINT,
)  # fmt: skip


class Finding(NamedTuple):
    """One thing in which what is observed parts from what was promised, or from what it was before.

    `severity` is one of `CLASSES` and `rule` says in words why. `chance` says how sure it is: "observed, not inferred", or
    a bound on the chance of being wrong; `n` is how many events it rests on. `keyword` is the one of JSON Schema (or of the
    contract) that it concerns. `is_unbumped`: BREAKING within the version that promised otherwise.
    """

    kind: str
    path: str
    severity: str
    is_unbumped: bool
    rule: str
    chance: str
    n: int
    expected: str
    observed: str
    first_ms: int
    last_ms: int
    examples: tuple[int, ...]
    keyword: str


def worst(severities: list[str] | tuple[str, ...]) -> str:
    """Return the worst of the classes, "" for none."""
    return next((one for one in CLASSES if one in severities), "")
