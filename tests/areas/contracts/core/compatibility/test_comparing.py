"""Contracts compared: what is told of each kind of change, where, and in which words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.areas.contracts.core.compatibility import Change, compare, compare_all
from console.reporter.contracts.contract import Contract

TEXT = {"type": "string"}
HITS = {
    "type": "object",
    "properties": {"hits": {"type": "array", "items": {"type": "object", "properties": {"id": TEXT}, "required": ["id"]}}},
}
SEARCH = Contract(
    "acus",
    "/acus/search",
    "1.2.0",
    "GET",
    params=({"name": "q", "type": "string"},),
    responses={"2xx": HITS},
    timeout_ms=2000,
)


def told(changes: tuple[Change, ...]) -> list[tuple[str, str, str, str]]:
    return [(one.direction, one.path, one.kind, one.verdict) for one in changes]


def nested(schema: Any) -> Any:
    return {"type": "object", "properties": {"hits": {"type": "array", "items": {"type": "object", "properties": schema}}}}


def test_the_same_contract_has_no_changes() -> None:
    assert compare(SEARCH, replace(SEARCH, version="1.3.0")) == ()
    assert compare(None, None) == ()


def test_null_in_a_response_is_told_at_its_place_in_plain_words() -> None:
    old, new = nested({"id": TEXT}), nested({"id": {"type": ["string", "null"]}})
    (change,) = compare(replace(SEARCH, responses={"2xx": old}), replace(SEARCH, responses={"2xx": new}))
    assert change == Change(
        "acus", "GET", "/acus/search", "response", "2xx", "hits[].id", "became-nullable", "BREAKING",
        "a response may now answer null where callers were promised text", "text", "text or null",
    )  # fmt: skip


def test_places_of_maps_tuples_bodies_and_odd_names() -> None:
    old = {"type": "object", "properties": {
        "byId": {"type": "object", "additionalProperties": {"type": "object", "properties": {"name": TEXT}}},
        "pair": {"type": "array", "prefixItems": [TEXT, TEXT]}, "odd key": TEXT}}  # fmt: skip
    new = {"type": "object", "properties": {
        "byId": {"type": "object", "additionalProperties": {"type": "object", "properties": {"name": {"type": "integer"}}}},
        "pair": {"type": "array", "prefixItems": [TEXT, {"type": "integer"}]}, "odd key": {"type": "integer"}}}  # fmt: skip
    places = {one.path for one in compare(replace(SEARCH, request=old), replace(SEARCH, request=new))}
    assert places == {"body.byId.*.name", "body.pair[1]", 'body["odd key"]'}


def test_a_schema_that_refers_to_itself_is_walked_once() -> None:
    def tree(label: Any) -> Any:
        node = {
            "type": "object",
            "properties": {"label": label, "children": {"type": "array", "items": {"$ref": "#/$defs/n"}}},
        }
        return {"$ref": "#/$defs/n", "$defs": {"n": node}}

    old, new = tree(TEXT), tree({"type": ["string", "null"]})
    changes = compare(replace(SEARCH, responses={"200": old}), replace(SEARCH, responses={"200": new}))
    assert told(changes) == [("response", "label", "became-nullable", "BREAKING")]


@pytest.mark.parametrize(
    ("old", "new", "kind", "verdict"),
    [
        (None, 500, "timeout-set", "ADDITIVE"),
        (500, None, "timeout-removed", "BREAKING"),
        (500, 900, "timeout-raised", "BREAKING"),
        (900, 500, "timeout-lowered", "RISKY"),
    ],
)
def test_timeouts(old: float | None, new: float | None, kind: str, verdict: str) -> None:
    assert told(compare(replace(SEARCH, timeout_ms=old), replace(SEARCH, timeout_ms=new))) == [
        ("response", "$", kind, verdict)
    ]


def test_an_endpoint_on_its_way_out() -> None:
    going = replace(SEARCH, deprecated=True)
    assert [(one.kind, one.verdict) for one in compare(SEARCH, going)] == [("deprecated", "COSMETIC")]
    assert [(one.kind, one.verdict) for one in compare(going, SEARCH)] == [("undeprecated", "COSMETIC")]


def test_a_changed_method_and_title() -> None:
    assert [one[2:] for one in told(compare(SEARCH, replace(SEARCH, method="POST", title="Search")))] == [
        ("method-changed", "BREAKING"), ("words-changed", "COSMETIC")]  # fmt: skip
    assert told(compare(SEARCH, replace(SEARCH, method="")))[0][2:] == ("method-changed", "ADDITIVE")


def test_statuses_are_compared_with_what_covers_them() -> None:
    old = replace(SEARCH, responses={"2xx": TEXT, "404": TEXT})
    assert compare(old, replace(SEARCH, responses={"200": TEXT, "404": TEXT})) == ()
    assert told(compare(old, replace(SEARCH, responses={"200": {"type": "integer"}, "4xx": TEXT}))) == [
        ("response", "$", "type-changed", "BREAKING")]  # fmt: skip
    assert told(compare(old, replace(SEARCH, responses={"2xx": TEXT, "default": {"type": "integer"}}))) == [
        ("response", "$", "type-changed", "BREAKING")]  # fmt: skip
    assert (
        told(
            compare(replace(SEARCH, responses={"default": TEXT}), replace(SEARCH, responses={"default": TEXT, "500": TEXT}))
        )
        == []
    )


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ({"200": TEXT, "default": TEXT}, {"200": TEXT}, "ADDITIVE"),  # it stood for errors
        ({"4xx": TEXT, "default": TEXT}, {"4xx": TEXT}, "BREAKING"),  # it stood for what callers wait for
        ({"default": {}}, {}, "ADDITIVE"),  # it promised nothing
        ({"200": {}, "4xx": TEXT}, {"4xx": TEXT}, "BREAKING"),  # this promised that there is an answer
        ({"200": TEXT}, {"200": False}, "BREAKING"),
        ({"404": TEXT}, {"404": False}, "ADDITIVE"),
        ({"200": False}, {"200": TEXT}, "ADDITIVE"),
        ({"200": TEXT, "201": False}, {"200": TEXT}, "ADDITIVE"),
        ({"2xx": TEXT}, {"200": TEXT, "204": False}, "ADDITIVE"),
        ({"2xx": TEXT}, {"2xx": TEXT, "204": False}, "ADDITIVE"),
    ],
)
def test_an_answer_that_is_no_longer_possible(old: Any, new: Any, verdict: str) -> None:
    result = compare_all([replace(SEARCH, responses=old)], [replace(SEARCH, responses=new)])
    assert result.verdict == verdict, result.changes


def test_path_parameters_go_by_their_place_not_by_their_name() -> None:
    old = Contract("s", "/users/:id", "1", "GET", params=({"name": "id", "in": "path", "type": "string", "required": True},))
    new = Contract("s", "/users/{userId}", "1", "GET",
                   params=({"name": "userId", "in": "path", "type": "string", "required": True},))  # fmt: skip
    assert compare(old, new) == ()


def test_a_parameter_that_moves() -> None:
    old = replace(SEARCH, params=({"name": "key", "type": "string"},))
    new = replace(SEARCH, params=({"name": "key", "in": "header", "type": "string", "required": True},))
    assert told(compare(old, new)) == [("request", "key", "param-moved", "BREAKING")]


def test_rewriting_the_same_is_cosmetic() -> None:
    split = {"allOf": [{"type": "object", "properties": {"a": TEXT}}, {"required": ["a"]}]}
    whole = {"type": "object", "properties": {"a": {"anyOf": [TEXT]}}, "required": ["a"]}
    for change in (replace(SEARCH, request=split), replace(SEARCH, request=whole)), (replace(SEARCH, request=whole),) * 2:
        assert {one.verdict for one in compare(*change)} <= {"COSMETIC"}
    assert told(compare(replace(SEARCH, request=split), replace(SEARCH, request=whole))) == [
        ("request", "body", "rewritten", "COSMETIC")]  # fmt: skip


def test_a_keyword_for_another_type_changes_nothing() -> None:
    old = replace(SEARCH, request={"type": "integer"})
    assert told(compare(old, replace(SEARCH, request={"type": "integer", "maxLength": 3}))) == [
        ("request", "body", "max-length-set", "COSMETIC")]  # fmt: skip


def test_draft_7_and_2020_12_are_compared() -> None:
    old = {"$schema": "http://json-schema.org/draft-07/schema#", "type": "array", "items": [TEXT], "additionalItems": False}
    new = {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "array", "prefixItems": [TEXT], "items": False}
    assert {one.verdict for one in compare(replace(SEARCH, request=old), replace(SEARCH, request=new))} <= {"COSMETIC"}


def test_all_are_paired_by_service_path_and_method() -> None:
    other = replace(SEARCH, endpoint="/acus/:id", method="GET")
    renamed = replace(other, endpoint="/acus/{acuId}", method="GET")
    result = compare_all([SEARCH, other], [SEARCH, renamed])
    assert result == ((), "", False, ("1.2.0", "1.2.0"))


def test_the_only_method_of_a_path_that_changes_is_a_change_not_two() -> None:
    result = compare_all([SEARCH], [replace(SEARCH, method="POST")])
    assert [one.kind for one in result.changes] == ["method-changed"]
    more = compare_all(
        [SEARCH, replace(SEARCH, method="PUT")], [replace(SEARCH, method="PUT"), replace(SEARCH, method="POST")]
    )
    assert sorted(one.kind for one in more.changes) == ["endpoint-added", "endpoint-removed"]


def test_of_several_versions_the_newest_is_compared() -> None:
    old = [replace(SEARCH, version="1.9.0", timeout_ms=1.0), replace(SEARCH, version="1.10.0")]
    assert compare_all(old, [replace(SEARCH, version="1.11.0")]).changes == ()


@pytest.mark.parametrize(
    ("old", "new", "is_unbumped"),
    [("1.2.0", "1.3.0", True), ("1.2.0", "2.0.0", False), ("1.2.0", "1.2.0", True), ("0.1.0", "0.2.0", False),
     ("0.1.0", "0.1.1", True)],
)  # fmt: skip
def test_breaking_without_a_new_major_version_is_unbumped(old: str, new: str, is_unbumped: bool) -> None:
    before, after = replace(SEARCH, version=old), replace(SEARCH, version=new, timeout_ms=9000.0)
    result = compare_all([before], [after])
    assert (result.verdict, result.is_unbumped, result.versions) == ("BREAKING", is_unbumped, (old, new))


def test_a_removed_endpoint_is_unbumped_unless_the_others_moved_on() -> None:
    gone = replace(SEARCH, endpoint="/gone")
    assert compare_all([SEARCH, gone], [SEARCH]).is_unbumped
    assert not compare_all([SEARCH, gone], [replace(SEARCH, version="2.0.0")]).is_unbumped


def test_the_worst_comes_first() -> None:
    old = {"type": "object", "properties": {"a": TEXT, "b": TEXT}}
    new = {"type": "object", "title": "x", "properties": {"b": {"type": "integer"}, "c": TEXT}}
    verdicts = [one.verdict for one in compare(replace(SEARCH, request=old), replace(SEARCH, request=new))]
    assert verdicts == ["BREAKING", "RISKY", "ADDITIVE", "COSMETIC"]


def test_each_change_is_proved_for_itself() -> None:
    old = {"type": "object", "maximum": 5, "properties": {"price": {"type": "number", "maximum": 5}}}
    new = {"type": "object", "maximum": 3, "properties": {"price": {"type": "number", "maximum": 3}}}
    assert told(compare(replace(SEARCH, request=old), replace(SEARCH, request=new))) == [
        ("request", "body.price", "maximum-lowered", "BREAKING"),
        ("request", "body", "maximum-lowered", "COSMETIC"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (False, True, [("request", "body", "became-required", "BREAKING")]),
        (True, False, [("request", "body", "became-optional", "ADDITIVE")]),
        (None, True, []),
        (True, None, []),
        (False, False, []),
    ],
)
def test_whether_a_body_has_to_be_sent(old: bool | None, new: bool | None, found: list[Any]) -> None:
    before = replace(SEARCH, request={"type": "object"})
    changes = compare(replace(before, is_request_required=old), replace(before, is_request_required=new))
    assert told(changes) == found


@pytest.mark.parametrize(("wanted", "verdict"), [(True, "BREAKING"), (None, "BREAKING"), (False, "ADDITIVE")])
def test_a_new_body_breaks_callers_unless_it_may_be_left_out(wanted: bool | None, verdict: str) -> None:
    (change,) = compare(SEARCH, replace(SEARCH, request={"type": "object"}, is_request_required=wanted))
    assert (change.kind, change.verdict, change.new) == ("body-added", verdict, '{"type": "object"}')


def rewritten(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
    before, after = ({"name": "q", "in": "query", **one} for one in (old, new))
    changes = compare(replace(SEARCH, params=(before,)), replace(SEARCH, params=(after,)))
    return [(one.kind, one.verdict) for one in changes]


LIST = {"type": "array", "items": TEXT}


def test_lists_that_are_written_in_another_way_break_callers() -> None:
    assert rewritten(LIST, {"explode": False, "schema": LIST}) == [("style-changed", "BREAKING")]
    assert rewritten({"explode": False, "schema": LIST}, LIST) == [("style-changed", "BREAKING")]
    assert rewritten({"explode": False, "schema": LIST}, {"explode": False, "schema": LIST}) == []
    piped = {"style": "pipeDelimited", "schema": LIST}
    assert rewritten(piped, {**piped, "style": "spaceDelimited"}) == [("style-changed", "BREAKING")]
    assert rewritten(TEXT, LIST) == [("type-widened", "ADDITIVE")]
    assert ("type-changed", "BREAKING") in rewritten(TEXT, {"explode": False, "schema": LIST})


def test_what_lists_and_objects_in_one_text_promise_is_compared_too() -> None:
    deep: Any = {"style": "deepObject", "schema": {"type": "object", "properties": {"a": {"enum": ["x", "y"]}}}}
    fewer = {**deep, "schema": {"type": "object", "properties": {"a": {"enum": ["x"]}}}}
    assert [verdict for _, verdict in rewritten(deep, fewer)] == ["BREAKING"]
    assert [verdict for _, verdict in rewritten(fewer, deep)] == ["ADDITIVE"]
    assert rewritten(TEXT, {**TEXT, "allowReserved": True}) == [("reserved-allowed", "ADDITIVE")]
    assert rewritten({**TEXT, "allowReserved": True}, TEXT) == [("reserved-refused", "BREAKING")]


@pytest.mark.parametrize(
    "large",
    [
        {"enum": list(range(300_000))},
        {"properties": {f"p{n}": {"type": "string"} for n in range(100_000)}},
    ],
    ids=["values", "properties"],
)
def test_the_same_large_schema_is_no_change_and_another_is_not_compared(large: dict[str, Any]) -> None:
    before = replace(SEARCH, request=large, responses={"200": large})
    again = replace(SEARCH, request={**large}, responses={"200": {**large}})
    assert compare(before, again) == ()
    other = replace(again, request={**large, "title": "another"})
    assert told(compare(before, other)) == [("request", "body", "too-large", "RISKY")]
