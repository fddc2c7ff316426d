"""Controls that a window which only reads keeps disabled, whatever their view thinks of them, with the reason on hover."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from console.qt.shell import Shell
from console.qt.text import plain_tooltip


def hold(shell: Shell, *controls: QWidget) -> None:
    """Keep controls that write or act disabled where `shell` only reads; elsewhere nothing happens."""
    if shell.read_only:
        for control in controls:
            _Held(control, shell.read_only)


def refuses(shell: Shell, writes: bool = True) -> bool:
    """Tell whether a command may not run here; one that writes where `shell` only reads is refused with the reason."""
    if writes and shell.read_only:
        shell.notify(shell.read_only)
        return True
    return False


class _Held(QObject):
    """Its control stays disabled and says why."""

    def __init__(self, control: QWidget, reason: str) -> None:
        super().__init__(control)
        self._control, self._tooltip = control, plain_tooltip(reason)
        self._again()
        control.setAccessibleDescription(reason)
        control.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.EnabledChange, QEvent.Type.ToolTipChange):
            self._again()
        return False

    def _again(self) -> None:
        # Only what differs is set: each of these sends the very event that brought us here.
        if self._control.isEnabled():
            self._control.setEnabled(False)
        if self._control.toolTip() != self._tooltip:
            self._control.setToolTip(self._tooltip)
