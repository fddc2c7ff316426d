"""What the store knows about an event, in words: the first lines of the inspector."""

from datetime import UTC, datetime
from typing import Any

from console.app.inspector.blocks import Line
from console.model.masking import mask_words
from console.model.taxonomy import CATEGORIES, EVENT_TYPES, LAYERS, layer_of
from console.qt.palettes import SEVERITY_GLYPHS
from console.qt.words import counted
from console.store.rows import FLAG_STACK, MARKER_GAP, MARKER_UNKNOWN, EventDetail

HEAD_CHARS = 150
"""The inspector's head shows so much of a message; what is longer stands in the overview, whole."""
_GAP_REASONS = {
    "evicted": "The producer's buffer was full and it dropped its oldest events before they were read.",
    "too_large": "The event is larger than a frame may be.",
    "sampled": "The producer sends only a sample of its events.",
    "new_epoch": "The producer started anew, and what it had not sent before is gone.",
}


def overview_lines(detail: EventDetail, *, revealed: bool) -> tuple[Line, ...]:
    """Return all known fields that are set, most telling first; secrets in the message are hidden until `revealed`."""
    row = detail.row
    category = CATEGORIES.get(row.category)
    entity = " ".join(part for part in (row.entity_type, row.entity_id) if part)
    message = row.message if revealed else mask_words(row.message)
    above = head_message(detail, reveal=revealed)
    facts = [
        ("Message", message if message != above else ""),
        ("Severity", row.severity),
        ("Time", moment_words(row.ts)),
        ("Service", row.service),
        ("Category", _titled(category.title if category else "", row.category)),
        ("Entity", entity),
        ("Correlation", row.correlation_id or ""),
        ("Duration", f"{row.duration_ms:,.4g} ms" if row.duration_ms is not None else ""),
        ("Degraded", detail.degraded or ""),
        ("Pinned", (detail.pin_note or "yes") if row.pinned else ""),
        ("Type", _titled(EVENT_TYPES.get(row.event_type, ""), row.event_type)),
        ("Level", row.level),
        ("Layer", LAYERS.get(layer_of(row.category), "") if row.category else ""),
        ("Source", row.source),
        ("Received", later_words(row.received - row.ts)),
        ("Stack", "in the payload" if row.flags & FLAG_STACK else ""),
        ("Fingerprint", row.fingerprint or ""),
        ("Event", f"{row.id}"),
        ("Sequence", f"{detail.seq:,} in epoch {detail.epoch}" if detail.seq is not None else ""),
    ]
    return tuple(_line(name, words, row.severity) for name, words in facts if words)


def head_message(detail: EventDetail, *, reveal: bool) -> str:
    """Return the message if the head above shows it whole, as it came; "" for one that it does not."""
    message = detail.row.message if reveal else mask_words(detail.row.message)
    return message if len(message) <= HEAD_CHARS and "\n" not in message and message == mask_words(message) else ""


def _line(name: str, words: str, severity: str) -> Line:
    if name == "Severity":
        return Line(name, words, note=SEVERITY_GLYPHS.get(words, "○"), tone=severity)
    return Line(name, words)


def _titled(title: str, word: str) -> str:
    return f"{title} ({word})" if title and title.lower() != word.lower() else word


def marker_lines(detail: EventDetail, payload: Any) -> tuple[Line, ...]:
    """Return what a marker row says in words: what is missing, from where, why, and what can be done."""
    row = detail.row
    told = payload if isinstance(payload, dict) else {}
    words = {key: str(value) for key, value in told.items() if isinstance(value, str | int)}
    reason = words.get("reason", "")
    if row.marker == MARKER_GAP:
        facts = _gap(words, reason)
    elif row.marker == MARKER_UNKNOWN:
        facts = [
            ("Missing", "Nobody knows: what this source emitted from here on was not heard, until it was heard again."),
            ("Why", reason),
        ]
    else:
        facts = [
            ("Kept aside", f"Sequence {words.get('seq', '?')}: {words.get('size', '?')} bytes that are no event."),
            ("Why", reason),
            ("Next", "The raw bytes are kept with the source: Sources, Quarantined."),
        ]
    facts += [("Time", moment_words(row.ts)), ("Source", row.source), ("Epoch", words.get("epoch", ""))]
    return tuple(Line(name, text) for name, text in facts if text)


def _gap(words: dict[str, str], reason: str) -> list[tuple[str, str]]:
    first, last = words.get("from", ""), words.get("to", "")
    if first.isdigit() and last.isdigit():
        count = int(last) - int(first) + 1
        span = f"sequence {int(first):,}" + (f" to {int(last):,}" if count > 1 else "")
        missing = f"{counted(count, 'event')}: {span}"
    else:
        missing = "events whose number was not told"
    return [("Missing", missing), ("Why", _GAP_REASONS.get(reason, reason.replace("_", " ")))]


def moment_words(at_ms: int) -> str:
    """Return a time in the local zone, to the millisecond."""
    try:
        local = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return f"{at_ms} ms"
    return f"{local:%Y-%m-%d %H:%M:%S}.{at_ms % 1000:03d}"


def moment_utc(at_ms: int) -> str:
    """Return a time in UTC, for tooltips."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError, OSError):
        return f"{at_ms} ms"


def later_words(by_ms: int) -> str:
    """Return how long after its own time an event arrived; a negative delay means that the clocks differ."""
    size = f"{abs(by_ms)} ms" if abs(by_ms) < 1_000 else f"{abs(by_ms) / 1000:,.1f} s"
    return f"{size} later" if by_ms >= 0 else f"{size} before its own time: the clocks differ"
