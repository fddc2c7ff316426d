"""`sessions`: what the store holds by session, what differs between two of them, and what a person decides about them."""

import json
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from console.areas.incidents.core.comparing import GroupChange, LatencyChange, per_hour
from console.areas.incidents.store.reading import Comparison, GroupName, SessionRow, compare, load_session, sessions
from console.commands.area_reading import read_area
from console.commands.changing import NotDone, change
from console.commands.opening import FAULT, USAGE, say
from console.commands.printing import local_time, many, out, visible

TABLE = "incidents_session"
TOO_OLD = "this store knows no sessions yet; open it with collect or the window once"
_KIND_WORDS = {"new": "new", "gone": "gone", "more": "more often", "less": "less often"}


def ask_sessions(path: Path, ask: Callable[[sqlite3.Connection], int]) -> int:
    """Run `ask` on a store that knows sessions; returns the exit code."""
    return read_area(path, "sessions", TABLE, TOO_OLD, ask)


def run_list(path: Path, limit: int, as_json: bool) -> int:
    """Print sessions, the newest first; returns the exit code."""

    def ask(connection: sqlite3.Connection) -> int:
        rows = sessions(connection, limit=limit)
        for row in rows:
            out(json.dumps(_facts(row)) if as_json else _line(row))
        if not as_json:
            pinned = sum(row.is_pinned for row in rows)
            out(f"{many(len(rows), 'session')}{f', {pinned:,} pinned' if pinned else ''}")
        return 0

    return ask_sessions(path, ask)


def run_show(path: Path, session: int, as_json: bool) -> int:
    """Print one session; returns the exit code."""

    def ask(connection: sqlite3.Connection) -> int:
        row = load_session(connection, session)
        if as_json:
            out(json.dumps(_facts(row)))
        else:
            for line in _lines(row):
                out(line)
        return 0

    return ask_sessions(path, ask)


def run_compare(path: Path, before: int, after: int, as_json: bool) -> int:
    """Print what differs from one session to another; returns the exit code."""
    if before == after:
        say("sessions: a session is compared with another one")
        return USAGE

    def ask(connection: sqlite3.Connection) -> int:
        found = compare(connection, before, after)
        if as_json:
            out(json.dumps(_comparison_facts(found)))
        else:
            for line in _comparison_lines(found):
                out(line)
        return 0

    return ask_sessions(path, ask)


