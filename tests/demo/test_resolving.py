"""`conflict.resolve` over a real socket: what was decided is in row and document, once, and not on what has moved."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from console.areas.sync.core.digest import content_hash
from console.demo.api_client import ApiClient
from console.demo.network import resolve as network_resolve
from console.demo.network.actions import Network
from console.demo.network.exchange import Mesh, write_field
from console.demo.network.mesh import connect_all, make_peers
from console.demo.network.server_link import exchange_with_server
from console.demo.pwa import resolve as pwa_resolve
from console.demo.pwa.actions import list_conversations
from console.demo.pwa.sync import Client, push_queue
from console.demo.replica import read_state_vector
from console.demo.resolution import answer_resolutions, find_change
from console.demo.server import resolve as server_resolve
from console.demo.server.http import Api
from console.demo.server.sync import write_row
from console.reporter import CommandAnswer, Reporter

Json = dict[str, Any]
Events = Callable[..., list[Json]]


class Console:
    """A consumer of one stream that sends commands and waits for their answers."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def ask(self, key: str, **args: Any) -> Json:
        command = {"op": "cmd", "key": key, "name": "conflict.resolve", "deadline_ms": 5000, "args": args}
        await self._socket.send(json.dumps(command))
        async with asyncio.timeout(10):
            while (answer := json.loads(await self._socket.recv())).get("key") != key:
                pass
        found: Json = answer
        return found


@asynccontextmanager
async def attached(resolve: Callable[[Json], Awaitable[CommandAnswer]]) -> AsyncIterator[Console]:
    """A stream of its own whose commands come to `resolve` in this loop."""
    stream = Reporter("stream")
    answer_resolutions(stream, resolve)
    try:
        async with connect(stream.serve(), subprotocols=[Subprotocol("debugstream.v1")], max_size=None) as socket:
            hello = json.loads(await socket.recv())
            await socket.send(json.dumps({"op": "resume", "v": 1, "epoch": hello["epoch"], "after": 0, "credit": 0}))
            yield Console(socket)
    finally:
        await asyncio.to_thread(stream.close)


async def collide(client: Client, api: Api, entity_id: str = "conv_1") -> Json:
    """Edit a conversation at the client while another device renames it; returns the client's issue."""
    client.local.edit(entity_id, {"title": "mine"})
    await write_row(api, entity_id, {"title": "theirs"})
    await push_queue(client)
    return next(issue for issue in client.local.conflicts.values() if issue["entityId"] == entity_id)


def expect(details: Json) -> Json:
    """The `expected` that a console sends for an issue as it was told."""
    versions = {name: details[name] for name in ("localVersion", "remoteVersion")}
    hashes = {"localHash": content_hash(details["localState"]), "remoteHash": content_hash(details["remoteState"])}
    return {**versions, **hashes}


async def row_of(api: Api, entity_id: str = "conv_1") -> Json:
    return (await api.database.fetch("SELECT * FROM conversations WHERE id = ?", entity_id))[0]


def digests(client: Client, api: Api) -> tuple[str, str]:
    return client.local.replica.digest("conv_1")["contentHash"], api.documents.replica.digest("conv_1")["contentHash"]


async def test_the_client_writes_the_decision_into_row_and_document(client: Client, api: Api, events: Events) -> None:
    await list_conversations(client)
    issue = await collide(client, api)
    mine, theirs = digests(client, api)
    assert mine != theirs, "two documents that were edited while apart differ until it is settled"
    args = {"issueId": issue["id"], "entityId": "conv_1", "strategy": "manual", "expected": expect(issue["details"])}
    async with attached(partial(pwa_resolve.resolve, client)) as console:
        answer = await console.ask("k1", **args, result={"title": "ours", "archived": 1, "version": 2})
        again = await console.ask("k1", **args, result={"title": "ours", "archived": 1, "version": 2})
        late = await console.ask("k2", **args, result={"title": "too late"})
    row = await row_of(api)
    assert (answer["state"], answer["result"]["version"]) == ("applied", row["version"])
    assert (again["state"], again["result"]) == ("duplicate", answer["result"])
    assert (row["title"], row["archived"], row["version"]) == ("ours", 1, 3)
    assert late["state"] == "stale"
    assert late["result"]["current"]["remote"] == {"title": "ours", "archived": 1, "version": 3}
    mine, theirs = digests(client, api)
    assert mine == theirs
    own, server = (read_state_vector(one.state("conv_1")) for one in (client.local.replica, api.documents.replica))
    assert own == server
    assert client.local.replica.read("conv_1")["title"] == "ours"
    assert events("sync_update")[-1]["syncState"]["conflictCount"] == 0


