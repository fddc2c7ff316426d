"""An OpenAPI document as contracts: each method of each path is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from console.areas.contracts.core.openapi.operations import Place, Whole, endpoint_of, read_operation
from console.areas.contracts.core.openapi.own import OTHERS
from console.areas.contracts.core.openapi.pointers import Unreadable, resolve
from console.areas.contracts.core.openapi.schemas import Schemas
from console.areas.contracts.core.reading import Found, Read
from console.areas.contracts.core.source_tokens import Path, steps
from console.reporter.contracts.contract import ContractError, read_contract

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_KNOWN = re.compile(r"3\.([01])(?:\.\d+)?")


def is_openapi(document: Any) -> bool:
    """Return whether the document says that it is one, of whatever version."""
    return isinstance(document, dict) and ("openapi" in document or "swagger" in document)


def read_openapi(document: dict[str, Any], name: str) -> Iterator[Read | Found]:
    """Yield the contracts of a document and what is wrong in it; an operation with a problem is left out.

    The service is `x-service`, else `info.title`, else `name`; the version `info.version`.
    """
    version = _KNOWN.fullmatch(str(document.get("openapi", "")))
    if version is None:
        yield _unknown_version(document)
        return
    info = document.get("info")
    number = info.get("version") if isinstance(info, dict) else None
    if isinstance(number, bool) or not isinstance(number, str | int | float) or not str(number).strip():
        yield Found(("info", "version"), "is missing" if number is None else "wants a text")
        return
    titles = (document.get("x-service"), info.get("title") if info else None)
    service = next((text.strip() for text in titles if isinstance(text, str) and text.strip()), name)
    whole = Whole(document, Schemas(document, is_old=version[1] == "0"), service, str(number).strip())
    yield from _paths(whole)
    yield from _others(document)


def _unknown_version(document: dict[str, Any]) -> Found:
    key = "openapi" if "openapi" in document else "swagger"
    given = str(document[key])[:20]
    advice = "convert the document to 3.0 or 3.1 first" if given.startswith(("1", "2")) else "only 3.0 and 3.1 are read"
    return Found((key,), f"OpenAPI {given} is not read: {advice}")


def _paths(whole: Whole) -> Iterator[Read | Found]:
    paths = whole.document.get("paths", {})
    if not isinstance(paths, dict):
        yield Found(("paths",), "wants an object")
        return
    for template, given in paths.items():
        if template.startswith("x-"):
            continue
        where: Path = ("paths", template)
        try:
            if not template.startswith("/"):
                raise Unreadable(where, "a path begins with /")
            item, where = resolve(whole.document, given, where)
        except Unreadable as error:
            yield Found(error.path, error.what, template)
            continue
        for method in METHODS:
            if method in item:
                yield _operation(whole, Place(template, item, where, method, (*where, method)))


def _operation(whole: Whole, place: Place) -> Read | Found:
    try:
        return read_operation(whole, place)
    except Unreadable as error:
        return Found(error.path, error.what, f"{place.method.upper()} {endpoint_of(whole, place)}")


def _others(document: dict[str, Any]) -> Iterator[Read | Found]:
    others = document.get(OTHERS, [])
    if not isinstance(others, list):
        yield Found((OTHERS,), "wants a list of contracts")
        return
    for index, one in enumerate(others):
        try:
            yield Read(read_contract(one), (OTHERS, index), {})
        except ContractError as error:
            yield Found((OTHERS, index, *steps(error.path)), error.problem)
