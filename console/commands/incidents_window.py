"""Open a window on a file: a bundle, HAR, JSONL or recorded posts."""

from pathlib import Path

from console.commands.opening import FAULT, STORE, USAGE, say
from console.commands.screen import window_problem
from console.commands.window import THEMES


def open_incident(file: Path, theme: str) -> int:
    """Open the window on a file, read-only; returns the exit code when it is closed."""
    if theme and theme not in THEMES:
        say(f"--theme {theme[:20]!r}: one of {', '.join(THEMES)}")
        return USAGE
    try:
        with file.open("rb"):
            pass
    except OSError as error:
        say(f"open: {file}: {error.strerror or error}")
        return STORE
    problem = window_problem()
    if problem is not None:
        say(f"{problem}; without a window, `vivim-console import {file.name} --db NEW.db` makes a store to query")
        return FAULT
    from console.app.application import run
    from console.app.options import RunOptions

    return run(RunOptions(file, theme=theme or None, incident=file))
