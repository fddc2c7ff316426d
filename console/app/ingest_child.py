"""The ingest process as the window sees it: JSON lines both ways, started again when it dies."""

import json
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

ANSWER_LIMIT = 1_000
KILL_AFTER_MS = 3_000
BACKOFF_MS = (250, 500, 1_000, 2_000, 5_000, 10_000)
STEADY_MS = 30_000
_MAX_LINE = 4 * 1024 * 1024

Answered = Callable[[dict[str, Any]], None]


def ingest_command(db: Path) -> list[str]:
    """Return the command that writes the store at `db`."""
    return [sys.executable, "-m", "console", "ingest-process", "--db", str(db)]


class IngestChild(QObject):
    """Owns the process. Attached sources are remembered and attached again after a restart."""

    ready = Signal()
    ticked = Signal(int)
    changed = Signal(str)
    """An area's tables moved with no event; the text is its name."""
    sources = Signal(object)
    fault = Signal(str)
    progress = Signal(object)
    """{"id", "done", "total"} of a command that works in parts; the id is what `send` returned."""
    lost = Signal(str)
    """It died; the text says how and when it starts again."""

    def __init__(
        self, command: list[str], parent: QObject | None = None, *, backoff_ms: tuple[int, ...] = BACKOFF_MS
    ) -> None:
        super().__init__(parent)
        self._command = command
        self._backoff_ms = backoff_ms
        self._process: QProcess | None = None
        self._buffer = b""
        self._next_id = 0
        self._asked: dict[int, Answered | None] = {}
        self._queue: list[bytes] = []
        self._attached: dict[str, dict[str, Any]] = {}
        self._last_words: deque[str] = deque(maxlen=5)
        self._is_ready = False
        self._stopping = False
        self._failures = 0
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.timeout.connect(self.start)
        self._steady = QTimer(self)
        self._steady.setSingleShot(True)
        self._steady.setInterval(STEADY_MS)
        self._steady.timeout.connect(self._forget_failures)

    def start(self) -> None:
        process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read_output)
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(self._finished)
        process.errorOccurred.connect(self._failed)
        self._process = process
        self._buffer = b""
        process.start(self._command[0], self._command[1:])

    def is_ready(self) -> bool:
        return self._is_ready

    def send(self, command: dict[str, Any], done: Answered | None = None) -> int:
        """Send a command, or keep it until the process is ready; `done` gets the answer, also one of failure.

        Returns the command's id.
        """
        name = command.get("cmd")
        if name == "attach":
            self._attached[str(command.get("name"))] = command
        elif name == "detach":
            self._attached.pop(str(command.get("name")), None)
        self._next_id += 1
        ask = self._next_id
        self._asked[ask] = done
        while len(self._asked) > ANSWER_LIMIT:
            self._answer(next(iter(self._asked)), {"ok": False, "error": "ingest never answered"})
        line = json.dumps({**command, "id": ask}).encode() + b"\n"
        if self._is_ready and self._process is not None:
            self._process.write(line)
        elif name not in ("attach", "detach"):  # those are sent by `_on_ready`, from what is remembered
            self._queue.append(line)
        elif name == "detach":
            self._answer(ask, {"ok": True})
        return ask

    def stop(self) -> None:
        """End it politely: end of file on its input; after three seconds it is killed. Blocks until it is gone."""
        self._stopping = True
        self._retry.stop()
        self._steady.stop()
        process = self._process
        if process is None or process.state() == QProcess.ProcessState.NotRunning:
            return
        process.closeWriteChannel()
        if not process.waitForFinished(KILL_AFTER_MS):
            process.kill()
            process.waitForFinished(KILL_AFTER_MS)

    def _on_ready(self) -> None:
        self._is_ready = True
        self._steady.start()
        process = self._process
        if process is None:
            return
        waiting = {ask for ask, done in self._asked.items()}
        for command in self._attached.values():
            self._next_id += 1
            process.write(json.dumps({**command, "id": self._next_id}).encode() + b"\n")
        for line in self._queue:
            process.write(line)
        queued = {json.loads(line)["id"] for line in self._queue}
        self._queue.clear()
        for ask in waiting - queued:  # attaches that waited: they are under way now
            self._answer(ask, {"ok": True})
        self.ready.emit()

    def _read_output(self) -> None:
        if self._process is None:
            return
        self._buffer += bytes(self._process.readAllStandardOutput().data())
        *lines, self._buffer = self._buffer.split(b"\n")
        if len(self._buffer) > _MAX_LINE:
            self._buffer = b""
            self.fault.emit("ingest sent a line without end; it was dropped")
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            message = json.loads(line)
            kind = message["type"]
        except (ValueError, KeyError, TypeError, RecursionError):
            self.fault.emit(f"ingest said something that is no message: {line[:200].decode(errors='replace')}")
            return
        if kind == "tick":
            self.ticked.emit(int(message["last_id"]))
        elif kind == "changed":
            self.changed.emit(str(message.get("area", "")))
        elif kind == "sources":
            self.sources.emit(message["sources"])
        elif kind == "answer":
            self._answer(message.get("id"), message)
        elif kind == "progress":
            self.progress.emit(message)
        elif kind == "ready":
            self._on_ready()
        elif kind == "fault":
            self.fault.emit(str(message.get("text", "ingest reports a fault without words")))

    def _answer(self, ask: int | None, message: dict[str, Any]) -> None:
        done = self._asked.pop(ask, None) if ask is not None else None
        if done is not None:
            done(message)

    def _read_errors(self) -> None:
        if self._process is not None:
            text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
            self._last_words.extend(line for line in text.splitlines() if line.strip())

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._gone("could not be started: " + (self._process.errorString() if self._process else ""))

    def _finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        self._read_errors()
        self._gone(f"ended with exit code {code}" + (f" ({self._last_words[-1][:300]})" if self._last_words else ""))

    def _gone(self, how: str) -> None:
        self._is_ready = False
        self._steady.stop()
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        for ask in list(self._asked):
            self._answer(ask, {"ok": False, "error": "ingest ended before it answered"})
        self._queue.clear()
        if self._stopping:
            return
        delay_ms = self._backoff_ms[min(self._failures, len(self._backoff_ms) - 1)]
        self._failures += 1
        self._retry.start(delay_ms)
        self.lost.emit(f"Ingest {how}. Nothing new is stored; it starts again in {delay_ms / 1000:g} s.")

    def _forget_failures(self) -> None:
        self._failures = 0
