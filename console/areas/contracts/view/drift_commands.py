"""What can be done with findings of drift: asked where something must be known, then sent to the writer."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from console.areas.contracts.store.answers import CLASSES, FindingRow
from console.areas.contracts.view.accept_dialog import AcceptDialog
from console.areas.contracts.view.commanding import send_command
from console.areas.contracts.view.drift_words import class_words
from console.areas.contracts.view.mute_dialog import MuteDialog
from console.model.area import Ref
from console.model.clock import Clock
from console.qt.shell import Shell
from console.qt.words import counted, moment_words

_NONE = "Choose a finding first."
_SEVERAL = "Findings are accepted for one endpoint at a time: choose only those of one."
_SETTLED = "Only findings that are open or muted can be accepted."


class DriftCommands:
    """`chosen()` are the findings that a command concerns; dialogs belong to `owner`; `changed` is called after each."""

    def __init__(
        self, shell: Shell, owner: QWidget, chosen: Callable[[], Sequence[FindingRow]], clock: Clock,
        changed: Callable[[], None],
    ) -> None:  # fmt: skip
        self._shell, self._owner, self._targets = shell, owner, chosen
        self._clock, self._changed = clock, changed

    def accept(self) -> None:
        """Show the version of the contract that would allow what was found, and save it when it is confirmed."""
        rows = self._chosen()
        rest = [row for row in rows if row.state in ("open", "muted")]
        if len({row.endpoint_id for row in rest}) > 1:
            self._shell.notify(_SEVERAL)
        elif rest:
            AcceptDialog(self._shell, rest, self._owner, self._accepted).open()
        elif rows:
            self._shell.notify(_SETTLED)

    def mute(self) -> None:
        """Ask until when."""
        rows = self._chosen()
        if rows:
            MuteDialog(self._owner, rows, self._clock(), partial(self._mute, [row.id for row in rows])).open()

    def unmute(self) -> None:
        """Open what is muted again."""
        muted = [row.id for row in self._chosen() if row.state == "muted"]
        if muted:
            self._send("unmute", {"findings": muted}, f"{counted(len(muted), 'finding')} open again.")

    def ask_class(self, at: QPoint) -> None:
        """Offer the classes in a menu at a place of the screen."""
        rows = self._chosen()
        if not rows:
            return
        menu = QMenu(self._owner)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        now, group = {row.own for row in rows}, QActionGroup(menu)
        for severity in (*CLASSES, ""):
            action = menu.addAction(class_words(severity) if severity else "As the rule says")
            action.setCheckable(True)
            action.setChecked(now == {severity})
            action.triggered.connect(partial(self.set_class, severity))
            group.addAction(action)
        menu.popup(at)

    def set_class(self, severity: str, *_: object) -> None:
        """Set the class of the chosen findings by hand; "" gives it back to the rule."""
        words = f"Class set to {severity.lower()}." if severity else "The rule decides the class again."
        rows = self._chosen()
        for row in rows:
            self._send("severity", {"finding": row.id, "class": severity}, words if row is rows[-1] else "")

    def open_endpoint(self) -> None:
        """Go to the contract's page of the first of them."""
        rows = self._chosen()
        if rows:
            self._shell.navigate(Ref("contracts", str(rows[0].endpoint_id)))

    def inspect(self) -> None:
        """Show the newest example in the inspector."""
        rows = self._chosen()
        if rows and rows[0].examples:
            self._shell.inspect(max(rows[0].examples))
        elif rows:
            self._shell.notify("No example of this finding is kept.")

    def _mute(self, findings: list[int], until_ms: int, note: str) -> None:
        words = f"{counted(len(findings), 'finding')} muted until {moment_words(until_ms)}."
        self._send("mute", {"findings": findings, "until_ms": until_ms, "note": note}, words)

    def _accepted(self, _: int, number: str) -> None:
        self._shell.notify(f"Accepted: version {number} is the one that is checked now.")
        self._changed()

    def _send(self, name: str, args: dict[str, Any], words: str) -> None:
        def taken(_: dict[str, Any]) -> None:
            if words:
                self._shell.notify(words)
            self._changed()

        send_command(self._shell, name, args, taken)

    def _chosen(self) -> list[FindingRow]:
        rows = list(self._targets())
        if not rows:
            self._shell.notify(_NONE)
        return rows
