"""What the peers do, and what happens to them."""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from console.demo.api_client import ApiClient, Unreachable
from console.demo.clock import elapsed_ms
from console.demo.network.exchange import Mesh, broadcast, count_operations, repair, write_field
from console.demo.network.issue import compare
from console.demo.network.peer import Peer
from console.demo.network.server_link import changed_since, exchange_with_server
from console.demo.network.wire import Wire
from console.demo.pacing import Action, Deck
from console.reporter import correlation, new_correlation_id

_FAULT_EVERY = 8
_PARTITION_S = (0.8, 2.0)
_WORDS = ("merge", "offline", "relay", "heartbeat", "quorum", "replay")
_ENTITIES_KEPT = 24
_EXCHANGED_AT_ONCE = 12
_MESSAGE_LIMIT = 200


@dataclass
class Network:
    """What the actions work with. `mended` holds, by (from, to), whether a wire may connect."""

    mesh: Mesh
    api: ApiClient
    rng: random.Random
    mended: dict[tuple[str, str], asyncio.Event]
    last_change: int = 0

    def pick(self) -> tuple[Peer, str]:
        """A peer and an entity."""
        return self.rng.choice(self.mesh.peers), self.rng.choice(self.mesh.entities)


def make_deck(network: Network) -> Deck:
    """The network's actions, in the order that its `rng` gives."""

    def act(work: Callable[[Network], Awaitable[None]]) -> Action:
        return lambda: _perform(network, work)

    usual = [
        (40, act(write_words)),
        (14, act(write_status)),
        (10, act(follow_server)),
        (4, act(post_message)),
        (12, act(measure_documents)),
    ]
    faults = [write_concurrently, damage_frame, partition, call_missing_relay, compare_documents, search_as_peer]
    return Deck(network.rng, usual, [act(fault) for fault in faults], every=_FAULT_EVERY)


async def _perform(network: Network, work: Callable[[Network], Awaitable[None]]) -> None:
    with correlation(new_correlation_id()), contextlib.suppress(Unreachable):
        await work(network)


async def write_words(network: Network) -> None:
    """A peer writes into a body."""
    peer, entity_id = network.pick()
    broadcast(network.mesh, peer, entity_id, peer.replica.append(entity_id, f"{network.rng.choice(_WORDS)} "))


async def write_status(network: Network) -> None:
    """A peer sets a field."""
    peer, entity_id = network.pick()
    write_field(network.mesh, peer, entity_id, "status", network.rng.choice(("open", "waiting", "done")))


async def follow_server(network: Network) -> None:
    """The first peer takes the server's changes and spreads each under the id of the request that made it."""
    status, body = await network.api.call("GET", "/api/v1/sync/changes", params={"after": str(network.last_change)})
    if status != 200:
        return
    peer = network.mesh.peers[0]
    for change in body["changes"][-5:]:
        state, entity_id = change["state"], str(change["state"].get("conversationId") or change["entity_id"])
        if entity_id not in network.mesh.entities:
            network.mesh.entities.append(entity_id)
        with correlation(change["correlation_id"] or new_correlation_id()):
            if "conversationId" in state:
                write_field(network.mesh, peer, entity_id, "lastMessage", state.get("content", "")[:_MESSAGE_LIMIT])
            else:
                await exchange_with_server(network.api, network.mesh, [entity_id])
    await exchange_with_server(network.api, network.mesh, changed_since(network.mesh, _EXCHANGED_AT_ONCE))
    if body["changes"]:
        network.last_change = body["changes"][-1]["id"]
    _forget_oldest(network.mesh)


async def post_message(network: Network) -> None:
    """A peer writes to the server; what comes of it returns in the feed of changes."""
    body = {"content": f"seen by {network.rng.choice(network.mesh.peers).name}"}
    await network.api.call("POST", f"/api/v1/conversations/conv_{network.rng.randrange(12)}/messages", json=body)


async def measure_documents(network: Network) -> None:
    """Encode a whole document, as a new peer would ask for it."""
    peer, entity_id = network.pick()
    started = time.perf_counter()
    update = peer.replica.missing_from(entity_id, b"\x00")
    operations = count_operations(peer.replica.state(entity_id))
    network.mesh.reporter.performance(
        "document.encode", elapsed_ms(started), bytes=len(update), operations=operations, replica=peer.name
    )


async def write_concurrently(network: Network) -> None:
    """Two peers set the same field before either has heard of the other."""
    entity_id = network.rng.choice(network.mesh.entities)
    for peer in network.rng.sample(network.mesh.peers, 2):
        write_field(network.mesh, peer, entity_id, "topic", f"{network.rng.choice(_WORDS)} by {peer.name}")


async def damage_frame(network: Network) -> None:
    """A frame loses a bit on the way."""
    peer, entity_id = network.pick()
    write_field(network.mesh, peer, entity_id, "status", "damaged on the way", damaged=True)


async def partition(network: Network) -> None:
    """Cut both directions between two peers for a while; each goes on writing."""
    one, other = network.rng.sample(network.mesh.peers, 2)
    wires: list[Wire] = [one.wires[other.name], other.wires[one.name]]
    for wire in wires:
        wire.cut()
    await asyncio.sleep(network.rng.uniform(*_PARTITION_S))
    await compare_documents(network)
    for wire in wires:
        network.mended[wire.source, wire.target].set()


async def call_missing_relay(network: Network) -> None:
    """A peer asks a relay that is gone."""
    peer, _ = network.pick()
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", 9)  # the discard port: nobody listens there
        writer.close()
    except OSError as error:
        network.mesh.reporter.error(
            error, category="SERVICE_UNAVAILABLE", severity="high", sync={"replica": peer.name, "peer": "relay"}
        )


async def compare_documents(network: Network) -> None:
    """Compare each document of two peers; report the first that differs and send what is missing."""
    one, other = network.rng.sample(network.mesh.peers, 2)
    for entity_id in network.mesh.entities:
        issue = compare((one.name, one.replica), (other.name, other.replica), entity_id)
        if issue is not None:
            other.report(issue=issue, entityType="conversation", entityId=entity_id)
            if one.wires[other.name].is_up:
                network.mesh.spawn(repair(network.mesh, one, one.wires[other.name], entity_id))
            return
    network.mesh.reporter.info("documents equal", replica=one.name, peer=other.name, documents=len(network.mesh.entities))


async def search_as_peer(network: Network) -> None:
    """A search with the parameters of an older protocol."""
    await network.api.call("GET", "/api/v1/acus/search", params={"query": "sync"})


def _forget_oldest(mesh: Mesh) -> None:
    """Keep memory bounded; an update that is still under way may bring a document back, until the next time."""
    del mesh.entities[:-_ENTITIES_KEPT]
    kept = set(mesh.entities)
    for peer in mesh.peers:
        for gone in peer.replica.documents.keys() - kept:
            del peer.replica.documents[gone]
        for issue in [issue for issue in peer.conflicts.values() if issue["entityId"] not in kept]:
            del peer.conflicts[issue["id"]]
        for key in [key for key in peer.replica.writes if key[0] not in kept]:
            del peer.replica.writes[key]