async def test_the_server_settles_the_same_conflict_and_the_client_hears_of_it(client: Client, api: Api) -> None:
    await list_conversations(client)
    details = (await collide(client, api))["details"]
    args = {"issueId": "err_1", "entityType": "conversation", "entityId": "conv_1", "strategy": "manual"}
    async with attached(partial(server_resolve.resolve, api)) as console:
        answer = await console.ask("k1", **args, expected=expect(details), result={"title": "ours"})
        late = await console.ask("k2", **args, expected=expect(details), result={"title": "too late"})
        unknown = await console.ask("k3", **{**args, "entityId": "conv_none"}, result={"title": "x"})
    assert (answer["state"], answer["result"]["state"]["title"]) == ("applied", "ours")
    assert (late["state"], late["result"]["current"]["remote"]["title"]) == ("stale", "ours")
    assert (unknown["state"], (await row_of(api))["title"]) == ("rejected", "ours")
    assert api.documents.contested == {}
    await list_conversations(client)
    assert client.local.conflicts == {}
    assert client.local.replica.read("conv_1")["title"] == "ours", "its own edit does not win over what was settled"
    assert len(set(digests(client, api))) == 1


async def test_a_decision_on_a_row_that_moved_is_stale_and_holds_when_made_again(client: Client, api: Api) -> None:
    issue = await collide(client, api)
    first = expect(issue["details"])
    await write_row(api, "conv_1", {"title": "moved"})
    args = {"issueId": issue["id"], "entityId": "conv_1", "strategy": "manual", "result": {"title": "ours"}}
    async with attached(partial(pwa_resolve.resolve, client)) as console:
        stale = await console.ask("k1", **args, expected=first)
        current = stale["result"]["current"]
        again = {name: current[name] for name in ("localVersion", "remoteVersion")}
        applied = await console.ask("k2", **args, expected=again)
    assert (stale["state"], current["remote"]["title"], current["local"]["title"]) == ("stale", "moved", "mine")
    assert (applied["state"], (await row_of(api))["title"]) == ("applied", "ours")


@pytest.mark.parametrize(("strategy", "title"), [("server_wins", "theirs"), ("client_wins", "mine")])
async def test_a_strategy_needs_no_result(client: Client, api: Api, strategy: str, title: str) -> None:
    issue = await collide(client, api)
    answer = await pwa_resolve.resolve(client, {"issueId": issue["id"], "strategy": strategy})
    assert (answer.state, (await row_of(api))["title"]) == ("applied", title)


@asynccontextmanager
async def running(client: Client, reporter: Reporter) -> AsyncIterator[Network]:
    """Connected peers that start with the server's documents."""
    rng = random.Random(1)
    peers = await make_peers(reporter, rng)
    api = ApiClient(client.link.url, reporter)
    await api.sign_in("dara")
    try:
        async with asyncio.TaskGroup() as group:
            mesh = Mesh(peers, reporter, group, ["conv_1"])
            mended = connect_all(mesh)
            await until(lambda: all(wire.is_up for peer in peers for wire in peer.wires.values()))
            network = Network(mesh, api, rng, mended)
            await exchange_until(network, lambda: all("title" in peer.replica.read("conv_1") for peer in peers))
            yield network
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                if task.get_coro().__qualname__ == "keep_connected":  # type: ignore[union-attr]
                    task.cancel()
    finally:
        for peer in peers:
            peer.close()
        await api.close()


async def exchange_until(network: Network, holds: Callable[[], bool]) -> None:
    """Exchange until something holds: on a busy machine the server's answer may come after the client's patience."""
    async with asyncio.timeout(20):
        await exchange_with_server(network.api, network.mesh, ["conv_1"])
        while not holds():
            await asyncio.sleep(0.05)
            await exchange_with_server(network.api, network.mesh, ["conv_1"])


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


