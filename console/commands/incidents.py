"""`export`: an incident in one file for a colleague, as a bundle, as HAR or as JSONL."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from console.areas.incidents.core.bundle.members import REPORT
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.core.redaction import Report
from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.store.exporting import ExportCancelled, Exported, export_bundle
from console.areas.incidents.store.exporting_preview import Estimate, Preview, estimate, preview
from console.areas.incidents.store.exporting_refusal import ExportRefused
from console.areas.incidents.store.reporting import make_report
from console.commands.contract_files import write_whole
from console.commands.incidents_asked import BadAsk, Target, Wanted, check_target, read_notes, selection_of
from console.commands.incidents_plain import export_plain
from console.commands.incidents_profile import BadProfile, load_profile
from console.commands.incidents_running import Running, running
from console.commands.opening import FAULT, STORE, USAGE, say
from console.commands.printing import many, out, visible
from console.model.clock import wall_clock
from console.qt.plot_format import format_value  # no Qt in it
from console.store.database import StoreError, open_exporter
from console.store.filter import FilterError
from console.store.migrations import BASE, refuse_newer

SAMPLE = 200
"""So many events are redacted to say beforehand what will be masked."""
_TOO_OLD = "this store is of an older console ({}); open it with collect or the window once, then export it"
_RULES_SHOWN, _PATHS_SHOWN = 8, 20
_LOOK_STEPS = 20_000
"""Of SQLite's machine, between two looks whether the person wants it to end."""


def run_export(path: Path, wanted: Wanted, target: Target, as_json: bool) -> int:
    """Export what is wanted, or say what that would be; returns the exit code."""
    try:
        with running("export") as work:
            lines = _run(path, wanted, target, as_json, work)
    except (BadAsk, BadProfile, FilterError, LookupError) as error:
        say(f"export: {error}")
        return USAGE
    except (ExportRefused, ExportCancelled, BundleRefused) as error:
        say(f"export: {error}")
        return FAULT
    except (StoreError, sqlite3.Error) as error:
        is_old = isinstance(error, sqlite3.OperationalError) and str(error).startswith("no such")
        say(f"export: {_TOO_OLD.format(error) if is_old else error}")
        return STORE
    except OSError as error:
        say(f"export: {error.filename or target.out}: {error.strerror or error}; nothing was written")
        return STORE
    for line in lines:
        out(line)
    return 0


def _run(path: Path, wanted: Wanted, target: Target, as_json: bool, work: Running) -> list[str]:
    """Do it; returns what there is to say."""
    profile = load_profile(target.profile)
    check_target(target)
    texts = read_notes(target.notes)
    with closing(open_exporter(path)) as connection:
        refuse_newer(connection, [("store", BASE)])
        try:
            connection.set_progress_handler(work.cancelled, _LOOK_STEPS)
            selection = selection_of(wanted, connection, wall_clock())
            size, sample = estimate(connection, selection), preview(connection, selection, profile, SAMPLE)
        except sqlite3.OperationalError as error:
            if work.cancelled():
                raise ExportCancelled("the export was cancelled; nothing was written") from error
            raise
    if not size.events:
        raise ExportRefused(f"nothing in the store matches: {selection.words()}")
    if target.out is None or target.form == "none":
        return (
            [json.dumps(_ahead_facts(size, sample))]
            if as_json
            else list(_ahead_lines(size, sample, target.form, _PATHS_SHOWN))
        )
    for line in _ahead_lines(size, sample, target.form, 0):
        say(visible(line))
    if target.form != "bundle":
        plain = export_plain(target.form, path, selection, profile, target.out, work)
        is_har = target.form == "har"
        facts = {"out": str(target.out), "bytes": plain.bytes, "entries" if is_har else "events": plain.records}
        what = f"{many(plain.records, 'request')} with response" if is_har else many(plain.records, "event")
        return [json.dumps(facts) if as_json else f"{target.out}: {what}, {format_value(plain.bytes, 'B')}"]
    exported = export_bundle(
        path,
        selection,
        profile,
        target.out,
        title=target.title or ("" if wanted.session is None else f"Session {wanted.session}"),
        notes=texts,
        report=make_report if target.html else None,
        progress=work.progress,
        cancelled=work.cancelled,
    )
    if target.page is not None:
        _write_page(target.out, target.page)
    return [json.dumps(_facts(exported, target.page))] if as_json else list(_said(exported, target.page))


def _write_page(bundle: Path, page: Path) -> None:
    """Write the report beside the bundle as well: who has no console can read it."""
    with Archive(bundle) as archive:
        write_whole(page, archive.read(REPORT).decode())


def _ahead_lines(size: Estimate, sample: Preview, form: str, paths: int) -> Iterator[str]:
    packed = "" if form in ("har", "jsonl") else f", {format_value(size.bytes, 'B')} as a bundle"
    yield f"{many(size.events, 'event')}, about {format_value(size.content, 'B')}{packed}"
    whole = "in them" if sample.events >= size.events else f"in {sample.events:,} of them"
    yield f"{whole}: {_masked_words(sample.report)}"
    counts = sample.report.counts
    for (rule, path), times in counts.most_common(paths) if paths else ():
        yield f"  {times:>7,}  {rule:20}  {path or '-'}"
    if paths and len(counts) > paths:
        yield f"  … {len(counts) - paths:,} more (--json tells all)"


def _ahead_facts(size: Estimate, sample: Preview) -> dict[str, Any]:
    return {
        "events": size.events,
        "content": size.content,
        "bytes": size.bytes,
        "sampled": sample.events,
        "masked": _masked(sample.report),
    }


def _masked_words(report: Report) -> str:
    if not report.total:
        return "nothing to mask"
    rules = report.by_rule().most_common()
    shown = ", ".join(f"{rule} {n:,}" for rule, n in rules[:_RULES_SHOWN])
    return f"{many(report.total, 'place')} masked ({shown}{', …' if len(rules) > _RULES_SHOWN else ''})"


def _masked(report: Report) -> dict[str, Any]:
    paths = [{"rule": rule, "path": path, "times": times} for (rule, path), times in report.counts.most_common()]
    return {"total": report.total, "rules": dict(report.by_rule().most_common()), "paths": paths}


def _facts(exported: Exported, page: Path | None) -> dict[str, Any]:
    return {
        "out": str(exported.path),
        "bytes": exported.bytes,
        **({"page": str(page)} if page else {}),
        **({"cleared": list(exported.cleared)} if exported.cleared else {}),
        "counts": msgspec.to_builtins(exported.manifest.counts),
        "masked": _masked(exported.report),
    }


def _said(exported: Exported, page: Path | None) -> Iterator[str]:
    counts = exported.manifest.counts
    yield f"{exported.path}: {many(counts.events, 'event')}, {format_value(exported.bytes, 'B')}"
    yield _masked_words(exported.report)
    missing = sum(source.missing for source in exported.manifest.sources)
    unknown = sum(source.unknown for source in exported.manifest.sources)
    if missing or unknown:
        yield f"not all arrived where it was recorded: {missing:,} events missing, coverage unknown {many(unknown, 'time')}"
    if page is not None:
        yield f"{page}: the report"
    if exported.cleared:
        yield f"deleted {many(len(exported.cleared), 'half-written file')} of exports that were killed"
