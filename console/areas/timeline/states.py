"""The words for a timeline without rows: what it means, and what to do next."""

from collections.abc import Sequence
from typing import NamedTuple

from console.areas.timeline.core.axis import full_text, span_text
from console.model.area import Ref
from console.qt.notice import Step
from console.qt.shell import Scope, Shell
from console.qt.text import visible
from console.store.filter import FilterError


class EmptyState(NamedTuple):
    title: str
    detail: str
    steps: Sequence[Step]


def range_words(scope: Scope) -> str:
    """Return the scope's range as it stands in a sentence."""
    if scope.since_ms is not None and scope.until_ms is not None:
        return f"between {full_text(scope.since_ms)[:19]} and {full_text(scope.until_ms)[:19]}"
    if scope.span_ms is None:
        return "in the whole store"
    return f"in the last {span_text(scope.span_ms).removesuffix(' 0 s').removesuffix(' 0 m').removesuffix(' 0 h')}"


def empty_state(shell: Shell, sources: Sequence[object] | None) -> EmptyState:
    """Say why there is nothing: no source, no match, nothing in the range; paused is said beside it."""
    scope = shell.scope()
    paused = "" if scope.live else " The window is paused: new events do not show."
    widen: Step = ("Show everything kept", lambda: shell.set_span(None))
    more: list[Step] = [] if scope.span_ms is None and scope.live else [widen]
    resume: list[Step] = [] if scope.live or shell.read_only else [("Go live", lambda: shell.set_live(True))]
    if scope.filter_text.strip():
        title = f"No event {range_words(scope)} matches the filter"
        steps: list[Step] = [("Clear filter", lambda: shell.set_filter("")), *more, *resume]
        return EmptyState(title, visible(scope.filter_text)[:200] + "." + paused, steps)
    if not sources:
        attach: Step = ("Open Sources", lambda: shell.navigate(Ref("sources")))
        detail = "No source is attached. Attach one in Sources, or start the demo; what was kept before can still be read."
        return EmptyState(f"No events {range_words(scope)}", detail + paused, [attach, *more, *resume])
    count = len(sources)
    detail = (
        f"{count} source{'s are' if count > 1 else ' is'} attached; events show here as they arrive." if scope.live else ""
    )
    return EmptyState(f"No events {range_words(scope)}", (detail + paused).strip(), [*more, *resume])


def error_words(error: Exception) -> tuple[str, str]:
    """Return (title, detail) for a question that went wrong."""
    if isinstance(error, FilterError):
        return "The filter is not understood.", f"{visible(error.message)} (at character {error.position + 1})."
    return "The store could not be read.", visible(str(error) or type(error).__name__)
