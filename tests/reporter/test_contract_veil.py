"""What is told of contracts keeps its meaning, but for secrets."""

from __future__ import annotations

from typing import Any

from console.reporter.contract_veil import veil
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.schema import checker_for
from console.reporter.masking import mask_value


def contract(response: Any, **more: Any) -> Contract:
    return Contract("server", "/x", "1.0.0", responses={"2xx": response}, **more)


def test_what_holds_no_secret_stays_as_it_is() -> None:
    plain = contract({"type": "object", "properties": {"tokenCount": {"type": "integer"}}}, request={"$ref": "#"})
    assert veil(plain) == plain


def test_secret_places_are_open_wherever_they_stand() -> None:
    schema = {
        "$defs": {"Token": {"type": "string", "minLength": 9}, "user": {"properties": {"password": {"minLength": 9}}}},
        "properties": {"access_token": {"$ref": "#/$defs/Token"}, "owner": {"$ref": "#/$defs/user"}},
        "allOf": [{"patternProperties": {"^token$": {"minLength": 9}}}],
        "dependentRequired": {"token": ["owner"], "owner": ["id"]},
        "const": {"token": "kept as it is"},
        "additionalProperties": False,
    }
    veiled = veil(contract(schema)).responses["2xx"]
    assert isinstance(veiled, dict)
    assert veiled["properties"] == {"access_token": True, "owner": {"$ref": "#/$defs/user"}}
    assert veiled["allOf"] == [{"patternProperties": {"^token$": True}}]
    assert veiled["dependentRequired"] == {"owner": ["id"]}
    assert veiled["const"] == schema["const"]
    del veiled["const"]
    assert mask_value(veiled) == veiled  # nothing is left that the masking would replace
    checker = checker_for(veiled)
    assert checker.holds({"access_token": "[masked]"})
    assert [problem.path for problem in checker.problems({"owner": {"password": "x"}, "id": 1, "more": 1})] == ["id", "more"]


def test_secret_parameters_keep_only_their_presence() -> None:
    rules = ({"name": "apiKey", "type": "integer", "required": True, "in": "query"}, {"name": "q", "type": "string"})
    assert veil(contract(True, params=rules)).params == ({"name": "apiKey", "in": "query", "required": True}, rules[1])


def test_a_schema_of_any_depth_is_taken() -> None:
    schema: Any = {"type": "string"}
    for _ in range(900):
        schema = {"not": schema}
    assert veil(contract(schema)).service == "server"
