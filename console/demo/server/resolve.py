"""The command `conflict.resolve` at the server: write what was decided into row and document, if nothing moved."""

from typing import Any

from console.demo.digest import ROW_FIELDS
from console.demo.resolution import decide, find_change, stale
from console.demo.server.conversations import COLUMNS
from console.demo.server.http import Api
from console.demo.server.sync import apply_edit, row_side
from console.reporter import CommandAnswer, correlation, new_correlation_id


async def resolve(api: Api, args: dict[str, Any]) -> CommandAnswer:
    """Settle a conflict between a client's refused edit (local) and the row (remote)."""
    entity_id = str(args.get("entityId"))
    rows = await api.database.fetch(f"SELECT {COLUMNS} FROM conversations WHERE id = ?", entity_id)
    if not rows:
        return CommandAnswer("rejected", reason=f"there is no conversation {entity_id!r} here")
    remote = row_side(rows[0])
    refused = api.documents.contested.get(entity_id)
    local = refused["localState"] if refused else remote
    versions = local["version"], remote["version"]
    if reason := find_change(args, local, remote, versions):
        return stale(reason, local, remote, versions)
    chosen = {name: value for name, value in (decide(args, local, remote) or {}).items() if name in ROW_FIELDS}
    if not chosen:
        return CommandAnswer("rejected", reason=f"this needs a `result` with {' or '.join(ROW_FIELDS)}")
    edit = {"entityType": "conversation", "entityId": entity_id, "baseVersion": remote["version"], "changes": chosen}
    with correlation(new_correlation_id()):
        result = await apply_edit(api, {**edit, "settles": True})
        if result["state"] != "applied":
            side = row_side(result["row"])
            return stale("the row moved meanwhile", local, side, (versions[0], side["version"]))
        api.documents.report(entityType="conversation", entityId=entity_id, operation="resolved", fields=sorted(chosen))
    return CommandAnswer("applied", {"version": result["version"], "state": row_side(result["row"])})
