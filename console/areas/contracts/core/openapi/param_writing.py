"""ParamSchema rules as parameters of OpenAPI, and endpoint templates as its paths."""

from __future__ import annotations

import re
from typing import Any

from console.areas.contracts.core.openapi.params import WRITTEN, read_rule
from console.areas.contracts.core.openapi.pointers import Unreadable
from console.areas.contracts.core.openapi.schemas import REQUEST, Schemas
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.params import SCHEMA_KEYWORDS

_HOLE = re.compile(r"\{([^{}/]*)\}")
_OUTSIDE = ("description", "deprecated")
"""What OpenAPI says of a parameter beside its schema."""
_WAYS = ("style", "explode", "allowReserved")
_NO_SCHEMAS = Schemas({}, is_old=False)


def path_and_names(endpoint: str) -> tuple[str, list[str]]:
    """Return an endpoint as OpenAPI writes it, and the names of what is open: `:id` and `*` become `{id}`, `{part2}`."""
    segments = endpoint.split("/") if endpoint.startswith("/") else ["", *endpoint.split("/")]
    path = "/".join(_segment(segment, place) for place, segment in enumerate(segments))
    return path, _HOLE.findall(path)


def _segment(segment: str, place: int) -> str:
    if len(segment) > 1 and segment[0] == ":":
        return f"{{{segment[1:]}}}"
    return f"{{part{place}}}" if segment == "*" else segment


def write_params(contract: Contract, path: str) -> list[dict[str, Any]]:
    """Return the parameters but those in the body; what is open in the path and in no contract is marked as such."""
    names = _HOLE.findall(path)
    written = [_param(rule, names) for rule in contract.params if rule.get("in") != "body"]
    declared = {param["name"] for param in written if param["in"] == "path"}
    written += [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}, "x-undeclared": True}
        for name in dict.fromkeys(names)
        if name not in declared
    ]
    return written


def _param(rule: dict[str, Any], names: list[str]) -> dict[str, Any]:
    place = rule.get("in") or ("path" if rule["name"] in names else "query")
    param: dict[str, Any] = {"name": rule["name"], "in": place, "required": rule.get("required") is True or place == "path"}
    param |= {key: rule[key] for key in _OUTSIDE if key in rule}
    param |= {key: rule[key] for key in _WAYS if key in rule}
    param["schema"] = (
        rule["schema"]
        if _is_readable(rule.get("schema"))
        else {key: rule[key] for key in SCHEMA_KEYWORDS if key in rule and key not in _OUTSIDE and key != "required"}
    )
    read = read_rule(_NO_SCHEMAS, param, ()) or {}
    if differing := {key: rule.get(key) for key in {**rule, **read} if read.get(key) != rule.get(key)}:
        param[WRITTEN] = differing
    return param


def _is_readable(schema: Any) -> bool:
    """Whether this is a schema that stands by itself: nobody has looked at what is not checked."""
    try:
        return isinstance(schema, dict) and _NO_SCHEMAS.whole(schema, (), REQUEST) is not None
    except Unreadable:
        return False
