"""What became of a resolution, and what a conflict is, in sentences."""

from typing import Any

from console.areas.sync.core.merge.values import path_text
from console.areas.sync.store.answers import NO_SOURCE, AuditEntry, Command, Conflict, QueueRow
from console.areas.sync.view.conflict_words import kind_words, state_words, value_words
from console.areas.sync.view.queue_list import parties_words
from console.qt.text import visible
from console.qt.words import ago_words, counted, moment_words

Titles = tuple[str, str, str, str]


def head_words(row: QueueRow, now_ms: int) -> str:
    """Return state, kind, parties and times of a conflict in one line."""
    told = f"told {counted(row.times, 'time')} by {', '.join(row.services)}"
    parts = [state_words(row.state), kind_words(row.kind), row.severity, parties_words(row), told]
    return " · ".join([*map(visible, filter(None, parts)), f"last {ago_words(row.last_ms, now_ms)}"])


def column_titles(conflict: Conflict) -> Titles:
    """Return the titles of base, local, remote and result, with parties and versions where they are told."""
    row = conflict.issue

    def side(name: str, party: str, version: str | None) -> str:
        about = ", ".join(filter(None, (party, f"version {version}" if version else "")))
        return f"{name} ({about})" if about else name

    return (
        "base", side("local", row.source, row.local_version), side("remote", row.target, row.remote_version),
        "result" if conflict.settlement.is_complete else "result so far",
    )  # fmt: skip


def answer_words(conflict: Conflict, now_ms: int) -> str:
    """Return what became of the newest resolution, or who closed the conflict; "" while it only waits."""
    if not conflict.commands or conflict.issue.state == "rejected":
        return _closed_words(conflict)
    command = conflict.commands[0]
    source = command.source or "a service"
    reason = f": {command.reason}" if command.reason else ""
    match command.state:
        case "queued":
            return f"Resolved, not sent yet: it goes to {source} as soon as it is connected and takes commands."
        case "sent":
            return f"Sent to {source} {ago_words(command.sent_ms or command.at_ms, now_ms)}; no answer yet."
        case "unknown":
            tries = f" (asked {command.attempts:,} times)" if command.attempts > 1 else ""
            return f"No answer from {source} yet{tries}: whether it was applied is unknown; asked again with the same key."
        case "applied" | "duplicate":
            again = " before" if command.state == "duplicate" else ""
            return f"Applied{again} by {source}{_version(command.result)}, {_when(command, now_ms)}."
        case "stale":
            return f"Stale{reason}. {_kept(conflict)}{_current(command.result)}"
        case "rejected":
            return f"Rejected by {source}{reason or ' without a reason'}. Nothing was changed there."
        case "expired":
            return f"Expired at {source} before it was applied{reason}. It can be sent again."
        case "recorded":
            return "Recorded: no source of this conflict takes commands. Export it from the Sync menu."
    return f"{command.state}{reason}"


def _closed_words(conflict: Conflict) -> str:
    """Return who closed a conflict without a resolution of this console: a service told so, or somebody rejected it."""
    state, history = conflict.issue.state, conflict.history
    if state not in ("resolved", "rejected") or not history:
        return ""
    note = f": {history[-1].note}" if history[-1].note else ""
    return f"{state.capitalize()} by {history[-1].by}{note}"


def target_words(target: str) -> str:
    """Return where a resolution would go."""
    if target == NO_SOURCE:
        return "No source of this conflict takes commands: the resolution is recorded, and can be exported."
    return (
        f"It goes to {visible(target)}, with the versions that it was decided on; if they have moved on, it is not applied."
    )


def contract_words(conflict: Conflict) -> tuple[str, bool]:
    """Return whether the result keeps to its contract, and whether it breaks it."""
    if conflict.contract is None:
        return f"No contract is known for {visible(conflict.issue.entity_type) or 'this entity'}.", False
    if not conflict.contract:
        return "The result satisfies the contract.", False
    return "The result breaks the contract: " + "; ".join(map(visible, conflict.contract[:10])), True


def audit_words(entry: AuditEntry) -> str:
    """Return all of an entry of the record as text."""
    lines = [f"{moment_words(entry.at_ms)}  {entry.who}  {entry.what}{'  (taken back)' if entry.undone else ''}"]
    lines += [f"  {entry.words}"] if entry.words else []
    for name, value in (("decision", entry.decision), ("patch", entry.patch), ("answer", entry.answer)):
        if value is not None:
            lines.append(f"  {name}: {value_words(value, 2_000)}")
    lines += [f"  {name}: {value}" for name, value in (entry.hashes or {}).items()]
    lines += [f"  key: {entry.key}"] if entry.key else []
    return visible("\n".join(lines), lines=True)


def _when(command: Command, now_ms: int) -> str:
    return ago_words(command.answered_ms or command.at_ms, now_ms)


def _version(result: Any) -> str:
    version = (
        next((result[name] for name in ("version", "newVersion") if name in result), None) if _is_object(result) else None
    )
    return f", version {value_words(version, 60)} now" if version is not None else ""


def _kept(conflict: Conflict) -> str:
    settlement = conflict.settlement
    names = ", ".join(path_text(one.path) for one in settlement.open[:6])
    asked = f", asked again: {names}" if names else ""
    return f"Both sides are shown as they are now; {counted(len(settlement.choices), 'decision')} kept{asked}."


def _current(result: Any) -> str:
    current = result.get("current") if _is_object(result) else None
    if not isinstance(current, dict):
        return ""
    versions = [
        f"{name} is version {value_words(current[key], 60)} now"
        for name, key in (("local", "localVersion"), ("remote", "remoteVersion"))
        if current.get(key) is not None
    ]
    return f" ({', '.join(versions)})" if versions else ""


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
