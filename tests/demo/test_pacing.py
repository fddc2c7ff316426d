"""The rate is held whatever actions cost, and the choice of actions follows from the seed."""

import asyncio
import random

import pytest

from console.demo.pacing import MAX_BACKLOG_S, MAX_IN_FLIGHT, Deck, Pacer


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_what_others_emitted_counts_and_what_is_under_way_counts_as_one() -> None:
    clock, emitted = Clock(), [7]
    pacer = Pacer(10, lambda: emitted[0], clock)
    assert pacer.due() == 0
    clock.now_s += 0.5
    assert pacer.due() == 5
    emitted[0] += 3
    pacer.in_flight = 1
    assert pacer.due() == 1


def test_a_long_pause_is_not_made_up_for() -> None:
    clock = Clock()
    pacer = Pacer(20, lambda: 0, clock)
    clock.now_s += 3600
    assert pacer.due() == pytest.approx(20 * MAX_BACKLOG_S, abs=1)


def test_no_more_than_the_limit_is_under_way() -> None:
    clock = Clock()
    pacer = Pacer(100_000, lambda: 0, clock)
    clock.now_s += 1
    assert pacer.due() == MAX_IN_FLIGHT


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Pacer(0, lambda: 0)


async def test_a_broken_action_is_handed_over_and_the_others_go_on() -> None:
    done, finished = [0], asyncio.Event()
    bugs: list[Exception] = []

    async def act() -> None:
        done[0] += 1
        if done[0] == 3:
            raise KeyError("broken")
        if done[0] == 6:
            finished.set()

    runner = asyncio.get_running_loop().create_task(Pacer(2_000, lambda: done[0]).run(lambda: act, bugs.append))
    await asyncio.wait_for(finished.wait(), 5)
    runner.cancel()
    await asyncio.gather(runner, return_exceptions=True)
    assert [repr(bug) for bug in bugs] == ["KeyError('broken')"]


def _draw_names(seed: int, count: int) -> list[str]:
    def named(name: str):  # type: ignore[no-untyped-def]
        async def action() -> None: ...

        action.__name__ = name
        return action

    usual = [(3, named("read")), (1, named("write"))]
    faults = [named(f"fault{index}") for index in range(4)]
    deck = Deck(random.Random(seed), usual, faults, every=3)
    return [deck.draw().__name__ for _ in range(count)]


def test_the_seed_decides_and_every_fault_comes_once_per_round() -> None:
    assert _draw_names(5, 60) == _draw_names(5, 60)
    assert _draw_names(5, 60) != _draw_names(6, 60)
    names = _draw_names(5, 24)
    assert sorted(name for name in names[:12] if name.startswith("fault")) == ["fault0", "fault1", "fault2", "fault3"]
    assert sum(name.startswith("fault") for name in names) == 8
