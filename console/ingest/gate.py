"""How much may wait for the writer: when it is full, sources stop being read and TCP pushes back."""

import asyncio

from console.model.facts import Arrived, Fact, Quarantined

GATE_EVENTS = 8_000
GATE_CHARACTERS = 48 * 1024 * 1024


class Gate:
    """Counts what was submitted and not yet committed. Used on the event loop only."""

    def __init__(self, events: int = GATE_EVENTS, characters: int = GATE_CHARACTERS) -> None:
        self._events, self._characters = events, characters
        self.waiting_events = 0
        self.waiting_characters = 0
        self._room = asyncio.Event()
        self._room.set()

    @property
    def full(self) -> bool:
        return not self._room.is_set()

    async def room(self) -> None:
        """Return when there is room for more."""
        await self._room.wait()

    def entered(self, fact: Fact) -> None:
        events, characters = _size(fact)
        self.waiting_events += events
        self.waiting_characters += characters
        if self.waiting_events >= self._events or self.waiting_characters >= self._characters:
            self._room.clear()

    def left(self, fact: Fact) -> None:
        events, characters = _size(fact)
        self.waiting_events -= events
        self.waiting_characters -= characters
        if self.waiting_events < self._events and self.waiting_characters < self._characters:
            self._room.set()


def _size(fact: Fact) -> tuple[int, int]:
    if isinstance(fact, Arrived):
        return len(fact.events), fact.characters
    return 1, len(fact.raw) if isinstance(fact, Quarantined) else 100
