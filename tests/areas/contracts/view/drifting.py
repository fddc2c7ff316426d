"""Traffic that parts from its contract, folded by the real writer: what the area finds in it is shown."""

import json
from pathlib import Path
from typing import Any

from console.areas.contracts.store import MIGRATIONS, projection
from console.model.event import Event
from tests.areas.contracts.view.contract_store import NOW_MS, SEARCH
from tests.store_filling import fill_store, read_text

STEP_MS = 1_000


def store_drift(path: Path, count: int = 600) -> Path:
    """Make a store where the search, promised as `SEARCH`, answers its `quality` as a text for the last half of the time."""
    events = [_declared(), *(_exchange(number, count) for number in range(count))]
    fill_store(path, events, projections=[("contracts", projection())], migrations=[("contracts", MIGRATIONS)])
    return path


def _declared() -> Event:
    data = {"contractId": "c1", "contractVersion": "2.0.0", "endpoint": SEARCH["endpoint"], "method": "GET", "violations": 0,
            "expectedContract": SEARCH}  # fmt: skip
    return _event(NOW_MS - 3_600_000, data)


def _exchange(number: int, count: int) -> Event:
    quality: Any = str(number / count) if number >= count // 2 else number / count
    exchange = {
        "method": "GET", "path": SEARCH["endpoint"], "params": {"q": f"word {number % 7}"}, "status": 200,
        "response": {"hits": [{"id": f"acu-{number}", "quality": quality}], "total": 1}, "durationMs": 20 + number % 9,
    }  # fmt: skip
    data = {"contractId": "c1", "contractVersion": "2.0.0", "endpoint": SEARCH["endpoint"], "method": "GET", "violations": 0,
            "exchange": exchange}  # fmt: skip
    return _event(NOW_MS - (count - number) * STEP_MS, data)


def _event(at_ms: int, data: dict[str, Any]) -> Event:
    body = {"eventType": "contract_check", "timestamp": at_ms, "service": "server", "data": data}
    return read_text(json.dumps(body), at_ms)
