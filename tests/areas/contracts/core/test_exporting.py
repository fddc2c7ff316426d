"""What is exported is read back as it was."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.documents import read_documents
from console.areas.contracts.core.exporting import openapi_text, to_json, to_openapi, to_yaml, yaml_text
from console.areas.contracts.core.source import read_source
from console.reporter.contracts.contract import Contract, read_contract, write_contract
from console.reporter.contracts.matching import template_key
from console.reporter.contracts.schema import SchemaChecker
from tests.areas.contracts.core.documents_of import CONTRACTS, VALUES, lines
from tests.bench.bench_registry import openapi_document

LISTS = st.lists(
    CONTRACTS, max_size=5, unique_by=lambda one: (one.service, one.method, template_key(one.endpoint), one.version)
)


@given(LISTS)
def test_json_and_yaml_give_the_same_contracts(contracts: list[Contract]) -> None:
    expected = tuple(read_contract(write_contract(one)) for one in contracts)
    for text, name in ((to_json(contracts), "a.json"), (to_yaml(contracts), "a.yaml"), (to_yaml(contracts), "a")):
        documents = read_documents(text, name)
        assert documents.contracts == expected
        assert not documents.problems or not contracts


@given(LISTS, st.sampled_from(("server", "all of them")))
def test_openapi_gives_the_same_contracts(contracts: list[Contract], title: str) -> None:
    text = openapi_text(contracts, title)
    documents = read_documents(text, "a.json")
    assert lines(documents) == ([] if contracts else ["a.json: holds no contract"])
    read = {_key(one): one for one in documents.contracts}
    assert read.keys() == {_key(one) for one in contracts}
    for contract in contracts:
        again, expected = read[_key(contract)], read_contract(write_contract(contract))
        assert (again.endpoint, again.version, again.id, again.title) == (
            expected.endpoint,
            expected.version,
            expected.id,
            expected.title,
        )
        assert (again.timeout_ms, again.deprecated) == (expected.timeout_ms, expected.deprecated)
        assert sorted(map(repr, map(_sorted, again.params))) == sorted(map(repr, map(_sorted, expected.params)))
        assert again.responses.keys() == expected.responses.keys()
        for key, schema in expected.responses.items():
            assert _written_out(again.responses[key]) == _written_out(schema)
        has_body = any(one.get("in") == "body" for one in expected.params)
        assert has_body or _written_out(again.request) == _written_out(expected.request)
        assert not has_body or again.request == expected.request


def _key(contract: Contract) -> tuple[str, ...]:
    return contract.service, contract.method, contract.endpoint, contract.version


def _sorted(rule: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(rule.items()))


def _written_out(schema: Any, depth: int = 4) -> Any:
    """A schema with definitions in place of the references to them, some circles deep, so that their names do not matter."""
    if not isinstance(schema, dict) or "$defs" not in schema:
        return schema
    definitions = schema["$defs"]

    def written(one: Any, left: int) -> Any:
        if isinstance(one, list):
            return [written(item, left) for item in one]
        if not isinstance(one, dict):
            return one
        name = str(one.get("$ref")).removeprefix("#/$defs/")
        if name in definitions and one.keys() == {"$ref"}:
            return written(definitions[name], left - 1) if left else "deeper"
        return {key: written(item, left) for key, item in one.items() if key != "$defs"}

    return written(schema, depth)


@given(
    st.recursive(VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4))
)
def test_any_value_comes_back_out_of_yaml(value: Any) -> None:
    assert read_source(yaml_text(value), "a.yaml").values == [value]
    assert yaml.safe_load(yaml_text(value)) == value  # readers of YAML 1.1 take it alike


def test_yaml_is_in_blocks_and_in_order_without_anchors() -> None:
    shared = {"type": "string", "enum": ["on", "0o7", "1e3", "2026-11-24", "größe"]}
    contract = Contract("server", "/x", "1.10", "GET", responses={"2xx": shared, "404": shared}, timeout_ms=250.0)
    assert to_yaml([contract]).splitlines()[:9] == [
        "contracts:",
        "- serviceName: server",
        "  endpoint: /x",
        "  method: GET",
        "  contractVersion: '1.10'",
        "  expectedParams: []",
        "  expectedResponse:",
        "    type: string",
        "    enum:",
    ]
    assert "&" not in to_yaml([contract])
    assert to_yaml([contract]).endswith("  timeout: 250\n")
    assert "größe" in to_json([contract])
    assert to_json([contract]).endswith("}\n")


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [
        ("/users/:id", "/users/{id}"),
        ("/users/{id}", "/users/{id}"),
        ("/a/*/b", "/a/{part2}/b"),
        ("entity:user", "/entity:user"),
        ("users", "/users"),
    ],
)
def test_paths_as_openapi_writes_them(endpoint: str, path: str) -> None:
    document = to_openapi([Contract("a", endpoint, "1", "GET")], "a")
    assert list(document["paths"]) == [path]
    names = [param["name"] for param in document["paths"][path]["get"].get("parameters", [])]
    assert [f"{{{name}}}" for name in names] == [part for part in path.split("/") if part[:1] == "{"]


def test_a_document_says_what_others_need_too() -> None:
    contract = Contract(
        "server", "/users/:id", "2.0.0", "PUT",
        params=({"name": "id", "type": "string", "required": True}, {"name": "name", "in": "body", "type": "string"}),
        request={"type": "object"},
        responses={"2xx": {"$ref": "#/$defs/User", "$defs": {"User": {"type": "object"}}}, "404": True},
        timeout_ms=300.0, title="Change", deprecated=True,
    )  # fmt: skip
    assert to_openapi([contract], "server") == {
        "openapi": "3.1.1",
        "info": {"title": "server", "version": "2.0.0"},
        "paths": {
            "/users/{id}": {
                "put": {
                    "summary": "Change",
                    "deprecated": True,
                    "parameters": [
                        {
                            "name": "id",
                            "in": "path",
                            "required": True,
                            "schema": {"type": "string"},
                            "x-written": {"in": None},
                        }
                    ],
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "allOf": [
                                        {"type": "object"},
                                        {"type": "object", "properties": {"name": {"type": "string"}}, "required": []},
                                    ]
                                }
                            }
                        },
                        "required": True,
                    },
                    "responses": {
                        "2XX": {
                            "description": "Success",
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}},
                        },
                        "404": {"description": "Refused"},
                    },
                    "x-timeout-ms": 300,
                    "x-contract": {
                        "endpoint": "/users/:id",
                        "bodyParams": [{"name": "name", "in": "body", "type": "string"}],
                        "request": {"type": "object"},
                        "requestUnsaid": True,
                    },
                }
            }
        },
        "components": {"schemas": {"User": {"type": "object"}}},
    }


def test_the_newest_version_has_the_place_and_older_ones_are_kept() -> None:
    versions = [Contract("a", "/x", version, "GET") for version in ("1.0.0", "1.10.0", "1.9.0")]
    document = to_openapi(versions, "a")
    assert [one["contractVersion"] for one in document["x-contracts"]] == ["1.9.0", "1.0.0"]
    assert {one.version for one in read_documents(json.dumps(document), "a").contracts} == {"1.0.0", "1.9.0", "1.10.0"}


def test_definitions_of_one_name_get_numbers_where_they_differ() -> None:
    def answer(inner: str) -> dict[str, Any]:
        user = {"type": "object", "properties": {"id": {"$ref": "#/$defs/Id"}}}
        return {"$ref": "#/$defs/User", "$defs": {"User": user, "Id": {"type": inner}}}

    contracts = [
        Contract("a", f"/x{n}", "1", "GET", responses={"2xx": answer(kind)})
        for n, kind in enumerate(("string", "integer") * 3)
    ]
    document = to_openapi(contracts, "a")
    assert set(document["components"]["schemas"]) == {"User", "User_2", "Id", "Id_2"}
    read = {one.endpoint: one for one in read_documents(json.dumps(document), "a").contracts}
    assert SchemaChecker(read["/x2"].responses["2xx"]).holds({"id": "a"})
    assert not SchemaChecker(read["/x2"].responses["2xx"]).holds({"id": 1})
    assert SchemaChecker(read["/x5"].responses["2xx"]).holds({"id": 1})


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"next": {"$ref": "#"}, "id": {"type": "string"}}},
        {"type": "object", "properties": {"next": {"$ref": "#/properties/id"}, "id": {"type": ["string", "object"]}}},
        {"$ref": "#/definitions/A", "definitions": {"A": {"properties": {"id": {"type": "string"}}}}},
        {"$id": "https://a.b/c", "$ref": "#/$defs/A", "$defs": {"A": {"properties": {"id": {"type": "string"}}}}},
        {"$ref": "#/$defs/A~1b%20c", "$defs": {"A/b c": {"properties": {"id": {"type": "string"}}}}},
    ],
)
def test_schemas_that_refer_to_parts_of_themselves_mean_the_same(schema: Any) -> None:
    text = openapi_text([Contract("a", "/x", "1", "GET", responses={"2xx": schema})], "a")
    documents = read_documents(text, "a.json")
    assert documents.problems == ()
    before, after = SchemaChecker(schema), SchemaChecker(documents.contracts[0].responses["2xx"])
    for value in ({"id": "a"}, {"id": 1}, {"next": {"id": "a"}}, {"next": 3}, {"next": {"id": 1}}, {}):
        assert before.holds(value) == after.holds(value)


def test_a_large_document_comes_back_with_its_shared_schemas_once() -> None:
    contracts = read_documents(json.dumps(openapi_document(60, 40)), "a.json").contracts
    document = to_openapi(contracts, "VIVIM")
    assert len(document["components"]["schemas"]) <= 2 * 40  # those of requests and of answers differ in what they require
    again = read_documents(json.dumps(document), "a.json")
    assert again.problems == ()
    read = {_key(one): one for one in again.contracts}
    for contract in contracts:
        for status, schema in contract.responses.items():
            assert _written_out(read[_key(contract)].responses[status], 2) == _written_out(schema, 2)


def test_a_contract_for_any_method_takes_a_method_that_is_free() -> None:
    contracts = [Contract("a", "/x", "1", ""), Contract("a", "/x", "1", "GET"), Contract("b", "/x", "1", "GET")]
    document = to_openapi(contracts, "a")
    assert {method: one.get("x-contract") for method, one in document["paths"]["/x"].items()} == {
        "get": None,
        "post": {"method": ""},
    }
    assert [one["serviceName"] for one in document["x-contracts"]] == ["b"]
