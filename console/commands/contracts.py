"""`contracts list`, `show`, `violations`, `drift` and `alerts`: what the store knows of contracts, in a terminal."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from console.areas.contracts.store.answers import EndpointPage, EndpointRow, FindingRow, ObservedPath, ViolationRow
from console.areas.contracts.store.lists import VIOLATION_STATES
from console.areas.contracts.store.reading import alerts, findings, load_endpoint, overview, skipped, violations
from console.areas.contracts.store.values import brief
from console.commands.area_reading import read_area
from console.commands.changing import NotDone, change
from console.commands.contract_sarif import finding_result, sarif_log, violation_result
from console.commands.opening import FAULT, say
from console.commands.printing import local_time, many, out, put
from console.model.clock import wall_clock

TABLE = "contracts_state"
TOO_OLD = "this store knows no contracts yet; open it with collect or the window once"
_SHOWN = 20
_WIDEST = 120
"""Characters of a name in a line of a list."""
_LONGEST = 600
"""Characters of the name of an endpoint where it stands for itself."""
_WORST = {"breaking": ("BREAKING",), "risky": ("BREAKING", "RISKY"), "none": ()}


def ask_contracts(path: Path, ask: Callable[[sqlite3.Connection], int]) -> int:
    """Run `ask` on a store that has the Contracts area; returns the exit code."""
    return read_area(path, "contracts", TABLE, TOO_OLD, ask)


def run_list(path: Path, words: str, service: str, standing: str, since_s: float | None, as_json: bool) -> int:
    """Print endpoints, one a line; returns the exit code."""

    def ask(connection: sqlite3.Connection) -> int:
        since_ms, now_ms = _since(connection, since_s), wall_clock()
        found = overview(connection, since_ms, now_ms + 1, words=words, service=service, standing=standing, now_ms=now_ms)
        for row in found.rows:
            out(json.dumps(row._asdict()) if as_json else _endpoint_line(row))
        if not as_json:
            alerted = f", {many(found.alerts, 'alert')} (contracts alerts)" if found.alerts else ""
            out(f"{many(len(found.rows), 'endpoint')}, {many(found.contracts, 'contract')} in the store{alerted}")
        _say_skipped(connection)
        return 0

    return ask_contracts(path, ask)


def run_show(path: Path, text: str, service: str, version: str, since_s: float | None, as_json: bool) -> int:
    """Print all about one endpoint; returns the exit code."""

    def ask(connection: sqlite3.Connection) -> int:
        since_ms, now_ms = _since(connection, since_s), wall_clock()
        endpoint = _find(connection, text, service, now_ms)
        page = load_endpoint(connection, endpoint, since_ms, now_ms + 1, now_ms=now_ms)
        if version:
            chosen = next((row.id for row in page.versions if row.version == version), None)
            if chosen is None:
                known = ", ".join(row.version for row in page.versions) or "none"
                raise LookupError(f"there is no version {version[:40]} of it; known: {known}")
            page = load_endpoint(connection, endpoint, since_ms, now_ms + 1, version_id=chosen, now_ms=now_ms)
        if as_json:
            out(json.dumps(_page_json(page)))
        else:
            for line in _page_lines(page):
                out(line)
        return 0

    return ask_contracts(path, ask)


def run_violations(path: Path, every: bool, since_s: float | None, limit: int, output: str) -> int:
    """Print violations, the newest first; returns the exit code."""

    def ask(connection: sqlite3.Connection) -> int:
        since_ms, now_ms = _since(connection, since_s), wall_clock()
        states = VIOLATION_STATES if every else ("open",)
        rows = violations(connection, since_ms, now_ms + 1, states=states, limit=limit, now_ms=now_ms)
        if output == "sarif":
            put(sarif_log(violation_result(row) for row in rows))
            return 0
        for row in rows:
            out(json.dumps(row._asdict()) if output == "json" else _violation_line(row))
        if output == "text":
            events = sum(row.count for row in rows)
            out(f"{many(len(rows), 'violation')} in {many(events, 'event')}{'' if every else ', open ones'}")
        return 0

    return ask_contracts(path, ask)


def run_drift(path: Path, service: str, classes: Sequence[str], states: Sequence[str], fail_on: str, output: str) -> int:
    """Print findings, the worst first; returns the exit code, `FAULT` for one that `fail_on` names."""

    def ask(connection: sqlite3.Connection) -> int:
        rows = findings(connection, states=tuple(states), classes=tuple(classes), service=service, now_ms=wall_clock())
        if output == "sarif":
            put(sarif_log(finding_result(row) for row in rows))
        for row in rows if output != "sarif" else ():
            if output == "json":
                out(json.dumps(row._asdict()))
            else:
                for line in _finding_lines(row):
                    out(line)
        if output == "text":
            counts = {name: sum(row.severity == name for row in rows) for name in classes}
            told = ", ".join(f"{n} {name}" for name, n in counts.items() if n)
            out(f"{many(len(rows), 'finding')}{f': {told}' if told else ''}")
        return FAULT if any(row.severity in _WORST[fail_on] for row in rows) else 0

    return ask_contracts(path, ask)


def run_alerts(path: Path, every: bool, acknowledge: bool, as_json: bool) -> int:
    """Print alerts, the newest first, and acknowledge what was printed if asked; returns the exit code."""
    shown: list[int] = []

    def ask(connection: sqlite3.Connection) -> int:
        rows = alerts(connection, limit=1_000, all=every)
        shown.extend(row.id for row in rows if not row.is_acknowledged)
        for row in rows:
            mark = "✓" if row.is_acknowledged else " "
            line = f"{row.id:>6} {mark} {local_time(row.at_ms)}  {row.severity:8}  {row.count:>7,}×  {row.words}"
            out(json.dumps(row._asdict()) if as_json else line)
        if not as_json:
            out(f"{many(len(rows), 'alert')}{'' if every else ' not acknowledged'}")
        return 0

    code = ask_contracts(path, ask)
    if code or not acknowledge or not shown:
        return code
    return run_change(path, "acknowledge", {"alerts": shown}, as_json)


def run_change(path: Path, name: str, args: dict[str, Any], as_json: bool) -> int:
    """Have a command of the area carried out; returns the exit code."""
    if "for_s" in args:
        args = {**args, "until_ms": wall_clock() + round(args["for_s"] * 1_000)}
        del args["for_s"]
    try:
        result = change(path, "contracts", name, args)
    except NotDone as error:
        say(f"contracts: {error}")
        return error.code
    out(json.dumps(result) if as_json else _said(name, result, args))
    return 0


def _said(name: str, result: dict[str, Any], args: dict[str, Any]) -> str:
    match name:
        case "accept":
            return f"accepted: version {result['number']} is what is checked now"
        case "mute":
            return f"{many(result['muted'], 'finding')} muted until {local_time(args['until_ms'])}"
        case "unmute":
            return f"{many(result['unmuted'], 'finding')} counted again"
        case _:
            return f"{many(result['acknowledged'], 'alert')} acknowledged"


def _since(connection: sqlite3.Connection, since_s: float | None) -> int:
    """Return where to begin: so long ago, or where the oldest that is known begins."""
    now_ms = wall_clock()
    if since_s is not None:
        return now_ms - round(since_s * 1_000)
    (first_ms,) = connection.execute("SELECT min(first_ms) FROM contracts_endpoint").fetchone()
    return min(now_ms - 1, int(first_ms)) if first_ms is not None else now_ms - 3_600_000


def _find(connection: sqlite3.Connection, text: str, service: str, now_ms: int) -> int:
    """Return the endpoint that is meant. Raises LookupError in words that say what there is."""
    if text.isdecimal():
        return int(text)
    method, _, path = text.rpartition(" ")
    rows = [
        row
        for row in overview(connection, 0, now_ms + 1, service=service, now_ms=now_ms).rows
        if row.endpoint == path and (not method or row.method in (method.upper(), ""))
    ]
    if len(rows) == 1:
        return rows[0].id
    if not rows:
        raise LookupError(f"there is no endpoint {text[:100]!r}; see: vivim-console contracts list")
    names = ", ".join(f"{row.id} ({row.service} {row.method})" for row in rows)
    raise LookupError(f"{text[:100]!r} is several: {names}; give the number")


def _say_skipped(connection: sqlite3.Connection) -> None:
    for reason, n, _, _ in skipped(connection):
        say(f"contracts: not looked at: {reason} ({n:,} times)")


def _endpoint_line(row: EndpointRow) -> str:
    name = brief(f"{row.method or '*'} {row.endpoint}", _WIDEST)
    broken = f"{row.violated:,} of {row.checks:,} broke it" if row.checks else "no exchange"
    if row.checks and row.version == "":
        broken = many(row.checks, "exchange")
    timing = "" if row.p95_ms is None else f"p95 {row.p95_ms:,.0f} ms"
    timing += f" of {row.timeout_ms:,.0f}" if timing and row.timeout_ms else ""
    drift = ", ".join(f"{n} {name}" for name, n in row.drift.items() if n)
    drift += " (unbumped)" if row.unbumped else ""
    told = f", {row.disagreements:,} told otherwise" if row.disagreements else ""
    first = f"{row.id:>5}  {brief(row.service, _WIDEST):10}  {name:44}  {row.version or row.standing:11}"
    return f"{first}  {broken + told:28}  {timing:20}  {drift}".rstrip()


def _name(row: EndpointRow | ViolationRow | FindingRow) -> str:
    return brief(f"{row.service} {row.method or '*'} {row.endpoint}", _LONGEST)


def _violation_line(row: ViolationRow) -> str:
    told = {"service": "  (told by the service)", "both": "", "console": ""}[row.by]
    apart = f"  ({row.disagreement})" if row.disagreement else ""
    name = f"{_name(row)} {row.version}"
    return (
        f"{row.id:>5}  {row.state:6}  {local_time(row.last_ms)}  {row.count:>7,}×  {row.kind:21}  {name}  "
        f"{row.message}{told}{apart}"
    )


def _finding_lines(row: FindingRow) -> Iterator[str]:
    name = f"{_name(row)} {row.version}"
    place = " ".join(part for part in (row.direction, row.status, row.path) if part)
    bump = "  unbumped" if row.is_unbumped else ""
    state = "" if row.state == "open" else f"  [{row.state}]"
    yield f"{row.id:>5}  {row.severity:8}{bump}  {name}  {place}: {row.kind}{state}"
    yield f"       expected {row.expected or 'nothing'}, observed {row.observed}"
    yield f"       {row.rule} ({row.chance}; n = {row.n:,})"


def _page_lines(page: EndpointPage) -> Iterator[str]:
    row = page.row
    yield f"endpoint {row.id}: {_name(row)}  ({row.standing})"
    if page.shown is not None:
        origin = f"{page.shown.origin}, since {local_time(page.shown.since_ms)}"
        limit = f", time-out {row.timeout_ms:,.0f} ms" if row.timeout_ms else ""
        yield f"version {page.shown.version} ({origin}{limit}); known: {', '.join(row.versions)}"
    yield _endpoint_line(row)
    if page.statuses:
        yield "answers: " + ", ".join(f"{status} {n:,}×" for status, n in page.statuses.items())
    yield from _some("observed", [_observed_line(one) for one in page.observed], 200)
    yield from _some("violations", [_violation_line(one) for one in page.violations], _SHOWN)
    yield from _some("drift", [line for one in page.findings for line in _finding_lines(one)], 3 * _SHOWN)


def _some(title: str, lines: Sequence[str], most: int) -> Iterator[str]:
    if lines:
        yield f"{title}:"
        yield from lines[:most]
        if len(lines) > most:
            yield f"  … {len(lines) - most:,} more (--json tells all)"


def _observed_line(one: ObservedPath) -> str:
    types = ", ".join(f"{name} {n:,}" for name, n in one.types.items())
    values = ", ".join(f"{text} {n:,}×" for text, n in one.values[:6])
    more = "; ".join(part for part in (one.bounds, ", ".join(one.formats), values) if part)
    place = f"{one.direction} {one.status}".strip()
    return (
        f"  {place:13} {one.path:32} {one.expected or '-':28} {one.presence:>5.0%}  {types}"
        f"{f'  ({more})' if more else ''}{f'  ← {one.standing}' if one.standing in ('undeclared', 'breaks') else ''}"
    )


def _page_json(page: EndpointPage) -> dict[str, Any]:
    return {
        "endpoint": page.row._asdict(),
        "shown": page.shown and {"version": page.shown.version, "document": page.shown.document},
        "versions": [
            {"id": one.id, "version": one.version, "origin": one.origin, "since_ms": one.since_ms, "note": one.note,
             "is_current": one.is_current} for one in page.versions
        ],
        "observed": [one._asdict() for one in page.observed],
        "violations": [one._asdict() for one in page.violations],
        "findings": [one._asdict() for one in page.findings],
        "timeline": [one._asdict() for one in page.timeline],
        "statuses": page.statuses,
    }  # fmt: skip
