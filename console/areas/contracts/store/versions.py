"""Versions of contracts as rows: side by side, the newest checked unless a person chose another."""

import sqlite3
from typing import NamedTuple

from console.areas.contracts.store.answers import VersionRow
from console.areas.contracts.store.endpoints import ENTITY, MAX_ENDPOINTS, ensure_declared, name_of
from console.areas.contracts.store.recheck_coverage import follow_current
from console.areas.contracts.store.values import pack, storable, unpack
from console.reporter.contracts.contract import Contract, read_contract, write_contract
from console.reporter.contracts.matching import version_key

MAX_VERSIONS = 200
_COLUMNS = """v.id, v.version, v.origin, v.since_ms, v.event_id, v.id = coalesce(e.current_id, 0), v.note, v.document
  FROM contracts_version v JOIN contracts_endpoint e ON e.id = v.endpoint_id"""


class Conflict(ValueError):
    """The same version is there with another content."""

    def __init__(self, version: str, version_id: int, endpoint_id: int, origin: str) -> None:
        super().__init__(f"version {version} is there with another content: replace it, or give another version")
        self.version_id, self.endpoint_id, self.origin = version_id, endpoint_id, origin


class TooMany(ValueError):
    """One more endpoint or version than are kept."""


class Saved(NamedTuple):
    """Where a contract was kept. `outcome` is added, same or replaced."""

    endpoint_id: int
    version_id: int
    outcome: str


def save_version(
    connection: sqlite3.Connection, contract: Contract, origin: str, now_ms: int, *, note: str = "",
    event_id: int | None = None, replace: bool = False,
) -> Saved:  # fmt: skip
    """Keep one version of a contract. Raises Conflict, unless `replace`, and TooMany."""
    name = name_of(contract.service, contract.method, contract.endpoint)
    endpoint_id = ensure_declared(connection, name, contract.endpoint)
    if endpoint_id is None:
        raise TooMany(f"there are {MAX_ENDPOINTS:,} endpoints already, as many as are kept")
    document = pack(write_contract(contract))
    known = connection.execute(
        "SELECT id, document, origin FROM contracts_version WHERE endpoint_id = ? AND version = ?",
        (endpoint_id, storable(contract.version)),
    ).fetchone()
    if known is None:
        version_id = _insert(connection, endpoint_id, contract, document, (origin, now_ms, event_id, note))
        choose_newest(connection, endpoint_id, None if event_id is None else event_id - 1)
        return Saved(endpoint_id, version_id, "added")
    if is_same(unpack(known[1]), write_contract(contract)):
        return Saved(endpoint_id, known[0], "same")
    if not replace:
        raise Conflict(contract.version, known[0], endpoint_id, known[2])
    connection.execute(
        """UPDATE contracts_version SET document = ?, timeout_ms = ?, uid = ?, origin = ?, since_ms = ?, event_id = ?,
             note = ? WHERE id = ?""",
        (document, contract.timeout_ms, storable(contract.id), origin, now_ms, event_id, note, known[0]),
    )
    return Saved(endpoint_id, known[0], "replaced")


def is_same(one: dict[str, object], other: dict[str, object]) -> bool:
    """Tell whether two documents promise the same: the producer's id of a contract is new with each start of it."""
    return {**one, "id": ""} == {**other, "id": ""}


def choose_newest(connection: sqlite3.Connection, endpoint_id: int, after_id: int | None = None) -> None:
    """Check an endpoint against its newest version, unless a person chose one that is still there.

    From the event behind `after_id` on; without it, from the first that is not counted yet.
    """
    rows = connection.execute("SELECT id, version FROM contracts_version WHERE endpoint_id = ?", (endpoint_id,)).fetchall()
    current, is_chosen = connection.execute(
        "SELECT current_id, is_chosen FROM contracts_endpoint WHERE id = ?", (endpoint_id,)
    ).fetchone()
    if is_chosen and current in {row[0] for row in rows}:
        return
    newest = max(rows, key=lambda row: (version_key(row[1]), row[0]))[0] if rows else None
    connection.execute("UPDATE contracts_endpoint SET current_id = ?, is_chosen = 0 WHERE id = ?", (newest, endpoint_id))
    follow_current(connection, endpoint_id, after_id)
    _close_findings(connection, endpoint_id)


