"""The composition root: the one place that knows all parts and joins them."""

import gc
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from console.app.demo_runner import DemoRunner, make_demo
from console.app.faults import Faults, default_log_path, install_hooks, log_to, remove_hooks
from console.app.ingest_child import IngestChild, ingest_command
from console.app.main_window import MainWindow
from console.app.options import RunOptions
from console.app.retention import SETTING, from_setting
from console.app.scope import to_setting
from console.app.settings import Settings, default_settings_path
from console.app.window_shell import WindowShell
from console.areas import declared_areas
from console.model.area import Area, Ref
from console.model.place import PlaceError, parse_place
from console.qt.query import Reads
from console.qt.shell import Scope
from console.qt.theme import CHOICES, apply_theme

GC_THRESHOLDS = (5_000, 20, 100)
SETTLED_AFTER_MS = 2_000
DEMO_SPAN_MS = 5 * 60_000
"""Nobody watches a demo for a quarter of an hour: a shorter range fills its pictures."""
SWITCH_INTERVAL_S = 0.001
"""Pool threads hand the interpreter back this soon when the main thread wants to paint."""


class Session:
    """One window with its services. `close` ends all of them; safe to repeat."""

    def __init__(self, application: QApplication, options: RunOptions, *, areas: Sequence[Area] | None = None) -> None:
        self.options = options
        self.settings = Settings(options.settings or default_settings_path())
        if options.demo and self.settings.get("scope") is None:
            self.settings.set("scope", to_setting(Scope(span_ms=DEMO_SPAN_MS)))
        chosen = options.theme or self.settings.get("theme", "system")
        apply_theme(application, chosen if chosen in CHOICES else "system")
        self.faults = Faults()
        self.reads = Reads(options.db)
        self.child = IngestChild(ingest_command(options.db)) if options.ingest else None
        self.shell = self.make_shell()
        self.demo = DemoRunner(lambda: make_demo(options.demo_rate, options.demo_seed))
        self._closed = False
        self.window = MainWindow(self.shell, declared_areas() if areas is None else areas, self.demo, options.db)
        self.window.closed.connect(self.close)
        application.styleHints().colorSchemeChanged.connect(self._system_changed)
        if self.child is not None:
            self.child.ready.connect(self._keep_limits)
        if self.settings.problem:
            self.faults.add(self.settings.problem, error=True)
        self._go_first()
        if options.db.exists():
            self.window.store_ready()

    def make_shell(self) -> WindowShell:
        """Return the state that the window's parts share."""
        return WindowShell(self.reads, self.settings, self.faults, self.child)

    def start(self) -> None:
        """Start what is not needed for the first painted window."""
        if self.child is not None:
            self.child.start()
        for source in self.options.sources:
            self.window.attach(source)
        if self.child is not None and not self.options.demo and not self.options.sources:
            self._attach_remembered()
        if self.options.demo:
            self.window.start_demo()

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self.shell.stop()
        if self.child is not None:
            self.child.stop()
        self.demo.close()
        self.reads.close()
        self.settings.close()

    def _go_first(self) -> None:
        names = [area.name for area in self.window.areas]
        remembered = self.settings.get("area")
        place = Ref(remembered if remembered in names else names[0])
        if self.options.place:
            try:
                place = parse_place(self.options.place)
            except PlaceError as error:
                self.faults.add(f"{self.options.place}: {error}", error=True)
        self.shell.navigate(place)
        if not self.window.stack.current_area():
            self.shell.navigate(Ref(names[0]))

    def _attach_remembered(self) -> None:
        # The demo and sources named on the command line stand alone: a profile may point at staging.
        def attach() -> None:
            from console.areas.sources.attaching import attach_profile

            attach_profile(self.shell, self.shell)

        if self.window.is_readable():
            attach()
        else:
            self.window.readable.connect(attach)

    def _keep_limits(self) -> None:
        """Tell ingest, at each of its starts, how much it may keep."""
        retention = from_setting(self.settings.get(SETTING))
        if retention.limited:
            self.shell.write(retention.command())

    def _system_changed(self) -> None:
        if self.settings.get("theme", "system") == "system" and (self.options.theme or "system") == "system":
            self.window.set_theme("system")


def run(options: RunOptions) -> int:
    """Open the window and return the exit code when it is closed. With `screenshots`, save pictures and exit."""
    application = QApplication(sys.argv[:1])
    application.setApplicationName("vivim-console")
    application.setApplicationDisplayName("")
    log_to(default_log_path())
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    if options.incident is not None:
        from console.app.bundle_session import run_incident  # here, as it makes a session of this module

        return run_incident(application, options, options.incident)
    scratch = None
    if options.screenshots is not None and options.settings is None:
        # Pictures show the defaults, and leave what this person arranged alone.
        scratch = tempfile.TemporaryDirectory(prefix="vivim-console-")
        options = replace(options, settings=Path(scratch.name) / "settings.json")
    session = Session(application, options)
    install_hooks(session.faults)
    try:
        session.window.show()
        QTimer.singleShot(0, session.start)
        QTimer.singleShot(SETTLED_AFTER_MS, settle_memory)
        if options.screenshots is not None:
            return _take_pictures(session, options.screenshots, options.screenshot_after_s)
        return application.exec()
    finally:
        session.close()
        remove_hooks()
        gc.unfreeze()
        if scratch is not None:
            scratch.cleanup()


def settle_memory() -> None:
    """Take what start-up made out of the garbage collector's rounds, and make the rounds over everything rarer.

    A full round walks every object while nothing is painted; modules and widgets live as long as the window.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def _take_pictures(session: Session, folder: Path, after_s: float) -> int:
    from console.app.screenshots import take_pictures

    return take_pictures(session.window, folder, after_s)
