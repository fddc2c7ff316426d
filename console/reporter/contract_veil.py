"""What a service tells, and checks, of secrets: that they are there, and nothing about their value.

Values under secret names leave the service as "[masked]" (`masking`), so whoever checks them elsewhere could only go wrong;
and the masking would put that word in the place of a schema whose property is named `token`, which is no schema then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.reporter.contracts.contract import Contract
from console.reporter.secret_keys import is_secret_key

_NAMED_SCHEMAS = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies")
_NAMED_LISTS = ("dependentRequired",)
_VALUES = ("const", "enum", "default", "examples")
_DEEPEST = 200


def veil(contract: Contract) -> Contract:
    """Return the contract with schemas under secret names open to anything, and secret parameters to any text."""
    return replace(
        contract,
        params=tuple(_veil_param(rule) for rule in contract.params),
        request=None if contract.request is None else _veil(contract.request),
        responses={status: _veil(schema) for status, schema in contract.responses.items()},
    )


def _veil_param(rule: dict[str, Any]) -> dict[str, Any]:
    if not is_secret_key(rule["name"]):
        return rule
    return {key: rule[key] for key in ("name", "in", "required") if key in rule}


def _veil(schema: Any, depth: int = 0) -> Any:
    if isinstance(schema, list):
        return [_veil(one, depth + 1) for one in schema] if depth < _DEEPEST else schema
    if not isinstance(schema, dict) or depth >= _DEEPEST:
        return schema
    veiled: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in _NAMED_SCHEMAS and isinstance(value, dict):
            veiled[keyword] = {name: True if is_secret_key(name) else _veil(one, depth + 1) for name, one in value.items()}
        elif keyword in _NAMED_LISTS and isinstance(value, dict):
            veiled[keyword] = {name: names for name, names in value.items() if not is_secret_key(name)}
        else:
            veiled[keyword] = value if keyword in _VALUES else _veil(value, depth + 1)
    return veiled
