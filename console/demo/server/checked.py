"""What the service itself looks at: parameters by its contract, and two checks of its own, told in the platform's way.

The reporter's middleware checks every exchange against the contracts besides; these are older, and one of them errs.
"""

import secrets
from functools import lru_cache
from typing import Any

from starlette.requests import Request

from console.demo.clock import iso, now_ms
from console.demo.server.bodies import Json
from console.demo.server.contracts import STALE_LIMIT, find_contract
from console.demo.server.http import ApiError, api_of
from console.reporter.contracts import params
from console.reporter.contracts.schema import SchemaChecker, checker_for


def read_params(request: Request, endpoint: str) -> dict[str, Any]:
    """The query parameters, numbers as numbers. Raises `ApiError` when they break the contract."""
    agreed, rules, checker = _agreed(endpoint)
    given = dict(request.query_params)
    read = params.read_params(given, rules)
    problem = next(iter(checker.problems(read, 1)), None)
    if problem is None:
        return read
    is_missing = problem.keyword == "required"
    deviation = f"Missing required parameter: {problem.path}" if is_missing else f"Parameter {problem.message}"
    section = {name: agreed[name] for name in ("endpoint", "method", "contractVersion", "expectedParams")}
    section |= {"contractId": agreed["id"], "actualParams": given, "deviation": deviation}
    raise ApiError(400, "VALIDATION_FAILED", deviation, contract=section)


@lru_cache
def _agreed(endpoint: str) -> tuple[Json, list[Json], SchemaChecker]:
    agreed = find_contract(endpoint)
    rules = [rule for rule in agreed["expectedParams"] if "in" not in rule]
    return agreed, rules, checker_for(params.params_schema(rules))


def check_limit(request: Request, endpoint: str, limit: float) -> None:
    """Tell of a list that is asked for too long. The bound is an earlier one: the contract allows twice as much now."""
    if limit > STALE_LIMIT:
        asked = dict(request.query_params)
        about = {"method": request.method, "path": request.url.path, "pathParams": request.path_params}
        deviation = f"Parameter 'limit' is above {STALE_LIMIT}"
        tell(request, endpoint, "param_mismatch", deviation, {"actualRequest": asked}, exchange={**about, "params": asked})


def check_provenance(request: Request, endpoint: str, body: Json) -> None:
    """Tell of hits that do not say where they come from, and report them as an error of ours."""
    lost = next((index for index, hit in enumerate(body["hits"]) if hit["provenance"] is None), None)
    if lost is None:
        return
    deviation = f"response.hits[{lost}].provenance: expected string, got null"
    tell(request, endpoint, "response_mismatch", deviation, {"actualResponse": body})
    agreed = find_contract(endpoint)
    section = {name: agreed[name] for name in ("endpoint", "method", "contractVersion", "expectedResponse")}
    section |= {"contractId": agreed["id"], "actualResponse": body, "deviation": deviation}
    text = f"Contract violation: server - {deviation}"
    api_of(request).reporter.error(text, category="CONTRACT_VIOLATION", severity="high", contract=section)


def tell(request: Request, endpoint: str, kind: str, deviation: str, actual: Json, **data: Any) -> None:
    """Report one violation that the service found itself, in the platform's shape."""
    agreed, at_ms = find_contract(endpoint), now_ms()
    told = api_of(request).told
    told[endpoint] += 1
    violation = {
        "id": f"violation_{at_ms}_{secrets.token_hex(4)}",
        "contractId": agreed["id"],
        "timestamp": iso(at_ms),
        "violationType": kind,
        **actual,
        "expectedContract": agreed,
        "deviation": deviation,
        "severity": "high" if kind == "response_mismatch" else "medium",
    }
    api_of(request).reporter.contract_check(
        contract_id=agreed["id"],
        checked=told[endpoint],
        violations=told[endpoint],
        last_violation=violation,
        endpoint=endpoint,
        violationsFound=1,
        **data,
    )
