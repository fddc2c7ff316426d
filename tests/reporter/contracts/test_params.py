"""ParamSchema as JSON Schema, and texts of a query as values: agree with checks made by hand."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.reporter.contracts.params import param_schema, params_schema, read_params
from console.reporter.contracts.schema import SchemaChecker

RULES = st.fixed_dictionaries(
    {"name": st.sampled_from(["q", "k", "on"]), "type": st.sampled_from(["string", "number", "integer", "boolean"])},
    optional={
        "required": st.booleans(),
        "minimum": st.integers(-5, 5),
        "maximum": st.integers(-5, 5) | st.none(),
        "minLength": st.integers(0, 4),
        "maxLength": st.integers(0, 4),
        "pattern": st.sampled_from(["^a", "b$", "^[0-9]+$"]),
        "enum": st.lists(st.sampled_from(["a", "ab", "1", 1, 2.5, True]), min_size=1, max_size=4),
        "in": st.sampled_from(["query", "path"]),
    },
)
TEXTS = st.sampled_from(["", "a", "ab", "abcde", "1", "-3", "2.5", "1e2", "true", "false", "True", " 1", "1_0", "٣", "nan"])


def value_by_hand(text: str, kind: str) -> Any:
    """Return what a text stands for; itself when it does not look like what is wanted."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if kind in ("number", "integer") and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?(e[0-9]+)?", text):
        return float(text) if "." in text or "e" in text else int(text)
    return text


def holds_by_hand(rule: dict[str, Any], value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        "string": isinstance(value, str),
        "boolean": isinstance(value, bool),
        "number": is_number,
        "integer": is_number and float(value).is_integer(),
    }[rule["type"]]
    if not fits or (
        is_number
        and not rule.get("minimum", -9e9)
        <= value
        <= (rule.get("maximum") or 9e9 if rule.get("maximum") is None else rule["maximum"])
    ):
        return False
    if isinstance(value, str) and not rule.get("minLength", 0) <= len(value) <= rule.get("maxLength", 99):
        return False
    if isinstance(value, str) and "pattern" in rule and not re.search(rule["pattern"], value):
        return False
    return "enum" not in rule or any(
        value == one and isinstance(value, bool) == isinstance(one, bool) for one in rule["enum"]
    )


@given(
    st.lists(RULES, max_size=3, unique_by=lambda rule: rule["name"]),
    st.dictionaries(st.sampled_from(["q", "k", "on", "x"]), TEXTS),
)
def test_a_query_holds_exactly_when_it_does_by_hand(rules: list[dict[str, Any]], given_texts: dict[str, str]) -> None:
    checker = SchemaChecker(params_schema(rules))
    values = read_params(given_texts, rules)
    assert values == given_texts | {
        r["name"]: value_by_hand(given_texts[r["name"]], r["type"]) for r in rules if r["name"] in given_texts
    }
    missing = {rule["name"] for rule in rules if rule.get("required") and rule["name"] not in given_texts}
    wrong = {rule["name"] for rule in rules if rule["name"] in values and not holds_by_hand(rule, values[rule["name"]])}
    assert {one.path for one in checker.problems(values)} == missing | wrong
    assert checker.holds(values) == (not missing and not wrong)


@pytest.mark.parametrize(
    ("rule", "text", "value"),
    [
        ({"type": "integer"}, "17", 17),
        ({"type": "integer"}, "17.0", 17.0),
        ({"type": "integer"}, "9" * 200, int("9" * 200)),
        ({"type": "integer"}, "9" * 5000, "9" * 5000),
        ({"type": "number"}, "1e999", "1e999"),
        ({"type": "number"}, "0x10", "0x10"),
        ({"type": "boolean"}, "yes", "yes"),
        ({"type": ["integer", "null"]}, "", None),
        ({"type": ["integer", "string"]}, "17", "17"),
        ({"type": "string"}, "17", "17"),
        ({}, "17", "17"),
        ({"type": "array"}, "a", ["a"]),
        ({"type": "array", "items": {"type": "integer"}}, ["1", "x"], [1, "x"]),
        ({"type": ["array", "string"]}, "a", "a"),
        ({"type": "integer"}, 3.5, 3.5),
        ({"type": "boolean"}, None, None),
    ],
)
def test_texts_become_what_the_rule_wants_if_they_look_so(rule: dict[str, Any], text: Any, value: Any) -> None:
    read = read_params({"p": text, "other": "1"}, [{"name": "p", **rule}])
    assert read == {"p": value, "other": "1"}
    assert type(read["p"]) is type(value)


def test_a_rule_says_only_what_json_schema_knows() -> None:
    rule = {
        "name": "q",
        "in": "query",
        "required": True,
        "type": "string",
        "maxLength": None,
        "style": "form",
        "format": "uuid",
    }
    assert param_schema(rule) == {"type": "string", "format": "uuid"}
    nested = {"name": "f", "type": "object", "required": ["a"], "properties": {"a": {"type": "null"}}}
    assert param_schema(nested) == {"type": "object", "required": ["a"], "properties": {"a": {"type": "null"}}}
    assert params_schema([rule, nested])["required"] == ["q"]


def test_of_two_rules_for_one_name_the_last_counts() -> None:
    schema = params_schema([{"name": "q", "type": "string", "required": True}, {"name": "q", "type": "integer"}])
    assert schema == {"type": "object", "properties": {"q": {"type": "integer"}}, "required": []}
