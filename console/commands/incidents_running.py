"""A long piece of work from the command line: progress on a terminal, and Ctrl+C that ends it cleanly."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_CLEAR = "\r\x1b[K"


class Running:
    """What the work asks and tells: `cancelled()`, `progress(done, total)`."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._asked = False
        self._shown = ""
        self._is_terminal = sys.stderr.isatty()

    def cancelled(self) -> bool:
        """Tell whether the person wants it to end."""
        return self._asked

    def progress(self, done: int, total: int) -> None:
        """Show how far it is, on one line of a terminal; a pipe gets nothing."""
        if not self._is_terminal:
            return
        share = f", {100 * done // total} %" if total else ""
        text = f"{self._doing}: {done:,} of {total:,}{share}"
        if text != self._shown:
            self._shown = text
            sys.stderr.write(_CLEAR + text)
            sys.stderr.flush()

    def cancel(self) -> None:
        """Ask the work to end."""
        self._asked = True

    def end(self) -> None:
        """Take the line of progress away."""
        if self._shown:
            self._shown = ""
            sys.stderr.write(_CLEAR)
            sys.stderr.flush()


@contextmanager
def running(doing: str) -> Iterator[Running]:
    """Let Ctrl+C or SIGTERM ask the work to end; asked twice, the process ends at once."""
    work = Running(doing)
    before = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM)}

    def put_back() -> None:
        for name, handler in before.items():
            signal.signal(name, handler)

    def ask(_number: int, _frame: FrameType | None) -> None:
        put_back()
        work.cancel()

    for name in before:
        signal.signal(name, ask)
    try:
        yield work
    finally:
        put_back()
        work.end()
