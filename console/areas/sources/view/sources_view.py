"""The Sources view: profiles, the table of sources, the losses of the selected one."""

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QInputDialog, QLabel, QMessageBox, QSplitter, QVBoxLayout

from console.areas.sources.attaching import SETTING, attach, detach, profiles_of
from console.areas.sources.core import Profiles, Source
from console.areas.sources.history import LIMIT, Losses, StoredSource, losses, stored_sources
from console.areas.sources.tokens import forget_token, load_token, save_token
from console.areas.sources.view.detail import SourceDetail
from console.areas.sources.view.line import WAITING, Line
from console.areas.sources.view.source_dialog import SourceDialog
from console.areas.sources.view.source_table import SourceTable
from console.areas.sources.view.toolbar import SourceToolbar
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.choosing import choose_row
from console.qt.holding import hold, refuses
from console.qt.shell import Action, AreaView, Shell
from console.store.filter import quote_value

NEW = "new"
"""`Ref("sources", NEW)` opens the dialog that adds a source."""
_COUNTDOWN_MS = 250
_NO_SOURCE = "No source yet. Add one with “Add source…”, or start the demo."


class SourcesView(AreaView):
    """Connections: their state, what they lost, and the profiles they are kept in."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__(shell)
        self._clock = clock
        self._profiles = profiles_of(shell)
        self._stored: dict[str, StoredSource] = {}
        self._dialog: SourceDialog | None = None
        self._limit = LIMIT
        self._lines: dict[str, Line] = {}
        self._counted: tuple[object, ...] = ()
        self._active = False
        self._bar = SourceToolbar()
        self._empty = QLabel(_NO_SOURCE)
        self._empty.setTextFormat(Qt.TextFormat.PlainText)
        self._empty.setContentsMargins(12, 8, 12, 8)
        self._table = SourceTable(shell, clock)
        self._detail = SourceDetail(shell)
        self._countdown = QTimer(self)
        self._countdown.setInterval(_COUNTDOWN_MS)
        self._build()
        self._connect()
        self._show_profiles()

    def _build(self) -> None:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._table)
        splitter.addWidget(self._detail)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([380, 240])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for widget in (self._bar, self._empty):
            layout.addWidget(widget)
        layout.addWidget(splitter, 1)

    def _connect(self) -> None:
        bar = self._bar
        hold(self.shell, bar.profiles, bar.new, bar.drop, bar.add, bar.edit, bar.toggle, bar.remove)
        bar.add.clicked.connect(self._add)
        bar.edit.clicked.connect(self._edit)
        bar.toggle.clicked.connect(self._toggle)
        bar.remove.clicked.connect(self._remove)
        bar.profile_chosen.connect(self.switch_profile)
        bar.profile_added.connect(self._new_profile)
        bar.profile_removed.connect(self._remove_profile)
        bar.columns.clicked.connect(self._table.show_column_menu)
        self._table.chosen.connect(self._selected)
        self._table.sources.modelReset.connect(self._selected)
        self._table.opened.connect(self._edit)
        self._countdown.timeout.connect(self._count_down)
        self._detail.older_asked.connect(self._show_older)
        self._detail.shown_in_timeline.connect(self._show_in_timeline)
        self.shell.source_states_changed.connect(self._take_states)
        self.shell.theme_changed.connect(self._table.sources.redraw)
        self.shell.add_action(Action("sources.columns", "Reset the columns of Sources", self._table.reset_columns))

    def activate(self) -> None:
        self._active = True
        self._selected()
        now_ms = self._clock()
        self.shell.read(
            self, "stored", lambda connection: stored_sources(connection, now_ms), self._take_stored, self._failed
        )
        self._count_down()

    def deactivate(self) -> None:
        self._active = False
        self._countdown.stop()

    def show_ref(self, ref: Ref) -> None:
        if ref.id == NEW:
            self._add()
            return
        row = self._table.sources.row_of(ref.id)
        if row is not None:
            choose_row(self._table, row)

    def place(self) -> Ref | None:
        line = self._line()
        return Ref("sources", line.name) if line else None

    def switch_profile(self, name: str) -> None:
        """Detach the sources of the active profile and attach those of another."""
        if name == self._profiles.active:
            return
        detach(self.shell, [source.name for source in self._profiles.current() if source.enabled])
        self._keep(Profiles(name, self._profiles.sources))
        self._read_stored()
        attach(self.shell, self, self._profiles.active, self._profiles.current())

    def save_source(self, source: Source, token: str = "", before: Source | None = None) -> None:
        """Keep a source in the active profile, its token first, and attach it anew when it is enabled."""

        profile = self._profiles.active

        def done(place: str) -> None:
            if place:
                self.shell.notify(f"The token of {source.name} is kept in {place}.")
            if before is not None:
                detach(self.shell, [before.name])
            self._keep(self._profiles.with_source(source, before.name if before else None))
            attach(self.shell, self, self._profiles.active, [source])

        def keep_token(_: object) -> str:
            value = token
            if before is not None and before.has_token and (before.name != source.name or not source.has_token):
                kept = load_token(profile, before.name, environment={})
                value = value or (kept.value if kept and source.has_token else "")
                forget_token(profile, before.name)
            return save_token(profile, source.name, value) if value else ""

        if token or (before is not None and before.has_token):
            self.shell.read(self, "token", keep_token, done, self._failed)
        else:
            done("")

    def _take_states(self, statuses: list[dict[str, Any]]) -> None:
        for status in statuses:
            name = str(status.get("name") or "")
            line = self._lines.setdefault(name, Line(name, str(status.get("url") or "")))
            line.take(status, self._clock())
        known = {str(status.get("name") or "") for status in statuses}
        for line in self._lines.values():
            if line.name not in known:
                line.lose_status()
        self._show_lines()
        if self._active:
            self._refresh_detail()
            self._count_down()

    def _read_stored(self) -> None:
        now_ms = self._clock()
        self.shell.read(self, "stored", lambda c: stored_sources(c, now_ms), self._take_stored, self._failed)

    def _take_stored(self, found: list[StoredSource]) -> None:
        """Show what other sessions left in the store; its past fills the curves until a minute was seen here."""
        self._stored = {stored.name: stored for stored in found}
        for stored in found:
            line = self._lines.get(stored.name)
            if line is not None and line.status and len(line.rates) < 10:
                line.rates.extendleft(rate for rate in reversed(stored.rates) for _ in range(10))
        self._show_lines()

    def _count_down(self) -> None:
        """Redraw the time until the next attempt, for as long as somebody waits and sees it."""
        waiting = any(line.status.get("state") == WAITING for line in self._table.sources.rows)
        if waiting:
            self._table.sources.redraw()
            self._detail.show_line(self._line(), self._clock())
        if waiting and self._active:
            self._countdown.start()
        else:
            self._countdown.stop()

    def _show_lines(self) -> None:
        configured = {source.name: source for source in self._profiles.current()}
        for name, source in configured.items():
            line = self._lines.setdefault(name, Line(name, source.url))
            line.url, line.enabled = source.url, source.enabled
        for name, stored in self._stored.items():
            line = self._lines.setdefault(name, Line(name, stored.url))
            line.stored = stored
        shown = []
        for line in self._lines.values():
            line.configured = line.name in configured
            if line.configured or line.status or line.stored:
                shown.append(line)
        shown.sort(key=lambda line: line.state() == "detached")
        self._empty.setVisible(not shown)
        self._table.show_lines(shown)

    def _show_profiles(self) -> None:
        self._bar.show_profiles(self._profiles)
        self._show_lines()
        self._selected()

    def _keep(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self.shell.set_setting(SETTING, profiles.to_setting())
        self._show_profiles()

    def _line(self) -> Line | None:
        line = self._table.current_row()
        return line if isinstance(line, Line) else None

    def _configured(self) -> Source | None:
        line = self._line()
        return next((source for source in self._profiles.current() if line and source.name == line.name), None)

    def _selected(self) -> None:
        line = self._line()
        self._bar.show_selected(
            selected=line is not None,
            attached=line is not None and (line.configured or bool(line.status)),
            configured=line is not None and line.configured,
            enabled=line is not None and line.enabled,
        )
        self._counted = ()
        self._limit = LIMIT
        self._refresh_detail()

    def _show_older(self) -> None:
        self._counted = ()
        self._limit *= 5
        self._refresh_detail()

    def _refresh_detail(self) -> None:
        """Say what the selected source is doing now; its losses are read again when their number changed."""
        line = self._line()
        self._detail.show_line(line, self._clock())
        if not self._active or line is None:
            return
        name, limit = line.name, self._limit
        counted = (name, *(line.status.get(key) for key in ("gaps", "gap_events", "unknown_intervals", "quarantined")))
        if counted != self._counted:
            self._counted = counted
            self.shell.read(
                self, "losses", lambda connection: losses(connection, name, limit), self._show_losses, self._failed
            )

    def _show_losses(self, found: Losses) -> None:
        self._detail.show_losses(found.rows, more=found.more)

    def _failed(self, error: Exception) -> None:
        self.shell.notify(str(error), error=True)

    def _add(self) -> None:
        if refuses(self.shell):
            return
        self._ask(None, None)

    def _edit(self) -> None:
        if refuses(self.shell):
            return
        line = self._line()
        if line is not None:
            self._ask(self._configured() or Source(line.name, line.url), self._configured())

    def _ask(self, shown: Source | None, before: Source | None) -> None:
        """Open the dialog; it stays until it is answered, and the window goes on behind it."""
        if self._dialog is not None:
            self._dialog.name.setFocus()
            return
        names = tuple(source.name for source in self._profiles.current() if source != before)
        dialog = self._dialog = SourceDialog(self, shown, names)

        def finished(result: int) -> None:
            self._dialog = None
            if result == SourceDialog.DialogCode.Accepted:
                self.save_source(dialog.source(), dialog.typed_token(), before)
            dialog.forget_token()
            dialog.deleteLater()

        dialog.finished.connect(finished)
        dialog.open()

    def _toggle(self) -> None:
        source = self._configured()
        if source is not None:
            changed = Source(source.name, source.url, not source.enabled, source.has_token)
            self._keep(self._profiles.with_source(changed))
            detach(self.shell, [source.name] if source.enabled else [])
            attach(self.shell, self, self._profiles.active, [changed])

    def _remove(self) -> None:
        line, source = self._line(), self._configured()
        if line is None or not self._confirmed(f"Remove {line.name}? Its stored events stay."):
            return
        profile = self._profiles.active
        detach(self.shell, [line.name])
        if source is not None:
            self._keep(self._profiles.without(source.name))
            self._read_stored()
            if source.has_token:
                self.shell.read(self, "token", lambda _: forget_token(profile, source.name), lambda _: None, self._failed)

    def _new_profile(self) -> None:
        name, accepted = QInputDialog.getText(self, "New profile", "Name, such as staging:")
        name = name.strip()[:60]
        if accepted and name and name not in self._profiles.sources:
            self._profiles = Profiles(self._profiles.active, self._profiles.sources | {name: ()})
            self.switch_profile(name)

    def _remove_profile(self) -> None:
        gone = self._profiles.active
        others = {name: sources for name, sources in self._profiles.sources.items() if name != gone}
        if others and self._confirmed(f"Remove the profile {gone} with its {len(self._profiles.current())} sources?"):
            detach(self.shell, [source.name for source in self._profiles.current() if source.enabled])
            self._keep(Profiles(next(iter(others)), others))
            attach(self.shell, self, self._profiles.active, self._profiles.current())

    def _confirmed(self, question: str) -> bool:
        box = QMessageBox(QMessageBox.Icon.Question, "Sources", question, parent=self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setStandardButtons(QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel)
        return box.exec() == QMessageBox.StandardButton.Ok

    def _show_in_timeline(self, since_ms: int, until_ms: int) -> None:
        line = self._line()
        if line is not None:
            text = f"source:{quote_value(line.name)}"
            self.shell.navigate(Ref("timeline", since_ms=since_ms, until_ms=until_ms, filter_text=text))
