"""Contracts as text for files: JSON and YAML in the platform's form, which `read_documents` reads back as they were."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from console.areas.contracts.core.openapi.writing import plain_number, to_openapi
from console.reporter.contracts.contract import Contract, write_contract

__all__ = ["openapi_text", "to_json", "to_openapi", "to_yaml", "yaml_text"]


def to_json(contracts: Iterable[Contract]) -> str:
    """Return `{"contracts": [...]}`, indented, keys in the order of the platform's form."""
    return json_text({"contracts": [_document(one) for one in contracts]})


def to_yaml(contracts: Iterable[Contract]) -> str:
    """Return the same in YAML's block style."""
    return yaml_text({"contracts": [_document(one) for one in contracts]})


def openapi_text(contracts: Iterable[Contract], title: str) -> str:
    """Return the contracts as an OpenAPI 3.1 document in JSON."""
    return json_text(to_openapi(contracts, title))


def json_text(value: Any) -> str:
    """Return a JSON value as indented text that ends its last line."""
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def yaml_text(value: Any) -> str:
    """Return a JSON value as YAML that readers of YAML 1.1 and of 1.2 understand alike: texts that either would take
    for something else are quoted.
    """
    from console.areas.contracts.core.yaml_writing import dump  # YAML is loaded only where it is asked for

    return dump(value)


def _document(contract: Contract) -> dict[str, Any]:
    """Return the platform's form, with the time-out as people write it: 500, not 500.0."""
    document = write_contract(contract)
    if contract.timeout_ms is not None:
        document["timeout"] = plain_number(contract.timeout_ms)
    return document
