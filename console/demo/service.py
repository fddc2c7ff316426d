"""What the three demo processes share: their command line, their stream, and how they end.

A service prints one JSON line when its stream is up, reads JSON lines from its standard input (the address of the
API, once known) and ends when that input ends, so that no service outlives whoever started it.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from console.demo.pacing import DEPLOY_AFTER_S
from console.demo.variables import DSN_VARIABLE, TOKEN_VARIABLE
from console.reporter import Reporter

VERSION = "1.4.2"
_EXIT_LIMIT_S = 2.5
_PROCESS_INTERVAL_S = 2.0


@dataclass
class Context:
    """What a service's work is given: its own `rate` in events/s, and the `whole_rate` of all three."""

    reporter: Reporter
    rng: random.Random
    rate: float
    whole_rate: float
    deploy_after_s: float
    dsn: str | None
    stream_url: str
    api: asyncio.Future[str]
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def count_emitted(self) -> int:
        """How many events this service has made so far, whoever caused them."""
        return self.reporter.status().next_seq - 1

    def announce(self, **more: str) -> None:
        """Tell the parent that the stream can be attached to."""
        sys.stdout.write(json.dumps({"ready": True, "url": self.stream_url, **more}) + "\n")
        sys.stdout.flush()


Work = Callable[[Context], Awaitable[None]]


def run(name: str, share: float, work: Work, argv: list[str] | None = None) -> None:
    """Run a service until its input ends or a signal comes. `share` is its part of the rate over all services."""
    options = _parse(name, argv)
    asyncio.run(_live(name, share, work, options))


def _parse(name: str, argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"python -m console.demo.{name}",
        description=f"The demo's {name}. Ends when its standard input ends. The token of its debug stream is taken "
        f"from {TOKEN_VARIABLE}.",
    )
    parser.add_argument("--rate", type=float, default=100.0, help="events/s over all three services")
    parser.add_argument("--deploy-after", type=float, default=DEPLOY_AFTER_S, help="seconds (server only)")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same choice of actions")
    parser.add_argument("--api", default=None, help="address of the API; without it, read from standard input")
    parser.add_argument("--dsn", default=os.environ.get(DSN_VARIABLE), help="a PostgreSQL database (server only)")
    return parser.parse_args(argv)


async def _live(name: str, share: float, work: Work, options: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    reporter = Reporter(name, instance=f"{name}-{os.getpid()}", version=VERSION, process_interval_s=_PROCESS_INTERVAL_S)
    context = Context(
        reporter=reporter,
        rng=random.Random(f"{options.seed}:{name}"),
        rate=options.rate * share,
        whole_rate=options.rate,
        deploy_after_s=options.deploy_after,
        dsn=options.dsn,
        stream_url=reporter.serve(token=os.environ.get(TOKEN_VARIABLE) or None),
        api=loop.create_future(),
    )
    if options.api:
        context.api.set_result(options.api)
    _end_on_signals(loop, context)
    threading.Thread(target=_read_input, args=(loop, context), name="stdin", daemon=True).start()
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(_run(work, context))
            await context.stopped.wait()
            task.cancel()
    finally:
        context.api.cancel()
        await asyncio.to_thread(reporter.close)


async def _run(work: Work, context: Context) -> None:
    await work(context)
    context.stopped.set()


def _end_on_signals(loop: asyncio.AbstractEventLoop, context: Context) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, context.stopped.set)
        except NotImplementedError:  # Windows: there the end of the input is the only polite way
            return


def _read_input(loop: asyncio.AbstractEventLoop, context: Context) -> None:
    """Read lines with `os.read`: a thread inside `sys.stdin` would hold its lock while the interpreter ends."""
    pending = b""
    while chunk := os.read(0, 65_536):
        *lines, pending = (pending + chunk).split(b"\n")
        for line in lines:
            message: dict[str, Any] = json.loads(line)
            loop.call_soon_threadsafe(_take_api, context, str(message["api"]))
    # Whatever hangs in the loop, the process ends.
    guard = threading.Timer(_EXIT_LIMIT_S, os._exit, args=(1,))
    guard.daemon = True
    guard.start()
    loop.call_soon_threadsafe(context.stopped.set)


def _take_api(context: Context, url: str) -> None:
    if not context.api.done():
        context.api.set_result(url)
