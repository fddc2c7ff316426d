"""The reporter: turns what a service tells it into events in a ring, and streams the ring to whoever listens."""

from __future__ import annotations

import atexit
import os
import sys
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, overload

from console.reporter.commands import CommandBook, Handler
from console.reporter.correlation import correlation_id
from console.reporter.encoding import describe, encode_event
from console.reporter.masking import mask_text
from console.reporter.report import build_report, calling_frame, describe_environment, mark_reported, message_of
from console.reporter.ring import DEFAULT_BYTES, DEFAULT_EVENTS, Ring

if TYPE_CHECKING:
    import asyncio

    from console.reporter.capture import LoggingCapture, UncaughtCapture
    from console.reporter.process import Periodic, ProcessMeter
    from console.reporter.status import ReporterStatus
    from console.reporter.transport import StreamThread

_ATEXIT_FLUSH_S = 1.0
_FAREWELL_S = 0.3
_RETRY_MS = 2_000
_everyone: weakref.WeakSet[Reporter] = weakref.WeakSet()


class Reporter:
    """Reports what happens in a service, as a debug stream.

    No reporting method ever raises or blocks; what goes wrong inside shows in `status()`. Every event is masked and
    encoded before the call returns, so arguments may change afterwards. After a fork the child starts with an empty
    ring, a new epoch and no connections: it calls `serve` or `dial` itself.

    `process_interval_s` turns on a periodic event on memory and processor; `clock` returns milliseconds since 1970.
    """

    def __init__(
        self,
        service: str,
        *,
        instance: str | None = None,
        environment: str = "development",
        version: str | None = None,
        ring_size: int = DEFAULT_EVENTS,
        ring_bytes: int = DEFAULT_BYTES,
        capture_logging: bool = False,
        capture_uncaught: bool = False,
        process_interval_s: float | None = None,
        clock: Callable[[], int] | None = None,
        hb_ms: int = 10_000,
    ) -> None:
        self.service = service
        self.instance = instance or f"{service}-{os.getpid()}"
        self._about = (service, version, environment)
        self._clock = clock or _now_ms
        self._hb_ms = hb_ms
        self._ring = Ring(ring_size, ring_bytes)
        self._commands = CommandBook(self._clock)
        self._stream: StreamThread | None = None
        self._serving: list[str] = []
        self._environment: dict[str, Any] | None = None
        self._failures, self._last_error = 0, None if service else "the service has no name"
        self._closed = False
        self._logging: LoggingCapture | None = None
        self._uncaught: UncaughtCapture | None = None
        self._meter: ProcessMeter | None = None
        self._periodic: Periodic | None = None
        if capture_logging or capture_uncaught:
            self._capture(capture_logging, capture_uncaught)
        if process_interval_s is not None:
            self._watch_process(process_interval_s)
        _everyone.add(self)
        atexit.register(self._at_exit)

    def _capture(self, logs: bool, uncaught: bool) -> None:
        from console.reporter.capture import LoggingCapture, UncaughtCapture  # loads `logging` only when asked

        if logs:
            self._logging = LoggingCapture(self)
            self._logging.install()
        if uncaught:
            self._uncaught = UncaughtCapture(self)

    def _watch_process(self, interval_s: float) -> None:
        from console.reporter.process import Periodic, ProcessMeter  # psutil only when asked for

        self._meter = ProcessMeter()
        self._periodic = Periodic(interval_s, self._emit_process)

    # -- what a service tells -------------------------------------------------------------------------------------

    def error(
        self,
        exc_or_message: BaseException | str,
        *,
        category: str | None = None,
        severity: str = "high",
        message: str | None = None,
        **context: Any,
    ) -> str:
        """Report an error and return its id.

        Sections among `context` (request, response, sync, database, contract, user, debug, source) become sections of
        the report; all else stands under `context`.
        Without a category one is found from the exception. With a text inside an `except` block the exception comes
        along.
        """
        return self.emit_error(exc_or_message, context, severity=severity, category=category, message=message)

    def warning(self, message: str, *, category: str | None = None, severity: str = "medium", **context: Any) -> None:
        """Report something that may become a fault."""
        self.emit("warning", {**context, "message": message, "category": category, "severity": severity})

    def info(self, message: str, **context: Any) -> None:
        """Report something worth knowing."""
        self.emit("info", {**context, "message": message})

    def performance(
        self,
        operation: str,
        duration_ms: float,
        *,
        memory_delta: int | None = None,
        cpu_estimate: float | None = None,
        **data: Any,
    ) -> None:
        """Report how long an operation took; `memory_delta` in bytes, `cpu_estimate` in cores (0 to 1 and above)."""
        figures: dict[str, Any] = {"duration": duration_ms}
        if memory_delta is not None:
            figures["memoryDelta"] = memory_delta
        if cpu_estimate is not None:
            figures["cpuEstimate"] = cpu_estimate
        self.emit("performance", {**data, "operation": operation}, "performance", figures)

    def sync_update(
        self,
        *,
        issue: Any = None,
        pending_operations: int = 0,
        last_sync_timestamp: int = 0,
        conflict_count: int = 0,
        offline_queue: int = 0,
        **data: Any,
    ) -> None:
        """Report the state of synchronisation and, when there is one, the issue that arose."""
        state = {"pendingOperations": pending_operations, "lastSyncTimestamp": last_sync_timestamp}
        state |= {"conflictCount": conflict_count, "offlineQueue": offline_queue}
        self.emit("sync_update", data if issue is None else {**data, "issue": issue}, "syncState", state)

    def contract_check(
        self, *, contract_id: str, checked: int, violations: int, last_violation: Any = None, **data: Any
    ) -> None:
        """Report how many checks of a contract were made and how many failed."""
        state: dict[str, Any] = {"checked": checked, "violations": violations}
        if last_violation is not None:
            state["lastViolation"] = last_violation
        self.emit("contract_check", {**data, "contractId": contract_id, "violations": violations}, "contractState", state)

    # -- how it becomes an event ----------------------------------------------------------------------------------

    def emit_error(
        self,
        error: BaseException | str,
        context: dict[str, Any],
        *,
        severity: str,
        category: str | None = None,
        message: str | None = None,
    ) -> str:
        """As `error`, with the context as one dictionary. Always returns an id."""
        now_ms = self._clock()
        error_id = f"err_{now_ms}_{os.urandom(6).hex()}"
        try:
            found = error if isinstance(error, BaseException) else sys.exc_info()[1]
            text = message or (message_of(error) if isinstance(error, BaseException) else str(error))
            if isinstance(error, BaseException):
                mark_reported(error, self)
            if self._environment is None:
                self._environment = describe_environment(*self._about)
            head = {"errorId": error_id, "category": "", "severity": severity, "timestamp": now_ms}
            frame = None if found is not None else calling_frame()
            report = build_report(found, text, service=self.service, frame=frame, context=dict(context), category=category)
            data = {**head, **report, "environment": self._environment}
        except Exception as failure:  # noqa: BLE001 - reporting must not harm its host; status() tells of it
            self.note_failure(failure)
            told = {"category": category or "UNKNOWN_ERROR", "severity": severity, "message": describe(error)}
            data = {"errorId": error_id, **told}
        self.emit("error", data)
        return error_id

    def emit(
        self, event_type: str, data: dict[str, Any], section: str | None = None, figures: dict[str, Any] | None = None
    ) -> None:
        """Mask, encode and keep one event; `section` names the event's own part (syncState, performance, …)."""
        try:
            current = correlation_id()
            if current is not None and data.get("correlationId") is None:
                data["correlationId"] = current
            event = {"eventType": event_type, "timestamp": self._clock(), "service": self.service, "data": data}
            if section is not None:
                event[section] = figures
            self._ring.append(encode_event(event))
            if self._stream is not None:
                self._stream.waker.notify()
        except Exception as failure:  # noqa: BLE001 - reporting must not harm its host; status() tells of it
            self.note_failure(failure)

    def note_failure(self, failure: Exception) -> None:
        """Count what went wrong inside of reporting; `status()` tells of it."""
        self._failures += 1
        self._last_error = mask_text(f"{type(failure).__name__}: {failure}"[:500])

    def _emit_process(self) -> None:
        try:
            figures = self._meter.read() if self._meter else {}
        except Exception as failure:  # noqa: BLE001 - the system may refuse its figures; status() tells of it
            self.note_failure(failure)
            return
        self.emit("performance", {"operation": "process", "process": figures}, "performance", {"duration": 0})

    # -- who listens ----------------------------------------------------------------------------------------------

    def serve(self, host: str = "127.0.0.1", port: int = 0, token: str | None = None) -> str:
        """Listen for consumers in a thread of its own and return the stream's address, with the real port.

        Raises OSError when the port is taken, and ValueError for an address that others reach without a token.
        """
        from console.reporter.access import is_loopback  # its imports cost milliseconds that only a stream needs

        if token is None and not is_loopback(host):
            raise ValueError(f"{host} can be reached from other machines: serve it with token=…, or on 127.0.0.1")
        url = self._streaming().serve(host, port, token)
        self._serving.append(url)
        return url

    def dial(self, url: str, *, token: str | None = None) -> None:
        """Keep connecting to a hub's ingest address until closed; returns at once.

        Raises ValueError for an address that is no ws:// or wss://, or when the token would travel in the clear.
        A hub that refuses the token or the origin (4401, 4403) ends it; `status().dials` says so.
        """
        from console.reporter.access import check_token_goes_safely  # as above

        check_token_goes_safely(url, token)
        self._streaming().dial(url, token)

    def _streaming(self) -> StreamThread:
        if self._closed:
            raise RuntimeError("this reporter is closed")
        if self._stream is None:
            from console.reporter.transport import StreamThread  # websockets and asyncio only when they are needed

            identity = {"service": self.service, "instance": self.instance}
            self._stream = StreamThread(self._ring, self._commands, **identity, clock=self._clock, hb_ms=self._hb_ms)
        return self._stream

    @overload
    def on_command(self, name: str, handler: Handler) -> None: ...
    @overload
    def on_command(self, name: str) -> Callable[[Handler], Handler]: ...
    def on_command(self, name: str, handler: Handler | None = None) -> Callable[[Handler], Handler] | None:
        """Let `handler(args) -> CommandAnswer` answer commands of this name, in a thread of the reporter.

        Without a handler it is a decorator: `@reporter.on_command("conflict.resolve")`.
        """
        if handler is not None:
            self._commands.register(name, handler)
            return None

        def decorate(function: Handler) -> Handler:
            self._commands.register(name, function)
            return function

        return decorate

    def watch_loop(self, loop: asyncio.AbstractEventLoop) -> None:
        """Report what this asyncio loop's tasks raise and nobody awaits (with `capture_uncaught`)."""
        if self._uncaught and not self._closed:
            self._uncaught.watch_loop(loop)

    def status(self) -> ReporterStatus:
        """Return how things are now."""
        from console.reporter.status import ReporterStatus  # `dataclasses` costs milliseconds

        ring, stream = self._ring, self._stream
        return ReporterStatus(
            service=self.service,
            epoch=ring.epoch,
            ring_events=len(ring),
            ring_bytes=ring.bytes,
            next_seq=ring.next,
            evicted=ring.evicted,
            consumers=len(stream.links) if stream else 0,
            serving=tuple(self._serving),
            dials=dict(stream.dial_states) if stream else {},
            failures=self._failures,
            last_error=self._last_error,
        )

    # -- the end --------------------------------------------------------------------------------------------------

    def flush(self, timeout_s: float = 1.0) -> bool:
        """Wait until every consumer has committed what was emitted so far; False when the time ran out."""
        stream, target = self._stream, self._ring.next - 1
        deadline = time.monotonic() + timeout_s
        while stream is not None and stream.is_waiting_for(target):
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.005)
        return True

    def close(self, timeout_s: float = 1.0) -> None:
        """Flush for at most `timeout_s`, say bye, close all connections, unhook all captures. Safe to call again."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self._at_exit)
        if self._periodic:
            self._periodic.stop()
        if self._logging:
            self._logging.remove()
        if self._uncaught:
            self._uncaught.remove()
        self.flush(timeout_s)
        if self._stream is not None:
            self._stream.stop("close", _RETRY_MS, min(timeout_s, _FAREWELL_S))
            self._stream = None
        self._serving.clear()
        self._commands.close()

    def _at_exit(self) -> None:
        self.close(_ATEXIT_FLUSH_S)

    def reset_after_fork(self) -> None:
        """Forget what belongs to the parent: its threads are not here, its locks may be held for ever."""
        self._ring.reset()
        self._stream, self._periodic, self._environment = None, None, None
        self._serving.clear()
        self._commands = self._commands.copy_after_fork()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _reset_everyone() -> None:
    for reporter in list(_everyone):
        reporter.reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_everyone)
