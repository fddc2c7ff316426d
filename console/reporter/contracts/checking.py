"""Whether an exchange keeps to its contract."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from console.reporter.contracts.contract import Contract, Schema
from console.reporter.contracts.exchange import ABSENT, Exchange, Sent
from console.reporter.contracts.masked import is_masked_list
from console.reporter.contracts.params import params_schema, read_params
from console.reporter.contracts.paths import ROOT
from console.reporter.contracts.schema import Problem, SchemaChecker, SchemaError, checker_for
from console.reporter.contracts.templates import open_names, segments_of
from console.reporter.contracts.words import message

UNAVAILABLE = frozenset({502, 503, 504})
"""Statuses by which a proxy or a service says that nobody answers."""
MOST = 20
"""Violations of one exchange in each direction; each place and keyword once."""
_CACHED = 4_096
_PRESENCE = ("name", "in", "required")


class Violation(NamedTuple):
    """One way in which an exchange broke its contract.

    `kind` is param_mismatch (parameters and body of a request), response_schema_error, timeout or unavailable. Paths of
    parameters are their names, below `header` and `cookie` for those that stand there; those in a request's body begin with
    `body`, those of an answer at its root (`$`).
    """

    kind: str
    direction: str
    path: str
    keyword: str
    expected: str
    actual: str
    message: str


class SchemaFault(NamedTuple):
    """A schema of a contract that cannot be used, so that nothing is checked by it. `where` is its name in the document."""

    where: str
    path: str
    problem: str


class Checked(NamedTuple):
    """How an exchange breaks its contract; `undecided` names the sides that could not be decided: request, response."""

    violations: list[Violation]
    undecided: tuple[str, ...] = ()


def check_exchange(contract: Contract, exchange: Exchange) -> list[Violation]:
    """Return how the exchange breaks the contract, [] when it holds or tells nothing that could break it."""
    return judge_exchange(contract, exchange).violations


def judge_exchange(contract: Contract, exchange: Exchange) -> Checked:
    """Return how the exchange breaks the contract, and what of it a pattern left undecided.

    A status that the contract does not speak of is no violation; one that is no schema checks nothing (`schema_faults`).
    A parameter whose value was masked is there, and keeps to all that its rule says.
    """
    rules = _rules_of(contract)
    found = _Found()
    if rules.has_request:
        _check_request(rules, exchange, found)
    status, timeout_ms = exchange.status, contract.timeout_ms
    if exchange.failure or status in UNAVAILABLE:
        found.violations.append(_unavailable(exchange))
    if exchange.response is not ABSENT:
        checker = rules.response_for(contract, status)
        if checker is not None:
            found.take("response_schema_error", "response", "", checker, exchange.response)
    if timeout_ms is not None and exchange.duration_ms is not None and exchange.duration_ms > timeout_ms:
        found.violations.append(_too_late(exchange.duration_ms, timeout_ms))
    return Checked(found.violations, tuple(found.undecided))


def schema_faults(contract: Contract) -> tuple[SchemaFault, ...]:
    """Return which schemas of the contract cannot be used and why; () for a sound one."""
    return _rules_of(contract).faults


class _Rules:
    """A contract compiled. `params` are those of the query or of an unsaid place, the other places say so."""

    __slots__ = (
        "body", "cookie", "faults", "has_request", "header", "inside", "params", "path", "places", "request", "responses",
        "wants_body",
    )  # fmt: skip

    def __init__(self, contract: Contract) -> None:
        faults: list[SchemaFault] = []
        rules: dict[str, list[dict[str, Any]]] = {}
        for rule in contract.params:
            rules.setdefault(rule.get("in", "query"), []).append(rule)
        names = open_names(contract.endpoint)
        unsaid = [rule for rule in rules.get("query", []) if "in" not in rule and rule["name"] in names]
        query = [rule for rule in rules.get("query", []) if rule not in unsaid]
        self.params = _Params.of(query, faults)
        self.path = _Params.of(rules.get("path", []) + unsaid, faults)
        self.body = _Params.of(rules.get("body", []), faults)
        self.header = _Params.of(rules.get("header", []), faults)
        self.cookie = _Params.of(rules.get("cookie", []), faults)
        self.places = {rule["name"]: names[rule["name"]] for rule in rules.get("path", []) + unsaid if rule["name"] in names}
        self.inside = (
            {rule["name"] for rule in query if "in" not in rule} if contract.method not in ("GET", "HEAD") else set()
        )
        self.request = None if contract.request is None else _compiled(contract.request, "expectedRequest", faults)
        self.wants_body = contract.is_request_required is True
        self.has_request = self.wants_body or bool(
            self.params or self.path or self.body or self.header or self.cookie or self.request
        )
        self.responses = {
            key: _compiled(schema, "expectedResponse" if key == "2xx" else f"expectedResponses.{key}", faults)
            for key, schema in contract.responses.items()
        }
        self.faults = tuple(faults)

    def response_for(self, contract: Contract, status: int | None) -> SchemaChecker | None:
        """Return the checker of the answer's body, None when nothing is promised of it."""
        if not self.responses:
            return None
        promised = contract.response_for(status)
        return self.responses[promised[0]] if promised else None


class _Params(NamedTuple):
    rules: tuple[dict[str, Any], ...]
    checker: SchemaChecker

    @classmethod
    def of(cls, rules: list[dict[str, Any]], faults: list[SchemaFault]) -> _Params | None:
        checker = _compiled(params_schema(rules), "expectedParams", faults) if rules else None
        return cls(tuple(rules), checker) if checker else None

    def without(self, names: Collection[str]) -> _Params | None:
        """Return the rules about other names, None where there are none."""
        return _Params.of([rule for rule in self.rules if rule["name"] not in names], [])

    def loosened(self, names: Collection[str]) -> _Params | None:
        """Return the same rules, but for these names only whether they have to be there."""
        rules = [
            {key: rule[key] for key in _PRESENCE if key in rule} if rule["name"] in names else rule for rule in self.rules
        ]
        return _Params.of(rules, [])


