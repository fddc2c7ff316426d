"""Have a command of an area carried out: by this process, or by the one that is writing the store already."""

import getpass
import queue
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.areas import area_commands, area_migrations, area_projections
from console.commands.opening import FAULT, STORE, USAGE, prepare_store, say
from console.ingest.spool import put_request
from console.model.clock import wall_clock
from console.store.database import StoreBusy, StoreError
from console.store.projection import AreaCommand
from console.store.writer import Writer

TAKE_S = 10.0
"""How long the process that writes the store may take to notice a request."""
LOOK_S = 0.05


class NotDone(Exception):
    """The change was not made; `code` is the exit code, the text says why."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def person() -> str:
    """Return whom to name in the audit."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "unknown"


def change(path: Path, area: str, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """Run a command of an area on a store; returns its result. Raises NotDone."""
    if not path.exists():
        raise NotDone(STORE, f"{path}: no such store; collect something first, or give another --db")
    try:
        writer = Writer(path, projections=area_projections(), migrations=area_migrations())
    except StoreBusy:
        return _ask_the_writer(path, area, name, args)
    except StoreError as error:
        if code := prepare_store(path):  # says what is wrong, and sets a damaged store aside
            raise NotDone(code, "nothing was changed") from error
        raise NotDone(STORE, str(error)) from error
    try:
        return _run(writer, area_commands()[area][name], args)
    finally:
        writer.close()


def _run(writer: Writer, function: AreaCommand, args: dict[str, Any]) -> dict[str, Any]:
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
    while True:
        writer.call(lambda connection, args=args: function(connection, args, wall_clock()), answers.put)  # type: ignore[misc]
        result = answers.get()
        if isinstance(result, (ValueError, LookupError)):
            raise NotDone(USAGE, str(result))
        if isinstance(result, Exception):
            raise NotDone(STORE, f"nothing was changed: {result}")
        if "progress" in result:
            _tell_progress(*result.pop("progress"))
        if "again" not in result:
            _end_progress()
            return dict(result)
        args = result["again"]


def _ask_the_writer(path: Path, area: str, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """Leave a request for the window or `collect` that holds the store, and wait for the answer."""
    try:
        request = put_request(path, area, name, args, wall_clock())
    except OSError as error:
        raise NotDone(FAULT, f"another process writes this store, and it could not be asked: {error}") from error
    try:
        answer = _wait(request.answer, request.progress, request.withdraw)
    except KeyboardInterrupt:
        request.withdraw()
        raise
    if not answer.get("ok"):
        raise NotDone(USAGE, str(answer.get("error")))
    result = answer.get("result")
    return result if isinstance(result, dict) else {}


def _wait(
    look: Callable[[], dict[str, Any] | None],
    progress: Callable[[], tuple[int, int] | None],
    withdraw: Callable[[], bool],
) -> dict[str, Any]:
    """Wait for the answer: so long for somebody to take the request, then for as long as the work takes."""
    until = time.monotonic() + TAKE_S
    waiting = True
    while True:
        answer = look()
        if answer is not None:
            _end_progress()
            return answer
        if waiting and time.monotonic() > until:
            if withdraw():
                raise NotDone(
                    FAULT,
                    f"another process writes this store and did not answer within {TAKE_S:.0f} s; the request was "
                    "withdrawn, nothing was changed",
                )
            waiting = False
            say("the process that writes the store is at it; waiting (Ctrl+C leaves it to finish by itself)")
        told = progress()
        if told:
            _tell_progress(*told)
        time.sleep(LOOK_S)


_progress_shown = False


def _tell_progress(done: int, total: int) -> None:
    """Show how far it is, on one line of a terminal."""
    global _progress_shown
    if sys.stderr.isatty():
        _progress_shown = True
        sys.stderr.write(f"\r{done:,} of {total:,} ")
        sys.stderr.flush()


def _end_progress() -> None:
    global _progress_shown
    if _progress_shown:
        _progress_shown = False
        sys.stderr.write("\n")
