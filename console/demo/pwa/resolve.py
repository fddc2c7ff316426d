"""The command `conflict.resolve` at the client: push what was decided on top of the server's row, if nothing moved."""

from typing import Any

from console.demo.api_client import Unreachable
from console.demo.digest import ROW_FIELDS
from console.demo.pwa.local import Row
from console.demo.pwa.sync import Client
from console.demo.resolution import decide, find_change, find_issue, stale
from console.reporter import CommandAnswer, correlation, new_correlation_id


async def resolve(client: Client, args: dict[str, Any]) -> CommandAnswer:
    """Settle an open conflict, in row and document, unless the server's row has moved since the developer looked."""
    local = client.local
    issue = find_issue(local.conflicts.values(), args)
    details = issue["details"] if issue else _without_conflict(local.rows.get(str(args.get("entityId"))))
    if details is None:
        return CommandAnswer("rejected", reason=f"no open conflict {args.get('issueId')!r} here")
    entity_id = issue["entityId"] if issue else str(args["entityId"])
    if entity_id in local.in_flight:
        return CommandAnswer("rejected", reason=f"an edit of {entity_id} is on its way to the server; ask again")
    mine, theirs = details["localState"], details["remoteState"]
    versions = details["localVersion"], details["remoteVersion"]
    if reason := find_change(args, mine, theirs, versions):
        return stale(reason, mine, theirs, versions)
    chosen = {name: value for name, value in (decide(args, mine, theirs) or {}).items() if name in ROW_FIELDS}
    if not chosen:
        return CommandAnswer("rejected", reason=f"this strategy needs a `result` with {' or '.join(ROW_FIELDS)}")
    edit = {"entityType": "conversation", "entityId": entity_id, "baseVersion": versions[1], "changes": chosen}
    with correlation(new_correlation_id()):
        return await _push(client, {**edit, "settles": True}, issue, details)


async def _push(client: Client, edit: Row, issue: Row | None, details: Row) -> CommandAnswer:
    local = client.local
    try:
        body = {"operations": [local.carry(edit)]}
        status, answer = await client.api.call("POST", "/api/v1/sync/push", json=body)
    except Unreachable as error:
        return CommandAnswer("rejected", reason=f"the server cannot be reached: {error}")
    if status != 200:
        return CommandAnswer("rejected", {"response": answer}, f"the server answered {status}")
    result = answer["results"][0]
    if "row" not in result:
        return CommandAnswer("rejected", reason=f"the server has no conversation {edit['entityId']!r}")
    local.rows[edit["entityId"]] = result["row"]
    theirs = _side(result["row"])
    if result["state"] != "applied":
        # What the developer is shown now is what the next decision stands on.
        details |= {"remoteState": theirs, "remoteVersion": theirs["version"]}
        versions = details["localVersion"], theirs["version"]
        return stale("the row has moved since this conflict was read", details["localState"], theirs, versions)
    if issue is not None and issue["id"] in local.conflicts:
        local.close(issue["id"])
    local.last_sync_ms = local.clock()
    local.receive(result.get("document"))
    return CommandAnswer("applied", {"version": result["version"], "state": theirs})


def _without_conflict(row: Row | None) -> Row | None:
    """What stands for a conflict that is no longer open: both sides are the row."""
    if row is None:
        return None
    side = _side(row)
    return {"localState": side, "remoteState": side, "localVersion": side["version"], "remoteVersion": side["version"]}


def _side(row: Row) -> Row:
    return {**{name: row[name] for name in ROW_FIELDS}, "version": row["version"]}
