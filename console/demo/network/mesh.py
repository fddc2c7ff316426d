"""Peers on loopback ports, and a wire between every two that is kept connected."""

import asyncio
import random

from console.demo.network.exchange import Mesh, keep_connected
from console.demo.network.peer import Peer
from console.demo.network.wire import Wire
from console.demo.replica import new_client_id
from console.reporter import Reporter

NAMES = ("peer-a", "peer-b", "peer-c")


async def make_peers(reporter: Reporter, rng: random.Random) -> list[Peer]:
    """Listening peers, each with a wire to every other that `connect_all` connects."""
    peers = [Peer(name, new_client_id(), reporter) for name in NAMES]
    ports = {peer.name: await peer.listen() for peer in peers}
    for peer in peers:
        for name, port in ports.items():
            if name != peer.name:
                wire_rng = random.Random(rng.random())
                peer.wires[name] = Wire(peer.name, name, port, wire_rng)
    return peers


def connect_all(mesh: Mesh) -> dict[tuple[str, str], asyncio.Event]:
    """Keep every wire connected; the events tell, by (from, to), which may connect."""
    mended: dict[tuple[str, str], asyncio.Event] = {}
    for peer in mesh.peers:
        for wire in peer.wires.values():
            event = mended[wire.source, wire.target] = asyncio.Event()
            event.set()
            mesh.spawn(keep_connected(mesh, peer, wire, event))
    return mended
