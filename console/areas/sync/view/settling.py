"""Decisions and resolutions, sent to the writer; the store decides what becomes of them."""

import getpass
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from console.qt.shell import Shell

Taken = Callable[[dict[str, Any]], None]


def person() -> str:
    """Return the name of the system's user; a system without one gives "unknown"."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


class Settling(QObject):
    """Sends commands of the sync area, each with who it was. `settled` when the last of those under way was answered."""

    settled = Signal()

    def __init__(self, shell: Shell, parent: QObject, who: str = "") -> None:
        super().__init__(parent)
        self._shell = shell
        self._who = who or person()
        self.under_way = 0
        self._afterwards: list[Callable[[], None]] = []

    def after(self, run: Callable[[], None]) -> None:
        """Run something once nothing is under way, so that it reads what was decided; at once when nothing is."""
        if self.under_way:
            self._afterwards.append(run)
        else:
            run()

    def do(self, name: str, args: dict[str, Any], taken: Taken | None = None) -> None:
        """Run a command of the store; `taken` gets its result. One that is refused is said, with the reason."""

        def done(answer: dict[str, Any]) -> None:
            self.under_way -= 1
            if answer.get("ok"):
                result = answer.get("result")
                if taken is not None:
                    taken(result if isinstance(result, dict) else {})
            else:
                self._shell.notify(f"Not done: {answer.get('error') or 'no reason was given'}", error=True)
            if not self.under_way:
                self._finish()

        self.under_way += 1
        self._shell.write({"cmd": "area", "area": "sync", "do": name, "args": {**args, "who": self._who}}, done)

    def _finish(self) -> None:
        self.settled.emit()
        waiting, self._afterwards = self._afterwards, []
        for run in waiting:
            run()
