"""Pictures of the real window with real data: each area, both themes, two sizes."""

import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, QTimer
from PySide6.QtWidgets import QApplication

from console.app.main_window import MainWindow
from console.model.area import Ref
from console.store.filter import parse_filter
from console.store.search import page

SIZES = (QSize(1280, 800), QSize(1920, 1080))
THEMES = ("light", "dark")
_DATA_LIMIT_S, _PAINT_LIMIT_S, _QUIET_MS = 60.0, 8.0, 400


def take_pictures(window: MainWindow, folder: Path, after_s: float) -> int:
    """Save `<what>-<theme>-<w>x<h>.png` files; returns 0, or 1 when no event came or a file could not be written."""
    folder.mkdir(parents=True, exist_ok=True)
    shell = window.shell
    if not wait_until(lambda: shell.live.last_id() > 0, _DATA_LIMIT_S):
        sys.stderr.write("no event arrived; there is nothing to take pictures of\n")
        return 1
    wait_ms(int(after_s * 1000))
    bad: list[str] = []
    for theme in THEMES:
        window.set_theme(theme)
        for size in SIZES:
            window.resize(size)
            for area in window.areas:
                shell.navigate(Ref(area.name))
                wait_painted(window)
                bad += _save(window, folder, f"{area.name}-{theme}", size)
            shell.navigate(Ref(window.areas[0].name))
            _open_worst_event(window)
            wait_painted(window)
            bad += _save(window, folder, f"inspector-{theme}", size)
            window.command_palette.open()
            window.command_palette.box.setText("th")
            wait_ms(100)
            bad += _save(window, folder, f"palette-{theme}", size)
            window.command_palette.close_palette()
            shell.inspect(None)
    for name in bad:
        sys.stderr.write(f"{name} could not be written\n")
    window.close()
    return 1 if bad else 0


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


def _open_worst_event(window: MainWindow) -> None:
    now_ms = window.shell.clock()
    window.shell.read(
        window, "worst",
        lambda connection: page(connection, parse_filter("type:error"), limit=1, now_ms=now_ms, markers=False).rows
        or page(connection, parse_filter(""), limit=1, now_ms=now_ms, markers=False).rows,
        lambda rows: window.shell.inspect(rows[0].id) if rows else None,
    )  # fmt: skip


def _save(window: MainWindow, folder: Path, name: str, size: QSize) -> list[str]:
    QApplication.processEvents()
    path = folder / f"{name}-{size.width()}x{size.height()}.png"
    return [] if window.grab().save(str(path)) else [str(path)]
