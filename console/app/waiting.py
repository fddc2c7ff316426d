"""Waiting with the event loop running, for pictures of the real window."""

from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

from console.app.main_window import MainWindow

_PAINT_LIMIT_S, _QUIET_MS = 8.0, 400


def wait_until(condition: Callable[[], bool], limit_s: float) -> bool:
    """Run the event loop until `condition` holds or the limit is over; tells which."""
    waited_ms = 0
    while not condition() and waited_ms < limit_s * 1000:
        wait_ms(20)
        waited_ms += 20
    return condition()


def wait_ms(milliseconds: int) -> None:
    """Run the event loop for a while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_painted(window: MainWindow) -> None:
    """Wait until the view in front has its answers and has drawn them."""
    wait_ms(_QUIET_MS)
    wait_until(lambda: not window.shell.reads.busy(besides=window.shell), _PAINT_LIMIT_S)
    wait_ms(_QUIET_MS)
