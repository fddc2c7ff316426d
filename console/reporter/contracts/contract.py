"""What a service promises about one endpoint, in the platform's form (`ServiceContract`) with schemas inside.

The platform's form is `{serviceName, endpoint, contractVersion, expectedParams, expectedResponse, timeout}` with
`expectedParams` a list of ParamSchema: `{name, type, required, pattern, minLength, maxLength, minimum, maximum, enum}`.
Beyond it this form knows `method`, `title`, `expectedRequest` (the schema of the body) and `expectedResponses` (by status:
`200`, `4xx`, `default`), `requestRequired` and `deprecated`; `expectedResponse` is what a success (`2xx`) answers with. An
`endpoint` may name the method as well (`POST /users`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Schema: TypeAlias = dict[str, Any] | bool
"""A JSON Schema, 2020-12 unless its `$schema` says otherwise; it holds all that it refers to (`$defs`)."""

SUCCESS = "2xx"
PLACES = ("query", "path", "header", "cookie", "body")
TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
PARAM_KEYWORDS = ("type", "pattern", "minLength", "maxLength", "minimum", "maximum", "enum")
_STATUS = re.compile(r"[1-5](?:\d\d|xx)|default", re.IGNORECASE)
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}")
"""A token (RFC 9110, 5.6.2) of a length that a method may have."""
_BEFORE_PATH = re.compile(r"(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|QUERY)\s+(/.*)", re.IGNORECASE | re.DOTALL)


class ContractError(ValueError):
    """A document that is no contract; the text says where and what."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}" if path else problem)
        self.path, self.problem = path, problem


@dataclass(frozen=True, slots=True)
class Contract:
    """A promise about one endpoint in one version.

    `endpoint` is a path template as it was written; `:id`, `{id}` and `*` stand for one segment. `method` is upper case,
    "" for any. `params` are ParamSchema objects; one may say where it stands with `in` (`PLACES`, query by default).
    `responses` maps a status (`200`), a class of them (`4xx`) or `default` to the schema of the body. `id`: the producer's.
    `is_request_required`: whether a body has to be sent, None where that is not said.
    """

    service: str
    endpoint: str
    version: str
    method: str = ""
    params: tuple[dict[str, Any], ...] = ()
    request: Schema | None = None
    responses: Mapping[str, Schema] = field(default_factory=dict)
    timeout_ms: float | None = None
    id: str = ""
    title: str = ""
    deprecated: bool = False
    is_request_required: bool | None = None

    def response_for(self, status: int | None) -> tuple[str, Schema] | None:
        """Return the key and schema that answers with this status keep to, or None when nothing is promised.

        The most exact key counts (OpenAPI 3.1, Responses Object); an unknown status is taken for a success.
        """
        keys = [str(status), f"{str(status)[:1]}xx", "default"] if status is not None else [SUCCESS, "200", "default"]
        return next(((key, self.responses[key]) for key in keys if key in self.responses), None)


def read_contract(document: Any) -> Contract:
    """Return the contract in a decoded JSON object; raises `ContractError`. Schemas are not checked here."""
    if not isinstance(document, dict):
        raise ContractError("", f"a contract is an object, not {_kind(document)}")
    responses: dict[str, Schema] = {}
    others = _optional(document, "expectedResponses", dict) or {}
    for status, schema in others.items():
        if not _STATUS.fullmatch(str(status)):
            raise ContractError(f"expectedResponses.{status}", "is no status: use 200, 4xx or default")
        responses[str(status).lower()] = _schema(schema, f"expectedResponses.{status}")
    if document.get("expectedResponse") is not None:
        responses[SUCCESS] = _schema(document["expectedResponse"], "expectedResponse")
    request = document.get("expectedRequest")
    service = _text(document, "serviceName")
    method, endpoint = _method_and_endpoint(document)
    return Contract(
        service=service,
        endpoint=endpoint,
        version=_text(document, "contractVersion"),
        method=method,
        params=tuple(_param(one, f"expectedParams[{i}]") for i, one in enumerate(_params(document))),
        request=None if request is None else _schema(request, "expectedRequest"),
        responses=responses,
        timeout_ms=_timeout(document),
        id=_optional(document, "id", str) or "",
        title=_optional(document, "title", str) or "",
        deprecated=_optional(document, "deprecated", bool) or False,
        is_request_required=None if request is None else _optional(document, "requestRequired", bool),
    )


