"""Import: rows and counts of a stranger's bundle that cannot be, each refused with the member and the reason."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from console.areas.incidents.store.archive_reading import Archive
from console.areas.incidents.store.importing import import_bundle
from tests.areas.incidents.store.bundles import changed_rows, refused, repacked


@pytest.mark.parametrize(
    ("change", "manifest", "member", "reason"),
    [
        ({"events.ndjson": b"{}\n"}, None, "events.ndjson", "fewer lines"),
        ({"tables/pins.ndjson": b"[1]\n"}, None, "tables/pins.ndjson", "line 1: 1 values, 3 columns"),
        ({"tables/pins.ndjson": b"[1,2,3]\n"}, None, "tables/pins.ndjson", "note is no TEXT"),
        ({"tables/pins.ndjson": b'[null,"",3]\n'}, None, "tables/pins.ndjson", "event_id is missing"),
        ({"tables/pins.ndjson": b'[true,"",3]\n'}, None, "tables/pins.ndjson", "event_id is no INTEGER"),
        ({"tables/pins.ndjson": b'[1e3,"",3]\n'}, None, "tables/pins.ndjson", "event_id is no INTEGER"),
        ({"tables/pins.ndjson": b'[18446744073709551616,"",3]\n'}, None, "tables/pins.ndjson", "64 bits|no INTEGER"),
        ({"tables/pins.ndjson": b'[1,{"b64":"!"},3]\n'}, None, "tables/pins.ndjson", "no base64"),
        ({"tables/pins.ndjson": b'[1,{"x":"YQ=="},3]\n'}, None, "tables/pins.ndjson", "no bytes"),
        ({"tables/pins.ndjson": b'[1,{"b64":"YQ=="},3]\n'}, None, "tables/pins.ndjson", "note is no TEXT"),
        ({"tables/pins.ndjson": b"nonsense\n"}, None, "tables/pins.ndjson", "no JSON"),
        ({"tables/pins.ndjson": b"[" * 5_000 + b"\n"}, None, "tables/pins.ndjson", "no JSON"),
        ({"tables/pins.ndjson": b'[1,"a",3]'}, None, "tables/pins.ndjson", "last line does not end"),
        ({"tables/pins.ndjson": b'[1,"a",3]\n' * 2}, None, "tables/pins.ndjson", "cannot stand in the table"),
        ({"tables/pins.ndjson": b'[999999,"a",3]\n'}, None, "tables/pins.ndjson", "not among the events"),
        ({"tables/pins.ndjson": b""}, {"members": {"tables/pins.ndjson": {"rows": 7}}}, "tables/pins.ndjson", "0 rows"),
        ({}, {"tables": {"sqlite_master": ["sql"]}}, "tables/sqlite_master.ndjson", "missing"),
        ({"tables/meta.ndjson": b""}, {"tables": {"meta": ["key", "value"]}}, "tables/meta.ndjson", "no table 'meta'"),
        ({"tables/outbox_x.ndjson": b""}, {"tables": {"outbox_x": ["key"]}}, "tables/outbox_x.ndjson", "no table"),
        ({}, {"tables": {"pins": ["event_id", "note", "x"]}}, "tables/pins.ndjson", "no column 'x'; update"),
        ({}, {"tables": {"pins": ["event_id", "note", "note"]}}, "tables/pins.ndjson", "a column twice"),
        ({}, {"tables": {"pins": ["event_id", "note"]}}, "tables/pins.ndjson", "'pinned' is missing"),
        ({}, {"schema": 2}, "manifest.json", "update it"),
        ({"report.html": None, "notes/b.md": b"\xff"}, None, "notes/b.md", "no UTF-8"),
    ],
)
def test_rows_that_are_none_are_refused(
    bundle: Path, tmp_path: Path, db: Path, change: dict[str, bytes | None], manifest: Any, member: str, reason: str
) -> None:
    def lie(data: dict[str, Any]) -> None:
        for name, value in (manifest or {}).items():
            if isinstance(value, dict):
                for key, inner in value.items():
                    old = data[name].get(key)
                    data[name][key] = {**old, **inner} if isinstance(inner, dict) and isinstance(old, dict) else inner
            else:
                data[name] = value

    path = repacked(bundle, tmp_path / "hostile.vcb", change, lie)
    why = refused(path, db)
    assert why.member == member
    assert re.search(reason, why.reason), why.reason


@pytest.mark.parametrize(
    ("table", "change", "reason"),
    [
        ("events", lambda row: row.__setitem__(0, 5), "ids do not rise"),
        ("events", lambda row: row.__setitem__(0, -row[0]), "ids do not rise"),
        ("events", lambda row: row.__setitem__(0, row[0] * 300_000), "ids lie too far apart|not among"),
        ("events", lambda row: row.__setitem__(1, 999), "not among the kinds"),
        ("events", lambda row: row.__setitem__(6, 7), "message is no TEXT"),
        ("kinds", lambda row: row.__setitem__(1, 999), "not among the sources"),
        ("kinds", lambda row: row.__setitem__(8, 0), "counts are not those|cannot stand in"),
        ("activity", lambda row: row.__setitem__(2, row[2] + 1), "counts are not those of the events"),
        ("activity", lambda row: False, "counts are not those of the events"),
        ("gaps", lambda row: row.__setitem__(2, 999), "not among the streams"),
    ],
)
def test_rows_that_do_not_fit_together_are_refused(
    bundle: Path, tmp_path: Path, db: Path, monkeypatch: pytest.MonkeyPatch, table: str, change: Any, reason: str
) -> None:
    monkeypatch.setattr("console.areas.incidents.store.importing_rows.MOST_PARTS", 200)
    path = repacked(bundle, tmp_path / "hostile.vcb", changed_rows(bundle, table, change))
    why = refused(path, db)
    assert why.member.startswith("tables/")
    assert re.search(reason, why.reason), why


@pytest.mark.parametrize("name", ["events", "markers", "pins"])
def test_counts_of_what_is_not_there_are_refused(bundle: Path, tmp_path: Path, db: Path, name: str) -> None:
    def lie(data: dict[str, Any]) -> None:
        counts = data["counts"] if name in data["counts"] else data["counts"]["tables"]
        counts[name] = 999_999

    why = refused(repacked(bundle, tmp_path / "lie.vcb", manifest=lie), db)
    assert (why.member, why.reason.partition(",")[0]) == ("manifest.json", "it counts 999")
    assert name in why.reason


@pytest.mark.parametrize("first_bin", [-1, 2**40, 2**62])
@pytest.mark.parametrize("table", ["performance_duration"])
def test_a_histogram_with_bins_that_do_not_exist_is_refused(
    bundle: Path, tmp_path: Path, db: Path, table: str, first_bin: int
) -> None:
    with Archive(bundle) as archive:
        place = archive.manifest.tables[table].index("first_bin")
    change = changed_rows(bundle, table, lambda row: row.__setitem__(place, first_bin))
    why = refused(repacked(bundle, tmp_path / "bins.vcb", change), db)
    assert why.member == f"tables/{table}.ndjson"
    assert f"from bin {first_bin} on" in why.reason


def test_no_command_waits_to_be_sent(bundle: Path, tmp_path: Path, db: Path) -> None:
    names = ["key", "source", "area", "name", "args", "deadline_ms", "state", "created_ms", "attempts", "reason"]

    def claim(data: dict[str, Any]) -> None:
        data["tables"]["outbox"] = names
        data["counts"]["tables"]["outbox"] = 1

    for state, is_refused in (("queued", True), ("unknown", True), ("applied", False)):
        row = json.dumps(["k", "server", "sync", "resolve", "{}", 1, state, 1, 0, ""]).encode() + b"\n"
        path = repacked(bundle, tmp_path / f"{state}.vcb", {"tables/outbox.ndjson": row}, claim)
        if is_refused:
            assert refused(path, db).member == "tables/outbox.ndjson"
        else:
            import_bundle(path, db)
