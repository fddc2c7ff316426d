"""The decisions about an issue's conflict: kept beside it, read with its three sides."""

import sqlite3
from dataclasses import dataclass
from typing import Any, NamedTuple

from console.areas.sync.core.digest import content_hash
from console.areas.sync.core.merge.memory import MemoryDamaged, choices_from_json, choices_to_json
from console.areas.sync.core.merge.merging import Merge
from console.areas.sync.core.merge.options import MergeOptions
from console.areas.sync.core.merge.patch import Operation, patch
from console.areas.sync.core.merge.settlement import Settlement
from console.areas.sync.core.merge.values import MISSING, NO_BASE
from console.areas.sync.store.values import pack, unpack

_SERVERS = ("server", "database")


@dataclass(frozen=True, slots=True)
class Case:
    """An issue's three sides and what is decided about them. An untold side is `MISSING`, an untold base `NO_BASE`."""

    issue_id: int
    entity_type: str
    entity_id: str
    state: str
    versions: tuple[str | None, str | None]
    settlement: Settlement

    @property
    def base(self) -> Any:
        return self.settlement.base

    @property
    def local(self) -> Any:
        return self.settlement.local

    @property
    def remote(self) -> Any:
        return self.settlement.remote

    @property
    def merge(self) -> Merge:
        return self.settlement.merge

    @property
    def has_sides(self) -> bool:
        """Whether anything is known of what the sides hold."""
        return self.local is not MISSING or self.remote is not MISSING


class Result(NamedTuple):
    """The document as decided so far, and the patches that lead to it from either side."""

    value: Any
    local_patch: list[Operation]
    remote_patch: list[Operation]


def load_case(connection: sqlite3.Connection, issue_id: int) -> Case:
    """Return an issue's conflict as far as it is settled. Raises LookupError."""
    row = connection.execute(
        """SELECT i.entity_type, i.entity_id, i.state, i.local_version, i.remote_version, i.source, i.target, b.local,
             b.remote, b.base, s.settlement
           FROM sync_issue i JOIN sync_body b ON b.issue_id = i.id LEFT JOIN sync_settlement s ON s.issue_id = i.id
           WHERE i.id = ?""",
        (issue_id,),
    ).fetchone()
    if row is None:
        raise LookupError(f"there is no sync issue {issue_id}")
    entity_type, entity_id, state, local_version, remote_version, source, target, local, remote, base, kept = row
    sides = (
        NO_BASE if base is None else unpack(base),
        MISSING if local is None else unpack(local),
        MISSING if remote is None else unpack(remote),
    )
    fresh = Settlement(*sides, options_of(source, target))
    settlement = fresh
    if kept is not None:
        try:
            settlement = choices_from_json(unpack(kept), *sides)
        except MemoryDamaged:
            # Written by a version of other rules, say: to begin anew is safe, to guess at decisions is not.
            settlement = fresh
    return Case(issue_id, entity_type, entity_id, state, (local_version, remote_version), settlement)


def options_of(source: str, target: str) -> MergeOptions:
    """Return how to merge between two parties: local is what the source has, remote what the target has."""
    local_is_server = source in _SERVERS and target not in _SERVERS
    return MergeOptions(server="local" if local_is_server else "remote")


def save_settlement(connection: sqlite3.Connection, issue_id: int, settlement: Settlement, now_ms: int) -> tuple[int, int]:
    """Keep decisions; returns how many of the open places are decided, and how many there are."""
    connection.execute(
        "INSERT OR REPLACE INTO sync_settlement VALUES (?, ?, ?)", (issue_id, pack(choices_to_json(settlement)), now_ms)
    )
    places = len(settlement.merge.open)
    decided = places - len(settlement.open)
    connection.execute("UPDATE sync_issue SET decided = ?, open_places = ? WHERE id = ?", (decided, places, issue_id))
    return decided, places


def result_of(case: Case) -> Result:
    """Return what the decisions so far lead to."""
    value = case.settlement.result
    return Result(value, patch(case.local, value), patch(case.remote, value))


def hashes_of(settlement: Settlement) -> dict[str, str]:
    """Return content hashes of the sides that are known, by base, local and remote."""
    sides = {"base": settlement.base, "local": settlement.local, "remote": settlement.remote}
    hashes = {}
    for name, value in sides.items():
        if value is MISSING or value is NO_BASE:
            continue
        try:
            hashes[name] = content_hash(value)
        except (ValueError, OverflowError, RecursionError):
            continue  # a number or a depth that canonical JSON does not have: there is no hash of it
    return hashes
