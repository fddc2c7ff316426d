"""Fill a store the way ingest does, for tests that read one."""

import json
import random
from collections.abc import Sequence
from pathlib import Path

from console.model.dialects import piece_of
from console.model.event import Event
from console.model.facts import Arrived, Fact, SourceAttached
from console.model.reader import read_event
from console.store.writer import Writer

START_MS = 1_795_442_000_000


def sample_events(count: int, seed: int = 1, start_ms: int = START_MS, step_ms: int = 100) -> list[Event]:
    """Return varied, readable events of three services, `step_ms` apart."""
    rng = random.Random(seed)
    return [read_text(_sample(rng, i, start_ms + i * step_ms), start_ms + i * step_ms) for i in range(count)]


def read_text(text: str, received_ms: int = START_MS) -> Event:
    """Read one JSON text as ingest would."""
    return read_event(piece_of(text), received_ms)


def fill_store(
    path: Path, events: Sequence[Event], source: str = "server", extra: Sequence[Fact] = (), **options: object
) -> None:
    """Write events (received when they happened) and further facts into a store, through the real writer."""
    writer = Writer(path, **options)  # type: ignore[arg-type]
    writer.submit(SourceAttached(source, f"ws://127.0.0.1/{source}", "websocket", START_MS))
    for seq, event in enumerate(events, 1):
        writer.submit(Arrived(source, "epoch-1", seq, [event], event.ts_ms))
    for fact in extra:
        writer.submit(fact)
    writer.close()


def _sample(rng: random.Random, i: int, ts: int) -> str:
    service = rng.choice(["server", "pwa", "network"])
    draw = rng.random()
    correlation = f"corr-{i // 5}"
    if draw < 0.5:
        operation = rng.choice(["acu.search", "message.list", "circle.join"])
        body = {
            "eventType": "performance", "timestamp": ts, "service": service,
            "data": {"operation": operation, "correlationId": correlation},
            "performance": {"duration": round(rng.lognormvariate(4, 1), 1), "memoryDelta": rng.randint(-9999, 99999)},
        }  # fmt: skip
    elif draw < 0.7:
        state = {
            "pendingOperations": rng.randint(0, 9),
            "lastSyncTimestamp": ts - 500,
            "conflictCount": 0,
            "offlineQueue": 0,
        }
        body = {"eventType": "sync_update", "timestamp": ts, "service": service, "data": {"entityType": "message",
                "entityId": f"message_{i % 40}"}, "syncState": state}  # fmt: skip
    elif draw < 0.85:
        body = {"eventType": "info", "timestamp": ts, "service": service, "data": {"message": f"user {i} joined a circle"}}
    else:
        body = {
            "errorId": f"err-{i}", "timestamp": ts, "category": rng.choice(["DATABASE_ERROR", "SYNC_CONFLICT", "api"]),
            "severity": rng.choice(["low", "medium", "high", "critical"]), "correlationId": correlation,
            "message": f"duplicate key value violates unique constraint, attempt {i}", "fingerprint": f"fp{i % 7}",
            "source": {"service": service, "stack": f"Error: boom\n    at save (/srv/{service}/store.ts:{i}:7)"},
            "request": {"method": "POST", "url": "/api/v1/messages"},
        }  # fmt: skip
    return json.dumps(body)
