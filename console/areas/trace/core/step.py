"""The steps of a data flow, and to which one an event belongs.

First match wins:

1. database: a category of the taxonomy's database layer, a `database` section, an operation `db.…` or `sql…`;
2. validation: a contract check, or a category that says what came in was wrong;
3. error: any other failure;
4. response: a `response` section, unless it only times its own request;
5. request: the event names an endpoint;
6. processing: everything else.

`flowSteps` that a report declares are steps in their own words, shown as they came.
"""

from typing import Any, NamedTuple

from console.model.decoding import finite
from console.model.taxonomy import layer_of

REQUEST, VALIDATION, PROCESSING, DATABASE, RESPONSE, ERROR = (
    "request", "validation", "processing", "database", "response", "error",
)  # fmt: skip
STEPS = (REQUEST, VALIDATION, PROCESSING, DATABASE, RESPONSE, ERROR)
MAX_DECLARED = 100
"""Steps that one event may declare; more are left out."""
_INVALID = frozenset(
    {"VALIDATION_FAILED", "CONTRACT_VIOLATION", "MALFORMED_REQUEST", "INPUT_TOO_LARGE", "CONTENT_PARSE_ERROR"}
)
_FAILED_WORDS = frozenset({"error", "failed", "failure", "aborted", "timeout"})


class Declared(NamedTuple):
    """A step that a report declares itself: `at_ms` on its service's clock, None where it says no time."""

    name: str
    at_ms: float | None
    duration_ms: float | None
    failed: bool


def step_of(body: dict[str, Any], event_type: str, category: str, endpoint: str, *, failed: bool, timed: bool) -> str:
    """Return the step of an event; `timed` tells that it has a duration."""
    operation = body.get("operation")
    word = operation.lower() if type(operation) is str else ""
    if layer_of(category) == "database" or type(body.get("database")) is dict or word.startswith(("db.", "sql")):
        return DATABASE
    if event_type == "contract_check" or category in _INVALID:
        return VALIDATION
    if failed:
        return ERROR
    if "response" in body and not timed:
        return RESPONSE
    return REQUEST if endpoint else PROCESSING


def declared_steps(body: dict[str, Any]) -> tuple[Declared, ...]:
    """Read `flowSteps`, in a report or its context: a list of names, or of objects with a name and what is known."""
    context = body.get("context")
    steps = body.get("flowSteps") or (context.get("flowSteps") if type(context) is dict else None)
    if type(steps) is not list:
        return ()
    found = [_declared(one) for one in steps[:MAX_DECLARED]]
    return tuple(one for one in found if one is not None)


def _declared(step: Any) -> Declared | None:
    if type(step) is str:
        return Declared(step[:200], None, None, False) if step else None
    if type(step) is not dict:
        return None
    name = next((step[key] for key in ("name", "step", "type", "stage", "operation") if type(step.get(key)) is str), "")
    if not name:
        return None
    duration = _number(step, ("durationMs", "duration"))
    status = step.get("status")
    wrong = bool(step.get("error")) or step.get("success") is False
    wrong = wrong or (type(status) is str and status.lower() in _FAILED_WORDS)
    at_ms = _number(step, ("timestamp", "startedAt", "startTime", "at"))
    return Declared(name[:200], at_ms, duration if duration is not None and duration >= 0 else None, wrong)


def _number(step: dict[str, Any], keys: tuple[str, ...]) -> float | None:
    return next((number for key in keys if (number := finite(step.get(key))) is not None), None)
