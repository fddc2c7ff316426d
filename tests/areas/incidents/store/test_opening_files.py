"""Files that are no bundles, opened as stores that every view can read."""

import json
import os
import resource
import stat
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.areas.incidents.core.bundle.selection import Selection
from console.areas.incidents.core.found import MAX_TEXT, FileRefused
from console.areas.incidents.core.har import to_har
from console.areas.incidents.core.redaction import default_profile
from console.areas.incidents.store.exporting import export_bundle
from console.areas.incidents.store.importing import import_bundle
from console.areas.incidents.store.opening_files import OpeningCancelled, open_as_store
from console.store.database import StoreError, open_reader
from tests.areas.incidents.core.test_har import answered, entry, har
from tests.store_filling import read_text

Rows = Callable[..., list[Any]]


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "opened" / "x.db"


@pytest.fixture
def rows(db: Path) -> Rows:
    def read(sql: str) -> list[Any]:
        with closing(open_reader(db)) as connection:
            found = connection.execute(sql).fetchall()
            return [row[0] if len(row) == 1 else row for row in found]

    return read


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "kind", "events"), [("vivim-error-posts.jsonl", "posts", 321), ("vivim-debug-stream.jsonl", "jsonl", 157)]
)
def test_recorded_traffic_fills_a_store_and_all_areas(
    fixtures: Path, db: Path, rows: Rows, name: str, kind: str, events: int
) -> None:
    assert open_as_store(fixtures / name, db) == (kind, events, 0, ())
    assert rows("SELECT count(*) FROM v_events") == [events]
    assert rows("SELECT DISTINCT source FROM v_events") == [name.removesuffix(".jsonl")]
    assert rows("SELECT min(seq), max(seq), count(DISTINCT seq) FROM v_events") == [(1, events, events)]
    assert rows("SELECT transport FROM sources") == ["file"]
    assert rows("SELECT sum(kept) FROM errors_group")[0] > 40, "the projections saw the events"
    assert rows("SELECT sources, events, to_ms IS NULL FROM incidents_session") == [(name.removesuffix(".jsonl"), events, 0)]
    assert stat.S_IMODE(db.stat().st_mode) == 0o600


def test_texts_are_kept_as_they_were(fixtures: Path, db: Path, rows: Rows) -> None:
    path = fixtures / "vivim-debug-stream.jsonl"
    open_as_store(path, db)
    assert rows("SELECT payload FROM v_events ORDER BY id") == path.read_text().splitlines()


def test_a_har_file_opens_and_comes_out_again(tmp_path: Path, db: Path, rows: Rows) -> None:
    text = har(entry(), entry(response=answered(502)), pages=[{"id": "page_1"}])
    assert open_as_store(write(tmp_path, "page.har", text), db) == ("har", 3, 0, ())
    assert rows("SELECT event_type FROM v_events ORDER BY id") == ["info", "performance", "error"]
    assert rows("SELECT title, kept FROM errors_group") != []
    assert rows("SELECT operation FROM performance_series WHERE operation != ''") == ["POST /api/v1/messages/:id"]
    again = to_har(read_text(payload) for payload in rows("SELECT payload FROM v_events ORDER BY id"))
    assert json.loads(again) == json.loads(text)


def test_what_a_har_file_holds_under_secret_names_does_not_leave(tmp_path: Path, db: Path) -> None:
    """As HAR has it, a header's name stands beside its value, where no rule about keys would find it."""
    one = entry(pages=[{"id": "p"}])
    one["request"]["headers"].append({"name": "X-Api-Key", "value": "h1dden-one", "comment": "again"})
    one["request"]["cookies"] = [{"name": "theme", "value": "h1dden-two"}]
    one["request"]["queryString"] = [{"name": "access_token", "value": "h1dden-three"}]
    one["request"]["postData"] = {"mimeType": "x", "params": [{"name": "password", "value": "h1dden-four"}]}
    one["response"]["headers"].append({"name": "Set-Cookie", "value": "a=h1dden-five"})
    open_as_store(write(tmp_path, "page.har", har(one)), db)
    out = tmp_path / "x.vcb"
    export_bundle(db, Selection(), default_profile(), out, workers=0)
    with zipfile.ZipFile(out) as archive:
        texts = [archive.read(name).decode() for name in archive.namelist()]
    assert not [text for text in texts if "h1dden" in text]
    import_bundle(out, tmp_path / "again.db")
    with closing(open_reader(tmp_path / "again.db")) as connection:
        payloads = [row[0] for row in connection.execute("SELECT payload FROM v_events ORDER BY id")]
    [again] = json.loads(to_har(map(read_text, payloads)))["log"]["entries"]
    names = [header["name"] for header in again["request"]["headers"]]
    assert names == ["accept", "X-Correlation-Id", "traceparent", "x-api-key", "X-Api-Key"]
    assert again["request"]["cookies"][0]["name"] == "theme"
    assert again["timings"] == one["timings"], "what is no secret stays as it was"