def write_contract(contract: Contract) -> dict[str, Any]:
    """Return the contract as a JSON object, in the platform's form; `read_contract` gives the same contract back."""
    document: dict[str, Any] = {
        "serviceName": contract.service,
        "endpoint": contract.endpoint,
        "method": contract.method,
        "contractVersion": contract.version,
        "title": contract.title,
        "expectedParams": list(contract.params),
        "expectedRequest": contract.request,
        "requestRequired": contract.is_request_required,
        "expectedResponse": contract.responses.get(SUCCESS),
        "expectedResponses": {key: schema for key, schema in contract.responses.items() if key != SUCCESS} or None,
        "timeout": _shortest(contract.timeout_ms),
        "id": contract.id,
        "deprecated": contract.deprecated or None,
    }
    keep = ("serviceName", "endpoint", "contractVersion", "expectedParams")
    return {name: value for name, value in document.items() if name in keep or value not in (None, "")}


def split_endpoint(text: str) -> tuple[str, str]:
    """Return the method that stands before a path, in upper case, and the path; "" and the text where none does."""
    parts = _BEFORE_PATH.fullmatch(text)
    return (parts[1].upper(), parts[2]) if parts else ("", text)


def _method_and_endpoint(document: dict[str, Any]) -> tuple[str, str]:
    """Return both, also where people write them as one: `POST /users`."""
    method = (_optional(document, "method", str) or "").strip()
    if method and not _METHOD.fullmatch(method):
        raise ContractError("method", f"is no HTTP method: {_shown(method)}")
    before, endpoint = split_endpoint(_text(document, "endpoint"))
    if before and method.upper() not in ("", before):
        raise ContractError("endpoint", f"begins with {before}, and method says {method.upper()}: which of them is meant?")
    return before or method.upper(), endpoint


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else f"{text[:39]}…")


def _params(document: dict[str, Any]) -> list[Any]:
    return _optional(document, "expectedParams", list) or []


def _param(rule: Any, path: str) -> dict[str, Any]:
    if not isinstance(rule, dict):
        raise ContractError(path, f"a parameter is an object, not {_kind(rule)}")
    name = rule.get("name")
    if not isinstance(name, str) or not name:
        raise ContractError(f"{path}.name", "wants the parameter's name as text")
    for one in rule["type"] if isinstance(rule.get("type"), list) else [rule.get("type", "string")]:
        if one not in TYPES:
            raise ContractError(f"{path}.type", f"is none of {', '.join(TYPES)}: {str(one)[:40]!r}")
    if rule.get("in", "query") not in PLACES:
        raise ContractError(f"{path}.in", f"is none of {', '.join(PLACES)}: {str(rule['in'])[:40]!r}")
    if not isinstance(rule.get("required", False), bool):
        raise ContractError(f"{path}.required", "wants true or false")
    return rule


def _schema(value: Any, path: str) -> Schema:
    if not isinstance(value, dict | bool):
        raise ContractError(path, f"a schema is an object, true or false, not {_kind(value)}")
    return value


def _timeout(document: dict[str, Any]) -> float | None:
    value = document.get("timeout", document.get("timeoutMs"))
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**53:
        raise ContractError("timeout", f"wants milliseconds above 0, not {value!r:.40}")
    return float(value)


def _shortest(number: float | None) -> float | None:
    """Return 1500 for 1500.0: documents are read by people."""
    return int(number) if isinstance(number, float) and number.is_integer() else number


def _text(document: dict[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ContractError(name, "is missing" if value is None else "wants a text")
    return value.strip()


def _optional(document: dict[str, Any], name: str, kind: type) -> Any:
    value = document.get(name)
    if value is not None and not isinstance(value, kind):
        words: dict[type, str] = {dict: "an object", list: "a list", str: "a text", bool: "true or false"}
        raise ContractError(name, f"wants {words[kind]}, not {_kind(value)}")
    return value


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")
