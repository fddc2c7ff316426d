"""`contracts check`: two versions of contracts compared, for a person or for CI."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from console.areas.contracts.core.compatibility.changes import Change, Comparison
from console.areas.contracts.core.compatibility.comparing import compare_all
from console.commands.contract_files import Unreadable, read_file
from console.commands.contract_sarif import change_result, sarif_log
from console.commands.opening import FAULT, USAGE, say
from console.commands.printing import many, out, put
from console.reporter.contracts.contract import Contract
from console.reporter.contracts.matching import template_key

_WORST = {"breaking": ("BREAKING",), "risky": ("BREAKING", "RISKY"), "none": ()}


def run_check(old: Path, new: Path | None, store: Path, fail_on: str, allow_bumped: bool, output: str) -> int:
    """Print what changes; returns the exit code: `FAULT` for changes that `fail_on` names."""
    try:
        if new is not None:
            before, after, file = list(_contracts(old)), _contracts(new), new
        else:
            after, file = _contracts(old), old
            before, code = _of_store(store, after)
            if code:
                return code
    except Unreadable as error:
        say(f"contracts check: {error}")
        say(f"exit code {USAGE}: nothing was compared ({FAULT} means refused changes, 0 none)")
        return USAGE
    found = compare_all(before, after)
    _print(found, str(file), output)
    if allow_bumped and not found.is_unbumped:
        refused = [one for one in found.changes if one.verdict in _WORST[fail_on] and one.verdict != "BREAKING"]
    else:
        refused = [one for one in found.changes if one.verdict in _WORST[fail_on]]
    return FAULT if refused else 0


def _contracts(path: Path) -> tuple[Contract, ...]:
    documents = read_file(path)
    for problem in documents.problems:
        say(f"{problem.where}: {problem.what}")
    if documents.problems:
        # What was left out would be told as removed, or as never there.
        first = documents.problems[0]
        place = f"{first.path}: " if first.path else ""
        more = f" (and {many(len(documents.problems) - 1, 'more problem')})" if len(documents.problems) > 1 else ""
        raise Unreadable(f"{path} is not read whole: {place}{first.what}{more}")
    return documents.contracts


def _of_store(store: Path, after: Sequence[Contract]) -> tuple[list[Contract], int]:
    """Return what the store checks today of the endpoints that a file speaks of."""
    from console.areas.contracts.store.reading import load_contracts
    from console.commands.contracts import ask_contracts

    known: list[Contract] = []
    wanted = {_key(one) for one in after}

    def ask(connection: sqlite3.Connection) -> int:
        known.extend(one for one in load_contracts(connection) if _key(one) in wanted)
        return 0

    code = ask_contracts(store, ask)
    return known, code


def _key(contract: Contract) -> tuple[str, str, str]:
    return contract.service, contract.method, template_key(contract.endpoint)


def _print(found: Comparison, file: str, output: str) -> None:
    old, new = found.versions
    if output == "sarif":
        put(sarif_log(change_result(one, file, new) for one in found.changes))
    elif output == "json":
        for one in found.changes:
            out(json.dumps(one._asdict()))
    else:
        for line in _table(found.changes):
            out(line)
        out(_summary(found, old, new))


def _table(changes: Sequence[Change]) -> Iterator[str]:
    endpoint = None
    for one in sorted(changes, key=lambda one: (one.service, one.endpoint, one.method)):
        if endpoint != (one.service, one.method, one.endpoint):
            endpoint = (one.service, one.method, one.endpoint)
            yield f"{one.service} {one.method or '*'} {one.endpoint}"
        place = " ".join(part for part in (one.direction, one.status, one.path) if part) or "endpoint"
        values = f"  ({one.old or 'nothing'} → {one.new or 'nothing'})" if one.old or one.new else ""
        yield f"  {one.verdict:9} {place:36} {one.kind}{values}"
        yield f"  {'':9} {one.rule}"


def _summary(found: Comparison, old: str, new: str) -> str:
    if not found.changes:
        return f"{old} → {new}: no change"
    counts = {
        name: sum(one.verdict == name for one in found.changes) for name in ("BREAKING", "RISKY", "ADDITIVE", "COSMETIC")
    }
    told = ", ".join(f"{n} {name}" for name, n in counts.items() if n)
    bump = ""
    if counts["BREAKING"]:
        bump = "; unbumped: no new major version" if found.is_unbumped else "; with a new major version"
    return f"{old} → {new}: {told}{bump}"
