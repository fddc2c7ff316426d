"""`collect`: attach without a window; and the window's ingest child."""

import asyncio
import gc
import json
import signal
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from console.areas import area_answers, area_commands, area_migrations, area_projections
from console.commands.opening import FAULT, NO_SOURCE, STORE, USAGE, prepare_store, read_sources, say
from console.ingest.address import AddressError, SourceSpec
from console.ingest.collector import Collector
from console.ingest.outbox import Outbox
from console.ingest.process import run_ingest
from console.ingest.spool import Spool
from console.store.database import StoreError
from console.store.retention import Limits

RETAIN_S = 10.0
NO_LIMITS = Limits()


def run_collect(
    path: Path, sources: Sequence[str], seconds: float | None, as_json: bool, durable: bool, limits: Limits
) -> int:
    """Collect until the sources settle, the time is up, or the person interrupts; returns the exit code."""
    try:
        specs = read_sources(sources)
    except AddressError as error:
        say(f"collect: {error}")
        return USAGE
    if code := prepare_store(path):
        return code
    _calm_collector()
    try:
        return asyncio.run(collect_specs(path, specs, seconds, as_json, durable, limits))
    except StoreError as error:
        say(str(error))
        return STORE
    except sqlite3.Error as error:
        say(f"{path}: {error}")
        return STORE


async def collect_specs(
    path: Path,
    specs: Sequence[SourceSpec],
    seconds: float | None,
    as_json: bool = False,
    durable: bool = False,
    limits: Limits = NO_LIMITS,
) -> int:
    """Collect from sources that are already checked. Raises StoreError."""
    outbox = Outbox(area_answers(), on_fault=_say_fault)
    collector = Collector(
        path,
        projections=area_projections(),
        migrations=area_migrations(),
        durable=durable,
        on_fault=_say_fault,
        on_answer=outbox.answered,
    )
    started = time.monotonic()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, collector.stop)
    if seconds is not None:
        loop.call_later(seconds, collector.stop)

    async def attach() -> None:
        for spec in specs:
            await collector.attach(spec)

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(collector.run(attach))
        retaining = tasks.create_task(_retain(collector, limits))
        watching = tasks.create_task(_summarise(collector, started, sys.stderr if as_json else sys.stdout))
        spool = Spool(path, outbox.watching(collector.call), area_commands(), on_fault=_say_fault)
        serving = [tasks.create_task(spool.serve()), tasks.create_task(outbox.serve(collector))]
        await asyncio.wait([running])
        for task in (watching, retaining, *serving):
            task.cancel()
    return _conclude(collector, path, time.monotonic() - started, as_json)


def _say_fault(text: str) -> None:
    say(f"fault: {text}")


async def _retain(collector: Collector, limits: Limits) -> None:
    """Keep the store within its limits while events come."""
    while limits != NO_LIMITS:
        await asyncio.sleep(RETAIN_S)
        try:
            await collector.retain(limits)
        except sqlite3.Error as error:  # a full disk, say: tried again soon
            say(f"fault: old events could not be deleted: {error}")


async def _summarise(collector: Collector, started: float, out: Any) -> None:
    """Print a line a second; stop when no source will bring more."""
    told = time.monotonic()
    while True:
        await asyncio.sleep(0.1)
        if collector.links and collector.settled:
            collector.stop()
            return
        if time.monotonic() - told >= 1:
            told += 1
            out.write(_summary_line(collector, time.monotonic() - started) + "\n")
            out.flush()


def _summary_line(collector: Collector, elapsed_s: float) -> str:
    parts = []
    for link in collector.links.values():
        status = link.snapshot()
        detail = f" ({status['detail']})" if status["state"] in ("waiting", "refused") else ""
        parts.append(f"{status['name']} {status['state']}{detail} {status['rate']:,.0f}/s")
    totals = collector.totals()
    counts = f"stored {totals['stored']:,}, gaps {totals['gap_events']:,}, unknown {totals['unknown_intervals']}"
    return f"{elapsed_s:6.1f} s  {counts}, quarantined {totals['quarantined']:,}  |  " + "  ".join(parts)


def _conclude(collector: Collector, path: Path, elapsed_s: float, as_json: bool) -> int:
    totals = collector.totals()
    sources = [link.snapshot() for link in collector.links.values()]
    if as_json:
        names = ("name", "url", "mode", "state", "detail", "stored", "quarantined", "degraded", "duplicates", "gaps",
                 "gap_events", "unknown_intervals", "reconnects")  # fmt: skip
        per_source = [{name: source[name] for name in names} for source in sources]
        result = {**totals, "seconds": round(elapsed_s, 3), "db": str(path), "sources": per_source}
        sys.stdout.write(json.dumps(result) + "\n")
    else:
        counts = ", ".join(f"{name.replace('_', ' ')} {value:,}" for name, value in totals.items())
        sys.stdout.write(f"done after {elapsed_s:.1f} s: {counts}\n")
    sys.stdout.flush()
    missed = [source for source in sources if source["state"] == "refused" or source["mode"] is None]
    for source in missed:
        say(f"{source['name']}: {source['detail']}")
    if not collector.writer_sound:
        return FAULT
    return NO_SOURCE if sources and len(missed) == len(sources) else 0


def _calm_collector() -> None:
    """Look for reference cycles rarely: events have none, yet thousands of them in flight cost a third of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)


def run_ingest_process(path: Path) -> int:
    """Run the window's child on this store; returns the exit code."""
    if code := prepare_store(path):
        return code
    _calm_collector()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the terminal is the window's to handle
    try:
        asyncio.run(
            run_ingest(
                path,
                projections=area_projections(),
                migrations=area_migrations(),
                area_commands=area_commands(),
                area_answers=area_answers(),
            )
        )
    except (StoreError, sqlite3.Error) as error:
        say(str(error))
        return STORE
    return 0