def choose(connection: sqlite3.Connection, version_id: int) -> int:
    """Check an endpoint against this version from now on; the newest one stands for whatever is newest."""
    endpoint_id = endpoint_of_version(connection, version_id)
    rows = connection.execute("SELECT id, version FROM contracts_version WHERE endpoint_id = ?", (endpoint_id,)).fetchall()
    newest = max(rows, key=lambda row: (version_key(row[1]), row[0]))[0]
    connection.execute(
        "UPDATE contracts_endpoint SET current_id = ?, is_chosen = ? WHERE id = ?",
        (version_id, version_id != newest, endpoint_id),
    )
    follow_current(connection, endpoint_id)
    _close_findings(connection, endpoint_id)
    return endpoint_id


def _close_findings(connection: sqlite3.Connection, endpoint_id: int) -> None:
    """Close what is found under other versions than the one that is checked: nothing is observed under them any more."""
    connection.execute(
        """UPDATE contracts_finding SET state = 'closed' WHERE endpoint_id = ?1 AND state = 'open' AND version !=
             coalesce((SELECT v.version FROM contracts_endpoint e JOIN contracts_version v ON v.id = e.current_id
                       WHERE e.id = ?1), '')""",
        (endpoint_id,),
    )


def endpoint_of_version(connection: sqlite3.Connection, version_id: int) -> int:
    """Return the endpoint that a version is of. Raises LookupError."""
    row = connection.execute("SELECT endpoint_id FROM contracts_version WHERE id = ?", (version_id,)).fetchone()
    if row is None:
        raise LookupError(f"there is no version {version_id} of a contract")
    return int(row[0])


def version_rows(connection: sqlite3.Connection, where: str, values: tuple[object, ...] = ()) -> list[VersionRow]:
    """Return versions as lists show them, those of an endpoint newest first."""
    rows = connection.execute(f"SELECT {_COLUMNS} WHERE {where} ORDER BY e.service, e.endpoint, e.method", values).fetchall()
    found = [_row(row) for row in rows]
    found.sort(key=lambda row: version_key(row.version), reverse=True)
    found.sort(key=lambda row: (row.contract.service, row.contract.endpoint, row.contract.method))
    return found


def load_current(connection: sqlite3.Connection, endpoint_id: int | None = None) -> list[tuple[int, Contract]]:
    """Return (endpoint id, the contract it is checked against), of all or one; those about entities have no traffic."""
    rows = connection.execute(
        f"""SELECT e.id, v.document FROM contracts_endpoint e JOIN contracts_version v ON v.id = e.current_id
            WHERE e.endpoint NOT LIKE '{ENTITY}%' AND ?1 IN (e.id, 0) ORDER BY e.id""",
        (endpoint_id or 0,),
    )
    return [(owner, read_contract(unpack(document))) for owner, document in rows.fetchall()]


def _insert(
    connection: sqlite3.Connection, endpoint_id: int, contract: Contract, document: str,
    about: tuple[str, int, int | None, str],
) -> int:  # fmt: skip
    (count,) = connection.execute("SELECT count(*) FROM contracts_version WHERE endpoint_id = ?", (endpoint_id,)).fetchone()
    if count >= MAX_VERSIONS:
        raise TooMany(f"{contract.endpoint} has {MAX_VERSIONS} versions already, as many as are kept")
    made = connection.execute(
        """INSERT INTO contracts_version (endpoint_id, version, uid, timeout_ms, document, origin, since_ms, event_id, note)
           VALUES (?,?,?,?,?,?,?,?,?)""",
        (endpoint_id, storable(contract.version), storable(contract.id), contract.timeout_ms, document, *about),
    )
    return int(made.lastrowid or 0)


def _row(row: tuple[object, ...]) -> VersionRow:
    version_id, version, origin, since_ms, event_id, is_current, note, text = row
    document = unpack(str(text))
    return VersionRow(
        version_id, version, origin, since_ms, event_id, bool(is_current), note, read_contract(document), document,  # type: ignore[arg-type]
    )  # fmt: skip
