"""Which endpoint an event is about; endpoints and the contracts that they are checked against, in memory."""

import sqlite3
from dataclasses import dataclass, field

from console.areas.contracts.core.drift.siblings import Siblings
from console.areas.contracts.core.told import Told
from console.areas.contracts.store.endpoints import Name, insert_endpoint, name_of
from console.areas.contracts.store.sibling_rows import Sibling
from console.areas.contracts.store.values import storable
from console.areas.contracts.store.versions import load_current
from console.model.endpoint import endpoint_template
from console.reporter.contracts.contract import Contract, split_endpoint
from console.reporter.contracts.exchange import Exchange
from console.reporter.contracts.matching import Registry

TOLD_IDS = 8
"""So many ids of told violations are remembered for each endpoint: services repeat the newest until there is another."""
MAX_PATH = 400
_MAX_KNOWN = 20_000
_COLUMNS = "id, service, method, key, endpoint, observed_request, observed_response, told_ids"


@dataclass(slots=True)
class Place:
    """One endpoint. `observed_*` count observations of either direction; what was added since it was written last stands
    in `checks`, `first_ms`, `last_ms` and `statuses`."""

    id: int
    name: Name
    endpoint: str
    observed_request: int
    observed_response: int
    told_ids: tuple[str, ...]
    contract: Contract | None = None
    checks: int = 0
    first_ms: int | None = None
    last_ms: int | None = None
    statuses: dict[int, int] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return self.contract.version if self.contract else ""

    @property
    def calls(self) -> int:
        return max(self.observed_request, self.observed_response)

    def observed(self, direction: str) -> int:
        return self.observed_request if direction == "request" else self.observed_response

    def tells_anew(self, uid: str) -> bool:
        """Tell whether a violation with this id was not told before, and remember it."""
        if not uid:
            return True
        if uid in self.told_ids:
            return False
        self.told_ids = (uid, *self.told_ids[: TOLD_IDS - 1])
        return True


