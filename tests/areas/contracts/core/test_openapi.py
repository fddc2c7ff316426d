"""OpenAPI documents as contracts."""

import json
from typing import Any

import pytest

from console.areas.contracts.core.documents import read_documents
from console.reporter.contracts.checking import check_exchange
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.exchange import Exchange
from console.reporter.contracts.schema import SchemaChecker
from tests.areas.contracts.core.documents_of import as_yaml, lines
from tests.areas.contracts.core.openapi_documents import body, document, of_schema, only


def test_an_operation_becomes_a_contract() -> None:
    contract = only(
        document(
            {
                "/users/{id}": {
                    "summary": "not this",
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^u_"}},
                        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 10}},
                    ],
                    "put": {
                        "summary": "Change a user",
                        "deprecated": True,
                        "x-timeout-ms": 250,
                        "parameters": [
                            {
                                "name": "limit",
                                "in": "query",
                                "required": True,
                                "description": "now ours",
                                "schema": {"type": "integer"},
                            },
                            {"name": "Authorization", "in": "header", "schema": {"type": "string"}},
                        ],
                        "requestBody": body({"type": "object"}),
                        "responses": {
                            "200": body({"type": "integer"}),
                            "4XX": body({"type": "string"}, "application/problem+json; charset=utf-8"),
                            "204": {"description": "nothing"},
                            "default": body({"type": "null"}, "*/*"),
                            "406": body({"type": "null"}, "text/html"),
                            "x-other": 1,
                        },
                    },
                }
            },
            servers=[{"url": "https://{host}/api/{v}/", "variables": {"host": {"default": "a.b"}, "v": {"default": "v2"}}}],
        )
    )
    assert contract == Contract(
        service="Users",
        endpoint="/api/v2/users/{id}",
        version="1.2.0",
        method="PUT",
        params=(
            {"name": "id", "in": "path", "required": True, "type": "string", "pattern": "^u_"},
            {"name": "limit", "in": "query", "required": True, "type": "integer", "description": "now ours"},
        ),
        request={"type": "object"},
        responses={
            "200": {"type": "integer"},
            "4xx": {"type": "string"},
            "204": True,
            "default": {"type": "null"},
            "406": True,
        },
        timeout_ms=250.0,
        title="Change a user",
        deprecated=True,
        is_request_required=False,
    )


@pytest.mark.parametrize(
    ("more", "service"),
    [
        ({"x-service": "server"}, "server"),
        ({}, "Users"),
        ({"info": {"version": "1"}}, "users"),
        ({"x-service": " "}, "Users"),
    ],
)
def test_who_the_service_is(more: dict[str, Any], service: str) -> None:
    assert only(document({"/x": {"get": {}}}) | more).service == service


