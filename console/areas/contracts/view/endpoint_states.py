"""What stands above the list of endpoints, and in its place where there is none: words, and the next step."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from console.areas.contracts.store.answers import EndpointRow, Overview
from console.areas.contracts.view.endpoint_words import rate_words
from console.areas.contracts.view.question import Skipped
from console.model.area import Ref
from console.qt.notice import Step
from console.qt.shell import Scope, Shell
from console.qt.text import clip, visible
from console.qt.words import counted

Run = Callable[[str], None]
_REASON_CHARS = 200


class EmptyState(NamedTuple):
    title: str
    detail: str
    steps: Sequence[Step]


def state_words(rows: Sequence[EndpointRow], overview: Overview, scope: Scope) -> str:
    """Return what is listed, and whether it moves on."""
    checks, violated = sum(row.checks for row in rows), sum(row.violated for row in rows)
    parts = [f"{counted(len(rows), 'endpoint')} of {counted(len({row.service for row in rows}), 'service')}"]
    parts.append(counted(overview.contracts, "contract"))
    parts.append(f"{counted(checks, 'check')}, {violated:,} violated ({rate_words(violated, checks)})")
    if overview.alerts:
        parts.append(f"{counted(overview.alerts, 'alert')} " + ("waits" if overview.alerts == 1 else "wait"))
    parts.append("live" if scope.live else "paused: new exchanges do not show")
    return " · ".join(parts)


def empty_state(shell: Shell, narrowed: bool, clear: Callable[[], None], run: Run) -> EmptyState:
    """Say why there is no endpoint: left out by what is asked for, or nothing promised and nothing seen."""
    if narrowed:
        return EmptyState("No such endpoint", "No endpoint has these words, service and standing.", [("Show all", clear)])
    steps: list[Step] = [
        ("Import an OpenAPI document…", lambda: run("import")),
        ("Import the examples…", lambda: run("examples")),
        ("Write a contract…", lambda: run("new")),
        ("Attach a source", lambda: shell.navigate(Ref("sources", "new"))),
    ]
    detail = (
        "Contracts come from services that tell theirs, from files, and from OpenAPI documents. "
        "Exchanges come with reports, with contract checks, and from the reporter's middleware."
    )
    return EmptyState("No contract and no exchange yet", detail, steps)


def skipped_words(
    skipped: Sequence[Skipped], shell: Shell, run: Run, overview: Overview
) -> tuple[str, str, Callable[[], None] | None]:
    """Return the line above the list and its next step: what was not looked at, or that nothing is promised."""
    if skipped:
        reason, number, _, event_id = skipped[0]
        more = f", and {counted(len(skipped) - 1, 'other reason')}" if len(skipped) > 1 else ""
        words = f"Not looked at: {clip(visible(reason), _REASON_CHARS)} ({counted(number, 'time')}{more})."
        return (words, "", None) if event_id is None else (words, "Show the event", lambda: shell.inspect(event_id))
    if overview.rows and not overview.contracts:
        return "Exchanges are observed, but no contract says what they promised.", "Import…", lambda: run("import")
    return "", "", None
