"""Parameters in headers and cookies; and values that were masked before anybody could look at them."""

from dataclasses import replace
from typing import Any

import pytest

from console.reporter.contracts.checking import check_exchange
from console.reporter.contracts.contract import read_contract
from console.reporter.contracts.exchange import Exchange, Sent
from console.reporter.contracts.masked import is_masked

CONTRACT = read_contract({
    "serviceName": "server", "endpoint": "/acus", "method": "GET", "contractVersion": "1",
    "expectedParams": [
        {"name": "X-Trace", "in": "header", "required": True, "pattern": "^[0-9a-f]{4}$"},
        {"name": "x-limit", "in": "header", "type": "integer", "maximum": 50},
        {"name": "x-tags", "in": "header", "type": "array", "items": {"type": "integer"}},
        {"name": "theme", "in": "cookie", "required": True, "enum": ["dark", "light"]},
        {"name": "key", "minLength": 30},
    ],
})  # fmt: skip
HEADERS = {"x-trace": "00ff", "x-limit": "7", "host": "a"}
EXCHANGE = Exchange(
    "server", "GET", "/acus", {}, status=200, headers=Sent(HEADERS, True), cookies=Sent({"theme": "dark"}, True)
)


def told(exchange: Exchange) -> list[tuple[str, str]]:
    found = check_exchange(CONTRACT, exchange)
    assert all((one.kind, one.direction) == ("param_mismatch", "request") for one in found)
    return [(one.path, one.keyword) for one in found]


def headers(*, whole: bool = True, **values: Any) -> Exchange:
    sent = {name.replace("_", "-"): value for name, value in values.items()}
    return replace(EXCHANGE, headers=Sent(HEADERS | sent, whole))


def test_what_holds_breaks_nothing() -> None:
    assert told(EXCHANGE) == []


@pytest.mark.parametrize(
    ("exchange", "expected"),
    [
        (headers(x_trace="nope"), [('header["X-Trace"]', "pattern")]),
        (headers(x_limit="51"), [('header["x-limit"]', "maximum")]),
        (headers(x_limit="many"), [('header["x-limit"]', "type")]),
        (headers(x_tags=["1", "two"]), [('header["x-tags"][]', "type")]),
        (replace(EXCHANGE, headers=Sent({"host": "a"}, True)), [('header["X-Trace"]', "required")]),
        (replace(EXCHANGE, cookies=Sent({"theme": "blue"}, True)), [("cookie.theme", "enum")]),
        (replace(EXCHANGE, cookies=Sent({"Theme": "dark"}, True)), [("cookie.theme", "required")]),
    ],
)
def test_each_way_to_break_it(exchange: Exchange, expected: list[tuple[str, str]]) -> None:
    assert told(exchange) == expected


def test_of_what_was_not_recorded_nothing_is_said() -> None:
    assert told(replace(EXCHANGE, headers=None, cookies=None)) == []
    assert told(replace(EXCHANGE, headers=Sent({"accept": "*/*"}, False), cookies=Sent({"sid": "1"}, False))) == []
    assert told(headers(whole=False, x_limit="51")) == [('header["x-limit"]', "maximum")]


def test_null_was_not_sent_even_where_headers_are_a_selection() -> None:
    assert told(headers(whole=False, x_trace=None)) == [('header["X-Trace"]', "required")]
    assert told(headers(whole=False, x_limit=None)) == []


def test_a_masked_value_is_there_and_keeps_to_its_rule() -> None:
    assert told(headers(x_trace="[masked]", x_limit="Bearer [REDACTED]")) == []
    assert told(headers(x_trace="[masked]", x_limit="51")) == [('header["x-limit"]', "maximum")]
    assert told(replace(EXCHANGE, cookies=Sent({"theme": "***"}, True))) == []
    assert told(replace(EXCHANGE, params={"key": "[masked]"})) == []
    assert told(replace(EXCHANGE, params={"key": "short"})) == [("key", "minLength")]


@pytest.mark.parametrize("text", ["[masked]", "[redacted]", "<Filtered>", "Bearer [masked:jwt]", "********", "•••", "a=***"])
def test_what_a_masking_leaves_is_known(text: str) -> None:
    assert is_masked(text)


@pytest.mark.parametrize("value", ["*/*", "masked", "[unmasked]", "", None, 7, ["[masked]"], "x" * 9_000 + "***"])
def test_what_nobody_masked_is_looked_at(value: Any) -> None:
    assert not is_masked(value)
