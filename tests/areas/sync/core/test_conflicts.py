"""Each kind of conflict, whichever of both events comes first; what was seen is none; what is bounded says so."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pycrdt import Array, Doc, Map

from console.areas.sync.core.crdt.finding import Finding, Kind
from console.areas.sync.core.crdt.reading import UpdateError
from console.areas.sync.core.crdt.replicas import ReplicaDocs
from tests.areas.sync.core.replicating import EDITS, ENTITY, NAMES, World, edit

Act = Callable[[Doc[Any]], object]


def set_topic(value: Any) -> Act:
    return lambda doc: doc["fields"].__setitem__("topic", value)


def drop_topic(doc: Doc[Any]) -> None:
    del doc["fields"]["topic"]


def write(at: int, text: str) -> Act:
    return lambda doc: doc["body"].insert(at, text)


def erase(start: int, end: int) -> Act:
    return lambda doc: doc["body"].__delitem__(slice(start, end))


def move(source: int, target: int) -> Act:
    return lambda doc: doc["items"].insert(target, doc["items"].pop(source))


@pytest.fixture
def world() -> World:
    """Three replicas that agree on a topic, a body and a list of four items, of which the last is a map."""
    world = World(NAMES[:3])
    world.edit("server", lambda doc: doc["fields"].update({"topic": "start"}))
    world.edit("server", write(0, "one two three four"))
    world.edit("server", lambda doc: doc["items"].extend(["a", "b", "c", Map({"tags": Array(["x"])})]))
    world.sync_all()
    assert world.findings == []
    return world


def collide(world: World, pwa: Act, network: Act) -> list[Finding]:
    """Let two replicas act without knowing of each other, then sync; returns what was found."""
    world.edit("pwa", pwa)
    world.edit("network", network)
    world.sync_all()
    return world.findings


def test_two_writes_to_one_key_keep_both_values(world: World) -> None:
    (found,) = collide(world, set_topic("mine"), set_topic("theirs"))
    assert found.kind is Kind.CONCURRENT_SET
    assert found.path == "fields.topic"
    assert found.winner is not None
    assert found.winner.value == world.docs["server"]["fields"]["topic"]
    assert {found.winner.value, *(side.value for side in found.losers)} == {"mine", "theirs"}
    assert set(found.replicas) == {"pwa", "network"}
    assert "network set fields.topic = 'theirs' (stands)" in found.words


def test_three_writes_to_one_key_are_found_together(world: World) -> None:
    world.edit("server", set_topic("third"))
    found = collide(world, set_topic("mine"), set_topic("theirs"))
    assert {side.value for side in found[-1].sides} == {"mine", "theirs", "third"}
    assert [side.outcome for side in found[-1].sides] == ["won", "lost", "lost"]


def test_the_same_plain_value_twice_is_no_conflict_but_two_new_lists_are(world: World) -> None:
    assert collide(world, set_topic("same"), set_topic("same")) == []
    (found,) = collide(world, set_topic(Array()), set_topic(Array()))
    assert found.kind is Kind.CONCURRENT_SET


@pytest.mark.parametrize("swap", [False, True])
def test_a_key_that_is_set_and_deleted(world: World, swap: bool) -> None:
    acts = (drop_topic, set_topic("kept")) if swap else (set_topic("kept"), drop_topic)
    (found,) = collide(world, *acts)
    assert found.kind is Kind.SET_AGAINST_DELETE
    assert found.winner is not None
    assert (found.winner.value, found.winner.operation.kind) == ("kept", "set")
    assert [(side.operation.kind, side.value) for side in found.losers] == [("delete", "start")]


@pytest.mark.parametrize("swap", [False, True])
def test_a_write_inside_what_another_deletes_is_lost_and_kept_here(world: World, swap: bool) -> None:
    acts: list[Act] = [lambda doc: doc["items"][3]["tags"].append("y"), lambda doc: doc["items"].pop(3)]
    (found,) = collide(world, *(reversed(acts) if swap else acts))
    assert found.kind is Kind.SET_AGAINST_DELETE
    assert found.path == "items[3]"
    assert found.winner is not None
    assert found.winner.operation.value == ({"tags": ["x"]},)
    assert [side.value for side in found.losers] == [("y",)]


@pytest.mark.parametrize("swap", [False, True])
def test_a_write_inside_what_another_replaces_is_lost(world: World, swap: bool) -> None:
    world.edit("server", set_topic(Map({"a": 1})))
    world.sync_all()
    acts: list[Act] = [lambda doc: doc["fields"]["topic"].__setitem__("a", 2), set_topic("flat")]
    (found,) = collide(world, *(reversed(acts) if swap else acts))
    assert found.kind is Kind.SET_AGAINST_DELETE
    assert found.path == "fields.topic"
    assert [side.value for side in found.losers] == [2]


@pytest.mark.parametrize("swap", [False, True])
def test_text_written_into_what_another_deletes(world: World, swap: bool) -> None:
    acts = (write(6, "XY"), erase(4, 8))
    (found,) = collide(world, *(reversed(acts) if swap else acts))
    assert found.kind is Kind.TEXT_REGION
    assert found.winner is None
    assert {side.value for side in found.sides} == {"XY", "two "}
    assert str(world.docs["server"]["body"]) == "one XYthree four"


def test_text_at_one_place_collides_and_elsewhere_does_not(world: World) -> None:
    assert collide(world, write(3, "A"), write(8, "B")) == []
    (found,) = collide(world, write(0, "C"), write(0, "D"))
    assert found.kind is Kind.TEXT_REGION
    assert {side.value for side in found.sides} == {"C", "D"}


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 18), st.integers(0, 18), st.booleans())
def test_inserts_collide_exactly_where_nothing_stands_between(one: int, other: int, in_list: bool) -> None:
    world = World(NAMES[:3])
    size = 18
    if in_list:
        world.edit("server", lambda doc: doc["items"].extend([str(i) for i in range(size)]))
    else:
        world.edit("server", write(0, "a" * size))
    world.sync_all()
    if in_list:
        found = collide(world, lambda doc: doc["items"].insert(one, "x"), lambda doc: doc["items"].insert(other, "y"))
    else:
        found = collide(world, write(one, "x"), write(other, "y"))
    assert len(found) == (one == other)
    assert all(finding.kind is (Kind.LIST_INSERTS if in_list else Kind.TEXT_REGION) for finding in found)


def test_one_who_goes_on_typing_meets_each_time_what_was_not_seen(world: World) -> None:
    world.edit("network", write(0, "N"))
    for at, letter in enumerate("abc"):
        world.edit("pwa", write(at, letter))
    assert [finding.sides[0].value for finding in world.findings] == ["a", "b", "c"]
    world.sync_all()
    world.findings.clear()
    world.edit("pwa", write(0, "seen"))
    assert world.findings == []


def test_one_item_moved_twice_is_there_twice(world: World) -> None:
    (found,) = collide(world, move(0, 2), move(0, 1))
    assert found.kind is Kind.MOVES
    assert [side.operation.kind for side in found.sides] == ["move", "move"]
    assert world.docs["server"]["items"].to_py().count("a") == 2


def test_operations_in_words(world: World) -> None:
    def words(name: str, act: Act) -> list[str]:
        return [operation.words for operation in world.edit(name, act).operations]

    assert words("pwa", set_topic("roadmap")) == ["pwa set fields.topic = 'roadmap'"]
    world.sync_all()
    assert words("network", erase(4, 7)) == ["network deleted 3 characters at 4 of body"]
    world.sync_all()
    assert words("server", lambda doc: doc["items"].extend([1, True])) == ["server inserted 2 items at items[4]"]
    world.sync_all()
    assert words("pwa", move(1, 0)) == ["pwa moved 1 item from items[2] to items[0]"]
    assert words("pwa", write(4, "2 'q'")) == ["pwa inserted '2 \\'q\\'' at 4 of body"]
    assert words("pwa", lambda doc: doc["items"][3]["tags"].append(None)) == ["pwa inserted 1 item at items[3].tags[1]"]
    assert words("pwa", drop_topic) == ["pwa deleted fields.topic"]
    assert words("pwa", set_topic(Map({"deep": Array([{"n": 1.5}])}))) == ['pwa set fields.topic = {"deep": [{"n": 1.5}]}']
    assert words("pwa", lambda doc: doc["body"].format(0, 3, {"bold": True})) == [
        "pwa formatted body from 0 on: bold = true", "pwa formatted body from 3 on: bold = null",
    ]  # fmt: skip


def test_what_is_passed_on_is_told_of_its_author_and_once(world: World) -> None:
    world.edit("pwa", set_topic("x"))
    update = world.log[-1][1]
    for name in ("server", "network", "pwa", "server"):
        told = world.tell(name, update)
        assert (told.operations, told.findings) == ((), ())
    fresh = ReplicaDocs()
    fresh.observe(ENTITY, "pwa", world.log[0][1], 1)
    told = fresh.observe_all(ENTITY, "server", world.docs["server"].get_update(), 2)
    assert not told.missing
    assert told.findings == ()


def test_a_client_is_named_after_who_carries_its_operations_first() -> None:
    world, relay = World(NAMES[:2]), ReplicaDocs()
    for number in range(4):
        world.edit("pwa", set_topic(number))
    relay.observe(ENTITY, "server", world.log[0][1], 1)
    assert relay.names(2) == "server"
    for _, update in world.log[1:]:
        relay.observe(ENTITY, "pwa", update, 2)
    assert relay.names(2) == "pwa"
    assert relay.names(99) == "client 99"
    told = ReplicaDocs()
    told.observe(ENTITY, "server", world.log[0][1], 1, origin="pwa")
    assert told.names(2) == "pwa"


def test_delays_are_from_the_first_sight_to_the_sight_of_another() -> None:
    world = World(NAMES[:2])
    world.edit("pwa", set_topic(1))
    (_, update), docs = world.log[0], ReplicaDocs()
    assert docs.observe_all(ENTITY, "pwa", update, 1_000).delay_ms is None
    assert docs.observe_all(ENTITY, "server", update, 1_250).delay_ms == 250
    assert docs.observe_all(ENTITY, "server", update, 1_900).delay_ms is None


def test_what_was_never_seen_is_missing_until_it_comes() -> None:
    world, docs = World(NAMES[:2]), ReplicaDocs()
    for number in range(3):
        world.edit("pwa", set_topic(number))
    updates = [update for _, update in world.log]
    assert docs.observe_all(ENTITY, "pwa", updates[2], 1).operations == ()
    assert list(docs.missing(ENTITY)) == [(2, 0, 2)]
    docs.observe(ENTITY, "pwa", updates[1], 2)
    assert list(docs.missing(ENTITY)) == [(2, 0, 1)]
    told = docs.observe_all(ENTITY, "pwa", updates[0], 3)
    assert not told.missing
    assert docs.content(ENTITY, "pwa") == {"fields": {"topic": 2}}


def test_memory_is_bounded_and_what_is_forgotten_is_told(world: World) -> None:
    docs = ReplicaDocs(max_entities=2, max_entity_bytes=400)
    for number in range(4):
        docs.observe(f"c{number}", "server", world.log[0][1], number)
    assert docs.entities() == ["c2", "c3"]
    assert [(one.entity, one.ts_ms) for one in docs.take_forgotten()] == [("c0", 2), ("c1", 3)]
    docs.observe("c3", "pwa", bytes(world.log[1][1]), 5)
    for number in range(20):
        world.edit("pwa", write(0, f"{number} more words to be kept"))
        docs.observe("c3", "pwa", world.log[-1][1], 6)
    assert {one.reason for one in docs.take_forgotten()} == {"it grew over 400 bytes"}
    huge = Doc(client_id=9)
    huge["body"] = world.docs["server"]["body"].__class__("x" * 1_000)
    assert docs.observe("c4", "pwa", huge.get_update(), 8) == []
    assert "was not looked at" in docs.take_forgotten()[-1].reason


def test_bytes_that_are_no_update_change_nothing(world: World) -> None:
    before = world.observer.replicas(ENTITY)
    with pytest.raises(UpdateError):
        world.observer.observe(ENTITY, "pwa", b"\1\2\3", 1)
    with pytest.raises(UpdateError):
        world.observer.observe(ENTITY, "pwa", world.log[0][1], 1, b"\7")
    assert world.observer.replicas(ENTITY) == before


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_events_of_several_services_may_come_in_any_order_between_them(seed: int) -> None:
    """Each service's events come in order; among them anything goes. Who made an update is told, as the mesh does."""
    rng, names = random.Random(seed), NAMES[:3]
    world = World(names)
    for _ in range(14):
        edit(world, rng.choice(EDITS), rng.choice(names), rng.randrange(30), rng.choice("ab"))
        world.sync_all()
    docs, found = world.replay(seed)
    assert [finding.words for finding in found] == []
    assert all(docs.content(ENTITY, name) == docs.content(ENTITY) == world.content(name) for name in names)


