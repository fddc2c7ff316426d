"""Import: what comes back, and every way in which a stranger's file is refused, with the member and the reason."""

import json
import os
import random
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.store.archive_reading import Archive, BundleLimits
from console.areas.incidents.store.importing import (
    ImportCancelled,
    check_bundle,
    import_bundle,
    manifest_of,
    stored_manifest,
)
from console.store.database import StoreError, open_plain, open_reader
from console.store.filter import parse_filter
from console.store.search import page
from tests.areas.incidents.store.bundles import (
    SECRET,
    all_rows,
    chunk,
    export,
    make_store,
    members_of,
    png,
    refused,
    repacked,
)
from tests.store_filling import START_MS

FIXTURE = Path(__file__).parents[3] / "fixtures" / "bundles" / "schema-1.vcb"


def test_every_table_comes_back_as_it_was_where_nothing_was_masked(tmp_path: Path, db: Path) -> None:
    store = make_store(tmp_path / "a.db")
    connection = open_plain(store)
    for table, column in (("events", "id"), ("payloads", "id")):
        connection.execute(f"DELETE FROM {table} WHERE {column} IN (SELECT id FROM payloads WHERE text LIKE '%{SECRET}%')")
    connection.close()
    export(store, tmp_path / "a.vcb")
    import_bundle(tmp_path / "a.vcb", db)
    before, after = all_rows(store), all_rows(db)
    assert set(before) == set(after)
    for table in ("events", "payloads", "kinds", "streams", "gaps", "coverage", "quarantine", "pins", "degraded", "sources"):
        missing = [row for row in before[table] if row not in after[table]]
        assert len(missing) <= len(before[table]) / 20, (table, missing[:3])  # those that held an address or an id of a user
    assert {row[0] for row in before["errors_group"]} >= {row[0] for row in after["errors_group"]}
    assert all((row[7], row[8]) == ("solved", "as in March") for row in after["errors_group"])


def test_the_new_store_is_searched_and_read_like_any_other(bundle: Path, db: Path) -> None:
    imported = import_bundle(bundle, db)
    connection = open_reader(db)
    assert stored_manifest(connection) == imported.manifest
    now_ms = START_MS + 10**9
    for words, least in (("duplicate", 20), ("ünïcode", 1), ("is:gap", 1), ("is:pinned", 5), ("-duplicate level:error", 1)):
        assert len(page(connection, parse_filter(words), now_ms=now_ms).rows) >= least, words
    notes = connection.execute("SELECT title, markdown FROM incidents_note").fetchall()
    assert notes == [("What I saw", "# It broke\n\nat *noon*\n")]
    indexes = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'index'").fetchone()[0]
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    [last] = connection.execute("SELECT value = (SELECT max(id) FROM events) FROM meta WHERE key = 'last_id'").fetchone()
    assert last == 1
    connection.close()
    other = make_store(db.parent / "other.db", 3)
    connection = open_reader(other)
    assert stored_manifest(connection) is None
    assert connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'index'").fetchone()[0] == indexes
    connection.close()


def test_a_bundle_of_schema_1_opens(db: Path) -> None:
    """Made when schema 1 was new; it must open for ever."""
    assert check_bundle(FIXTURE).schema == 1
    imported = import_bundle(FIXTURE, db)
    assert (imported.manifest.title, imported.manifest.counts.events) == ("Schema 1", 283)
    connection = open_reader(db)
    [events] = connection.execute("SELECT count(*) FROM v_events").fetchone()
    [groups] = connection.execute("SELECT count(*) FROM errors_group WHERE note <> ''").fetchone()
    assert (events, groups > 0) == (283, True)
    connection.close()


def test_a_store_that_is_there_is_not_touched(bundle: Path, tmp_path: Path) -> None:
    db = tmp_path / "mine.db"
    db.write_bytes(b"mine")
    with pytest.raises(FileExistsError, match="there is a store already"):
        import_bundle(bundle, db)
    assert db.read_bytes() == b"mine"


def test_cancelling_leaves_nothing(bundle: Path, db: Path) -> None:
    for after in (0, 5, 20):
        asked = iter(range(10_000))
        with pytest.raises(ImportCancelled):
            import_bundle(bundle, db, cancelled=lambda: next(asked) >= after)  # noqa: B023
        assert list(db.parent.iterdir()) == []


