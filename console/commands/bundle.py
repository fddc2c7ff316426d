"""`bundle info` and `bundle verify`: what a bundle says of itself, and whether that is true."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from console.areas.incidents.core.bundle.manifest import Manifest, Source
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.store.importing import ImportCancelled, check_bundle, manifest_of
from console.commands.incidents_running import running
from console.commands.opening import FAULT, STORE, say
from console.commands.printing import local_time, many, out
from console.qt.plot_format import format_value  # no Qt in it
from console.store.database import StoreError

_PATHS_SHOWN = 20


def run_info(path: Path, as_json: bool) -> int:
    """Print what a bundle's manifest says; returns the exit code."""

    def tell(manifest: Manifest) -> None:
        if as_json:
            out(json.dumps(msgspec.to_builtins(manifest)))
            return
        for line in manifest_lines(manifest):
            out(line)

    return _read(path, manifest_of, tell)


def run_verify(path: Path, as_json: bool) -> int:
    """Check all that an import checks; returns the exit code, `FAULT` when anything in it is not as it must be."""

    def tell(manifest: Manifest) -> None:
        members, size = len(manifest.members) + 1, sum(one.bytes for one in manifest.members.values())
        if as_json:
            out(json.dumps({"ok": True, "schema": manifest.schema, "members": members, "bytes": size}))
        else:
            out(f"{path}: sound; {many(members, 'member')}, {format_value(size, 'B')}, schema {manifest.schema}")

    def check(file: Path) -> Manifest:
        with running("verify") as work:
            return check_bundle(file, progress=work.progress, cancelled=work.cancelled)

    return _read(path, check, tell, as_json)


def _read(path: Path, read: Callable[[Path], Manifest], tell: Callable[[Manifest], None], as_json: bool = False) -> int:
    try:
        manifest = read(path)
    except BundleRefused as error:
        if as_json:
            out(json.dumps({"ok": False, "member": error.member, "reason": error.reason}))
        say(f"bundle: {path}: refused: {error}")
        return FAULT
    except ImportCancelled:
        say(f"bundle: {path}: cancelled; it is not known whether it is sound")
        return FAULT
    except (StoreError, sqlite3.Error) as error:
        say(f"bundle: {path}: it cannot be checked: {error}")
        return STORE
    except OSError as error:
        say(f"bundle: {error.filename or path}: {error.strerror or error}")
        return STORE
    tell(manifest)
    return 0


def manifest_lines(manifest: Manifest) -> Iterator[str]:
    """Yield what a manifest says, for a person."""
    counts = manifest.counts
    yield manifest.title or "(no title)"
    yield f"made {local_time(manifest.made_ms)} by console {manifest.console}, schema {manifest.schema}"
    yield f"{local_time(manifest.from_ms)} to {local_time(manifest.to_ms)}: {manifest.selection.words()}"
    beside = [f"{n:,} {word}" for n, word in ((counts.markers, "markers"), (counts.quarantined, "quarantined")) if n]
    yield ", ".join([many(counts.events, "event"), *beside])
    yield "sources:"
    yield from (f"  {_source(one)}" for one in manifest.sources)
    yield "tables:"
    yield from (f"  {name:28} {rows:>12,}" for name, rows in counts.tables.items() if rows)
    yield f"masked: {many(manifest.redaction.total, 'place')}"
    for one in manifest.redaction.paths[:_PATHS_SHOWN]:
        yield f"  {one.times:>9,}  {one.rule:20}  {one.path or '-'}"
    if len(manifest.redaction.paths) > _PATHS_SHOWN:
        yield f"  … {len(manifest.redaction.paths) - _PATHS_SHOWN:,} more (--json tells all)"
    yield "members:"
    yield from (f"  {name:36} {one.bytes:>14,}  {one.sha256}" for name, one in manifest.members.items())


def _source(one: Source) -> str:
    gaps = f"{many(one.gaps, 'gap')} with {many(one.missing, 'event')}" if one.gaps else ""
    unknown = f"coverage unknown {many(one.unknown, 'time')}" if one.unknown else ""
    missing = ", ".join(part for part in (gaps, unknown) if part)
    return f"{one.name} ({one.transport or '-'}): {missing or 'nothing is known to be missing'}"