async def test_peers_write_the_decision_and_all_replicas_come_out_equal(
    client: Client,
    api: Api,
    reporter: Reporter,
) -> None:
    async with running(client, reporter) as network:
        peers = network.mesh.peers
        for peer in peers[:2]:
            write_field(network.mesh, peer, "conv_1", "topic", f"by {peer.name}")
        await until(lambda: all(peer.conflicts for peer in peers[:2]))  # each writer finds it when it hears of the other
        issue = next(issue for peer in peers for issue in peer.conflicts.values())
        await until(lambda: len({peer.replica.digest("conv_1")["contentHash"] for peer in peers}) == 1)
        args = {"issueId": issue["id"], "entityId": "conv_1", "strategy": "merge", "expected": expect(issue["details"])}
        async with attached(partial(network_resolve.resolve, network)) as console:
            applied = await console.ask("k1", **args, result={"topic": "by both"})
            await until(lambda: {peer.replica.read("conv_1")["topic"] for peer in peers} == {"by both"})
            late = await console.ask("k2", **args, result={"topic": "too late"})
        assert (applied["state"], applied["result"]["state"]["topic"]) == ("applied", "by both")
        assert (late["state"], late["result"]["current"]["local"]["topic"]) == ("stale", "by both")
        assert [peer.conflicts for peer in peers] == [{}, {}, {}]
        replicas = [*(peer.replica for peer in peers), api.documents.replica]
        await exchange_until(network, lambda: len({one.digest("conv_1")["contentHash"] for one in replicas}) == 1)
        clocks = [read_state_vector(one.state("conv_1")) for one in replicas]
        assert all(one == clocks[0] for one in clocks)


async def test_a_title_that_is_settled_among_peers_comes_from_the_row(
    client: Client,
    api: Api,
    reporter: Reporter,
) -> None:
    async with running(client, reporter) as network:
        now = network.mesh.peers[0].replica.read("conv_1")
        args = {"entityId": "conv_1", "strategy": "merge", "result": {**now, "title": "agreed"}}
        answer = await network_resolve.resolve(network, {**args, "expected": {"localHash": content_hash(now)}})
        assert answer.state == "applied"
        assert (await row_of(api))["title"] == "agreed"
        await until(lambda: {peer.replica.read("conv_1")["title"] for peer in network.mesh.peers} == {"agreed"})
        late = await network_resolve.resolve(network, {**args, "expected": {"localHash": content_hash(now)}})
        assert late.state == "stale"


async def test_digests_tell_a_row_in_conflict_as_the_client_has_it(client: Client, api: Api, events: Events) -> None:
    from console.demo.digest import Digests, row_digest

    await collide(client, api)
    Digests(client.local.report, clock=lambda: 1).report(client.local.digests())
    told = [event["data"] for event in events("sync_update") if event["data"].get("operation") == "digest"]
    row = next(one for one in told if (one["entityType"], one["entityId"]) == ("row", "conv_1"))
    now = row_digest(await row_of(api))
    assert (row["version"], now["version"]) == (1, 2)
    assert row["contentHash"] != now["contentHash"]


def test_digests_are_told_when_they_change_and_now_and_then() -> None:
    from console.demo.digest import Digests

    told: list[Json] = []
    now = [1_000]
    digests = Digests(lambda **digest: told.append(digest), clock=lambda: now[0])
    one: Json = {"entityType": "row", "entityId": "conv_1", "version": 1, "contentHash": "a"}
    for digest, after_ms, total in (
        (one, 0, 1),
        (one, 2_000, 1),
        ({**one, "contentHash": "b"}, 2_000, 2),
        ({**one, "contentHash": "b"}, 30_000, 3),
    ):
        now[0] += after_ms
        digests.report([digest])
        assert len(told) == total


def test_what_was_expected_is_compared_by_version_and_by_content() -> None:
    local, remote = {"title": "a", "version": 1}, {"title": "b", "version": 2}

    def changed(**expected: Any) -> str | None:
        return find_change({"expected": expected}, local, remote, (1, 2))

    assert changed() is None
    assert changed(localVersion="1", remoteVersion=2, localHash=content_hash(local)) is None
    assert changed(localHash=content_hash({"fields.title": "b"})) is None
    assert changed(remoteVersion=1) == "remoteVersion is 2 now, the decision was made on 1"
    assert changed(remoteHash=content_hash({"title": "c"})) == "remoteHash fits neither side as it is now"
