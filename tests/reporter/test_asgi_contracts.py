"""The middleware checks contracts around real Starlette apps: what it reports, and that the host never notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from console.reporter import Reporter, ReporterMiddleware, contract_book, with_contract
from console.reporter.contract_checks import ContractChecks
from console.reporter.contracts.checking import check_exchange
from console.reporter.contracts.contract import ContractError
from console.reporter.contracts.exchange import Exchange
from console.reporter.contracts.registry_file import registry_of
from tests.reporter.contract_app import (
    NOTE,
    ROUTES,
    WRITTEN,
    Events,
    Json,
    client,
    plain,
    promise,
    read_note,
)

Checks = Callable[[], list[Json]]


async def test_an_exchange_that_holds_is_told_with_its_bodies(reporter: Reporter, checks: Checks) -> None:
    async with client(reporter, [NOTE, WRITTEN]) as http:
        answer = await http.get("/notes/7?limit=5", headers={"x-correlation-id": "flow-1"})
        await http.post("/notes", json={"title": "Plans"})
    read, written = checks()
    assert answer.json() == {"id": 7, "title": "Plans"}
    exchange = read["data"]["exchange"]
    assert exchange.pop("durationMs") > 0
    assert exchange == {
        "method": "GET", "path": "/notes/7", "params": {"limit": "5"}, "pathParams": {"id": 7}, "status": 200,
        "response": {"id": 7, "title": "Plans"},
    }  # fmt: skip
    assert read["data"]["correlationId"] == "flow-1"
    assert (read["data"]["contractId"], read["data"]["endpoint"], read["data"]["method"]) == (
        "contract_notes", "/notes/:id", "GET",
    )  # fmt: skip
    assert (read["data"]["violations"], read["contractState"]) == (0, {"checked": 1, "violations": 0})
    assert (written["data"]["exchange"]["request"], written["data"]["exchange"]["status"]) == ({"title": "Plans"}, 201)
    assert written["data"]["contractId"] == "contract_server_1.0.0_POST /notes"


async def test_violations_are_told_in_the_platforms_shape(reporter: Reporter, checks: Checks) -> None:
    async with client(reporter, [NOTE]) as http:
        answer = await http.get("/notes/7?limit=400&title=null")
    assert answer.json() == {"id": 7, "title": None}
    (event,) = checks()
    found = [(one["kind"], one["direction"], one["path"], one["keyword"]) for one in event["data"]["found"]]
    assert found == [
        ("param_mismatch", "request", "limit", "maximum"),
        ("response_schema_error", "response", "title", "type"),
    ]
    assert (event["data"]["violations"], event["contractState"]["violations"]) == (2, 2)
    last = event["contractState"]["lastViolation"]
    assert last["violationType"] == "param_mismatch"
    assert last["actualRequest"] == {"limit": "400", "title": "null"}
    assert last["deviation"] == "limit: expected ≤ 50, got 400"
    assert (last["contractId"], last["severity"]) == ("contract_notes", "medium")
    assert registry_of(last["expectedContract"]).match("server", "GET", "/notes/7") is not None


async def test_contracts_are_told_at_the_start_and_once_a_minute(reporter: Reporter, events: Events, checks: Checks) -> None:
    now = [100.0]
    made = ContractChecks(reporter, [NOTE, {**NOTE, "serviceName": "other"}], clock=lambda: now[0])
    (start,) = events(reporter)
    assert start["data"]["expectedContract"]["contractVersion"] == "1.2.0"
    assert start["contractState"] == {"checked": 0, "violations": 0}
    app = ReporterMiddleware(Starlette(routes=ROUTES), reporter)
    app._checks = made
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as http:  # type: ignore[arg-type]
        for step_s in (0, 30, 29, 1):
            now[0] += step_s
            await http.get("/notes/1")
    assert ["expectedContract" in event["data"] for event in checks()] == [True, False, False, True]


async def test_what_nobody_declared_is_told_without_a_contract(reporter: Reporter, checks: Checks) -> None:
    async with client(reporter, [WRITTEN]) as http:
        await http.get("/v2/notes/7")
        await http.get("/nowhere/at/all")
        await http.options("/notes/7")
        await http.head("/notes/7")
        await http.get("/notes")  # declared for POST: this route says 405
    told = [(event["data"]["contractId"], event["data"]["method"], event["data"]["endpoint"]) for event in checks()]
    assert told == [("", "GET", "/v2/notes/{id:int}"), ("", "GET", "/notes")]


async def test_without_contracts_nothing_is_checked(reporter: Reporter, events: Events) -> None:
    async with client(reporter, None) as http:
        await http.get("/notes/7")
    assert [event["eventType"] for event in events(reporter)] == ["performance"]


async def test_the_contract_of_a_route_wins_over_the_registrys(reporter: Reporter, checks: Checks) -> None:
    strict = {"contractVersion": "9.0.0", "expectedResponse": {"required": ["owner"]}, "method": "GET"}

    async def own(request: Request) -> Response:
        return await read_note(request)

    routes = [Mount("/v3", routes=[Route("/notes/{id:int}", with_contract(own, strict), methods=["GET", "POST"])])]
    for contracts in (None, [{**NOTE, "endpoint": "/v3/notes/:id"}]):
        async with client(reporter, contracts, routes) as http:
            await http.get("/v3/notes/7")
            await http.post("/v3/notes/7")
    with_none, with_registry, posted = checks()
    for event in (with_none, with_registry):
        assert (event["data"]["contractVersion"], event["data"]["endpoint"]) == ("9.0.0", "/v3/notes/{id:int}")
        assert event["data"]["expectedContract"]["serviceName"] == "server"
        assert event["contractState"]["lastViolation"]["path"] == "owner"
    assert posted["data"]["contractId"] == ""  # its contract is for GET, and the registry's too


class Desk:
    async def read(self, request: Request) -> Response:
        return await read_note(request)


async def test_methods_and_classes_carry_contracts_and_values_do_not(reporter: Reporter, checks: Checks) -> None:
    bound = with_contract(Desk().read, promise("/x", {"required": ["owner"]}))
    async with client(reporter, None, [Route("/notes/{id:int}", bound)]) as http:
        await http.get("/notes/7")
    assert checks()[0]["data"]["found"][0]["path"] == "owner"
    with pytest.raises(TypeError, match="can carry no contract"):
        with_contract(7, promise("/x"))
    with pytest.raises(ContractError, match="contractVersion: is missing"):
        with_contract(read_note, {"expectedResponse": {}})
    with pytest.raises(ContractError, match="expectedResponse"):
        with_contract(read_note, promise("/x", {"type": "strnig"}))


async def test_failures_of_the_service(reporter: Reporter, checks: Checks) -> None:
    anything = {"type": "object", "required": ["never"]}
    contracts = [promise(path, anything, method="GET") for path in ("/boom", "/down", "/broken", "/plain")]
    async with client(reporter, contracts) as http:
        for path in ("/boom", "/down", "/broken", "/plain"):
            await http.get(path)
    boomed, downed, broken, plain_ = checks()
    assert (boomed["data"]["exchange"]["status"], boomed["data"]["violations"]) == (500, 0)
    assert [one["kind"] for one in downed["data"]["found"]] == ["unavailable"]
    assert [one["kind"] for one in broken["data"]["found"]] == ["unavailable"]
    assert broken["data"]["exchange"]["failure"] == "the answer broke off: LookupError"
    assert broken["data"]["exchange"]["truncated"] == ["response"]
    assert plain_["data"]["violations"] == 0
    assert "response" not in plain_["data"]["exchange"]  # no JSON: nothing is known of it


async def test_slower_than_promised_is_a_timeout(reporter: Reporter, checks: Checks) -> None:
    async with client(reporter, [promise("/plain", timeout=0.0001)]) as http:
        await http.get("/plain")
    assert checks()[0]["contractState"]["lastViolation"]["violationType"] == "timeout"


async def test_the_clock_stops_at_the_last_byte(reporter: Reporter, events: Events, checks: Checks) -> None:
    async with client(reporter, [promise("/work")]) as http:
        await http.get("/work")
    assert checks()[0]["data"]["exchange"]["durationMs"] < 45  # what is done in the background afterwards does not count
    timing = next(event for event in events(reporter) if event["eventType"] == "performance")
    assert timing["performance"]["duration"] < 45


async def test_long_bodies_are_named_and_neither_kept_nor_checked(reporter: Reporter, checks: Checks) -> None:
    async with client(reporter, [promise("/stream", False), {**WRITTEN, "expectedRequest": False}]) as http:
        streamed = await http.get("/stream")
        await http.post("/notes", json={"title": "x" * 17_000})
    assert len(streamed.json()[0]) == 40_000
    response, request = checks()
    assert response["data"]["exchange"]["truncated"] == ["response"]
    assert request["data"]["exchange"]["truncated"] == ["request"]
    assert response["data"]["violations"] == request["data"]["violations"] == 0


async def test_a_body_in_parts_is_put_together_and_one_that_nobody_read_is_named(reporter: Reporter, checks: Checks) -> None:
    async def parts(sizes: tuple[int, ...]) -> AsyncIterator[bytes]:
        yield b'{"title": "'
        for size in sizes:
            yield b"x" * size
        yield b'"}'

    headers = {"content-type": "application/json; charset=utf-8"}
    async with client(reporter, [WRITTEN]) as http:
        await http.post("/notes", content=parts((3, 4)), headers=headers)
        await http.post("/notes", content=parts((16_384, 5)), headers=headers)
        await http.post("/unread", json={"title": "x"})
    together, long, unread = (event["data"]["exchange"] for event in checks())
    assert together["request"] == {"title": "x" * 7}
    assert long["truncated"] == unread["truncated"] == ["request"]


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        (b'{"title"', "unreadable"),
        (b"NaN", "unreadable"),
        (b"\xff\xfe", "unreadable"),
        (b"1" * 5_000, "unreadable"),
        (b"[" * 8_000 + b"]" * 8_000, "unreadable"),
        (b"[" * 60 + b"]" * 60, "truncated"),
    ],
)
async def test_hostile_bodies_are_named_and_change_nothing(
    reporter: Reporter, checks: Checks, body: bytes, remark: str
) -> None:
    async def take(request: Request) -> Response:
        await request.body()
        return JSONResponse({"ok": True})

    async with client(reporter, [{**WRITTEN, "endpoint": "/take"}], [Route("/take", take, methods=["POST"])]) as http:
        answer = await http.post("/take", content=body, headers={"content-type": "application/problem+json"})
    assert answer.json() == {"ok": True}
    (event,) = checks()
    assert event["data"]["exchange"][remark] == ["request"]
    assert event["data"]["violations"] == 0


async def test_secrets_are_masked_before_they_are_checked(reporter: Reporter, events: Events, checks: Checks) -> None:
    schema = {
        "type": "object",
        "required": ["token", "key"],
        "properties": {
            "token": {"type": "string", "maxLength": 3},
            "password": {"type": "string"},
            "sent": {"maxProperties": 1},
        },
    }
    params = [{"name": "access_token", "type": "integer", "required": True}]
    contracts = [promise("/token", schema, method="POST", expectedParams=params)]
    async with client(reporter, contracts) as http:
        await http.post("/token?access_token=query-s3cret", json={"secret": "body-s3cret", "more": [1]})
    (event,) = checks()
    assert [(one["path"], one["keyword"]) for one in event["data"]["found"]] == [
        ("key", "required"),
        ("sent", "maxProperties"),
    ]
    texts = json.dumps(events(reporter))
    assert "s3cret" not in texts
    document = events(reporter)[0]["data"]["expectedContract"]
    assert document["expectedResponse"]["properties"]["token"] is True
    assert registry_of(document)  # it is still a contract after the masking


async def test_the_words_of_a_violation_hold_no_secret(reporter: Reporter, events: Events, checks: Checks) -> None:
    closed = {"properties": {"sent": {"additionalProperties": False}}}
    params = [{"name": "q", "maxLength": 16}]  # "token=abcdefghijkl" is longer, "token=[masked]" is not
    async with client(reporter, [promise("/token", closed, method="POST", expectedParams=params)]) as http:
        await http.post("/token", params={"q": "token=abcdefghijkl"}, json={"secret": "body-s3cret"})
    (event,) = checks()
    assert [(one["path"], one["actual"]) for one in event["data"]["found"]] == [("sent.secret", '"[masked]"')]
    assert "s3cret" not in json.dumps(events(reporter))
    told = event["data"]["exchange"]  # whoever checks again what was told finds the same
    (contract,) = registry_of(event["data"]["expectedContract"]).contracts()
    again = Exchange("server", "POST", "/token", told["params"], told["request"], told["status"], told["response"])
    assert [one._asdict() for one in check_exchange(contract, again)] == event["data"]["found"]


async def test_an_exception_before_the_answer_is_the_500_that_the_server_makes_of_it(
    reporter: Reporter, checks: Checks
) -> None:
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError("mine")

    scope = {"type": "http", "method": "GET", "path": "/x", "headers": []}
    with pytest.raises(LookupError, match="mine"):
        await ReporterMiddleware(broken, reporter, contracts=[promise("/x")])(scope, None, None)  # type: ignore[arg-type]
    (event,) = checks()
    assert (event["data"]["exchange"]["status"], event["data"]["violations"]) == (500, 0)


async def test_a_secret_in_the_path_is_masked(reporter: Reporter, events: Events, checks: Checks) -> None:
    routes = [Route("/reset/{resetToken}/x", plain)]
    async with client(reporter, [promise("/reset/:resetToken/x", expectedParams=[{"name": "resetToken"}])], routes) as http:
        await http.get("/reset/tok-s3cret/x")
    assert checks()[0]["data"]["exchange"]["path"] == "/reset/[masked]/x"
    assert "s3cret" not in json.dumps(events(reporter))


@pytest.fixture
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract_book, "MOST_A_SECOND", 3)


@pytest.mark.usefixtures("_few")
async def test_counts_stay_true_when_exchanges_are_left_out(reporter: Reporter, checks: Checks) -> None:
    async with client(reporter, [NOTE]) as http:
        for _ in range(10):
            await http.get("/notes/7")
        await http.get("/notes/7?limit=99")
        for _ in range(4):
            await http.get("/notes/8", headers={"x-correlation-id": "the-last"})
        async with asyncio.timeout(5):
            while len(checks()) < 5:
                await asyncio.sleep(0.05)
    told = checks()
    assert [event["data"].get("sampled", 1) for event in told] == [1, 1, 1, 8, 4]
    assert [event["data"]["violations"] for event in told] == [0, 0, 0, 1, 0]
    assert told[-1]["contractState"]["checked"] == sum(event["data"].get("sampled", 1) for event in told) == 15
    assert told[-1]["data"]["correlationId"] == "the-last"


@pytest.mark.usefixtures("_few")
async def test_what_was_left_out_is_told_once(reporter: Reporter, checks: Checks) -> None:
    app: Any = ReporterMiddleware(Starlette(routes=ROUTES), reporter, contracts=[NOTE])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as http:
        for path in ("/notes/7",) * 5 + ("/notes/7?limit=99",):
            await http.get(path)
    app._checks.tell_left_out()
    assert [event["data"].get("sampled", 1) for event in checks()] == [1, 1, 1, 3]


@pytest.mark.usefixtures("_few")
async def test_what_was_left_out_is_told_at_the_end_of_the_app(reporter: Reporter, checks: Checks) -> None:
    app: Any = ReporterMiddleware(Starlette(routes=ROUTES), reporter, contracts=[NOTE])
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    stopped = asyncio.Event()

    async def receive() -> Json:
        message = next(messages)
        if message["type"] == "lifespan.shutdown":
            await stopped.wait()
        return message

    async def send(_: Any) -> None: ...

    async with asyncio.TaskGroup() as group:
        group.create_task(app({"type": "lifespan", "asgi": {}}, receive, send))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as http:
            for _ in range(5):
                await http.get("/notes/7")
        assert len(checks()) == 3
        stopped.set()
    assert checks()[-1]["data"]["sampled"] == 2


async def test_a_client_that_went_away_is_nobodys_violation(reporter: Reporter, checks: Checks) -> None:
    async def left(_: Request) -> Response:
        raise ClientDisconnect

    async with client(reporter, [promise("/left")], [Route("/left", left)]) as http:
        await http.get("/left")
    assert checks() == []


async def test_a_check_that_fails_inside_only_shows_in_the_status(
    reporter: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client(reporter, [NOTE]) as http:
        monkeypatch.setattr("console.reporter.contract_checks.check_exchange", lambda *_: 1 / 0)
        answer = await http.get("/notes/7")
    assert answer.json() == {"id": 7, "title": "Plans"}
    assert (reporter.status().failures, reporter.status().last_error) == (1, "ZeroDivisionError: division by zero")


async def test_declared_headers_and_cookies_are_checked_and_told_without_secrets(reporter: Reporter, checks: Checks) -> None:
    rules = [
        {"name": "X-Client-Version", "in": "header", "required": True, "pattern": r"^\d+\.\d+$"},
        {"name": "X-Api-Key", "in": "header", "required": True, "minLength": 60},
        {"name": "theme", "in": "cookie", "enum": ["dark", "light"]},
        {"name": "sid", "in": "cookie", "required": True},
    ]
    sent = {"x-client-version": "7", "X-API-KEY": "k-123456789", "cookie": "sid=my-session-0815; theme=blue", "x-more": "1"}
    async with client(reporter, [{**NOTE, "expectedParams": rules}]) as http:
        await http.get("/notes/7", headers=sent)
        await http.get("/notes/7", headers={"x-client-version": "7.1", "X-API-KEY": "k"})
    broken, lacking = checks()
    exchange = broken["data"]["exchange"]
    assert exchange["headers"] == {"x-client-version": "7", "x-api-key": "[masked]"}
    assert exchange["cookieParams"] == {"theme": "blue", "sid": "[masked]"}
    assert [(one["path"], one["keyword"]) for one in broken["data"]["found"]] == [
        ('header["X-Client-Version"]', "pattern"), ("cookie.theme", "enum"),
    ]  # fmt: skip
    assert broken["contractState"]["lastViolation"]["actualRequest"] == exchange["headers"]
    assert lacking["data"]["exchange"]["cookieParams"] == {"theme": None, "sid": None}
    assert [(one["path"], one["keyword"]) for one in lacking["data"]["found"]] == [("cookie.sid", "required")]
    assert lacking["contractState"]["lastViolation"]["actualRequest"] == {"theme": None, "sid": None}
    assert "0815" not in json.dumps(broken)
