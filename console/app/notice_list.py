"""The notices as text to read and copy."""

from collections.abc import Iterable

from console.app.faults import Notice
from console.app.inspector.overview import moment_words
from console.qt.text import visible


def notices_text(notices: Iterable[Notice]) -> str:
    """Return all notices, newest first, each with its time and, for a fault inside the console, its trace."""
    lines = []
    for notice in reversed(list(notices)):
        lines.append(f"{moment_words(notice.at_ms)}  {'⚠ ' if notice.error else ''}{visible(notice.text, lines=True)}")
        if notice.detail:
            lines += [f"    {line}" for line in visible(notice.detail, lines=True).splitlines()]
    return "\n".join(lines) or "Nothing to report."
