"""Stores that have something of everything, bundles of them, and bundles that a stranger could have made."""

import json
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from console.areas import area_migrations, area_projections
from console.areas.incidents.core.bundle.manifest import Manifest, write_manifest
from console.areas.incidents.core.bundle.png import SIGNATURE
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import default_profile
from console.areas.incidents.store.archive import ArchiveWriter, pack
from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.store.exporting import Exported, export_bundle
from console.areas.incidents.store.importing import import_bundle
from console.model.facts import CoverageLost, Fact, GapFound, Quarantined
from console.store.database import open_plain, open_reader
from tests.store_filling import START_MS, fill_store, read_text, sample_events

FIXTURES = Path(__file__).parents[3] / "fixtures"
KEY = b"the key of the tests"
MADE_MS = START_MS + 1_000_000
SECRET = "bearer-1f0c9a7e5b3d2846"


def make_store(path: Path, count: int = 300) -> Path:
    """Fill a store with events of every kind, recorded ones among them, holes, quarantine, pins, and odd texts."""
    events = sample_events(count)
    recorded = (FIXTURES / "vivim-debug-stream.jsonl").read_text("utf-8").splitlines()
    events += [read_text(line) for line in recorded if line.startswith("{")][:200]
    events += [read_text(text) for text in odd_texts()]
    extra: list[Fact] = [
        GapFound("server", "epoch-1", 10_000, 10_019, "evicted", START_MS + 2_000),
        Quarantined("server", "epoch-1", 10_020, "no JSON", b"\xff\x00broken", 8, START_MS + 3_000),
        CoverageLost("server", "link", START_MS + 100, START_MS + 900, "link_lost"),
    ]
    fill_store(path, events, extra=extra, migrations=area_migrations(), projections=area_projections())
    connection = open_plain(path)
    connection.execute("INSERT INTO pins SELECT id, 'look at this', 7 FROM events WHERE id % 50 = 3")
    connection.execute("UPDATE errors_group SET status = 'solved', note = 'as in March'")
    connection.close()
    return path


def odd_texts() -> list[str]:
    """Return texts that do not stand on a line as they are, or hold what must not leave."""
    log = {"eventType": "error", "timestamp": START_MS + 5, "service": "server"}
    return [
        json.dumps(log | {"data": {"message": "pretty", "numbers": [1.0, 1e3]}}, indent=2),
        json.dumps(log | {"data": {"message": "ünïcode \u2028 \U0001f525"}}, ensure_ascii=False),
        "\r\n\t" + json.dumps(log | {"data": {"message": "blanks around"}}) + "  ",
        json.dumps(log | {"data": {"message": f"refused {SECRET}", "correlationId": "c-secret"}}),
        json.dumps(log | {"data": {"message": "login", "token": SECRET, "userId": "u-77-anna"}}),
        json.dumps(log | {"data": {"message": "u-77-anna joined", "headers": {"Authorization": f"Bearer {SECRET}"}}}),
    ]


def export(store: Path, out: Path, selection: Selection | None = None, **options: Any) -> Exported:
    """Export as the tests do: in this process, with a key and a time of their own."""
    given: dict[str, Any] = {"workers": 0, "key": KEY, "clock": lambda: MADE_MS, **options}
    return export_bundle(store, selection or Selection(), default_profile(), out, **given)


@cache
def whole_bundle(folder: Path) -> Path:
    """Return a bundle of everything, made once for a folder."""
    store = make_store(folder / "whole.db")
    export(store, folder / "whole.vcb", title="All of it", notes=[("What I saw", "# It broke\n\nat *noon*\n")])
    return folder / "whole.vcb"


def members_of(bundle: Path) -> dict[str, bytes]:
    """Return all members but the manifest."""
    with Archive(bundle) as archive:
        return {name: archive.read(name) for name in archive.manifest.members}


def repacked(
    bundle: Path,
    out: Path,
    change: dict[str, bytes | None] | None = None,
    manifest: Callable[[dict[str, Any]], Any] = lambda data: data,
    rows: dict[str, int] | None = None,
) -> Path:
    """Write a bundle anew with other members (None: without it) and whatever manifest; its hashes are all right."""
    with Archive(bundle) as archive:
        facts: Manifest = archive.manifest
    contents: dict[str, bytes | None] = {**members_of(bundle), **(change or {})}
    with out.open("w+b") as file:
        writer = ArchiveWriter(file, 200_000)
        for name, content in contents.items():
            if content is not None:
                count = (rows or {}).get(name, content.count(b"\n") if name.endswith(".ndjson") else 0)
                writer.add(name, iter([(content, pack(content), count)]))
        data = json.loads(write_manifest(facts))
        data["members"] = {name: json.loads(json.dumps(_plain(one))) for name, one in writer.members.items()}
        manifest(data)
        writer.finish(json.dumps(data).encode())
    return out


def _plain(member: Any) -> dict[str, Any]:
    return {name: getattr(member, name) for name in ("sha256", "packed", "bytes", "rows")}


def changed_rows(bundle: Path, table: str, change: Callable[[list[Any]], Any]) -> dict[str, bytes | None]:
    """Return a table's member with `change` made to each of its rows (a row that it returns False for is left out)."""
    rows = [json.loads(line) for line in members_of(bundle)[f"tables/{table}.ndjson"].splitlines()]
    kept = [row for row in rows if change(row) is not False]
    return {f"tables/{table}.ndjson": b"".join(json.dumps(row).encode() + b"\n" for row in kept)}


def all_rows(path: Path, *, without: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of all plain tables of a store, the search index and what SQLite keeps for itself left out."""
    connection = open_reader(path)
    try:
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not row[0].startswith(("sqlite_", "search_", "_sqlite")) and row[0] not in without
        ]
        return {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}
    finally:
        connection.close()


def ids(bundle: Path) -> list[int]:
    return [json.loads(line)[0] for line in members_of(bundle)["tables/events.ndjson"].splitlines()]


def asked(store: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    connection = open_reader(store)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png(*more: bytes) -> bytes:
    """Return a picture of one grey point, with more chunks in it."""
    header = struct.pack(">2L5B", 1, 1, 8, 0, 0, 0, 0)
    drawing = chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return SIGNATURE + chunk(b"IHDR", header) + b"".join(more) + drawing


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused(path: Path, db: Path, **options: Any) -> BundleRefused:
    """Import it, which must be refused without a trace; returns why."""
    with pytest.raises(BundleRefused) as caught:
        import_bundle(path, db, **options)
    assert not db.parent.exists() or list(db.parent.iterdir()) == []
    return caught.value
