"""`errors`: the groups of errors from the command line, and what a person decides about them."""

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from console.areas.errors.store.answers import STATUSES, GroupDetail, GroupList, GroupQuestion, GroupRow
from console.areas.errors.store.reading import find_group, group_events, grouping_state, list_groups, load_group
from console.commands.area_reading import read_area
from console.commands.changing import NotDone, change, person
from console.commands.opening import USAGE, say
from console.commands.printing import local_time, many, out, visible
from console.model.clock import wall_clock
from console.store.rows import Row

EVENTS_SHOWN = 10
VALUES_SHOWN = 5
_AHEAD_MS = 1_000
"""Clocks of producers may be ahead: what they report is shown at once."""
_TOO_OLD = "this store has no groups of errors yet; make them with: vivim-console errors regroup"


def run_list(
    path: Path, *, words: str, statuses: Sequence[str], since_s: float | None, order: str, limit: int, as_json: bool
) -> int:
    """Print the groups of a range, and how many are hidden; returns the exit code."""
    wanted = _statuses(statuses)
    if wanted is None:
        say(f"errors: --status takes {', '.join(STATUSES)} or all, not {', '.join(statuses)}")
        return USAGE

    def ask(connection: sqlite3.Connection) -> int:
        since_ms, until_ms = _range(connection, since_s)
        question = GroupQuestion(since_ms, until_ms, words, wanted, order, limit)
        groups, state = list_groups(connection, question), grouping_state(connection)
        for row in groups.rows:
            out(json.dumps(asdict(row)) if as_json else _row_line(row))
        if not as_json:
            out(_summary(groups, wanted))
        if state.regroup_reason:
            say(f"errors: {state.regroup_reason}; run: vivim-console errors regroup")
        return 0

    return _read(path, ask)


def run_show(path: Path, text: str, as_json: bool) -> int:
    """Print all about one group; returns the exit code."""

    def ask(connection: sqlite3.Connection) -> int:
        since_ms, until_ms = _range(connection, None)
        detail = load_group(connection, find_group(connection, text), since_ms, until_ms)
        assert detail is not None, "it was just found"
        events = group_events(connection, detail.row.id, limit=EVENTS_SHOWN)[::-1]
        if as_json:
            out(json.dumps({**asdict(detail), "events": [event._asdict() for event in events]}))
        else:
            for line in _detail_lines(detail, events):
                out(line)
        return 0

    return _read(path, ask)


def run_change(path: Path, name: str, groups: Sequence[str], args: dict[str, Any], as_json: bool) -> int:
    """Have a command of the area carried out on some groups, given as numbers or beginnings of fingerprints."""
    found: list[int] = []

    def find(connection: sqlite3.Connection) -> int:
        found.extend(find_group(connection, text) for text in groups)
        return 0

    if groups and (code := _read(path, find)):
        return code
    try:
        result = change(path, "errors", name, _arguments(name, found, args))
    except NotDone as error:
        say(f"errors: {error}")
        return error.code
    out(json.dumps(result) if as_json else _SAID[name](result))
    return 0


def _arguments(name: str, found: list[int], args: dict[str, Any]) -> dict[str, Any]:
    """The first group is the one to merge into, or to split."""
    common = {**{key: value for key, value in args.items() if value is not None}, "who": person()}
    if name == "merge":
        return {**common, "into": found[0], "groups": found[1:]}
    if name == "split":
        return {**common, "group": found[0]}
    return {**common, "groups": found} if found else common


_SAID: dict[str, Callable[[dict[str, Any]], str]] = {
    "status": lambda result: f"{many(result['changed'], 'group')} changed",
    "merge": lambda result: f"{many(result['moved'], 'event')} moved into group {result['group']}",
    "split": lambda result: (
        f"{many(result['moved'], 'event')} moved into {many(len(result['groups']), 'group')}: "
        + ", ".join(map(str, result["groups"]))
    ),
    "undo": lambda result: "taken back: " + "; ".join(map(visible, result["undone"])),
    "producer": lambda result: "run errors regroup to apply it to stored events" if result["regroup"] else "nothing changed",
    "regroup": lambda result: (
        f"{many(result['events'], 'event')} grouped into {many(result['groups'], 'group')}; {result['moved']:,} moved"
    ),
}


