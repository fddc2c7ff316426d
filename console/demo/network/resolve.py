"""The command `conflict.resolve` among the peers: write what was decided into the documents, if nothing moved."""

from typing import Any

from console.demo.api_client import Unreachable
from console.demo.digest import ROW_FIELDS
from console.demo.network.actions import Network
from console.demo.network.exchange import broadcast, count_operations, write_field
from console.demo.network.peer import Peer
from console.demo.network.server_link import exchange_with_server
from console.demo.resolution import decide, find_change, find_issue, stale
from console.reporter import CommandAnswer, correlation, new_correlation_id

Json = dict[str, Any]


async def resolve(network: Network, args: Json) -> CommandAnswer:
    """Settle a conflict of two peers' writes, or a difference between two peers' documents."""
    issue = find_issue((issue for peer in network.mesh.peers for issue in peer.conflicts.values()), args)
    entity_id = issue["entityId"] if issue else str(args.get("entityId"))
    if entity_id not in network.mesh.entities:
        return CommandAnswer("rejected", reason=f"no peer has a document {entity_id!r}")
    peer = next((peer for peer in network.mesh.peers if issue and issue["id"] in peer.conflicts), network.mesh.peers[0])
    answer = _find_stale(args, issue, peer, network.mesh.peers, entity_id)
    if answer is not None:
        return answer
    details: Json = issue["details"] if issue else {"localState": {}, "remoteState": {}}
    # A rejected conflict stays as Yjs merged it.
    chosen = {} if args.get("strategy") == "rejected" else decide(args, details["localState"], details["remoteState"])
    if chosen is None:
        return CommandAnswer("rejected", reason="this strategy needs a `result` with the document's fields")
    with correlation(new_correlation_id()):
        try:
            answer = await _write(network, peer, entity_id, chosen)
        except Unreachable as error:
            return CommandAnswer("rejected", reason=f"the server, which keeps the row, cannot be reached: {error}")
        if answer is None and issue is not None:
            _close(network.mesh.peers, issue)
            peer.report(
                operation="resolved",
                entityType=issue["entityType"],
                entityId=entity_id,
                fields=details["conflictingFields"],
            )
    if answer is not None:
        return answer
    return CommandAnswer(
        "applied", {"version": count_operations(peer.replica.state(entity_id)), "state": peer.replica.read(entity_id)}
    )


def _find_stale(args: Json, issue: Json | None, peer: Peer, peers: list[Peer], entity_id: str) -> CommandAnswer | None:
    """The answer for a decision that no longer fits: a field was written since, or the documents are others."""
    now = peer.replica.read(entity_id)
    other = next((one for one in peers if one is not peer and one.replica.read(entity_id) != now), peer)
    if issue is None:
        theirs = other.replica.read(entity_id)
        reason = find_change(args, now, theirs, (None, None))
        return stale(reason, now, theirs, (None, None)) if reason else None
    details = issue["details"]
    versions = details["localVersion"], details["remoteVersion"]
    names = details["conflictingFields"]
    local, remote = ({name: one.read(entity_id).get(name) for name in names} for one in (peer.replica, other.replica))
    reason = find_change(args, details["localState"], details["remoteState"], versions, symmetric=True)
    moved = [name for name in names if now.get(name) != details["mergedState"].get(name)]
    if not moved:
        return stale(reason, details["localState"], details["remoteState"], versions) if reason else None
    details |= {"localState": local, "remoteState": remote, "mergedState": local}
    return stale(f"{', '.join(moved)} was written since", local, remote, versions)


async def _write(network: Network, peer: Peer, entity_id: str, chosen: Json) -> CommandAnswer | None:
    """Write those fields that differ: what a row decides at the server, the rest here; None when all was written."""
    now = peer.replica.read(entity_id)
    different = {name: value for name, value in chosen.items() if now.get(name) != value and name != "version"}
    row_changes = {name: different.pop(name) for name in ROW_FIELDS if name in different}
    if row_changes:
        edit = {"entityType": "conversation", "entityId": entity_id, "baseVersion": now.get("version"), "settles": True}
        body = {"operations": [{**edit, "changes": row_changes}]}
        status, answer = await network.api.call("POST", "/api/v1/sync/push", json=body)
        if status != 200:
            return CommandAnswer("rejected", {"response": answer}, f"the server answered {status}")
        if answer["results"][0]["state"] != "applied":
            row = answer["results"][0].get("row")
            return stale("the server's row has moved", now, row, (now.get("version"), (row or {}).get("version")))
    for name, value in different.items():
        if name == "body":
            broadcast(network.mesh, peer, entity_id, peer.replica.rewrite(entity_id, str(value)))
        else:
            write_field(network.mesh, peer, entity_id, name, value)
    await exchange_with_server(network.api, network.mesh, [entity_id])
    return None


def _close(peers: list[Peer], settled: Json) -> None:
    """Forget a conflict at every peer that has it: each of two writers may have found the same one."""
    fields = settled["details"]["conflictingFields"]
    for peer in peers:
        for issue in list(peer.conflicts.values()):
            if issue["entityId"] == settled["entityId"] and issue["details"]["conflictingFields"] == fields:
                del peer.conflicts[issue["id"]]
