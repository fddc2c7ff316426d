import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.areas.performance.store import MIGRATIONS, Series, projection
from console.areas.performance.view import PerformanceView
from console.areas.performance.view.performance_view import filter_for
from console.areas.performance.view.question import scale_unfinished
from console.model.area import Ref
from console.model.event import Event
from console.qt.shell import Scope
from console.store.filter import parse_filter
from tests.areas.performance.samples import NOW_MS, failed, performance_store, process, stored, synced, timed
from tests.fake_shell import FakeShell
from tests.store_filling import fill_store, sample_events


class Opened:
    """A view over a store that can still be written."""

    def __init__(self, path: Path, qtbot: QtBot) -> None:
        self.writer = performance_store(path)
        self.shell = FakeShell(path, at_once=True)
        self.shell.bounds = (NOW_MS - 900_000, None)
        self.view = PerformanceView(self.shell, clock=lambda: NOW_MS + 5_000)
        self.host = QWidget()
        qtbot.addWidget(self.host)
        self.view.setParent(self.host)
        self.view.resize(1000, 640)
        self.host.show()

    def store(self, *events: Event) -> None:
        projection().on_events(self.writer, stored(list(events)))

    def legend(self, plot: str) -> str:
        return self.view._grid._plots[plot].legend.text()

    def state(self) -> str:
        return self.view._controls._state.text()


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Opened:
    opened = Opened(tmp_path / "events.db", qtbot)
    yield opened
    opened.writer.close()


def test_an_empty_store_says_what_to_do_next(opened: Opened) -> None:
    opened.view.activate()
    assert opened.state().startswith("No events yet. Attach a source")
    assert opened.view._grid._plots["durations"]._note.text() == "No duration percentiles in this range."


def test_one_event_is_enough(opened: Opened) -> None:
    opened.store(timed(NOW_MS, 20), process(NOW_MS, 5e6, 12), synced(NOW_MS, {"offlineQueue": 3, "lastSyncTimestamp": 0}))
    opened.view.activate()
    assert opened.state() == "Live · 10 s steps"
    assert "p50 20" in opened.legend("durations")
    assert "server 5.00 MB" in opened.legend("memory_rss")
    assert "server 12 %" in opened.legend("cpu_percent")
    assert "pwa 3" in opened.legend("offline_queue")
    assert "pwa never" in opened.legend("last_sync_age_ms")
    assert opened.view._table.operations.rowCount() == 1


def test_estimates_stand_in_until_the_process_is_measured(opened: Opened) -> None:
    opened.store(timed(NOW_MS, 20, memoryDelta=-3e6, cpuEstimate=0.25))
    opened.view.activate()
    assert opened.legend("memory_rss") == "Memory change per operation: server -3.00 MB"
    assert opened.legend("cpu_percent") == "CPU estimate: server 0.25"
    opened.store(process(NOW_MS + 10_000, 5e6, 12))
    opened.shell.tick(NOW_MS + 16_000)
    assert opened.legend("memory_rss") == "Memory: server 5.00 MB"


def test_the_range_before_and_a_logarithmic_scale(opened: Opened, qtbot: QtBot) -> None:
    opened.shell.bounds = (NOW_MS - 60_000, NOW_MS + 10_000)
    opened.store(timed(NOW_MS, 100), timed(NOW_MS - 70_000, 900), synced(NOW_MS - 70_000, {"offlineQueue": 7}))
    opened.view.activate()
    plot = opened.view._grid._plots["durations"]
    assert plot.names() == ["p50", "p90", "p95", "p99"]
    assert "p50 before" not in plot._traces
    qtbot.mouseClick(opened.view._controls._before, Qt.MouseButton.LeftButton)
    times, values = plot._traces["p50 before"].ring.samples()
    assert times.tolist() == [NOW_MS / 1000]
    assert values[0] == pytest.approx(900, rel=0.02)
    assert opened.view._grid._plots["offline_queue"]._traces["pwa before"].faint
    assert "before" not in opened.legend("durations")
    qtbot.mouseClick(opened.view._controls._log, Qt.MouseButton.LeftButton)
    assert plot._box.viewRange()[1] == [1.0, 3.0]
    qtbot.mouseClick(opened.view._controls._before, Qt.MouseButton.LeftButton)
    assert "p50 before" not in plot._traces


def test_live_ticks_read_at_most_twice_a_second_and_add_what_is_new(opened: Opened) -> None:
    opened.store(timed(NOW_MS - 30_000, 20))
    opened.view.activate()
    opened.shell.slots.clear()
    opened.store(timed(NOW_MS, 500))
    for late_ms in range(0, 1000, 100):
        opened.shell.tick(NOW_MS + 5_500 + late_ms)
    assert opened.shell.slots == ["plots", "plots"]
    ring = opened.view._grid._plots["durations"]._traces["p50"].ring
    assert ring.samples()[0].tolist() == [(NOW_MS - 30_000) / 1000, NOW_MS / 1000]


