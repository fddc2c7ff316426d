"""Changes to groups, sent to the writer; each says how many it concerned and how to take it back."""

import getpass
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from console.qt.shell import Shell
from console.qt.words import counted

Taken = Callable[[dict[str, Any]], None]
_DONE = {"resolved": "resolved", "ignored": "ignored", "workaround": "marked with a workaround", "pending": "reopened"}


def person() -> str:
    """Return the name of the system's user; a system without one gives "unknown"."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


class Triage(QObject):
    """Sends commands of the errors area. `changed` carries what was done in words, and whether it can be taken back."""

    changed = Signal(str, bool)
    refused = Signal()
    regrouping = Signal(bool)

    def __init__(self, shell: Shell, parent: QObject, who: str = "") -> None:
        super().__init__(parent)
        self._shell = shell
        self._who = who or person()

    def set_status(self, groups: Sequence[int], status: str, note: str | None = None) -> None:
        """Set the status of groups; a note that is not given stays."""
        args: dict[str, Any] = {"groups": list(groups), "status": status}
        if note is not None:
            args["note"] = note

        def taken(result: dict[str, Any]) -> None:
            self.changed.emit(f"{counted(_number(result, 'changed'), 'group')} {_DONE[status]}.", True)

        self._send("status", args, taken)

    def merge(self, into: int, groups: Sequence[int]) -> None:
        def taken(_result: dict[str, Any]) -> None:
            self.changed.emit(f"{counted(len(groups), 'group')} merged into the one with the most events.", True)

        self._send("merge", {"into": into, "groups": list(groups)}, taken)

    def split(self, group: int, rule: dict[str, str]) -> None:
        """Split a group by `{"facet", "value"?}` or `{"message"}`."""

        def taken(result: dict[str, Any]) -> None:
            made = result.get("groups")
            number = len(made) if isinstance(made, list) else 0
            moved = counted(_number(result, "moved"), "event")
            self.changed.emit(f"Split: {moved} went to {counted(number, 'group')} of their own.", True)

        self._send("split", {"group": group, **rule}, taken)

    def undo(self) -> None:
        def taken(result: dict[str, Any]) -> None:
            undone = result.get("undone")
            words = ", ".join(map(str, undone)) if isinstance(undone, list) else ""
            self.changed.emit(f"Taken back: {words}.", False)

        self._send("undo", {}, taken)

    def regroup(self) -> None:
        """Group all events anew; the store tells how far it is."""

        def taken(result: dict[str, Any]) -> None:
            self.regrouping.emit(False)
            events, groups = counted(_number(result, "events"), "event"), counted(_number(result, "groups"), "group")
            moved = counted(_number(result, "moved"), "event")
            self.changed.emit(f"Grouped anew: {events} in {groups}, {moved} changed their group.", False)

        self.regrouping.emit(True)
        self._send("regroup", {}, taken)

    def _send(self, name: str, args: dict[str, Any], taken: Taken) -> None:
        def done(answer: dict[str, Any]) -> None:
            if answer.get("ok"):
                result = answer.get("result")
                taken(result if isinstance(result, dict) else {})
                return
            if name == "regroup":
                self.regrouping.emit(False)
            self.refused.emit()
            self._shell.notify(f"Not done: {answer.get('error') or 'no reason was given'}", error=True)

        self._shell.write({"cmd": "area", "area": "errors", "do": name, "args": {**args, "who": self._who}}, done)


def _number(result: dict[str, Any], key: str) -> int:
    value = result.get(key)
    return value if isinstance(value, int) else 0