def _read(path: Path, ask: Callable[[sqlite3.Connection], int]) -> int:
    return read_area(path, "errors", "errors_group", _TOO_OLD, ask)


def _statuses(given: Sequence[str]) -> frozenset[str] | None:
    """Return the wanted statuses, None when one is unknown."""
    names = frozenset(name.strip() for text in given for name in text.split(",") if name.strip())
    if "all" in names:
        return frozenset(STATUSES)
    return (names or GroupQuestion(0, 0).statuses) if names <= set(STATUSES) else None


def _range(connection: sqlite3.Connection, since_s: float | None) -> tuple[int, int]:
    until_ms = wall_clock() + _AHEAD_MS
    if since_s is not None:
        return until_ms - _AHEAD_MS - round(since_s * 1000), until_ms
    first, last = connection.execute("SELECT min(ts), max(ts) FROM errors_member").fetchone()
    return (first, last + 1) if first is not None else (until_ms - 1, until_ms)


def _row_line(row: GroupRow) -> str:
    where = f" — {row.culprit}" if row.culprit else ""
    services = ", ".join(row.services)
    return (
        f"{row.id:>6}  {row.severity:8}  {row.status:10}  {row.count:>7,}  {local_time(row.last_ms)}  {services:14}  "
        f"{row.title}{where}"
    )


def _summary(groups: GroupList, wanted: frozenset[str]) -> str:
    more = f", {len(groups.rows):,} shown" if len(groups.rows) < groups.total else ""
    hidden = ", ".join(f"{n:,} {status}" for status, n in sorted(groups.hidden_by_status.items()))
    said = f"{many(groups.total, 'group')} {'/'.join(s for s in STATUSES if s in wanted)}{more}"
    return f"{said}, {many(groups.events, 'event')}" + (f"; not shown: {hidden} (--status)" if hidden else "")


def _detail_lines(detail: GroupDetail, events: Sequence[Row]) -> list[str]:
    row = detail.row
    lines = [
        f"group {row.id}  {row.fingerprint}",
        row.title,
        f"  in {row.culprit}" if row.culprit else "",
        f"{row.status}{f' by {row.who}' if row.who else ''}{f': {row.note}' if row.note else ''}",
        f"{row.severity}, {row.category or 'no category'}, {many(row.total, 'event')} ({row.kept:,} kept)",
        f"{many(row.users, 'user')}, first {local_time(row.first_ms)}, last {local_time(row.last_ms)}",
        "",
        f"one group by {row.rule}:",
        *(_part_line(part.name, part.value, len(part.replaced)) for part in detail.parts),
    ]
    lines += [f"  also {fingerprint} (group {group_id}): {title}" for group_id, fingerprint, title in detail.aliases]
    lines += [f"  split by {rule.words}" for rule in detail.splits]
    if detail.parent:
        lines.append(f"  split from group {detail.parent[0]}: {detail.parent[1]}")
    if detail.likely_causes:
        lines += ["", "likely causes:", *(f"  {cause.words}" for cause in detail.likely_causes)]
    lines += ["", "seen with:"]
    for facet in detail.facets:
        values = [f"{value.value} {value.share * 100:.0f} %" for value in facet.values[:VALUES_SHOWN]]
        rest = len(facet.values) - VALUES_SHOWN
        lines.append(f"  {facet.name:12} {', '.join(values)}" + (f", {rest} more" if rest > 0 else ""))
    lines += ["", "newest events:"]
    lines += [f"  {event.id:>10}  {local_time(event.ts)}  {event.service:12}  {event.message}" for event in events]
    if detail.audit:
        lines += ["", "history:"]
        lines += [f"  {local_time(one.at_ms)}  {one.who or 'console'}: {one.words}" for one in detail.audit]
    return lines


def _part_line(name: str, value: str, replaced: int) -> str:
    left_out = f"  ({many(replaced, 'varying part')} left out)" if replaced else ""
    return f"  {name}: {value.replace(chr(10), ' ← ')[:300]}{left_out}"