class Places:
    """All endpoints. `load` when what is in memory may not be what is stored."""

    def __init__(self) -> None:
        self._by_id: dict[int, Place] = {}
        self._by_name: dict[Name, Place] = {}
        self._by_contract: dict[int, Place] = {}
        self._by_path: dict[tuple[str, str, str], Place] = {}
        self._by_told: dict[tuple[str, str, str], Place] = {}
        self._by_uid: dict[str, Place] = {}
        self._registry = Registry()
        self._siblings: dict[tuple[str, str], Siblings] = {}
        self.has_collapsed = False
        """Whether endpoints turned out to be values of one (`siblings`), which are still rows of their own."""

    def load(self, connection: sqlite3.Connection) -> None:
        """Read all endpoints and their contracts; a thousand take some 30 ms."""
        self.__init__()  # type: ignore[misc]
        for columns in connection.execute(f"SELECT {_COLUMNS} FROM contracts_endpoint").fetchall():
            self._remember(columns)
        for endpoint_id, contract in load_current(connection):
            self._check_against(self._by_id[endpoint_id], contract)
        for endpoint_id, uid in connection.execute("SELECT endpoint_id, uid FROM contracts_version WHERE uid != ''"):
            self._by_uid[uid] = self._by_id[endpoint_id]
        for place in self._by_id.values():
            if place.contract is None and place.calls:
                self._beside(place)

    def siblings(self) -> list[Sibling]:
        """Return the endpoints that nobody declared and that are values of another."""
        found = []
        for place in self._by_id.values():
            beside = self._siblings.get(place.name[:2]) if place.contract is None else None
            if beside is not None and (template := beside.collapsed(place.endpoint)) != place.endpoint:
                found.append(Sibling(place.id, *place.name[:2], template))
        return found

    def refresh(self, connection: sqlite3.Connection, endpoint_id: int) -> None:
        """Read one endpoint and its contract anew; what was counted and not written yet stays."""
        columns = connection.execute(f"SELECT {_COLUMNS} FROM contracts_endpoint WHERE id = ?", (endpoint_id,)).fetchone()
        place = self._by_id.get(endpoint_id) or self._remember(columns)
        del self._by_name[place.name]
        place.name, place.endpoint = Name(*columns[1:4]), columns[4]
        self._by_name[place.name] = place
        self._by_path.clear()
        self._by_told.clear()
        for _, contract in load_current(connection, endpoint_id):
            self._check_against(place, contract)

    def of_exchange(self, connection: sqlite3.Connection, exchange: Exchange) -> Place | None:
        """Return the endpoint that an exchange is of, making one where nobody declared any; None when there are too many."""
        key = (exchange.service, exchange.method, exchange.path)
        found = self._by_path.get(key)
        if found is None:
            found = self._promised(*key)
            if found is None:
                found = self._undeclared(connection, exchange)
            if found is not None:
                self._bound(self._by_path)[key] = found
        return found

    def of_told(self, connection: sqlite3.Connection, told: Told) -> Place | None:
        """Return the endpoint that a service speaks of; None where it does not say which, or there are too many."""
        found = self._by_uid.get(told.contract_id) if told.contract_id else None
        if found is not None or not told.endpoint:
            return found
        before, endpoint = split_endpoint(told.endpoint)
        key = (told.service, told.method or before, endpoint)
        found = self._by_told.get(key)
        if found is None:
            found = self._promised(*key) or self._named(connection, name_of(*key), endpoint)
            if found is not None:
                self._bound(self._by_told)[key] = found
        return found

    def note_uid(self, uid: str, endpoint_id: int) -> None:
        """Remember that a service calls the contract of an endpoint so."""
        if uid:
            self._bound(self._by_uid)[uid] = self._by_id[endpoint_id]

    def _promised(self, service: str, method: str, path: str) -> Place | None:
        """Return the endpoint whose contract fits; None where there is none."""
        contract = self._registry.match(service, method, path)
        return self._by_contract[id(contract)] if contract is not None else None

    def _check_against(self, place: Place, contract: Contract) -> None:
        before = place.contract
        if before is not None:
            self._registry.remove(before.service, before.method, before.endpoint, before.version)
            del self._by_contract[id(before)]
        place.contract = contract
        self._by_contract[id(contract)] = place
        self._registry.add(contract)

    def _undeclared(self, connection: sqlite3.Connection, exchange: Exchange) -> Place | None:
        endpoint = endpoint_template(exchange.path[:MAX_PATH])
        name = name_of(exchange.service, exchange.method, endpoint)
        if name not in self._by_name and name[:2] in self._siblings:
            endpoint = self._siblings[name[:2]].collapsed(endpoint)
            name = name_of(exchange.service, exchange.method, endpoint)
        is_new = name not in self._by_name
        found = self._named(connection, name, endpoint)
        if found is not None and is_new:
            self._beside(found)
        return found

    def _beside(self, place: Place) -> None:
        """Note an endpoint that nobody declared beside its siblings."""
        siblings = self._siblings.setdefault(place.name[:2], Siblings())
        if siblings.add(place.endpoint, lambda: place.calls):
            self.has_collapsed = True

    def _named(self, connection: sqlite3.Connection, name: Name, endpoint: str) -> Place | None:
        found = self._by_name.get(name)
        if found is None:
            endpoint_id = insert_endpoint(connection, name, endpoint)
            if endpoint_id is not None:
                found = self._remember((endpoint_id, *name, storable(endpoint), 0, 0, ""))
        return found

    def _remember(self, columns: tuple[object, ...]) -> Place:
        endpoint_id, service, method, key, endpoint, requests, responses, told = columns
        name = Name(str(service), str(method), str(key))
        uids = tuple(str(told).split("\n")) if told else ()
        place = Place(endpoint_id, name, str(endpoint), requests, responses, uids)  # type: ignore[arg-type]
        self._by_id[place.id] = self._by_name[name] = place
        return place

    @staticmethod
    def _bound(known: dict) -> dict:  # type: ignore[type-arg]
        if len(known) >= _MAX_KNOWN:
            known.clear()
        return known
