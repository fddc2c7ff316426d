"""What contracts say of exchanges that are stored already: the same rules as for those that come."""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, TypeAlias

from console.areas.contracts.core.exchange import CHECK, exchange_of, weight_of
from console.areas.contracts.core.told import Told, told_of
from console.areas.contracts.store.endpoints import ENTITY, Name, name_of
from console.areas.contracts.store.places import MAX_PATH
from console.areas.contracts.store.values import storable, unpack
from console.model.endpoint import endpoint_template
from console.reporter.contracts.checking import Violation, check_exchange
from console.reporter.contracts.contract import Contract, read_contract
from console.reporter.contracts.exchange import Exchange
from console.reporter.contracts.matching import Registry
from console.store.projection import StoredEvent

Row: TypeAlias = tuple[int, str, str, str, str]
_ROWS = f"""SELECT e.id, e.service, e.method, e.key, v.document FROM contracts_endpoint e
  JOIN contracts_version v ON v.id = e.current_id WHERE e.endpoint NOT LIKE '{ENTITY}%' ORDER BY e.id"""


class Checked(NamedTuple):
    """An endpoint and the contract that it is checked against."""

    endpoint_id: int
    name: Name
    contract: Contract

    @property
    def target(self) -> tuple[int, str]:
        return self.endpoint_id, storable(self.contract.version)


class Found(NamedTuple):
    """A stored exchange of an endpoint with a contract; `weight` is how many it stands for."""

    checked: Checked
    exchange: Exchange
    told: Told | None
    weight: int

    def violations(self) -> list[Violation]:
        """Return how it breaks the contract."""
        return check_exchange(self.checked.contract, self.exchange)

    def was_told(self, violation: Violation) -> bool:
        """Tell whether the service said the same of this version: then it stands in its count already."""
        told = self.told
        if told is None or storable(told.version) != self.checked.target[1]:
            return False
        return any(one[1:4] == violation[1:4] for one in told.violations)

    def was_here(self) -> bool:
        """Tell whether it was counted for this endpoint when nobody had declared it."""
        mine, name = self.checked.name, self.exchange
        then = name_of(name.service, name.method, endpoint_template(name.path[:MAX_PATH]))
        return (
            then.service == mine.service and then.key == mine.key and (then.method in ("", mine.method) or not mine.method)
        )


class Judge:
    """All contracts that are checked; `digest` tells whether they are still the same."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._registry = Registry()
        self._by_contract: dict[int, Checked] = {}
        digest = blake2b(digest_size=16)
        for endpoint_id, service, method, key, document in rows:
            contract = read_contract(unpack(document))
            self._registry.add(contract)
            self._by_contract[id(contract)] = Checked(endpoint_id, Name(service, method, key), contract)
            digest.update(f"{endpoint_id} {document}\n".encode())
        self.digest = digest.hexdigest()

    def checked(self) -> list[Checked]:
        return list(self._by_contract.values())

    def find(self, stored: StoredEvent) -> Found | None:
        """Return the exchange in an event, None where there is none, or nothing is promised of it."""
        event = stored.event
        exchange = exchange_of(event)
        if exchange is None:
            return None
        contract = self._registry.match(exchange.service, exchange.method, exchange.path)
        if contract is None:
            return None
        if event.event_type != CHECK and exchange.failure and contract.service == event.service:
            exchange.failure = ""  # who reports it is who answers: something failed there, but it is there
        return Found(self._by_contract[id(contract)], exchange, told_of(event), weight_of(event))


def load_judge(connection: sqlite3.Connection) -> Judge:
    """Return a judge by the contracts that are checked now; made anew only where they have changed."""
    return _judge_of(tuple(connection.execute(_ROWS).fetchall()))


@lru_cache(maxsize=1)
def _judge_of(rows: tuple[Row, ...]) -> Judge:
    return Judge(rows)
