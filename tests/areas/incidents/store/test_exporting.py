"""Export: what leaves, what does not, and that a bundle is there whole or not at all."""

import json
import threading
from pathlib import Path

import msgspec
import pytest

from console.areas import area_bundled
from console.areas.incidents.core.bundle.lines import text_of
from console.areas.incidents.core.bundle.manifest import Masked
from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.redaction import Hit, default_profile
from console.areas.incidents.store import exporting, exporting_sweeping
from console.areas.incidents.store.archive import pack, unpack
from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.store.exporting import ExportCancelled, export_bundle
from console.areas.incidents.store.exporting_preview import estimate, preview
from console.areas.incidents.store.exporting_refusal import ExportRefused
from console.areas.incidents.store.importing import import_bundle
from console.store.bundled import BASE_TABLES
from console.store.bundling import BundleTable
from console.store.database import open_plain, open_reader
from console.store.filter import FilterError
from tests.areas.incidents.store.bundles import (
    KEY,
    MADE_MS,
    SECRET,
    all_rows,
    asked,
    export,
    ids,
    leftovers,
    make_store,
    members_of,
)
from tests.store_filling import START_MS

HOLES = "SELECT id FROM events WHERE kind IN (SELECT id FROM kinds WHERE marker > 0)"


def test_a_bundle_of_everything_comes_back_row_for_row(store: Path, tmp_path: Path) -> None:
    exported = export(store, tmp_path / "a.vcb", title="T", notes=[("n", "text")])
    import_bundle(tmp_path / "a.vcb", tmp_path / "b.db")
    again = export(tmp_path / "b.db", tmp_path / "b.vcb", title="T", notes=[("n", "text")])
    assert members_of(tmp_path / "a.vcb") == members_of(tmp_path / "b.vcb")
    import_bundle(tmp_path / "b.vcb", tmp_path / "c.db")
    assert all_rows(tmp_path / "b.db", without=("meta",)) == all_rows(tmp_path / "c.db", without=("meta",))
    # All but what was masked, which was nothing the second time.
    assert exported.manifest.redaction.total > 0
    assert again.manifest == msgspec.structs.replace(exported.manifest, redaction=Masked())
    export(tmp_path / "c.db", tmp_path / "c.vcb", title="T", notes=[("n", "text")])
    assert (tmp_path / "b.vcb").read_bytes() == (tmp_path / "c.vcb").read_bytes()
    assert exported.manifest.counts.events > 400
    assert exported.manifest.counts.markers == 3
    assert exported.manifest.counts.quarantined == 1
    assert exported.manifest.sources[0].gaps == 1
    assert exported.manifest.sources[0].missing == 20
    assert exported.manifest.sources[0].unknown == 1


def test_texts_without_secrets_stay_byte_for_byte(store: Path, tmp_path: Path) -> None:
    export(store, tmp_path / "a.vcb")
    texts = [text_of(line) for line in members_of(tmp_path / "a.vcb")["events.ndjson"].split(b"\n")[:-1]]
    before = [row[0] for row in asked(store, "SELECT text FROM payloads ORDER BY id")]
    assert len(texts) == len(before)
    changed = [old for old, new in zip(before, texts, strict=True) if old != new]
    assert 3 <= len(changed) < len(before) / 50
    assert all(SECRET in str(old) or "u-77-anna" in str(old) or "@" in str(old) for old in changed)


def test_secrets_go_also_where_they_stand_openly_before_and_in_other_tables(store: Path, tmp_path: Path) -> None:
    exported = export(
        store, tmp_path / "a.vcb", title=f"with {SECRET}", notes=[(SECRET, f"the token was {SECRET}")],
        selection=Selection(filter=f"-nowhere{SECRET}"),
    )  # fmt: skip
    for raw in (*members_of(tmp_path / "a.vcb").values(), (tmp_path / "a.vcb").read_bytes(), str(exported).encode()):
        assert SECRET.encode() not in raw
        assert b"u-77-anna" not in raw
    everything = b"".join(members_of(tmp_path / "a.vcb").values())
    pseudonyms = {word for word in everything.replace(b'"', b" ").split() if word.startswith(b"user_")}
    assert len(pseudonyms) >= 1


