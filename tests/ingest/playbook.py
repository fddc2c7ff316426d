"""A small language for sessions without sockets: say what the producer sends, look at what comes of it."""

import json
from collections.abc import Sequence
from typing import Any

from console.ingest.session import Session
from console.ingest.stream import Changed, Close, Effect, Send, Stream
from console.model.facts import Arrived, CoverageLost, CoverageRegained, GapFilled, GapFound, Quarantined, StreamPosition

NOW_MS = 1_795_442_208_000


def event(n: int, **fields: Any) -> str:
    """Return the text of a good event that can be told apart."""
    return json.dumps(
        {"eventType": "info", "timestamp": NOW_MS, "service": "s", "data": {"n": n}} | fields, ensure_ascii=False
    )


def batch(epoch: str, first: int, texts: Sequence[str]) -> str:
    return f'{{"op":"batch","epoch":"{epoch}","first":{first},"events":[{",".join(texts)}]}}'


def hello(epoch: str = "A", oldest: int = 1, next_: int = 1, **fields: Any) -> str:
    frame = {"op": "hello", "v": [1, 1], "service": "api", "instance": "api-1", "epoch": epoch, "oldest": oldest}
    return json.dumps(frame | {"next": next_, "caps": ["resume"], "hb_ms": 10_000} | fields)


class Play:
    """One source through any number of connections. Facts are committed only when the play says so."""

    def __init__(self, positions: Sequence[StreamPosition] = ()) -> None:
        self.stream = Stream.restored("src", positions)
        self.session = Session(self.stream)
        self.now_ms = NOW_MS
        self.facts: list[Any] = []
        self._uncommitted: list[Any] = []

    def connect(self, mode: str | None = "debugstream.v1") -> list[Effect]:
        """A new connection stands."""
        self.session = Session(self.stream)
        return self._took(self.session.on_open(mode, self.now_ms))

    def get(self, frame: str | dict[str, Any]) -> list[Effect]:
        """The producer sends a frame, or any text."""
        text = frame if isinstance(frame, str) else json.dumps(frame)
        return self._took(self.session.on_text(text, self.now_ms))

    def get_binary(self, data: bytes) -> list[Effect]:
        return self._took(self.session.on_binary(data, self.now_ms))

    def events(self, epoch: str, *seqs: int) -> list[Effect]:
        """A batch of good events with these consecutive numbers."""
        return self.get(batch(epoch, seqs[0], [event(n) for n in seqs]))

    def begin(self, epoch: str = "A", oldest: int = 1, next_: int = 1) -> list[Effect]:
        """Connect, hello, welcome: as far as the first batch."""
        self.connect()
        effects = self.get(hello(epoch, oldest, next_))
        asked = sent(effects)[0]["after"]
        self.get({"op": "welcome", "v": 1, "mode": "replay", "from": max(oldest, (asked or 0) + 1), "to": next_ - 1})
        return effects

    def drop(self, code: int = 1006, reason: str = "") -> list[Effect]:
        return self._took(self.session.on_close(code, reason, self.now_ms))

    def commit(self) -> list[Effect]:
        facts, self._uncommitted = self._uncommitted, []
        return self.session.committed(facts)

    def stored(self, epoch: str) -> list[int]:
        """The numbers of the events that went to the store, in order."""
        return [
            fact.first + i
            for fact in self.facts
            if isinstance(fact, Arrived) and fact.epoch == epoch
            for i in range(len(fact.events))
        ]

    def gaps(self, epoch: str) -> set[int]:
        """The numbers that stand as gaps in the end."""
        missing: set[int] = set()
        for fact in self.facts:
            if isinstance(fact, GapFound | GapFilled) and fact.epoch == epoch:
                span = set(range(fact.first, fact.last + 1))
                missing = missing | span if isinstance(fact, GapFound) else missing - span
        return missing

    def quarantined(self, epoch: str) -> list[Quarantined]:
        return [fact for fact in self.facts if isinstance(fact, Quarantined) and fact.epoch == epoch]

    def _took(self, effects: list[Effect]) -> list[Effect]:
        facts = [
            effect for effect in effects if not isinstance(effect, Send | Close | Changed) and hasattr(effect, "source")
        ]
        self.facts += facts
        self._uncommitted += facts
        return effects


def sent(effects: Sequence[Effect]) -> list[dict[str, Any]]:
    return [json.loads(effect.text) for effect in effects if isinstance(effect, Send)]


def closed(effects: Sequence[Effect]) -> int | None:
    return next((effect.code for effect in effects if isinstance(effect, Close)), None)


def states(effects: Sequence[Effect]) -> list[str]:
    return [effect.state for effect in effects if isinstance(effect, Changed)]


def only(kind: type, effects: Sequence[Any]) -> list[Any]:
    return [effect for effect in effects if isinstance(effect, kind)]


def intervals(play: Play) -> tuple[int, int]:
    """How many intervals of unknown coverage were opened, and how many were closed."""
    return len(only(CoverageLost, play.facts)), len(only(CoverageRegained, play.facts))
