"""Checks in the service whether its exchanges keep to their contracts, and reports each as a `contract_check` event.

What is checked is what is told: bodies as they are masked, contracts as they are veiled. So whoever checks the event again
finds the same, and no secret stands in the words of a violation.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from console.reporter.asgi import CONTRACT_ATTRIBUTE
from console.reporter.contract_book import Book, Json
from console.reporter.contract_exchange import Seen, read_exchange
from console.reporter.contract_veil import veil
from console.reporter.contracts.checking import check_exchange, schema_faults
from console.reporter.contracts.contract import Contract, ContractError, read_contract
from console.reporter.contracts.matching import Registry
from console.reporter.contracts.registry_file import load_registry
from console.reporter.correlation import correlation_id
from console.reporter.reporter import Reporter

Contracts: TypeAlias = "Registry | str | os.PathLike[str] | Iterable[Contract | Mapping[str, Any]]"
"""What a middleware takes: a registry, the path of a file of contracts, or contracts."""

_MOST_BOOKS = 4_096
_LEFT_OUT_S = 1.0


class ContractChecks:
    """All checks of one app. Without `contracts` only endpoints that carry one are checked; nothing is undeclared then.

    Raises `ContractError` for contracts that cannot be used. `clock` returns seconds.
    """

    def __init__(
        self, reporter: Reporter, contracts: Contracts | None = None, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._reporter, self._clock = reporter, clock
        self._registry = None if contracts is None else _read_registry(contracts, reporter.service)
        self._books: dict[Any, Book] = {}
        self._of_routes: dict[tuple[int, str], tuple[Any, Contract]] = {}
        self._timer_due_s = float("-inf")
        for contract in self._registry.contracts() if self._registry else ():
            if contract.service == reporter.service:
                self._book(contract, contract.method, contract.endpoint).announce()

    def check(self, seen: Seen) -> None:
        """Check one exchange and report it."""
        contract = self._contract_for(seen)
        if contract is None and (self._registry is None or _is_nothing(seen)):
            return
        exchange, told = read_exchange(seen, self._reporter.service, contract)
        violations = [] if contract is None else check_exchange(contract, exchange)
        book = self._book(contract, seen.method, seen.template)
        now_s = self._clock()
        if book.keep(told, violations, now_s, correlation_id()):
            self._tell_later(now_s)

    def tell_left_out(self) -> None:
        """Report what was checked and not told yet, one event for each endpoint."""
        for book in list(self._books.values()):
            book.tell_left_out(self._clock())

    def _tell_later(self, now_s: float) -> None:
        """After a burst nothing else may come for long: then a timer of the loop tells how much there was."""
        if now_s < self._timer_due_s:
            return
        import asyncio

        try:
            asyncio.get_running_loop().call_later(_LEFT_OUT_S, self.tell_left_out)
        except RuntimeError:  # another kind of loop: the next exchange tells
            return
        self._timer_due_s = now_s + _LEFT_OUT_S

    def _contract_for(self, seen: Seen) -> Contract | None:
        carried = getattr(seen.endpoint, CONTRACT_ATTRIBUTE, None)
        if carried is not None:
            own = self._of_route(carried, seen.template)
            if own.method in ("", seen.method):
                return own
        if self._registry is None:
            return None
        service, path = self._reporter.service, seen.path
        found = self._registry.match(service, seen.method, path)
        if found is None and seen.root_path and path.startswith(seen.root_path):
            return self._registry.match(service, seen.method, path[len(seen.root_path) :])
        return found

    def _of_route(self, carried: Any, template: str) -> Contract:
        known = self._of_routes.get((id(carried), template))
        if known is not None:
            return known[1]
        contract = veil(_read_one(carried, {"serviceName": self._reporter.service, "endpoint": template}))
        if len(self._of_routes) >= _MOST_BOOKS:
            self._of_routes.clear()
        self._of_routes[id(carried), template] = (carried, contract)  # what is held keeps its id
        return contract

    def _book(self, contract: Contract | None, method: str, endpoint: str) -> Book:
        key = id(contract) if contract is not None else (method, endpoint)
        book = self._books.get(key)
        if book is None:
            if len(self._books) >= _MOST_BOOKS:
                self.tell_left_out()
                self._books.clear()
            book = self._books[key] = Book(self._reporter, contract, method, endpoint)
        return book


def read_own(contract: Contract | Mapping[str, Any]) -> Contract | Json:
    """Return what an endpoint carries, once it is known to be sound; raises `ContractError`."""
    own = contract if isinstance(contract, Contract) else dict(contract)
    _read_one(own, {"serviceName": "?", "endpoint": "/"})
    return own


def _read_registry(contracts: Contracts, service: str) -> Registry:
    if isinstance(contracts, str) or hasattr(contracts, "__fspath__"):
        try:
            contracts = load_registry(str(contracts))
        except OSError as error:
            raise ContractError(str(contracts), f"cannot be read: {error.strerror or error}") from error
    if isinstance(contracts, Registry):
        return Registry(veil(one) for one in contracts.contracts())
    return Registry(veil(_read_one(one, {"serviceName": service}, f"[{i}]")) for i, one in enumerate(contracts))


def _read_one(contract: Any, defaults: Json, place: str = "") -> Contract:
    """Return a sound contract; raises `ContractError`."""
    try:
        document = {**defaults, **contract} if isinstance(contract, Mapping) else contract
        sound = document if isinstance(document, Contract) else read_contract(document)
    except ContractError as error:
        raise ContractError(": ".join(part for part in (place, error.path) if part), error.problem) from None
    for fault in schema_faults(sound):
        raise ContractError(f"{place}: {fault.where}: {fault.path}".removeprefix(": "), fault.problem)
    return sound


def _is_nothing(seen: Seen) -> bool:
    """Whether nobody would declare it: a path that leads nowhere, or what browsers ask before they ask."""
    return seen.method in ("OPTIONS", "HEAD") or (seen.status == 404 and not seen.has_route)
