"""A wrong page is a silent gap: every page of random stores and filters is held against a plain evaluation."""

import sqlite3
from collections.abc import Iterator
from itertools import count as counting
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.store import planning, search, searchindex
from console.store.filter import Node, format_filter
from console.store.rows import Position
from tests.store.filter_oracle import matches, tell_rows
from tests.store.random_stores import NOW_MS, build_store, leaves, search_texts, stores, times, trees

Ids = list[int]
SIZES = ((0, 2, 20_000), (1, 3, 20_000), (1, 400), (0, 1, 2), (0, 1_000), (0, 5, 100_000))
"""PROBE, FIRST_WINDOW, MAX_MERGED_KINDS, WINDOWS, FEW and LAST_PROBE, tiny enough that every way is taken."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search")


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return counting()


def page_backwards(connection: sqlite3.Connection, node: Node, limit: int, **options: object) -> Ids:
    """Page from the newest row to the oldest; returns the ids, oldest first."""
    ids: Ids = []
    before: Position | None = None
    while True:
        page = search.page(connection, node, before=before, limit=limit, now_ms=NOW_MS, **options)  # type: ignore[arg-type]
        assert [(row.ts, row.id) for row in page.rows] == sorted((row.ts, row.id) for row in page.rows)
        assert len(page.rows) == limit or not page.more
        ids = [row.id for row in page.rows] + ids
        if not page.more:
            return ids
        before = Position(page.rows[0].ts, page.rows[0].id)


def page_forwards(connection: sqlite3.Connection, node: Node, limit: int, start: Position, **options: object) -> Ids:
    """Page from right after `start` to the newest row."""
    ids: Ids = []
    while True:
        page = search.page(connection, node, after=start, limit=limit, now_ms=NOW_MS, **options)  # type: ignore[arg-type]
        ids += [row.id for row in page.rows]
        if not page.more:
            return ids
        assert len(page.rows) == limit
        start = Position(page.rows[-1].ts, page.rows[-1].id)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    parts=stores,
    nodes=st.lists(leaves | trees, min_size=6, max_size=10),
    pinned=st.lists(st.integers(1, 20), max_size=3),
    limit=st.integers(1, 4),
    markers=st.booleans(),
    bounds=st.tuples(st.none() | times, st.none() | times),
    anchor=st.tuples(times, st.integers(0, 30)),
    sizes=st.tuples(*map(st.sampled_from, SIZES)),
    part_events=st.sampled_from((3, 7, 250_000)),
)
def test_every_page_and_count_equals_a_plain_evaluation(  # one store, all ways to ask it
    folder, numbers, parts, nodes, pinned, limit, markers, bounds, anchor, sizes, part_events
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "PROBE", sizes[0])
        patch.setattr(search, "FIRST_WINDOW", sizes[1])
        patch.setattr(search, "MAX_MERGED_KINDS", sizes[2])
        patch.setattr(search, "WINDOWS", sizes[3])
        patch.setattr(search, "FEW", sizes[4])
        patch.setattr(planning, "LAST_PROBE", sizes[5])
        patch.setattr(searchindex, "PART_EVENTS", part_events)
        connection = build_store(folder / f"{next(numbers)}.db", parts, pinned)
        told = tell_rows(connection, search_texts(parts))
        since, until = bounds
        shown = [
            row
            for row in told
            if (markers or not row.values["marker"])
            and (since is None or row.key[0] >= since)
            and (until is None or row.key[0] <= until)
        ]
        for node in nodes:
            expected = [row for row in shown if matches(node, row, NOW_MS)]
            ids = [row.key[1] for row in expected]
            options = {"since_ms": since, "until_ms": until, "markers": markers}
            assert page_backwards(connection, node, limit, **options) == ids, format_filter(node)
            assert page_forwards(connection, node, limit, Position(0, 0), **options) == ids, format_filter(node)
            later = [row.key[1] for row in expected if row.key > anchor]
            assert page_forwards(connection, node, limit, Position(*anchor), **options) == later, format_filter(node)
            earlier = [row.key[1] for row in expected if row.key < anchor][-limit:]
            found = search.page(connection, node, before=Position(*anchor), limit=limit, now_ms=NOW_MS, **options)
            assert [row.id for row in found.rows] == earlier, format_filter(node)
            assert search.count(connection, node, now_ms=NOW_MS, **options) == len(ids), format_filter(node)
        connection.close()