@pytest.mark.parametrize(
    ("holder", "value", "timeout_ms"),
    [("get", {"x-timeout": "1.5s"}, 1500.0), ("get", {"x-timeout-ms": 30}, 30.0), ("item", {"x-timeout": "30 ms"}, 30.0),
     ("document", {"x-timeout-ms": 7}, 7.0), ("get", {}, None)],
)  # fmt: skip
def test_where_the_timeout_stands(holder: str, value: dict[str, Any], timeout_ms: float | None) -> None:
    parts: dict[str, dict[str, Any]] = {"get": {}, "item": {}, "document": {}}
    parts[holder] = value
    read = document({"/x": {"get": parts["get"], **parts["item"]}}) | parts["document"]
    assert only(read).timeout_ms == timeout_ms


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [("https://a.b/api", "/api/x"), ("/v1/", "/v1/x"),
     ("./v1", "/v1/x"), ("https://a.b", "/x"), ("", "/x"), ("http://[", "/x"),
     ("https://a.b/{base}", "/{base}/x")],
)  # fmt: skip
def test_the_servers_path_comes_first(url: str, endpoint: str) -> None:
    assert only(document({"/x": {"get": {}}}, servers=[{"url": url}, {"url": "/other"}])).endpoint == endpoint
    assert only(document({"/x": {"get": {"servers": [{"url": url}]}}}, servers=[{"url": "/other"}])).endpoint == endpoint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"type": "string", "enum": ["a"], "nullable": True}, {"type": ["string", "null"], "enum": ["a", None]}),
        ({"type": "number", "minimum": 1, "exclusiveMinimum": True}, {"type": "number", "exclusiveMinimum": 1}),
        ({"maximum": 1, "exclusiveMaximum": False}, {"maximum": 1}),
        ({"exclusiveMinimum": True}, {}),
        ({"nullable": True}, {}),
        (
            {"nullable": True, "title": "t", "allOf": [{"type": "string"}]},
            {"title": "t", "anyOf": [{"allOf": [{"type": "string"}]}, {"type": "null"}]},
        ),
        (
            {"type": "object", "nullable": True, "oneOf": [{}]},
            {"anyOf": [{"type": "object", "oneOf": [{}]}, {"type": "null"}]},
        ),
        ({"items": {"type": "string", "nullable": True}}, {"items": {"type": ["string", "null"]}}),
        ({"type": "string", "example": "a", "x-order": 1, "xml": {}, "externalDocs": {}}, {"type": "string"}),
        ({"oneOf": [{}], "discriminator": {"propertyName": "kind"}}, {"oneOf": [{}]}),
        ({"properties": {"example": {"type": "string", "example": 1}}}, {"properties": {"example": {"type": "string"}}}),
        ({"enum": [{"nullable": True, "example": 1}]}, {"enum": [{"nullable": True, "example": 1}]}),
    ],
)  # fmt: skip
def test_the_dialect_of_3_0_in_todays_words(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert of_schema(old) == new


def test_the_dialect_of_3_1_stays() -> None:
    schema = {"type": ["string", "null"], "exclusiveMinimum": 1, "examples": [1], "$comment": "c", "prefixItems": [{}]}
    assert of_schema(schema, "3.1.1") == {key: value for key, value in schema.items() if key != "examples"}


SCHEMAS = {
    "User": {
        "required": ["id"],
        "properties": {"id": {"$ref": "#/components/schemas/Id"}, "friend": {"$ref": "#/components/schemas/User"}},
    },
    "Id": {"type": "string"},
    "Unused": {"$ref": "#/components/schemas/Nowhere"},
}  # fmt: skip


def test_references_lead_to_definitions_and_only_reachable_ones_come_along() -> None:
    assert of_schema({"$ref": "#/components/schemas/User"}, schemas=SCHEMAS) == {
        "$ref": "#/$defs/User",
        "$defs": {
            "User": {
                "required": ["id"],
                "properties": {"id": {"$ref": "#/$defs/Id"}, "friend": {"$ref": "#/$defs/User"}},
            },
            "Id": {"type": "string"},
        },
    }


def test_references_to_any_place_of_the_document_are_followed() -> None:
    schema = {"$ref": "#/paths/~1x/post/responses/200/content/application~1json/schema/items/0"}
    deep = {"anyOf": [{"$ref": "#/components/schemas/User/properties/id"}, {"$ref": "#/components/schemas/a%20b"}]}
    made = of_schema(deep, schemas=SCHEMAS | {"a b": {"const": 1}})
    checker = SchemaChecker(made)
    assert checker.holds("text")
    assert checker.holds(1)
    assert not checker.holds(2)
    documents = read_documents(json.dumps(document({"/x": {"post": {"responses": {"200": body(schema)}}}})), "a.json")
    assert "which this document does not hold" in documents.problems[0].what


def test_a_reference_to_another_operation() -> None:
    there = {"$ref": "#/paths/~1a~0b/get/responses/200/content/application~1json/schema"}
    paths = {
        "/a~b": {"get": {"responses": {"200": body({"type": "string"})}}},
        "/x": {"get": {"responses": {"200": body(there)}}},
    }
    contracts = read_documents(json.dumps(document(paths)), "a.json").contracts
    checker = SchemaChecker(contracts[1].responses["200"])
    assert checker.holds("a")
    assert not checker.holds(1)


def test_a_schema_with_definitions_of_its_own() -> None:
    schema = {"$id": "https://a.b/c", "$defs": {"Id": {"type": "string"}}, "properties": {"id": {"$ref": "#/$defs/Id"}}}
    checker = SchemaChecker(of_schema(schema, "3.1.0"))
    assert checker.holds({"id": "a"})
    assert not checker.holds({"id": 1})


def test_what_is_not_sent_is_not_required() -> None:
    user = {
        "allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["version", "name"]}],
        "required": ["password", "id"],
        "properties": {"password": {"writeOnly": True}, "id": {"$ref": "#/components/schemas/Id"}},
    }
    base = {"required": ["version"], "properties": {"version": {"readOnly": True}, "inner": {"required": ["version"]}}}
    schemas = {"User": user, "Base": base, "Id": {"type": "string", "readOnly": True}}
    sent = of_schema({"$ref": "#/components/schemas/User"}, "3.1.0", schemas, "request")["$defs"]
    assert sent["User"]["required"] == ["password"]
    assert sent["User"]["allOf"][1] == {"required": ["name"]}
    assert "required" not in sent["Base"]
    assert sent["Base"]["properties"]["inner"] == {"required": ["version"]}
    answered = of_schema({"$ref": "#/components/schemas/User"}, "3.1.0", schemas)["$defs"]
    assert answered["User"]["required"] == ["id"]
    assert answered["User"]["allOf"][1] == {"required": ["version", "name"]}
    assert answered["Base"]["required"] == ["version"]


def test_several_kinds_of_json_are_one_of_them() -> None:
    kinds = {"application/json": {"schema": {"type": "string"}}, "a/b+json": {"schema": {"type": "null"}}, "text/html": {}}
    contract = only(document({"/x": {"get": {"responses": {"200": {"content": kinds}}}}}))
    assert contract.responses == {"200": {"anyOf": [{"type": "string"}, {"type": "null"}]}}


@pytest.mark.parametrize(
    ("param", "rule"),
    [
        ({"schema": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
         {"anyOf": [{"type": "integer"}, {"type": "null"}], "type": ["integer", "null"]}),
        ({"schema": {"$ref": "#/components/schemas/Kind"}}, {"type": "string", "enum": ["a", "b"]}),
        ({"schema": {"allOf": [{"$ref": "#/components/schemas/Kind"}]}},
         {"allOf": [{"type": "string", "enum": ["a", "b"]}], "type": "string"}),
        ({"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Kind"}}},
         {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
        ({"schema": {"type": "array"}, "explode": False}, {"explode": False, "schema": {"type": "array"}}),
        ({"schema": {"type": "array"}, "style": "pipeDelimited"},
         {"style": "pipeDelimited", "schema": {"type": "array"}}),
        ({"schema": {"type": "object", "required": ["a"]}, "required": True},
         {"schema": {"type": "object", "required": ["a"]}}),
        ({"schema": {"type": "object"}, "style": "deepObject", "required": True},
         {"style": "deepObject", "schema": {"type": "object"}}),
        ({"schema": {"anyOf": [{"type": "array"}, {"type": "integer"}], "required": ["a"], "allOf": [{"minItems": 1}]}},
         {"anyOf": [{"type": "array"}, {"type": "integer"}], "allOf": [{"minItems": 1}, {"required": ["a"]}],
          "type": ["array", "integer"]}),
        ({"schema": {"type": "string"}, "explode": False, "allowReserved": True, "style": 7},
         {"type": "string", "allowReserved": True}),
        ({"schema": {"const": {"$ref": []}}}, {"const": {"$ref": []}}),
        ({"content": {"application/json": {"schema": {"type": "object"}}}}, {}),
        ({"schema": {"$ref": "#/components/schemas/Loop"}, "deprecated": True}, {"deprecated": True, "type": "array"}),
    ],
)  # fmt: skip
def test_parameters_say_what_can_be_checked_of_them(param: dict[str, Any], rule: dict[str, Any]) -> None:
    schemas = {
        "Kind": {"type": "string", "enum": ["a", "b"]},
        "Loop": {"type": "array", "items": {"$ref": "#/components/schemas/Loop"}},
    }
    operation = {"parameters": [{"$ref": "#/components/parameters/Q"}]}
    components = {"schemas": schemas, "parameters": {"Q": {"name": "q", "in": "query", **param}}}
    (made,) = only(document({"/x": {"get": operation}}, components=components)).params
    made = {key: value for key, value in made.items() if key not in ("name", "in", "required")}
    if "deprecated" in rule:
        assert made.pop("items")
    assert made == rule


def test_numbers_in_a_query_are_checked_as_numbers() -> None:
    schema = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}]}
    operation = {"parameters": [{"name": "limit", "in": "query", "schema": schema}]}
    contract = only(document({"/x": {"get": operation}}))
    assert check_exchange(contract, Exchange("Users", "GET", "/x", {"limit": "5"})) == []
    assert check_exchange(contract, Exchange("Users", "GET", "/x", {"limit": "0"})) != []


