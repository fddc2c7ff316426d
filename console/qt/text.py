"""Text from outside, made safe to look at in the window: nothing hides, nothing runs backwards, nothing is markup."""

import html

from console.model.visible import clip as clip
from console.model.visible import visible as visible


def plain_tooltip(text: str, limit: int = 2_000) -> str:
    """Return a tooltip that shows `text` as it is: Qt guesses rich text in tooltips, so it is escaped here."""
    shown = visible(text[:limit], lines=True) + ("…" if len(text) > limit else "")
    return f'<p style="white-space:pre-wrap">{html.escape(shown)}</p>' if shown else ""


def wrapped(text: str, width: int) -> list[str]:
    """Return lines of at most `width` characters, broken at blanks where there are any; Qt would cut long ids off."""
    lines: list[str] = []
    for line in text.split("\n"):
        while len(line) > width:
            at = line.rfind(" ", width // 3, width + 1)
            at = width if at < 0 else at + 1
            lines.append(line[:at])
            line = line[at:]
        lines.append(line)
    return lines
