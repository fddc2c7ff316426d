"""Endpoints that nobody declared, and declared ones that nobody calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from console.areas.contracts.core.drift.chance import ALPHA, OBSERVED, share_at_most
from console.areas.contracts.core.drift.finding import RISKY, STALE, UNDECLARED_ENDPOINT, UNSEEN_ENDPOINT, Finding
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.matching import Registry, template_key
from console.reporter.contracts.paths import ROOT

LEAST_TO_BE_STALE = 500
"""Calls of a service's other endpoints, after which one that never came counts as stale."""


LEAST_CALLS = 2
"""Calls of an endpoint that nobody declared, from which on it is found: one may be anybody's slip."""


class SeenEndpoint(NamedTuple):
    """One endpoint that was called n times; `endpoint` as a template, where one is known."""

    service: str
    method: str
    endpoint: str
    n: int
    first_ms: int
    last_ms: int
    examples: tuple[int, ...] = ()


class EndpointFinding(NamedTuple):
    """A finding about a whole endpoint."""

    service: str
    method: str
    endpoint: str
    finding: Finding


def detect_endpoints(
    contracts: Iterable[Contract], seen: Sequence[SeenEndpoint], now_ms: int
) -> tuple[EndpointFinding, ...]:
    """Return calls that no contract declares, of services that declare any, and contracts that no call ever met."""
    calls_only = [one for one in contracts if not one.endpoint.startswith("entity:")]  # else: what a thing looks like
    by_service: dict[str, list[Contract]] = {}
    for contract in calls_only:
        by_service.setdefault(contract.service, []).append(contract)
    registry = Registry(calls_only)
    found = [EndpointFinding(one.service, one.method, one.endpoint, _undeclared(one)) for one in seen
             if one.n >= LEAST_CALLS and one.service in by_service and not _is_declared(one, registry)]  # fmt: skip
    for service, declared in by_service.items():
        calls = [one for one in seen if one.service == service]
        n = sum(one.n for one in calls)
        if n < LEAST_TO_BE_STALE:
            continue
        met = {(one.method, template_key(one.endpoint)) for one in calls}
        for contract in declared:
            if not _is_met(contract, met):
                stale = _unseen(contract, n, calls, now_ms)
                found.append(EndpointFinding(service, contract.method, contract.endpoint, stale))
    return tuple(found)


def _is_declared(seen: SeenEndpoint, registry: Registry) -> bool:
    """Whether a contract of the service speaks of it: also one that came later, whose template takes in what was called."""
    promised = registry.match(seen.service, seen.method, seen.endpoint)
    return promised is not None and promised.service == seen.service


def _is_met(contract: Contract, met: set[tuple[str, str]]) -> bool:
    key, method = template_key(contract.endpoint), contract.method
    return any(path == key and (other == method or not method or not other) for other, path in met)


def _undeclared(seen: SeenEndpoint) -> Finding:
    rule = f"{seen.service} is called at {seen.method} {seen.endpoint}".rstrip() + ", of which none of its contracts speaks"
    return Finding(
        UNDECLARED_ENDPOINT, ROOT, RISKY, False, rule, OBSERVED, seen.n, "a contract", f"{seen.n:,} calls",
        seen.first_ms, seen.last_ms, seen.examples, "endpoint",
    )  # fmt: skip


def _unseen(contract: Contract, n: int, calls: list[SeenEndpoint], now_ms: int) -> Finding:
    rule = f"{contract.service} declares {contract.method or 'any method'} {contract.endpoint}, and nobody calls it"
    chance = f"in fewer than {share_at_most(n, ALPHA):.2%} of its calls, wrong with a chance of at most {ALPHA:.0e}"
    first_ms = min((one.first_ms for one in calls), default=now_ms)
    return Finding(
        UNSEEN_ENDPOINT, ROOT, STALE, False, rule, chance, n, "calls", f"none in {n:,} calls of the service",
        first_ms, now_ms, (), "endpoint",
    )  # fmt: skip
