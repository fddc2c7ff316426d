"""Run a command of an area through the collector's writer, whoever asked for it."""

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from console.model.clock import wall_clock
from console.store.projection import AreaCommand

AreaCommands = Mapping[str, Mapping[str, AreaCommand]]
NO_COMMANDS: AreaCommands = {}

Call = Callable[[Callable[[sqlite3.Connection], Any]], Awaitable[Any]]
"""Runs a function in a transaction of the writer, as `Collector.call` does."""
Progress = Callable[[int, int], None]
"""Told (done, total) after each part of a command that works in parts."""


class CommandError(ValueError):
    """A command that cannot be carried out; the text goes back to who asked."""


async def run_area_command(
    call: Call, commands: AreaCommands, area: str, name: str, args: Any, progress: Progress
) -> dict[str, Any]:
    """Run a command to its end, part by part; returns its result. Raises CommandError, sqlite3.Error."""
    function = commands.get(area, {}).get(name)
    if function is None:
        raise CommandError(f"the area {area[:40]!r} has no command {name[:40]!r}")
    if not isinstance(args, dict):
        raise CommandError('area wants "args" as an object')
    while True:
        try:
            result: dict[str, Any] = await call(_bound(function, args))
        except (ValueError, LookupError) as error:
            raise CommandError(str(error)) from error
        if "progress" in result:
            progress(*result.pop("progress"))
        if "again" not in result:
            return result
        args = result["again"]


def _bound(function: AreaCommand, args: dict[str, Any]) -> Callable[[sqlite3.Connection], dict[str, Any]]:
    return lambda connection: function(connection, args, wall_clock())
