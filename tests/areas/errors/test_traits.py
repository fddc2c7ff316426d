import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.errors.core.payload import open_payload
from console.areas.errors.store.causes import likely_causes
from console.areas.errors.store.splitting import like
from console.areas.errors.store.traits import FACETS, traits_of
from tests.model.json_values import values
from tests.store_filling import read_text

EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.2"
SAFARI = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15"


def traits_in(body: dict[str, Any]) -> tuple[str, ...]:
    event = read_text(json.dumps(body))
    return traits_of(event.service, open_payload(event.data))


def traits(body: dict[str, Any]) -> dict[str, str]:
    found = dict(zip(FACETS, traits_in(body), strict=True))
    return {name: value for name, value in found.items() if value}


def test_the_same_facts_are_found_in_every_dialect() -> None:
    enhanced = {
        "errorId": "e", "source": {"service": "server"}, "user": {"id": "ada"},
        "environment": {"version": "1.4.2", "environment": "staging"},
        "request": {
            "method": "POST", "url": "https://api.example.org:8080/api/v1/messages/42?token=x",
            "headers": {"user-agent": EDGE},
        },
        "response": {"status": 409}, "database": {"errorCode": "23505"},
    }  # fmt: skip
    flat = {
        "id": "e", "level": "error", "component": "server", "context": {
            "userId": "ada", "version": "1.4.2", "environment": "staging", "endpoint": "/api/v1/messages/42",
            "method": "POST", "userAgent": EDGE, "statusCode": 409, "pgCode": "23505",
        },
    }  # fmt: skip
    expected = {
        "service": "server", "user": "ada", "version": "1.4.2", "environment": "staging", "browser": "Edge 131",
        "endpoint": "POST /api/v1/messages/:id", "status": "409", "sqlstate": "23505",
    }  # fmt: skip
    assert traits(enhanced) == expected
    assert traits({"eventType": "error", "service": "server", "data": enhanced}) == expected
    assert traits(flat) == expected


@pytest.mark.parametrize(
    ("request_", "endpoint"),
    [
        ({"url": "/api/v2/acus/9f1c2d3e4f5a6b7c8d9e/links/7"}, "/api/v2/acus/:id/links/:id"),
        ({"url": "https://example.org"}, "/"),
        ({"url": "/login#top"}, "/login"),
        ({"route": "/users/:id", "url": "/users/ada", "method": "GET"}, "GET /users/:id"),
        ({"url": 7}, ""),
        ({"path": "/callback?to=https://example.org/x", "method": "get"}, "GET /callback"),
        ({"url": ["x"]}, ""),
    ],
)
def test_ids_in_a_path_are_one_endpoint(request_: dict[str, Any], endpoint: str) -> None:
    assert traits({"errorId": "e", "request": request_}).get("endpoint", "") == endpoint


def test_the_page_that_was_open_stands_for_a_request_that_was_not() -> None:
    assert traits({"level": "error", "id": "e", "context": {"url": "http://h/conversations/conv_fc?x=1"}}) == {
        "endpoint": "/conversations/:id"
    }
    context = {"url": "http://h/conversations/conv_fc", "endpoint": "/api/v1/acus", "method": "GET"}
    assert traits({"level": "error", "id": "e", "context": context})["endpoint"] == "GET /api/v1/acus"


@pytest.mark.parametrize(("agent", "browser"), [(SAFARI, "Safari 17"), ("curl/8.5.0 (x)", "curl/8.5.0"), ("", "")])
def test_browsers_are_named(agent: str, browser: str) -> None:
    assert traits({"errorId": "e", "environment": {"userAgent": agent}}).get("browser", "") == browser


@given(values)
def test_any_payload_has_traits_that_can_be_stored(value: Any) -> None:
    for body in ({"errorId": "e", "context": value, "request": value, "user": value}, {"eventType": "error", "data": value}):
        found = traits_in(body)
        assert len(found) == len(FACETS)
        for text in found:
            assert len(text.encode("utf-8")) < 1_300


def test_a_cause_is_common_inside_and_rare_outside() -> None:
    inside = {"version": {"2.0": 40, "1.0": 2}, "user": {"ada": 20, "bob": 22}, "browser": {"Safari 17": 42}}
    everywhere = {
        "version": {"2.0": 60, "1.0": 900},
        "user": {"ada": 300, "bob": 300, "": 20},
        "browser": {"Safari 17": 43, "": 15},
    }
    (cause,) = likely_causes(inside, everywhere)
    assert (cause.facet, cause.value, cause.n) == ("version", "2.0", 40)
    assert cause.inside_share == pytest.approx(40 / 42)
    assert cause.outside_share == pytest.approx(20 / 918)
    assert cause.words == "95 % of this group has version 2.0 (40 events), 2 % of all other errors"


def test_few_events_are_no_evidence() -> None:
    assert likely_causes({"version": {"2.0": 4}}, {"version": {"2.0": 4, "1.0": 1_000}}) == ()
    assert likely_causes({"version": {"2.0": 400}}, {"version": {"2.0": 400, "1.0": 19}}) == ()
    assert likely_causes({"version": {"2.0": 5}}, {"version": {"2.0": 5, "1.0": 1_000}})


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(1, 500), min_size=1),
    st.dictionaries(st.sampled_from("abcd"), st.integers(0, 500)),
)
def test_causes_are_never_beyond_their_counts(inside: dict[str, int], others: dict[str, int]) -> None:
    everywhere = {value: inside.get(value, 0) + others.get(value, 0) for value in {*inside, *others}}
    for cause in likely_causes({"version": inside}, {"version": everywhere}):
        assert cause.n == inside[cause.value]
        assert 0 <= cause.outside_share < cause.inside_share <= 1
        assert cause.inside_share >= 0.5


@pytest.mark.parametrize(
    ("pattern", "message", "fits"),
    [
        ("time-out", "a TIME-OUT of 5 ms", True),
        ("peer*lost", "peer 7 was lost", True),
        ("lost*peer", "peer 7 was lost", False),
        ("*", "x", True),
        ("a*a", "a", False),
        ("straße", "STRASSE", True),
    ],
)
def test_patterns(pattern: str, message: str, fits: bool) -> None:
    assert like(pattern, message) is fits
