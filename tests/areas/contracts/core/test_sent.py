"""Headers and cookies out of events: what was sent, what was not, and of what nothing is known."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.contracts.core.exchange import exchange_of
from console.areas.contracts.core.sent import sent_in_check, sent_in_report
from console.reporter.contracts.exchange import Sent
from tests.model.json_values import plain
from tests.store_filling import START_MS, read_text


def test_a_check_says_by_null_what_was_not_sent() -> None:
    told = {"headers": {"X-Trace": "7", "X-Other": None}, "cookieParams": {"theme": "dark", "sid": None}}
    assert sent_in_check(told) == (
        Sent({"x-trace": "7", "x-other": None}, False), Sent({"theme": "dark", "sid": None}, False),
    )  # fmt: skip
    assert sent_in_check({"path": "/a"}) == (None, None)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "a", "X-Trace": ["7", 8]}, [["host", "a"], ["x-trace", "7, 8"]],
        [{"name": ":authority", "value": "a"}, {"name": "X-TRACE", "value": "7, 8"}],
    ],
)  # fmt: skip
def test_headers_with_the_host_are_whole(headers: Any) -> None:
    found, cookies = sent_in_report({"headers": headers})
    assert found is not None
    assert found.is_whole
    assert found.values["x-trace"] == "7, 8"
    assert cookies is None, "that no cookie is told says nothing"


def test_a_selection_of_headers_says_nothing_of_the_others() -> None:
    assert sent_in_report({"requestHeaders": {"Accept": "*/*", "X-Null": None}})[0] == Sent({"accept": "*/*"}, False)
    assert sent_in_report({"headers": {}}) == (None, None)


def test_cookies_are_read_from_their_header_or_from_a_list() -> None:
    _, cookies = sent_in_report({"headers": {"Cookie": 'theme="dark"; sid=a=b; ; odd'}})
    assert cookies == Sent({"theme": "dark", "sid": "a=b"}, True)
    assert sent_in_report({"headers": {"cookie": "[masked]"}})[1] is None
    listed = {"headers": {"cookie": "[masked]"}, "cookies": [{"name": "theme", "value": "dark"}, {"name": 7}, "x"]}
    assert sent_in_report(listed)[1] == Sent({"theme": "dark"}, False)


def test_an_exchange_carries_them() -> None:
    body = {"eventType": "contract_check", "timestamp": START_MS, "service": "s",
            "data": {"exchange": {"path": "/a", "headers": {"X-Trace": "7"}}}}  # fmt: skip
    found = exchange_of(read_text(json.dumps(body)))
    assert found is not None
    assert (found.headers, found.cookies) == (Sent({"x-trace": "7"}, False), None)


@given(plain, plain)
def test_any_values_give_an_answer(headers: Any, cookies: Any) -> None:
    for sent in (*sent_in_check({"headers": headers, "cookieParams": cookies}),
                 *sent_in_report({"headers": headers, "cookies": cookies})):  # fmt: skip
        assert sent is None or all(isinstance(name, str) for name in sent.values)


@given(st.text(max_size=60))
def test_any_cookie_header_is_read(text: str) -> None:
    _, cookies = sent_in_report({"headers": {"cookie": text}})
    assert cookies is None or all(isinstance(value, str) for value in cookies.values.values())
