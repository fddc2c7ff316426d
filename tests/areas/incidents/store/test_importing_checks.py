"""Import and verify: what a manifest says of its sources, JSON in columns, pictures and reports; both refuse the same."""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.areas.incidents.core.bundle.manifest import Manifest
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.store.importing import ImportCancelled, check_bundle, import_bundle
from console.areas.incidents.store.reporting import make_report
from console.store.database import StoreError, open_plain
from tests.areas.incidents.store.bundles import changed_rows, chunk, export, leftovers, make_store, png, refused, repacked


def refused_by_both(path: Path, db: Path) -> BundleRefused:
    """Import and verify it; both must refuse it for the same reason, and leave nothing."""
    why = refused(path, db)
    with pytest.raises(BundleRefused) as caught:
        check_bundle(path)
    assert (caught.value.member, caught.value.reason) == (why.member, why.reason)
    return why


@pytest.fixture(autouse=True)
def trial(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where bundles are tried; nothing may be left in it."""
    folder = tmp_path_factory.mktemp("trial")
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_a_sound_bundle_is_found_so_and_leaves_nothing(bundle: Path, trial: Path) -> None:
    told: list[tuple[int, int]] = []
    manifest = check_bundle(bundle, progress=lambda done, total: told.append((done, total)))
    with Archive(bundle) as archive:
        assert manifest == archive.manifest
    assert told[-1][0] == told[-1][1] == manifest.members["events.ndjson"].rows
    assert leftovers(trial) == []


def test_cancelling_leaves_nothing(bundle: Path, trial: Path) -> None:
    with pytest.raises(ImportCancelled):
        check_bundle(bundle, cancelled=lambda: True)
    assert leftovers(trial) == []


def test_what_a_killed_check_left_is_cleared_away(bundle: Path, trial: Path) -> None:
    left = trial / "vivim-bundle-x.partial"
    left.mkdir()
    (left / "lock").touch()
    (left / "store.db").write_bytes(b"half")
    check_bundle(bundle)
    assert leftovers(trial) == []


def test_no_room_is_said_and_is_no_verdict(bundle: Path, trial: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import console.areas.incidents.store.importing as module

    opened = module.open_building

    def small(path: Path) -> Any:
        connection = opened(path)
        connection.execute(f"PRAGMA max_page_count={connection.execute('PRAGMA page_count').fetchone()[0] + 8}")
        return connection

    monkeypatch.setattr(module, "open_building", small)
    with pytest.raises(StoreError, match=f"{trial}: there is no room"):
        check_bundle(bundle)
    assert leftovers(trial) == []


def sources(data: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = data["sources"]
    return found


@pytest.mark.parametrize(
    ("lie", "words"),
    [
        (lambda data: data.update(sources=[]), "it names 0 sources, but there are 1"),
        (lambda data: sources(data).append({"name": "other"}), "it names 2 sources"),
        (lambda data: sources(data)[0].update(name="other"), "the source 'other' is not what"),
        (lambda data: sources(data)[0].update(transport="pigeon"), "the source 'server' is not what"),
        (lambda data: sources(data)[0].update(gaps=0, missing=0), "the source 'server' is not what"),
        (lambda data: sources(data)[0].update(missing=1), "the source 'server' is not what"),
        (lambda data: sources(data)[0].update(unknown=0), "the source 'server' is not what"),
        (lambda data: data.update(from_ms=data["to_ms"] + 1), "its range ends before it begins"),
    ],
)
def test_what_a_manifest_says_of_sources_and_range_is_true(
    bundle: Path, tmp_path: Path, db: Path, lie: Callable[[dict[str, Any]], Any], words: str
) -> None:
    why = refused_by_both(repacked(bundle, tmp_path / "lie.vcb", manifest=lie), db)
    assert why.member == "manifest.json"
    assert words in why.reason


def test_a_source_whose_name_is_masked_comes_back(tmp_path: Path, db: Path) -> None:
    """In the table masked names are kept apart, in the manifest they are not."""
    store = make_store(tmp_path / "a.db", 20)
    connection = open_plain(store)
    connection.execute("UPDATE sources SET name = 'password=9f8a7b6c5d4e3f2a1b'")
    connection.close()
    told = export(store, tmp_path / "a.vcb").manifest.sources[0]
    assert "9f8a7b6c" not in told.name
    assert import_bundle(tmp_path / "a.vcb", db).manifest == check_bundle(tmp_path / "a.vcb")


@pytest.mark.parametrize("odd", ["[[[", "", "nonsense", "{'a': 1}", "\ufeff{}", "9" * 5_000, "[" * 100_000])
def test_json_that_is_none_is_refused(bundle: Path, tmp_path: Path, db: Path, odd: str) -> None:
    with Archive(bundle) as archive:
        manifest: Manifest = archive.manifest
    place = manifest.tables["errors_group"].index("parts")
    change = changed_rows(bundle, "errors_group", lambda row: row.__setitem__(place, odd))
    why = refused_by_both(repacked(bundle, tmp_path / "odd.vcb", change), db)
    assert (why.member, why.reason.partition(" (")[0]) == ("tables/errors_group.ndjson", "a parts in it is no JSON")


def test_json_that_only_python_writes_is_taken(bundle: Path, tmp_path: Path, db: Path) -> None:
    """Events may hold NaN, and what is made of them then does."""
    with Archive(bundle) as archive:
        place = archive.manifest.tables["errors_group"].index("split")
    change = changed_rows(bundle, "errors_group", lambda row: row.__setitem__(place, '[NaN, "\\ud800"]'))
    import_bundle(repacked(bundle, tmp_path / "odd.vcb", change), db)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no PNG"),
        (b"GIF89a", "no PNG"),
        (png()[:-1], "damaged"),
        (png()[:8], "breaks off"),
        (png()[:8] + chunk(b"IDAT", b"x") + chunk(b"IEND", b""), "no header"),
        (png()[:8] + chunk(b"IHDR", b"x") + chunk(b"IEND", b""), "no header"),
        (png(chunk(b"IHDR", b"\0" * 13)), "more than one"),
    ],
)
def test_a_picture_that_is_none_is_refused(bundle: Path, tmp_path: Path, db: Path, content: bytes, words: str) -> None:
    why = refused_by_both(repacked(bundle, tmp_path / "a.vcb", {"pictures/x.png": content}), db)
    assert why.member == "pictures/x.png"
    assert words in why.reason


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"<p>ok</p><script>alert(1)</script>", "<script>"),
        (b"<p>\xff</p>", "no UTF-8"),
        (b'<meta http-equiv="refresh" content="0;url=https://evil.example">', "an order"),
    ],
)
def test_a_report_that_does_more_than_show_is_refused(
    bundle: Path, tmp_path: Path, db: Path, page: bytes, words: str
) -> None:
    why = refused_by_both(repacked(bundle, tmp_path / "a.vcb", {"report.html": page}), db)
    assert why.member == "report.html"
    assert words in why.reason


def test_pictures_and_our_own_report_are_taken(store: Path, tmp_path: Path, db: Path) -> None:
    out = tmp_path / "a.vcb"
    notes = [("<script>x</script>", "# A\n[x](javascript:y) <img src=z onerror=w> `<b>`")]
    export(store, out, title='"><script>x</script>', notes=notes, pictures=[("The window", png())], report=make_report)
    assert check_bundle(out) == import_bundle(out, db).manifest


def test_a_note_beyond_all_measure_is_refused_before_it_fills_the_memory(bundle: Path, tmp_path: Path, db: Path) -> None:
    path = repacked(bundle, tmp_path / "a.vcb", {"notes/a.md": os.urandom(2 << 20).hex().encode()})
    from console.areas.incidents.store.archive_reading import BundleLimits

    why = refused(path, db, limits=BundleLimits(line=3 << 20))
    assert (why.member, why.reason) == ("notes/a.md", "it has more than 3,145,728 bytes")


def test_the_manifest_of_the_fixture_is_true() -> None:
    """Made by the first console that made any; the checks of today must take it."""
    fixture = Path(__file__).parents[3] / "fixtures" / "bundles" / "schema-1.vcb"
    assert json.loads(json.dumps(check_bundle(fixture).title)) == "Schema 1"
