"""Files of contracts: what is read, and where what is broken stands."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.documents import MOST_PROBLEMS, read_documents
from console.areas.contracts.core.source import MAX_CHARACTERS, read_source
from console.areas.contracts.core.source_json import decode_json
from console.areas.contracts.core.source_yaml import decode_yaml
from console.reporter.contracts.matching import Registry
from tests.areas.contracts.core.documents_of import lines
from tests.model.json_values import hostile, plain

SPECIAL = re.compile("[\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff\ufeff\x85\u2028\u2029]")
"""Characters that a JSON text may hold as they are and a YAML text may not, or takes for the end of a line."""
EXAMPLES = sorted((Path(__file__).parents[4] / "resources" / "contracts").iterdir())
ONE = {"serviceName": "server", "endpoint": "/users/:id", "contractVersion": "1.0.0", "expectedParams": []}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_the_examples_have_no_problems(path: Path) -> None:
    documents = read_documents(path.read_text(encoding="utf-8"), path.name)
    assert documents.problems == ()
    assert documents.contracts


def test_the_examples_cover_the_platform_in_one_or_two_versions() -> None:
    registry = Registry()
    for path in EXAMPLES:
        for contract in read_documents(path.read_text(encoding="utf-8"), path.name).contracts:
            registry.add(contract)
    for method, path_of_it in (("GET", "/api/v1/conversations"), ("GET", "/api/v1/acus/search")):
        assert len(registry.versions("server", method, path_of_it)) == 2
    found = registry.match("server", "POST", "/api/v1/circles/circle_7/members")
    assert found is not None
    assert found.request is not None
    assert len({(one.method, one.endpoint) for one in registry.contracts()}) >= 8


def test_one_contract_a_list_and_an_object_of_a_list_are_read() -> None:
    for document in (ONE, [ONE], {"contracts": [ONE]}):
        documents = read_documents(json.dumps(document), "a.json")
        assert [one.endpoint for one in documents.contracts] == ["/users/:id"]
        assert documents.problems == ()
        assert documents.kind == "contracts"


def test_json_says_the_line_of_a_syntax_error() -> None:
    documents = read_documents('{\n "serviceName": "a",\n "endpoint" "b"\n}', "a.json")
    assert documents.contracts == ()
    assert lines(documents) == ["a.json:3: is no JSON: Expecting ':' delimiter (column 13)"]


def test_what_is_broken_is_said_with_its_line_and_the_rest_is_read() -> None:
    text = """{"contracts": [
      {"serviceName": "a", "endpoint": "/x", "contractVersion": "1.0.0"},
      {"serviceName": "a", "endpoint": "/y", "contractVersion": "1.0.0",
       "expectedParams": [
         {"name": "q", "type": "strin"}]},
      {"serviceName": "a",
       "contractVersion": "1.0.0"},
      {"serviceName": "a", "endpoint": "/z", "contractVersion": "1.0.0",
       "expectedResponse": {"type": "object",
         "properties": {"id":
           {"type": "text"}}}},
      {"serviceName": "a", "endpoint": "/w", "contractVersion": "1.0.0",
       "expectedResponses": {"4xx":
           {"pattern": "("}}},
      {"serviceName": "a", "endpoint": "/v", "contractVersion": "1.0.0",
       "expectedParams": [{"name": "q",
         "pattern": "("}]}
    ]}"""
    documents = read_documents(text, "all.json")
    assert [one.endpoint for one in documents.contracts] == ["/x"]
    found = {problem.line: problem.path for problem in documents.problems}
    assert found == {
        5: "contracts[1].expectedParams[0].type",
        6: "contracts[2].endpoint",
        11: "contracts[3].expectedResponse.properties.id.type",
        14: 'contracts[4].expectedResponses["4xx"].pattern',
        17: "contracts[5].expectedParams[0].pattern",
    }
    assert lines(documents)[1].startswith("all.json:6: contracts[2].endpoint: is missing")


def test_yaml_says_lines_too_also_in_its_second_document() -> None:
    text = """serviceName: a
endpoint: /x
contractVersion: 1.10
---
serviceName: a
endpoint: /y
contractVersion: 2.0
timeout: -1
---
---
serviceName: a
endpoint: /z
expectedParams: &params
  - name: q
    in: nowhere
