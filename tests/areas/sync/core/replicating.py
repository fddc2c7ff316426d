"""Real Yjs documents that are edited and synced by a script, with every step told to `ReplicaDocs`, and who knew what."""

import random
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from pycrdt import Array, Doc, Map, Text

from console.areas.sync.core.crdt.finding import Finding
from console.areas.sync.core.crdt.replicas import Observed, ReplicaDocs

NAMES = ("server", "pwa", "network", "database")
ENTITY = "conversation_1"


@dataclass(frozen=True)
class Write:
    """A write to a key: by whom, what, which writes its author had seen, and the number of its value."""

    number: int
    replica: str
    key: str
    value: Any
    seen: frozenset[int]
    count: int

    def is_concurrent_to(self, other: "Write") -> bool:
        return self.replica != other.replica and self.number not in other.seen and other.number not in self.seen


@dataclass
class World:
    """Replicas of one document. `log` says what each made, in order; `at` how far each other one has applied it."""

    names: tuple[str, ...]
    docs: dict[str, Doc[Any]] = field(default_factory=dict)
    observer: ReplicaDocs = field(default_factory=ReplicaDocs)
    log: list[tuple[str, bytes]] = field(default_factory=list)
    applied: dict[str, set[int]] = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seen_writes: dict[str, set[int]] = field(default_factory=dict)
    made: dict[int, set[int]] = field(default_factory=dict)
    events: dict[str, list[tuple[bytes, bytes, str | None]]] = field(default_factory=dict)
    now_ms: int = 1_000
    counter: int = 0

    def __post_init__(self) -> None:
        for number, name in enumerate(self.names, 1):
            doc: Doc[Any] = Doc(client_id=number)
            doc["fields"], doc["items"], doc["body"] = Map(), Array(), Text()
            self.docs[name] = doc
            self.applied[name] = set()
            self.events[name] = []
            self.seen_writes[name] = set()

    def value(self) -> str:
        self.counter += 1
        return f"v{self.counter}"

    def edit(self, name: str, act: Any) -> Observed:
        """Let a replica do something in one transaction."""
        doc = self.docs[name]
        before = doc.get_state()
        self.now_ms += 10
        with doc.transaction():
            act(doc)
        update = doc.get_update(before)
        self.applied[name].add(len(self.log))
        self.made[len(self.log)] = set(self.seen_writes[name])
        self.log.append((name, update))
        return self.tell(name, update)

    def set(self, name: str, key: str, value: Any = None) -> Observed:
        """Write one key, noting what its author had seen."""
        value = self.value() if value is None else value
        write = Write(len(self.writes), name, key, value, frozenset(self.seen_writes[name]), self.counter)
        self.writes.append(write)
        self.seen_writes[name].add(write.number)
        return self.edit(name, lambda doc: doc["fields"].__setitem__(key, value))

    def sync(self, source: str, target: str) -> None:
        """Bring a replica all that another has, update by update, in the order in which they were made."""
        for number in sorted(self.applied[source] - self.applied[target]):
            self.docs[target].apply_update(self.log[number][1])
            self.applied[target].add(number)
            self.seen_writes[target] |= self.made[number]
            self.now_ms += 10
            self.tell(target, self.log[number][1], self.log[number][0])

    def sync_all(self) -> None:
        for _ in range(2):
            for source in self.names:
                for target in self.names:
                    if source != target:
                        self.sync(source, target)

    def tell(self, name: str, update: bytes, author: str | None = None) -> Observed:
        """Tell the observer, who has to find out by itself who made an update; `events` remember that, too."""
        state = self.docs[name].get_state()
        self.events[name].append((update, state, author))
        told = self.observer.observe_all(ENTITY, name, update, self.now_ms, state)
        self.findings += told.findings
        return told

    def replay(self, seed: int) -> tuple[ReplicaDocs, list[Finding]]:
        """Tell another observer all events: each replica's in order, but in any order between replicas."""
        rng, docs, found = random.Random(seed), ReplicaDocs(), []
        waiting = {name: list(events) for name, events in self.events.items()}
        while any(waiting.values()):
            name = rng.choice([name for name, events in waiting.items() if events])
            update, state, author = waiting[name].pop(0)
            found += docs.observe(ENTITY, name, update, 1_000, state, author)
        return docs, found

    def content(self, name: str) -> dict[str, Any]:
        doc = self.docs[name]
        held = {"fields": doc["fields"].to_py(), "items": doc["items"].to_py(), "body": str(doc["body"])}
        return {key: value for key, value in held.items() if value or key in self.observer.content(ENTITY, name)}


EDITS = ("set", "set", "set_map", "set_inside", "pop", "insert", "insert_map", "remove", "move", "write", "write", "erase")


def edit(world: World, kind: str, name: str, at: int, key: str) -> None:
    """Make one edit of a script; one that has nothing to work on does nothing."""
    doc = world.docs[name]
    fields, items, body = doc["fields"], doc["items"], doc["body"]
    place = at % (len(items) + 1)
    if kind == "set":
        world.set(name, key)
    elif kind == "set_map":
        world.set(name, key, Map({"a": world.value(), "list": Array([world.value()])}))
    elif kind == "set_inside" and isinstance(fields.get(key), Map):
        world.edit(name, lambda doc: doc["fields"][key].__setitem__("a", world.value()))
    elif kind == "pop" and key in fields:
        world.edit(name, lambda doc: doc["fields"].pop(key))
    elif kind == "insert":
        world.edit(name, lambda doc: doc["items"].insert(place, world.value()))
    elif kind == "insert_map":
        world.edit(name, lambda doc: doc["items"].insert(place, Map({"a": world.value()})))
    elif kind == "remove" and len(items):
        world.edit(name, lambda doc: doc["items"].pop(at % len(items)))
    elif kind == "move" and len(items) and isinstance(items[at % len(items)], str):
        world.edit(name, lambda doc: doc["items"].insert(0, doc["items"].pop(at % len(items))))
    elif kind == "write":
        text = world.value() if at % 5 else "né😀"
        world.edit(name, lambda doc: doc["body"].insert(_boundary(str(body), at), text))
    elif kind == "erase" and str(body).isascii() and len(str(body)) > 1:
        start = at % len(str(body))
        world.edit(name, lambda doc: doc["body"].__delitem__(slice(start, min(start + 3, len(str(body))))))


def _boundary(text: str, at: int) -> int:
    """Return a place between two characters, in the UTF-8 bytes that pycrdt counts in."""
    return len(text[: at % (len(text) + 1)].encode())


def scripts(most: int = 40) -> st.SearchStrategy[tuple[int, list[tuple[str, int, int, str, int]]]]:
    """Return how many replicas, and steps of (kind or "sync", who, where, key, with whom)."""
    step = st.tuples(
        st.sampled_from((*EDITS, "sync", "sync", "sync", "sync")), st.integers(0, 3), st.integers(0, 30),
        st.sampled_from("abc"), st.integers(0, 3),
    )  # fmt: skip
    return st.tuples(st.integers(2, 4), st.lists(step, max_size=most))
