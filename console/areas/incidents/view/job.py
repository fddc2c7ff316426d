"""A long piece of work on bundles in a process of its own: the window never waits for it, and a hostile file stays outside.

One JSON line goes in, JSON lines come out (see `console.commands.incident_process`). The end of its input means cancel.
"""

import json
import sys
from collections import deque
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal

KILL_AFTER_MS = 5_000
_MAX_LINE = 16 * 1024 * 1024


def job_command() -> list[str]:
    """Return the command that does one job."""
    return [sys.executable, "-m", "console", "incident-process"]


class Job(QObject):
    """Emits one of `done`, `failed` and `cancelled`, once; after `cancel` only the last."""

    progressed = Signal(int, int)
    """Done, and of how much."""
    done = Signal(object)
    """dict: what the work found."""
    failed = Signal(str)
    """Why it was refused, in words."""
    cancelled = Signal()

    def __init__(self, work: dict[str, Any], parent: QObject | None = None, *, command: list[str] | None = None) -> None:
        super().__init__(parent)
        self._work, self._command = work, command or job_command()
        self._buffer = b""
        self._answer: dict[str, Any] | None = None
        self._last_words: deque[str] = deque(maxlen=3)
        self._is_cancelled = self._is_over = False
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.readyReadStandardError.connect(self._read_errors)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._broke)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.stop)
        self._killer = QTimer(self)
        self._killer.setSingleShot(True)
        self._killer.setInterval(KILL_AFTER_MS)
        self._killer.timeout.connect(self._process.kill)

    def start(self) -> None:
        self._process.start(self._command[0], self._command[1:])
        self._process.write(json.dumps(self._work).encode() + b"\n")

    def is_running(self) -> bool:
        return not self._is_over

    def cancel(self) -> None:
        """Ask it to end and clean up; it is killed when it does not within five seconds."""
        if not self._is_over and not self._is_cancelled:
            self._is_cancelled = True
            self._process.closeWriteChannel()
            self._killer.start()

    def stop(self) -> None:
        """End it and wait until it is gone: the window closes."""
        if self._is_over:
            return
        self._is_cancelled = self._is_over = True
        self._killer.stop()
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(KILL_AFTER_MS):
            self._process.kill()
            self._process.waitForFinished(KILL_AFTER_MS)

    def _read(self) -> None:
        self._buffer += bytes(self._process.readAllStandardOutput().data())
        *lines, self._buffer = self._buffer.split(b"\n")
        if len(self._buffer) > _MAX_LINE:
            self._buffer = b""
            self._last_words.append("it sent a line without end")
            self._process.kill()
        for line in lines:
            self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            message = json.loads(line)
            kind = message["type"]
        except (ValueError, KeyError, TypeError, RecursionError):
            self._last_words.append(line[:300].decode(errors="replace"))
            return
        if kind == "progress" and not self._is_cancelled:
            self.progressed.emit(int(message["done"]), int(message["total"]))
        elif kind in ("done", "failed"):
            self._answer = message

    def _read_errors(self) -> None:
        text = bytes(self._process.readAllStandardError().data()).decode(errors="replace")
        self._last_words.extend(line for line in text.splitlines() if line.strip())

    def _broke(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._last_words.append(f"it could not be started: {self._process.errorString()}")
            self._finished(-1, QProcess.ExitStatus.CrashExit)

    def _finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        if self._is_over:
            return
        self._is_over = True
        self._killer.stop()
        self._read_errors()
        answer = self._answer
        if answer is not None and answer["type"] == "done":
            self.done.emit(answer.get("result") or {})  # too late to cancel: the file is there
        elif self._is_cancelled:
            self.cancelled.emit()
        elif answer is not None:
            self.failed.emit(str(answer.get("words") or "no reason was given"))
        else:
            words = f": {self._last_words[-1][:300]}" if self._last_words else ""
            self.failed.emit(f"The work ended without an answer (exit code {code}){words}")
