"""The adapter: where a problem is, in what words, what is no schema, and schemas and values that mean harm."""

import json
import threading
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.reporter.contracts.schema import DEEPEST, Judged, Problem, SchemaChecker, SchemaError, checker_for

HITS = {
    "type": "object",
    "required": ["hits"],
    "properties": {
        "hits": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": {"type": "string"}, "at": {"type": "string", "format": "date-time"}},
                "additionalProperties": False,
            },
        },
        "byId": {"type": "object", "additionalProperties": {"$ref": "#/$defs/name"}},
        "odd key": {"type": ["string", "null"]},
    },
    "$defs": {"name": {"type": "object", "properties": {"name": {"type": "string", "maxLength": 3}}}},
}


def nested(depth: int, value: Any = None) -> Any:
    for _ in range(depth):
        value = [value]
    return value


def told(schema: Any, value: Any) -> list[tuple[str, str, str]]:
    return [(one.path, one.at, one.keyword) for one in SchemaChecker(schema).problems(value)]


def test_problems_stand_where_one_would_look_for_them() -> None:
    value = {"hits": [{"id": "a"}, {"id": 3, "extra": 1}, {"at": "noon"}], "byId": {"k-1": {"name": "long"}}, "odd key": 1}
    assert sorted(told(HITS, value)) == [
        ('["odd key"]', '["odd key"]', "type"),
        ("byId.*.name", 'byId["k-1"].name', "maxLength"),
        ("hits[].at", "hits[2].at", "format"),
        ("hits[].extra", "hits[1].extra", "additionalProperties"),
        ("hits[].id", "hits[1].id", "type"),
        ("hits[].id", "hits[2].id", "required"),
    ]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string"}, 1, ("$", "$", "type")),
        ({"required": ["a"]}, {}, ("a", "a", "required")),
        ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, ("b", "b", "required")),
        ({"additionalProperties": False}, {"k": 1}, ("k", "k", "additionalProperties")),
        ({"unevaluatedProperties": False}, {"k": 1}, ("k", "k", "unevaluatedProperties")),
        ({"patternProperties": {"^x": False}}, {"xy": 1}, ("*", "xy", "falseSchema")),
        ({"patternProperties": {"^x": {"type": "null"}}}, {"xy": 1}, ("*", "xy", "type")),
        ({"properties": {"*": {"type": "null"}}}, {"*": 1}, ('["*"]', '["*"]', "type")),
        ({"properties": {"": {"required": ["a"]}}}, {"": {}}, ("a", "a", "required")),  # the library leaves empty keys out
        ({"properties": {"": {"properties": {"a": {"type": "null"}}}}}, {"": {"a": 1}}, ('[""].a', '[""].a', "type")),
        ({"properties": {"3": {"type": "null"}}}, {"3": 1}, ('["3"]', '["3"]', "type")),
        ({"additionalProperties": {"items": {"type": "null"}}}, {"007": [1]}, ("*[]", '["007"][0]', "type")),
        (
            {"properties": {"properties": {"properties": {"items": {"type": "null"}}}}},
            {"properties": {"items": 1}},
            ("properties.items", "properties.items", "type"),
        ),
        ({"items": False}, [1], ("[]", "[0]", "items")),
        ({"prefixItems": [{"type": "null"}]}, [1], ("[]", "[0]", "type")),
        (
            {"$schema": "http://json-schema.org/draft-07/schema#", "items": [{}, {"items": {"type": "null"}}]},
            [1, [2]],
            ("[][]", "[1][0]", "type"),
        ),
        (
            {"allOf": [{"properties": {"a": {"additionalProperties": {"type": "null"}}}}]},
            {"a": {"b": 1}},
            ("a.*", "a.b", "type"),
        ),
        ({"dependentSchemas": {"a": {"properties": {"b": {"type": "null"}}}}}, {"a": 1, "b": 1}, ("b", "b", "type")),
        ({"if": {"required": ["a"]}, "then": {"properties": {"a": {"type": "null"}}}}, {"a": 1}, ("a", "a", "type")),
    ],
)
def test_each_keyword_tells_its_place(schema: Any, value: Any, expected: tuple[str, str, str]) -> None:
    assert told(schema, value) == [expected]


