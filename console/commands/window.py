"""Open the window on a store."""

from collections.abc import Sequence
from pathlib import Path

from console.commands.opening import FAULT, USAGE, read_sources, say
from console.commands.screen import window_problem
from console.ingest.address import AddressError

THEMES = ("light", "dark", "system")


def open_window(path: Path, sources: Sequence[str], theme: str, place: str | None) -> int:
    """Open the window; returns the exit code when it is closed."""
    if theme and theme not in THEMES:
        say(f"--theme {theme[:20]!r}: one of {', '.join(THEMES)}")
        return USAGE
    try:
        specs = read_sources(sources)
    except AddressError as error:
        say(str(error))
        return USAGE
    problem = window_problem()
    if problem is not None:
        say(f"{problem}; without a window, `vivim-console collect` keeps events and `vivim-console query` finds them")
        return FAULT
    from console.app.application import run
    from console.app.options import RunOptions, SourceSpec

    path.parent.mkdir(parents=True, exist_ok=True)
    attached = [SourceSpec(spec.name, spec.url, spec.token) for spec in specs]
    return run(RunOptions(path, attached, theme=theme or None, place=place))
