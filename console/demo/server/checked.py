"""Read parameters and give answers under a contract: each is checked, and a deviation is reported."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from console.demo.clock import elapsed_ms
from console.demo.contract import find_deviations, find_param_deviations
from console.demo.server.http import ApiError, api_of


def read_params(request: Request, endpoint: str) -> dict[str, str]:
    """The query parameters. Raises `ApiError` and counts a violation when they break the contract."""
    monitor = api_of(request).monitors[endpoint]
    params = dict(request.query_params)
    deviations = find_param_deviations(params, monitor.contract["expectedParams"])
    if deviations:
        monitor.check(deviations, kind="param_mismatch", actualRequest=params)
        raise ApiError(
            400,
            "VALIDATION_FAILED",
            deviations[0],
            contract={
                "contractId": monitor.contract["id"],
                "expectedParams": monitor.contract["expectedParams"],
                "actualParams": params,
                "deviation": deviations[0],
            },
        )
    return params


def checked_answer(request: Request, endpoint: str, body: dict[str, Any], started: float) -> Response:
    """The answer as it is, also when it breaks the contract: then the break is reported as an error of ours."""
    api = api_of(request)
    monitor = api.monitors[endpoint]
    contract = monitor.contract
    took_ms = elapsed_ms(started)
    deviations = find_deviations(body, contract["expectedResponse"], "response")
    if deviations:
        monitor.check(deviations, kind="response_mismatch", actualResponse=body)
        api.reporter.error(
            f"Contract violation: server - {deviations[0]}",
            category="CONTRACT_VIOLATION",
            severity="high",
            contract={
                "contractId": contract["id"],
                "expectedResponse": contract["expectedResponse"],
                "actualResponse": body,
                "deviation": deviations[0],
            },
        )
    elif took_ms > contract["timeout"]:
        late = f"took {took_ms} ms, {contract['timeout']} ms were agreed"
        monitor.check([late], kind="timeout", actualDurationMs=took_ms)
    else:
        monitor.check([], kind="response_mismatch")
    return JSONResponse(body)


def stopwatch() -> float:
    """The reading that `checked_answer` measures from."""
    return time.perf_counter()
