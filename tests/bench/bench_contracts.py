"""What validation and drift cost per observed exchange of 1 KB: reading it out of its event, matching, checking, folding.

Run: python tests/bench/bench_contracts.py [--exchanges 20000]
Exits with 1 when all together costs more than the limit of 60 µs.
"""

import argparse
import json
import random
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

from console.areas.contracts.core.drift.detecting import detect_drift
from console.areas.contracts.core.drift.observed import Observed
from console.areas.contracts.core.drift.parts import parts_of
from console.areas.contracts.core.exchange import exchange_of
from console.model.event import Event
from console.reporter.contracts.checking import check_exchange
from console.reporter.contracts.contract import Contract, read_contract
from console.reporter.contracts.exchange import Exchange
from console.reporter.contracts.matching import Registry

LIMIT_US = 60.0
START = 1_790_000_000_000
_TEXT = {"type": "string"}
CONTRACT = read_contract({
    "serviceName": "server", "endpoint": "/gardens/:id/search", "method": "POST", "contractVersion": "1.2.0", "timeout": 800,
    "expectedParams": [{"name": "q", "type": "string", "required": True}, {"name": "limit", "type": "integer", "maximum": 100}],
    "expectedRequest": {"type": "object", "required": ["sort"], "properties": {"sort": {"enum": ["newest", "best"]}}},
    "expectedResponse": {
        "type": "object", "required": ["hits", "total", "at"],
        "properties": {
            "total": {"type": "integer", "minimum": 0}, "next": {"type": ["string", "null"]},
            "at": {"type": "string", "format": "date-time"},
            "took": {"type": "object", "properties": {"ms": {"type": "integer"}, "cached": {"type": "boolean"}}},
            "hits": {"type": "array", "maxItems": 50, "items": {
                "type": "object", "required": ["id", "title", "quality"],
                "properties": {"id": {"type": "string", "format": "uuid"}, "title": _TEXT, "kind": {"enum": ["note", "task", "image"]},
                               "quality": {"type": "number", "minimum": 0, "maximum": 1}, "provenance": _TEXT}}},
        },
    },
})  # fmt: skip


def made_event(rng: random.Random, i: int) -> Event:
    """Return an event that tells of a varied exchange: optional fields, enumerations, ids, moments, 4 to 6 items."""
    hits = [
        {
            "id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
            "title": rng.choice(["Harvest", "Möhren", "Beete planen", "Kompost"]) + f" {rng.randrange(10_000)}",
            "quality": round(rng.random(), 3),
            "kind": rng.choice(["note", "task", "image"]),
            **({"provenance": "import"} if rng.random() < 0.6 else {}),
        }
        for _ in range(rng.choice([4, 5, 5, 6]))
    ]
    response = {
        "hits": hits,
        "total": rng.randrange(5_000),
        "next": None if rng.random() < 0.3 else f"c{rng.getrandbits(40):x}",
        "took": {"ms": rng.randrange(1, 90), "cached": rng.random() < 0.5},
        "at": f"2026-11-{rng.randrange(1, 29):02}T{rng.randrange(24):02}:00:00Z",
    }
    request = {"filters": {"kind": "note", "archived": False}, "sort": rng.choice(["newest", "best"]), "page": rng.randrange(9),
               "note": " ".join(rng.choices(["moss", "fern", "soil", "bed", "rain"], k=20))}  # fmt: skip
    params = {"q": rng.choice(["moss", "fern", "soil"]) + str(rng.randrange(500)), "limit": str(rng.choice([10, 25, 50]))}
    told = {"method": "POST", "path": f"/gardens/{i % 40}/search", "params": params, "request": request, "status": 200,
            "response": response, "durationMs": round(rng.expovariate(1 / 30), 2)}  # fmt: skip
    data = {"contractId": "c1", "endpoint": CONTRACT.endpoint, "method": "POST", "exchange": told, "violations": 0}
    return Event("", START + i * 20, "server", "contract_check", "info", "", data={"data": data})