def _compiled(schema: Schema, where: str, faults: list[SchemaFault]) -> SchemaChecker | None:
    try:
        return checker_for(schema)
    except SchemaError as error:
        faults.append(SchemaFault(where, error.path, error.problem))
        return None


_LOCK = threading.Lock()
_RULES: dict[int, tuple[Contract, _Rules]] = {}


def _rules_of(contract: Contract) -> _Rules:
    known = _RULES.get(id(contract))
    if known is not None:
        return known[1]
    rules = _Rules(contract)
    with _LOCK:
        if len(_RULES) >= _CACHED:
            _RULES.clear()
        _RULES[id(contract)] = (contract, rules)  # holding the contract keeps its id from being used again
    return rules


class _Found:
    """What one exchange is found to break so far."""

    __slots__ = ("undecided", "violations")

    def __init__(self) -> None:
        self.violations: list[Violation] = []
        self.undecided: dict[str, None] = {}

    def take(self, kind: str, direction: str, root: str, checker: SchemaChecker, value: Any) -> None:
        """Check a value that stands below `root`."""
        if checker.holds(value):
            return
        judged = checker.judge(value, MOST)
        self.violations += _violations(kind, direction, root, judged.problems)
        if judged.is_undecided:
            self.undecided[direction] = None


def _check_request(rules: _Rules, exchange: Exchange, found: _Found) -> None:
    if rules.params is not None and exchange.params is not None:
        _check_params(rules.params, _with_inside(rules, exchange, exchange.params), "", found)
    if rules.path is not None:
        given = _path_params(rules, exchange)
        if given:
            _check_params(rules.path, given, "", found)
    if rules.header is not None and exchange.headers is not None:
        _check_sent(rules.header, exchange.headers, "header", found)
    if rules.cookie is not None and exchange.cookies is not None:
        _check_sent(rules.cookie, exchange.cookies, "cookie", found)
    body = exchange.request
    if body is ABSENT:
        if rules.wants_body and exchange.is_bodyless:
            found.violations.append(_bodyless())
        return
    if rules.body is not None and isinstance(body, dict):
        _check_params(rules.body, body, "body", found)
    if rules.request is not None:
        found.take("param_mismatch", "request", "body", rules.request, body)


def _check_params(params: _Params, given: dict[str, Any], root: str, found: _Found) -> None:
    values = read_params(given, params.rules) if root != "body" else given
    if params.checker.holds(values):
        return
    masked = [rule["name"] for rule in params.rules if is_masked_list(given.get(rule["name"]))]
    known = params.loosened(masked) if masked else params
    if known is not None:
        found.take("param_mismatch", "request", root, known.checker, values)


def _check_sent(params: _Params, sent: Sent, place: str, found: _Found) -> None:
    """Check headers or cookies; those of which nothing is known are left out."""
    values = sent.values
    keys = {name: name.lower() if place == "header" else name for name in (rule["name"] for rule in params.rules)}
    given = {name: value for name, key in keys.items() if (value := values.get(key)) is not None}
    unknown = () if sent.is_whole else [name for name, key in keys.items() if key not in values]
    known = params.without(unknown) if unknown else params
    if known is not None:
        _check_params(known, given, place, found)


def _with_inside(rules: _Rules, exchange: Exchange, params: dict[str, Any]) -> dict[str, Any]:
    """The platform's form does not say where a parameter stands: what is not in the query is looked for in the body."""
    body = exchange.request
    if not rules.inside or not isinstance(body, dict):
        return params
    return params | {name: body[name] for name in rules.inside if name in body and name not in params}


def _path_params(rules: _Rules, exchange: Exchange) -> dict[str, Any]:
    """Return the path's parameters as told, else as they stand in the path; those that a template tells are not known."""
    given = {**(exchange.params or {}), **exchange.path_params}
    segments = segments_of(exchange.path)
    for name, place in rules.places.items():
        if name not in given and place < len(segments) and segments[place][:1] not in (":", "{", "*"):
            given[name] = segments[place]
    return {rule["name"]: given[rule["name"]] for rule in rules.path.rules if rule["name"] in given} if rules.path else {}


def _violations(kind: str, direction: str, root: str, problems: list[Problem]) -> Iterator[Violation]:
    for path, at, keyword, expected, actual, _ in problems:
        below, there = _below(root, path), _below(root, at)
        yield Violation(kind, direction, below, keyword, expected, actual, message(there, keyword, expected, actual))


def _below(root: str, path: str) -> str:
    if not root:
        return path
    return root if path == ROOT else root + path if path[0] == "[" else f"{root}.{path}"


def _bodyless() -> Violation:
    return Violation("param_mismatch", "request", "body", "required", "a body", "absent", "body is missing")


def _unavailable(exchange: Exchange) -> Violation:
    actual = f"status {exchange.status}" if exchange.status is not None else "no answer"
    actual = f"{actual}: {exchange.failure[:150]}" if exchange.failure else actual
    return Violation("unavailable", "response", ROOT, "status", "an answer", actual, f"expected an answer, got {actual}")


def _too_late(duration_ms: float, timeout_ms: float) -> Violation:
    expected, actual = f"≤ {timeout_ms:g} ms", f"{duration_ms:.6g} ms"
    return Violation(
        "timeout", "response", ROOT, "timeout", expected, actual, f"answered after {actual}, promised {expected}"
    )
