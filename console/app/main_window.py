"""The window: parts put together, and what concerns several of them at once."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QEvent, QProcess, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QFileDialog,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QToolBar,
    QWidget,
)

from console.app.area_bar import AreaBar
from console.app.area_stack import AreaStack
from console.app.commands import window_actions
from console.app.demo_runner import DemoRunner
from console.app.empty_state import EmptyState
from console.app.faults import default_log_path
from console.app.filter_box import is_text_input
from console.app.incident_files import IncidentFiles
from console.app.inspector import Inspector
from console.app.menus import Menus
from console.app.notice_list import notices_text
from console.app.options import SourceSpec
from console.app.palette import Palette
from console.app.scope_bar import ScopeBar
from console.app.status_bar import StatusBar
from console.app.toast import Toast
from console.app.window_shell import WindowShell
from console.model.area import Area, Ref
from console.qt.icons import icon
from console.qt.lateness import Lateness
from console.qt.theme import apply_theme

LAYOUT_VERSION = 1
SIZE = QSize(1280, 800)
INSPECTOR_SHARE, INSPECTOR_PX = 0.235, (300, 460)
"""Width of the inspector as a share of the window, and its bounds."""


def launch_apart(program: str, arguments: list[str]) -> bool:
    """Start a process that outlives this one; tells whether it started."""
    started, _pid = QProcess.startDetached(program, arguments)
    return bool(started)


class MainWindow(QMainWindow):
    """Everything a person sees. Nothing is read before `store_ready`."""

    closed = Signal()
    readable = Signal()
    """The store can be read from now on."""

    def __init__(self, shell: WindowShell, areas: Sequence[Area], demo: DemoRunner, db: Path) -> None:
        super().__init__()
        self.shell, self.areas, self.demo, self.db = shell, tuple(areas), demo, db
        self._ready = False
        self._sources_known = shell.child is None
        self.lateness = Lateness(self)
        self.launch: Callable[[str, list[str]], bool] = launch_apart
        self.setWindowTitle(f"{db.name} – VIVIM console")
        self.setWindowIcon(icon("app"))
        self.setDockOptions(QMainWindow.DockOption.AnimatedDocks)
        self._build()
        for action in window_actions(self):
            shell.add_action(action)
        self.menus = Menus(self, shell, self.areas)
        self.incidents = IncidentFiles(self)
        shell.place_now = self.stack.place
        shell.place_wanted.connect(self.show_place)
        shell.inspect_wanted.connect(self._inspect)
        shell.summary_changed.connect(lambda _: self._choose_page())
        shell.source_states_changed.connect(self._sources_said)
        shell.faults.noticed.connect(self.toast.show_notice)
        demo.started.connect(self._demo_started)
        demo.failed.connect(self._demo_failed)
        demo.stopped.connect(lambda: shell.notify("The demo is stopped; its events are kept."))
        if shell.child is not None:
            shell.child.ready.connect(self.store_ready)
        self._restore()

    def is_readable(self) -> bool:
        return self._ready

    def store_ready(self) -> None:
        """The store can be read: views may ask from now on."""
        if self._ready:
            return
        self._ready = True
        self.shell.start()
        self._choose_page()
        self.stack.wake(self.isVisible())
        self.readable.emit()

    def show_place(self, ref: Ref) -> None:
        self.stack.show_place(ref)
        self.area_bar.show_area(self.stack.current_area())
        self._choose_page()

    def set_theme(self, name: str) -> None:
        """Wear another theme at once and remember it."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            apply_theme(application, name)
        self.shell.set_setting("theme", name)
        self.retint()

    def retint(self) -> None:
        """Draw everything that was drawn in the old colours again."""
        self.setWindowIcon(icon("app"))
        self.area_bar.retint()
        self.scope_bar.retint()
        self.inspector.retint()
        self.shell.theme_changed.emit()

    def toggle_live(self) -> None:
        # Space is the window's key, but a button in focus is pressed by it, as everywhere.
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and focus is not self.scope_bar.live:
            focus.click()
        elif not is_text_input(focus):
            self.shell.set_live(not self.shell.scope().live)

    def focus_filter(self) -> None:
        self.scope_bar.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.scope_bar.filter.selectAll()

    def focus_view(self) -> None:
        """Give the keys to the view in front."""
        view = self.stack.currentWidget() if self.pages.currentWidget() is self.stack else self.empty
        if view is not None:
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_next_part(self) -> None:
        """Move the focus on: filter, area, inspector, areas' bar."""
        parts: list[QWidget] = [self.scope_bar, self.pages, self.inspector, self.area_bar]
        shown = [part for part in parts if part.isVisible()]
        focus = QApplication.focusWidget()
        here = next((i for i, part in enumerate(shown) if focus is not None and part.isAncestorOf(focus)), -1)
        target = shown[(here + 1) % len(shown)]
        if target is self.scope_bar:
            self.focus_filter()
            return
        if target is self.pages:
            self.focus_view()
            return
        if target is self.inspector and self.inspector.detail is not None:
            self.inspector.focus_content()
            return
        fit = [child for child in target.findChildren(QWidget) if child.isVisible() and child.isEnabled()
               and child.focusPolicy() & Qt.FocusPolicy.TabFocus]  # fmt: skip
        if fit:
            fit[0].setFocus(Qt.FocusReason.TabFocusReason)

    def toggle_inspector(self) -> None:
        self.dock.setVisible(not self.dock.isVisible())

    def attach(self, source: SourceSpec) -> None:
        """Ask ingest to attach to a source; a refusal is shown."""
        command: dict[str, Any] = {"cmd": "attach", "name": source.name, "url": source.url}
        if source.token:
            command["token"] = source.token

        def answered(answer: dict[str, Any]) -> None:
            if not answer.get("ok"):
                self.shell.notify(
                    f"{source.name} could not be attached: {answer.get('error', 'no reason given')}", error=True
                )

        self.shell.write(command, answered)

    def start_demo(self) -> None:
        if not self.demo.running:
            self.shell.notify("Starting the demo: three services that make real errors.")
            self.demo.start()
            self._choose_page()

    def stop_demo(self) -> None:
        for name in self._demo_names():
            self.shell.write({"cmd": "detach", "name": name})
        self.demo.stop()

    def open_store(self) -> None:
        """Ask for a file without holding the window up, and open it in a window of its own."""
        dialog = QFileDialog(self, "Open a store", str(self.db.parent), "Stores (*.db *.sqlite);;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.open_store_file)
        dialog.open()

    def open_store_file(self, name: str) -> None:
        """Start another window for the store `name`; this one goes on."""
        started = self.launch(sys.executable, ["-m", "console", "--db", name])
        self.shell.notify(f"Opening {name} in a new window." if started else f"no window could be started for {name}",
                          error=not started)  # fmt: skip

    def export_incident(self, form: str = "bundle") -> None:
        """Ask what to pack for a colleague, from where the person is now."""
        from console.app.incident_export import open_export

        open_export(self, form)

    def open_incident(self) -> None:
        """Ask for a file of somebody else's, and open it in a window of its own."""
        self.incidents.ask()

    def reset_layout(self) -> None:
        """Sizes, docks and columns as on the first day."""
        self.shell.settings.forget("layout.")
        for action in [action for action in self.shell.actions.values() if action.id.endswith(".columns")]:
            action.run()  # each area lays out its own columns
        self.resize(SIZE)
        self.dock.setFloating(False)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.dock.show()
        self.lay_out_inspector()
        self.shell.notify("The layout is reset.")

    def lay_out_inspector(self) -> None:
        """Give the inspector its first width for a window of this size."""
        least, most = INSPECTOR_PX
        width = max(least, min(most, round(self.width() * INSPECTOR_SHARE)))
        self.resizeDocks([self.dock], [width], Qt.Orientation.Horizontal)

    def show_retention(self) -> None:
        from console.app.retention_dialog import RetentionDialog

        dialog = RetentionDialog(self, self.shell)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def show_shortcuts(self) -> None:
        from console.app.help import shortcuts_text, text_dialog

        text_dialog(self, "Keyboard shortcuts", shortcuts_text(self.shell.actions.values())).open()

    def show_about(self) -> None:
        from console.app.help import about_text, text_dialog

        text_dialog(self, "About", about_text()).open()

    def show_notices(self) -> None:
        from console.app.help import text_dialog

        text_dialog(self, "Notices", notices_text(self.shell.faults.notices)).open()
        self.shell.faults.seen()

    def show_doctor(self) -> None:
        from console.app.help import doctor_text, text_dialog

        text = doctor_text(self.db, self.shell.settings.path, self.lateness.report(), default_log_path())
        text_dialog(self, "Doctor", text).open()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._save()
        self.stack.wake(False)
        self.shell.stop()
        self.closed.emit()
        super().closeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # A tool bar asks the style sheet for its margins only when the style changes, and then keeps them.
        for bar in self.findChildren(QToolBar):
            QApplication.sendEvent(bar, QEvent(QEvent.Type.StyleChange))
        self.lateness.start()
        if QApplication.focusWidget() is None:
            self.focus_view()
        self.stack.wake(self._ready)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.lateness.stop()
        self.stack.wake(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.toast.place()
        self.command_palette.place()

    def _build(self) -> None:
        self.area_bar = AreaBar(self.areas)
        self.area_bar.chosen.connect(lambda name: self.shell.navigate(Ref(name)))
        self.scope_bar = ScopeBar(self.shell)
        self.scope_bar.filter.left.connect(self.focus_view)
        self.stack = AreaStack(self.shell, self.areas)
        self.empty = EmptyState(lambda: self.shell.navigate(Ref("sources", "new")), self.start_demo)
        self.pages = QStackedWidget()
        self.pages.setMinimumSize(420, 320)  # no view may make the window wider than the screen
        self.pages.addWidget(self.empty)
        self.pages.addWidget(self.stack)
        top = QToolBar("Scope")
        top.setObjectName("scopeToolBar")
        top.setMovable(False)
        top.toggleViewAction().setEnabled(False)
        top.addWidget(self.scope_bar)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, top)
        middle = QWidget()
        row = QHBoxLayout(middle)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.area_bar)
        row.addWidget(self.pages, 1)
        self.setCentralWidget(middle)
        self.inspector = Inspector(self.shell, [area.name for area in self.areas])
        self.dock = QDockWidget("Inspector", self)
        self.dock.setObjectName("inspectorDock")
        self.dock.setTitleBarWidget(QWidget())
        self.dock.setWidget(self.inspector)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self.dock)
        self.setStatusBar(StatusBar(self.shell))
        self.toast = Toast(self)
        self.command_palette = Palette(self, self.shell, self.areas)
        self.scope_bar.palette_button.clicked.connect(self.command_palette.open)
        status = self.statusBar()
        assert isinstance(status, StatusBar)
        status.fault.clicked.connect(self.show_notices)

    def _choose_page(self) -> None:
        summary = self.shell.summary
        bare = {area.name for area in self.areas if not area.needs_events}
        self.pages.setCurrentWidget(self.stack)
        if not self._ready:
            self.empty.say("Preparing the store", f"{self.db} is being opened.", steps=False)
            self.pages.setCurrentWidget(self.empty)
        elif summary is not None and not summary.last_id and self.stack.current_area() not in bare:
            if self.shell.sources or self.demo.running:
                self.empty.say(
                    "Waiting for the first event", "The states of the sources are in the line below.", steps=False
                )
            else:
                self.empty.say("No source yet", "Attach a debug stream, or watch three real services fail in the demo.")
            self.pages.setCurrentWidget(self.empty)

    def _inspect(self, event_id: int | None) -> None:
        if event_id is not None and not self.dock.isVisible():
            self.dock.show()
        self.inspector.open(event_id)

    def _sources_said(self, states: list[dict[str, Any]]) -> None:
        if bool(states) != self._sources_known:
            self._sources_known = bool(states)
            self._choose_page()

    def _demo_names(self) -> list[str]:
        return list(self.shell.setting("demo.sources") or [])

    def _demo_started(self, sources: list[SourceSpec]) -> None:
        for source in sources:
            self.attach(source)
        self.shell.set_setting("demo.sources", [source.name for source in sources])
        self._choose_page()

    def _demo_failed(self, text: str) -> None:
        self.shell.notify(f"The demo could not start: {text}", error=True)
        self._choose_page()

    def _save(self) -> None:
        settings = self.shell.settings
        settings.set("layout.geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        settings.set("layout.state", bytes(self.saveState(LAYOUT_VERSION).toBase64().data()).decode())
        settings.set("area", self.stack.current_area())

    def _restore(self) -> None:
        self.resize(SIZE)
        self.lay_out_inspector()
        geometry, state = (self.shell.setting(f"layout.{name}") for name in ("geometry", "state"))
        if isinstance(geometry, str):
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        if isinstance(state, str):
            self.restoreState(QByteArray.fromBase64(state.encode()), LAYOUT_VERSION)
