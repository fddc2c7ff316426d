"""All about one group in words: why its events belong together, what they have in common, what was done to it."""

from collections.abc import Sequence

from console.areas.errors.store.answers import AuditRow, Cause, ExplainedPart, GroupDetail, GroupRow
from console.areas.errors.view.words import list_words, status_words
from console.model.area import Ref
from console.model.place import format_place
from console.qt.text import clip
from console.qt.words import ago_words, counted, moment_words

Pair = tuple[str, str]
_LONG = 400
_REPLACED_SHOWN, _HISTORY_SHOWN = 6, 20


def facts_words(row: GroupRow, now_ms: int) -> str:
    """Return counts, times and who is affected in one line."""
    parts = [
        f"{counted(row.count, 'event')} in this range, {row.total:,} ever",
        f"first {ago_words(row.first_ms, now_ms)}",
        f"last {ago_words(row.last_ms, now_ms)}",
        f"services: {list_words(row.services, 4)}",
    ]
    parts += [counted(row.users, "user")] if row.users else []
    parts += [f"versions: {list_words(row.versions, 4)}"] if row.versions else []
    return " · ".join(parts)


def status_line(row: GroupRow, now_ms: int) -> str:
    """Return the status with who set it, when, and the note."""
    who = f" by {row.who}" if row.who else ""
    when = f" {ago_words(row.changed_ms, now_ms)}" if row.changed_ms else ""
    return f"{status_words(row.status)}{who}{when}" + (f": {row.note}" if row.note else "")


def why_pairs(detail: GroupDetail) -> list[Pair]:
    """Return (name, words): the rule that decided, the parts that its events share, merges and splits."""
    pairs = [("Decided by", detail.row.rule)]
    pairs += [(part.name, _part_words(part)) for part in detail.parts]
    pairs += [("Merged into it", f"{clip(title, 160)} ({mark})") for _, mark, title in detail.aliases]
    pairs += [("Split off from it", rule.words) for rule in detail.splits]
    if detail.parent is not None:
        pairs.append(("Split off from", clip(detail.parent[1], 160)))
    return [(name, words) for name, words in pairs if words]


def _part_words(part: ExplainedPart) -> str:
    words = clip(part.value, _LONG)
    if part.replaced:
        shown = ", ".join(f"{kind} “{clip(text, 60)}”" for kind, text in part.replaced[:_REPLACED_SHOWN])
        more = len(part.replaced) - _REPLACED_SHOWN
        words += f"\nmay differ: {shown}" + (f" and {more} more" if more > 0 else "")
    return words


def cause_words(causes: Sequence[Cause], kept: int) -> str:
    """Return a line for each value that is common here and rare in other errors."""
    if causes:
        return "\n".join(f"▲ {clip(cause.words, _LONG)}" for cause in causes)
    return f"Nothing stands out: no value of its {counted(kept, 'event')} is common here and rare in other errors."


def history_pairs(audit: Sequence[AuditRow], now_ms: int) -> list[Pair]:
    """Return (when and who, what) of the newest changes."""
    pairs = [
        (f"{ago_words(row.at_ms, now_ms)}, {row.who or 'by itself'}", row.words + (" (taken back)" if row.undone else ""))
        for row in audit[:_HISTORY_SHOWN]
    ]
    return pairs + ([("", f"… and {len(audit) - _HISTORY_SHOWN} more")] if len(audit) > _HISTORY_SHOWN else [])


def summary_markdown(row: GroupRow, now_ms: int) -> str:
    """Return a summary of a group for a ticket or a message, with the address of its place."""
    fence = "`" * 3
    facts = [
        f"* {counted(row.count, 'event')} in the range, {row.total:,} ever",
        f"* first {moment_words(row.first_ms)}, last {moment_words(row.last_ms)}",
        f"* services: {list_words(row.services, 20)}; versions: {list_words(row.versions, 20)}; users: {row.users:,}",
        f"* severity: {row.severity}, category: {row.category or '–'}",
        f"* status: {status_line(row, now_ms)}",
        f"* {format_place(Ref('errors', row.fingerprint))}",
    ]
    return "\n".join([fence, row.title.replace("`", "'"), row.culprit.replace("`", "'"), fence, *facts])
