"""The client: offline for real, edits queued and pushed, conflicts found and settled."""

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from console.demo.api_client import Unreachable
from console.demo.pwa.resolve import resolve
from console.demo.pwa.sync import Client, push_queue, watch_connection
from console.demo.server.http import Api
from console.reporter import correlation

Events = Callable[..., list[dict[str, Any]]]


async def test_edits_made_offline_wait_and_are_pushed_when_the_link_is_back(client: Client, events: Events) -> None:
    client.link.cut()
    assert (await client.api.call("GET", "/api/v1/conversations"))[0] == 0  # the open connection was reset
    assert events("error", "CONNECTION_LOST")
    with pytest.raises(Unreachable), correlation("corr-offline"):
        await client.api.call("GET", "/api/v1/conversations")
    client.local.online = False
    client.local.edit("conv_1", {"title": "Offline"})
    assert events("sync_update")[-1]["syncState"]["offlineQueue"] == 1
    watcher = asyncio.get_running_loop().create_task(watch_connection(client))
    await client.link.mend()
    async with asyncio.timeout(5):
        while client.local.queue or not client.local.online or client.local.pushing:
            await asyncio.sleep(0.02)
    watcher.cancel()
    await asyncio.gather(watcher, return_exceptions=True)
    assert client.local.rows["conv_1"]["title"] == "Offline"
    state = events("sync_update")[-1]["syncState"]
    assert (state["offlineQueue"], state["pendingOperations"], state["conflictCount"]) == (0, 0, 0)
    assert state["lastSyncTimestamp"] > 0
    refused = events("error", "SERVICE_UNAVAILABLE")[0]["data"]
    assert "ConnectError" in refused["source"]["stack"]
    assert refused["correlationId"] == "corr-offline"


async def test_a_moved_row_makes_a_conflict_with_base_local_and_remote(client: Client, api: Api, events: Events) -> None:
    base = client.local.rows["conv_1"]
    client.local.edit("conv_1", {"title": "mine"})
    await api.database.fetch("UPDATE conversations SET title = 'theirs', version = version + 1 WHERE id = 'conv_1'")
    await push_queue(client)
    issues = [event["data"]["issue"] for event in events("sync_update") if "issue" in event["data"]]
    details = issues[0]["details"]
    assert details["baseState"] == {"title": base["title"], "archived": 0, "version": 1}
    assert details["localState"]["title"] == "mine"
    assert details["remoteState"] == {"title": "theirs", "archived": 0, "version": 2}
    assert details["conflictingFields"] == ["title"]
    assert events("sync_update")[-1]["syncState"]["conflictCount"] == 1
    assert events("error", "SYNC_CONFLICT")


async def test_a_resolution_is_applied_once_and_stale_after_the_row_moved(client: Client, api: Api) -> None:
    for entity_id in ("conv_1", "conv_2"):
        client.local.edit(entity_id, {"title": "mine"})
        await api.database.fetch("UPDATE conversations SET version = version + 1 WHERE id = ?", entity_id)
    await push_queue(client)
    first, second = client.local.conflicts.values()
    args = {"issueId": first["id"], "strategy": "manual", "result": {"title": "both"}, "expected": {"remoteVersion": 2}}
    answer = await resolve(client, args)
    assert answer.result is not None
    assert (answer.state, answer.result["version"]) == ("applied", 3)
    assert (await resolve(client, args)).state == "rejected"
    await api.database.fetch("UPDATE conversations SET version = version + 1 WHERE id = 'conv_2'")
    stale = await resolve(client, {"issueId": second["id"], "strategy": "client_wins", "expected": {"remoteVersion": 2}})
    assert stale.state == "stale"
    assert stale.result is not None
    assert stale.result["current"]["remote"]["version"] == 3


async def test_a_slow_answer_is_a_timeout_of_this_client(client: Client, events: Events) -> None:
    params = {"q": "unit 1005", "depth": "120", "k": "50"}
    status, _ = await client.api.call("GET", "/api/v1/acus/search", params=params, timeout=0.05)
    assert status == 0
    assert "ReadTimeout" in events("error", "NETWORK_TIMEOUT")[0]["data"]["source"]["stack"]


async def test_a_broken_export_loses_the_connection_under_one_correlation(client: Client, events: Events) -> None:
    with correlation("corr-export"):
        status, _ = await client.api.call("GET", "/api/v1/conversations/conv_3/export")
    assert status == 0
    lost = events("error", "CONNECTION_LOST")[0]["data"]
    cause = events("error", "SERVER_ERROR")[0]["data"]
    assert "RemoteProtocolError" in lost["source"]["stack"]
    assert "_export_lines" in cause["source"]["stack"]
    assert lost["correlationId"] == cause["correlationId"] == "corr-export"


async def test_known_rows_stay_bounded(client: Client) -> None:
    client.local.learn([{"id": f"conv_x{index}", "title": "t", "version": 1, "archived": 0} for index in range(500)])
    assert len(client.local.rows) == 200
    assert "conv_x499" in client.local.rows
    assert urlsplit(client.link.url).hostname == "127.0.0.1"
