"""`import`: a new store of a bundle, or of another file that holds events."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.core.found import FileRefused
from console.areas.incidents.store.importing import ImportCancelled, import_bundle
from console.areas.incidents.store.importing_file import is_bundle
from console.areas.incidents.store.opening_files import OpeningCancelled, open_as_store
from console.commands.incidents_running import Running, running
from console.commands.opening import FAULT, STORE, USAGE, say
from console.commands.printing import many, out
from console.store.database import StoreError

_KINDS = {"bundle": "a bundle", "har": "a HAR file", "jsonl": "a file of events", "posts": "recorded posts"}


def run_import(path: Path, db: Path, as_json: bool) -> int:
    """Make the store; returns the exit code. One that is there stays as it is."""
    if db.exists():
        say(f"import: {db}: is there already; a file becomes a new store")
        return USAGE
    if not db.parent.is_dir():
        say(f"import: {db}: there is no folder {db.parent}")
        return USAGE
    try:
        with running("import") as work:
            facts = _import(path, db, work)
    except (BundleRefused, FileRefused) as error:
        say(f"import: {path}: refused: {error}")
        return FAULT
    except (ImportCancelled, OpeningCancelled) as error:
        say(f"import: {error}")
        return FAULT
    except FileExistsError as error:
        say(f"import: {error}")
        return USAGE
    except (StoreError, sqlite3.Error) as error:
        say(f"import: {db}: {error}")
        return STORE
    except OSError as error:
        say(f"import: {error.filename or path}: {error.strerror or error}")
        return STORE
    out(json.dumps(facts) if as_json else _said(facts))
    return 0


def _import(path: Path, db: Path, work: Running) -> dict[str, Any]:
    if is_bundle(path):
        counts = import_bundle(path, db, work.progress, work.cancelled).manifest.counts
        return {"db": str(db), "kind": "bundle", "events": counts.events, "quarantined": counts.quarantined}
    opened = open_as_store(path, db, progress=work.progress, cancelled=work.cancelled)
    for fault in opened.faults:
        say(f"import: {fault}")
    return {"db": str(db), "kind": opened.kind, "events": opened.events, "quarantined": opened.quarantined}


def _said(facts: dict[str, Any]) -> str:
    quarantined = f", {facts['quarantined']:,} quarantined" if facts["quarantined"] else ""
    return f"{facts['db']}: {many(facts['events'], 'event')}{quarantined} from {_KINDS[facts['kind']]}"