def test_processes_do_the_same_as_none(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "FEW", 0)
    export(store, tmp_path / "a.vcb")
    export(store, tmp_path / "b.vcb", workers=2)
    assert members_of(tmp_path / "a.vcb") == members_of(tmp_path / "b.vcb")


def test_ranges_filters_and_names(store: Path, tmp_path: Path) -> None:
    correlation = asked(
        store, "SELECT correlation FROM events WHERE correlation LIKE 'corr-%' GROUP BY 1 HAVING count(*) > 2"
    )
    [[group]] = asked(store, "SELECT group_id FROM errors_member GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
    [[issue]] = asked(store, "SELECT issue_id FROM sync_issue_event LIMIT 1")
    name = str(correlation[0][0])
    cases = [
        (Selection(filter="level:error"), "kind IN (SELECT id FROM kinds WHERE level = 'error')", ()),
        (Selection(START_MS + 1_000, START_MS + 2_000), "ts BETWEEN ? AND ?", (START_MS + 1_000, START_MS + 2_000)),
        (Selection(correlations=(name,)), "correlation = ?1 OR id IN (SELECT event_id FROM trace_links WHERE trace_id = ?1)",
         (name,)),
        (Selection(groups=(group,)), "id IN (SELECT event_id FROM errors_member WHERE group_id = ?)", (group,)),
        (Selection(conflicts=(issue,)), "id IN (SELECT event_id FROM sync_issue_event WHERE issue_id = ?)", (issue,)),
        (Selection(ids=(4, 9, 100)), "id IN (4, 9, 100)", ()),
        (Selection(ids=(4, 9, 100), filter="id:9"), "id = 9", ()),
        (Selection(START_MS, START_MS + 5_000, correlations=(name,)), "correlation = ? AND ts <= ?",
         (name, START_MS + 5_000)),
        (Selection(ids=(5,), groups=(group,)),
         "id = 5 OR id IN (SELECT event_id FROM errors_member WHERE group_id = ?)", (group,)),
    ]  # fmt: skip
    for number, (selection, where, values) in enumerate(cases):
        wanted = {row[0] for row in asked(store, f"SELECT id FROM events WHERE {where}", *values)}
        if not wanted:
            continue
        export(store, tmp_path / f"{number}.vcb", selection)
        found = set(ids(tmp_path / f"{number}.vcb"))
        holes = {
            row[0] for row in asked(store, "SELECT id FROM events WHERE kind IN (SELECT id FROM kinds WHERE marker > 0)")
        }
        assert found - holes == wanted - holes, selection
        connection = open_reader(store)
        assert estimate(connection, selection).events == len(wanted)
        connection.close()
        import_bundle(tmp_path / f"{number}.vcb", tmp_path / f"{number}.db")


def test_what_happened_around(store: Path, tmp_path: Path) -> None:
    times = dict(asked(store, "SELECT id, ts FROM events WHERE id IN (40, 41, 200)"))
    export(store, tmp_path / "a.vcb", Selection(ids=(40, 41, 200), around_ms=750))
    windows = " OR ".join(f"ts BETWEEN {int(str(ts)) - 750} AND {int(str(ts)) + 750}" for ts in times.values())
    wanted = {row[0] for row in asked(store, f"SELECT id FROM events WHERE {windows}")}
    holes = {row[0] for row in asked(store, HOLES)}
    assert set(ids(tmp_path / "a.vcb")) - holes == wanted - holes
    assert len(wanted) > 20


def test_nothing_found_and_bad_filters(store: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportRefused, match="nothing in the store matches: all events that match nowhereatall"):
        export(store, tmp_path / "a.vcb", Selection(filter="nowhereatall"))
    with pytest.raises(FilterError):
        export(store, tmp_path / "a.vcb", Selection(filter="level:("))
    with pytest.raises(ValueError, match="no PNG"):
        export(store, tmp_path / "a.vcb", pictures=[("p", b"GIF89a")])
    assert leftovers(tmp_path) == []


def test_a_hit_of_the_last_look_refuses_and_says_where(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Overlooking(exporting_sweeping.FinalSearch):
        def feed(self, member: str, chunk: bytes) -> None:
            self.fed = member
            super().feed(member, chunk)

        def hits(self) -> list[Hit]:
            planted = [Hit("events.ndjson", 40, 3, "bearer", "base64")] if self.fed == "events.ndjson" else []
            return [*super().hits(), *planted]

    monkeypatch.setattr(exporting_sweeping, "FinalSearch", Overlooking)
    with pytest.raises(ExportRefused, match=r"events\.ndjson line 3 \(bearer, base64\).*nothing was written") as caught:
        export(store, tmp_path / "a.vcb")
    assert caught.value.hits[0].line == 3
    assert leftovers(tmp_path) == []


def test_lines_of_hits_are_those_of_the_member(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.areas.incidents.store.exporting_plan.BATCH_ROWS", 50)
    needle = asked(store, "SELECT text, (SELECT count(*) FROM payloads q WHERE q.id <= p.id) FROM payloads p WHERE id = 173")
    text, line = str(needle[0][0]), needle[0][1]

    class Finding(exporting_sweeping.FinalSearch):
        def feed(self, member: str, chunk: bytes) -> None:
            self.place = chunk.find(text.encode()), chunk.count(b"\n", 0, max(0, chunk.find(text.encode()))), member

        def hits(self) -> list[Hit]:
            start, before, member = self.place
            return [Hit(member, start, before + 1, "r", "raw")] if start >= 0 else []

    monkeypatch.setattr(exporting_sweeping, "FinalSearch", Finding)
    with pytest.raises(ExportRefused) as caught:
        export(store, tmp_path / "a.vcb")
    assert caught.value.hits[0].line == line


def test_cancelling_leaves_nothing_and_what_was_there_stays(store: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.vcb"
    out.write_bytes(b"an older bundle")
    for after in (0, 3, 12):
        asked_so_often = iter(range(1_000))
        with pytest.raises(ExportCancelled):
            export(store, out, cancelled=lambda: next(asked_so_often) >= after)  # noqa: B023
        assert leftovers(tmp_path) == ["a.vcb"]
        assert out.read_bytes() == b"an older bundle"


def test_progress_goes_up_to_the_whole(store: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    export(store, tmp_path / "a.vcb", progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_a_picture_and_a_report_of_the_redacted_rows_alone(store: Path, tmp_path: Path) -> None:
    def report(connection: object) -> str:
        rows = connection.execute("SELECT group_concat(text) FROM payloads").fetchone()  # type: ignore[attr-defined]
        assert SECRET not in rows[0]
        return f"<p>{len(rows[0])}</p>"

    picture = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010800000000 3a7e9b550000000a49444154789c6360000000020001 48afa471"
        "0000000049454e44ae426082".replace(" ", "")
    )
    exported = export(store, tmp_path / "a.vcb", pictures=[("The window", picture)], report=report)
    found = members_of(tmp_path / "a.vcb")
    assert found["pictures/The window.png"] == picture
    assert found["report.html"].startswith(b"<p>")
    assert exported.manifest.titles == {"pictures/The window.png": "The window"}
    assert leftovers(tmp_path) == ["a.vcb"]


def test_one_moment_of_the_store_whatever_is_written_meanwhile(tmp_path: Path) -> None:
    store = make_store(tmp_path / "a.db")
    before = all_rows(store)
    deleted = threading.Event()

    def meanwhile(done: int, total: int) -> None:
        if not deleted.is_set():
            deleted.set()
            connection = open_plain(store)
            connection.execute("DELETE FROM payloads WHERE id > 100")
            connection.execute("DELETE FROM errors_group")
            connection.close()

    exported = export(store, tmp_path / "a.vcb", progress=meanwhile)
    assert exported.manifest.counts.tables["errors_group"] == len(before["errors_group"])
    assert exported.manifest.members["events.ndjson"].rows == len(before["events"])


def test_bytes_with_a_secret_are_dropped(tmp_path: Path) -> None:
    store = make_store(tmp_path / "a.db")
    connection = open_plain(store)
    connection.execute("UPDATE quarantine SET raw = ?", (b"\x00\x01Authorization: Bearer " + SECRET.encode() + b"\xff\x00",))
    connection.close()
    export(store, tmp_path / "a.vcb")
    import_bundle(tmp_path / "a.vcb", tmp_path / "b.db")
    assert asked(tmp_path / "b.db", "SELECT raw, size FROM quarantine") == [(b"", 8)]


def test_a_store_of_an_older_console_lacks_tables(store: Path, tmp_path: Path) -> None:
    absent = BundleTable("health_check", {"id": "plain"}, "SELECT id FROM health_check")
    exported = export(store, tmp_path / "a.vcb", tables=[*area_bundled(), absent])
    assert "health_check" not in exported.manifest.tables


def test_a_row_can_be_fixed_on_its_way(store: Path, tmp_path: Path) -> None:
    tables = [
        BundleTable("errors_group", {"id": "plain", "note": "text"}, "SELECT id, note FROM errors_group ORDER BY id",
                    lambda row: (row[0], "fixed")),
    ]  # fmt: skip
    export(store, tmp_path / "a.vcb", tables=tables)
    rows = members_of(tmp_path / "a.vcb")["tables/errors_group.ndjson"].splitlines()
    assert {json.loads(row)[1] for row in rows} == {"fixed"}


def test_events_that_are_all_alike_can_be_opened(tmp_path: Path) -> None:
    store = make_store(tmp_path / "a.db", 5)
    connection = open_plain(store)
    connection.execute(
        "UPDATE payloads SET text = json_object('eventType', 'info', 'data', json_object('m', printf('%.*c', 20000, 'a')))"
    )
    connection.execute("UPDATE payloads SET text = text || printf('%.*c', 30000, ' ')")
    connection.close()
    exported = export(store, tmp_path / "a.vcb")
    entry = exported.manifest.members["events.ndjson"]
    assert entry.bytes > 8_000_000
    with Archive(tmp_path / "a.vcb") as archive:
        archive.verify()
    assert exported.bytes > entry.bytes / 100


def test_each_column_has_a_type_that_rows_can_hold(store: Path) -> None:
    connection = open_reader(store)
    for table in (*BASE_TABLES, *area_bundled()):
        declared = {row[1]: row for row in connection.execute(f"PRAGMA table_info({table.name})")}
        assert declared, table.name
        for column in table.columns:
            assert declared[column][2] in ("INTEGER", "REAL", "TEXT", "BLOB"), (table.name, column)
        needed = {name for name, row in declared.items() if row[3] and row[4] is None}
        assert needed <= set(table.columns), table.name
    connection.close()


def test_preview_and_estimate_only_read(store: Path, tmp_path: Path) -> None:

    connection = open_reader(store)
    seen = preview(connection, Selection(), default_profile(), 10_000)
    assert seen.report.total >= 3
    assert SECRET not in repr(seen)
    guessed = estimate(connection, Selection())
    assert preview(connection, Selection(filter="nowhereatall"), default_profile()).events == 0
    assert estimate(connection, Selection(filter="nowhereatall")) == (0, 0, 0)
    connection.close()
    exported = export(store, tmp_path / "a.vcb")
    assert exported.manifest.members["events.ndjson"].bytes == pytest.approx(guessed.content, rel=0.05)
    assert exported.bytes == pytest.approx(guessed.bytes, rel=0.5)


def test_pieces_unpack_alone_and_in_a_row() -> None:
    import zlib

    parts = [b"one " * 50, b"", b"two"]
    packed = [pack(part) for part in parts]
    assert [unpack(one) for one in packed] == parts
    whole = zlib.decompressobj(-15)
    assert whole.decompress(b"".join(packed) + b"\x03\x00") == b"".join(parts)
    assert whole.eof


def test_the_key_is_new_for_each_bundle(store: Path, tmp_path: Path) -> None:

    for name in ("a", "b"):
        export_bundle(store, Selection(), default_profile(), tmp_path / f"{name}.vcb", workers=0, clock=lambda: MADE_MS)
    one, other = (members_of(tmp_path / f"{name}.vcb")["events.ndjson"] for name in "ab")
    assert one != other
    assert one.count(b"\n") == other.count(b"\n")
    assert KEY not in one
