"""What a person can do to contracts, findings and alerts.

`save`        {"document": contract, "origin"?: "edited", "note"?, "replace"?: false}
              → {"endpoint": id, "version": id, "added": bool}; another content of the same version wants `replace`
`import`      {"documents": [contracts], "origin", "replace"?: false}
              → {"added": n, "same": n, "replaced": n, "refused": [[name, words], …]}, in parts
`remove`      {"version": id} → {"endpoint": id or null when it is gone with its last version}
`current`     {"version": id} → {"endpoint": id, "number": text}: the version that traffic is checked against
`accept`      {"findings": [ids of one endpoint], "version"?: text, "note"?}
              → {"endpoint": id, "version": id, "number": text}
`mute`        {"findings": [ids], "until_ms": ms, "note"?} → {"muted": n};  `unmute` {"findings": [ids]} → {"unmuted": n}
`severity`    {"finding": id, "class": one of CLASSES or ""} → {"severity": the class that counts}
`acknowledge` {"alerts": [ids], [] for all} → {"acknowledged": n}
`recheck`     judges what is stored already, in parts: see `recheck`
"""

import sqlite3
from typing import Any

from console.areas.contracts.store import arguments
from console.areas.contracts.store.deciding import accept, acknowledge, mute, set_severity, unmute
from console.areas.contracts.store.endpoints import drop_endpoint
from console.areas.contracts.store.recheck import recheck
from console.areas.contracts.store.state import stamp_change
from console.areas.contracts.store.values import brief
from console.areas.contracts.store.versions import choose, choose_newest, endpoint_of_version, save_version
from console.store.projection import AreaCommand

DOCUMENTS_A_PART = 100
MAX_DOCUMENTS = 10_000
MAX_REFUSED = 1_000


def save(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Keep one contract in its version."""
    contract = arguments.contract(args.get("document"))
    saved = save_version(
        connection, contract, arguments.origin(args), now_ms, note=arguments.text(args, "note"),
        replace=arguments.flag(args, "replace"),
    )  # fmt: skip
    stamp_change(connection)
    return {"endpoint": saved.endpoint_id, "version": saved.version_id, "added": saved.outcome == "added"}


def import_documents(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Keep many contracts; what cannot be kept is refused by name, the others are kept."""
    documents, origin, replace = args.get("documents"), arguments.origin(args), arguments.flag(args, "replace")
    if not isinstance(documents, list) or len(documents) > MAX_DOCUMENTS:
        raise ValueError(f'"documents" must be a list of at most {MAX_DOCUMENTS:,} contracts')
    start = args.get("_at", 0)
    counts = args.get("_counts") or {"added": 0, "same": 0, "replaced": 0, "refused": []}
    end = min(start + DOCUMENTS_A_PART, len(documents))
    for number in range(start, end):
        try:
            saved = save_version(connection, arguments.contract(documents[number]), origin, now_ms, replace=replace)
        except ValueError as error:
            if len(counts["refused"]) < MAX_REFUSED:
                counts["refused"].append([_name(documents[number], number), str(error)])
        else:
            counts[saved.outcome] += 1
    stamp_change(connection)
    if end == len(documents):
        return dict(counts)
    return {"again": {**args, "_at": end, "_counts": counts}, "progress": [end, len(documents)]}


def remove(connection: sqlite3.Connection, args: dict[str, Any], _now_ms: int) -> dict[str, Any]:
    """Forget a version; an endpoint that loses its last one, and of which nothing was observed, goes too."""
    version_id = arguments.one_id(args, "version")
    endpoint_id = endpoint_of_version(connection, version_id)
    connection.execute("DELETE FROM contracts_version WHERE id = ?", (version_id,))
    choose_newest(connection, endpoint_id)
    current, last_ms = connection.execute(
        "SELECT current_id, last_ms FROM contracts_endpoint WHERE id = ?", (endpoint_id,)
    ).fetchone()
    is_gone = current is None and last_ms is None
    if is_gone:
        drop_endpoint(connection, endpoint_id)
    stamp_change(connection)
    return {"endpoint": None if is_gone else endpoint_id}


def current(connection: sqlite3.Connection, args: dict[str, Any], _now_ms: int) -> dict[str, Any]:
    """Check traffic against this version from now on."""
    version_id = arguments.one_id(args, "version")
    endpoint_id = choose(connection, version_id)
    stamp_change(connection)
    (number,) = connection.execute("SELECT version FROM contracts_version WHERE id = ?", (version_id,)).fetchone()
    return {"endpoint": endpoint_id, "number": number}


def _name(document: Any, number: int) -> str:
    """What a document is called in a list: as much of its name as there is, else its place."""
    parts = []
    if isinstance(document, dict):
        parts = [document.get(key) for key in ("serviceName", "method", "endpoint", "contractVersion")]
    return brief(" ".join(part for part in parts if isinstance(part, str) and part)) or f"document {number + 1}"


COMMANDS: dict[str, AreaCommand] = {
    "save": save,
    "import": import_documents,
    "remove": remove,
    "current": current,
    "accept": accept,
    "mute": mute,
    "unmute": unmute,
    "severity": set_severity,
    "acknowledge": acknowledge,
    "recheck": recheck,
}
