"""Replicas as they are observed hold what the real documents hold; conflicts are found exactly where nobody knew."""

from itertools import combinations

from hypothesis import given, settings

from console.areas.sync.core.crdt.finding import Finding, Kind
from tests.areas.sync.core.replicating import ENTITY, NAMES, World, Write, edit, scripts

Script = tuple[int, list[tuple[str, int, int, str, int]]]


def play(script: Script, *, sequential: bool = False) -> World:
    count, steps = script
    names = NAMES[:count]
    world = World(names)
    for kind, who, at, key, other in steps:
        name, partner = names[who % count], names[other % count]
        if kind == "sync":
            world.sync(partner, name)
        else:
            edit(world, kind, name, at, key)
        if sequential:
            world.sync_all()
    return world


@settings(max_examples=150, deadline=None)
@given(scripts())
def test_each_replica_reads_as_its_document(script: Script) -> None:
    world = play(script)
    for name in world.names:
        assert world.observer.content(ENTITY, name) == world.content(name)
    world.sync_all()
    for name in world.names:
        assert world.observer.content(ENTITY, name) == world.content(name)
        assert world.observer.content(ENTITY) == world.content(name)
    assert not world.observer.missing(ENTITY)


@settings(max_examples=150, deadline=None)
@given(scripts(25))
def test_sequential_edits_are_no_conflict(script: Script) -> None:
    assert [finding.words for finding in play(script, sequential=True).findings] == []


@settings(max_examples=200, deadline=None)
@given(scripts())
def test_every_concurrent_pair_of_writes_is_found_and_no_other(script: Script) -> None:
    world = play(script)
    found = [finding for finding in world.findings if finding.kind is Kind.CONCURRENT_SET and finding.path.count(".") == 1]
    for one, other in combinations(world.writes, 2):
        if one.key == other.key and one.is_concurrent_to(other):
            assert any(has_side(finding, one) and has_side(finding, other) for finding in found), (one, other)
    by_value = {write.value: write for write in world.writes if isinstance(write.value, str)}
    for finding in found:
        writes = [by_value[side.value] for side in finding.sides if isinstance(side.value, str)]
        if len(writes) == len(finding.sides):
            assert all(any(one.is_concurrent_to(two) for two in writes) for one in writes)


def has_side(finding: Finding, write: Write) -> bool:
    """Tell whether a finding speaks of a write, or of a later one by the same replica to the same key."""
    if finding.path != f"fields.{write.key}":
        return False
    mine = [side.value for side in finding.sides if side.replica == write.replica]
    return any(not isinstance(value, str) or int(value[1:]) >= write.count for value in mine)
