"""`demo`: the three services, and the window, the terminal or a folder of pictures to see them in."""

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from console.commands.collect import collect_specs
from console.commands.opening import FAULT, STORE, USAGE, prepare_store, say
from console.commands.screen import window_problem
from console.commands.window import THEMES
from console.demo.launch import Demo, DemoFailed, DemoSource
from console.ingest.address import parse_source
from console.store.database import StoreError

HEADLESS_HINT = "without a window: a live summary follows; `--screenshots DIR` draws the real windows offscreen"


def run_demo(
    path: Path,
    rate: float,
    seed: int,
    dsn: str | None,
    headless: bool,
    screenshots: Path | None,
    seconds: float | None,
    theme: str,
) -> int:
    """Run the demo until the window is closed, the time is up, or the person interrupts; returns the exit code."""
    if theme and theme not in THEMES:
        say(f"--theme {theme[:20]!r}: one of {', '.join(THEMES)}")
        return USAGE
    if screenshots is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")  # the platform warns once for each window
    problem = None if headless else window_problem()
    if problem is not None and screenshots is not None:
        say(problem)
        return FAULT
    if problem is not None:
        say(f"{problem}; {HEADLESS_HINT}")
    path.parent.mkdir(parents=True, exist_ok=True)
    if headless or problem is not None:
        return _run_headless(path, Demo(rate, seed, dsn), seconds)
    if dsn:
        os.environ["VIVIM_DEMO_DSN"] = dsn
    from console.app.application import run
    from console.app.options import RunOptions

    options = RunOptions(path, demo=True, demo_rate=rate, demo_seed=seed, theme=theme or None, screenshots=screenshots)
    if screenshots is None:
        return run(options)
    with tempfile.TemporaryDirectory() as folder:  # pictures show the defaults, and leave a person's layout alone
        return run(replace(options, settings=Path(folder) / "settings.json"))


def _run_headless(path: Path, demo: Demo, seconds: float | None) -> int:
    if code := prepare_store(path):
        return code
    try:
        return asyncio.run(_collect(path, demo.start(), seconds))
    except (StoreError, sqlite3.Error) as error:
        say(str(error))
        return STORE
    except DemoFailed as error:
        say(str(error))
        return FAULT
    finally:
        demo.stop()


async def _collect(path: Path, sources: Sequence[DemoSource], seconds: float | None) -> int:
    specs = [parse_source(source.name, source.url, source.token) for source in sources]
    say(f"keeping the events of {', '.join(spec.name for spec in specs)} in {path}; Ctrl+C ends")
    return await collect_specs(path, specs, seconds)
