"""The Health page: replicas and why they are as they are, their numbers, and from the matrix down to the fields."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.areas.sync.core.divergence import Standing
from console.areas.sync.core.health import Condition
from console.areas.sync.view.health_page import HealthPage
from console.areas.sync.view.health_words import (
    CONDITION_GLYPHS,
    STANDING_GLYPHS,
    condition_color,
    standing_color,
)
from console.model.area import Ref
from console.model.event import Event
from console.qt.palettes import DARK, LIGHT, contrast
from console.qt.shell import Scope
from tests.areas.sync.view.sync_shell import NOW_MS, SyncShell, store_conflicts, telling
from tests.store_filling import fill_store, read_text

QUIET_MS = NOW_MS - 30_000


def synced(at_ms: int, service: str, replica: str, **state: int) -> Event:
    """Return a sync update with these numbers."""
    state = {"pendingOperations": 0, "conflictCount": 0, "offlineQueue": 0, "lastSyncTimestamp": at_ms - 500, **state}
    body = {"eventType": "sync_update", "timestamp": at_ms, "service": service, "data": {"replica": replica}}
    return read_text(json.dumps({**body, "syncState": state}), at_ms)


def digest(at_ms: int, service: str, replica: str, entity: str = "conv_1", **told: Any) -> Event:
    """Return what a replica tells of one entity in short."""
    about = {"entityType": "conversation", "entityId": entity, "replica": replica, **told}
    return read_text(json.dumps({"eventType": "sync_update", "timestamp": at_ms, "service": service, "data": about}), at_ms)


def vector(*clocks: tuple[int, int]) -> str:
    """Return a Yjs state vector of small numbers, as it travels."""
    return base64.b64encode(bytes([len(clocks), *(number for pair in clocks for number in pair)])).decode()


DIGESTS = [
    digest(QUIET_MS, "pwa", "pwa", stateVector=vector((1, 5), (2, 3)), contentHash="a"),
    digest(QUIET_MS + 1, "server", "server", stateVector=vector((1, 4), (2, 9)), contentHash="b"),
    digest(QUIET_MS + 2, "network", "peer-a", stateVector=vector((1, 4), (2, 9)), contentHash="b"),
    digest(QUIET_MS + 3, "pwa", "pwa", entity="conv_2", version=3, contentHash="x"),
    digest(QUIET_MS + 4, "server", "server", entity="conv_2", version=3, contentHash="x"),
]
LATER = [
    telling(1),
    synced(NOW_MS - 11_000, "server", "server"),
    synced(NOW_MS - 10_000, "network", "peer-a", offlineQueue=4),
    synced(NOW_MS - 9_000, "pwa", "pwa", conflictCount=3),
    synced(NOW_MS - 200_000, "network", "peer-z"),
]


class Opened:
    def __init__(self, path: Path, qtbot: QtBot) -> None:
        self.shell = SyncShell(path)
        self.shell.current = Scope()
        self.page = HealthPage(self.shell, lambda: self.shell.now_ms)
        self.host = QWidget()
        qtbot.addWidget(self.host)
        self.page.setParent(self.host)
        self.page.resize(900, 660)
        self.host.show()
        self.page.activate()
        self.shell.deliver()

    def conditions(self) -> dict[str, Condition]:
        return {row.health.replica: row.diagnosis.condition for row in self.page.table.replicas.rows}

    def cell(self, one: str, other: str) -> str:
        model = self.page.entities.matrix.pairs
        names = model.matrix.replicas
        found: str = model.data(model.index(names.index(one), names.index(other)))
        return found

    def choose(self, entity_id: str) -> None:
        rows = self.page.entities.entities.rows
        self.page.entities.entity_table.selectRow([row.entity_id for row in rows].index(entity_id))
        self.shell.deliver()


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Iterator[Opened]:
    path = tmp_path / "sync.db"
    store_conflicts(path, DIGESTS)
    store_conflicts(path, sorted(LATER, key=lambda event: event.ts_ms), "server")
    opened = Opened(path, qtbot)
    yield opened
    opened.page.deactivate()


def test_an_empty_store_says_what_is_told_here(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "empty.db"
    store_conflicts(path, [])
    opened = Opened(path, qtbot)
    assert opened.page.notice.title.text() == "No replica yet"
    opened.page.notice.buttons()[0].click()
    assert opened.shell.places == [Ref("sources", "new")]


def test_a_store_without_the_area_is_a_message_and_no_crash(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "old.db"
    fill_store(path, [])
    assert Opened(path, qtbot).page.notice.title.text() == "Could not read the store"


def test_each_replica_has_its_condition_and_the_rule_that_made_it_so(opened: Opened) -> None:
    conditions = opened.conditions()
    assert conditions["peer-z"] is Condition.SILENT
    assert conditions["pwa"] is Condition.DIVERGED
    assert next(iter(conditions)) == "peer-z"
    assert "○ silent 1" in opened.page.state.text()
    assert opened.page.rule.text() == "network / peer-z: nothing was heard for 200 s, over 60 s"
    model = opened.page.table.replicas
    row = [one.health.replica for one in model.rows].index("pwa")
    words = [model.data(model.index(row, column)) for column in range(model.columnCount())]
    assert words[:2] == ["pwa", "≠ diverged"]
    assert words[3:7] == ["0", "3", "0", "9 s"]
    opened.page.table.selectRow(row)
    assert opened.page.rule.text().startswith("pwa: conversation conv_1: diverged: for ")


def test_the_matrix_shows_the_worst_of_each_pair_and_then_one_entity(opened: Opened) -> None:
    assert opened.cell("pwa", "server") == "⇄ concurrent"
    assert opened.cell("peer-a", "server") == "= in sync"
    assert opened.cell("server", "server") == "·"
    assert "2 entities, 1 not in sync" in opened.page.entities.title.text()
    assert not opened.page.entities.tabs.isVisible()
    opened.choose("conv_2")
    assert opened.page.entities.title.text() == "conversation conv_2"
    assert opened.page.entities.matrix.pairs.matrix.replicas == ("pwa", "server")
    assert opened.cell("pwa", "server") == "= in sync"
    opened.page.entities.all_button.click()
    opened.shell.deliver()
    assert opened.cell("pwa", "server") == "⇄ concurrent"


def test_a_cell_says_why_and_leads_to_its_entity(opened: Opened) -> None:
    panel = opened.page.entities
    names = panel.matrix.pairs.matrix.replicas
    panel.matrix.setCurrentIndex(panel.matrix.pairs.index(names.index("pwa"), names.index("server")))
    assert panel.rule.text().startswith("pwa and server: concurrent. conversation conv_1: pwa has 1 operations")
    panel.matrix.doubleClicked.emit(panel.matrix.currentIndex())
    opened.shell.deliver()
    assert panel.entity == ("conversation", "conv_1")
    assert panel.tabs.isVisible()
    panel.all_button.click()
    panel.matrix.setCurrentIndex(panel.matrix.pairs.index(names.index("pwa"), names.index("server")))
    QTest.keyClick(panel.matrix, Qt.Key.Key_Return)
    assert panel.entity == ("conversation", "conv_1")


def test_an_entity_leads_to_its_fields_history_stepper_and_events(opened: Opened, qtbot: QtBot) -> None:
    opened.page.show_ref(Ref("sync", "conversation/e-1"))
    opened.shell.deliver()
    panel = opened.page.entities
    assert [(row.field, row.local, row.remote) for row in panel.fields.rows] == [("topic", "local topic", "remote topic")]
    assert panel.tabs.tabText(0) == "Fields that differ 1"
    panel.field_table.selectRow(0)
    qtbot.keyClick(panel.field_table, Qt.Key.Key_Return)
    assert opened.shell.places[-1] == Ref("sync", f"conflicts/{panel.fields.rows[0].issue_id}")
    told = next(n for n, one in enumerate(panel.history.happenings.rows) if one.event_id is not None)
    panel.history.selectRow(told)
    qtbot.keyClick(panel.history, Qt.Key.Key_Return)
    assert opened.shell.inspected == [panel.history.happenings.rows[told].event_id]
    panel.events_button.click()
    assert opened.shell.places[-1] == Ref("timeline", filter_text="entity:conversation/e-1")


def test_numbers_are_drawn_over_the_range_for_each_replica(opened: Opened) -> None:
    plots = opened.page.plots.plots
    assert "peer-a (network) 4" in plots["offline"].legend.text()
    assert "pwa 3" in plots["conflicts"].legend.text()
    assert plots["p95_ms"]._note.text() == "No delay p95 in this range."
    plots["pending"].range_picked.emit(1_000.0, 2_000.0)
    assert opened.shell.ranges == [(1_000_000, 2_000_000)]


def test_a_replica_is_named_once_and_hidden_in_all_plots_together(opened: Opened) -> None:
    plots = opened.page.plots
    names = [entry.name for entry in plots.legend._entries]
    assert sorted(names) == ["peer-a (network)", "peer-z (network)", "pwa", "server"]
    plots.legend.toggled.emit("pwa")
    assert all("pwa hidden" in plot.legend.text() for plot in plots.plots.values() if "pwa" in plot.names())
    plots.legend.toggled.emit("pwa")
    assert not any("hidden" in plot.legend.text() for plot in plots.plots.values())


def test_of_the_whole_time_only_the_part_with_samples_is_drawn(opened: Opened) -> None:
    assert opened.page.plots._group.shown_s()[0] == (NOW_MS - 900_000) / 1000  # the window's fifteen minutes
    opened.shell.current = Scope(span_ms=None)
    opened.page.refresh()
    opened.shell.deliver()
    since_s, until_s = opened.page.plots._group.shown_s()
    assert (until_s - since_s) == 300  # samples of the last 200 s, drawn over the least stretch


def test_the_first_replica_is_chosen_and_its_rule_told(opened: Opened) -> None:
    assert opened.page.table.current_row().health.replica == "peer-z"


@pytest.mark.parametrize("height", [560, 660])
def test_nothing_overlaps_where_the_window_is_low(opened: Opened, height: int) -> None:
    opened.page.resize(620, height)
    opened.choose("conv_1")
    QApplication.processEvents()
    panel = opened.page.entities
    matrix, rule, tabs = panel.matrix.geometry(), panel.rule.geometry(), panel.tabs.geometry()
    assert matrix.bottom() < rule.top()
    assert rule.bottom() < tabs.top()


def test_live_it_reads_once_a_second_and_paused_or_hidden_not_at_all(opened: Opened) -> None:
    opened.shell.slots.clear()
    for late_ms in range(0, 2_000, 100):
        opened.shell.tick(NOW_MS + 1_000 + late_ms)
        opened.shell.deliver()
    assert opened.shell.slots == ["health", "health"]
    opened.shell.current = Scope(live=False, since_ms=0, until_ms=NOW_MS)
    opened.shell.tick(NOW_MS + 9_000)
    opened.page.deactivate()
    opened.shell.scope_changed.emit(opened.shell.current)
    assert opened.shell.slots == ["health", "health"]


def test_a_replica_leads_to_its_updates(opened: Opened, qtbot: QtBot) -> None:
    opened.page.table.selectRow(0)
    qtbot.keyClick(opened.page.table, Qt.Key.Key_Return)
    assert opened.shell.places == [Ref("timeline", filter_text="type:sync_update service:network")]


def test_an_answer_about_another_entity_comes_too_late(opened: Opened) -> None:
    opened.choose("conv_2")
    opened.page.refresh()
    opened.page.entities.choose(("conversation", "e-1"))
    opened.shell.deliver()
    assert [row.field for row in opened.page.entities.fields.rows] == ["topic"]


def test_every_condition_and_standing_has_a_glyph_of_its_own_word_and_a_readable_colour() -> None:
    assert set(CONDITION_GLYPHS) == set(Condition)
    assert set(STANDING_GLYPHS) == set(Standing)
    for theme in (LIGHT, DARK):
        colors = [condition_color(one, theme) for one in Condition] + [standing_color(one, theme) for one in Standing]
        assert min(contrast(color, theme.base) for color in colors) >= 4.5


def test_every_control_has_a_name(opened: Opened) -> None:
    panel = opened.page.entities
    widgets = [opened.page.table, panel.entity_table, panel.matrix, panel.field_table, panel.history, panel.all_button]
    assert all(widget.accessibleName() for widget in widgets)


def test_samples_are_read_as_often_as_there_are_new_ones(opened: Opened) -> None:
    opened.shell.slots.clear()
    drawn = opened.page.plots.plots["conflicts"]._traces["pwa"]
    for second in range(1, 10):
        opened.shell.tick(NOW_MS + second * 1_000)
        opened.shell.deliver()
    assert opened.page.plots.plots["conflicts"]._traces["pwa"] is drawn
    opened.shell.tick(NOW_MS + 11_000)
    opened.shell.deliver()
    assert opened.page.plots.plots["conflicts"]._traces["pwa"] is not drawn
