"""Strategies for contracts, and short ways to read a text."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from console.areas.contracts.core.documents import Documents, read_documents
from console.areas.contracts.core.exporting import yaml_text
from console.reporter.contracts.contract import Contract

NAMES = st.sampled_from(
    ("id", "title", "on", "no", "null", "1.0", "0o7", "1e3", "a b", "größe", "2026-11-24", "~", "x/y~z", "<<")
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | NAMES
NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.none() | st.booleans() | NUMBERS | TEXTS
_LEAVES = st.one_of(
    st.builds(lambda kind: {"type": kind}, st.sampled_from(("string", "integer", "number", "boolean", "null"))),
    st.builds(lambda values: {"enum": values}, st.lists(VALUES, min_size=1, max_size=3, unique_by=repr)),
    st.builds(lambda low: {"type": "number", "exclusiveMinimum": low}, NUMBERS),
    st.builds(lambda words: {"type": "string", "description": words}, TEXTS),
    st.just({"const": {"$ref": "no reference, a value"}}),
    st.booleans(),
)


def _wider(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.builds(
            lambda properties: {"type": "object", "required": sorted(properties)[:1], "properties": properties},
            st.dictionaries(NAMES, inner, min_size=1, max_size=3),
        ),
        st.builds(lambda items: {"type": "array", "items": items}, inner),
        st.builds(lambda parts: {"anyOf": parts}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(lambda part: {"not": part}, inner),
    )


PLAIN_SCHEMAS = st.recursive(_LEAVES, _wider, max_leaves=6)


@st.composite
def schemas(draw: st.DrawFn) -> Any:
    """A schema, in two of three cases with definitions that refer to each other, also in circles."""
    schema = draw(PLAIN_SCHEMAS)
    if isinstance(schema, bool) or draw(st.integers(0, 2)) == 0:
        return schema
    names = draw(st.lists(st.sampled_from(("User", "Circle", "Unit")), min_size=1, max_size=3, unique=True))
    definitions = {
        name: {
            "type": "object",
            "properties": {"own": draw(_LEAVES), "next": {"$ref": f"#/$defs/{draw(st.sampled_from(names))}"}},
        }
        for name in names
    }
    return {"allOf": [schema, {"$ref": f"#/$defs/{names[0]}"}], "$defs": definitions}


@st.composite
def params(draw: st.DrawFn) -> dict[str, Any]:
    """A rule in the platform's form, with or without what it may leave unsaid."""
    rule: dict[str, Any] = {"name": draw(TEXTS.filter(bool))}
    if draw(st.booleans()):
        rule["in"] = draw(st.sampled_from(("query", "path", "header", "cookie", "body")))
    if draw(st.booleans()):
        rule["required"] = draw(st.booleans())
    rule |= draw(
        st.sampled_from(
            (
                {"type": "string", "minLength": 2, "maxLength": 256},
                {"type": ["integer", "null"], "minimum": 1},
                {"type": "array", "items": {"type": "string"}},
                {"type": "object"},
                {"enum": ["asc", "desc", None]},
                {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                {"type": "number", "x-unit": "ms", "note": "of ours"},
                {"explode": False, "schema": {"type": "array", "items": {"type": "string"}}},
                {"style": "deepObject", "schema": {"type": "object", "required": ["a"]}, "allowReserved": True},
                {"style": 7, "explode": "no", "schema": {"$ref": "#/nowhere"}, "type": "string"},
                {"allOf": [{"required": ["a"]}], "type": "object"},
                {},
            )
        )
    )
    return rule


CONTRACTS = st.builds(
    Contract,
    service=st.sampled_from(("server", "network", "on", "1.0")),
    endpoint=st.sampled_from(
        ("/users/:id", "/users/{id}/", "/users", "/a/*/b/*", "entity:user", "users/:id", "/v1/{name}.json")
    ),
    version=st.sampled_from(("1.0.0", "1.1.0", "2.0.0-beta.1", "1.10", "2026-11-24", "on")),
    method=st.sampled_from(("", "GET", "POST", "PROPFIND")),
    params=st.lists(params(), max_size=3, unique_by=lambda rule: rule["name"]).map(tuple),
    request=st.none() | schemas(),
    responses=st.dictionaries(st.sampled_from(("2xx", "200", "404", "5xx", "default")), schemas(), max_size=3),
    timeout_ms=st.none() | st.floats(1, 1e6),
    id=st.just("") | st.sampled_from(("contract_1", "007")),
    title=TEXTS,
    deprecated=st.booleans(),
    is_request_required=st.none() | st.booleans(),
).map(lambda one: one if one.request is not None else replace(one, is_request_required=None))


def as_yaml(value: Any, name: str = "a.yaml") -> Documents:
    """Read a JSON value by way of YAML."""
    return read_documents(yaml_text(value), name)


def lines(documents: Documents) -> list[str]:
    """The problems as people see them."""
    return [f"{problem.where}: {problem.what}" for problem in documents.problems]
