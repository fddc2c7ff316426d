"""The parts of a section that have a face of their own: frames, statement, body, the two sides of a comparison, timeline.

Each maker is given the section's facts and returns blocks and the facts that these do not show.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from console.app.inspector.blocks import Block, Code, Copies, Facts, Frames, Line, Moments, Sides
from console.model.rendering import as_curl, as_httpie, as_python, brief_json, format_sql, sql_with_params
from console.model.report import Fact
from console.model.report.parts import (
    Request,
    actions_of,
    contract_of,
    database_of,
    request_of,
    response_of,
    stack_texts,
    sync_of,
)
from console.model.stack import parse_stack
from console.qt.code_box import Language
from console.qt.diff_rows import DiffRows, diff_rows, diff_rows_with_base

MAX_STACKS = 6
MAX_COMPARED = 2_000
_BODY = re.compile(r"(?:^|\.)(?:body|requestBody|responseBody|response\.data)(?=[.\[]|$)")
_SIDES = re.compile(
    r"\b(?:local|remote|base|client|server|actual|expected)(?:State|Value|Data|Params|Request|Response|Order|Contract|Fields)?\b"
    r"|\b(?:ancestor|divergence|timeout|missingFields)\b"
)
_TIMES = re.compile(r"(?:timestamp|time|ts|at|date|startedAt)$")


@dataclass(frozen=True, slots=True)
class Told:
    """The decoded payload (its secrets hidden or not) and when the event happened, in Unix milliseconds."""

    payload: Any
    at_ms: int


class Made(NamedTuple):
    """`before` and `after` stand around the `facts` that they do not show."""

    before: Sequence[Block]
    facts: Sequence[Fact]
    after: Sequence[Block] = ()


def stack_blocks(facts: Sequence[Fact], told: Told) -> Made:
    """Frames of each stack text, and the text itself, folded."""
    blocks: list[Block] = []
    shown: set[str] = set()
    for path, text in stack_texts(told.payload)[:MAX_STACKS]:
        stack = parse_stack(text)
        if stack is not None:
            blocks.append(Frames(stack))
        blocks.append(Code("Stack as text", text, folded=stack is not None))
        shown.add(path)
    return Made(blocks, [fact for fact in facts if fact.path not in shown])


def request_blocks(facts: Sequence[Fact], told: Told) -> Made:
    """What to copy, and the body; method, address, query and headers are facts."""
    request = request_of(told.payload)
    if request is None:
        return Made((), facts)
    calls = [
        (label, f"Copy the request as {name}", text)
        for label, name, make in (
            ("curl", "a curl command", as_curl),
            ("HTTPie", "an HTTPie command", as_httpie),
            ("Python", "Python code", as_python),
        )
        if (text := _call(make, request))
    ]
    return _with_body((Copies(tuple(calls)),) if calls else (), request.body, facts)


def _call(make: Callable[[Request], str | None], request: Request) -> str | None:
    try:
        return make(request)
    except RecursionError:  # a body that is nested too deeply to be written again
        return None


def response_blocks(facts: Sequence[Fact], told: Told) -> Made:
    """The body; status, headers and duration are facts."""
    response = response_of(told.payload)
    return _with_body((), response.body, facts) if response is not None else Made((), facts)


def _with_body(before: Sequence[Block], body: Any, facts: Sequence[Fact]) -> Made:
    if body in (None, "", {}, []):
        return Made(before, facts)
    text, language = body_text(body)
    # Only what the text shows is left out below it: a path that looks like a body's may be another one's.
    scalars = set(_scalars(body))
    rest = [fact for fact in facts if not (_BODY.search(fact.path) and _is_shown(fact.value, scalars))]
    return Made(before, rest, (Code("Body", text, language),))


def body_text(body: Any) -> tuple[str, Language]:
    """Return a body and how to colour it; JSON in text is indented where that changes nothing but white space."""
    if isinstance(body, str):
        if body[:1] in ("{", "["):
            try:
                return json.dumps(json.loads(body), ensure_ascii=False, indent=2), "json"
            except (ValueError, RecursionError):
                return body, "text"
        return body, "text"
    try:
        return json.dumps(body, ensure_ascii=False, indent=2), "json"
    except (ValueError, RecursionError):
        return "(nested too deeply to show; see Raw)", "text"


def database_blocks(facts: Sequence[Fact], told: Told) -> Made:
    """The statement laid out with its values, and the values once more to copy."""
    database = database_of(told.payload)
    if database is None or not database.query:
        return Made((), facts)
    statement = format_sql(database.query)
    blocks: list[Block] = [Code("Statement", sql_with_params(statement, database.params), "sql")]
    query, params = database.query, database.params
    rest = [fact for fact in facts if fact.value != query]
    if isinstance(params, list) and params:
        lines = tuple(Line(f"${n}", _words(value)) for n, value in enumerate(params, 1))
        blocks.append(Facts("Parameters", lines))
        rest = [fact for fact in rest if not re.search(r"\.(?:parameters|params|bindings)(?:\[\d+\])?$", fact.path)]
    return Made(blocks, rest)


def sync_blocks(facts: Sequence[Fact], told: Told) -> Made:
    """Local against remote, with the base where there is one."""
    sides = sync_of(told.payload)
    if sides is None or (sides.local is None and sides.remote is None):
        return Made((), facts)
    left, right = sides.titles
    versions = {"local": sides.local_version, "remote": sides.remote_version}
    left, right = (f"{title}, version {versions[title]}" if versions.get(title) else title for title in (left, right))
    if sides.base is not None:
        rows = diff_rows_with_base(("base", left, right), sides.base, sides.local, sides.remote)
    else:
        rows = diff_rows((left, right), sides.local, sides.remote, MAX_COMPARED)
    rest = _not_compared(facts, rows, (sides.base, sides.local, sides.remote))
    return Made((Sides("What the two sides hold", rows),), rest)


def contract_blocks(facts: Sequence[Fact], told: Told) -> Made:
    """What was agreed against what came, below the deviations in words."""
    sides = contract_of(told.payload)
    if sides is None or not (sides.expected or sides.actual):
        return Made((), facts)
    rows = diff_rows(("expected", "actual"), sides.expected, sides.actual, MAX_COMPARED)
    said = tuple(Line("Deviation", text, tone="high") for text in sides.deviations)
    blocks: list[Block] = [Facts("", said)] if said else []
    rest = [fact for fact in facts if not (isinstance(fact.value, str) and fact.value in sides.deviations)]
    names = sides.expected.get("params")  # the rules of parameters are compared by their names
    compared = (sides.expected, sides.actual, list(names) if isinstance(names, dict) else None)
    return Made((*blocks, Sides("Expected against actual", rows)), _not_compared(rest, rows, compared))


def actions_blocks(facts: Sequence[Fact], told: Told) -> Made:
    """What happened before, by time; the browser's console has a section of its own."""
    return _moments(facts, told, console=False)