COLLISIONS: dict[str, tuple[Act, Act, Kind]] = {
    "sets": (set_topic("mine"), set_topic("theirs"), Kind.CONCURRENT_SET),
    "set and delete": (set_topic("kept"), drop_topic, Kind.SET_AGAINST_DELETE),
    "edit and delete": (
        lambda doc: doc["items"][3]["tags"].append("y"),
        lambda doc: doc["items"].pop(3),
        Kind.SET_AGAINST_DELETE,
    ),
    "text": (write(3, "A"), write(3, "B"), Kind.TEXT_REGION),
    "text and delete": (write(6, "XY"), erase(4, 8), Kind.TEXT_REGION),
    "list": (lambda doc: doc["items"].insert(1, "x"), lambda doc: doc["items"].insert(1, "y"), Kind.LIST_INSERTS),
    "edit and set": (
        lambda doc: doc["items"][3].__setitem__("n", 1),
        lambda doc: doc["items"].pop(3),
        Kind.SET_AGAINST_DELETE,
    ),
    "moves": (move(0, 2), move(0, 1), Kind.MOVES),
}


@pytest.mark.parametrize(("pwa", "network", "kind"), COLLISIONS.values(), ids=COLLISIONS)
def test_a_conflict_is_found_once_in_whatever_order_it_is_told(world: World, pwa: Act, network: Act, kind: Kind) -> None:
    collide(world, pwa, network)
    for seed in range(60):
        _, found = world.replay(seed)
        assert [(one.kind, set(one.replicas)) for one in found] == [(kind, {"pwa", "network"})], seed


