"""Pictures of incidents for `demo --screenshots`: the pages, an export with its preview, and the bundle opened again."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget

from console.app.bundle_session import IncidentOpener
from console.app.incident_export import offers_of
from console.app.main_window import MainWindow
from console.app.options import RunOptions
from console.app.waiting import wait_ms, wait_painted, wait_until
from console.areas.incidents.view import IncidentsView
from console.areas.incidents.view.export_dialog import ExportDialog
from console.model.area import Ref
from console.qt.choosing import choose_row

_LIMIT_S, _SESSION_MS = 60.0, 20_000
Save = Callable[[QWidget, str], None]


def take_incident_pictures(window: MainWindow, size: QSize, theme: str, save: Save) -> None:
    """Save all of them; the bundle is made in a temporary folder and goes away again."""
    _pages(window, save)
    with tempfile.TemporaryDirectory(prefix="vivim-console-") as folder:
        out = Path(folder) / "incident.vcb"
        if _export(window, out, save):
            _opened(out, size, theme, save)
        else:
            window.shell.notify("The incident was not exported, so it is in no picture.", error=True)


def _pages(window: MainWindow, save: Save) -> None:
    for page in ("bundles", "notes", "redaction", "sessions"):
        window.shell.navigate(Ref("incidents", page))
        wait_painted(window)
        save(window, f"incidents-{page}")
    view = window.stack.view("incidents")
    if isinstance(view, IncidentsView):
        _second_session(window, view)
        view.sessions.panel.open_choice()
        wait_painted(window)
        save(window, "incidents-compare")


def _second_session(window: MainWindow, view: IncidentsView) -> None:
    """See to it that there is something to compare with."""
    if len(view.sessions.table.list.rows) < 2:
        command = {"cmd": "area", "area": "incidents", "do": "session_start", "args": {"name": "after the deploy"}}
        window.shell.write(command, lambda _: None)
        wait_ms(_SESSION_MS)
        view.sessions.refresh()
        wait_painted(window)
        choose_row(view.sessions.table, 0)
        wait_painted(window)


def _export(window: MainWindow, out: Path, save: Save) -> bool:
    """Go through an export as a person would; tells whether the file was made."""
    window.shell.navigate(Ref("errors"))
    wait_painted(window)
    dialog = ExportDialog(window.shell, window, offers_of(window), window.grab(), window.shell.clock)
    dialog.form.choices[-1].click()  # all of the range: something of each area
    dialog.form.title.setText("The save fails since the release")
    dialog.form.note.setPlainText("First at the deploy, see console://errors and console://contracts/drift.")
    dialog.foot.set_path(out)
    dialog.open()
    wait_until(dialog.foot.export.isEnabled, _LIMIT_S)
    wait_painted(window)
    save(dialog, "export")
    dialog.export()
    wait_until(lambda: not dialog.is_working(), _LIMIT_S)
    wait_painted(window)
    save(dialog, "export-result")
    made = dialog.is_made()
    dialog.accept()
    return made


def _opened(path: Path, size: QSize, theme: str, save: Save) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    options = RunOptions(path, theme=theme, incident=path, settings=path.with_name("settings.json"))
    opener = IncidentOpener(application, options, path)
    try:
        opener.start()
        wait_until(lambda: opener.session is not None or not opener.opening.is_reading(), _LIMIT_S)
        if opener.session is None:
            save(opener.opening, "incident-refused")
            return
        session = opener.session
        session.window.resize(size)
        for area in ("timeline", "errors"):
            session.shell.navigate(Ref(area))
            wait_painted(session.window)
            save(session.window, f"incident-{area}")
        session.window.close()
    finally:
        opener.close()