def test_of_alternatives_the_one_that_is_meant_is_told() -> None:
    nullable = {"anyOf": [{"type": "null"}, {"type": "object", "properties": {"n": {"type": "integer"}}}]}
    assert told(nullable, {"n": "x"}) == [("n", "n", "type")]
    assert SchemaChecker(nullable).problems(3)[0][2:5] == ("anyOf", "null or object", "integer 3")
    kinds = {"oneOf": [{"properties": {"kind": {"const": name}, name: {"type": "string"}}} for name in ("a", "b")]}
    assert told(kinds, {"kind": "b", "b": 5}) == [("b", "b", "type")]
    undecided = {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}
    assert told(undecided, {}) == [("$", "$", "anyOf")]
    assert SchemaChecker({"oneOf": [{"minimum": 1}, {"maximum": 5}]}).problems(3)[0].actual == "several: 3"


def test_equal_problems_of_many_items_are_one_and_the_limit_holds() -> None:
    checker = SchemaChecker({"items": {"type": "string"}})
    assert [one.at for one in checker.problems(list(range(500)))] == ["[0]"]
    assert len(SchemaChecker({"required": list("abcdef")}).problems({}, limit=4)) == 4


def test_words_are_short_and_say_what_came() -> None:
    checker = SchemaChecker({"properties": {"a": {"type": "number"}, "b": {"enum": [f"value {i}" for i in range(99)]}}})
    number, choice = checker.problems({"a": "0.83", "b": "x" * 1_000_000})
    assert number == Problem("a", "a", "type", "number", 'string "0.83"', 'a: expected number, got string "0.83"')
    assert choice.expected.startswith('one of "value 0", "value 1"')
    assert choice.expected.endswith("and 91 more")
    assert choice.actual.endswith('…" (1000000 characters)')
    assert len(choice.message) < 450
    [many] = SchemaChecker({"maxItems": 2}).problems([{"a": "y" * 100, "b": "z" * 100}] * 9)
    assert (many.expected, len(many.actual), many.actual[-1]) == ("at most 2 items", 200, "…")


def test_formats_count_only_when_asked_for() -> None:
    schema = {"format": "date-time"}
    assert not SchemaChecker(schema).holds("noon")
    assert SchemaChecker(schema, formats=False).holds("noon")


@pytest.mark.parametrize(
    ("schema", "path", "words"),
    [
        ({"properties": {"a": {"minLength": -1}}}, "properties.a.minLength", "-1"),
        ({"properties": {"a": {"type": "strin"}}}, "properties.a.type", '"strin"'),
        ({"properties": {"a": {"pattern": "("}}}, "properties.a.pattern", "regex"),
        ({"properties": {"a": {"$ref": "#/$defs/b"}}}, 'properties.a["$ref"]', "does not hold"),
        ({"allOf": [{"$ref": "https://example.org/b.json"}]}, 'allOf[0]["$ref"]', "outside of this schema"),
        ({"$ref": "file:///etc/passwd"}, '["$ref"]', "outside of this schema"),
        ({"$schema": "http://json-schema.org/draft-03/schema#"}, '["$schema"]', "dialect"),
        ({"properties": {"404": {"minLength": -1}}}, 'properties["404"].minLength', "-1"),
        ({"$schema": 5}, '["$schema"]', "string"),
        ({"maximum": float("nan")}, "maximum", "number"),
        ({"enum": ["\ud800"]}, "$", "surrogates"),
        ({"enum": [{1: 2}]}, "$", "key"),
        ([], "$", "object, true or false"),
        ("{}", "$", "object, true or false"),
        (None, "$", "object, true or false"),
    ],
)
def test_what_is_no_schema_says_where_and_why(schema: Any, path: str, words: str) -> None:
    with pytest.raises(SchemaError, match=r".") as caught:
        SchemaChecker(schema)
    assert (caught.value.path, words in caught.value.problem) == (path, True), str(caught.value)


