"""A contract written and read again is the same, and a document that is none says where and what."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.reporter.contracts.contract import PLACES, TYPES, Contract, ContractError, read_contract, write_contract

names = st.text(min_size=1, max_size=8).map(str.strip).filter(bool)
schemas = st.booleans() | st.dictionaries(st.sampled_from(["type", "title", "$defs"]), st.sampled_from(["string", "x"]))
rules = st.fixed_dictionaries(
    {"name": names},
    optional={
        "type": st.sampled_from(TYPES) | st.lists(st.sampled_from(TYPES), max_size=2),
        "in": st.sampled_from(PLACES),
        "required": st.booleans(),
        "maxLength": st.integers(),
    },
)
statuses = st.integers(100, 599).map(str) | st.sampled_from(["1xx", "2xx", "4xx", "default"])
contracts = st.builds(
    Contract,
    service=names,
    endpoint=names,
    version=names,
    method=st.sampled_from(["", "GET", "PATCH"]),
    params=st.lists(rules, max_size=3).map(tuple),
    request=st.none() | schemas,
    responses=st.dictionaries(statuses, schemas, max_size=3),
    timeout_ms=st.none() | st.floats(0.001, 1e9),
    id=st.text(max_size=5),
    title=st.text(max_size=5),
    deprecated=st.booleans(),
    is_request_required=st.none() | st.booleans(),
).map(lambda one: one if one.request is not None else replace(one, is_request_required=None))


@given(contracts)
def test_what_is_written_is_read_again(contract: Contract) -> None:
    assert read_contract(write_contract(contract)) == contract


KEYS = ["serviceName", "endpoint", "contractVersion", "expectedParams", "expectedResponse", "timeout", "method", "name"]
documents = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.sampled_from(KEYS), one, max_size=8),
    max_leaves=12,
)


@given(documents)
def test_whatever_comes_is_a_contract_or_an_error_in_words(document: Any) -> None:
    try:
        contract = read_contract(document)
    except ContractError:
        return
    assert read_contract(write_contract(contract)) == contract


def test_what_is_not_said_is_not_written() -> None:
    written = {"serviceName": "s", "endpoint": "/a", "contractVersion": "1", "expectedParams": []}
    assert write_contract(Contract("s", "/a", "1")) == written
    assert write_contract(Contract("s", "/a", "1", request={})) == written | {"expectedRequest": {}}


BASE = {"serviceName": "server", "endpoint": "/a", "contractVersion": "1"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"serviceName": " "}, "serviceName"),
        ({"contractVersion": 2}, "contractVersion"),
        ({"method": "GET /a"}, "method"),
        ({"expectedParams": {}}, "expectedParams"),
        ({"expectedParams": [{"name": "a"}, 3]}, "expectedParams[1]"),
        ({"expectedParams": [{"type": "string"}]}, "expectedParams[0].name"),
        ({"expectedParams": [{"name": "a", "type": "date"}]}, "expectedParams[0].type"),
        ({"expectedParams": [{"name": "a", "type": ["string", []]}]}, "expectedParams[0].type"),
        ({"expectedParams": [{"name": "a", "in": "form"}]}, "expectedParams[0].in"),
        ({"expectedParams": [{"name": "a", "required": "yes"}]}, "expectedParams[0].required"),
        ({"expectedResponse": "string"}, "expectedResponse"),
        ({"expectedResponses": {"2yy": {}}}, "expectedResponses.2yy"),
        ({"expectedRequest": []}, "expectedRequest"),
        ({"timeout": 0}, "timeout"),
        ({"timeout": float("nan")}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"deprecated": "yes"}, "deprecated"),
    ],
)
def test_what_is_no_contract_says_where(change: dict[str, Any], path: str) -> None:
    with pytest.raises(ContractError) as caught:
        read_contract(BASE | change)
    assert caught.value.path == path
    assert str(caught.value).startswith(f"{path}: ")


def test_the_most_exact_status_answers() -> None:
    contract = read_contract(
        BASE | {"expectedResponse": {"title": "ok"}, "expectedResponses": {"404": True, "4XX": False, "default": {}}}
    )
    keys = [found[0] if (found := contract.response_for(status)) else None for status in (200, 204, 404, 409, 500, None)]
    assert keys == ["2xx", "2xx", "404", "4xx", "default", "2xx"]
    assert Contract("s", "/a", "1").response_for(200) is None


ONE = {"serviceName": "s", "contractVersion": "1"}


@pytest.mark.parametrize(
    ("endpoint", "method", "found"),
    [
        ("POST /big", None, ("POST", "/big")),
        ("post  /big", "", ("POST", "/big")),
        ("POST /big", "Post", ("POST", "/big")),
        ("PATCH\t/a b", None, ("PATCH", "/a b")),
        ("/POST /big", None, ("", "/POST /big")),
        ("LOOK /big", None, ("", "LOOK /big")),
        ("POST big", None, ("", "POST big")),
        ("/big", "M-SEARCH", ("M-SEARCH", "/big")),
    ],
)
def test_a_method_that_stands_before_the_path_is_taken_as_one(endpoint: str, method: str, found: tuple[str, str]) -> None:
    contract = read_contract({**ONE, "endpoint": endpoint, "method": method})
    assert (contract.method, contract.endpoint) == found


def test_two_methods_that_differ_are_refused() -> None:
    with pytest.raises(ContractError, match="begins with POST, and method says GET: which of them is meant"):
        read_contract({**ONE, "endpoint": "POST /big", "method": "get"})


@pytest.mark.parametrize("method", ["G" * 33, "G" * 10_000, "GET /x", "G\u202eT", "ÄT"])
def test_what_is_no_token_is_no_method_and_is_told_in_brief(method: str) -> None:
    with pytest.raises(ContractError, match="is no HTTP method") as caught:
        read_contract({**ONE, "endpoint": "/x", "method": method})
    assert len(str(caught.value)) < 120


def test_whether_a_body_has_to_be_sent_is_said_of_a_body_only() -> None:
    assert read_contract({**ONE, "endpoint": "/x", "expectedRequest": {}, "requestRequired": True}).is_request_required
    assert read_contract({**ONE, "endpoint": "/x", "requestRequired": True}).is_request_required is None
    with pytest.raises(ContractError, match="requestRequired: wants true or false"):
        read_contract({**ONE, "endpoint": "/x", "expectedRequest": {}, "requestRequired": "yes"})
