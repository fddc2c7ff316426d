"""What every service does with the command `conflict.resolve`: find the decision, and whether it still holds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from console.areas.sync.core.digest import content_hash
from console.reporter import CommandAnswer, Reporter

Json = dict[str, Any]
_ANSWER_LIMIT_S = 8.0
_ROOT = "fields."
"""Conflicts that were found in the updates themselves name a field with its root."""


def answer_resolutions(reporter: Reporter, resolve: Callable[[Json], Awaitable[CommandAnswer]]) -> None:
    """Let the service's stream take `conflict.resolve` commands; they run in the loop of the caller."""
    loop = asyncio.get_running_loop()

    async def run(args: Json) -> CommandAnswer:
        return await resolve(args)

    def handle(args: Json) -> CommandAnswer:
        return asyncio.run_coroutine_threadsafe(run(args), loop).result(_ANSWER_LIMIT_S)

    reporter.on_command("conflict.resolve", handle)


def find_issue(issues: Iterable[Json], args: Json) -> Json | None:
    """The open issue that a command is about: by its id, else by entity and versions, else by entity and fields."""
    of_entity = []
    for issue in issues:
        if issue["id"] == args.get("issueId"):
            return issue
        if issue["entityId"] == args.get("entityId"):
            of_entity.append(issue)
    expected, wanted = args.get("expected") or {}, set(decide(args, {}, {}) or ())
    for issue in of_entity:
        details = issue["details"]
        if expected.get("localVersion") is None and wanted & set(details["conflictingFields"]):
            return issue
        if all(_is_same(expected.get(name), details[name]) for name in ("localVersion", "remoteVersion")):
            return issue
    return None


def decide(args: Json, local: Json, remote: Json) -> Json | None:
    """The state that was decided on, by field; None when the strategy needs a `result` and there is none."""
    chosen: Any = args.get("result")
    if args.get("strategy") in {"server_wins", "rejected"}:
        chosen = chosen or remote
    elif args.get("strategy") == "client_wins":
        chosen = chosen or local
    if not isinstance(chosen, dict):
        return None
    return {name.removeprefix(_ROOT): value for name, value in chosen.items()}


def find_change(args: Json, local: Json, remote: Json, versions: tuple[Any, Any], *, symmetric: bool = False) -> str | None:
    """In words what of `expected` is no longer true; None while all of it is. `versions` are local's and remote's.

    Of a `symmetric` issue either side may have told it: what is local to one is remote to the other.
    """
    expected = args.get("expected") or {}
    if symmetric and _is_same(expected.get("localVersion"), versions[1]):
        versions = versions[1], versions[0]
    for name, version in zip(("localVersion", "remoteVersion"), versions, strict=True):
        told = expected.get(name)
        if told is not None and not _is_same(told, version):
            return f"{name} is {version} now, the decision was made on {told}"
    known = {content_hash(form) for side in (local, remote) for form in _forms(side)}
    for name in ("localHash", "remoteHash"):
        if expected.get(name) and expected[name] not in known:
            return f"{name} fits neither side as it is now"
    return None


def stale(reason: str, local: Json | None, remote: Json | None, versions: tuple[Any, Any]) -> CommandAnswer:
    """The answer to a decision on what is no longer so, with both sides as they are now."""
    current = {"local": local, "remote": remote, "localVersion": versions[0], "remoteVersion": versions[1]}
    return CommandAnswer("stale", {"current": current}, reason)


def _forms(side: Json) -> Iterable[Json]:
    yield side
    for name, value in side.items():
        yield {f"{_ROOT}{name}": value}


def _is_same(told: Any, version: Any) -> bool:
    """Versions travel as numbers or as texts."""
    return str(told) == str(version)
