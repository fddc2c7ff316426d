"""Stores with sessions, filled as `collect` does."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from console.areas import area_migrations, area_projections
from console.ingest.collector import FollowingSources
from console.model.event import Event
from console.model.facts import Arrived, SourceAttached
from console.store.writer import Writer


class Run(NamedTuple):
    """One session: what it brings, and when its source is attached and detached."""

    events: Sequence[Event]
    from_ms: int
    to_ms: int | None


def fill_sessions(path: Path, runs: Sequence[Run], source: str = "server") -> None:
    """Write one session after the other; one without `to_ms` stays open."""
    projections = area_projections()
    writer = Writer(path, projections=projections, migrations=area_migrations())
    seq = 1

    def tell(names: tuple[str, ...], now_ms: int) -> None:
        for _, projection in projections:
            if isinstance(projection, FollowingSources):
                writer.call(partial(projection.on_sources, names=names, now_ms=now_ms))

    for run in runs:
        writer.submit(SourceAttached(source, f"ws://127.0.0.1/{source}", "websocket", run.from_ms))
        tell((source,), run.from_ms)
        for event in run.events:
            writer.submit(Arrived(source, "epoch-1", seq, [event], event.ts_ms))
            seq += 1
        if run.to_ms is not None:
            tell((), run.to_ms)
    writer.close()
