"""Service contracts: parameters and JSON bodies checked against what was agreed, in the platform's own shape."""

import re
import secrets
from typing import Any

from console.demo.clock import Clock, iso, now_ms
from console.reporter import Reporter

Json = dict[str, Any]

_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}
# (keyword, what it compares, does the value break it?)
_BOUNDS = (
    ("minLength", str, lambda value, bound: len(value) < bound, "is shorter than"),
    ("maxLength", str, lambda value, bound: len(value) > bound, "is longer than"),
    ("pattern", str, lambda value, bound: re.search(bound, value) is None, "does not match pattern:"),
    ("minimum", (int, float), lambda value, bound: value < bound, "is below"),
    ("maximum", (int, float), lambda value, bound: value > bound, "is above"),
    ("maxItems", list, lambda value, bound: len(value) > bound, "has more items than"),
)


def find_deviations(value: Any, schema: Json, path: str = "$") -> list[str]:
    """Where `value` breaks `schema` (the subset of JSON Schema that the contracts use); empty when it holds."""
    wanted = schema.get("type")
    if wanted is not None:
        names = wanted if isinstance(wanted, list) else [wanted]
        if not any(_is_a(value, name) for name in names):
            return [f"{path}: expected {' or '.join(names)}, got {type(value).__name__}"]
    found = [
        f"{path} {words} {schema[keyword]}"
        for keyword, kinds, breaks, words in _BOUNDS
        if keyword in schema and isinstance(value, kinds) and breaks(value, schema[keyword])
    ]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{path} is none of {schema['enum']}")
    if isinstance(value, dict):
        found += [f"{path}.{name}: required, but missing" for name in schema.get("required", ()) if name not in value]
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                found += find_deviations(value[name], inner, f"{path}.{name}")
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            found += find_deviations(item, schema["items"], f"{path}[{index}]")
    return found


def find_param_deviations(params: Json, expected: list[Json]) -> list[str]:
    """Deviations of query parameters from `expectedParams` of a contract. Numbers may arrive as text."""
    found = []
    for rule in expected:
        name = rule["name"]
        if name not in params:
            if rule.get("required"):
                found.append(f"Missing required parameter: {name}")
            continue
        value = _as_number(params[name]) if rule.get("type") in {"number", "integer"} else params[name]
        found += find_deviations(value, rule, f"Parameter '{name}'")
    return found


class ContractMonitor:
    """Counts checks of one contract and reports them: each violation at once, and every tenth check that held."""

    def __init__(self, reporter: Reporter, contract: Json, *, clock: Clock = now_ms) -> None:
        self.contract = contract
        self._reporter = reporter
        self._clock = clock
        self._checked = 0
        self._violations = 0

    def check(self, deviations: list[str], *, kind: str, **actual: Any) -> None:
        """Record one check. `kind` is `param_mismatch`, `response_mismatch` or `timeout`."""
        self._checked += 1
        self._violations += len(deviations)
        if not deviations and self._checked % 10:
            return
        violation = self._violation(deviations[0], kind, actual) if deviations else None
        self._reporter.contract_check(
            contract_id=self.contract["id"],
            checked=self._checked,
            violations=self._violations,
            last_violation=violation,
            endpoint=self.contract["endpoint"],
            violationsFound=len(deviations),
        )

    def _violation(self, deviation: str, kind: str, actual: Json) -> Json:
        at_ms = self._clock()
        return {
            "id": f"violation_{at_ms}_{secrets.token_hex(4)}",
            "contractId": self.contract["id"],
            "timestamp": iso(at_ms),
            "violationType": kind,
            **actual,
            "expectedContract": self.contract,
            "deviation": deviation,
            "severity": "high" if kind == "response_mismatch" else "medium",
        }


def _is_a(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])


def _as_number(text: Any) -> Any:
    try:
        return float(text)
    except (TypeError, ValueError):
        return text