def test_what_is_no_event_is_in_quarantine_with_its_line(tmp_path: Path, db: Path, rows: Rows) -> None:
    path = write(
        tmp_path, "x.jsonl", b'{"level":"info","message":"a"}\n\nnonsense \xff\n[1]\n{"level":"info","message":"b"}\n'
    )
    assert open_as_store(path, db)[:3] == ("jsonl", 2, 2)
    assert rows("SELECT seq, reason, raw FROM quarantine ORDER BY id") == [
        (2, "line 3: not UTF-8 at byte 10", b"nonsense \xff\n"),
        (3, "line 4: not an object but a number", b"1"),
    ]
    assert rows("SELECT seq FROM v_events ORDER BY id") == [1, 4], "nothing is left out of the numbers"


def test_a_line_beyond_all_bounds_costs_only_itself(tmp_path: Path, db: Path, rows: Rows) -> None:
    long = b'{"level":"info","message":"' + b"x" * MAX_TEXT + b'"}\n'
    path = write(tmp_path, "x.jsonl", b'{"level":"info"}\n' + long + b'{"level":"info"}\n')
    assert open_as_store(path, db)[:3] == ("jsonl", 2, 1)
    [(reason, size, kept)] = rows("SELECT reason, size, length(raw) FROM quarantine")
    assert reason.startswith("line 2: 16,777,")
    assert (size, kept) == (len(long), 65_536)


@pytest.mark.parametrize("indent", [None, 2])
def test_a_document_over_several_lines(tmp_path: Path, db: Path, rows: Rows, indent: int | None) -> None:
    value = {"reports": [{"id": "r1", "level": "error", "message": "a"}], "metadata": {}}
    assert open_as_store(write(tmp_path, "x.json", json.dumps(value, indent=indent)), db)[:3] == ("posts", 1, 0)
    assert rows("SELECT uid FROM v_events") == ["r1"]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", b"", "a.jsonl: the file is empty"),
        ("a.jsonl", b" \n\n", "the file is empty"),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x01", "none of its 3 parts is an event; the first: line 1: not UTF-8 at byte 1"),
        ("a.txt", b"hello\n", "line 1: not JSON"),
        ("a.har", b'{"log": {"version": "1.2",\n"entries": [\n{"request": {}}', "a.har: not JSON: .*line 3 column"),
        ("a.har", b'{"log": {"entries": [],\n"x": "\xff"}}', "line 2: not UTF-8 at byte"),
        ("a.json", b'{\n"reports": [\n{"id": }\n]}', "line 3 column"),
        ("a.json", b'{"reports": []}', "it holds no event"),
    ],
)
def test_other_files_are_refused_with_the_reason_and_leave_nothing(
    tmp_path: Path, db: Path, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(FileRefused, match=words):
        open_as_store(write(tmp_path, name, content), db)
    assert not list(db.parent.glob("*"))


def test_what_is_no_file_is_refused_without_waiting_for_it(tmp_path: Path, db: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    for path in (tmp_path, tmp_path / "pipe.jsonl"):
        with pytest.raises(FileRefused, match="no file"):
            open_as_store(path, db)


def test_a_store_that_is_there_is_not_touched(fixtures: Path, db: Path) -> None:
    db.parent.mkdir()
    db.write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        open_as_store(fixtures / "vivim-debug-stream.jsonl", db)
    assert db.read_bytes() == b"mine"


def test_cancelling_leaves_nothing(fixtures: Path, db: Path) -> None:
    with pytest.raises(OpeningCancelled):
        open_as_store(fixtures / "vivim-debug-stream.jsonl", db, cancelled=lambda: True)
    assert not list(db.parent.glob("*"))


def test_progress_ends_at_the_whole(tmp_path: Path, db: Path) -> None:
    told: list[tuple[int, int]] = []
    path = write(tmp_path, "x.jsonl", '{"level":"info","message":"a"}\n' * 6_345)
    open_as_store(path, db, progress=lambda done, total: told.append((done, total)))
    assert len(told) == 4
    assert told == sorted(told)
    assert {total for _, total in told} == {path.stat().st_size}
    assert told[-1][0] == pytest.approx(path.stat().st_size, rel=0.05)


@pytest.mark.parametrize("kib", [20, 100, 300, 500, 700, 900, 1_000, 1_100, 1_200, 1_500, 3_000])
def test_a_disk_that_is_full_leaves_nothing_or_all(fixtures: Path, db: Path, rows: Rows, kib: int) -> None:
    """Wherever it happens: in an event, in the folding of the log into the file, or not at all."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (kib * 1024, hard))
    try:
        open_as_store(fixtures / "vivim-debug-stream.jsonl", db)
    except (StoreError, OSError):
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert kib < 3_000
        assert not list(db.parent.glob("*"))
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert kib > 300
        assert rows("SELECT count(*) FROM v_events") == [157]
        assert rows("PRAGMA integrity_check") == ["ok"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