def test_a_schema_and_its_error_are_short_however_long_the_text_is() -> None:
    with pytest.raises(SchemaError) as caught:
        SchemaChecker({"pattern": "a" * 1_000_000})
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("keyword", ["properties", "not", "items"])
@pytest.mark.parametrize("depth", [500, 100_000])
def test_deep_schemas_are_refused(keyword: str, depth: int) -> None:
    schema: Any = {}
    for _ in range(depth):
        schema = {keyword: {"a": schema} if keyword == "properties" else schema}
    with pytest.raises(SchemaError, match="nested too deeply"):
        SchemaChecker(schema)
    with pytest.raises(SchemaError, match="nested too deeply"):
        checker_for(schema)


def test_a_schema_of_a_megabyte_is_compiled_and_asked_in_time() -> None:
    begun = time.perf_counter()
    checker = SchemaChecker({"properties": {f"p{i}": {"type": "string", "maxLength": i} for i in range(25_000)}})
    assert told(checker.schema, {"p1": "xx"}) == [("p1", "p1", "maxLength")]
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize("pattern", [r"^(?=(a+)+$)b", r"^(a|a)*\1$(?=b)", r"^(?:(a|aa|a?)+)+\1b$", r"(?=(.*a){15}b)"])
def test_catastrophic_patterns_end(pattern: str) -> None:
    checker = SchemaChecker({"items": {"pattern": pattern}})
    begun = time.perf_counter()
    assert not checker.holds(["a" * 40 + "c"] * 50)
    judged = checker.judge(["a" * 40 + "c"] * 50)
    assert judged.is_undecided or judged.problems[0].keyword == "pattern"
    assert time.perf_counter() - begun < 5


GIVEN_UP = "^(?:(?=a)a*)*b$"


@pytest.mark.parametrize("length", [40, 30_000])
@pytest.mark.parametrize(
    "schema", [{"pattern": GIVEN_UP}, {"not": {"pattern": GIVEN_UP}}, {"anyOf": [{"pattern": GIVEN_UP}, {"type": "null"}]}]
)
def test_a_pattern_that_is_given_up_is_no_problem_but_undecided(schema: dict[str, Any], length: int) -> None:
    checker = SchemaChecker({"properties": {"a": schema}})
    assert checker.judge({"a": "a" * length}) == Judged([], is_undecided=True)
    assert checker.problems({"a": "a" * length}) == []
    many = {"a": "a" * length, "others": [0] * 30_000}  # so many that only the first error is looked for
    assert checker.judge(many) == Judged([], is_undecided=True)
    assert checker.judge({"a": "b"}).is_undecided is False


def test_what_is_decided_is_told_beside_what_is_not() -> None:
    checker = SchemaChecker({"properties": {"a": {"pattern": GIVEN_UP}, "n": {"type": "integer"}}})
    assert [one.path for one in checker.judge({"a": "a" * 40, "n": "x"}).problems] == ["n"]
    large = SchemaChecker({"items": {"not": {"pattern": "^(?=ab)"}}})
    assert [one.keyword for one in large.judge(["abc"] * 30_000).problems] == ["schema"]


def test_deep_values_are_no_match_and_no_crash_in_a_small_stack() -> None:
    tree = {"anyOf": [{"type": "null"}, {"items": {"$ref": "#"}, "unevaluatedItems": False, "type": "array"}]}
    answers: list[Any] = []
    before = threading.stack_size(512 * 1024)
    try:
        for schema in (tree, {"uniqueItems": True}, {"const": [[[1]]]}):
            checker = SchemaChecker(schema)
            for depth in (DEEPEST, 100_000):
                ask = threading.Thread(target=lambda: answers.append(checker.holds(nested(depth))))  # noqa: B023
                ask.start()
                ask.join()
            answers.append([one.keyword for one in checker.problems(nested(100_000))][-1:])
    finally:
        threading.stack_size(before)
    assert answers == [True, False, ["depth"], True, False, ["depth"], False, False, ["depth"]]


