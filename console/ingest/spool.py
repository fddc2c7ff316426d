"""Requests of other processes to the one that writes a store: files in a folder beside it, `<store>.requests`.

A request is `<time>-<id>.json`: {"area", "do", "args"}. Whoever writes the store looks once a second, takes it (renames
it to `.taken`), runs the area's command and writes `<time>-<id>.answer.json`, and `.progress.json` on the way where the
command works in parts. A request that nobody has taken can be withdrawn. Every file is the owner's alone, appears whole
(it is written aside and renamed), and is read only where it belongs to the same user.
"""

import asyncio
import contextlib
import json
import os
import re
import sqlite3
import stat
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.ingest.area_command import AreaCommands, Call, CommandError, run_area_command
from console.model.clock import Clock, wall_clock

POLL_S = 1.0
REQUEST_BYTES = 1024 * 1024
STALE_MS = 60_000
"""An older request is one whose asker died without withdrawing it; it must not be carried out days later."""
LEFT_OVER_MS = 3_600_000
_NAME = re.compile(r"(\d{13})-[0-9a-f]{32}")
_WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


class Request:
    """One request of ours: `withdraw` it, or read its `answer` and `progress`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def withdraw(self) -> bool:
        """Take the request back; returns False when it was taken already."""
        try:
            self.path.unlink()
        except FileNotFoundError:
            return False
        return True

    def answer(self) -> dict[str, Any] | None:
        """Return the answer and remove it, None when there is none yet. It has "ok", and "result" or "error"."""
        path = _beside(self.path, ".answer.json")
        answer = _read(path)
        if answer is not None:
            path.unlink(missing_ok=True)
        return answer

    def progress(self) -> tuple[int, int] | None:
        """Return (done, total) of a command that works in parts, None while it has not said so."""
        told = _read(_beside(self.path, ".progress.json"))
        return (int(told["done"]), int(told["total"])) if told else None


def put_request(db: Path, area: str, name: str, args: dict[str, Any], now_ms: int) -> Request:
    """Ask the process that writes this store for a command of an area. Raises OSError."""
    folder = folder_of(db)
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{now_ms:013d}-{uuid.uuid4().hex}.json"
    _write(path, {"area": area, "do": name, "args": args})
    return Request(path)


def folder_of(db: Path) -> Path:
    """Return the folder in which requests for a store lie."""
    return db.with_name(db.name + ".requests")


class Spool:
    """The side of the process that writes: carries out what is asked for, until cancelled."""

    def __init__(
        self,
        db: Path,
        call: Call,
        commands: AreaCommands,
        *,
        on_fault: Callable[[str], None],
        clock: Clock = wall_clock,
    ) -> None:
        self._folder = folder_of(db)
        self._call = call
        self._commands = commands
        self._on_fault = on_fault
        self._clock = clock
        self._told = ""

    async def serve(self) -> None:
        """Look for requests for ever; one that takes minutes does not keep the others waiting."""
        async with asyncio.TaskGroup() as working:
            while True:
                for path in self._take():
                    working.create_task(self._carry_out(path))
                await asyncio.sleep(POLL_S)

    def _take(self) -> list[Path]:
        """Return the requests that were taken now, oldest first. A folder that cannot be used is told of once."""
        try:
            if not self._is_ours():
                return []
            return [taken for path in sorted(self._folder.iterdir()) if (taken := self._take_one(path))]
        except OSError as error:
            self._tell(f"requests of other processes cannot be read: {error}")
            return []

    def _is_ours(self) -> bool:
        try:
            found = self._folder.lstat()
        except FileNotFoundError:
            return False
        if not stat.S_ISDIR(found.st_mode) or not _belongs_to_us(found) or found.st_mode & _WRITABLE_BY_OTHERS:
            self._tell(f"{self._folder}: others can write there, so requests are not read; remove it")
            return False
        return True

    def _tell(self, text: str) -> None:
        if text != self._told:
            self._told = text
            self._on_fault(text)

    def _take_one(self, path: Path) -> Path | None:
        stem, _, kind = path.name.partition(".")
        named = _NAME.fullmatch(stem)
        if named is None:
            return None
        age_ms = self._clock() - int(named[1])
        if kind != "json":
            if age_ms > LEFT_OVER_MS:
                path.unlink(missing_ok=True)
            return None
        if age_ms > STALE_MS:
            path.unlink(missing_ok=True)
            return None
        taken = path.with_suffix(".taken")
        try:
            path.rename(taken)
        except FileNotFoundError:  # withdrawn just now
            return None
        return taken

    async def _carry_out(self, taken: Path) -> None:
        def progress(done: int, total: int) -> None:
            with contextlib.suppress(OSError):  # only a courtesy: the answer is what counts
                _write(_beside(taken, ".progress.json"), {"done": done, "total": total})

        answer: dict[str, Any] = {"ok": False, "error": "the process that writes the store ended before this was done"}
        try:
            request = _read(taken)
            if request is None or not isinstance(request.get("area"), str) or not isinstance(request.get("do"), str):
                raise CommandError('a request is an object with "area" and "do" as text, in a file of the same user')
            args = request.get("args", {})
            result = await run_area_command(self._call, self._commands, request["area"], request["do"], args, progress)
            answer = {"ok": True, "result": result}
        except (CommandError, sqlite3.Error) as error:
            answer = {"ok": False, "error": str(error)}
        finally:
            self._put_answer(taken, answer)

    def _put_answer(self, taken: Path, answer: dict[str, Any]) -> None:
        try:
            _write(_beside(taken, ".answer.json"), answer)
            _beside(taken, ".progress.json").unlink(missing_ok=True)
            taken.unlink(missing_ok=True)
        except OSError as error:
            self._tell(f"a request was carried out, but not answered: {error}")


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name.partition(".")[0] + ending)


def _write(path: Path, value: dict[str, Any]) -> None:
    """Let a file appear whole, on the disk, readable by its owner only."""
    aside = path.with_name(f".{path.name}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(value).encode())
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)


def _read(path: Path) -> dict[str, Any] | None:
    """Return the object in a plain file of ours; None for anything else."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or not _belongs_to_us(found) or found.st_size > REQUEST_BYTES:
            return None
        try:
            value = json.loads(file.read())
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _belongs_to_us(found: os.stat_result) -> bool:
    return not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
