"""`trace`: one request across all services, on the terminal or as JSON."""

import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from console.areas.trace.core.placed import Placed
from console.areas.trace.core.trace import Arrangement, Trace
from console.areas.trace.store import TraceRefused, load_trace
from console.areas.trace.words import (
    FIRST_FAILURE,
    clock_words,
    extent_words,
    failure_words,
    offset_words,
    shift_words,
    silence_words,
    summary_words,
)
from console.commands.opening import FAULT, STORE, say
from console.model.taxonomy import SEVERITY_GLYPHS
from console.qt.plot_format import format_duration
from console.qt.text import clip, visible
from console.store.database import StoreError, open_reader
from console.store.migrations import BASE, refuse_newer

_NAME_LENGTH, _WORDS_LENGTH = 16, 200


def run_trace(path: Path, asked: str, as_json: bool, as_told: bool) -> int:
    """Print the trace of an id or of `event:<number>`; returns the exit code."""
    try:
        connection = open_reader(path)
    except StoreError as error:
        say(str(error))
        return STORE
    try:
        refuse_newer(connection, [("store", BASE)])
        trace = load_trace(connection, asked)
    except TraceRefused as error:
        say(visible(f"trace: {error}"))
        return FAULT
    except (StoreError, sqlite3.Error) as error:
        say(f"trace: {error}")
        return STORE
    finally:
        connection.close()
    corrected = not as_told
    if as_json:
        sys.stdout.write(json.dumps(trace_facts(trace, corrected=corrected), ensure_ascii=False) + "\n")
    else:
        sys.stdout.writelines(f"{visible(line)}\n" for line in trace_lines(trace, corrected=corrected))
    return 0


def trace_lines(trace: Trace, *, corrected: bool) -> Iterator[str]:
    """Yield the trace as text: sum, clocks, then an event a line with its time since the start."""
    shown = trace.corrected if corrected else trace.as_told
    yield f"trace {', '.join(trace.extent.ids[:5]) or trace.asked}"
    yield f"{summary_words(shown)} · {shift_words(trace, corrected=corrected)}"
    if left_out := extent_words(trace.extent, len(shown.placed)):
        yield left_out
    width = min(_NAME_LENGTH, max(len(lane.service) for lane in shown.lanes))
    for lane in shown.lanes:
        counts = f"{lane.events:,} events" + (f", {lane.failed:,} failed" if lane.failed else "")
        yield f"  {clip(lane.service, _NAME_LENGTH):{width}}  {clock_words(lane.clock)}  ({counts})"
    yield ""
    silences = {silence.before_id: silence for silence in shown.silences}
    for placed in shown.placed:
        if silence := silences.get(placed.event.id):
            yield f"{'':12}  ⋮ {silence_words(silence)}"
        yield _event_line(shown, placed, width)


def _event_line(shown: Arrangement, placed: Placed, width: int) -> str:
    event = placed.event
    took = format_duration(event.duration_ms or 0.0) if event.is_bar else ""
    glyph = SEVERITY_GLYPHS.get(event.severity, SEVERITY_GLYPHS["info"])
    part = failure_words(shown, placed)
    mark = f"  ◀ {part.upper() if part == FIRST_FAILURE else part}" if part else ""
    words = clip(event.message, _WORDS_LENGTH)
    since = offset_words(placed.start_ms - shown.start_ms)
    return f"{since:>12}  {took:>9}  {clip(event.service, _NAME_LENGTH):{width}}  {glyph} {event.step:10}  {words}{mark}"


def trace_facts(trace: Trace, *, corrected: bool) -> dict[str, Any]:
    """Return all that is known of a trace, for JSON. Times are Unix ms; `start_ms` and `end_ms` with the correction."""
    shown = trace.corrected if corrected else trace.as_told
    extent, failure = trace.extent, shown.failure
    return {
        "asked": trace.asked,
        "ids": extent.ids,
        "found": extent.found,
        "cut": extent.cut,
        "refused_ids": extent.refused,
        "open_ids": extent.open_ids,
        "corrected": corrected and trace.is_shifted,
        "start_ms": shown.start_ms,
        "duration_ms": shown.duration_ms,
        "services": [
            {**lane.clock._asdict(), "shift_ms": lane.clock.shift_ms, "events": lane.events, "failed": lane.failed,
             "worst": lane.worst} for lane in shown.lanes
        ],
        "first_failure": failure.event_id if failure else None,
        "consequences": {str(event_id): reason for event_id, reason in failure.consequences.items()} if failure else {},
        "silences": [{**silence._asdict(), "duration_ms": silence.duration_ms} for silence in shown.silences],
        "pairs": [{"client": client.id, "server": server.id, "offset_ms": pair.offset_ms, "slack_ms": pair.slack_ms}
                  for pair in trace.pairs for client, server in [pair]],
        "steps": [step._asdict() for step in shown.steps],
        "events": [_event_facts(placed) for placed in shown.placed],
    }  # fmt: skip


def _event_facts(placed: Placed) -> dict[str, Any]:
    event = placed.event
    facts = {name: value for name, value in event._asdict().items() if name != "declared"}
    return {**facts, "start_ms": placed.start_ms, "end_ms": placed.end_ms}