def test_paused_or_hidden_it_does_not_ask(opened: Opened) -> None:
    opened.store(timed(NOW_MS, 20))
    opened.view.activate()
    opened.shell.current = Scope(live=False, since_ms=0, until_ms=NOW_MS)
    opened.shell.scope_changed.emit(opened.shell.current)
    assert opened.state().startswith("Paused")
    opened.shell.slots.clear()
    opened.shell.tick(NOW_MS + 9_000)
    opened.view.deactivate()
    opened.shell.current = Scope()
    opened.shell.scope_changed.emit(opened.shell.current)
    opened.shell.tick(NOW_MS + 19_000)
    assert opened.shell.slots == []


def test_a_range_picked_in_a_plot_is_the_windows_range(opened: Opened) -> None:
    opened.view.activate()
    opened.view._grid._plots["rate"].range_picked.emit(NOW_MS / 1000, NOW_MS / 1000 + 60)
    assert opened.shell.ranges == [(NOW_MS, NOW_MS + 60_000)]


def test_choosing_a_service_and_percentiles(opened: Opened, qtbot: QtBot) -> None:
    opened.store(timed(NOW_MS, 20), timed(NOW_MS, 900, "slow", "pwa"))
    opened.view.activate()
    controls = opened.view._controls
    controls._service.setCurrentIndex(controls._service.findData("pwa"))
    controls._service.activated.emit(1)
    assert [controls._operation.itemData(i) for i in range(controls._operation.count())] == [None, "slow"]
    qtbot.mouseClick(controls._quantiles[0.5], Qt.MouseButton.LeftButton)
    assert "p50" not in opened.legend("durations")
    assert "p99 89" in opened.legend("durations")
    assert opened.view._table.operations.rowCount() == 1


def test_the_slowest_operation_leads_to_its_events(opened: Opened, qtbot: QtBot) -> None:
    opened.store(timed(NOW_MS, 20, 'say "hi"'), timed(NOW_MS, 10, "b"), timed(NOW_MS + 1, 10, "b"))
    opened.view.activate()
    table = opened.view._table
    table.selectRow(0)
    qtbot.keyClick(table, Qt.Key.Key_Return)
    text = 'type:performance service:server "say \\"hi\\""'
    assert opened.shell.places == [Ref("timeline", filter_text=text)]
    table.horizontalHeader().sectionClicked.emit(2)
    assert table.operations.index(0, 0).data() == "b"
    titles = [table.operations.headerData(i, Qt.Orientation.Horizontal) for i in range(5)]
    assert titles == ["Operation", "Service", "Count ▾", "p50", "p95"]


@pytest.mark.parametrize(("passed_ms", "values"), [(5_000, [4, 4]), (1_000, [4]), (12_000, [4, 2])])
def test_the_rate_of_an_unfinished_step_is_that_of_the_time_passed(passed_ms: int, values: list[float]) -> None:
    series = Series([NOW_MS - 10_000, NOW_MS], [4, 2])
    scale_unfinished(series, 10_000, NOW_MS + passed_ms)
    assert series.values == values
    assert len(series.times_ms) == len(values)


def test_errors_are_a_line_of_their_own_once_there_are_some(opened: Opened) -> None:
    opened.store(timed(NOW_MS - 30_000, 5), failed(NOW_MS - 30_000, "pwa"))
    opened.view.activate()
    assert opened.view._grid._plots["rate"].names() == ["pwa", "server", "pwa errors"]


def test_a_store_filled_by_the_real_writer_is_shown(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "filled.db"
    options = {"projections": [("performance", projection())], "migrations": [("performance", MIGRATIONS)]}
    fill_store(path, sample_events(300), **options)
    shell = FakeShell(path, at_once=True)
    shell.current = Scope(span_ms=None, live=False)
    view = PerformanceView(shell)
    qtbot.addWidget(view)
    view.activate()
    assert view._controls._state.text() == "Paused · 10 s steps"
    assert "network" in view._grid._plots["memory_rss"].legend.text()
    assert view._table.operations.rowCount() == 9


def test_the_filter_of_an_odd_operation_is_valid() -> None:
    for text in ('a" OR x:', "\\", "service with space", ""):
        parse_filter(filter_for("s" + text, "o" + text))


def test_ignored_values_are_told(opened: Opened) -> None:
    opened.store(synced(NOW_MS, {"offlineQueue": "many"}))
    opened.view.activate()
    assert opened.state().endswith("1 values ignored as no numbers (most: offline_queue of pwa)")


def test_adding_a_batch_costs_little(tmp_path: Path) -> None:
    """A coarse guard: the real budget is 2 µs per event; this fails when the fold turns quadratic or chatty."""
    connection = performance_store(tmp_path / "events.db")
    batch = stored([timed(NOW_MS + i, i % 300 + 1, f"op{i % 15}", memoryDelta=i) for i in range(2_000)])
    connection.execute("BEGIN")
    took = []
    for _ in range(5):
        start = time.process_time()
        projection().on_events(connection, batch)
        took.append(time.process_time() - start)
    connection.close()
    assert min(took) / len(batch) < 20e-6
