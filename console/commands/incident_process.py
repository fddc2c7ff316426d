"""The window's child for work on bundles: one job as a JSON line on stdin, JSON lines out; the end of stdin means cancel.

In:  {"do": "export", "store", "out", "replace": bool, "selection", "profiles": [TOML], "title",
      "notes": [[title, Markdown]], "pictures": [[title, base64]], "report": bool}
     {"do": "export", "form": "har" or "jsonl", "store", "out", "replace", "selection", "profiles"}
     {"do": "open", "path", "db"} {"do": "verify", "path"}
Out: {"type": "progress", "done", "total"} any number of times, then {"type": "done", "result"}
     or {"type": "failed", "words"}
"""

import base64
import json
import os
import re
import shutil
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import psutil

from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.found import FileRefused
from console.areas.incidents.core.redaction import ProfileError, default_profile, read_profile
from console.areas.incidents.store.exporting import ExportCancelled, export_bundle
from console.areas.incidents.store.exporting_refusal import ExportRefused
from console.areas.incidents.store.importing import ImportCancelled, check_bundle, import_bundle
from console.areas.incidents.store.importing_file import is_bundle
from console.areas.incidents.store.opening_files import OpeningCancelled, open_as_store
from console.areas.incidents.store.reporting import make_report
from console.commands.incidents_plain import export_plain
from console.commands.opening import FAULT
from console.store.database import StoreError, open_reader
from console.store.filter import FilterError

JOB_BYTES = 64 * 1024 * 1024
_FOLDER = re.compile(r"vivim-incident-([0-9]{1,9})-[a-z0-9_]+")
_STEPS = 200
"""Of progress: more would only fill the pipe."""

_CANCELLED = (ExportCancelled, ImportCancelled, OpeningCancelled)
_REFUSED = (BundleRefused, ExportRefused, FileRefused, FilterError, ProfileError, StoreError, ValueError, LookupError)


class _Told:
    """What the work asks and tells."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._step = -1

    def watch_input(self) -> None:
        """Take the end of the input for a wish to cancel, on a thread that dies with the process."""
        threading.Thread(target=self._wait, name="cancel", daemon=True).start()

    def cancelled(self) -> bool:
        return self._asked.is_set()

    def progress(self, done: int, total: int) -> None:
        step = _STEPS * done // max(1, total)
        if step != self._step:
            self._step = step
            say({"type": "progress", "done": done, "total": total})

    def _wait(self) -> None:
        while os.read(sys.stdin.fileno(), 65_536):
            pass
        self._asked.set()


def say(message: dict[str, Any]) -> None:
    """Write one line; a window that is gone needs none."""
    try:
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os._exit(FAULT)


def run_incident_process() -> int:
    """Do the job that stands on stdin; returns the exit code."""
    told = _Told()
    try:
        job = json.loads(_first_line())
        work = _WORK[job["do"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        say({"type": "failed", "words": f"no job that is known: {error}"})
        return FAULT
    told.watch_input()
    try:
        say({"type": "done", "result": work(job, told)})
        return 0
    except _CANCELLED as error:
        words = str(error)
    except _REFUSED as error:
        words = str(error)
    except sqlite3.Error as error:
        words = f"the store cannot be used: {error}"
    except OSError as error:
        words = f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
    say({"type": "failed", "words": words})
    return FAULT


def _first_line() -> bytes:
    """Read the job without taking more of the input than its line: the rest is watched for its end."""
    line = bytearray()
    while not line.endswith(b"\n") and len(line) < JOB_BYTES:
        part = os.read(sys.stdin.fileno(), 65_536)
        if not part:
            break
        line += part
    return bytes(line)


def _export(job: dict[str, Any], told: _Told) -> dict[str, Any]:
    out = Path(job["out"])
    if out.exists() and not job["replace"]:
        raise FileExistsError(f"{out} is there already; give another name, or choose it with Browse to replace it")
    if not out.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {out.parent}")
    profile = default_profile()
    for text in job["profiles"]:
        profile = read_profile(text, profile)
    selection = msgspec.convert(job["selection"], Selection)
    if (form := job.get("form", "bundle")) != "bundle":
        plain = export_plain(form, Path(job["store"]), selection, profile, out, told)
        return {"path": str(out), "bytes": plain.bytes, "form": form, "records": plain.records,
                "manifest": msgspec.to_builtins(plain.manifest)}  # fmt: skip
    exported = export_bundle(
        Path(job["store"]),
        selection,
        profile,
        out,
        title=job["title"],
        notes=[(str(title), str(markdown)) for title, markdown in job["notes"]],
        pictures=[(str(title), base64.b64decode(raw)) for title, raw in job["pictures"]],
        report=make_report if job["report"] else None,
        progress=told.progress,
        cancelled=told.cancelled,
    )
    return {"path": str(exported.path), "bytes": exported.bytes, "manifest": msgspec.to_builtins(exported.manifest),
            "cleared": list(exported.cleared)}  # fmt: skip


def _open(job: dict[str, Any], told: _Told) -> dict[str, Any]:
    path, db = Path(job["path"]), Path(job["db"])
    _remove_leftovers(db.parent)
    if is_bundle(path):
        imported = import_bundle(path, db, told.progress, told.cancelled)
        return {"kind": "bundle", "manifest": msgspec.to_builtins(imported.manifest)}
    opened = open_as_store(path, db, progress=told.progress, cancelled=told.cancelled)
    from_ms, to_ms = _bounds(db)
    return {"kind": opened.kind, "events": opened.events, "quarantined": opened.quarantined,
            "from_ms": from_ms, "to_ms": to_ms}  # fmt: skip


def _verify(job: dict[str, Any], told: _Told) -> dict[str, Any]:
    manifest = check_bundle(Path(job["path"]), progress=told.progress, cancelled=told.cancelled)
    return {"manifest": msgspec.to_builtins(manifest)}


def _remove_leftovers(folder: Path) -> None:
    """Remove the folders beside this one whose window died without removing them: `vivim-incident-<process>-…`."""
    if not _FOLDER.fullmatch(folder.name):
        return
    for other in folder.parent.glob("vivim-incident-*"):
        found = _FOLDER.fullmatch(other.name)
        if found and not other.is_symlink() and not psutil.pid_exists(int(found[1])):
            shutil.rmtree(other, ignore_errors=True)  # another person's cannot be removed, and need not


def _bounds(db: Path) -> tuple[int, int]:
    with closing(open_reader(db)) as connection:
        first, last = connection.execute("SELECT min(ts), max(ts) FROM events").fetchone()
    return int(first or 0), int(last or 0)


_WORK: dict[str, Callable[[dict[str, Any], _Told], dict[str, Any]]] = {"export": _export, "open": _open, "verify": _verify}
