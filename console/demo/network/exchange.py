"""Send an update to the other peers, and repair what did not arrive."""

import asyncio
import base64
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from console.demo.clock import now_ms
from console.demo.network.peer import Peer
from console.demo.network.wire import ACK_LIMIT_S, Wire
from console.demo.replica import read_state_vector
from console.reporter import Reporter, correlation, correlation_id, new_correlation_id


@dataclass
class Mesh:
    """All peers of this process; work that goes on behind an action runs in `group`."""

    peers: list[Peer]
    reporter: Reporter
    group: asyncio.TaskGroup
    entities: list[str] = field(default_factory=list)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run `work` behind the scenes, under the correlation id of now."""
        self.group.create_task(work)


def write_field(mesh: Mesh, peer: Peer, entity_id: str, name: str, value: Any, *, damaged: bool = False) -> None:
    """Write a field on one peer and send it to all others, with what the writer had seen before."""
    seen = peer.replica.state(entity_id)
    update = peer.replica.set_field(entity_id, name, value)
    clock = peer.replica.writes[entity_id, name].clock
    extra = {"field": name, "value": value, "clock": clock, "seen": base64.b64encode(seen).decode()}
    broadcast(mesh, peer, entity_id, update, extra, damaged=damaged)


def broadcast(
    mesh: Mesh,
    peer: Peer,
    entity_id: str,
    update: bytes,
    extra: dict[str, Any] | None = None,
    *,
    damaged: bool = False,
) -> None:
    """Report a local update and send it over every wire of the peer; `extra` joins the frame's header."""
    peer.report(**peer.replica.describe_update(entity_id, update), operation="local")
    spread(mesh, peer, entity_id, update, extra, damaged=damaged)


def spread(
    mesh: Mesh,
    peer: Peer,
    entity_id: str,
    update: bytes,
    extra: dict[str, Any] | None = None,
    *,
    damaged: bool = False,
) -> None:
    """Send an update over every wire of the peer."""
    for wire in peer.wires.values():
        mesh.spawn(deliver(mesh, peer, wire, entity_id, update, extra or {}, damaged=damaged))


async def deliver(
    mesh: Mesh,
    peer: Peer,
    wire: Wire,
    entity_id: str,
    update: bytes,
    extra: dict[str, Any],
    *,
    damaged: bool = False,
) -> None:
    """Send over one wire. Without an acknowledgement the difference is sent again; while cut, the entity waits."""
    if not wire.is_up:
        wire.queued.add(entity_id)
        return
    identifier = correlation_id() or new_correlation_id()
    header = {"entityId": entity_id, "correlationId": identifier, "sentMs": now_ms(), **extra}
    try:
        await wire.send(header, update, damaged=damaged)
    except TimeoutError as error:
        _report_timeout(mesh, wire, entity_id, error)
        await repair(mesh, peer, wire, entity_id)
    except ConnectionError:
        wire.queued.add(entity_id)  # whoever reads this wire reports that it was lost


async def repair(mesh: Mesh, peer: Peer, wire: Wire, entity_id: str) -> None:
    """Send what the other peer lacks of one document, by its state vector."""
    other = next(candidate for candidate in mesh.peers if candidate.name == wire.target)
    update = peer.replica.missing_from(entity_id, other.replica.state(entity_id))
    header = {"entityId": entity_id, "correlationId": correlation_id() or new_correlation_id(), "sentMs": now_ms()}
    try:
        await wire.send(header, update)
    except TimeoutError as error:
        _report_timeout(mesh, wire, entity_id, error)
        wire.queued.add(entity_id)
    except ConnectionError:
        wire.queued.add(entity_id)


async def keep_connected(mesh: Mesh, peer: Peer, wire: Wire, mended: asyncio.Event) -> None:
    """Hold one wire: report its loss, connect again once `mended` is set, send what waited. Until cancelled."""
    while True:
        await mended.wait()
        reader = await wire.connect()
        waited, wire.queued = wire.queued, set()
        with correlation(new_correlation_id()):
            for entity_id in sorted(waited):
                mesh.spawn(repair(mesh, peer, wire, entity_id))
            try:
                await wire.read_acks(reader)
            except ConnectionError as error:
                mended.clear()
                mesh.reporter.error(
                    error,
                    category="CONNECTION_LOST",
                    severity="high",
                    sync={"replica": peer.name, "peer": wire.target, "pendingOperations": len(wire.waiting)},
                )
                peer.report(operation="partitioned", peer=wire.target)


def _report_timeout(mesh: Mesh, wire: Wire, entity_id: str, error: TimeoutError) -> None:
    mesh.reporter.error(
        error,
        category="SYNC_TIMEOUT",
        severity="medium",
        message=f"{wire.target} did not acknowledge {entity_id} within {ACK_LIMIT_S * 1000:.0f} ms",
        sync={"entityType": "conversation", "entityId": entity_id, "operation": "update",
              "replica": wire.source, "peer": wire.target, "pendingOperations": len(wire.waiting)},
    )  # fmt: skip


def count_operations(state: bytes) -> int:
    """How many operations a state vector covers."""
    return sum(read_state_vector(state).values())