"""
    documents = read_documents(text, "a.yml")
    assert [(one.endpoint, one.version) for one in documents.contracts] == [("/x", "1.10")]
    assert lines(documents) == [
        "a.yml:8: timeout: wants milliseconds above 0, not -1",
        "a.yml:11: contractVersion: is missing",
    ]


def test_yaml_keeps_dates_and_words_as_texts() -> None:
    text = "a: [on, yes, no, off, 2026-11-24, 12:30:00, 0x1F, 0o17, 1e3, .5, ~, True, 'true', !!str 12, -7, .inf, 1_000]\n"
    assert read_source(text, "a.yaml").values == [
        {
            "a": [
                "on", "yes", "no", "off", "2026-11-24", "12:30:00", 31, 15, 1000.0, 0.5, None, True, "true", "12", -7,
                ".inf", "1_000",
            ]
        }
    ]  # fmt: skip


def test_yaml_keys_are_texts() -> None:
    assert read_source("{200: a, no: b, ~: c, 'x': d}", "a.yaml").values == [{"200": "a", "no": "b", "~": "c", "x": "d"}]


def test_yaml_takes_aliases_and_merges() -> None:
    text = "base: &b {a: 1, b: 2}\none: {<<: *b, b: 3}\ntwo: {<<: [{a: 9}, *b]}\nthree: *b\n'<<': text"
    assert read_source(text, "a.yaml").values == [
        {
            "base": {"a": 1, "b": 2},
            "one": {"a": 1, "b": 3},
            "two": {"a": 9, "b": 2},
            "three": {"a": 1, "b": 2},
            "<<": "text",
        }
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: &a [*a]", 1, "names nothing that ended before it"),
        ("a: &a {b: *a}", 1, "names nothing that ended before it"),
        ("a: 1\nb: !!python/object:os.system x", 2, "is not read"),
        ("a: 1\nb: !secret x", 2, "is not read"),
        ("? [a]\n: b", 1, "a key must be a text"),
        ("a: b\nb: [1,\nc: d: e", 3, "is no YAML"),
        ("a: 1\nb: \x00", 2, "is no YAML"),
        ("a: b\n\tc: d", 2, "is no YAML"),
        ("x: {<<: 5}", 1, "<< wants a map"),
        ("\n" + "[" * 65 + "]" * 65, 2, "is nested deeper than 64 levels"),
        ("[" * 100_000, 1, "exceeded maximum nesting depth"),
        ("- " * 3000 + "x", 1, "is nested deeper"),
    ],
)
def test_yaml_that_cannot_be_read_is_said_with_its_line(text: str, line: int, words: str) -> None:
    documents = read_documents(text, "a.yaml")
    assert documents.contracts == ()
    assert [problem.line for problem in documents.problems] == [line]
    assert words in documents.problems[0].what


def test_an_alias_bomb_is_refused() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (problem,) = read_documents("\n".join(["a0: &a0 [x]", *levels]), "bomb.yaml").problems
    assert "stand by reference" in problem.what
    assert problem.line is not None
    depth = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 80))])
    (problem,) = read_documents(depth, "deep.yaml").problems
    assert "nested deeper than 64 levels" in problem.what


def test_documents_before_an_error_are_read() -> None:
    text = "\n---\n".join([json.dumps(ONE), "a: b: c"])
    documents = read_documents(text, "a.yaml")
    assert len(documents.contracts) == 1
    assert [problem.line for problem in documents.problems] == [3]


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_a_key_that_stands_twice_is_a_problem(name: str) -> None:
    text = '{"serviceName": "a", "endpoint": "/x",\n "contractVersion": "1", "title": "t",\n "title": "u"}'
    documents = read_documents(text, name)
    assert [one.title for one in documents.contracts] == ["u"]
    assert lines(documents) == [f"{name}:3: title: stands twice here; the last one is read"]


def test_a_key_that_stands_twice_in_block_yaml() -> None:
    documents = read_documents("serviceName: a\nendpoint: /x\ncontractVersion: 1\nendpoint: /y\n", "a.yaml")
    assert lines(documents) == ["a.yaml:4: endpoint: stands twice here; the last one is read"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a": NaN}', "NaN is no JSON number"),
        ('{"a": "NaN",\n"b": 1e400}', "1e400 is no JSON number"),
        ('{"a": -Infinity}', "-Infinity is no JSON number"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * 65 + "]" * 65, "nested deeper than 64 levels"),
        ("", "holds no contract"),
        ("null", "holds no contract"),
        ("[]", "holds no contract"),
        ("3", "a contract is an object"),
        ('["x"]', "a contract is an object"),
        ("\ufeff{", "is no JSON"),
    ],
)
def test_json_that_holds_no_contract(text: str, words: str) -> None:
    name = "a" if text in ("", "null") else "a.json"
    documents = read_documents(text, name)
    assert documents.contracts == ()
    assert words in documents.problems[0].what


def test_the_line_of_a_number_is_not_that_of_a_text() -> None:
    (problem,) = read_documents('{"a": "1e400",\n"b": 1e400}', "a.json").problems
    assert problem.line == 2


def test_a_number_beyond_64_bits_is_a_float_in_both() -> None:
    for name in ("a.json", "a.yaml"):
        assert read_source('{"a": 123456789012345678901234567890}', name).values == [{"a": 1.2345678901234568e29}]
        assert read_source('{"a": 9007199254740993}', name).values == [{"a": 9007199254740993}]


def test_half_surrogates_do_not_come_through() -> None:
    as_json = '{"serviceName": "\\ud800", "endpoint": "/x", "contractVersion": "1"}'
    for text in (as_json, "serviceName: '\ud800'\nendpoint: /x\ncontractVersion: 1"):
        (contract,) = read_documents(text, "a").contracts
        assert contract.service == "\ufffd"


def test_a_text_beyond_the_limit_is_not_read() -> None:
    (problem,) = read_documents(" " * (MAX_CHARACTERS + 1), "huge.yaml").problems
    assert "longer than 64 Mi characters" in problem.what


def test_the_same_contract_stands_once() -> None:
    again = ONE | {"endpoint": "/users/{other}/", "title": "again"}
    documents = read_documents(json.dumps([ONE, ONE | {"contractVersion": "1.1.0"}, again]), "a.json")
    assert [one.version for one in documents.contracts] == ["1.0.0", "1.1.0"]
    assert lines(documents) == ["a.json:1: [2]: /users/{other}/ of server 1.0.0 stands twice; the first is read"]


def test_many_problems_are_cut_and_counted() -> None:
    documents = read_documents(json.dumps([{}] * (MOST_PROBLEMS + 20)), "a.json")
    assert len(documents.problems) == MOST_PROBLEMS + 1
    assert documents.problems[-1].what == "20 more problems"


def test_flow_yaml_under_a_yaml_name_is_yaml() -> None:
    documents = read_documents("{serviceName: a, endpoint: /x, contractVersion: 1.0}", "a.yaml")
    assert [one.version for one in documents.contracts] == ["1.0"]


@given(hostile | plain.map(json.dumps), st.sampled_from(("a.json", "a.yaml", "a")))
def test_nothing_that_is_json_raises(text: str, name: str) -> None:
    documents = read_documents(text, name)
    assert documents.contracts == ()
    assert documents.problems


@given(
    st.text(st.sampled_from("{}[]:,-&*!|>'\"%#? \n\tab1<.~\\@`") | st.characters(), max_size=60),
    st.sampled_from(("a.json", "a.yaml", "a")),
)
def test_nothing_raises(text: str, name: str) -> None:
    read_documents(text, name)


@given(plain)
def test_json_is_read_alike_by_either_way(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    if not any(f'"{key}"' in text for key in ("<<", "openapi", "swagger", "contractVersion")) and not SPECIAL.search(text):
        assert decode_yaml(text) == ([decode_json(text)[0]], False, None)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    for name in ("a.json", "a.yaml"):
        assert len(read_documents("\ufeff" + json.dumps(ONE), name).contracts) == 1


def test_an_anchor_ends_with_its_document() -> None:
    (problem,) = [one for one in read_documents("a: &x 1\n---\nb: *x", "a.yaml").problems if "names nothing" in one.what]
    assert problem.line == 3


def test_a_schema_may_refer_into_its_definitions() -> None:
    schema = {"$ref": "#/$defs/A/properties/id", "$defs": {"A": {"properties": {"id": {"type": "string"}}}}}
    assert read_documents(json.dumps(ONE | {"expectedResponse": schema}), "a.json").problems == ()
