"""What services say of their contracts, in their own sentences; and where they and we agree."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.agreement import join
from console.areas.contracts.core.deviation import Deviation, read_deviation
from console.areas.contracts.core.told import Told, ToldViolation, told_of
from console.model.event import Event
from console.reporter.contracts.checking import Violation
from console.reporter.contracts.exchange import Exchange
from tests.store_filling import START_MS, read_text

AGREED = {"serviceName": "server", "endpoint": "/a/:id", "method": "get", "contractVersion": "1.2.0", "id": "c1"}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Missing required parameter: q", Deviation("q", "required")),
        ("Missing required field 'hits'", Deviation("hits", "required")),
        ("Parameter 'id' does not match pattern: ^c_[a-z]+$", Deviation("id", "pattern", "^c_[a-z]+$")),
        ("Parameter 'limit' type mismatch: expected number, got string", Deviation("limit", "type", "number", "string")),
        ("Parameter 'limit' value 500 exceeds maximum 200", Deviation("limit", "maximum", "200", "500")),
        ("Parameter 'k' is below -3.5", Deviation("k", "minimum", "-3.5")),
        ('Parameter q: expected at least 2 characters, got "x"', Deviation("q", "minLength", "2")),
        ("Field title: expected at most 200 characters, got 431", Deviation("title", "maxLength", "200")),
        ("Parameter 'q' is shorter than 2", Deviation("q", "minLength", "2")),
        ("Parameter 'order' is none of ['asc', 'desc']", Deviation("order", "enum", "['asc', 'desc']")),
        ("Request timeout: 1572ms > 1500ms", Deviation("$", "timeout", "1500", "1572")),
        ("response.hits[12].id: required, but missing", Deviation("hits[].id", "required")),
        ("$.hits[3].quality: expected number, got str", Deviation("hits[].quality", "type", "number", "str")),
        ("response: expected object, got list", Deviation("$", "type", "object", "list")),
        ("hits: required, but missing", Deviation("hits", "required")),
        ("something about the answer is wrong", Deviation("$", "told")),
        ("", Deviation("$", "told")),
    ],
)
def test_sentences_are_read_leniently(words: str, expected: Deviation) -> None:
    assert read_deviation(words) == expected


@given(st.text(max_size=3_000))
def test_any_sentence_is_read(words: str) -> None:
    found = read_deviation(words)
    assert found.path
    assert found.keyword


@pytest.mark.parametrize(
    "words", ["a." * 50_000, "[" * 100_000, "value " * 20_000, "Parameter '" * 9_000, "missing " * 9_000]
)
def test_long_sentences_take_no_time(words: str) -> None:
    assert read_deviation(words).keyword


def check(violation: dict[str, Any] | None = None, data: dict[str, Any] | None = None, **state: Any) -> Event:
    told = {"checked": 4, **state} | ({"lastViolation": violation} if violation is not None else {})
    body = {
        "eventType": "contract_check",
        "timestamp": START_MS,
        "service": "hub",
        "data": data or {},
        "contractState": told,
    }
    return read_text(json.dumps(body))


def test_a_check_tells_contract_and_violation() -> None:
    violation = {"id": "v1", "contractId": "c1", "violationType": "response_mismatch", "expectedContract": AGREED,
                 "deviation": "response.hits: required, but missing"}  # fmt: skip
    found = told_of(check(violation, {"contractId": "c1", "violations": 2}, violations=90))
    assert found == Told(
        "server", "GET", "/a/:id", "1.2.0", "c1", AGREED,
        (ToldViolation("response_schema_error", "response", "hits", "required", "", "", str(violation["deviation"])),),
        "v1", 2, False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "direction", "keyword"),
    [("param_mismatch", "request", "required"), ("timeout", "response", "timeout"), ("unavailable", "response", "status"),
     ("schema_error", "response", "required"), ("strange", "request", "required")],
)  # fmt: skip
def test_kinds_decide_the_direction(kind: str, direction: str, keyword: str) -> None:
    found = told_of(check({"id": "v", "violationType": kind, "deviation": "Missing required parameter: q"}))
    assert found is not None
    assert [(one.direction, one.keyword) for one in found.violations] == [(direction, keyword)]


def test_a_service_that_checks_as_we_do_tells_all_of_them_in_full() -> None:
    two = [OURS._asdict(), {**OURS._asdict(), "path": "k"}, {"direction": "sideways"}, 7]
    found = told_of(check({"id": "v", "violationType": "param_mismatch"}, {"found": two, "contractVersion": "3.0.0"}))
    assert found is not None
    assert [tuple(one) for one in found.violations] == [tuple(OURS), tuple(OURS._replace(path="k"))]
    assert (found.version, found.uid) == ("3.0.0", "v")
    last = {"id": "v", "violationType": "param_mismatch", "path": "hits[].id", "keyword": "format", "deviation": "is odd"}
    found = told_of(check(last))
    assert found is not None
    assert [(one.path, one.keyword) for one in found.violations] == [("hits[].id", "format")]


def test_a_contract_may_be_told_without_a_violation() -> None:
    found = told_of(check(data={"expectedContract": AGREED}))
    assert found is not None
    assert (found.document, found.violations, found.contract_id) == (AGREED, (), "c1")


@pytest.mark.parametrize(
    ("data", "state", "found"),
    [
        ({"violations": 0}, {"violations": 7}, 0), ({"violations": 2}, {"violations": 7}, 2),
        ({"violations": 7}, {"violations": 7}, None), ({"violations": 7, "violationsFound": 1}, {"violations": 7}, 1),
        ({"violations": 1}, {"violations": 1, "checked": 1}, 1), ({}, {"violations": 7}, None),
        ({"violations": "2"}, {}, None),
    ],
)  # fmt: skip
def test_how_many_a_check_found(data: dict[str, Any], state: dict[str, Any], found: int | None) -> None:
    told = told_of(check(None, data, **state))
    assert told is not None
    assert told.found == found


def test_a_report_tells_by_its_section_or_its_message() -> None:
    section = {"contractId": "c9", "deviation": "Missing required parameter: q", "actualParams": {}}
    body = {"id": "e", "level": "warning", "component": "api", "message": "boom", "context": {"contract": section}}
    found = told_of(read_text(json.dumps(body)))
    assert found is not None
    assert (found.service, found.endpoint, found.contract_id, found.is_report) == ("api", "", "c9", True)
    body["message"] = "Contract violation for server/api/v1/a/:id: Missing required parameter: q"
    found = told_of(read_text(json.dumps(body)))
    assert found is not None
    assert (found.service, found.endpoint) == ("server", "/api/v1/a/:id")


OURS = Violation("param_mismatch", "request", "q", "required", "present", "absent", "q is missing")
THEIRS = ToldViolation("param_mismatch", "request", "q", "required", "", "", "Missing required parameter: q")
SEEN = Exchange("server", "GET", "/a", {}, status=200, response={})


def told(*violations: ToldViolation, found: int | None = 1, version: str = "1.2.0") -> Told:
    return Told("server", "GET", "/a", version, "c", None, violations, "v1", found, False)


def test_the_same_place_is_the_same_violation() -> None:
    (only,) = join([OURS], SEEN, told(THEIRS), [THEIRS], "1.2.0")
    assert (only.violation, only.is_ours, only.is_told, only.disagreement) == (OURS, True, True, "")
    vague = THEIRS._replace(path="$", keyword="told")
    (only,) = join([OURS], SEEN, told(vague), [vague], "1.2.0")
    assert (only.is_ours, only.is_told) == (True, True)


def test_another_place_is_a_violation_of_its_own() -> None:
    other = THEIRS._replace(path="k")
    ours, theirs = join([OURS], SEEN, told(other, found=None), [other], "1.2.0")
    assert (ours.is_ours, ours.is_told) == (True, False)
    assert (theirs.is_ours, theirs.is_told, theirs.violation.path) == (False, True, "k")


def test_a_service_that_found_as_many_means_all_of_ours() -> None:
    more = OURS._replace(path="k")
    joined = join([OURS, more], SEEN, told(THEIRS, found=2), [THEIRS], "1.2.0")
    assert [(one.is_ours, one.is_told) for one in joined] == [(True, True), (True, True)]


def test_a_difference_that_comes_of_another_version_says_so() -> None:
    (only,) = join([], SEEN, told(THEIRS, version="1.1.0"), [THEIRS], "1.2.0")
    assert only.disagreement.endswith("(it checks against 1.1.0, the console against 1.2.0)")


def test_without_an_exchange_or_a_contract_there_is_nothing_to_compare() -> None:
    for exchange, version in ((None, "1.2.0"), (SEEN, "")):
        (only,) = join([], exchange, told(THEIRS), [THEIRS], version)
        assert (only.is_ours, only.is_told, only.disagreement) == (False, True, "")
    assert join([], None, told(found=3), [], "1.2.0") == []


def test_a_repeated_violation_is_nothing_new() -> None:
    assert join([], SEEN, told(THEIRS), [], "1.2.0") == []
    (only,) = join([], SEEN, told(), [], "1.2.0")
    assert only.violation.keyword == "told", "the service found one, and does not say which"


def test_what_we_left_undecided_is_no_disagreement() -> None:
    (only,) = join([], SEEN, told(THEIRS), [THEIRS], "1.2.0", (THEIRS.direction,))
    assert (only.is_told, only.disagreement) == (True, "")
    (other,) = join(
        [], SEEN, told(THEIRS), [THEIRS], "1.2.0", ("request" if THEIRS.direction == "response" else "response",)
    )
    assert other.disagreement