def test_a_path_item_elsewhere() -> None:
    shared = {"get": {"responses": {"200": body({"type": "string"})}}}
    read = document({"/x": {"$ref": "#/components/pathItems/X"}}, components={"pathItems": {"X": shared}})
    assert only(read).responses == {"200": {"type": "string"}}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"swagger": "2.0"}, "a.yaml:1: swagger: OpenAPI 2.0 is not read: convert the document to 3.0 or 3.1 first"),
        ({"openapi": "3.2.0"}, "a.yaml:1: openapi: OpenAPI 3.2.0 is not read: only 3.0 and 3.1 are read"),
        ({"openapi": "3.1.0", "paths": {}}, "a.yaml:1: info.version: is missing"),
        ({"openapi": "3.1.0", "info": {"version": []}}, "a.yaml:3: info.version: wants a text"),
        ({"openapi": "3.0.0", "info": {"version": "1"}, "paths": []}, "a.yaml:4: paths: wants an object"),
    ],
)
def test_documents_that_are_not_read(given: dict[str, Any], words: str) -> None:
    documents = as_yaml(given)
    assert documents.contracts == ()
    assert lines(documents) == [words]
    assert documents.kind == "openapi"


BROKEN: list[tuple[Any, str]] = [
    ({"responses": {"200": body({"$ref": "other.yaml#/User"})}}, "refers to another file or address"),
    ({"responses": {"200": body({"$ref": "https://a.b/c.json"})}}, "refers to another file or address"),
    ({"responses": {"200": body({"$ref": "#Anchor"})}}, "refers to an anchor"),
    ({"responses": {"200": body({"$ref": "#/components/schemas/None"})}}, "which this document does not hold"),
    ({"responses": {"200": body({"$ref": 5})}}, "$ref wants a text"),
    ({"responses": {"200": body({"$ref": "#/components/schemas/Far"})}}, "refers to another file or address"),
    ({"responses": {"200": body({"type": "strin"})}}, "is no usable schema"),
    ({"responses": {"200": body({"$ref": "#/components/schemas/Bad"})}}, "is no usable schema"),
    ({"responses": {"200": body({"pattern": "("})}}, "is no usable schema"),
    ({"responses": {"200": body("text")}}, "a schema is an object, true or false"),
    ({"responses": {"2000": {}}}, "is no status"),
    ({"responses": {"200": {"$ref": "#/components/responses/Loop"}}}, "refers to itself"),
    ({"responses": []}, "wants an object"),
    ({"requestBody": {"content": []}}, "wants an object"),
    ({"parameters": {}}, "wants a list"),
    ({"parameters": [{"in": "query"}]}, "wants the parameter's name as text"),
    ({"parameters": [{"name": "q", "in": "body"}]}, "is none of query, path, header, cookie"),
    ({"parameters": [{"name": "q", "in": "query", "required": "yes"}]}, "wants true or false"),
    ({"parameters": [{"name": "q", "in": "query", "schema": {"type": "strin"}}]}, "type is none of string"),
    ({"parameters": [{"name": "q", "in": "query", "schema": {"pattern": "("}}]}, "regex"),
    ({"parameters": [{"name": "q", "in": "query", "x-written": {"in": "nowhere"}}]}, "in is none of query"),
    ({"parameters": [{"name": "q", "in": "query", "x-written": {"name": None}}]}, "wants the parameter's name as text"),
    ({"x-timeout-ms": 0}, "wants milliseconds above 0"),
    ({"x-timeout": "soon"}, "wants milliseconds above 0"),
    ({"x-contract": []}, "wants an object"),
    ({"x-contract": {"service": 5}}, "serviceName wants a text"),
    ("text", "an operation is an object"),
]


