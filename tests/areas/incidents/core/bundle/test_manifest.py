"""Manifests: what is written is read again, older ones migrate, newer and broken ones are refused with advice."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.bundle import manifest as module
from console.areas.incidents.core.bundle.manifest import (
    SCHEMA,
    Counts,
    Manifest,
    Masked,
    MaskedPath,
    Member,
    Source,
    missing_and_extra,
    read_manifest,
    write_manifest,
)
from console.areas.incidents.core.bundle.refusal import BundleRefused
from console.areas.incidents.core.bundle.selection import Selection

MEMBER = Member("0" * 64, "f" * 64, 12, 1)


def sample() -> Manifest:
    return Manifest(
        format="vivim-incident", schema=SCHEMA, console="0.1.0", made_ms=5, title="Es brennt", from_ms=-1, to_ms=9,
        selection=Selection(since_ms=1, filter="level:error", correlations=("c",), groups=(3,), around_ms=500),
        counts=Counts(1, 2, 3, {"events": 3}), sources=(Source("server", "websocket", 1, 20, 2),),
        redaction=Masked(2, {"bearer": 2}, (MaskedPath("bearer", "$.a", 2),)), tables={"events": ("id", "kind")},
        members={"events.ndjson": MEMBER, "tables/events.ndjson": MEMBER, "notes/a.md": MEMBER}, titles={"notes/a.md": "A?"},
    )  # fmt: skip


def changed(**changes: Any) -> bytes:
    return json.dumps(json.loads(write_manifest(sample())) | changes).encode()


def test_round_trip() -> None:
    assert read_manifest(write_manifest(sample())) == sample()
    assert read_manifest(write_manifest(sample()).ljust(10_000)) == sample()


def test_a_newer_schema_is_refused_with_advice() -> None:
    with pytest.raises(BundleRefused, match=r"schema 9, made by console 7\.2; .* up to 1: update it"):
        read_manifest(changed(schema=9, console="7.2", members="unreadable here"))


def test_an_older_schema_migrates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MIGRATIONS", {0: lambda data: {**data, "schema": 1, "title": data["name"]}})
    assert read_manifest(changed(schema=0, name="old name")).title == "old name"
    with pytest.raises(BundleRefused, match="there never was a schema -1"):
        read_manifest(changed(schema=-1))


@pytest.mark.parametrize(
    ("changes", "member", "reason"),
    [
        ({"format": "other"}, "manifest.json", "not that of an incident bundle"),
        ({"schema": True}, "manifest.json", "not that of an incident bundle"),
        ({"counts": {"events": -1}}, "manifest.json", "events"),
        ({"tables": {"events": ["id", "id"]}}, "tables/events.ndjson", "names a column twice"),
        ({"members": {"events.ndjson": {"sha256": "x", "packed": "0" * 64, "bytes": 1}}}, "manifest.json", "sha256"),
        ({"members": {"../x": {"sha256": "0" * 64, "packed": "0" * 64, "bytes": 1}}}, "../x", "out of the bundle"),
        ({"members": {}}, "events.ndjson", "missing"),
        ({"tables": {}}, "tables/events.ndjson", "which columns"),
        ({"from_ms": 2**70}, "manifest.json", "from_ms"),
        ({"selection": 4}, "manifest.json", "selection"),
    ],
)
def test_what_is_wrong_is_said(changes: dict[str, Any], member: str, reason: str) -> None:
    with pytest.raises(BundleRefused, match=reason) as caught:
        read_manifest(changed(**changes))
    assert caught.value.member == member


@given(st.binary() | st.text().map(str.encode) | st.just(b"[" * 100_000))
def test_garbage_is_refused_and_nothing_else_raised(raw: bytes) -> None:
    with pytest.raises(BundleRefused):
        read_manifest(raw)


def test_exact_member_list() -> None:
    present = {"manifest.json", "events.ndjson", "tables/events.ndjson", "notes/b.md"}
    assert missing_and_extra(sample(), present) == (["notes/a.md"], ["notes/b.md"])
