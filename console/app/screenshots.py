"""Pictures of the real window with real data: each area, both themes, two sizes."""

import sqlite3
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from console.app.incident_pictures import take_incident_pictures
from console.app.main_window import MainWindow
from console.app.options import RunOptions
from console.app.waiting import wait_ms, wait_painted, wait_until
from console.areas.contracts.view import ContractsView
from console.areas.sync.view import SyncView
from console.areas.trace.view import TraceView
from console.model.area import Ref
from console.store.filter import parse_filter
from console.store.migrations import create_store
from console.store.search import page

SIZES = (QSize(1280, 800), QSize(1920, 1080))
THEMES = ("light", "dark")
SPAN_MS = 60_000
_DATA_LIMIT_S, _PAINT_LIMIT_S = 60.0, 8.0
Save = Callable[[QWidget, str], None]


def take_pictures(window: MainWindow, folder: Path, after_s: float) -> int:
    """Save `<what>-<theme>-<w>x<h>.png` files once there are `after_s` seconds of data.

    Returns 0, or 1 when no event came or a file could not be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shell = window.shell
    if not wait_until(lambda: shell.live.last_id() > 0, _DATA_LIMIT_S):
        sys.stderr.write("no event arrived; there is nothing to take pictures of\n")
        return 1
    shell.set_span(SPAN_MS)
    wait_ms(int(after_s * 1000))
    bad: list[str] = []
    for theme in THEMES:
        window.set_theme(theme)
        for size in SIZES:
            window.resize(size)
            window.lay_out_inspector()

            def save(shown: QWidget, what: str, theme: str = theme, size: QSize = size) -> None:
                path = folder / f"{what}-{theme}-{size.width()}x{size.height()}.png"
                QApplication.processEvents()
                if not shown.grab().save(str(path)):
                    bad.append(str(path))

            _all_states(window, save)
            take_incident_pictures(window, size, theme, save)
            _empty_store(size, theme, save)
    for name in bad:
        sys.stderr.write(f"{name} could not be written\n")
    for notice in shell.faults.notices:
        if notice.error:
            sys.stderr.write(f"shown as a fault during the run: {notice.text}\n")
    window.close()
    return 1 if bad else 0


def _all_states(window: MainWindow, save: Save) -> None:
    shell = window.shell
    first = window.areas[0].name
    for area in window.areas:
        shell.navigate(Ref(area.name))
        wait_painted(window)
        save(window, area.name)
    shell.navigate(Ref(first))
    _open_worst_event(window)
    wait_painted(window)
    save(window, "inspector")
    _group_of_worst_event(window, save)
    _richest_trace(window, save)
    _conflict(window, save)
    _contracts(window, save)
    window.command_palette.open()
    window.command_palette.box.setText("th")
    wait_ms(100)
    save(window, "palette")
    window.command_palette.close_palette()
    box = window.scope_bar.filter
    window.focus_filter()
    box.setText("level:error severity:bogus(")
    box.commit()
    wait_ms(100)
    save(window, "filter-error")
    box.show_text(shell.scope().filter_text)
    box.left.emit()
    _compare(window, save)
    shell.inspect(None)


def _group_of_worst_event(window: MainWindow, save: Save) -> None:
    """Go from the event in the inspector to its error group, and back."""
    detail = window.inspector.detail
    if detail is not None:
        window.shell.navigate(Ref("errors", f"event:{detail.row.id}"))
        wait_painted(window)
        save(window, "errors-group")
        window.shell.go(-1)
        wait_painted(window)


def _richest_trace(window: MainWindow, save: Save) -> None:
    """Open the trace with a failure, the most services and the most events of those that are listed, and go back."""
    window.shell.navigate(Ref("trace"))
    wait_painted(window)
    view = window.stack.view("trace")
    listed = view.recent.list.recent.traces if isinstance(view, TraceView) else []
    if listed:
        best = max(listed, key=lambda trace: (trace.failed > 0, len(trace.services), trace.events))
        window.shell.navigate(Ref("trace", best.trace_id))
        wait_painted(window)
        save(window, "trace-of-error")
        window.shell.go(-1)
    window.shell.go(-1)
    wait_painted(window)


def _conflict(window: MainWindow, save: Save) -> None:
    """Open a conflict whose both sides were told, decide its first field, and take that back; the other pages of Sync."""
    window.shell.navigate(Ref("sync", "conflicts"))
    wait_painted(window)
    view = window.stack.view("sync")
    rows = view.conflicts.queue.list.queue.rows if isinstance(view, SyncView) else ()
    told = next((row for row in rows if row.state == "open" and row.fields and row.local_version), None)
    if told is not None:
        window.shell.navigate(Ref("sync", str(told.id)))
        wait_painted(window)
        window.shell.actions["sync.local"].run()
        wait_painted(window)
        save(window, "sync-conflict")
        window.shell.actions["sync.undo"].run()
        wait_painted(window)
    for name in ("health", "issues"):
        window.shell.navigate(Ref("sync", name))
        wait_painted(window)
        save(window, f"sync-{name}")
    window.shell.navigate(Ref("sync", "conflicts"))
    wait_painted(window)


def _contracts(window: MainWindow, save: Save) -> None:
    """Open the endpoint with the most drift, and the other pages of Contracts."""
    window.shell.navigate(Ref("contracts", "endpoints"))
    wait_painted(window)
    view = window.stack.view("contracts")
    if not isinstance(view, ContractsView) or not view.endpoints.rows():
        return
    worst = max(view.endpoints.rows(), key=lambda row: (row.unbumped, sum(row.drift.values()), row.checks))
    window.shell.navigate(Ref("contracts", str(worst.id)))
    for number, name in ((2, "violations"), (3, "drift"), (4, "timeline"), (1, "observed")):
        view.endpoints.run(f"tab_{number}")
        wait_painted(window)
        save(window, f"contract-{name}")
    for name in ("violations", "drift", "alerts"):
        window.shell.navigate(Ref("contracts", name))
        wait_painted(window)
        save(window, f"contracts-{name}")
    window.shell.navigate(Ref("contracts", "endpoints"))
    while view.endpoints.opened is not None:
        view.endpoints.run("close")
    wait_painted(window)


def _compare(window: MainWindow, save: Save) -> None:
    """Mark one error and then another, as a person would, and save the dialog that opens."""
    ids: list[int] = []
    _find(window, "type:error", 2, ids.extend)
    wait_painted(window)
    mark = window.shell.actions.get("timeline.mark")
    if mark is None or len(ids) < 2:
        return
    for event_id in ids:
        window.shell.navigate(Ref("timeline", str(event_id)))
        wait_painted(window)
        mark.run()
    wait_painted(window)
    dialog = QApplication.activeModalWidget()
    if isinstance(dialog, QDialog):
        save(dialog, "compare")
        dialog.close()
    window.shell.actions["timeline.newest"].run()


def _empty_store(size: QSize, theme: str, save: Save) -> None:
    from console.app.application import Session

    application = QApplication.instance()
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory() as place:
        store = Path(place) / "empty.db"
        create_store(store)
        options = RunOptions(store, theme=theme, ingest=False, settings=Path(place) / "settings.json")
        session = Session(application, options)
        session.window.resize(size)
        session.window.show()
        wait_until(lambda: session.shell.summary is not None, _PAINT_LIMIT_S)
        wait_painted(session.window)
        save(session.window, "empty")
        session.window.close()


def _open_worst_event(window: MainWindow) -> None:
    def inspect(ids: list[int]) -> None:
        if ids:
            window.shell.inspect(ids[-1])

    _find(window, "type:error", 1, inspect)


def _find(window: MainWindow, filter_text: str, number: int, take: Callable[[list[int]], None]) -> None:
    now_ms = window.shell.clock()

    def query(connection: sqlite3.Connection) -> list[int]:
        found = page(connection, parse_filter(filter_text), limit=number, now_ms=now_ms, markers=False).rows
        return [row.id for row in found]

    window.shell.read(window, f"find {filter_text}", query, take)
