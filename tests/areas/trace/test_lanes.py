"""The lanes with many events and many services: quick, whole, and hit where they are drawn."""

import time
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from console.areas.trace.core.event import TraceEvent
from console.areas.trace.core.trace import Extent, Trace, assemble
from console.areas.trace.view.lanes import LanesView
from console.areas.trace.view.scene import LABEL_PX, ROW_PX, Camera, hit, make_scene, neighbour, one_a_place
from console.qt.theme import current_theme
from tests.areas.trace.samples import event, failure


def many(count: int, services: int) -> Trace:
    events: list[TraceEvent] = []
    for i in range(count):
        make = failure if i % 50 == 7 else event
        events.append(make(i + 1, 10_000 + i * 3, f"s{i % services}", duration_ms=40.0 if i % 3 else None))
    return assemble("c", Extent(("c",), count), events)


@pytest.fixture
def lanes(qtbot: QtBot) -> Callable[[Trace], LanesView]:
    def open_it(trace: Trace) -> LanesView:
        view = LanesView()
        qtbot.addWidget(view)
        view.resize(1600, 700)
        view.show_trace(trace)
        view.show()
        return view

    return open_it


@pytest.mark.parametrize("services", [3, 1_000])
def test_five_thousand_events_are_drawn_quickly(lanes: Callable[[Trace], LanesView], services: int) -> None:
    """A coarse guard: the budget is 16 ms (see the benchmark); this fails when all is drawn one by one."""
    view = lanes(many(5_000, services))
    picture, took = QPixmap(1600, 700), []
    for _ in range(5):
        start = time.process_time()
        view.viewport().render(picture)
        took.append(time.process_time() - start)
    assert min(took) < 0.06


def test_every_event_can_be_reached_by_keys(lanes: Callable[[Trace], LanesView], qtbot: QtBot) -> None:
    view = lanes(many(60, 20))
    seen = set()
    for _ in range(60):
        qtbot.keyClick(view, Qt.Key.Key_Right)
        placed = view.chosen_event()
        seen.add(placed.event.id)
        top = int(view._scene.y_of()[view.chosen_index()])
        assert (
            view.verticalScrollBar().value() <= top <= view.verticalScrollBar().value() + view.viewport().height() - ROW_PX
        )
    assert seen == set(range(1, 61))


def test_a_failure_is_drawn_in_its_colour_whatever_lies_on_it(lanes: Callable[[Trace], LanesView]) -> None:
    """Among hundreds of points in one pixel the failure is the one that is seen."""
    events = [event(i, 1_000, "s") for i in range(300)] + [failure(900, 1_000, "s"), event(901, 2_000, "s")]
    view = lanes(assemble("c", Extent(("c",), 302), events))
    color = current_theme().color("error").rgb()
    image = view.viewport().grab().toImage()
    x = round(view.camera.x_of(0.0))
    longest = max(sum(image.pixel(x + dx, y) == color for dx in range(-7, 8)) for y in range(30, 60))
    assert longest >= 10  # its underline; the dotted line of the first failure is one pixel wide


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=1, max_size=60))
def test_of_what_lies_on_top_of_each_other_the_worst_is_drawn(found: list[tuple[int, int]]) -> None:
    keys, worth = (np.array(column, dtype=np.int64) for column in zip(*found, strict=True))
    kept = one_a_place(keys, worth)
    assert sorted(keys[kept].tolist()) == sorted(set(keys.tolist()))
    for index in kept.tolist():
        assert worth[index] == max(w for k, w in found if k == keys[index])


@given(st.integers(0, 199), st.floats(1.0, 50.0))
def test_an_event_is_hit_where_it_stands(number: int, zoom: float) -> None:
    scene = make_scene(many(200, 4).as_told)
    camera = Camera(scene.arrangement.duration_ms, width_px=1_000)
    camera.fit()
    camera.zoom(zoom, float(scene.ends[number]))
    found = hit(scene, camera, camera.x_of(float(scene.ends[number])), float(scene.y_of()[number] + 5))
    assert found is not None
    assert (scene.lanes[found], scene.rows[found]) == (scene.lanes[number], scene.rows[number])
    assert scene.starts[found] - 7 / camera.px_per_ms <= scene.ends[number] <= scene.ends[found] + 7 / camera.px_per_ms
    assert hit(scene, camera, camera.x_of(float(scene.ends[number])), scene.height + 5.0) is None


@given(st.lists(st.tuples(st.sampled_from(["zoom", "move"]), st.floats(-50, 5_000)), max_size=20), st.floats(0, 1e9))
def test_no_zoom_and_no_move_leaves_the_ends(steps: list[tuple[str, float]], total_ms: float) -> None:
    camera = Camera(total_ms, width_px=700)
    camera.fit()
    low, length = camera.whole
    for what, number in steps:
        if what == "zoom":
            camera.zoom(abs(number) / 100 + 0.01, low + length / 3)
        else:
            camera.move_to(number)
        assert camera.span_ms > 0
        assert low - 1e-6 * length <= camera.since_ms
        assert camera.since_ms + camera.span_ms <= low + length * (1 + 1e-6)
    camera.reveal(total_ms, total_ms)
    assert LABEL_PX - 1 <= camera.x_of(total_ms) <= LABEL_PX + 701


def test_beyond_the_last_lane_is_no_neighbour() -> None:
    scene = make_scene(many(9, 3).as_told)
    assert neighbour(scene, 0, 1) is not None
    assert neighbour(scene, 0, 3) is None
    assert neighbour(scene, 0, -1) is None


def test_a_resized_view_goes_on_to_show_all(lanes: Callable[[Trace], LanesView]) -> None:
    view = lanes(many(30, 3))
    view.resize(900, 400)
    assert (view.camera.since_ms, view.camera.span_ms) == view.camera.whole
    view.zoom(3.0)
    part = (view.camera.since_ms, view.camera.span_ms)
    view.resize(1_200, 400)
    assert (view.camera.since_ms, view.camera.span_ms) == part