def test_the_first_sync_of_a_big_document_is_read_in_part_and_says_so() -> None:
    world = World(NAMES[:2])
    for number in range(300):
        world.edit("server", lambda doc, number=number: doc["body"].insert(number % 7, f"{number} "))  # type: ignore[misc]
    docs = ReplicaDocs()
    told = docs.observe_all(ENTITY, "pwa", world.docs["server"].get_update(), 1)
    assert (len(told.operations), told.findings) == (200, ())
    assert told.unread > 50
    assert docs.content(ENTITY) == {"body": str(world.docs["server"]["body"])}


def test_an_edit_told_late_collides_though_the_state_told_with_it_covers_the_other() -> None:
    """The author wrote offline, then synced, then told: that it had not seen the other shows in where it wrote."""
    for act, other in ((set_topic("mine"), set_topic("theirs")), (write(0, "A"), write(0, "B"))):
        world, docs = World(NAMES[:2]), ReplicaDocs()
        world.edit("pwa", act)
        world.edit("server", other)
        world.sync_all()
        state = world.docs["pwa"].get_state()
        assert docs.observe(ENTITY, "server", world.log[1][1], 1) == []
        docs.observe(ENTITY, "pwa", world.log[1][1], 2, None, "server")
        (found,) = docs.observe(ENTITY, "pwa", world.log[0][1], 3, state)
        assert set(found.replicas) == {"server", "pwa"}
