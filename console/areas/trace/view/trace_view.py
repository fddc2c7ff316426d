"""The Trace view: the newest traces, and the one that was chosen or asked for."""

import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout

from console.areas.trace.core.trace import Trace
from console.areas.trace.store import TraceRefused, load_trace
from console.areas.trace.view.recent_panel import RecentPanel
from console.areas.trace.view.trace_pane import TracePane
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.notice import Notice, Step
from console.qt.shell import AreaView, Scope, Shell, Tick
from console.qt.text import clip, visible
from console.store.filter import quote_value

_EVENT = re.compile(r"event:([0-9]{1,18})")
_CHOOSE = (
    "Choose a trace",
    "Its events stand in a lane for each service, on one time axis.\nFrom any event, Ctrl+T shows its trace.",
)


class TraceView(AreaView):
    """`Ref("trace", id)` shows a trace by any of its ids, `Ref("trace", "event:<number>")` that of an event."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__(shell)
        self._clock = clock
        self._active = False
        self._asked = ""
        self._loaded: tuple[int, int] | None = None
        self.recent = RecentPanel(shell)
        self.pane = TracePane(shell)
        self.notice = Notice()
        self.notice.show_text(*_CHOOSE)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.notice)
        self._pages.addWidget(self.pane)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setAccessibleName("Newest traces and the chosen one")
        splitter.addWidget(self.recent)
        splitter.addWidget(self._pages)
        splitter.setCollapsible(1, False)  # the list gives way to the lanes when it is drawn shut
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([250, 800])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.setFocusProxy(self.recent.list)
        self._connect()

    def _connect(self) -> None:
        self.recent.opened.connect(self._open_trace)
        self.recent.shown.connect(self._follow)
        self.pane.opened.connect(self.shell.inspect)
        self.shell.scope_changed.connect(self._scope_changed)
        self.shell.ticked.connect(self._ticked)
        self.shell.theme_changed.connect(self._retint)
        pane = self.pane
        keys = {"E": pane.go_to_failure, "O": pane.toggle_correction, "F": pane.lanes.fit, "+": pane.zoom_in,
                "=": pane.zoom_in, "-": pane.zoom_out}  # fmt: skip
        for key, run in keys.items():
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(run)

    def activate(self) -> None:
        self._active = True
        self.recent.read(self._clock())

    def deactivate(self) -> None:
        self._active = False

    def show_ref(self, ref: Ref) -> None:
        self._asked = ref.id
        if self._pages.currentWidget() is not self.pane:
            self.notice.show_text("Loading the trace…", visible(clip(ref.id, 200)))
        self._read(keep=False)

    def place(self) -> Ref | None:
        return Ref("trace", self._asked) if self._asked else None

    # -- reading ----------------------------------------------------------------------------------------------

    def _read(self, *, keep: bool) -> None:
        asked = self._asked
        self.shell.read(
            self, "trace", lambda connection: load_trace(connection, asked), lambda trace: self._show(trace, keep),
            self._refused,
        )  # fmt: skip

    def _show(self, trace: Trace, keep: bool) -> None:
        self.pane.show_trace(trace, keep=keep)
        self._pages.setCurrentWidget(self.pane)
        first = trace.extent.ids[0] if trace.extent.ids else ""
        self.recent.list.choose(first)
        self._loaded = self._now_of(first)
        if keep:
            return
        found = _EVENT.fullmatch(trace.asked)
        if found:
            self.pane.choose_event(int(found[1]))
        elif trace.as_told.failure is not None:
            self.pane.go_to_failure()
        if self._active:
            self.pane.lanes.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refused(self, error: Exception) -> None:
        steps: list[Step] = []
        if isinstance(error, TraceRefused):
            title = "No such trace"
            if error.shared:
                text = f"correlation:{quote_value(self._asked)}"
                steps = [("Look in the timeline", lambda: self.shell.navigate(Ref("timeline", filter_text=text)))]
        else:
            title = "The trace could not be read"
        self.notice.show_text(title, visible(clip(str(error), 500)), steps)
        self._pages.setCurrentWidget(self.notice)

    def _follow(self) -> None:
        """Read the shown trace again when more of it has come."""
        trace = self.pane.trace
        if trace is None or not trace.extent.ids or self._pages.currentWidget() is not self.pane:
            return
        first = trace.extent.ids[0]
        if not self.recent.list.chosen_id():  # else a person may be on the way through the list
            self.recent.list.choose(first)
        now = self._now_of(first)
        if now is not None and self._loaded is not None and now != self._loaded:
            self._read(keep=True)
        self._loaded = now or self._loaded

    def _now_of(self, trace_id: str) -> tuple[int, int] | None:
        line = self.recent.line_of(trace_id)
        return (line.events, line.end_ms) if line is not None else None

    # -- what the window tells --------------------------------------------------------------------------------

    def _open_trace(self, trace_id: str) -> None:
        self.shell.navigate(Ref("trace", trace_id))

    def _scope_changed(self, _scope: Scope) -> None:
        if self._active:
            self.recent.read(self._clock())

    def _ticked(self, tick: Tick) -> None:
        if self._active and self.shell.scope().live:
            self.recent.tick(tick)

    def _retint(self) -> None:
        self.pane.retint()
        self.recent.list.viewport().update()