def confirm_delete(path: Path, session: int) -> int:
    """Ask on a terminal whether to delete a session; returns an exit code, 0 for yes."""
    found: list[SessionRow] = []

    def ask(connection: sqlite3.Connection) -> int:
        found.append(load_session(connection, session))
        return 0

    if code := ask_sessions(path, ask):
        return code
    if not sys.stdin.isatty():
        say("sessions: deleting cannot be taken back; give --yes")
        return USAGE
    events = many(found[0].events, "event")
    sys.stderr.write(visible(f"Delete session {session} {found[0].name}") + f" with {events} for good? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return 0
    say("sessions: nothing was deleted")
    return FAULT


def run_change(path: Path, name: str, args: dict[str, Any], as_json: bool) -> int:
    """Have a command of the area carried out; returns the exit code."""
    try:
        result = change(path, "incidents", name, args)
    except NotDone as error:
        say(f"sessions: {error}")
        return error.code
    out(json.dumps(result) if as_json else _said(name, args, result))
    return 0


def _said(name: str, args: dict[str, Any], result: dict[str, Any]) -> str:
    if name == "session_delete":
        kept = f"; pinned by themselves and kept: {many(result['kept'], 'event')}" if result["kept"] else ""
        return f"session {args['id']} deleted with {many(result['deleted'], 'event')}{kept}"
    return f"session {args['id']} {'pinned' if args['pinned'] else 'unpinned'}"


def _facts(row: SessionRow) -> dict[str, Any]:
    return {**row._asdict(), "is_open": row.is_open, "range_ms": row.range_ms}


def _line(row: SessionRow) -> str:
    mark = "pinned" if row.is_pinned else "open" if row.is_open else ""
    lasted = _span(row.lasted_ms)
    counts = f"{row.events:>12,} events  {row.errors:>8,} errors"
    about = "  ".join(part for part in (row.name, row.note.partition("\n")[0], ", ".join(row.sources)) if part)
    return f"{row.id:>5}  {local_time(row.from_ms)}  {lasted:>9}  {counts}  {mark:6}  {about}".rstrip()


def _lines(row: SessionRow) -> Iterator[str]:
    yield f"session {row.id}  {row.name}".rstrip()
    until = "still open" if row.to_ms is None else f"until {local_time(row.to_ms)}"
    yield f"attached {local_time(row.from_ms)}, {until}"
    since_ms, until_ms = row.range_ms
    yield f"tells of {local_time(since_ms)} to {local_time(until_ms)}, {_span(row.lasted_ms)}"
    gone = row.arrived - row.events
    yield f"{many(row.events, 'event')}, {many(row.errors, 'error')}" + (f"; {gone:,} more are deleted" if gone else "")
    yield f"sources: {', '.join(row.sources) or 'none'}"
    if row.is_pinned:
        yield "pinned: no limit deletes its events"
    yield from row.note.splitlines()


def _span(ms: int) -> str:
    seconds = ms // 1_000
    hours, minutes = seconds // 3_600, seconds // 60 % 60
    return f"{hours:,} h {minutes:02} m" if hours else f"{minutes} m {seconds % 60:02} s"


def _comparison_lines(found: Comparison) -> Iterator[str]:
    for word, row in (("before", found.before), ("after", found.after)):
        name = f"session {row.id} {row.name}".rstrip()
        counts = f"{many(row.events, 'event')}, {many(row.errors, 'error')} in {_span(row.lasted_ms)}"
        yield f"{word:6}  {name}, {local_time(row.from_ms)}: {counts}"
    yield ""
    for change_ in found.groups:
        yield _group_line(found, change_)
    yield f"{many(len(found.groups), 'group')} differ, {found.alike:,} are alike as far as can be told"
    yield ""
    changed = [one for one in found.latency if one.is_changed]
    for latency in changed:
        yield _latency_line(latency)
    yield f"{many(len(changed), 'operation')} of {len(found.latency):,} got slower or faster"


def _group_line(found: Comparison, one: GroupChange) -> str:
    name = found.names.get(one.group_id, GroupName("", "", "", False))
    rates = [per_hour(seen.events, row.lasted_ms) for seen, row in ((one.before, found.before), (one.after, found.after))]
    again = ", came before" if one.kind == "new" and name.is_known else ""
    sure = "" if one.is_certain else f", may be chance ({one.chance:.2g})"
    counts = f"{one.before.events:,} → {one.after.events:,}  ({rates[0]:,.1f} → {rates[1]:,.1f} an hour)"
    return f"{_KIND_WORDS[one.kind]:10}  {one.group_id:>6}  {counts}  {name.status}  {name.title}{again}{sure}"


def _latency_line(one: LatencyChange) -> str:
    parts = [
        f"p{percentile.q * 100:g} {percentile.before_ms:,.1f} → {percentile.after_ms:,.1f} ms {percentile.verdict}".rstrip()
        for percentile in one.percentiles
    ]
    return f"{one.service} {one.operation}  {', '.join(parts)}  (n {one.n_before:,} → {one.n_after:,})"


def _comparison_facts(found: Comparison) -> dict[str, Any]:
    return {
        "before": _facts(found.before),
        "after": _facts(found.after),
        "groups": [
            {**one._asdict(), "before": one.before._asdict(), "after": one.after._asdict(),
             **found.names.get(one.group_id, GroupName("", "", "", False))._asdict()} for one in found.groups
        ],
        "alike": found.alike,
        "latency": [
            {**one._asdict(), "is_changed": one.is_changed, "percentiles": [part._asdict() for part in one.percentiles]}
            for one in found.latency
        ],
    }  # fmt: skip
