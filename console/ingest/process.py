"""The ingest process of the window: commands in and news out as JSON lines over stdin and stdout.

In:  {"cmd": "attach", "name", "url", "token"?} {"cmd": "detach", "name"} {"cmd": "pin", "event", "note"?}
     {"cmd": "unpin", "event"} {"cmd": "retain", "max_age_days"?, "max_events"?, "max_bytes"?} {"cmd": "shrink"}
     {"cmd": "area", "area", "do", "args"?} {"cmd": "stop"}; a command that carries "id" is answered. End of file means stop.
Out: {"type": "ready"|"tick"|"changed"|"sources"|"answer"|"progress"|"fault", …}

A command of an area (see `console.store.projection.AreaCommand`) is answered with its "result". One that works in parts
tells of each: {"type": "progress", "id", "done", "total"}. {"type": "changed", "area"}: an area's tables moved with no
event, as when a service answered a command of it (see `console.ingest.outbox`). Other processes ask for such commands
through a folder beside the store (see `console.ingest.spool`).
"""

import asyncio
import json
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from console.ingest.address import AddressError, parse_source
from console.ingest.area_command import NO_COMMANDS, AreaCommands, Call, CommandError, run_area_command
from console.ingest.collector import Collector
from console.ingest.outbox import Outbox
from console.ingest.spool import Spool
from console.model.clock import wall_clock
from console.store.database import StoreError
from console.store.migrations import AreaMigrations
from console.store.projection import AreaAnswer, Projection
from console.store.retention import Limits, shrink

TICK_S = 0.1
STATUS_S = 1.0
RETAIN_S = 60.0
LINE_BYTES = 1024 * 1024

Command = dict[str, Any]


class Control:
    """Reads commands, writes news. One instance a process."""

    def __init__(
        self,
        collector: Collector,
        out: BinaryIO,
        area_commands: AreaCommands = NO_COMMANDS,
        area_call: Call | None = None,
    ) -> None:
        self.collector = collector
        self.area_call = area_call or collector.call
        self.area_commands = area_commands
        self.limits = Limits()
        self._out = out
        self._told = -1

    def say(self, message: dict[str, Any]) -> None:
        """Write one line; a reader that is gone means that it is time to stop."""
        try:
            self._out.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
            self._out.flush()
        except (BrokenPipeError, ValueError):
            self.collector.stop()

    def tick(self) -> None:
        if self.collector.last_id != self._told:
            self._told = self.collector.last_id
            self.say({"type": "tick", "last_id": self._told})

    def tell_changed(self, areas: set[str]) -> None:
        """Say which areas moved with no event, and forget them."""
        for area in sorted(areas):
            self.say({"type": "changed", "area": area})
        areas.clear()

    def status(self) -> None:
        self.say({"type": "sources", "sources": [link.snapshot() for link in self.collector.links.values()]})

    async def obey(self, line: bytes) -> None:
        """Carry out one command line and answer it."""
        command: Command = {}
        try:
            command = _parse(line)
            action = _ACTIONS.get(command["cmd"])
            if action is None:
                raise CommandError(f"unknown command {str(command['cmd'])[:40]!r}; known are {', '.join(_ACTIONS)}")
            result = await action(self, command)
            answer: dict[str, Any] = {"ok": True} if result is None else {"ok": True, "result": result}
        except (CommandError, AddressError, StoreError, sqlite3.Error) as error:
            answer = {"ok": False, "error": str(error)}
        if "id" in command:
            self.say({"type": "answer", "id": command["id"], **answer})
        elif not answer["ok"]:
            self.say({"type": "fault", "text": answer["error"]})

    async def _attach(self, command: Command) -> None:
        name, url = _text(command, "name"), _text(command, "url")
        token = _text(command, "token") if command.get("token") else None
        await self.collector.attach(parse_source(name, url, token))
        self.status()

    async def _detach(self, command: Command) -> None:
        if not await self.collector.detach(_text(command, "name")):
            raise CommandError(f"no source {command['name']!r} is attached")
        self.status()

    async def _pin(self, command: Command) -> None:
        event_id, note, now = _number(command, "event"), str(command.get("note") or "")[:2000], wall_clock()
        sql = """INSERT INTO pins (event_id, note, pinned) SELECT id, ?, ? FROM events WHERE id = ?
            ON CONFLICT (event_id) DO UPDATE SET note = excluded.note"""
        done = await self.collector.call(lambda connection: connection.execute(sql, (note, now, event_id)).rowcount)
        if not done:
            raise CommandError(f"event {event_id} is not in the store")

    async def _unpin(self, command: Command) -> None:
        event_id = _number(command, "event")
        await self.collector.call(lambda connection: connection.execute("DELETE FROM pins WHERE event_id = ?", (event_id,)))

    async def _retain(self, command: Command) -> None:
        self.limits = Limits(
            max_age_ms=_optional(command, "max_age_days", 86_400_000),
            max_events=_optional(command, "max_events", 1),
            max_bytes=_optional(command, "max_bytes", 1),
        )
        await self.collector.retain(self.limits)

    async def _shrink(self, command: Command) -> None:
        while await self.collector.call(shrink):
            await asyncio.sleep(0)

    async def _area(self, command: Command) -> dict[str, Any]:
        def progress(done: int, total: int) -> None:
            if "id" in command:
                self.say({"type": "progress", "id": command["id"], "done": done, "total": total})

        area, name = _text(command, "area"), _text(command, "do")
        args = command.get("args", {})
        return await run_area_command(self.area_call, self.area_commands, area, name, args, progress)

    async def _stop(self, command: Command) -> None:
        self.collector.stop()


