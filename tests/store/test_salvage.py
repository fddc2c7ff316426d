"""A damaged store is set aside, what can be read of it is saved, and collecting goes on."""

import random
from pathlib import Path

import pytest

from console.model.facts import Arrived, CoverageLost, GapFound, Quarantined
from console.store.database import PAGE_SIZE, StoreDamaged, open_reader, suspect_file
from console.store.filter import parse_filter
from console.store.reading import summary
from console.store.salvage import Salvaged, check, set_aside
from console.store.search import count, page
from console.store.writer import Writer
from tests.store_filling import START_MS, fill_store, sample_events

EVENTS = sample_events(3_000)
EXTRA = (GapFound("server", "epoch-1", 4_000, 4_009, "evicted", START_MS), CoverageLost("server", "k", 5, 9, "closed"),
         Quarantined("server", "epoch-1", 4_010, "no object", b"oops", 4, START_MS))  # fmt: skip


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("salvage") / "console.db"
    fill_store(path, EVENTS, extra=EXTRA)
    return path.read_bytes()


@pytest.fixture
def path(tmp_path: Path, original: bytes) -> Path:
    path = tmp_path / "console.db"
    path.write_bytes(original)
    return path


def salvage(path: Path) -> Salvaged:
    """Set a store aside and check that the new one is sound, consistent and in use again."""
    damaged = path.read_bytes()
    saved = set_aside(path, 123, [])
    assert saved.aside.name == "console.db.damaged-123"
    assert saved.aside.read_bytes() == damaged, "the evidence is kept as it was"
    check(path)
    connection = open_reader(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert summary(connection).events == saved.events
    texts = dict(connection.execute("SELECT id, payload FROM v_events"))
    assert len(texts) == saved.events
    whole = sum(text == EVENTS[event_id - 1].text for event_id, text in texts.items())
    assert whole >= saved.events - 3, "a row may hold a page's damage, not more"
    found = count(connection, parse_filter("duplicate"), now_ms=START_MS, markers=False)
    said = sum('"message": "duplicate' in text for text in texts.values())
    assert abs(found - said) <= 3, "saved events are found by their words"
    last_id = connection.execute("SELECT value FROM meta WHERE key = 'last_id'").fetchone()[0]
    connection.close()
    writer = Writer(path)
    writer.submit(Arrived("server", "epoch-2", 1, sample_events(5), START_MS))
    writer.close()
    connection = open_reader(path)
    assert summary(connection).events == saved.events + 5
    assert connection.execute("SELECT min(id) FROM events WHERE seq < 6 AND id > ?", (last_id,)).fetchone()[0] == last_id + 1
    connection.close()
    return saved


def damage_pages(path: Path, pages: list[int], seed: int = 1) -> None:
    rng = random.Random(seed)
    with path.open("r+b") as file:
        for number in pages:
            file.seek(number * PAGE_SIZE)
            file.write(rng.randbytes(PAGE_SIZE))


def test_a_sound_store_loses_nothing(path: Path) -> None:
    saved = salvage(path)
    assert (saved.events, saved.lost_ranges) == (3_000, 0)
    connection = open_reader(path)
    held = summary(connection)
    assert (held.gaps, held.gap_events, held.unknown_intervals, held.quarantined) == (1, 10, 1, 1)
    assert [row.marker for row in page(connection, parse_filter("is:gap"), now_ms=START_MS).rows] != []
    connection.close()
    assert "3,000 events were saved" in str(saved)


@pytest.mark.parametrize("seed", range(6))
def test_overwritten_pages_cost_little_more_than_themselves(path: Path, seed: int) -> None:
    pages = path.stat().st_size // PAGE_SIZE
    damage_pages(path, [random.Random(seed).randrange(pages * 2 // 3, pages)], seed)
    assert salvage(path).events >= 2_300


def test_many_overwritten_pages_still_leave_something(path: Path) -> None:
    pages = path.stat().st_size // PAGE_SIZE
    damage_pages(path, [*range(pages // 2, pages, 7)])
    saved = salvage(path)
    assert saved.lost_ranges > 0
    assert 0 < saved.events < 3_000
    assert "could not be read" in str(saved)


def test_a_truncated_file(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size * 2 // 3 + 77)
    assert 0 < salvage(path).events < 3_000


def test_a_header_of_garbage_is_damage_and_leaves_an_empty_store(path: Path) -> None:
    path.write_bytes(b"\xff" * 100 + path.read_bytes()[100:])
    with pytest.raises(StoreDamaged):
        check(path)
    assert salvage(path).events == 0


def test_garbage_in_the_wal_costs_nothing_that_was_checkpointed(path: Path) -> None:
    Path(f"{path}-wal").write_bytes(random.Random(3).randbytes(50_000))
    check(path)
    connection = open_reader(path)
    assert summary(connection).events == 3_000
    connection.close()
    assert salvage(path).events == 3_000


def test_a_note_makes_the_next_start_check_the_whole_file(path: Path) -> None:
    suspect_file(path).write_text("met damage")
    check(path)
    assert not suspect_file(path).exists(), "a sound file is cleared"
    pages = path.stat().st_size // PAGE_SIZE
    damage_pages(path, [*range(pages // 2, pages - 20, 3)])
    suspect_file(path).write_text("met damage")
    with pytest.raises(StoreDamaged):
        check(path)
    salvage(path)
    assert not suspect_file(path).exists()


def test_no_file_and_an_empty_file_are_no_damage(tmp_path: Path) -> None:
    check(tmp_path / "none.db")
    (tmp_path / "empty.db").touch()
    check(tmp_path / "empty.db")
