"""The command `conflict.resolve`: settle an open conflict as a developer decided, against the rows as they are."""

import asyncio
from typing import Any

from console.demo.api_client import Unreachable
from console.demo.pwa.sync import Client
from console.reporter import CommandAnswer, correlation, new_correlation_id

_ANSWER_LIMIT_S = 8.0
_FIELDS = ("title", "archived")


def answer_resolutions(client: Client) -> None:
    """Let the client's stream take `conflict.resolve` commands; they run in the client's own loop."""
    loop = asyncio.get_running_loop()

    def handle(args: dict[str, Any]) -> CommandAnswer:
        return asyncio.run_coroutine_threadsafe(resolve(client, args), loop).result(_ANSWER_LIMIT_S)

    client.reporter.on_command("conflict.resolve", handle)


async def resolve(client: Client, args: dict[str, Any]) -> CommandAnswer:
    """Push the decided state on top of the server's row, unless that row has moved since the developer looked."""
    issue = client.local.conflicts.get(str(args.get("issueId")))
    if issue is None:
        return CommandAnswer("rejected", reason=f"no open conflict {args.get('issueId')!r} here")
    details = issue["details"]
    state = _decide(args, details)
    if state is None:
        return CommandAnswer("rejected", reason="this strategy needs a `result` with title or archived")
    edit = {
        "entityType": issue["entityType"],
        "entityId": issue["entityId"],
        "baseVersion": (args.get("expected") or {}).get("remoteVersion", details["remoteVersion"]),
        "changes": state,
    }
    with correlation(new_correlation_id()):
        try:
            status, body = await client.api.call("POST", "/api/v1/sync/push", json={"operations": [edit]})
        except Unreachable as error:
            return CommandAnswer("rejected", reason=f"the server cannot be reached: {error}")
    if status != 200:
        return CommandAnswer("rejected", {"response": body}, f"the server answered {status}")
    result = body["results"][0]
    if result["state"] != "applied":
        current = {"local": details["localState"], "remote": result.get("row")}
        return CommandAnswer("stale", {"current": current}, "the row has moved since this conflict was read")
    del client.local.conflicts[issue["id"]]
    client.local.learn([result["row"]])
    client.local.report(operation="resolved", entityType=issue["entityType"], entityId=issue["entityId"])
    return CommandAnswer("applied", {"version": result["version"], "state": result["row"]})


def _decide(args: dict[str, Any], details: dict[str, Any]) -> dict[str, Any] | None:
    chosen: Any = args.get("result")
    if args.get("strategy") in {"server_wins", "rejected"}:
        chosen = details["remoteState"]
    elif args.get("strategy") == "client_wins":
        chosen = details["localState"]
    if not isinstance(chosen, dict):
        return None
    return {name: chosen[name] for name in _FIELDS if name in chosen} or None
