"""Contracts of the API: what it promises, what it keeps, and what the next release breaks."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from console.demo.pwa.polling import POLLS, poll
from console.demo.pwa.sync import Client
from console.demo.server import accounts, acus, conversations, live, sync
from console.demo.server.contracts import CONTRACTS, SEARCH, find_contract
from console.demo.server.http import Api
from console.demo.server.release import Release, announce
from console.reporter import Reporter
from console.reporter.contracts.contract import read_contract
from console.reporter.contracts.matching import Registry
from console.reporter.contracts.schema import checker_for

Events = Callable[..., list[dict[str, Any]]]


def checks(events: Events, endpoint: str) -> list[dict[str, Any]]:
    """The exchanges of an endpoint as the middleware told them."""
    told = [event for event in events("contract_check") if event["data"]["endpoint"] == endpoint]
    return [event for event in told if event["data"].get("exchange", {}).get("status")]


def own(events: Events) -> list[dict[str, Any]]:
    """What the service told of its own checks."""
    told = [event for event in events("contract_check") if "lastViolation" in event["contractState"]]
    return [event for event in told if "found" not in event["data"]]


def test_every_route_is_promised_but_one_that_was_forgotten() -> None:
    registry = Registry(map(read_contract, CONTRACTS))
    routes = [*accounts.ROUTES, *acus.ROUTES, *conversations.ROUTES, *live.ROUTES, *sync.ROUTES]
    asked = {(method, route.path) for route in routes for method in route.methods or () if method != "HEAD"}
    assert {path for method, path in asked if registry.match("server", method, path) is None} == {"/api/v1/suggestions"}


async def test_what_the_api_answers_is_what_it_promised(signed_in: httpx.AsyncClient, events: Events) -> None:
    made = (await signed_in.post("/api/v1/conversations", json={"title": "Plans"})).json()
    one = f"/api/v1/conversations/{made['id']}"
    await signed_in.post(f"{one}/messages", json={"content": "Shall we?"})
    edit = {"entityType": "conversation", "entityId": made["id"], "baseVersion": 1, "changes": {"title": "New"}}
    await signed_in.post("/api/v1/sync/push", json={"operations": [edit, {**edit, "entityId": "conv_gone"}]})
    document = {"entityId": made["id"], "stateVector": "AA=="}
    await signed_in.post("/api/v1/sync/documents", json={"replica": "pwa", "documents": [document]})
    await signed_in.post("/api/v1/imports", json={"conversationId": made["id"], "entries": ['{"content": "old"}']})
    await signed_in.post("/api/v1/users", json={"handle": "gil", "displayName": "Gil"})
    await signed_in.post("/api/v1/auth/refresh", json={"token": signed_in.headers["authorization"].split()[1]})
    await signed_in.post("/api/v1/messages/msg_1_0/acus")
    for path in (
        f"{one}/messages?limit=5&order=desc", f"{one}/presence", f"{one}/export", "/api/v1/conversations?limit=3",
        "/api/v1/circles/circle_family/feed?sort=title", "/api/v1/acus/search?q=storage&k=9", "/api/v1/acus/acu_7",
        "/api/v1/sync/changes?after=0", "/api/v1/notifications", "/api/v1/health", f"{one}x/export",
    ):  # fmt: skip
        await signed_in.get(path)
    told = [event for event in events("contract_check") if "exchange" in event["data"]]
    assert [event["data"]["found"] for event in told if event["data"]["violations"]] == []
    kept = {event["data"]["contractId"] for event in told}
    unseen = {contract["id"] for contract in CONTRACTS} - kept
    assert unseen == {"contract_server_1.0.0_entity_conversation"}


def test_a_conversations_state_is_promised_too() -> None:
    (entity,) = [contract for contract in CONTRACTS if contract["endpoint"] == "entity:conversation"]
    checker = checker_for(entity["expectedResponse"])
    assert checker.holds({"title": "Plans", "archived": 1, "version": 4})
    broken: list[dict[str, Any]] = [
        {"title": "", "archived": 0}, {"title": "x" * 201, "archived": 0}, {"title": "Plans", "archived": 2},
        {"title": "Plans", "archived": True}, {"title": "Plans", "archived": 0, "version": 0.5}, {"archived": 0},
    ]  # fmt: skip
    assert [state for state in broken if checker.holds(state)] == []


async def test_all_contracts_are_told_before_anything_was_checked(http: httpx.AsyncClient, events: Events) -> None:
    await http.get("/api/v1/nowhere")
    told = events("contract_check")
    assert sorted(event["data"]["contractId"] for event in told) == sorted(contract["id"] for contract in CONTRACTS)
    assert {tuple(event["contractState"].values()) for event in told} == {(0, 0)}
    assert all(event["data"]["expectedContract"]["endpoint"] == event["data"]["endpoint"] for event in told)


async def test_old_units_break_the_search_and_the_service_says_so_itself(
    signed_in: httpx.AsyncClient, events: Events
) -> None:
    hits = (await signed_in.get(SEARCH, params={"q": "unit 960", "k": "50"})).json()["hits"]
    lost = next(index for index, hit in enumerate(hits) if hit["provenance"] is None)
    (told,), (checked,) = own(events), checks(events, SEARCH)
    last = told["contractState"]["lastViolation"]
    assert last["violationType"] == "response_mismatch"
    assert last["deviation"] == f"response.hits[{lost}].provenance: expected string, got null"
    assert last["actualResponse"]["hits"][lost]["provenance"] is None
    assert last["expectedContract"]["id"] == checked["data"]["contractId"]
    assert [(one["path"], one["keyword"]) for one in checked["data"]["found"]] == [("hits[].provenance", "type")]
    (error,) = events("error", "CONTRACT_VIOLATION")
    assert error["data"]["contract"]["deviation"] == last["deviation"]


async def test_parameters_that_break_the_contract_are_refused_and_told(http: httpx.AsyncClient, events: Events) -> None:
    answer = await http.get(SEARCH, params={"q": "sync", "k": "many"})
    assert answer.status_code == 400
    assert answer.json()["error"] == {
        "code": "VALIDATION_FAILED", "message": 'Parameter k: expected number, got string "many"',
    }  # fmt: skip
    assert events("error", "VALIDATION_FAILED")[0]["data"]["contract"]["actualParams"] == {"q": "sync", "k": "many"}
    (checked,) = checks(events, SEARCH)
    assert [(one["kind"], one["path"]) for one in checked["data"]["found"]] == [("param_mismatch", "k")]


@pytest.mark.parametrize(("limit", "told", "found"), [(100, 0, 0), (101, 1, 0), (200, 1, 0), (201, 0, 1)])
async def test_an_old_bound_in_the_service_disagrees_with_the_contract(
    http: httpx.AsyncClient, events: Events, limit: int, told: int, found: int
) -> None:
    await http.get("/api/v1/conversations/conv_1/messages", params={"limit": limit})
    assert len(own(events)) == told
    (checked,) = checks(events, "/api/v1/conversations/:id/messages")
    assert checked["data"]["violations"] == found
    for event in own(events):
        assert event["contractState"]["lastViolation"]["deviation"] == "Parameter 'limit' is above 100"
        assert event["data"]["exchange"]["params"] == {"limit": str(limit)}
        assert event["data"]["correlationId"] == checked["data"]["correlationId"]


@dataclass
class Clock:
    """A clock that the test moves."""

    now_s: float = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_a_release_is_out_after_its_time_and_grows_slow() -> None:
    clock = Clock()
    release = Release(40, clock)
    assert (release.is_out, release.misses_cache(), release.slowness()) == (False, False, 0)
    clock.now_s += 40
    assert release.is_out
    assert sum(release.misses_cache() for _ in range(1_000)) == 10
    steps = []
    for _ in range(4):
        steps.append(release.slowness())
        clock.now_s += 22.5
    assert steps == [0, 0.5, 1, 1]


async def test_the_release_changes_a_type_and_keeps_the_version(http: httpx.AsyncClient, api: Api, events: Events) -> None:
    params = {"q": "storage", "k": "3"}
    before = (await http.get(SEARCH, params=params)).json()["hits"]
    api.release = Release(0)
    after = (await http.get(SEARCH, params=params)).json()["hits"]
    assert [f"{hit['quality']:.2f}" for hit in before] == [hit["quality"] for hit in after]
    held, broken = checks(events, SEARCH)
    assert (held["data"]["violations"], held["data"]["contractVersion"]) == (0, broken["data"]["contractVersion"])
    assert [(one["path"], one["keyword"]) for one in broken["data"]["found"]] == [("hits[].quality", "type")]


async def test_the_release_forgets_a_required_field_once_in_a_hundred(http: httpx.AsyncClient, api: Api) -> None:
    path = "/api/v1/conversations/conv_1/presence"
    schema = checker_for(find_contract("/api/v1/conversations/:id/presence")["expectedResponse"])
    assert schema.holds((await http.get(path)).json())
    api.release = Release(0)
    answers = [(await http.get(path)).json() for _ in range(100)]
    assert [schema.holds(answer) for answer in answers] == [True] * 99 + [False]
    assert answers[-1]["lastSeenMs"] is None


async def test_the_release_makes_one_endpoint_slow_but_not_too_slow(
    http: httpx.AsyncClient, api: Api, events: Events
) -> None:
    clock = Clock()
    api.release = Release(0, clock)
    await http.get("/api/v1/notifications")
    clock.now_s += 22.5
    await http.get("/api/v1/notifications")
    quick, slow = (event["data"]["exchange"]["durationMs"] for event in checks(events, "/api/v1/notifications"))
    assert quick + 150 < slow
    assert find_contract("/api/v1/notifications")["timeout"] == 400


async def test_what_nobody_declared_is_asked_for(http: httpx.AsyncClient, events: Events) -> None:
    await http.get("/api/v1/suggestions")
    (event,) = checks(events, "/api/v1/suggestions")
    assert (event["data"]["contractId"], event["contractState"]) == ("", {"checked": 1, "violations": 0})


async def test_the_deployment_is_an_event(reporter: Reporter, events: Events) -> None:
    await announce(Release(0), reporter)
    assert events("info")[0]["data"]["message"] == "release 1.5.0 is deployed"


async def test_an_open_client_polls_quietly(client: Client, events: Events) -> None:
    began_s = time.monotonic()
    tasks = [asyncio.get_running_loop().create_task(poll(client, work, 40)) for work, _ in POLLS]
    async with asyncio.timeout(10):
        while min(len(checks(events, path)) for path in (SEARCH, "/api/v1/suggestions")) < 3:
            await asyncio.sleep(0.05)
    took_s = time.monotonic() - began_s
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert 3 <= len(checks(events, SEARCH)) <= 40 * 2 * took_s
    assert not any(
        event["data"]["operation"] == f"GET {SEARCH}" and "bytes" in event["data"] for event in events("performance")
    )


async def test_polls_wait_while_the_client_is_offline(client: Client, events: Events) -> None:
    client.link.cut()
    task = asyncio.get_running_loop().create_task(poll(client, POLLS[0][0], 200))
    async with asyncio.timeout(5):
        while client.local.online:
            await asyncio.sleep(0.01)
    failures = len(events("error"))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert len(events("error")) == failures
