"""The facts of one event in words: what the inspector's first page lists."""

from datetime import UTC, datetime
from typing import Any

from console.model.taxonomy import CATEGORIES, EVENT_TYPES, LAYERS, layer_of
from console.qt.json_tree import Node, Pairs
from console.qt.palettes import SEVERITY_GLYPHS
from console.store.rows import FLAG_STACK, EventDetail

LONG_CHARS = 20_000


def overview_facts(detail: EventDetail) -> list[tuple[str, str]]:
    """Return (name, words) of all known fields that are set, most telling first."""
    row = detail.row
    category = CATEGORIES.get(row.category)
    entity = " ".join(part for part in (row.entity_type, row.entity_id) if part)
    facts = [
        ("Severity", f"{SEVERITY_GLYPHS.get(row.severity, '○')} {row.severity}" if row.severity else ""),
        ("Level", row.level),
        ("Type", EVENT_TYPES.get(row.event_type, row.event_type)),
        ("Category", f"{category.title} ({row.category})" if category else row.category),
        ("Layer", LAYERS.get(layer_of(row.category), "") if row.category else ""),
        ("Time", moment_words(row.ts)),
        ("Received", moment_words(row.received) + _later(row.received - row.ts)),
        ("Service", row.service),
        ("Source", row.source),
        ("Duration", f"{row.duration_ms:,.4g} ms" if row.duration_ms is not None else ""),
        ("Correlation", row.correlation_id or ""),
        ("Entity", entity),
        ("Fingerprint", row.fingerprint or ""),
        ("Stack", "in the payload" if row.flags & FLAG_STACK else ""),
        ("Pinned", (detail.pin_note or "yes") if row.pinned else ""),
        ("Event", f"{row.id}"),
        ("Sequence", f"{detail.seq} in epoch {detail.epoch}" if detail.seq is not None else ""),
    ]
    return [(name, words) for name, words in facts if words]


def payload_facts(root: Node | str) -> list[tuple[str, str]]:
    """Return (path, words) of the plain values of the payload, two levels deep; lists and deeper parts stay in the tree."""
    if not isinstance(root, Node) or not isinstance(root.value, Pairs):
        return []
    found: list[tuple[str, str]] = []
    _plain(root.value, "", 0, found)
    return found[:80]


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


def _later(by_ms: int) -> str:
    if abs(by_ms) < 1_000:
        return f" ({by_ms:+d} ms)"
    return f" ({by_ms / 1000:+,.1f} s)"


def _plain(pairs: Pairs, path: str, depth: int, found: list[tuple[str, str]]) -> None:
    for key, value in pairs:
        name = f"{path}.{key}" if path else key
        if isinstance(value, Pairs):
            if depth < 2:
                _plain(value, name, depth + 1, found)
        elif not isinstance(value, list):
            found.append((name, _words(value)))


def _words(value: Any) -> str:
    if isinstance(value, str):
        return str(value[:LONG_CHARS])
    return {True: "true", False: "false", None: "null"}[value]
