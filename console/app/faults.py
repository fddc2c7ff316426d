"""What went wrong, kept for the sign in the status bar and written to a log file."""

import logging
import sys
import threading
import traceback
from collections import deque
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path
from PySide6.QtCore import QObject, Qt, Signal

from console.model.clock import Clock, wall_clock

KEPT = 200
log = logging.getLogger("console.window")


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing said to the person."""

    at_ms: int
    text: str
    error: bool
    detail: str = ""


class Faults(QObject):
    """The list of notices. `add` may be called from any thread."""

    noticed = Signal(object)
    changed = Signal()
    _added = Signal(str, bool, str)

    def __init__(self, parent: QObject | None = None, clock: Clock = wall_clock) -> None:
        super().__init__(parent)
        self._clock = clock
        self.notices: deque[Notice] = deque(maxlen=KEPT)
        self.unseen = 0
        self._added.connect(self._take, Qt.ConnectionType.AutoConnection)

    def add(self, text: str, *, error: bool = False, detail: str = "") -> None:
        self._added.emit(text, error, detail)

    def seen(self) -> None:
        """The person has looked at the list."""
        self.unseen = 0
        self.changed.emit()

    def _take(self, text: str, error: bool, detail: str) -> None:
        notice = Notice(self._clock(), text, error, detail)
        self.notices.append(notice)
        if error:
            self.unseen += 1
            log.error("%s%s", text, f"\n{detail}" if detail else "")
        self.noticed.emit(notice)
        self.changed.emit()


def default_log_path() -> Path:
    """Return where the window's log lies."""
    return user_log_path("vivim-console") / "window.log"


def log_to(path: Path) -> None:
    """Write the window's log to `path`; without a writable place it goes to standard error."""
    handler: logging.Handler
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True)
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)


def install_hooks(faults: Faults) -> None:
    """Show and log what no code expected, instead of ending the window or losing it on a closed terminal."""

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        detail = "".join(traceback.format_exception(kind, error, trace))
        faults.add(f"A fault inside the console: {kind.__name__}: {error}", error=True, detail=detail)

    def show_of_thread(raised: threading.ExceptHookArgs) -> None:
        if raised.exc_value is not None:
            show(raised.exc_type, raised.exc_value, raised.exc_traceback)

    sys.excepthook = show
    threading.excepthook = show_of_thread


def remove_hooks() -> None:
    """Give Python its own hooks back."""
    sys.excepthook = sys.__excepthook__
    threading.excepthook = threading.__excepthook__