_ACTIONS: dict[str, Callable[[Control, Command], Awaitable[dict[str, Any] | None]]] = {
    "attach": Control._attach,
    "detach": Control._detach,
    "pin": Control._pin,
    "unpin": Control._unpin,
    "retain": Control._retain,
    "shrink": Control._shrink,
    "area": Control._area,
    "stop": Control._stop,
}


def _parse(line: bytes) -> Command:
    try:
        command = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise CommandError(f"not a command in JSON: {error}") from None
    if not isinstance(command, dict) or not isinstance(command.get("cmd"), str):
        raise CommandError('a command is an object with "cmd"')
    return command


def _takes_long(line: bytes) -> bool:
    try:
        return _parse(line)["cmd"] in ("area", "retain", "shrink")
    except CommandError:
        return False


def _text(command: Command, key: str) -> str:
    value = command.get(key)
    if not isinstance(value, str) or not value:
        raise CommandError(f'{command["cmd"]} wants "{key}" as text')
    return value


def _number(command: Command, key: str) -> int:
    value = command.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 2**63:
        raise CommandError(f'{command["cmd"]} wants "{key}" as a whole number')
    return value


def _optional(command: Command, key: str, factor: int) -> int | None:
    value = command.get(key)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 2**53:
        raise CommandError(f'{command["cmd"]} wants "{key}" as a number above 0')
    return int(value * factor)


async def run_ingest(
    path: Path,
    *,
    projections: Iterable[tuple[str, Projection]] = (),
    migrations: Iterable[tuple[str, AreaMigrations]] = (),
    area_commands: AreaCommands = NO_COMMANDS,
    area_answers: Mapping[str, AreaAnswer] | None = None,
    out: BinaryIO | None = None,
    commands: asyncio.StreamReader | None = None,
) -> None:
    """Run the ingest process until told to stop, or until its stdin ends. Raises StoreError."""
    faults: list[str] = []
    changed: set[str] = set()
    outbox = Outbox(area_answers or {}, on_changed=changed.add, on_fault=faults.append)
    collector = Collector(
        path, projections=projections, migrations=migrations, on_fault=faults.append, on_answer=outbox.answered
    )
    area_call = outbox.watching(collector.call)
    control = Control(collector, out or sys.stdout.buffer, area_commands, area_call)
    reader = commands or await _stdin_reader()
    ready = asyncio.Event()

    async def started() -> None:
        control.say({"type": "ready", "db": str(path)})
        ready.set()

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(collector.run(started))
        spool = Spool(path, area_call, area_commands, on_fault=faults.append)
        working = (
            _report(control, faults, changed),
            _listen(control, reader, ready),
            spool.serve(),
            outbox.serve(collector),
        )
        helpers = [tasks.create_task(work) for work in working]
        await asyncio.wait([running])
        for helper in helpers:
            helper.cancel()
    control.tick()


async def _report(control: Control, faults: list[str], changed: set[str]) -> None:
    """Say what moved and what went wrong, and keep to the limits, until cancelled; `faults` and `changed` are emptied."""
    loop = asyncio.get_running_loop()
    next_status = next_retention = loop.time()
    while True:
        control.tick()
        control.tell_changed(changed)
        for text in faults:
            control.say({"type": "fault", "text": text})
        faults.clear()
        if loop.time() >= next_status:
            control.status()
            next_status += STATUS_S
        if loop.time() >= next_retention and control.limits != Limits():
            try:
                await control.collector.retain(control.limits)
            except sqlite3.Error as error:  # a full disk, say: tried again in a minute
                faults.append(f"old events could not be deleted: {error}")
            next_retention = loop.time() + RETAIN_S
        await asyncio.sleep(TICK_S)


async def _listen(control: Control, reader: asyncio.StreamReader, ready: asyncio.Event) -> None:
    """Carry out the command lines, once the store is open; at their end the collector stops."""
    await ready.wait()
    async with asyncio.TaskGroup() as working:
        while line := await _read_line(reader, control):
            if _takes_long(line):  # works in parts, maybe for minutes: the others do not wait for it
                working.create_task(control.obey(line))
            else:
                await control.obey(line)
        control.collector.stop()


async def _read_line(reader: asyncio.StreamReader, control: Control) -> bytes:
    """Return the next command line, b"" at the end; one that is too long is passed over and said."""
    while True:
        try:
            return await reader.readuntil()
        except asyncio.IncompleteReadError as error:
            return error.partial
        except asyncio.LimitOverrunError:
            await _skip_line(reader)
            control.say({"type": "fault", "text": f"a command of more than {LINE_BYTES:,} bytes was not carried out"})


async def _skip_line(reader: asyncio.StreamReader) -> None:
    while True:
        try:
            await reader.readuntil()
            return
        except asyncio.IncompleteReadError:
            return
        except asyncio.LimitOverrunError as error:
            await reader.readexactly(max(error.consumed, 1))


async def _stdin_reader() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=LINE_BYTES)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader
