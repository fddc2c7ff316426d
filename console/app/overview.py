"""The facts of one event in words: what the inspector's first page lists."""

from datetime import UTC, datetime
from typing import Any

from console.model.taxonomy import CATEGORIES, EVENT_TYPES, LAYERS, layer_of
from console.qt.json_tree import Node, Pairs
from console.qt.palettes import SEVERITY_GLYPHS
from console.store.rows import FLAG_STACK, MARKER_GAP, MARKER_UNKNOWN, EventDetail

LONG_CHARS = 20_000
MAX_PAYLOAD_FACTS = 80
HEAD_CHARS = 150
"""The inspector's head shows so much of a message; what is longer stands in the overview, whole."""
_GAP_REASONS = {
    "evicted": "The producer's buffer was full and it dropped its oldest events before they were read.",
    "too_large": "The event is larger than a frame may be.",
    "sampled": "The producer sends only a sample of its events.",
    "new_epoch": "The producer started anew, and what it had not sent before is gone.",
}
Fact = tuple[str, str]


def overview_facts(detail: EventDetail) -> list[Fact]:
    """Return (name, words) of all known fields that are set, most telling first."""
    row = detail.row
    category = CATEGORIES.get(row.category)
    entity = " ".join(part for part in (row.entity_type, row.entity_id) if part)
    facts = [
        ("Message", row.message if len(row.message) > HEAD_CHARS or "\n" in row.message else ""),
        ("Severity", f"{SEVERITY_GLYPHS.get(row.severity, '○')} {row.severity}" if row.severity else ""),
        ("Time", moment_words(row.ts)),
        ("Service", row.service),
        ("Category", f"{category.title} ({row.category})" if category else row.category),
        ("Entity", entity),
        ("Correlation", row.correlation_id or ""),
        ("Duration", f"{row.duration_ms:,.4g} ms" if row.duration_ms is not None else ""),
        ("Degraded", detail.degraded or ""),
        ("Pinned", (detail.pin_note or "yes") if row.pinned else ""),
        ("Type", EVENT_TYPES.get(row.event_type, row.event_type)),
        ("Level", row.level),
        ("Layer", LAYERS.get(layer_of(row.category), "") if row.category else ""),
        ("Source", row.source),
        ("Received", later_words(row.received - row.ts)),
        ("Stack", "in the payload" if row.flags & FLAG_STACK else ""),
        ("Fingerprint", row.fingerprint or ""),
        ("Event", f"{row.id}"),
        ("Sequence", f"{detail.seq:,} in epoch {detail.epoch}" if detail.seq is not None else ""),
    ]
    return [(name, words) for name, words in facts if words]


def marker_facts(detail: EventDetail, root: Node | str) -> list[Fact]:
    """Return what a marker row says in words: what is missing, from where, why, and what can be done."""
    row = detail.row
    told = dict(root.value) if isinstance(root, Node) and isinstance(root.value, Pairs) else {}
    words = {key: _words(value) for key, value in told.items() if not isinstance(value, Pairs | list)}
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
    return [(name, text) for name, text in facts if text]


def _gap(words: dict[str, str], reason: str) -> list[Fact]:
    first, last = words.get("from", ""), words.get("to", "")
    if first.isdigit() and last.isdigit():
        count = int(last) - int(first) + 1
        span = f"sequence {int(first):,}" + (f" to {int(last):,}" if count > 1 else "")
        missing = f"{count:,} event{'s' if count > 1 else ''}: {span}"
    else:
        missing = "events whose number was not told"
    return [("Missing", missing), ("Why", _GAP_REASONS.get(reason, reason.replace("_", " ")))]


def payload_groups(root: Node | str) -> list[tuple[str, list[Fact]]]:
    """Return the plain values of the payload by the object that holds them, two levels deep.

    Lists and deeper parts stay in the tree.
    """
    if not isinstance(root, Node) or not isinstance(root.value, Pairs):
        return []
    found: dict[str, list[Fact]] = {}
    _plain(root.value, "", 0, found, MAX_PAYLOAD_FACTS)
    return [(path or "Payload", facts) for path, facts in found.items() if facts]


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


def _plain(pairs: Pairs, path: str, depth: int, found: dict[str, list[Fact]], room: int) -> int:
    facts = found.setdefault(path, [])
    for key, value in pairs:
        if isinstance(value, Pairs):
            if depth < 2:
                room = _plain(value, f"{path}.{key}" if path else key, depth + 1, found, room)
        elif not isinstance(value, list) and room > 0:
            facts.append((key, _words(value)))
            room -= 1
    return room


def _words(value: Any) -> str:
    if isinstance(value, str):
        return str(value[:LONG_CHARS])
    return {True: "true", False: "false", None: "null"}[value]