def console_blocks(facts: Sequence[Fact], told: Told) -> Made:
    """What the browser's console said, by time."""
    return _moments(facts, told, console=True)


def _moments(facts: Sequence[Fact], told: Told, *, console: bool) -> Made:
    found = tuple(one for one in actions_of(told.payload) if (one.kind == "console") == console)
    if not found:
        return Made((), facts)
    texts = "\n".join(one.text for one in found)
    rest = [fact for fact in facts if not (_is_in(fact, texts) or (_TIMES.search(fact.path) and "[" in fact.path))]
    return Made((Moments(told.at_ms, found),), rest)


def _is_in(fact: Fact, texts: str) -> bool:
    values = fact.value if isinstance(fact.value, list) else [fact.value]
    return bool(values) and all(isinstance(value, str) and value and value in texts for value in values)


def _not_compared(facts: Sequence[Fact], rows: DiffRows, sides: Sequence[Any]) -> list[Fact]:
    """Return the facts that the comparison does not show."""
    if rows.cut:
        return list(facts)
    scalars = {scalar for side in sides for scalar in _scalars(side)}
    return [fact for fact in facts if not (_SIDES.search(fact.path) and _is_shown(fact.value, scalars))]


def _is_shown(value: Any, scalars: set[str]) -> bool:
    return all(scalar in scalars for scalar in _scalars(value))


def _scalars(value: Any) -> Iterator[str]:
    """Yield each leaf of a value as JSON text; no recursion, a value may be deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict) and one:
            waiting += one.values()
        elif isinstance(one, list) and one:
            waiting += one
        else:
            yield brief_json(one)


def _words(value: Any) -> str:
    return value if isinstance(value, str) else brief_json(value)


BLOCKS: Mapping[str, Callable[[Sequence[Fact], Told], Made]] = {
    "stack": stack_blocks,
    "request": request_blocks,
    "response": response_blocks,
    "database": database_blocks,
    "sync": sync_blocks,
    "contract": contract_blocks,
    "actions": actions_blocks,
    "console": console_blocks,
}
"""By the section's key; a section that is not named here has only facts."""
