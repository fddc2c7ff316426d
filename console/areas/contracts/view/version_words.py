"""What changed between two versions of a contract, in words."""

from collections.abc import Iterable, Sequence

from console.areas.contracts.core.compatibility import Change
from console.areas.contracts.store.answers import CLASSES
from console.areas.contracts.view.drift_words import kind_words
from console.qt.text import visible
from console.qt.words import counted


def changes_words(changes: Sequence[Change]) -> str:
    """Return "3 changes: 1 breaking, 2 additive", or "2 breaking changes"; "nothing changes" for none."""
    if not changes:
        return "nothing changes"
    counts = [(verdict, sum(change.verdict == verdict for change in changes)) for verdict in CLASSES]
    told = [(verdict, count) for verdict, count in counts if count]
    if len(told) == 1:
        return counted(len(changes), f"{told[0][0].lower()} change")
    words = ", ".join(f"{count:,} {verdict.lower()}" for verdict, count in told)
    return f"{counted(len(changes), 'change')}: {words}"


def place_words(change: Change) -> str:
    """Return "answer 2xx, hits[].id"."""
    side = {"request": "request", "response": "answer"}.get(change.direction, change.direction)
    parts = (f"{side} {change.status}".strip(), "" if change.path == "$" else change.path)
    return visible(", ".join(part for part in parts if part)) or "the endpoint"


def endpoint_words(change: Change) -> str:
    return visible(f"{change.method} {change.endpoint}".strip())


def markdown(title: str, verdict: str, changes: Iterable[Change]) -> str:
    """Return a table of changes to paste into an issue or a review."""
    lines = [f"### {_cell(title)}", "", _cell(verdict), "", "| verdict | endpoint | where | change | rule | old | new |",
             "| --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for change in changes:
        cells = (change.verdict, endpoint_words(change), place_words(change), kind_words(change.kind), change.rule,
                 change.old, change.new)  # fmt: skip
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    """Text from outside stays text in Markdown too: no column, no tag, no link, no code of its own."""
    shown = visible(text)
    for mark in "\\`*_{}[]<>|":
        shown = shown.replace(mark, f"\\{mark}" if mark not in "<>" else {"<": "&lt;", ">": "&gt;"}[mark])
    return shown
