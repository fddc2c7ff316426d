"""Whatever texts a store holds: what a bundle brings back is what it was told, or masked."""

import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.areas import area_migrations
from console.areas.incidents.store.importing import import_bundle
from console.store.database import open_plain, open_reader
from console.store.migrations import create_store
from tests.areas.incidents.store.bundles import export, members_of

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)
TEXTS = st.tuples(PLAIN, st.booleans(), st.none() | st.integers(0, 3)).map(
    lambda drawn: json.dumps({"eventType": "info", "data": drawn[0]}, ensure_ascii=drawn[1], indent=drawn[2])
)


def filled(path: Path, texts: list[str]) -> None:
    """Write texts as they are, whatever they are: a store may hold what an older console took."""
    create_store(path, area_migrations())
    connection = open_plain(path)
    connection.execute("INSERT INTO sources VALUES (1, 'a', '', 'sse', 0, 0)")
    connection.execute("INSERT INTO kinds VALUES (1, 1, '', 'info', 'info', 'info', '', '', 0)")
    rows = [(number, number * 7) for number in range(1, len(texts) + 1)]
    connection.executemany("INSERT INTO events (id, kind, ts, received, message) VALUES (?, 1, ?, 0, '')", rows)
    connection.executemany("INSERT INTO payloads VALUES (?,?)", list(enumerate(texts, 1)))
    connection.close()


def texts_of(path: Path) -> list[str]:
    connection = open_reader(path)
    try:
        return [row[0] for row in connection.execute("SELECT text FROM payloads ORDER BY id")]
    finally:
        connection.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS | WORDS, min_size=1, max_size=12))
def test_texts_come_back_and_a_second_bundle_is_the_same(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filled(folder / "a.db", texts)
        exported = export(folder / "a.db", folder / "a.vcb")
        import_bundle(folder / "a.vcb", folder / "b.db")
        if exported.report.total == 0:
            assert texts_of(folder / "b.db") == texts
        export(folder / "b.db", folder / "b.vcb")
        assert members_of(folder / "a.vcb") == members_of(folder / "b.vcb")
