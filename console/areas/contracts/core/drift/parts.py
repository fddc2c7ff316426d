"""What of an exchange is observed, and in which statistics it goes."""

from __future__ import annotations

from typing import Any

from console.reporter.contracts.contract import Contract
from console.reporter.contracts.exchange import ABSENT, Exchange
from console.reporter.contracts.params import read_params

REQUEST, RESPONSE = "request", "response"
PARAMS, BODY = "params", "body"
"""The two parts of an observed request; `params` leaves no step in a path, so that paths read `q` and `body.title`."""


def parts_of(exchange: Exchange, contract: Contract | None) -> tuple[tuple[str, str, Any], ...]:
    """Return (direction, class of status, value to fold) for each part that the exchange tells of.

    A request that was refused (4xx) tells how the service keeps its promise, not what callers send: it is left out.
    """
    status = "" if exchange.status is None else f"{exchange.status // 100}xx"
    answer = (RESPONSE, status, exchange.response if _is_spoken_of(exchange.status, contract) else ABSENT)
    if status == "4xx":
        return (answer,)
    request: dict[str, Any] = {}
    if exchange.params is not None:
        request[PARAMS] = _params(exchange, contract)
    if exchange.request is not ABSENT:
        request[BODY] = exchange.request
    if not request:
        return (answer,) if status else ()
    return ((REQUEST, "", request), answer) if status else ((REQUEST, "", request),)


def _is_spoken_of(status: int | None, contract: Contract | None) -> bool:
    """Whether the contract promises something of this very status, or nothing of any in its class."""
    if contract is None or contract.response_for(status) is not None:
        return True
    return not any(key[:1] == str(status)[:1] for key in contract.responses)


def _params(exchange: Exchange, contract: Contract | None) -> dict[str, Any]:
    given = {**(exchange.params or {}), **exchange.path_params}
    if contract is None or not contract.params:
        return given
    body = exchange.request
    if isinstance(body, dict) and contract.method not in ("GET", "HEAD"):
        # The platform's form does not say where a parameter stands: what is not in the query may be in the body.
        inside = {rule["name"] for rule in contract.params if "in" not in rule} & body.keys() - given.keys()
        given |= {name: body[name] for name in inside}
    return read_params(given, contract.params)
