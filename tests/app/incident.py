"""A bundle made of a small store, for tests that open it in a window."""

import json
from pathlib import Path

from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import default_profile
from console.areas.incidents.store.exporting import export_bundle
from tests.areas.contracts.view.exchanges import DOCUMENTS, traffic
from tests.areas.errors.error_store import failure
from tests.areas.sync.store.issues import conflict
from tests.areas.whole_store import WholeStore
from tests.store_filling import START_MS, read_text, sample_events

TOKEN = "Bearer s3cr3t-t0ken-0f-the-tests"
END_MS = START_MS + 60_000


def fill(path: Path) -> WholeStore:
    """Return a store with events of all areas, a note and a secret."""
    store = WholeStore(path)
    store.attach("server")
    secret = {"eventType": "info", "timestamp": START_MS + 5, "service": "server", "data": {"message": "in", "token": TOKEN}}
    texts = [conflict(1, at_ms=START_MS + 50), json.dumps(secret)]
    store.arrive([*sample_events(200), *(read_text(text, START_MS + 5) for text in texts)])
    store.arrive([failure("save", START_MS + i * 1_000) for i in range(20)])
    for document in DOCUMENTS:
        store.do("contracts", "save", document=dict(document), origin="file")
    store.arrive(traffic())
    store.do("incidents", "note", title="Look", markdown="See console://errors/1")
    return store


def make_bundle(folder: Path, title: str = "Save fails") -> Path:
    """Return a bundle of such a store."""
    fill(folder / "home.db").close()
    out = folder / "incident.vcb"
    export_bundle(folder / "home.db", Selection(filter="service:server"), default_profile(), out, title=title,
                  notes=[("Look", "See console://errors/1")], workers=0)  # fmt: skip
    return out
