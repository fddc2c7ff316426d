"""The demo's services, started and stopped off the main thread so that the window paints first."""

import threading
from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from console.app.options import SourceSpec


class Runnable(Protocol):
    """What `console.demo.launch.Demo` does."""

    def start(self) -> list[Any]: ...
    def stop(self) -> None: ...


def make_demo(rate: float, seed: int) -> Runnable:
    """Return the real demo. Raises what its constructor raises; imports it only now."""
    from console.demo.launch import Demo

    return Demo(rate=rate, seed=seed)


class DemoRunner(QObject):
    """One demo at most. `started` brings its sources, `failed` words, `stopped` nothing."""

    started = Signal(object)
    failed = Signal(str)
    stopped = Signal()
    _done = Signal(object, object)
    _ended = Signal()

    def __init__(self, make: Callable[[], Runnable], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._demo: Runnable | None = None
        self._thread: threading.Thread | None = None
        self.running = False
        self._done.connect(self._take)
        self._ended.connect(self._take_end)

    def start(self) -> None:
        if self.running or (self._thread is not None and self._thread.is_alive()):
            return
        self.running = True
        self._thread = threading.Thread(target=self._start, name="demo-start")
        self._thread.start()

    def stop(self) -> None:
        """End the services; `stopped` comes when they are gone."""
        if not self.running:
            return
        self.running = False
        start, demo = self._thread, self._demo
        self._thread = threading.Thread(target=self._stop, args=(start, demo), name="demo-stop")
        self._thread.start()

    def close(self) -> None:
        """End the services and wait until they are gone."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        try:
            self._demo = self._make()
            self._done.emit([SourceSpec(one.name, one.url, one.token) for one in self._demo.start()], None)
        except Exception as error:  # noqa: BLE001  a demo that cannot start is said, whatever the reason
            self._demo = None
            self._done.emit(None, error)

    def _stop(self, start: threading.Thread | None, demo: Runnable | None) -> None:
        if start is not None:
            start.join()
            demo = self._demo or demo
        if demo is not None:
            demo.stop()
        self._demo = None
        self._ended.emit()

    def _take(self, sources: list[SourceSpec] | None, error: Exception | None) -> None:
        if not self.running:
            return
        if sources is None:
            self.running = False
            self.failed.emit(str(error))
        else:
            self.started.emit(sources)

    def _take_end(self) -> None:
        self.stopped.emit()
