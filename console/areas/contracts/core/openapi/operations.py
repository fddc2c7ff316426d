"""One operation of an OpenAPI document as a contract."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from console.areas.contracts.core.openapi.own import marks_of
from console.areas.contracts.core.openapi.params import read_params
from console.areas.contracts.core.openapi.pointers import Unreadable, resolve
from console.areas.contracts.core.openapi.schemas import REQUEST, RESPONSE, Schemas
from console.areas.contracts.core.reading import Read
from console.areas.contracts.core.source_tokens import Path, steps
from console.reporter.contracts.contract import Contract, ContractError, Schema, read_contract, write_contract

_STATUS = re.compile(r"[1-5](?:\d\d|xx)|default", re.IGNORECASE)
_JSON = re.compile(r"(?:application|text)/json|[^/]+/[^/]+\+json", re.IGNORECASE)
_ANY_MEDIA = ("application/*", "*/*")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s)?")


@dataclass(frozen=True, slots=True)
class Whole:
    """What operations take from their document."""

    document: dict[str, Any]
    schemas: Schemas
    service: str
    version: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation stands: its path item, resolved, at `item_path`, and itself at `path`."""

    template: str
    item: dict[str, Any]
    item_path: Path
    method: str
    path: Path


def endpoint_of(whole: Whole, place: Place) -> str:
    """Return the path of the operation with that of its first server before it."""
    operation = place.item.get(place.method)
    for holder in (operation, place.item, whole.document):
        servers = holder.get("servers") if isinstance(holder, dict) else None
        if isinstance(servers, list) and servers:
            return _base_path(servers[0]) + place.template
    return place.template


def read_operation(whole: Whole, place: Place) -> Read:
    """Return the contract; raises `Unreadable`, also for what one of its schemas refers to."""
    operation = place.item[place.method]
    if not isinstance(operation, dict):
        raise Unreadable(place.path, "an operation is an object")
    holders = ((place.item, place.item_path), (operation, place.path))
    lists = [(holder["parameters"], (*path, "parameters")) for holder, path in holders if "parameters" in holder]
    params, param_places = read_params(whole.document, whole.schemas, lists)
    places = {f"param:{name}": path for name, path in param_places.items()}
    responses, response_places = _responses(whole, operation, place.path)
    request, request_path, is_required = _request(whole, operation, place.path)
    marks = marks_of(operation, place.path)
    request = marks.request if marks.body_params else request
    if request_path and not marks.body_params:
        places["request"] = request_path
    contract = Contract(
        service=marks.service or whole.service,
        endpoint=marks.endpoint or endpoint_of(whole, place),
        version=marks.version or whole.version,
        method=place.method.upper() if marks.method is None else marks.method,
        params=params + marks.body_params,
        request=request,
        responses=responses,
        timeout_ms=_timeout(whole, place, operation),
        id=marks.id,
        title=_title(operation),
        deprecated=operation.get("deprecated") is True,
        is_request_required=None if request is None or marks.is_unsaid else is_required,
    )
    _assure(contract, place.path, list(param_places.values()))
    return Read(contract, place.path, places | response_places or {"": place.path})


def _assure(contract: Contract, path: Path, params: list[Path]) -> None:
    """Raise `Unreadable` when the platform's form could not hold the contract."""
    try:
        read_contract(write_contract(contract))
    except ContractError as error:
        match steps(error.path):
            case ("expectedParams", int(index), *_) if index < len(params):
                raise Unreadable(params[index], f"{error.path.rpartition('.')[2]} {error.problem}") from None
        raise Unreadable(path, f"makes no contract: {error}") from None


def _request(whole: Whole, operation: dict[str, Any], path: Path) -> tuple[Schema | None, Path, bool]:
    """Return the body's schema, where it stands, and whether it has to be sent (OpenAPI: only where that is said)."""
    if "requestBody" not in operation:
        return None, (), False
    body, where = resolve(whole.document, operation["requestBody"], (*path, "requestBody"))
    is_required = body.get("required", False)
    if not isinstance(is_required, bool):
        raise Unreadable((*where, "required"), "wants true or false")
    schema, where = _body_schema(whole, body, where, REQUEST) or (None, ())
    return schema, where, is_required


def _responses(whole: Whole, operation: dict[str, Any], path: Path) -> tuple[dict[str, Schema], dict[str, Path]]:
    """Return the schema of each status; an answer without JSON promises its status only."""
    schemas: dict[str, Schema] = {}
    places: dict[str, Path] = {}
    given = operation.get("responses", {})
    if not isinstance(given, dict):
        raise Unreadable((*path, "responses"), "wants an object")
    for status, response in given.items():
        where: Path = (*path, "responses", status)
        if status.startswith("x-"):
            continue
        if not _STATUS.fullmatch(status):
            raise Unreadable(where, "is no status: use 200, 4XX or default")
        described, where = resolve(whole.document, response, where)
        schema, where = _body_schema(whole, described, where, RESPONSE) or (True, where)
        schemas[status.lower()], places[status.lower()] = schema, where
    return schemas, places


def _body_schema(whole: Whole, holder: dict[str, Any], path: Path, direction: str) -> tuple[Schema, Path] | None:
    """Return what a body promises where it is JSON: one of the schemas, when there are several kinds of JSON."""
    content = holder.get("content", {})
    if not isinstance(content, dict):
        raise Unreadable((*path, "content"), "wants an object")
    kinds = [kind for kind in content if _JSON.fullmatch(kind.partition(";")[0].strip())]
    kinds = kinds or [kind for kind in _ANY_MEDIA if kind in content]
    medias = [resolve(whole.document, content[kind], (*path, "content", kind)) for kind in kinds]
    distinct: list[tuple[Any, Path]] = []
    for media, where in medias:
        schema = media.get("schema", True)
        if all(schema != other for other, _ in distinct):
            distinct.append((schema, (*where, "schema")))
    if not distinct:
        return None
    together = distinct[0][0] if len(distinct) == 1 else {"anyOf": [schema for schema, _ in distinct]}
    return whole.schemas.whole(together, distinct[0][1], direction), distinct[0][1]


def _title(operation: dict[str, Any]) -> str:
    return next((operation[key] for key in ("summary", "operationId") if isinstance(operation.get(key), str)), "")


def _timeout(whole: Whole, place: Place, operation: dict[str, Any]) -> float | None:
    holders = ((operation, place.path), (place.item, place.item_path), (whole.document, ()))
    for holder, path in holders:
        for key in ("x-timeout-ms", "x-timeout"):
            if key in holder:
                return _milliseconds(holder[key], (*path, key))
    return None


def _milliseconds(value: Any, path: Path) -> float:
    """Numbers are milliseconds; texts may name their unit (`30s`)."""
    match = _DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if match:
        value = float(match[1]) * (1000 if match[2] == "s" else 1)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**53:
        raise Unreadable(path, f"wants milliseconds above 0, not {value!r:.40}")
    return float(value)


def _base_path(server: Any) -> str:
    url = server.get("url", "") if isinstance(server, dict) else ""
    variables = server.get("variables") if isinstance(server, dict) else None
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        default = variable.get("default") if isinstance(variable, dict) else None
        url = url.replace(f"{{{name}}}", str(default)) if isinstance(url, str) and default is not None else url
    try:
        path = urlsplit(url).path if isinstance(url, str) else ""
    except ValueError:
        return ""
    path = path.strip("./")
    return f"/{path}" if path else ""
