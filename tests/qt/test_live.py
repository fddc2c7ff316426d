"""Ticks: never more than ten a second, none while nothing moves and nothing slides."""

from typing import Any

import pytest

from console.qt.live import PATIENCE_MS, SLIDE_MS, Live


class Time:
    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def live(qapp: Any, time: Time) -> Live:
    made = Live(clock=time)
    made.ticks = []  # type: ignore[attr-defined]
    made.ticked.connect(made.ticks.append)  # type: ignore[attr-defined]
    return made


def look(live: Any, time: Time, after_ms: int = 100) -> list[int]:
    time.now += after_ms
    live._look()
    return [tick.last_id for tick in live.ticks]


def test_a_thousand_moves_are_one_tick_with_the_newest_id(live: Live, time: Time) -> None:
    for last_id in range(1, 1_001):
        live.moved(last_id)
    assert look(live, time) == [1_000]
    assert look(live, time) == [1_000]


def test_an_older_id_never_goes_back(live: Live, time: Time) -> None:
    live.moved(9)
    live.moved(4)
    assert look(live, time) == [9]


def test_what_moves_without_an_event_ticks_too(live: Live, time: Time) -> None:
    live.sliding = False
    live.moved(9)
    assert look(live, time) == [9]
    live.touched()
    assert look(live, time) == [9, 9]
    assert look(live, time) == [9, 9]


def test_a_quiet_live_window_ticks_once_a_second_and_a_paused_one_not_at_all(live: Live, time: Time) -> None:
    live.moved(1)
    look(live, time)
    assert look(live, time, SLIDE_MS - 1) == [1]
    assert look(live, time, 1) == [1, 1]
    live.sliding = False
    assert look(live, time, 60_000) == [1, 1]
    live.moved(2)
    assert look(live, time) == [1, 1, 2]


def test_a_tick_waits_for_reads_but_not_for_ever(qapp: Any, time: Time) -> None:
    busy = [True]
    live = Live(clock=time, busy=lambda: busy[0])
    ticks: list[Any] = []
    live.ticked.connect(ticks.append)
    live._ticked_ms = time.now
    live.moved(1)
    time.now += 100
    live._look()
    assert ticks == []
    time.now += PATIENCE_MS
    live._look()
    assert len(ticks) == 1


def test_the_timer_ticks_at_most_ten_times_a_second(qtbot: Any, qapp: Any) -> None:
    live = Live()
    assert live._timer.interval() >= 100
    live.moved(3)
    with qtbot.waitSignal(live.ticked, timeout=3_000) as caught:
        live.start()
    live.stop()
    assert caught.args[0].last_id == 3
    assert not live._timer.isActive()


def test_polling_asks_and_ingest_does_not(live: Live, time: Time) -> None:
    asked: list[None] = []
    live.poll_wanted.connect(lambda: asked.append(None))
    look(live, time)
    live.polling = True
    look(live, time)
    assert len(asked) == 1


def test_after_a_rest_a_move_is_passed_on_at_once_and_then_paced(live: Live, time: Time) -> None:
    live.start()
    live.moved(1)
    assert [tick.last_id for tick in live.ticks] == [1]
    time.now += 60
    live.moved(2)
    live.moved(3)
    assert len(live.ticks) == 1
    assert look(live, time, 40) == [1, 3]
    live.stop()
