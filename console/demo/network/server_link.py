"""What the first peer does for all: exchange documents with the server; and what each tells of its own."""

import asyncio
import base64
from collections.abc import Sequence

from console.demo.api_client import ApiClient
from console.demo.digest import INTERVAL_S, Digests
from console.demo.network.exchange import Mesh, spread
from console.demo.replica import NOTHING_SEEN, encode, read_state_vector

_UPDATE_LIMIT = 6_000


def changed_since(mesh: Mesh, limit: int) -> list[str]:
    """The documents that changed here since they were exchanged, and of the others those that were not for longest."""
    peer = mesh.peers[0]
    turns = list(peer.server_states)
    ranks = {entity_id: turns.index(entity_id) if entity_id in peer.server_states else -1 for entity_id in mesh.entities}
    # Decoded: two documents with equal clocks may encode them in another order.
    changed = {
        name
        for name in mesh.entities
        if read_state_vector(peer.server_states.get(name, NOTHING_SEEN)) != read_state_vector(peer.replica.state(name))
    }
    return sorted(mesh.entities, key=lambda name: (name not in changed, ranks[name]))[:limit]


async def exchange_with_server(api: ApiClient, mesh: Mesh, entities: Sequence[str]) -> None:
    """Give the server what its documents lack, and spread what it has more. Raises `Unreachable`."""
    peer = mesh.peers[0]
    documents = []
    for entity_id in entities:
        own = encode(peer.replica.missing_from(entity_id, peer.server_states.get(entity_id, NOTHING_SEEN)))
        one = {"entityId": entity_id, "stateVector": encode(peer.replica.state(entity_id))}
        documents.append(one | ({"update": own} if len(own) < _UPDATE_LIMIT else {}))
    body = {"replica": peer.name, "documents": documents}
    status, answer = await api.call("POST", "/api/v1/sync/documents", json=body)
    for document in answer["documents"] if status == 200 else ():
        entity_id, update = document["entityId"], base64.b64decode(document["update"])
        peer.server_states.pop(entity_id, None)
        peer.server_states[entity_id] = base64.b64decode(document["stateVector"])
        if peer.take(entity_id, update, "server"):
            spread(mesh, peer, entity_id, update, {"origin": "server"})


async def report_digests(mesh: Mesh) -> None:
    """Tell how each peer's documents stand, whenever that changes. Runs until cancelled."""
    told = [(peer, Digests(peer.report)) for peer in mesh.peers]
    while True:
        await asyncio.sleep(INTERVAL_S)
        for peer, digests in told:
            digests.report(peer.digests())
