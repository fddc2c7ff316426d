"""The words for a list without groups: what it means, and what to do next."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from console.model.area import Ref
from console.qt.notice import Step
from console.qt.shell import Scope, Shell
from console.qt.text import clip, visible
from console.qt.words import age_words, counted, moment_words
from console.store.filter import FilterError


class EmptyState(NamedTuple):
    title: str
    detail: str
    steps: Sequence[Step]


class Asked(NamedTuple):
    """What the list asked for, and how to ask for less."""

    words: str
    statuses: frozenset[str]
    show_all: Callable[[], None]
    clear_words: Callable[[], None]


def range_words(scope: Scope) -> str:
    """Return the range as it stands in a sentence: "in the last 15 min"."""
    if scope.live:
        return "in the whole store" if scope.span_ms is None else f"in the last {age_words(0, scope.span_ms)}"
    ends = [moment_words(end)[:19] for end in (scope.since_ms, scope.until_ms) if end is not None]
    if len(ends) == 2:
        return f"between {ends[0]} and {ends[1]}"
    if not ends:
        return "in the whole store"
    return f"{'since' if scope.since_ms is not None else 'until'} {ends[0]}"


def empty_state(shell: Shell, asked: Asked, hidden: Mapping[str, int], sources: Sequence[object] | None) -> EmptyState:
    """Say why there is no group: hidden by status, by words, by the filter, or no error at all."""
    scope = shell.scope()
    where = range_words(scope)
    paused = "" if scope.live else " The window is paused: new errors do not show."
    general: list[Step] = []
    if scope.span_ms is not None or not scope.live:
        general.append(("Show everything kept", lambda: shell.set_span(None)))
    if not scope.live:
        general.append(("Go live", lambda: shell.set_live(True)))
    if sum(hidden.values()) and not scope.filter_text.strip():
        names = ", ".join(f"{number:,} {status}" for status, number in hidden.items() if number)
        chosen = " or ".join(sorted(asked.statuses))
        title = f"No group {where} is {chosen}" if chosen else "No status is chosen"
        steps: list[Step] = [("Show all statuses", asked.show_all), *general]
        return EmptyState(title, f"Hidden by their status: {names}.{paused}", steps)
    if asked.words:
        words = clip(visible(asked.words), 200)
        steps = [("Clear the words", asked.clear_words), *general]
        return EmptyState(f"No group {where} has these words", f"{words}.{paused}", steps)
    if scope.filter_text.strip():
        detail = f"{clip(visible(scope.filter_text), 200)}.{paused}"
        steps = [("Clear filter", lambda: shell.set_filter("")), ("Show all statuses", asked.show_all), *general]
        return EmptyState(f"No error {where} matches the filter", detail, steps)
    if not sources:
        detail = "No source is attached. Attach one in Sources, or start the demo; what was kept before can still be read."
        steps = [("Open Sources", lambda: shell.navigate(Ref("sources"))), *general]
        return EmptyState(f"No error {where}", detail + paused, steps)
    detail = f"{counted(len(sources), 'source')} attached; errors show here as they arrive." if scope.live else ""
    return EmptyState(f"No error {where}", (detail + paused).strip(), general)


def error_words(error: Exception) -> tuple[str, str]:
    """Return (title, detail) for a question that went wrong."""
    if isinstance(error, FilterError):
        return "The filter is not understood.", f"{visible(error.message)} (at character {error.position + 1})."
    return "The store could not be read.", visible(str(error) or type(error).__name__)
