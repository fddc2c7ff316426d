"""One peer: its replica, the port it listens on, and its wires to the others."""

import asyncio
import base64
import time
from typing import Any

from console.demo.clock import now_ms
from console.demo.network.frame import FrameBroken, encode_frame, read_frame
from console.demo.network.issue import describe_conflict, make_issue
from console.demo.network.wire import Wire
from console.demo.replica import Replica, read_state_vector
from console.reporter import Reporter, correlation, new_correlation_id

_CONFLICTS_KEPT = 50
_ORDER_QUIET_S = 1.0


class Peer:
    """Receives updates, applies them and reports each with the peer's sync state as it is then."""

    def __init__(self, name: str, client_id: int, reporter: Reporter) -> None:
        self.name = name
        self.replica = Replica(client_id)
        self.wires: dict[str, Wire] = {}
        self.server_states: dict[str, bytes] = {}
        self.conflicts: dict[str, dict[str, Any]] = {}
        self._reporter = reporter
        self._last_sync_ms = 0
        self._arrived: dict[str, list[int]] = {}
        self._order_reported_s = 0.0
        self._server: asyncio.Server | None = None

    async def listen(self) -> int:
        """Take connections of other peers; returns the port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
        for wire in self.wires.values():
            wire.cut()

    def report(self, *, issue: dict[str, Any] | None = None, **data: Any) -> None:
        """A sync update with this peer's numbers as they are now."""
        self._reporter.sync_update(
            issue=issue,
            pending_operations=sum(len(wire.waiting) for wire in self.wires.values()),
            last_sync_timestamp=self._last_sync_ms,
            conflict_count=len(self.conflicts),
            offline_queue=sum(len(wire.queued) for wire in self.wires.values()),
            replica=self.name,
            **data,
        )

    def digests(self) -> list[dict[str, Any]]:
        """How each document stands here."""
        return [self.replica.digest(entity_id) for entity_id in sorted(self.replica.documents)]

    def take(self, entity_id: str, update: bytes, origin: str, **data: Any) -> bool:
        """Apply an update and report it; tells whether it brought anything."""
        is_news = self.replica.receive(entity_id, update)
        self._last_sync_ms = now_ms()
        if is_news:
            self.report(**self.replica.describe_update(entity_id, update), operation="applied", origin=origin, **data)
        return is_news

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                try:
                    header, update = await read_frame(reader)
                except FrameBroken as error:
                    self._refuse(error)
                    continue
                with correlation(header["correlationId"]):
                    self._receive(header, update)
                writer.write(encode_frame({"ack": header["seq"]}, b""))
        except (asyncio.IncompleteReadError, ConnectionError):
            return  # the sending end of the wire reports the loss
        finally:
            writer.close()

    def _refuse(self, error: FrameBroken) -> None:
        # The header cannot be trusted, so nothing is known of whose request this was.
        with correlation(new_correlation_id()):
            first = base64.b64encode(error.raw).decode()
            self._reporter.error(
                error,
                category="PROTOCOL_VIOLATION",
                severity="high",
                debug={"replica": self.name, "firstBytes": first},
            )

    def _receive(self, header: dict[str, Any], update: bytes) -> None:
        entity_id, name = header["entityId"], header.get("field")
        mine = None
        if name is not None:
            seen = read_state_vector(base64.b64decode(header["seen"]))
            mine = self.replica.find_concurrent_write(entity_id, name, seen)
        self.take(entity_id, update, header.get("origin", header["from"]), propagationDelayMs=now_ms() - header["sentMs"])
        self._check_order(header["from"], header["seq"], entity_id)
        if mine is None or name is None or mine.value == header["value"]:
            return
        merged = self.replica.read(entity_id).get(name)
        if merged not in (mine.value, header["value"]):
            return  # a frame that came late: somebody has seen both writes and decided since
        details = describe_conflict(name, mine, header["value"], header["clock"], merged)
        issue = make_issue("conflict", self.name, header["from"], entity_id, details)
        self.conflicts[issue["id"]] = issue
        while len(self.conflicts) > _CONFLICTS_KEPT:
            del self.conflicts[next(iter(self.conflicts))]
        self._reporter.error(
            f"concurrent writes to {name} of {entity_id}: Yjs kept {merged!r}",
            category="CRDT_CONFLICT",
            severity="medium",
            sync={
                "entityType": "conversation",
                "entityId": entity_id,
                "operation": "merge",
                "replica": self.name,
                **details,
            },
        )
        self.report(issue=issue, entityType="conversation", entityId=entity_id)

    def _check_order(self, source: str, seq: int, entity_id: str) -> None:
        arrived = self._arrived.setdefault(source, [])
        late = bool(arrived) and seq < arrived[-1]
        arrived.append(seq)
        del arrived[:-5]
        if late and time.monotonic() - self._order_reported_s > _ORDER_QUIET_S:
            self._order_reported_s = time.monotonic()
            details = {
                "expectedOrder": [f"{source}:{number}" for number in sorted(arrived)],
                "actualOrder": [f"{source}:{number}" for number in arrived],
            }
            issue = make_issue("order_violation", source, self.name, entity_id, details)
            self.report(issue=issue, entityType="conversation", entityId=entity_id)