@pytest.mark.parametrize(
    ("schema", "value", "holds"),
    [
        ({"type": "integer"}, 10**400, True),
        ({"maximum": 10**400}, 10**401, False),
        ({"type": "number"}, float("nan"), False),
        ({"type": ["number", "null"]}, float("inf"), False),
        ({"type": "string", "maxLength": 3}, "a\ud800b", True),
        ({"additionalProperties": {"type": "integer"}}, {"\udc00": "x"}, False),
        ({"additionalProperties": {"type": "integer"}}, {1: 2}, True),
        ({"type": "string"}, object(), True),
        ({"maxItems": 1}, (1, 2), False),
    ],
)
def test_values_that_are_hardly_json(schema: Any, value: Any, holds: bool) -> None:
    checker = SchemaChecker(schema)
    assert checker.holds(value) is holds
    for one in checker.problems(value):
        json.dumps(one).encode()
        assert all(len(text.encode()) < 1000 for text in one)


def test_a_value_that_is_deep_and_no_json_at_once_is_no_match() -> None:
    checker = SchemaChecker({"type": "array", "items": {"items": {"type": "string"}}})
    assert not checker.holds([["\ud800", 1], nested(100_000)])
    assert [one.keyword for one in checker.problems([["\ud800", 1], nested(100_000)])] == ["depth"]


def test_of_a_wrong_value_of_very_many_parts_something_is_told_in_time() -> None:
    begun = time.perf_counter()
    value = [i if i % 2 else str(i) for i in range(300_000)]
    text, either = {"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "null"}]}
    assert told({"items": text}, value) == [("[]", "[1]", "type")]
    assert told({"items": either}, value) == [("$", "$", "schema")]
    assert told({"anyOf": [{"items": text}] * 50}, value[:30_000]) == [("$", "$", "schema")]
    assert told({"items": either}, value[:1_000]) == [("[]", "[1]", "anyOf")]
    assert time.perf_counter() - begun < 10


def test_equal_schemas_share_a_checker_and_broken_ones_stay_broken() -> None:
    one, other = {"type": "object", "required": ["a"]}, {"type": "object", "required": ["a"]}
    assert checker_for(one) is checker_for(one) is checker_for(other)
    assert checker_for({"type": "object", "required": ["b"]}) is not checker_for(one)
    assert checker_for(True).holds(1)
    assert not checker_for(False).holds(1)
    for _ in range(2):
        with pytest.raises(SchemaError):
            checker_for({"type": "no"})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=3), inner, max_size=4),
    max_leaves=12,
)
schemas = st.recursive(
    st.sampled_from([True, False, {"type": "string"}, {"minimum": 3}, {"enum": [1, "a", None]}, {"$ref": "#/$defs/a"}]),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"properties": st.dictionaries(st.sampled_from("abc"), inner), "required": st.just(["a"])}),
        st.fixed_dictionaries({"items": inner, "maxItems": st.integers(0, 3)}),
        st.fixed_dictionaries({"additionalProperties": inner, "propertyNames": st.just({"maxLength": 1})}),
        st.dictionaries(st.sampled_from(["anyOf", "oneOf", "allOf"]), st.lists(inner, min_size=1, max_size=3), min_size=1),
        st.builds(lambda v: {"not": v}, inner),
    ),
    max_leaves=8,
)


@given(schemas, json_values)
def test_a_value_holds_exactly_when_nothing_is_told_of_it(schema: Any, value: Any) -> None:
    whole = {"allOf": [schema], "$defs": {"a": {"type": "object", "properties": {"b": {"type": "null"}}}}}
    checker = SchemaChecker(whole)
    problems = checker.problems(value)
    assert checker.holds(value) == (problems == [])
    assert len({one[:1] + one[2:3] for one in problems}) == len(problems) <= 20
    for one in problems:
        assert len(one.expected) <= 200 >= len(one.actual)
        json.dumps(one, ensure_ascii=False).encode()
