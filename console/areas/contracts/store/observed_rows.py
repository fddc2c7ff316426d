"""What was observed of an endpoint, beside what was promised of it."""

import sqlite3

from console.areas.contracts.core.drift.describing import describe
from console.areas.contracts.core.drift.path_view import PathView
from console.areas.contracts.store.answers import ObservedPath
from console.areas.contracts.store.drift_rows import load_states
from console.reporter.contracts.contract import Contract


def observed_paths(connection: sqlite3.Connection, endpoint_id: int, contract: Contract | None) -> tuple[ObservedPath, ...]:
    """Return each place that was seen or promised, requests first, then answers by class of status."""
    version = contract.version if contract else ""
    return tuple(
        _row(direction, status, *described)
        for (direction, status), observed in load_states(connection, endpoint_id, version).items()
        for described in describe(observed, contract, direction, status)
    )


def _row(direction: str, status: str, view: PathView, expected: str, standing: str) -> ObservedPath:
    return ObservedPath(
        direction, status, view.path, expected, standing, view.n, view.presence, view.types,
        tuple((value if isinstance(value, str) else str(value), n) for value, n in view.values), _bounds(view), view.formats,
        view.first_ms, view.last_ms, view.examples,
    )  # fmt: skip


def _bounds(view: PathView) -> str:
    """Say within which bounds the values were."""
    parts = []
    for bounds, unit in ((view.numbers, ""), (view.lengths, "characters"), (view.sizes, "items")):
        if bounds is not None:
            low, high = (f"{bound:,.10g}" for bound in bounds)
            parts.append(f"{low if low == high else f'{low} to {high}'} {unit}".rstrip())
    return ", ".join(parts)
