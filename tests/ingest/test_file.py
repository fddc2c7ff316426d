"""Files as sources: recorded traffic, read once, at the speed one likes."""

import json
from pathlib import Path

import pytest

import console.ingest.file
from console.ingest.address import AddressError, file_speed, parse_source
from console.ingest.frames import FRAME_BYTES
from tests.ingest.collecting import account, collecting, one, rows, until
from tests.ingest.playbook import NOW_MS, event


async def load(db: Path, url: Path | str) -> dict[str, int]:
    async with collecting(db, parse_source("file", str(url))) as collector:
        await until(lambda: collector.settled)
        assert collector.links["file"].status.state == "finished"
    return collector.totals()


@pytest.mark.parametrize(("name", "count"), [("vivim-debug-stream.jsonl", 157), ("vivim-error-posts.jsonl", 321)])
async def test_recorded_traffic_loads_without_loss(tmp_path: Path, fixtures: Path, name: str, count: int) -> None:
    db = tmp_path / "store.db"
    totals = await load(db, fixtures / name)
    assert (totals["stored"], totals["quarantined"]) == (count, 0)
    again = await load(db, fixtures / name)
    assert (again["stored"], again["duplicates"]) == (0, count), "reading it again brings nothing twice"
    assert account(db) == {"stored": count, "quarantined": 0, "gap_events": 0, "unknown_intervals": 0}


async def test_texts_are_the_lines(tmp_path: Path, fixtures: Path) -> None:
    db = tmp_path / "store.db"
    path = fixtures / "vivim-debug-stream.jsonl"
    await load(db, path)
    assert [text for (text,) in rows(db, "SELECT payload FROM v_events ORDER BY seq")] == path.read_text().splitlines()


async def test_only_what_was_appended_is_new(tmp_path: Path) -> None:
    path, db = tmp_path / "e.jsonl", tmp_path / "store.db"
    path.write_text(event(1) + "\n" + event(2) + "\n")
    assert (await load(db, path))["stored"] == 2
    with path.open("a") as file:
        file.write(event(3))
    assert (await load(db, path))["stored"] == 1
    assert [seq for (seq,) in rows(db, "SELECT seq FROM v_events ORDER BY seq")] == [1, 2, 3]


async def test_unreadable_lines_are_quarantined_with_their_bytes(tmp_path: Path) -> None:
    path, db = tmp_path / "e.jsonl", tmp_path / "store.db"
    lines = [
        event(1).encode(), b"\xff\xfe{", b"\x00" * 64, b"\x0012 x", b"", b"x" * (FRAME_BYTES + 5), b"5", event(2).encode(),
        b"y" * (FRAME_BYTES * 2),
    ]  # fmt: skip
    path.write_bytes(b"\n".join(lines))
    totals = await load(db, path)
    assert (totals["stored"], totals["quarantined"]) == (2, 6)
    kept = rows(db, "SELECT reason, size, raw FROM quarantine ORDER BY id")
    assert "not UTF-8 at byte 0" in kept[0][0]
    assert kept[0][2].rstrip() == b"\xff\xfe{"
    assert "longer than" in kept[3][0]
    assert kept[3][0].startswith(f"a line of {FRAME_BYTES + 6:,} bytes")
    assert "longer than" in kept[5][0]
    assert len(kept[5][2]) <= 65_536
    assert [text for (text,) in rows(db, "SELECT payload FROM v_events ORDER BY seq")] == [event(1), event(2)]


async def test_a_line_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    path, db = tmp_path / "e.jsonl", tmp_path / "store.db"
    text = event(1, pad="")
    path.write_text(event(1, pad="p" * (FRAME_BYTES - len(text))) + "\n")
    assert (await load(db, path))["stored"] == 1


async def test_it_keeps_the_recorded_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, db = tmp_path / "e.jsonl", tmp_path / "store.db"
    times = [0, 1_000, 1_000, 5_000, 3_000]
    path.write_text("\n".join(event(n, timestamp=NOW_MS + after) for n, after in enumerate(times)))
    waited: list[float] = []

    async def note_wait(seconds: float) -> None:
        waited.append(seconds)

    class Asyncio:
        """The clock stands still, so that each wait is the whole distance from the first event."""

        to_thread = staticmethod(console.ingest.file.asyncio.to_thread)
        sleep = staticmethod(note_wait)

        @staticmethod
        def get_running_loop() -> "Asyncio":
            return Asyncio()

        def time(self) -> float:
            return 100.0

    monkeypatch.setattr(console.ingest.file, "asyncio", Asyncio)
    totals = await load(db, f"{path}?speed=2")
    assert totals["stored"] == 5
    assert waited == [0.5, 0.5, 2.5, 1.5]


@pytest.mark.parametrize(
    ("url", "speed"), [("a.jsonl", None), ("a?speed=max", None), ("a?speed=original", 1), ("a?speed=2.5", 2.5)]
)
def test_speeds(url: str, speed: float | None) -> None:
    assert file_speed(url) == speed


@pytest.mark.parametrize("text", ["0", "-1", "fast", "nan", "inf"])
async def test_a_speed_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(AddressError):
        file_speed(f"a?speed={text}")
    path = tmp_path / "e.jsonl"
    path.write_text(event(1))
    async with collecting(tmp_path / "store.db", parse_source("f", f"{path}?speed={text}")) as collector:
        await until(lambda: collector.links["f"].status.state == "refused")
        assert "speed" in collector.links["f"].status.detail


async def test_a_file_that_is_gone_says_so(tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    with pytest.raises(AddressError, match="not a file"):
        parse_source("f", str(path))
    path.write_text(event(1))
    source = parse_source("f", str(path))
    path.unlink()
    async with collecting(tmp_path / "store.db", source) as collector:
        await until(lambda: collector.links["f"].status.state == "refused")
        assert "e.jsonl" in collector.links["f"].status.detail


async def test_a_file_name_need_not_be_unicode(tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.jsonl"
    path.write_text(event(1))
    assert (await load(tmp_path / "store.db", path))["stored"] == 1
    assert json.loads(one(tmp_path / "store.db", "SELECT payload FROM v_events")) == json.loads(event(1))
