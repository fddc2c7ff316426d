"""What an opened incident says of itself, from its manifest or from the file it was read of."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from console.qt.text import clip, visible
from console.qt.words import counted

_TITLE_CHARS, _NAMES_SHOWN, _RULES_SHOWN, _PATHS_SHOWN = 120, 6, 4, 200
_RULE_WORDS = {
    "user": "ids of users", "session": "ids of sessions", "key": "by name", "path": "by path",
    "known": "the same value elsewhere",
}  # fmt: skip
_KINDS = {"har": "HAR file", "jsonl": "file of events (JSONL)", "posts": "file of recorded posts"}


IN_TEXT = "(in a text)"
"""Where no path leads to."""
ALL = "everything of that time"


class Incident(NamedTuple):
    """Texts are visible already; times in Unix ms."""

    title: str
    facts: str
    warning: str
    """What is missing, said loudly; empty when nothing is known to be."""
    details: str
    from_ms: int
    to_ms: int


def incident_of(opened: Mapping[str, Any], name: str) -> Incident:
    """Return the words for what the opening of a file called `name` answered (see `console.commands.incident_process`)."""
    manifest = opened.get("manifest")
    return _of_bundle(manifest, name) if isinstance(manifest, dict) else _of_file(opened, name)


def _of_bundle(manifest: Mapping[str, Any], name: str) -> Incident:
    counts, redaction, selection = manifest["counts"], manifest["redaction"], manifest["selection"]
    from_ms, to_ms, sources = int(manifest["from_ms"]), int(manifest["to_ms"]), manifest.get("sources") or []
    title = clip(visible(str(manifest.get("title") or name)), _TITLE_CHARS)
    masked = masked_words(redaction)
    facts = [
        f"Made {moment(manifest['made_ms'])} by console {visible(str(manifest['console']))}",
        f"from {names_words([str(source['name']) for source in sources])}",
        range_words(from_ms, to_ms),
        clip(selection_words(selection), 160),
        counted(int(counts.get("events", 0)), "event"),
        masked,
    ]
    short = [masked.partition(" (")[0] if part == masked else part for part in facts if part != ALL]
    return Incident(
        f"Incident: {title} (read only)", " · ".join(short), missing_words(sources),
        _bundle_details(manifest, name, facts), from_ms, to_ms,
    )  # fmt: skip


def _of_file(opened: Mapping[str, Any], name: str) -> Incident:
    kind = _KINDS.get(str(opened.get("kind")), "file of events")
    from_ms, to_ms = int(opened.get("from_ms") or 0), int(opened.get("to_ms") or 0)
    quarantined = int(opened.get("quarantined") or 0)
    facts = [
        f"From a {kind}",
        range_words(from_ms, to_ms),
        counted(int(opened.get("events") or 0), "event"),
        "nothing is masked by opening it",
    ]
    words = f"⌇ {counted(quarantined, 'part')} of it could not be read: in quarantine, with the reason"
    shown = clip(visible(name), _TITLE_CHARS)
    warning = words if quarantined else ""
    details = "\n".join([visible(str(opened.get("path") or name)), "", *facts, warning])
    return Incident(f"Incident: {shown} (read only)", " · ".join(facts), warning, details.strip(), from_ms, to_ms)


def selection_words(selection: Mapping[str, Any]) -> str:
    """Return what was asked for besides its range."""
    parts = []
    if selection.get("filter"):
        parts.append(f"filter {visible(str(selection['filter']))}")
    for key, noun in (("correlations", "correlation"), ("groups", "error group"), ("conflicts", "conflict")):
        named = [visible(str(one)) for one in selection.get(key) or []]
        if named:
            parts.append(f"{noun}{'s' if len(named) > 1 else ''} {', '.join(named[:_NAMES_SHOWN])}")
    if selection.get("ids"):
        parts.append(f"{counted(len(selection['ids']), 'chosen event')}")
    around_ms = int(selection.get("around_ms") or 0)
    words = " and ".join(parts) or ALL
    return f"{words}, and {around_ms / 1000:g} s around" if around_ms else words


def masked_words(redaction: Mapping[str, Any]) -> str:
    """Return how much was masked, and by which rules most."""
    total, rules = int(redaction.get("total") or 0), redaction.get("rules") or {}
    if not total:
        return "nothing was masked"
    most = sorted(rules.items(), key=lambda one: -one[1])
    shown = ", ".join(f"{rule_words(rule)} {times:,}" for rule, times in most[:_RULES_SHOWN])
    return f"{counted(total, 'place')} masked ({shown}{', …' if len(most) > _RULES_SHOWN else ''})"


def rule_words(rule: object) -> str:
    """Return what a rule goes by; those for the forms of secrets are named so already (bearer, jwt)."""
    return _RULE_WORDS.get(str(rule)) or visible(str(rule))


def missing_words(sources: Iterable[Mapping[str, Any]]) -> str:
    """Return what is known to be missing, by source; "" when nothing is."""
    parts = []
    for source in sources:
        gaps, unknown = int(source.get("gaps") or 0), int(source.get("unknown") or 0)
        words = [f"{counted(gaps, 'gap')}, {counted(int(source.get('missing') or 0), 'event')} missing"] if gaps else []
        words += [f"coverage unknown {counted(unknown, 'time')}"] if unknown else []
        if words:
            parts.append(f"{visible(str(source['name']))}: {', '.join(words)}")
    return f"⌇ Not all arrived where it was recorded. {'; '.join(parts[:_NAMES_SHOWN])}" if parts else ""


def names_words(names: Sequence[str]) -> str:
    """Return a few names, and how many more there are."""
    if not names:
        return "no source"
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(clip(visible(name), 40) for name in names[:_NAMES_SHOWN]) + more


def range_words(from_ms: int, to_ms: int) -> str:
    """Return a range in local time; its day once where both ends have the same."""
    since, until = _local(from_ms), _local(to_ms)
    if since is None or until is None:
        return f"{from_ms} – {to_ms} ms"
    end = f"{until:%H:%M:%S}" if since.date() == until.date() else f"{until:%d %b %Y %H:%M:%S}"
    return f"{since:%d %b %Y %H:%M:%S} – {end}"


def moment(at_ms: int) -> str:
    """Return a time in local time."""
    at = _local(at_ms)
    return f"{at_ms} ms" if at is None else f"{at:%d %b %Y %H:%M}"


def size_words(number: int) -> str:
    """Return a size in bytes as people say it."""
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number} bytes"


def masked_details(manifest: Mapping[str, Any], name: str) -> str:
    """Return where a file's events came from and what was masked in them, for a file that is no bundle."""
    lines = [visible(name), "", clip(selection_words(manifest["selection"]), 160), "", *_source_lines(manifest)]
    return "\n".join([*lines, *_masked_lines(manifest["redaction"])])


