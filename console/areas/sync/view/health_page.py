"""The Health page: every replica with its condition and numbers, these over time, and the divergence matrix."""

import sqlite3

from PySide6.QtCore import Qt

from console.areas.sync.core.health import Condition
from console.areas.sync.store.answers import ReplicaRow
from console.areas.sync.view.entity_panel import EntityPanel
from console.areas.sync.view.health_plots import HealthPlots
from console.areas.sync.view.health_question import Entity, EntityAnswer, HealthAnswer, ask_entity, ask_health
from console.areas.sync.view.health_words import condition_words
from console.areas.sync.view.issues_page import entity_place, stepper_place
from console.areas.sync.view.replica_table import ReplicaTable, replica_name
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.choosing import choose_row
from console.qt.plain import plain_label
from console.qt.reading_page import ReadingPage
from console.qt.shell import Shell, Tick
from console.qt.splitter import split
from console.qt.text import clip, visible
from console.qt.words import counted
from console.store.filter import quote_value

READ_EVERY_MS = 1_000
RULE_CHARS = 300
SERIES_EVERY_MS = 10_000
"""Samples are kept by 10 s: to read them more often would draw the same."""
LONGEST_MS = 11 * 3_600_000
"""Numbers are drawn for at most so long before the end of the window's range: a plot holds about 4,000 samples."""


class HealthPage(ReadingPage):
    """Reads once a second while it is shown and the window is live."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        super().__init__(shell, clock)
        self._series_ms = 0
        self.state = plain_label("Loading…", "small")
        self.rule = plain_label("")
        self.table = ReplicaTable(shell, clock)
        self.plots = HealthPlots()
        self.entities = EntityPanel(shell, clock)
        self._build()
        self.table.chosen.connect(self._show_rule)
        self.table.opened.connect(lambda row: shell.navigate(replica_place(row)))
        self.plots.range_picked.connect(lambda since, until: shell.set_range(int(since * 1000), int(until * 1000)))
        self.entities.entity_chosen.connect(self._ask_entity)
        self.entities.event_wanted.connect(shell.inspect)
        self.entities.issue_wanted.connect(lambda issue_id: shell.navigate(stepper_place(issue_id)))
        self.entities.events_wanted.connect(lambda kind, name: shell.navigate(entity_place(kind, name)))
        shell.ticked.connect(self._ticked)
        self.notice.show_text("Loading…", "Reading how the replicas are doing.")

    def _build(self) -> None:
        name = "Replicas, their numbers over time, and how they stand to each other"
        parts = (self.table, 2), (self.plots, 2), (self.entities, 4)
        splitter = split(Qt.Orientation.Vertical, name, *parts, sizes=[200, 156, 330])
        self.table.setMinimumHeight(120)
        self.state.setContentsMargins(8, 6, 8, 0)
        self.rule.setContentsMargins(8, 2, 8, 4)
        self._lay_out((self.state, self.rule), splitter)
        self.setFocusProxy(self.table)

    def show_ref(self, ref: Ref) -> None:
        """Look at the entity whose type and id stand last in `ref.id`, as in `health/conversation/conv_3`."""
        kind, slash, name = ref.id.removeprefix("health").lstrip("/").partition("/")
        self.entities.choose((kind, name) if slash and name else None)

    def refresh(self) -> None:
        """Read everything anew."""
        self._series_ms = 0
        self._ask()

    def _ask(self) -> None:
        now_ms = self._read_ms = self._clock()
        with_series = now_ms - self._series_ms >= SERIES_EVERY_MS
        self._series_ms = now_ms if with_series else self._series_ms
        since, until = self._shell.bounds_ms()
        end = now_ms if until is None else until
        begin = max(end - LONGEST_MS, 0 if since is None else since)

        def ask(connection: sqlite3.Connection) -> HealthAnswer:
            return ask_health(connection, begin, end, now_ms, with_series=with_series)

        self._shell.read(self, "health", ask, self._show, self._failed)
        self._ask_entity(self.entities.entity)

    def _ticked(self, tick: Tick) -> None:
        if self._active and self._shell.scope().live and tick.now_ms - self._read_ms >= READ_EVERY_MS:
            self._ask()
            self._read_ms = tick.now_ms

    def _ask_entity(self, entity: Entity | None) -> None:
        if entity is not None and self._active:
            now_ms = self._clock()

            def ask(connection: sqlite3.Connection) -> EntityAnswer:
                return ask_entity(connection, entity, now_ms)

            self._shell.read(self, "entity", ask, self.entities.show_entity, self._failed)

    def _show(self, found: HealthAnswer) -> None:
        if not found.replicas:
            self._stack.setCurrentIndex(0)
            self.state.setText("")
            self.rule.setText("")
            self.notice.show_text(
                "No replica yet",
                "Services tell how they are in sync with sync updates.",
                [("Attach a source", lambda: self._shell.navigate(Ref("sources", "new")))],
            )
            return
        self._stack.setCurrentIndex(1)
        self.state.setText(self._words(found.replicas))
        place = self.table.currentIndex().row()
        self.table.replicas.set_rows(found.replicas)
        if self.table.current_row() is None:
            choose_row(self.table, max(0, min(place, len(found.replicas) - 1)))
        self._show_rule(self.table.current_row())
        if found.series is not None:
            self.plots.show_series(found.series)
        self.plots.show_range(found.since_ms, found.until_ms, whole=self._shell.bounds_ms()[0] is None)
        self.entities.show_overall(found.overall)

    def _show_rule(self, row: ReplicaRow | None) -> None:
        """Say in full why the chosen replica is as it is, or else the worst."""
        row = row or next(iter(self.table.replicas.rows), None)
        if row is not None:
            self.rule.setText(clip(visible(f"{replica_name(row.health)}: {row.diagnosis.rule}"), RULE_CHARS))

    def _words(self, replicas: tuple[ReplicaRow, ...]) -> str:
        numbers = {one: sum(row.diagnosis.condition is one for row in replicas) for one in Condition}
        told = " · ".join(f"{condition_words(one)} {number}" for one, number in numbers.items() if number)
        paused = "" if self._shell.scope().live else " · paused"
        return f"{counted(len(replicas), 'replica')}: {told}{paused}"

    def _failed(self, error: Exception) -> None:
        super()._failed(error)
        self.state.setText("")


def replica_place(row: ReplicaRow) -> Ref:
    """Return the place of a replica's sync updates in the timeline."""
    return Ref("timeline", filter_text=f"type:sync_update service:{quote_value(row.health.service)}")
