"""The result of a merge is held against the contract of its kind of entity, which another area keeps."""

import json
from pathlib import Path
from typing import Any

from console.areas.contracts.store import COMMANDS as CONTRACT_COMMANDS
from console.areas.contracts.store import MIGRATIONS as CONTRACT_MIGRATIONS
from console.areas.sync.core.merge.values import MISSING
from console.areas.sync.store import MIGRATIONS, projection
from console.areas.sync.store.entity_contract import breaches_of
from console.areas.sync.store.reading import load_conflict
from console.store.database import open_writer
from tests.areas.sync.store.issues import conflict, desk, fill
from tests.store_filling import START_MS, fill_store, read_text

SCHEMA = {
    "type": "object",
    "required": ["title"],
    "properties": {"title": {"type": "string", "maxLength": 10}, "archived": {"type": "boolean"}},
}


def store(path: Path, *schemas: Any) -> Path:
    """A store with one conflict and these contracts of conversations, the newest last."""
    events = [read_text(conflict(), START_MS)]
    both = [("sync", MIGRATIONS), ("contracts", CONTRACT_MIGRATIONS)]
    fill_store(path, events, "pwa", projections=[("sync", projection())], migrations=both)
    connection = open_writer(path)
    for number, schema in enumerate(schemas):
        document = {
            "serviceName": "server", "endpoint": "entity:conversation", "contractVersion": f"1.{number}.0",
            "expectedParams": [], "expectedResponse": schema,
        }  # fmt: skip
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            CONTRACT_COMMANDS["save"](connection, {"document": document, "origin": "edited"}, START_MS + number)
    connection.close()
    return path


def test_the_verdict_follows_the_decisions(tmp_path: Path) -> None:
    with desk(store(tmp_path / "store.db", SCHEMA)) as work:
        work.do("choose", issue=1, path=["title"], choice="remote")
        assert load_conflict(work.connection, 1).contract == ()
        work.do("choose", issue=1, path=["title"], choice="local")
        told = load_conflict(work.connection, 1).contract
        assert told is not None
        assert len(told) == 1
        assert told[0].startswith("title: expected ")
        assert told[0].endswith("(version 1.0.0)")


def test_only_the_current_version_counts(tmp_path: Path) -> None:
    with desk(store(tmp_path / "store.db", SCHEMA, {"type": "object"})) as work:
        assert load_conflict(work.connection, 1).contract == ()


def test_a_deleted_entity_breaks_nothing_and_other_kinds_have_no_contract(tmp_path: Path) -> None:
    with desk(store(tmp_path / "store.db", SCHEMA)) as work:
        assert breaches_of(work.connection, "conversation", MISSING) == ()
        assert breaches_of(work.connection, "conversation", {}) != ()
        assert breaches_of(work.connection, "message", {}) is None


def test_a_schema_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    path = store(tmp_path / "store.db", SCHEMA)
    with desk(path) as work:
        document = json.dumps({"expectedResponse": {"type": "nonsense"}})
        work.connection.execute("UPDATE contracts_version SET document = json_patch(document, ?)", (document,))
        told = breaches_of(work.connection, "conversation", {"title": "x"})
        assert told is not None
        assert "cannot be used" in told[0]


def test_a_store_without_the_contracts_area_knows_none(tmp_path: Path) -> None:
    with desk(fill(tmp_path / "store.db", [conflict()])) as work:
        assert load_conflict(work.connection, 1).contract is None


def test_a_pattern_that_takes_too_long_is_no_verdict(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"title": {"pattern": "^(?:(?=a)a*)*b$"}}}
    with desk(store(tmp_path / "store.db", schema)) as work:
        told = breaches_of(work.connection, "conversation", {"title": "a" * 40})
        assert told == ("a pattern takes too long for this value: not decided (version 1.0.0)",)