def _bundle_details(manifest: Mapping[str, Any], name: str, facts: Sequence[str]) -> str:
    lines = [visible(name), "", *(part for part in facts if part), "", *_source_lines(manifest)]
    lines += ["", "What is in it"]
    lines += [f"  {visible(str(table)):<28}{rows:>12,}" for table, rows in (manifest["counts"].get("tables") or {}).items()]
    lines += _masked_lines(manifest["redaction"])
    lines += ["", "Members, with their SHA-256"]
    lines += [f"  {visible(str(member)):<36}{facts_['bytes']:>14,} bytes  {facts_['sha256']}"
              for member, facts_ in (manifest.get("members") or {}).items()]  # fmt: skip
    return "\n".join(lines)


def _source_lines(manifest: Mapping[str, Any]) -> list[str]:
    lines = ["Sources"]
    for source in manifest.get("sources") or []:
        missing = missing_words([source]).partition(": ")[2] or "nothing is known to be missing"
        lines.append(f"  {clip(visible(str(source['name'])), 60)}: {missing}")
    return lines


def _masked_lines(redaction: Mapping[str, Any]) -> list[str]:
    shown = (redaction.get("paths") or [])[:_PATHS_SHOWN]
    lines = [
        f"  {visible(str(one['rule'])):<20}{one['times']:>9,}  {clip(visible(str(one['path'])), 100) or IN_TEXT}"
        for one in shown
    ]
    return ["", "What was masked, by rule and path", *lines]


def _local(at_ms: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone()
    except (ValueError, OverflowError, OSError):
        return None
