"""Reports what the service logs and what nobody catches. Every hook calls the one that was there before it."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from console.reporter.report import message_of, was_reported

if TYPE_CHECKING:
    import asyncio

_EXCLUDED = ("console.reporter", "websockets")  # what the stream itself logs would feed the stream for ever
_STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Target(Protocol):
    """What capture needs of a reporter."""

    def emit_error(
        self, error: BaseException | str, context: dict[str, Any], *, severity: str, message: str | None = None
    ) -> str: ...
    def emit(self, event_type: str, data: dict[str, Any]) -> None: ...


class LoggingCapture(logging.Handler):
    """Turns WARNING records into warnings and ERROR and above into error reports; below only if `level` says so."""

    def __init__(self, reporter: Target, level: int = logging.WARNING) -> None:
        super().__init__(level)
        self._reporter = reporter
        self._busy = threading.local()

    def install(self) -> None:
        """Listen at the root logger."""
        logging.getLogger().addHandler(self)

    def remove(self) -> None:
        """Listen no more."""
        logging.getLogger().removeHandler(self)

    def createLock(self) -> None:
        """Use no lock: the reporter has its own, and a lock here could be held across a fork."""
        self.lock = None

    def emit(self, record: logging.LogRecord) -> None:
        """Report one record; a record made while reporting is dropped, for it would recurse."""
        if record.name.startswith(_EXCLUDED) or getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            self._report(record)
        finally:
            self._busy.now = False

    def _report(self, record: logging.LogRecord) -> None:
        try:
            message = record.getMessage()
        except Exception as error:  # noqa: BLE001 - wrong arguments of a log call are the host's, and no reason to fail
            message = f"{record.msg} (its arguments do not fit: {type(error).__name__})"
        context = {key: value for key, value in vars(record).items() if key not in _STANDARD_FIELDS}
        context |= {"logger": record.name, "thread": record.threadName}
        where = {"module": record.module, "function": record.funcName, "file": record.pathname, "line": record.lineno}
        cause = record.exc_info[1] if record.exc_info else None
        if record.levelno < logging.ERROR:
            kind = "warning" if record.levelno >= logging.WARNING else "info"
            severity = "medium" if kind == "warning" else "info"
            self._reporter.emit(kind, {**context, "message": message, "severity": severity, "source": where})
        elif not was_reported(cause, self._reporter):
            severity = "critical" if record.levelno >= logging.CRITICAL else "high"
            sections = {"logMessage": message} if cause is not None else {"source": where}
            words = f"{message}: {message_of(cause)}" if cause is not None else message
            self._reporter.emit_error(cause or message, {**context, **sections}, severity=severity, message=words)


class UncaughtCapture:
    """Hooks `sys.excepthook`, `threading.excepthook` and, per loop, asyncio's exception handler."""

    def __init__(self, reporter: Target) -> None:
        self._reporter = reporter
        self._loops: list[tuple[asyncio.AbstractEventLoop, Any, Any]] = []
        self._active = True
        self._previous_sys: Callable[..., Any] = sys.excepthook
        self._previous_threading: Callable[..., Any] = threading.excepthook
        # Kept as attributes: a bound method is a new object each time, and removal compares identity.
        self._sys_hook, self._threading_hook = self._on_sys, self._on_thread
        sys.excepthook = self._sys_hook
        threading.excepthook = self._threading_hook

    def watch_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Report what this loop's tasks and callbacks raise and nobody awaits."""
        if any(known is loop for known, _, _ in self._loops):
            return
        previous = loop.get_exception_handler()

        def on_loop(loop: asyncio.AbstractEventLoop, details: dict[str, Any]) -> None:
            self._tell(details.get("exception") or str(details.get("message")), "asyncio")
            if previous is not None:
                previous(loop, details)
            else:
                loop.default_exception_handler(details)

        loop.set_exception_handler(on_loop)
        self._loops.append((loop, on_loop, previous))

    def remove(self) -> None:
        """Put back what was there, unless someone hooked on top of this; then only go quiet."""
        self._active = False
        if sys.excepthook is self._sys_hook:
            sys.excepthook = self._previous_sys
        if threading.excepthook is self._threading_hook:
            threading.excepthook = self._previous_threading
        for loop, hook, previous in self._loops:
            if loop.get_exception_handler() is hook:
                loop.set_exception_handler(previous)
        self._loops.clear()

    def _on_sys(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, Exception):  # Ctrl+C and sys.exit are no errors
            self._tell(error, "sys.excepthook")
        self._previous_sys(kind, error, trace)

    def _on_thread(self, details: threading.ExceptHookArgs) -> None:
        if isinstance(details.exc_value, Exception):
            name = details.thread.name if details.thread else None
            self._tell(details.exc_value, "threading.excepthook", thread=name)
        self._previous_threading(details)

    def _tell(self, error: BaseException | str, hook: str, **context: Any) -> None:
        if self._active and not (isinstance(error, BaseException) and was_reported(error, self._reporter)):
            self._reporter.emit_error(error, {"uncaughtBy": hook, **context}, severity="critical")
