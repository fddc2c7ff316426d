"""Hold an average rate of events, whatever each action costs and however many events it makes."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence

Action = Callable[[], Awaitable[None]]

DEPLOY_AFTER_S = 40.0
"""When the server's next release goes out: late enough to have seen how things were before."""
TICK_S = 0.01
MAX_IN_FLIGHT = 48
# A process that was suspended must not answer with one long burst.
MAX_BACKLOG_S = 1.0


class Pacer:
    """A closed loop: it compares the events made so far with the rate asked for and starts actions for the rest.

    `emitted` returns how many events exist by now, whoever made them: requests of other services count too.
    """

    def __init__(self, rate: float, emitted: Callable[[], int], clock: Callable[[], float] = time.monotonic) -> None:
        if rate <= 0:
            raise ValueError(f"the rate must be above 0 events/s, not {rate}")
        self._rate = rate
        self._emitted = emitted
        self._clock = clock
        self._origin_s = clock()
        self._base = emitted()
        self.in_flight = 0

    def due(self) -> int:
        """How many actions to start now; each action under way counts as one event to come."""
        behind = self._rate * (self._clock() - self._origin_s) - (self._emitted() - self._base)
        limit = max(1.0, self._rate * MAX_BACKLOG_S)
        if behind > limit:
            self._origin_s += (behind - limit) / self._rate
            behind = limit
        return max(0, min(int(behind) - self.in_flight, MAX_IN_FLIGHT - self.in_flight))

    async def run(self, draw: Callable[[], Action], on_bug: Callable[[Exception], object]) -> None:
        """Start drawn actions until cancelled. An action that raises is given to `on_bug`; the others go on."""

        async def perform(action: Action) -> None:
            try:
                await action()
            except Exception as bug:  # noqa: BLE001 - one broken action must not end the service; it is reported
                on_bug(bug)
            finally:
                self.in_flight -= 1

        async with asyncio.TaskGroup() as group:
            while True:
                for _ in range(self.due()):
                    self.in_flight += 1
                    group.create_task(perform(draw()))
                await asyncio.sleep(TICK_S)


class Deck:
    """Draws usual actions by weight, and after every `every`-th of them the next card of a shuffled deck of faults.

    The deck is shuffled anew when it is used up, so that each fault occurs soon and equally often. The order
    follows from `rng` alone.
    """

    def __init__(
        self, rng: random.Random, usual: Sequence[tuple[int, Action]], faults: Sequence[Action], *, every: int
    ) -> None:
        self._rng = rng
        self._weights = [weight for weight, _ in usual]
        self._usual = [action for _, action in usual]
        self._faults = list(faults)
        self._every = every
        self._drawn = 0
        self._left: list[Action] = []

    def draw(self) -> Action:
        """The next action."""
        self._drawn += 1
        if self._drawn % self._every:
            return self._rng.choices(self._usual, self._weights)[0]
        if not self._left:
            self._left = self._rng.sample(self._faults, len(self._faults))
        return self._left.pop()