def test_progress_ends_at_the_whole(bundle: Path, db: Path) -> None:
    told: list[tuple[int, int]] = []
    import_bundle(bundle, db, lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == manifest_of(bundle).members["events.ndjson"].rows


def test_a_full_disk_is_said_and_leaves_nothing(bundle: Path, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import console.areas.incidents.store.importing as module

    opened = module.open_building

    def small(path: Path) -> Any:
        connection = opened(path)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages + 8}")
        return connection

    monkeypatch.setattr(module, "open_building", small)
    with pytest.raises(StoreError, match="no room on the disk"):
        import_bundle(bundle, db)
    assert list(db.parent.iterdir()) == []


def changed_byte(raw: bytes, place: int, rng: random.Random) -> bytes:
    return raw[:place] + bytes([raw[place] ^ rng.randrange(1, 256)]) + raw[place + 1 :]


def lost_byte(raw: bytes, place: int, rng: random.Random) -> bytes:
    return raw[:place] + raw[place + 1 :]


def cut_off(raw: bytes, place: int, rng: random.Random) -> bytes:
    return raw[:place]


@pytest.mark.parametrize("damage", [changed_byte, lost_byte, cut_off])
def test_one_byte_changed_or_lost_is_refused_with_the_member(
    bundle: Path, tmp_path: Path, damage: Callable[[bytes, int, random.Random], bytes]
) -> None:
    """Every k-th byte of the file, each of its last 300, and each of the headers of the members."""
    raw = bundle.read_bytes()
    with Archive(bundle) as archive:
        entries = list(archive.entries)
    rng = random.Random(7)
    step = max(1, len(raw) // 1_500)
    headers = {place for entry in entries for place in range(entry.offset, entry.data_offset, 3)}
    ends = {entry.end - 1 for entry in entries}
    places = sorted({*range(rng.randrange(step), len(raw), step), *headers, *ends, *range(len(raw) - 300, len(raw))})
    damaged = tmp_path / "damaged.vcb"
    for place in places:
        damaged.write_bytes(damage(raw, place, rng))
        with pytest.raises(BundleRefused) as caught:
            check_bundle(damaged)
        within = next((entry.name for entry in entries if entry.offset <= place < entry.end), "(directory)")
        # What names a member in the list may be what was changed.
        named = {"(directory)", caught.value.member} if within == "(directory)" else {within}
        if damage is not changed_byte and any(entry.offset <= place < entry.data_offset for entry in entries):
            named |= set([entry.name for entry in entries if entry.end <= place][-1:] or ["(directory)"])  # it lost its end
        if place in {entry.offset for entry in entries}:  # cut off right before a member: only the list is missing
            named.add("(directory)")
        assert caught.value.member in named, (place, caught.value)
        assert str(caught.value) == f"{caught.value.member}: {caught.value.reason}".removeprefix(": ")


def test_other_files_are_refused(tmp_path: Path, db: Path, bundle: Path) -> None:
    for raw in (b"", b"x", b"PK\x05\x06" + b"\0" * 18, os.urandom(5_000), b"SQLite format 3\0" + b"\0" * 5_000):
        path = tmp_path / "other"
        path.write_bytes(raw)
        refused(path, db)
    with zipfile.ZipFile(tmp_path / "again.vcb", "w") as archive:
        for name, content in members_of(bundle).items():
            archive.writestr(name, content)
    assert "it is missing: this is no incident bundle" in refused(tmp_path / "again.vcb", db).reason


def bomb(bundle: Path, out: Path, size: int) -> Path:
    """Events of `size` bytes that pack as well as zlib can; the manifest is right about all of it."""
    from console.areas.incidents.store import archive

    before, archive.MAX_RATIO = archive.MAX_RATIO, 10**9
    try:
        return repacked(bundle, out, {"notes/a.md": b"a" * size})
    finally:
        archive.MAX_RATIO = before


def test_bombs_are_refused_before_they_unpack(bundle: Path, tmp_path: Path, db: Path) -> None:
    import tracemalloc

    path = bomb(bundle, tmp_path / "bomb.vcb", 200_000_000)
    assert path.stat().st_size < 1_500_000
    tracemalloc.start()
    why = refused(path, db)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (why.member, "more than 100 times its packed size" in why.reason) == ("notes/a.md", True)
    assert peak < 40_000_000
    total = refused(bundle, db, limits=BundleLimits(content=100_000))
    assert "the bundle unpacks to more than 100,000 bytes" in total.reason
    slow = refused(bundle, db, limits=BundleLimits(seconds=0))
    assert "takes more than 0 s to read" in slow.reason
    endless = repacked(bundle, tmp_path / "line.vcb", {"tables/pins.ndjson": b"[" + os.urandom(2_500_000).hex().encode()})
    assert "a line of more than 3,000,000 bytes" in refused(endless, db, limits=BundleLimits(line=3_000_000)).reason
    many = refused(bundle, db, limits=BundleLimits(entries=3))
    assert "3 are allowed" in many.reason


def test_a_size_that_is_a_lie_is_refused(bundle: Path, tmp_path: Path, db: Path) -> None:
    """Counted on the bytes really read, whatever the headers and the manifest say."""
    from console.areas.incidents.core.bundle.layout import directory, local_header

    raw = bundle.read_bytes()
    with Archive(bundle) as archive:
        entries = list(archive.entries)
    place = next(number for number, entry in enumerate(entries) if entry.name == "events.ndjson")
    lie = entries[place]._replace(size=entries[place].size - 10)
    lying = [*entries[:place], lie, *entries[place + 1 :]]
    body = raw[: lie.offset] + local_header(lie) + raw[lie.data_offset : entries[-1].end]
    path = tmp_path / "lie.vcb"
    path.write_bytes(body + directory(lying))
    assert refused(path, db).member == "events.ndjson"


def test_a_zip_inside_is_only_data(bundle: Path, tmp_path: Path, db: Path) -> None:
    inner = tmp_path / "inner.zip"
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../x", b"0" * 10_000_000)
    picture = png(chunk(b"zTXt", inner.read_bytes()))
    path = repacked(bundle, tmp_path / "a.vcb", {"pictures/x.png": picture})
    assert import_bundle(path, db).manifest.members["pictures/x.png"].bytes == len(picture)


def test_exact_member_list(bundle: Path, tmp_path: Path, db: Path) -> None:
    def forget(data: dict[str, Any]) -> None:
        del data["members"]["notes/more.md"]

    path = repacked(bundle, tmp_path / "more.vcb", {"notes/more.md": b"x"}, forget)
    why = refused(path, db)
    assert (why.member, why.reason) == ("notes/more.md", "the manifest does not name it")
    path = repacked(
        bundle,
        tmp_path / "less.vcb",
        manifest=lambda data: data["members"].update({"notes/b.md": data["members"]["events.ndjson"]}),
    )
    why = refused(path, db)
    assert (why.member, why.reason) == ("notes/b.md", "it is missing")


KILLED = """
import os, signal, sys
from pathlib import Path
from console.areas.incidents.store.importing import import_bundle
import_bundle(Path(sys.argv[1]), Path(sys.argv[2]), progress=lambda done, total: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_killed_import_leaves_no_store(bundle: Path, tmp_path: Path) -> None:
    db = tmp_path / "new.db"
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(bundle), str(db)], env=environment, capture_output=True, timeout=50, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not db.exists()
    assert list(tmp_path.iterdir()) != []
    import_bundle(bundle, db)
    assert list(tmp_path.iterdir()) == [db]


def test_what_a_stranger_says_is_never_code(bundle: Path, tmp_path: Path, db: Path) -> None:
    """Names of tables and columns come from the manifest: none of them reaches SQL unless it is one of ours."""
    words = "pins (event_id) VALUES (1); DROP TABLE events; --"
    path = repacked(bundle, tmp_path / "a.vcb", manifest=lambda data: data["tables"].update({words: ["event_id"]}))
    refused(path, db)
    columns = {"pins": ["event_id", "note) VALUES (1,2); --", "pinned"]}
    path = repacked(bundle, tmp_path / "b.vcb", manifest=lambda data: data["tables"].update(columns))
    assert "no column" in refused(path, db).reason


def test_the_manifest_alone_is_read_fast_and_says_what_is_in_it(bundle: Path) -> None:
    manifest = manifest_of(bundle)
    assert json.loads(json.dumps(manifest.title)) == "All of it"
    assert manifest.counts.events > 400
