"""Endpoints under the services they belong to, in the order that a person chose. Pure."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from console.areas.contracts.store.answers import CLASSES, EndpointRow


class ServiceHead(NamedTuple):
    """The line above the endpoints of one service, with their sums."""

    service: str
    endpoints: int
    checks: int
    violated: int
    drift: dict[str, int]
    unbumped: int


Line = EndpointRow | ServiceHead
LineKey = tuple[str, int | str]


def line_key(line: Line) -> LineKey:
    """Return what names a line for good."""
    return ("service", line.service) if isinstance(line, ServiceHead) else ("endpoint", line.id)


def _worst(drift: dict[str, int]) -> tuple[int, ...]:
    return tuple(-drift.get(name, 0) for name in CLASSES)


def _rate(row: EndpointRow) -> tuple[float, int]:
    return (-(row.violated / row.checks) if row.checks else 1.0, -row.open_violations)


def _latency(row: EndpointRow) -> tuple[int, float]:
    if row.p95_ms is None:
        return (2, 0.0)
    return (0, -(row.p95_ms / row.timeout_ms)) if row.timeout_ms else (1, -row.p95_ms)


ORDERS: dict[str, Callable[[EndpointRow], Any]] = {
    "endpoint": lambda _: (),
    "checks": lambda row: -row.checks,
    "violated": _rate,
    "latency": _latency,
    "drift": lambda row: (-row.unbumped, _worst(row.drift)),
    "last": lambda row: -(row.last_ms or 0),
}
"""By column; except for the name, the largest or worst is first. Equal ones are ordered by name."""


def grouped(rows: Sequence[EndpointRow], order: str) -> list[Line]:
    """Return a head for each service and below it its endpoints; but by name, the service of the first endpoint is first."""
    rank = ORDERS[order]
    ordered = sorted(rows, key=lambda row: (rank(row), row.service, row.endpoint, row.method))
    services: dict[str, list[EndpointRow]] = {}
    for row in ordered:
        services.setdefault(row.service, []).append(row)
    lines: list[Line] = []
    for service, own in services.items():
        lines.append(_head(service, own))
        lines += own
    return lines


def hold_order(before: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """Return the lines in the order that they had, so that nothing moves below the hand; in their own when others came."""
    places = {line_key(line): place for place, line in enumerate(before)}
    if places.keys() != {line_key(line) for line in lines}:
        return list(lines)
    return sorted(lines, key=lambda line: places[line_key(line)])


def in_trouble(row: EndpointRow) -> bool:
    """Tell whether an endpoint broke its contract, drifts in more than looks, or has none."""
    drifts = any(row.drift.get(name, 0) for name in ("BREAKING", "RISKY"))
    return bool(row.violated or row.open_violations or row.told or drifts or row.standing == "undeclared")


def _head(service: str, rows: Sequence[EndpointRow]) -> ServiceHead:
    return ServiceHead(
        service,
        len(rows),
        sum(row.checks for row in rows),
        sum(row.violated for row in rows),
        {name: sum(row.drift.get(name, 0) for row in rows) for name in CLASSES},
        sum(row.unbumped for row in rows),
    )
