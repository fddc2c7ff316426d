"""The traffic of the figures: 70 % performance/info/sync of ~400 B, 25 % warnings and contract checks of ~800 B, 5 % errors of ~5 KB.

Seeded: the same seed gives the same texts.
"""

import itertools
import json
import random
from collections.abc import Iterator

SERVICES = ("server", "pwa", "network")
OPERATIONS = (
    "acu.search",
    "message.list",
    "conversation.open",
    "circle.join",
    "sync.push",
    "peer.dial",
    "render",
    "db.query",
)
WORDS = [
    "conversation",
    "message",
    "circle",
    "acu",
    "user",
    "replica",
    "cursor",
    "offline",
    "queue",
    "retry",
    "budget",
    "token",
    "batch",
    "page",
    "shard",
    "index",
    "peer",
    "gossip",
    "vector",
    "clock",
    "merge",
    "branch",
    "render",
    "layout",
    "cache",
    "miss",
    "stale",
    "lock",
    "wait",
    "commit",
    "rollback",
    "schema",
    "field",
    "value",
    "parser",
    "stream",
    "socket",
]
CATEGORIES = (
    "DATABASE_ERROR",
    "CONSTRAINT_VIOLATION",
    "NETWORK_TIMEOUT",
    "SYNC_CONFLICT",
    "VALIDATION_FAILED",
    "AUTH_EXPIRED",
    "api",
)


def events(seed: int = 1, start_ms: int = 1_795_442_000_000, per_second: int = 5_000) -> Iterator[str]:
    """Yield event texts for ever, `per_second` to a second of their own time."""
    rng = random.Random(seed)
    for i in itertools.count():
        yield one_event(rng, i, start_ms + i * 1000 // per_second)


def one_event(rng: random.Random, i: int, ts_ms: int) -> str:
    draw = rng.random()
    if draw < 0.70:
        body = _small(rng, i, ts_ms)
    elif draw < 0.95:
        body = _middle(rng, i, ts_ms)
    else:
        body = _error(rng, i, ts_ms)
    return json.dumps(body, separators=(",", ":"))


def _words(rng: random.Random, n: int) -> str:
    return " ".join(rng.choices(WORDS, k=n))


def _small(rng: random.Random, i: int, ts: int) -> dict[str, object]:
    service = rng.choice(SERVICES)
    kind = rng.choice(("performance", "performance", "info", "sync_update"))
    event: dict[str, object] = {"eventType": kind, "timestamp": ts, "service": service}
    if kind == "performance":
        event["data"] = {
            "operation": rng.choice(OPERATIONS),
            "note": _words(rng, 22),
            "build": f"1.4.{i % 9}",
            "attempt": i % 3,
        }
        event["performance"] = {"duration": round(rng.lognormvariate(3.5, 1.1), 2), "memoryDelta": rng.randint(-90_000, 400_000),
                                "cpuEstimate": rng.random()}  # fmt: skip
    elif kind == "info":
        event["data"] = {"message": f"{_words(rng, 10)} {i}", "detail": _words(rng, 24), "component": rng.choice(OPERATIONS)}
    else:
        event["data"] = {"entityType": "message", "entityId": f"message_{rng.randrange(20_000)}", "note": _words(rng, 14)}
        event["syncState"] = {"pendingOperations": rng.randrange(40), "lastSyncTimestamp": ts - rng.randrange(9000),
                              "conflictCount": rng.randrange(4), "offlineQueue": rng.randrange(12)}  # fmt: skip
    return event


def _middle(rng: random.Random, i: int, ts: int) -> dict[str, object]:
    service = rng.choice(SERVICES)
    if rng.random() < 0.5:
        data = {"message": f"{_words(rng, 9)} after {rng.randrange(9000)} ms", "category": rng.choice(CATEGORIES), "severity": "medium",
                "correlationId": f"corr_{ts}_{i % 977}", "context": {"note": _words(rng, 60), "requestId": f"req_{i}"}}  # fmt: skip
        return {"eventType": "warning", "timestamp": ts, "service": service, "data": data}
    contract = f"contract_{service}_2.{i % 5}.0"
    violation = {"id": f"violation_{i}", "contractId": contract, "violationType": "param_mismatch", "severity": "high",
                 "deviation": f"Missing required parameter: {rng.choice(WORDS)}",
                 "expectedContract": {"serviceName": service, "endpoint": f"/api/v1/{rng.choice(WORDS)}", "note": _words(rng, 50)}}  # fmt: skip
    return {"eventType": "contract_check", "timestamp": ts, "service": service, "data": {"contractId": contract, "violations": 1},
            "contractState": {"checked": i, "violations": i // 7, "lastViolation": violation}}  # fmt: skip


def _error(rng: random.Random, i: int, ts: int) -> dict[str, object]:
    service = rng.choice(SERVICES)
    module = rng.choice(WORDS)
    frames = "\n".join(
        f"    at {rng.choice(WORDS)}{rng.choice(WORDS).title()} (/srv/vivim/{service}/src/{rng.choice(WORDS)}.ts:{rng.randrange(900)}:{rng.randrange(80)})"
        for _ in range(14)
    )
    report = {
        "errorId": f"err_{ts}_{i}", "category": rng.choice(CATEGORIES), "severity": rng.choice(("low", "medium", "high", "critical")),
        "timestamp": ts, "message": f"{module} failed: {_words(rng, 6)} {rng.randrange(1000)}", "fingerprint": f"fp{rng.randrange(500)}",
        "correlationId": f"corr_{ts}_{i % 977}",
        "source": {"service": service, "module": module, "function": "handle", "stack": f"TypeError: {module}\n{frames}"},
        "request": {"method": "POST", "url": f"/api/v1/{module}/{i % 300}", "headers": {"user-agent": "Mozilla/5.0 " + _words(rng, 10)},
                    "body": {"content": _words(rng, 120)}},
        "response": {"status": 500, "durationMs": rng.randrange(4000), "body": {"error": _words(rng, 40)}},
        "database": {"query": f'INSERT INTO "{module}s" ("id","content") VALUES ($1,$2)', "table": f"{module}s", "errorCode": "23505"},
        "environment": {"version": f"1.4.{i % 9}", "environment": "development", "host": "api-1"},
        "debug": {"recentActions": [_words(rng, 5) for _ in range(12)], "consoleErrors": [_words(rng, 12) for _ in range(4)]},
    }  # fmt: skip
    return {"eventType": "error", "timestamp": ts, "service": service, "data": report}
