"""An incident in a window of its own: a read-only session over a store that goes away with it."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QToolBar

from console.app.application import SWITCH_INTERVAL_S, Session
from console.app.faults import default_log_path, install_hooks, log_to, remove_hooks
from console.app.incident_band import IncidentBand
from console.app.incident_opening import IncidentOpening
from console.app.incident_shell import STANDS_STILL, IncidentShell
from console.app.options import RunOptions
from console.app.settings import VERSION, Settings, default_settings_path, write_atomically
from console.app.window_shell import WindowShell
from console.areas.incidents.view.incident_words import Incident, incident_of
from console.model.area import Area
from console.qt.holding import hold
from console.qt.text import plain_tooltip
from console.qt.theme import CHOICES, apply_theme

_NOT_TAKEN = ("area", "demo.", "incidents.", "profiles", "retention", "scope", "layout.geometry")
"""Of the settings: what belongs to the live window and its sources."""


class BundleSession(Session):
    """Like the live session, but over one incident: no ingest, no sources, nothing that writes."""

    def __init__(
        self, application: QApplication, options: RunOptions, incident: Incident, *, areas: Sequence[Area] | None = None
    ) -> None:
        self.incident = incident
        super().__init__(application, replace(options, ingest=False, demo=False, sources=[], screenshots=None), areas=areas)
        window = self.window
        window.setWindowTitle(f"{incident.title} – VIVIM console")
        self.band = IncidentBand(incident)
        scope_bar = window.findChild(QToolBar, "scopeToolBar")
        assert scope_bar is not None
        window.insertToolBar(scope_bar, self.band)
        window.insertToolBarBreak(scope_bar)
        hold(self.shell, window.inspector.head.pin, window.empty.attach, window.empty.demo)
        live = window.scope_bar.live
        live.setEnabled(False)
        live.setToolTip(plain_tooltip(STANDS_STILL))

    def make_shell(self) -> WindowShell:
        return IncidentShell(self.reads, self.settings, self.faults, self.incident.from_ms, self.incident.to_ms)


def run_incident(application: QApplication, options: RunOptions, path: Path) -> int:
    """Open a file in a window of its own; returns the exit code when it is closed: 1 when the file was refused."""
    log_to(default_log_path())
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    opener = IncidentOpener(application, options, path, opened=lambda session: install_hooks(session.faults))
    try:
        opener.start()
        application.exec()
        return 0 if opener.session is not None else 1
    finally:
        opener.close()
        remove_hooks()


class IncidentOpener:
    """From a file's path to its window: first the small one that reads, then the session's own."""

    def __init__(
        self,
        application: QApplication,
        options: RunOptions,
        path: Path,
        *,
        areas: Sequence[Area] | None = None,
        opened: Callable[[BundleSession], None] = lambda _: None,
    ) -> None:
        self._opened = opened
        self._application, self._options, self._areas = application, options, areas
        self.session: BundleSession | None = None
        mine = Settings(options.settings or default_settings_path())
        self._kept = {key: value for key, value in mine.values().items() if not key.startswith(_NOT_TAKEN)}
        mine.close()
        theme = options.theme or str(self._kept.get("theme", "system"))
        apply_theme(application, theme if theme in CHOICES else "system")
        self.opening = IncidentOpening(path)
        self.opening.opened.connect(self._open)

    def start(self) -> None:
        self.opening.show()
        self.opening.start()

    def close(self) -> None:
        """Close the session and delete its store; safe to repeat."""
        if self.session is not None:
            self.session.close()
        self.opening.remove()

    def _open(self, answer: dict[str, object]) -> None:
        path = self.opening.path
        settings = self.opening.db.with_name("settings.json")  # what is arranged here is not what was arranged at home
        write_atomically(settings, json.dumps({"version": VERSION, "values": self._kept}))
        options = replace(self._options, db=self.opening.db, settings=settings)
        incident = incident_of({**answer, "path": str(path)}, path.name)
        self.session = BundleSession(self._application, options, incident, areas=self._areas)
        self._opened(self.session)
        self.session.window.show()
        self.opening.hide()
