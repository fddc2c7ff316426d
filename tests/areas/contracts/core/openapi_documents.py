"""Small OpenAPI documents, and what is read of them."""

import json
from typing import Any

from console.areas.contracts.core.documents import read_documents
from console.reporter.contracts.contract import Contract


def document(paths: dict[str, Any], version: str = "3.1.0", **more: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "Users", "version": "1.2.0"}, "paths": paths, **more}


def body(schema: Any, kind: str = "application/json") -> dict[str, Any]:
    return {"content": {kind: {"schema": schema}}}


def only(read: dict[str, Any]) -> Contract:
    documents = read_documents(json.dumps(read), "users.json")
    assert documents.problems == ()
    assert documents.kind == "openapi"
    (contract,) = documents.contracts
    return contract


def of_schema(schema: Any, version: str = "3.0.3", schemas: Any = None, direction: str = "response") -> Any:
    """What a schema becomes in an answer or a request."""
    operation = {"responses": {"200": body(schema)}} if direction == "response" else {"requestBody": body(schema)}
    contract = only(document({"/x": {"post": operation}}, version, components={"schemas": schemas or {}}))
    return contract.responses["200"] if direction == "response" else contract.request