def microseconds(work: Callable[[], Any], n: int) -> float:
    """Return the best of five runs, per exchange."""
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best / n * 1e6


class Fold:
    """What the store does with each exchange for drift."""

    def __init__(self) -> None:
        self.sides = {"request": Observed(), "response": Observed()}

    def take(self, exchange: Exchange, contract: Contract | None, i: int) -> None:
        """Fold both directions and the duration."""
        now_ms = START + i * 20
        for direction, _, value in parts_of(exchange, contract):
            self.sides[direction].fold(value, now_ms, i + 1)
        if exchange.duration_ms is not None:
            self.sides["response"].fold_duration(exchange.duration_ms, now_ms, i + 1)


def all_of_it(events: list[Event], registry: Registry, fold: Fold) -> int:
    """Do all that validation and drift do, return the violations."""
    violations = 0
    for i, event in enumerate(events):
        exchange = exchange_of(event)
        assert exchange is not None
        contract = registry.match(exchange.service, exchange.method, exchange.path)
        assert contract is not None
        violations += len(check_exchange(contract, exchange))
        fold.take(exchange, contract, i)
    return violations


def wide_value(rng: random.Random) -> dict[str, Any]:
    """Return an object that fills all 512 places."""
    return {f"g{i}": {f"f{j}": rng.choice(["a", "b", 1, 2.5, None, True, f"t{rng.randrange(999)}"]) for j in range(18)
                      if rng.random() < 0.95} for i in range(27)}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--exchanges", type=int, default=20_000)
    n = parser.parse_args().exchanges
    rng = random.Random(7)
    events = [made_event(rng, i) for i in range(n)]
    exchanges = [exchange for event in events if (exchange := exchange_of(event)) is not None]
    registry = Registry([CONTRACT, *(read_contract({"serviceName": "server", "endpoint": f"/other/{i}/:id", "contractVersion": "1"})
                                     for i in range(999))])  # fmt: skip
    size = sum(len(json.dumps([one.request, one.response])) for one in exchanges) / n
    leaves = sum(json.dumps([one.params, one.request, one.response]).count(":") for one in exchanges[:100]) / 100
    print(f"{n} exchanges, bodies of {size:.0f} bytes, about {leaves:.0f} fields, {len(registry)} contracts")
    fold = Fold()
    all_of_it(events[:2000], registry, fold)
    rows = {
        "exchange_of": lambda: [exchange_of(event) for event in events],
        "match": lambda: [registry.match(one.service, one.method, one.path) for one in exchanges],
        "check_exchange": lambda: [check_exchange(CONTRACT, one) for one in exchanges],
        "fold": lambda: [fold.take(one, CONTRACT, i) for i, one in enumerate(exchanges)],
        "all together": lambda: all_of_it(events, registry, fold),
    }
    figures = {name: microseconds(work, n) for name, work in rows.items()}
    for name, figure in figures.items():
        print(f"{name:16}{figure:7.1f} µs")
    wide = Observed()
    for i in range(1_500):
        wide.fold(wide_value(rng), START + i * 3_000, i + 1)
    blob = wide.dump()
    print(f"{len(wide.paths())} places: {len(blob) / 1024:.0f} KiB as bytes")
    for name, work in {
        "detect_drift": lambda: detect_drift(wide, None, "response", "2xx", START + 4_500_000),
        "dump": wide.dump,
        "load": lambda: Observed.load(blob),
    }.items():
        print(f"{name:16}{microseconds(work, 1) / 1000:7.2f} ms")
    usual = fold.sides["response"]
    print(
        f"a usual state: {len(usual.paths())} places, {len(usual.dump()) / 1024:.1f} KiB, dump {microseconds(usual.dump, 1):.0f} µs"
    )
    return int(figures["all together"] > LIMIT_US)


if __name__ == "__main__":
    sys.exit(main())
