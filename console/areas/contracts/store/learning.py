"""Contracts that services tell of themselves."""

import sqlite3
from typing import Any

from console.areas.contracts.core.told import Told
from console.areas.contracts.store import arguments
from console.areas.contracts.store.places import Places
from console.areas.contracts.store.state import skip
from console.areas.contracts.store.values import storable
from console.areas.contracts.store.versions import Conflict, Saved, TooMany, save_version
from console.reporter.contracts.contract import Contract
from console.store.projection import StoredEvent

UNREADABLE = "contracts that services told and that cannot be read"
_PROMISES = ("expectedParams", "expectedResponse", "expectedResponses", "expectedRequest", "timeout")
_FORMS = 4
"""So many contents of one contract are remembered: instances of a service may tell different ones in turn."""
_MAX_KNOWN = 10_000


class Learning:
    """Remembers what was told, since services tell the same contract with every violation."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        self.has_learned = False
        """Whether a contract is new or changed: what was judged by the one before must be written with it."""

    def forget(self) -> None:
        self._known.clear()
        self.has_learned = False

    def learn(self, connection: sqlite3.Connection, told: Told, stored: StoredEvent, places: Places) -> None:
        """Keep the contract that an event tells, if it tells a whole one, and another than before."""
        document = told.document
        if document is None or not document.get("contractVersion"):
            return
        key = (told.service, told.method, told.endpoint, told.version, told.contract_id)
        known = self._known.get(key)
        if known is not None and document in known:
            return
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[key] = [document, *(known or ())][:_FORMS]
        if any(document.get(name) is not None for name in _PROMISES):
            self._keep(connection, document, stored, places)

    def _keep(
        self, connection: sqlite3.Connection, document: dict[str, Any], stored: StoredEvent, places: Places
    ) -> None:  # fmt: skip
        try:
            contract = arguments.contract(document)
            saved = _save(connection, contract, stored)
        except ValueError as error:
            reason = str(error) if isinstance(error, TooMany) else UNREADABLE
            skip(connection, reason, 1, stored.event.ts_ms, stored.id)
            return
        if saved.outcome == "same":
            # The producer's id is another after each start.
            connection.execute(
                "UPDATE contracts_version SET uid = ? WHERE id = ?", (storable(contract.id), saved.version_id)
            )
        else:
            places.refresh(connection, saved.endpoint_id)
            self.has_learned = True
        places.note_uid(contract.id, saved.endpoint_id)


def _save(connection: sqlite3.Connection, contract: Contract, stored: StoredEvent) -> Saved:
    """Keep a contract. Raises ValueError.

    The same version with another content takes the place of what a service told, never of what a person gave.
    """
    at_ms, event_id = stored.event.ts_ms, stored.id
    try:
        return save_version(connection, contract, "event", at_ms, event_id=event_id)
    except Conflict as conflict:
        if conflict.origin == "event":
            note = f"told with another content since event {event_id}"
            return save_version(connection, contract, "event", at_ms, event_id=event_id, note=note, replace=True)
        note = f"services tell another content of this version (event {event_id})"
        connection.execute("UPDATE contracts_version SET note = ? WHERE id = ?", (note, conflict.version_id))
        return Saved(conflict.endpoint_id, conflict.version_id, "same")
