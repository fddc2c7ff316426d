"""What OpenAPI has no place for and a contract has: written by `exporting` under `x-contract`, and read back here."""

from __future__ import annotations

from typing import Any, NamedTuple

from console.areas.contracts.core.openapi.pointers import Unreadable
from console.areas.contracts.core.source_tokens import Path
from console.reporter.contracts.contract import ContractError, Schema, read_contract

KEY = "x-contract"
"""Of an operation: `{service, version, endpoint, method, id, bodyParams, request, requestUnsaid}`, each where it differs."""
OTHERS = "x-contracts"
"""Of a document: contracts in the platform's form that have no place of their own in it, such as older versions."""


class Marks(NamedTuple):
    """What `x-contract` says; "" and None where the operation's own place tells it.

    `is_unsaid`: the contract does not say whether a body has to be sent, which OpenAPI always does.
    """

    service: str = ""
    version: str = ""
    endpoint: str = ""
    method: str | None = None
    id: str = ""
    body_params: tuple[dict[str, Any], ...] = ()
    request: Schema | None = None
    is_unsaid: bool = False


def marks_of(operation: dict[str, Any], path: Path) -> Marks:
    """Return what the operation's `x-contract` says; raises `Unreadable`."""
    given = operation.get(KEY)
    if given is None:
        return Marks()
    if not isinstance(given, dict):
        raise Unreadable((*path, KEY), "wants an object")
    document = {
        "serviceName": given.get("service", "-"),
        "contractVersion": given.get("version", "-"),
        "endpoint": given.get("endpoint", "-"),
        "method": given.get("method"),
        "id": given.get("id"),
        "expectedParams": given.get("bodyParams"),
        "expectedRequest": given.get("request"),
    }
    try:
        contract = read_contract(document)
    except ContractError as error:
        raise Unreadable((*path, KEY), f"{error.path} {error.problem}".strip()) from None
    return Marks(
        service=contract.service if "service" in given else "",
        version=contract.version if "version" in given else "",
        endpoint=contract.endpoint if "endpoint" in given else "",
        method=contract.method if "method" in given else None,
        id=contract.id,
        body_params=contract.params,
        request=contract.request,
        is_unsaid=given.get("requestUnsaid") is True,
    )
