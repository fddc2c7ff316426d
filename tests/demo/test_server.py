"""The API: what it answers, and that what goes wrong goes wrong for real."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from console.demo.server import jobs
from console.demo.server.http import Api
from console.demo.server.token import TokenExpired, TokenInvalid, TokenIssuer

Events = Callable[..., list[dict[str, Any]]]


async def test_a_conversation_and_its_messages_are_stored_and_read(signed_in: httpx.AsyncClient) -> None:
    made = await signed_in.post("/api/v1/conversations", json={"title": "Plans", "circleId": "circle_family"})
    assert made.status_code == 201
    path = f"/api/v1/conversations/{made.json()['id']}/messages"
    for text in ("one", "two"):
        assert (await signed_in.post(path, json={"content": text})).status_code == 201
    messages = (await signed_in.get(path)).json()["messages"]
    assert [(message["position"], message["content"]) for message in messages] == [(0, "one"), (1, "two")]
    newest = (await signed_in.get("/api/v1/conversations", params={"limit": 1})).json()["conversations"]
    assert newest[0]["title"] == "Plans"


async def test_changes_carry_the_correlation_id_of_their_request(signed_in: httpx.AsyncClient, events: Events) -> None:
    await signed_in.post("/api/v1/conversations", json={"title": "Traced"}, headers={"x-correlation-id": "corr-7"})
    change = (await signed_in.get("/api/v1/sync/changes")).json()["changes"][-1]
    assert (change["state"]["title"], change["correlation_id"]) == ("Traced", "corr-7")
    assert any(event["data"].get("correlationId") == "corr-7" for event in events("performance"))


REFUSED = [
    ("POST", "/api/v1/users", {"json": {"handle": "ada", "displayName": "A"}}, 409, "CONSTRAINT_VIOLATION",
     "SQLITE_CONSTRAINT_UNIQUE", "sqlite.py"),
    ("POST", "/api/v1/conversations/conv_none/messages", {"json": {"content": "?"}}, 409, "CONSTRAINT_VIOLATION",
     "SQLITE_CONSTRAINT_FOREIGNKEY", "conversations.py"),
    ("POST", "/api/v1/conversations", {"content": '{"title": "Pla'}, 400, "MALFORMED_REQUEST",
     "JSONDecodeError", "http.py"),
    ("POST", "/api/v1/conversations", {"json": {"title": 7}}, 422, "VALIDATION_FAILED", "title: expected string", "http.py"),
    ("POST", "/api/v1/conversations", {"json": {"title": "x" * 70_000}}, 413, "INPUT_TOO_LARGE", "65536", "http.py"),
    ("GET", "/api/v1/acus/search", {"params": {"k": "many"}}, 400, "VALIDATION_FAILED",
     "Missing required parameter: q", "checked.py"),
    ("GET", "/api/v1/circles/circle_release/feed", {}, 403, "PERMISSION_DENIED", "no member", "accounts.py"),
    ("GET", "/api/v1/circles/circle_family/feed", {"params": {"sort": "popular"}}, 500, "SERVER_ERROR",
     "KeyError: 'popular'", "accounts.py"),
    ("POST", "/api/v1/messages/msg_3_2/acus", {}, 422, "EXTRACTION_FAILED", "IndexError", "acus.py"),
    ("POST", "/api/v1/sync/push", {"json": {"operations": []}, "headers": {"x-schema-version": "6"}}, 426,
     "VERSION_MISMATCH", "schema is 6", "sync.py"),
    ("POST", "/api/v1/sync/push", {"json": {"operations": [{"entityType": "conversation", "entityId": "conv_1",
     "baseVersion": 1, "changes": {"title": 7}}]}}, 422, "SCHEMA_VIOLATION", "expected string", "http.py"),
    ("POST", "/api/v1/imports", {"json": {"conversationId": "conv_1", "entries": ['{"content"']}}, 422,
     "CONTENT_PARSE_ERROR", "JSONDecodeError", "sync.py"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "options", "status", "category", "cause", "file"), REFUSED)
async def test_a_refusal_has_its_status_its_category_its_cause_and_a_true_stack(
    signed_in: httpx.AsyncClient, events: Events, method: str, path: str, options: dict[str, Any],
    status: int, category: str, cause: str, file: str,
) -> None:  # fmt: skip
    headers = {"x-correlation-id": "corr-1", **options.get("headers", {})}
    answer = await signed_in.request(method, path, **{**options, "headers": headers})
    assert answer.status_code == status
    (error,) = events("error", category)
    stack = error["data"]["source"]["stack"]
    assert cause in stack
    assert f"console/demo/server/{file}" in stack
    assert error["data"]["correlationId"] == "corr-1"
    assert error["data"]["request"]["method"] == method


async def test_a_constraint_report_names_statement_parameters_and_sqlite_error(
    signed_in: httpx.AsyncClient, events: Events
) -> None:
    await signed_in.post("/api/v1/users", json={"handle": "ben", "displayName": "B"})
    database = events("error", "CONSTRAINT_VIOLATION")[0]["data"]["database"]
    assert database["errorCode"] == "SQLITE_CONSTRAINT_UNIQUE"
    assert database["constraint"] == "users.handle"
    assert database["query"].startswith("INSERT INTO users")
    assert "ben" in database["parameters"]


async def test_a_failed_import_leaves_nothing_behind(signed_in: httpx.AsyncClient, api: Api, events: Events) -> None:
    entries = [json.dumps({"content": "new"}), json.dumps({"id": "msg_1_0", "content": "again"})]
    before = await api.database.fetch("SELECT COUNT(*) AS n FROM messages")
    answer = await signed_in.post("/api/v1/imports", json={"conversationId": "conv_1", "entries": entries})
    assert answer.status_code == 409
    assert await api.database.fetch("SELECT COUNT(*) AS n FROM messages") == before
    assert events("error", "TRANSACTION_ROLLBACK")[0]["data"]["database"]["rolledBack"] == 2


async def test_a_stale_push_is_a_conflict_with_the_row_as_it_is(signed_in: httpx.AsyncClient, api: Api) -> None:
    edit = {"entityType": "conversation", "entityId": "conv_1", "baseVersion": 1, "changes": {"title": "mine"}}
    await api.database.fetch("UPDATE conversations SET title = 'theirs', version = 2 WHERE id = 'conv_1'")
    stale = (await signed_in.post("/api/v1/sync/push", json={"operations": [edit]})).json()["results"][0]
    assert (stale["state"], stale["row"]["title"], stale["version"]) == ("conflict", "theirs", 2)
    again = {**edit, "baseVersion": 2}
    applied = (await signed_in.post("/api/v1/sync/push", json={"operations": [again]})).json()["results"][0]
    assert (applied["state"], applied["version"]) == ("applied", 3)


async def test_a_slow_query_is_slow_and_an_endless_one_is_cut_off(
    signed_in: httpx.AsyncClient, api: Api, events: Events
) -> None:
    quick = await api.database.fetch("SELECT content FROM acus WHERE id = 'acu_1'")
    assert quick
    answer = await signed_in.get("/api/v1/acus/search", params={"q": "unit 1005", "depth": "120", "k": "50"})
    slowest = max(event["performance"]["duration"] for event in events("performance"))
    assert slowest > 100
    assert answer.status_code in (200, 500)  # on a busy machine the time limit ends this one too
    with pytest.raises(Exception, match="SQLITE_INTERRUPT"):
        await api.database.fetch(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) AS n FROM n"
        )


async def test_too_many_at_once_overload_the_provider(signed_in: httpx.AsyncClient, events: Events) -> None:
    answers = await asyncio.gather(*(signed_in.post(f"/api/v1/messages/msg_{index}_0/acus") for index in range(5)))
    assert {201, 502} <= {answer.status_code for answer in answers}
    assert "529" in events("error", "AI_PROVIDER_ERROR")[0]["data"]["message"]


async def test_a_burst_of_refreshes_is_limited(signed_in: httpx.AsyncClient) -> None:
    token = signed_in.headers["authorization"].removeprefix("Bearer ")
    answers = [await signed_in.post("/api/v1/auth/refresh", json={"token": token}) for _ in range(8)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "1"


def test_tokens_expire_and_notice_a_changed_payload() -> None:
    now = [1_000_000]
    issuer = TokenIssuer(clock=lambda: now[0])
    token = issuer.issue("user_ada", ttl_ms=500)
    assert issuer.verify(token) == "user_ada"
    now[0] += 501
    with pytest.raises(TokenExpired, match="expired 1 ms ago"):
        issuer.verify(token)
    assert issuer.verify(token, grace_ms=1) == "user_ada"
    payload, signature = token.split(".")
    for altered in (f"{payload[:-2]}xx.{signature}", payload, "", f"{payload}.!!"):
        with pytest.raises(TokenInvalid):
            issuer.verify(altered)


async def test_tokens_are_masked_in_reports(signed_in: httpx.AsyncClient, events: Events) -> None:
    token = signed_in.headers["authorization"].removeprefix("Bearer ")
    await signed_in.get("/api/v1/circles/circle_release/feed")
    assert token not in json.dumps(events())


async def test_every_job_does_its_work_or_reports_what_it_meant_to_break(api: Api, events: Events) -> None:
    import random

    rng = random.Random(3)
    deck = jobs.make_deck(api, rng)
    for _ in range(14 * 8):
        await deck.draw()()
    found = {event["data"]["category"] for event in events("error")}
    assert found == {
        "EXTRACTION_FAILED", "AI_PROVIDER_ERROR", "CONTENT_PARSE_ERROR", "TRANSACTION_ROLLBACK", "DATABASE_ERROR",
    }  # fmt: skip
    assert len(events("performance")) > 80
