"""ParamSchema, the platform's way to promise a parameter, as JSON Schema; and the texts of a query as values."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from console.reporter.contracts.contract import PARAM_KEYWORDS

SCHEMA_KEYWORDS = (
    *PARAM_KEYWORDS, "format", "const", "multipleOf", "exclusiveMinimum", "exclusiveMaximum", "items", "minItems",
    "maxItems", "uniqueItems", "properties", "required", "additionalProperties", "minProperties", "maxProperties",
    "anyOf", "oneOf", "allOf", "not", "title", "description", "default", "examples", "deprecated",
)  # fmt: skip
"""What a rule may say in the words of JSON Schema; beyond the platform's own keywords, as OpenAPI documents have them."""
_INTEGER = re.compile(r"-?\d{1,300}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,300}(?:\.\d{1,300})?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_TRUTH = {"true": True, "false": False}


def params_schema(params: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the schema of an object that holds the parameters, open to others. Of two rules for a name the last counts."""
    return {
        "type": "object",
        "properties": {rule["name"]: param_schema(rule) for rule in params},
        "required": [name for name, rule in {rule["name"]: rule for rule in params}.items() if rule.get("required") is True],
    }


def param_schema(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of the value of one parameter; keywords that are null say nothing."""
    return {
        key: rule[key]
        for key in SCHEMA_KEYWORDS
        if rule.get(key) is not None and not (key == "required" and isinstance(rule[key], bool))
    }


def read_params(given: Mapping[str, Any], params: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the parameters with texts made numbers and booleans where the rule wants such and the text looks so.

    A text stays where the rule allows texts, or where it looks like nothing that is wanted: then it breaks the rule, as it
    should. One value of a parameter that may come several times becomes a list of one.
    """
    values = dict(given)
    for rule in params:
        value = values.get(rule["name"])
        if isinstance(value, str | list):
            values[rule["name"]] = _read(value, rule)
    return values


def _read(value: Any, rule: Mapping[str, Any]) -> Any:
    kind = rule.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    if "array" in kinds:
        items = rule.get("items")
        listed = value if isinstance(value, list) else [value] if "string" not in kinds else value
        return [_read(one, items) for one in listed] if isinstance(items, dict) and isinstance(listed, list) else listed
    return _from_text(value, kinds) if isinstance(value, str) and "string" not in kinds else value


def _from_text(text: str, kinds: list[Any]) -> Any:
    if "boolean" in kinds and text in _TRUTH:
        return _TRUTH[text]
    if ("integer" in kinds or "number" in kinds) and _INTEGER.fullmatch(text):
        return int(text)
    if ("integer" in kinds or "number" in kinds) and _NUMBER.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else text
    return None if "null" in kinds and text in ("", "null") else text
