"""Contracts as an OpenAPI 3.1 document. What OpenAPI has no place for stands under `x-contract` (see `own`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from console.areas.contracts.core.openapi.hoisting import Components
from console.areas.contracts.core.openapi.own import KEY, OTHERS
from console.areas.contracts.core.openapi.param_writing import path_and_names, write_params
from console.reporter.contracts.contract import Contract, Schema, write_contract
from console.reporter.contracts.matching import version_key
from console.reporter.contracts.params import params_schema

_WITH_BODY = ("post", "put", "patch", "delete", "get")
_WITHOUT_BODY = ("get", "post", "put", "patch", "delete")
_METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace"))


def to_openapi(contracts: Iterable[Contract], title: str) -> dict[str, Any]:
    """Return one document for all the contracts; reading it gives the same contracts.

    A path and method stands once in a document: for the newest version of it. Older versions, and endpoints of the same
    path in other services, stand under `x-contracts` in the platform's form.
    """
    ordered = sorted(contracts, key=lambda one: version_key(one.version), reverse=True)
    version = _most_common([one.version for one in ordered])
    writing = _Writing(title, version, Components())
    for contract in sorted(ordered, key=lambda one: (one.method == "", one.service, one.endpoint)):
        writing.add(contract)
    return writing.document()


class _Writing:
    def __init__(self, title: str, version: str, components: Components) -> None:
        self._title, self._version, self._components = title, version, components
        self._paths: dict[str, dict[str, Any]] = {}
        self._others: list[dict[str, Any]] = []

    def add(self, contract: Contract) -> None:
        path, _ = path_and_names(contract.endpoint)
        item = self._paths.get(path, {})
        method = _method(contract, item)
        if method is None or method in item:
            self._others.append(write_contract(contract))
            return
        self._paths.setdefault(path, {})[method] = self._operation(contract, path, method)

    def document(self) -> dict[str, Any]:
        """Return what was added as a document."""
        info = {"title": self._title, "version": self._version}
        document: dict[str, Any] = {"openapi": "3.1.1", "info": info, "paths": self._paths}
        if self._components.schemas:
            document["components"] = {"schemas": self._components.schemas}
        if self._others:
            document[OTHERS] = self._others
        return document

    def _operation(self, contract: Contract, path: str, method: str) -> dict[str, Any]:
        name = f"{contract.service} {method} {path}"
        operation: dict[str, Any] = {"summary": contract.title} if contract.title else {}
        if contract.deprecated:
            operation["deprecated"] = True
        if params := write_params(contract, path):
            operation["parameters"] = params
        request, body_params = self._request(contract, f"{name} request")
        if request is not None:
            operation["requestBody"] = _json(request) | ({"required": True} if _wants_body(contract) else {})
        operation["responses"] = {
            _status(key): self._response(key, schema, f"{name} {key}") for key, schema in contract.responses.items()
        }
        if contract.timeout_ms is not None:
            operation["x-timeout-ms"] = plain_number(contract.timeout_ms)
        if marks := self._marks(contract, path, method, body_params):
            operation[KEY] = marks
        return operation

    def _request(self, contract: Contract, name: str) -> tuple[Schema | None, list[dict[str, Any]]]:
        """Return the body's schema with the parameters that travel in it, and these."""
        request = None if contract.request is None else self._components.hoisted(contract.request, name)
        inside = [param for param in contract.params if param.get("in") == "body"]
        if not inside:
            return request, []
        wanted = params_schema(inside)
        return wanted if request is None else {"allOf": [request, wanted]}, inside

    def _response(self, status: str, schema: Schema, name: str) -> dict[str, Any]:
        described: dict[str, Any] = {"description": _description(status)}
        return described if schema is True else described | _json(self._components.hoisted(schema, name))

    def _marks(self, contract: Contract, path: str, method: str, body_params: Sequence[dict[str, Any]]) -> dict[str, Any]:
        told = {"service": self._title, "version": self._version, "endpoint": path, "method": method.upper(), "id": ""}
        marks: dict[str, Any] = {key: own for key, other in told.items() if (own := getattr(contract, key)) != other}
        if body_params:
            marks["bodyParams"] = list(body_params)
            if contract.request is not None:
                marks["request"] = contract.request
        if contract.request is not None and contract.is_request_required is None:
            marks["requestUnsaid"] = True
        return marks


def _method(contract: Contract, item: dict[str, Any]) -> str | None:
    """Return the method to write it under; one that any method fits takes a free one. None: OpenAPI has no such method."""
    if contract.method:
        method = contract.method.lower()
        return method if method in _METHODS else None
    free = _WITHOUT_BODY if contract.request is None else _WITH_BODY
    return next((method for method in free if method not in item), None)


def _wants_body(contract: Contract) -> bool:
    """Whether a body has to be sent: also where that is not said, as comparing takes it."""
    if contract.request is None:
        return any(rule.get("in") == "body" and rule.get("required") is True for rule in contract.params)
    return contract.is_request_required is not False


def plain_number(value: float) -> int | float:
    """Return the number without a fraction of nothing."""
    return int(value) if value.is_integer() else value


def _json(schema: Schema) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def _status(key: str) -> str:
    return key.upper() if key.endswith("xx") else key


def _description(status: str) -> str:
    words = {"1": "In progress", "2": "Success", "3": "Elsewhere", "4": "Refused", "5": "Failed"}
    return words.get(status[:1], "Any other answer")


def _most_common(versions: Sequence[str]) -> str:
    """Return the version of most contracts, of equally common ones the first."""
    return Counter(versions).most_common(1)[0][0] if versions else "0"