@pytest.mark.parametrize(("operation", "words"), BROKEN)
def test_an_operation_with_a_problem_is_left_out_and_the_others_are_read(operation: Any, words: str) -> None:
    components = {
        "schemas": {"Far": {"items": {"$ref": "far.yaml#/A"}}, "Bad": {"properties": {"a": {"type": "strin"}}}},
        "responses": {"Loop": {"$ref": "#/components/responses/Loop"}},
    }
    read = document({"/x": {"get": operation, "put": {}}, "/y": {"get": {}}}, components=components)
    documents = as_yaml(read, "api.yaml")
    assert [(one.method, one.endpoint) for one in documents.contracts] == [("PUT", "/x"), ("GET", "/y")]
    (problem,) = documents.problems
    assert words in problem.what
    assert problem.what.endswith("(left out: GET /x)")
    assert problem.line is not None
    assert problem.path.startswith(("paths", "components"))


def test_a_problem_of_a_shared_part_is_said_once_at_its_own_line() -> None:
    read = document(
        {f"/x{n}": {"get": {"responses": {"200": body({"$ref": "#/components/schemas/Bad"})}}} for n in range(5)},
        components={"schemas": {"Bad": {"type": "object", "properties": {"a": {"type": "strin"}}}}},
    )
    (problem,) = read_documents(json.dumps(read, indent=1), "a.json").problems
    assert problem.path == "components.schemas.Bad.properties.a.type"
    assert problem.what.endswith("(left out: GET /x0, GET /x1, GET /x2 and 2 more)")
    assert json.dumps(read, indent=1).splitlines()[problem.line - 1].strip() == '"type": "strin"'  # type: ignore[operator]


