"""Has contracts judge what is stored already: exchanges that came before a version, or before there were contracts.

`recheck` {"service"?, "endpoint"?: id, "since_ms"?, "until_ms"?: time of the events}
          → {"checked", "violated": exchanges, "violations", "groups", "contracts", "unreadable": numbers, "since_ms",
             "until_ms": times of the oldest and the newest violation or null, "words"}, in parts

Only versions that are checked now judge, and no event twice (see `recheck_coverage`). A part is a transaction that judges
some events, counts, and moves on; so a crash loses nothing and doubles nothing: who asks again goes on from there. Nothing
is alerted, and drift is left out: its rules go by the order of events, which these would come into behind the newest.
"""

import sqlite3
import time
from collections.abc import Iterator
from typing import Any

from console.areas.contracts.core.exchange import CHECK
from console.areas.contracts.core.recheck_words import recheck_words
from console.areas.contracts.store import arguments
from console.areas.contracts.store.recheck_coverage import Coverage, load_coverage
from console.areas.contracts.store.recheck_judging import Found, Judge, load_judge
from console.areas.contracts.store.recheck_merging import count_past, merge_part
from console.areas.contracts.store.recheck_pass import Asked, Pass, begin, drop_pass, load_pass, put_by, save_pass
from console.areas.contracts.store.recheck_rows import Past
from console.areas.contracts.store.refolding import EVENTS_A_STEP, Kinds, kinds_of, read_stored
from console.areas.contracts.store.violation_rows import Moment
from console.store.projection import StoredEvent

PART_S = 0.1
"""So long events that come have to wait at most, and a step more."""
_HINTS = ("request", "contract", "\\u")
"""One of these stands in the text of any event that tells of an exchange, if need be in escapes."""


def recheck(connection: sqlite3.Connection, args: dict[str, Any], now_ms: int) -> dict[str, Any]:
    """Judge the next part of what is stored. Raises ValueError, LookupError when another recheck has taken over."""
    asked = _asked(args)
    judge = load_judge(connection)
    token = args.get("_pass")
    under_way = load_pass(connection)
    if token is None:
        under_way = begin(connection, asked, judge, under_way)
    elif under_way is None or under_way.token != token:
        raise LookupError("another check of stored traffic went on with this one; what was checked is kept")
    elif under_way.digest != judge.digest:  # other contracts: what was judged is put by, the rest is planned anew
        under_way = begin(connection, asked, judge, under_way, token=under_way.token)
    again = {**args, "_pass": under_way.token}
    if under_way.is_done:
        return _finish(connection, under_way) or {"again": again, "progress": under_way.progress}
    if _judge(connection, judge, under_way, now_ms):
        put_by(connection, under_way)
        under_way.groups = count_past(connection)
    save_pass(connection, under_way)
    return {"again": again, "progress": under_way.progress}


def _asked(args: dict[str, Any]) -> Asked:
    since_ms, until_ms = (
        arguments.moment(args, key) if args.get(key) is not None else None for key in ("since_ms", "until_ms")
    )
    endpoint = arguments.one_id(args, "endpoint") if args.get("endpoint") is not None else None
    return Asked(arguments.text(args, "service", arguments.MAX_NAME), endpoint, since_ms, until_ms)


def _finish(connection: sqlite3.Connection, done: Pass) -> dict[str, Any] | None:
    """Put a part of what was found in its place; returns the result when nothing is left."""
    if merge_part(connection):
        return None
    drop_pass(connection)
    result = {
        "checked": done.checked, "violated": done.violated, "violations": done.violations, "groups": done.groups,
        "contracts": len(done.targets), "unreadable": done.unreadable,
    }  # fmt: skip
    return {**result, "since_ms": done.first_ms, "until_ms": done.last_ms, "words": recheck_words(result)}


def _judge(connection: sqlite3.Connection, judge: Judge, under_way: Pass, now_ms: int) -> bool:
    """Judge events for a while, and write what came of it; returns whether there are no others."""
    past, coverage, targets = Past(), load_coverage(connection), set(under_way.targets)
    row = connection.execute("SELECT first_id FROM contracts_state").fetchone()
    until_s = time.monotonic() + PART_S
    kinds = kinds_of(connection)
    while True:
        for stored in _next(connection, under_way, kinds):
            try:
                found = judge.find(stored)
                if found is None or found.checked.target not in targets:
                    continue
                if not coverage.has_judged(found.checked.target, stored.id):
                    _take(past, found, stored, coverage, under_way, is_old=row is None or stored.id < row[0])
            except (ValueError, TypeError, OverflowError, RecursionError):
                under_way.unreadable += 1  # as when it came: see UNREADABLE in `projection`
        if under_way.is_done or time.monotonic() >= until_s:
            break
    past.write(connection, now_ms)
    return under_way.is_done


def _take(past: Past, found: Found, stored: StoredEvent, coverage: Coverage, under_way: Pass, *, is_old: bool) -> None:
    """Judge one exchange. One `is_old` that came before the area was there, so that nothing of it is counted."""
    event, owner = stored.event, found.checked.endpoint_id
    moment = Moment(stored.id, event.ts_ms, event.service, event.correlation_id, event.event_type != CHECK)
    violations = found.violations()
    if not coverage.was_judged(owner, stored.id):
        past.count(found, moment, is_broken=bool(violations), is_counted=not is_old and found.was_here())
    if violations:
        past.take(found, violations, moment)
        at_ms = moment.ts_ms
        under_way.first_ms = at_ms if under_way.first_ms is None else min(at_ms, under_way.first_ms)
        under_way.last_ms = at_ms if under_way.last_ms is None else max(at_ms, under_way.last_ms)
    under_way.checked += 1
    under_way.violated += bool(violations)
    under_way.violations += len(violations)


def _next(
    connection: sqlite3.Connection, under_way: Pass, kinds: Kinds
) -> Iterator[StoredEvent]:  # fmt: skip
    """Yield the events of the next step that may tell of an exchange, and move on behind them."""
    first, last = under_way.window()
    rows = connection.execute(
        """SELECT e.id, e.kind, e.received, e.ts, p.text FROM events e JOIN payloads p ON p.id = e.id
           WHERE e.id >= ? AND e.id <= ? ORDER BY e.id LIMIT ?""",
        (first, last, EVENTS_A_STEP),
    ).fetchall()
    under_way.move_behind(rows[-1][0] if len(rows) == EVENTS_A_STEP else last)
    for row in rows:
        if any(hint in row[4] for hint in _HINTS):
            stored = read_stored(kinds, row)
            if stored is not None:
                yield stored
