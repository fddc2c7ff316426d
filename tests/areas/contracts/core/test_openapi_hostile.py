"""Circles, fans and odd documents: reading them ends, and in words."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.documents import read_documents
from console.reporter.contracts.schema import SchemaChecker
from tests.areas.contracts.core.documents_of import as_yaml
from tests.areas.contracts.core.openapi_documents import body, document, only
from tests.model.json_values import plain

CIRCLE = {
    "A": {"allOf": [{"$ref": "#/components/schemas/B"}], "required": ["x"]},
    "B": {"allOf": [{"$ref": "#/components/schemas/A"}]},
}


def test_circles_of_references_end() -> None:
    documents = as_yaml(
        document({"/x": {"put": {"requestBody": body({"$ref": "#/components/schemas/A"})}}}, components={"schemas": CIRCLE})
    )
    assert len(documents.contracts) + len(documents.problems) == 1
    loop = {
        "Id": {"$ref": "#/components/schemas/Id"},
        "A": {"required": ["id"], "properties": {"id": {"$ref": "#/components/schemas/Id"}}},
    }
    as_yaml(
        document({"/x": {"put": {"requestBody": body({"$ref": "#/components/schemas/A"})}}}, components={"schemas": loop})
    )


def test_references_that_fan_out_end() -> None:
    def ref(number: int) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/S{number}"}

    schemas: dict[str, Any] = {
        f"S{number}": {
            "required": ["a"],
            "allOf": [ref(number + 1)] * 3,
            "properties": {f"p{n}": ref(number + 1) for n in range(5)},
        }
        for number in range(60)
    }
    schemas["S60"] = {"properties": {"a": {"type": "string", "readOnly": True}}}
    operation = {"requestBody": body(ref(0)), "parameters": [{"name": "q", "in": "query", "schema": {"anyOf": [ref(0)]}}]}
    whole = document({"/x": {"post": operation}}, components={"schemas": schemas})
    (problem,) = read_documents(json.dumps(whole), "a.json").problems  # as for whoever would keep it
    assert "unfolds so that one value is checked more than" in problem.what
    for one in schemas.values():
        one.pop("allOf", None)
    contract = only(whole)
    assert len(contract.request["$defs"]) == 61  # type: ignore[index, arg-type]


def test_what_is_read_can_be_kept_and_what_cannot_be_kept_is_not_read() -> None:
    def read(schemas: dict[str, Any]) -> tuple[int, int]:
        operation = {"requestBody": body({"$ref": "#/components/schemas/A"})}
        found = read_documents(json.dumps(document({"/x": {"post": operation}}, components={"schemas": schemas})), "a.json")
        for contract in found.contracts:
            assert contract.request is not None
            assert SchemaChecker(contract.request)
        return len(found.contracts), len(found.problems)

    a, b = {"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/B"}
    for wrapped in (lambda ref: ref, lambda ref: {"allOf": [ref]}, lambda ref: {"not": ref}, lambda ref: {"anyOf": [ref]}):
        assert read({"A": wrapped(b), "B": wrapped(a)}) == (0, 1)
    many = {"anyOf": [{"minimum": n} for n in range(1_500)]}
    assert read({"A": {**many, "allOf": [b]}, "B": many}) == (0, 1)
    assert read({"A": {"properties": {"next": b}}, "B": {"items": a}}) == (1, 0)


WORDS = st.sampled_from(
    ("get", "parameters", "responses", "200", "content", "application/json", "schema", "$ref", "type", "properties", "allOf",
     "required", "name", "in", "nullable",
     "requestBody", "x-contract", "x-written", "servers", "url", "variables", "items", "/x", "enum")
)  # fmt: skip
ODD = st.recursive(
    plain | st.sampled_from(("#/paths/~1x", "#", "object", "query", "#/components/schemas/A", "path")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=15,
)


@given(ODD, ODD, st.sampled_from(("3.0.0", "3.1.0")))
def test_no_document_raises(item: Any, schema: Any, version: str) -> None:
    operation = {"responses": {"200": body(schema)}, "requestBody": body(item), "parameters": [schema]}
    read = document(
        {"/x": item, "/y": {"get": item, "put": operation}}, version, components={"schemas": {"A": schema}}, servers=item
    )
    read_documents(json.dumps(read), "a.json")
