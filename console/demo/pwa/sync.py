"""Push queued edits, find out about being offline, and come back."""

import asyncio
import random
from dataclasses import dataclass
from typing import Any

from console.demo.api_client import ApiClient, Unreachable
from console.demo.clock import now_ms
from console.demo.digest import INTERVAL_S, Digests
from console.demo.pwa.link import Link
from console.demo.pwa.local import Local
from console.reporter import Reporter, correlation, new_correlation_id

_PROBE_S = 0.25
_OFFLINE_S = (1.0, 3.0)
_BATCH = 20


@dataclass
class Client:
    """All parts of the client; what its actions work with."""

    api: ApiClient
    link: Link
    local: Local
    reporter: Reporter
    rng: random.Random


async def push_queue(client: Client) -> None:
    """Push the queued edits in one request. Without an answer they go back to the head of the queue."""
    local = client.local
    if local.in_flight or not local.queue:
        return
    edits, local.queue = local.queue[:_BATCH], local.queue[_BATCH:]
    local.in_flight = {edit["entityId"] for edit in edits}
    results: list[dict[str, Any]] | None = None
    try:
        operations = [local.carry(edit) for edit in edits]
        status, body = await client.api.call("POST", "/api/v1/sync/push", json={"operations": operations})
        results = body["results"] if status == 200 else None
    finally:
        local.in_flight = set()
        if results is None:
            local.queue[:0] = edits
    if results is None:
        return
    local.last_sync_ms = now_ms()
    for edit, result in zip(edits, results, strict=True):
        local.settle(edit, result)
    local.report(operation="pushed", applied=sum(result["state"] == "applied" for result in results))


async def exchange_documents(client: Client) -> None:
    """Take what the server's documents have more, and give it what these have."""
    body = {"replica": "pwa", "documents": client.local.exchangeable()}
    status, answer = await client.api.call("POST", "/api/v1/sync/documents", json=body)
    if status == 200:
        for document in answer["documents"]:
            client.local.receive(document)


async def report_digests(client: Client) -> None:
    """Tell how documents and rows stand, whenever that changes. Runs until cancelled."""
    digests = Digests(client.local.report)
    while True:
        await asyncio.sleep(INTERVAL_S)
        digests.report(client.local.digests())


async def lose_network(client: Client) -> None:
    """Cut the link for some seconds."""
    client.link.cut()
    await asyncio.sleep(client.rng.uniform(*_OFFLINE_S))
    await client.link.mend()


def notice_offline(client: Client) -> None:
    """A call could not connect: from now on edits wait in the queue."""
    if client.local.online:
        client.local.online = False
        client.local.report(operation="offline")


async def watch_connection(client: Client) -> None:
    """While offline, try until the API answers; then push what waited. Runs until cancelled."""
    while True:
        await asyncio.sleep(_PROBE_S)
        if client.local.online:
            continue
        with correlation(new_correlation_id()):
            if await client.api.is_reachable():
                client.local.online = True
                client.local.report(operation="online")
                try:
                    while client.local.queue and client.local.online:
                        await push_queue(client)
                except Unreachable:
                    notice_offline(client)
