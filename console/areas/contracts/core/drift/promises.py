"""What a contract promises of what goes in one direction, as one schema with the places that `parts.py` folds."""

from __future__ import annotations

from typing import Any, NamedTuple

from console.areas.contracts.core.compatibility.schemas import is_comparable, mapped, plain
from console.areas.contracts.core.drift.parts import BODY, PARAMS, REQUEST
from console.areas.contracts.core.drift.promised import Reader
from console.reporter.contracts.contract import Contract, Schema
from console.reporter.contracts.params import params_schema
from console.reporter.contracts.templates import open_names

_CACHED = 512


class Promises(NamedTuple):
    """`schema` is None where the contract does not speak of this direction and status."""

    reader: Reader
    schema: Schema | None


def promises_of(contract: Contract | None, direction: str, status: str) -> Promises:
    """Return what the contract says of this direction and class of status; read once per contract while it is in use."""
    if contract is None:
        return Promises(Reader(True), None)
    key = (id(contract), direction, status)
    known = _KNOWN.get(key)
    if known is None:
        if len(_KNOWN) >= _CACHED:
            _KNOWN.clear()
        parts = [contract.request, *contract.responses.values()]
        can_be_read = all(is_comparable(part) for part in parts if part is not None)
        schema = None
        if can_be_read:
            schema = _request(contract) if direction == REQUEST else _response(contract, status)
        known = _KNOWN[key] = (contract, Promises(Reader(True if schema is None else schema), schema))
    return known[1]


_KNOWN: dict[tuple[int, str, str], tuple[Contract, Promises]] = {}


def _response(contract: Contract, status: str) -> Schema | None:
    """Return the schema that all answers of this class of status keep to (`parts_of` folds only those spoken of)."""
    exact = [schema for key, schema in contract.responses.items() if key[:1] == status[:1] and key[1:] != "xx"]
    general = contract.responses.get(status, contract.responses.get("default"))
    spoken = [*exact, *([general] if general is not None else [])]
    if len(spoken) < 2:
        return plain(spoken[0]) if spoken else None
    return {"anyOf": [rebased(schema, f"#/anyOf/{i}") for i, schema in enumerate(spoken)]}


def _request(contract: Contract) -> Schema | None:
    params, body = params_part(contract), body_part(contract)
    parts: dict[str, Any] = {} if params is None else {PARAMS: params}
    if body is not None:
        parts[BODY] = rebased(body, f"#/properties/{BODY}")
    return {"properties": parts} if parts else None


def rebased(schema: Schema, pointer: str) -> Schema:
    """Return the schema as it has to be to stand at the pointer of another: its references name what they named."""

    def moved(one: Schema) -> Schema:
        changed = mapped(one, lambda _, part: moved(part))
        ref = changed.get("$ref") if isinstance(changed, dict) else None
        if isinstance(changed, dict) and isinstance(ref, str) and (ref == "#" or ref.startswith("#/")):
            changed["$ref"] = pointer + ref[1:]
        return changed

    result = moved(plain(schema))
    if isinstance(result, dict):
        result.pop("$id", None)
    return result


def params_part(contract: Contract) -> dict[str, Any] | None:
    """Return the schema of the parameters; those in the path are never required, since templates hide them."""
    places = open_names(contract.endpoint)
    rules = [rule for rule in contract.params if rule.get("in", "query") in ("query", "path")]
    if not rules:
        return None
    schema = params_schema(rules)
    in_path = {rule["name"] for rule in rules if rule.get("in") == "path" or ("in" not in rule and rule["name"] in places)}
    schema["required"] = [name for name in schema["required"] if name not in in_path]
    return schema


def body_part(contract: Contract) -> Schema | None:
    """Return the schema of the body: the contract's own, with the parameters that are said to stand in it."""
    rules = [rule for rule in contract.params if rule.get("in") == "body"]
    if not rules:
        return contract.request
    inside = params_schema(rules)
    if contract.request is None:
        return inside
    return {"allOf": [rebased(contract.request, "#/allOf/0"), inside]}