def test_paths_that_are_none() -> None:
    documents = as_yaml(document({"x": {"get": {}}, "/y": [], "x-more": 1, "/z": {"get": {}, "note": 1}}))
    assert [one.endpoint for one in documents.contracts] == ["/z"]
    assert [problem.what for problem in documents.problems] == [
        "a path begins with / (left out: x)",
        "wants an object (left out: /y)",
    ]


def test_yaml_keeps_what_versions_say() -> None:
    text = "openapi: 3.0\ninfo: {title: a, version: 1.10}\npaths: {/x: {get: {responses: {200: {description: on}}}}}"
    (contract,) = read_documents(text, "a.yaml").contracts
    assert (contract.version, contract.responses) == ("1.10", {"200": True})


@pytest.mark.parametrize(("said", "wanted"), [({}, False), ({"required": False}, False), ({"required": True}, True)])
def test_a_body_has_to_be_sent_where_the_document_says_so(said: dict[str, Any], wanted: bool) -> None:
    given = {"requestBody": {**body({"type": "object"}), **said}}
    assert only(document({"/x": {"post": given}})).is_request_required is wanted


def test_whether_no_body_has_to_be_sent_is_unsaid_and_a_wrong_word_is_refused() -> None:
    assert only(document({"/x": {"post": {}}})).is_request_required is None
    text = {"requestBody": {**body({"type": "object"}, "text/html"), "required": True}}
    assert only(document({"/x": {"post": text}})).is_request_required is None
    wrong = {"requestBody": {**body({"type": "object"}), "required": "yes"}}
    read = read_documents(json.dumps(document({"/x": {"post": wrong}})), "a.json")
    assert [one.path for one in read.problems] == ['paths["/x"].post.requestBody.required']
