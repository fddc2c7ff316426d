"""Whatever is done in whatever order: every error is in one group, all counts agree, undo brings back what was."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from console.areas.errors.store import projection, regrouping
from console.areas.errors.store.reading import grouping_state
from console.areas.errors.store.reassigning import reassign
from console.store import retention
from console.store.retention import Limits, retain
from tests.areas.errors.error_store import START_MS, ErrorStore, check, failure, harmless

FUNCTIONS = ("save", "load", "sync", "merge")
errors = st.builds(
    failure,
    st.sampled_from(FUNCTIONS),
    st.integers(0, 50).map(lambda minutes: START_MS + minutes * 400_000),
    version=st.sampled_from(("1.0", "1.1", "2.0")),
    user=st.sampled_from((None, "ada", "bob")),
    severity=st.sampled_from(("low", "critical")),
    message=st.sampled_from(("boom", "boom in the night", "quiet")),
    fingerprint=st.sampled_from((None, "fp1", "fp2")),
)
events = st.one_of(errors, errors, errors, st.builds(harmless, st.just(START_MS)))
places = st.integers(0, 50)


class AnyOrder(RuleBasedStateMachine):
    """Groups are chosen by place in the list of those there are."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = ErrorStore(Path(self.folder.name) / "store.db")
        self.ever = self.dropped = 0
        self.sizes = regrouping.PART_EVENTS, retention.CHUNK
        regrouping.PART_EVENTS, retention.CHUNK = 3, 4

    def pick(self, place: int) -> int:
        ids = self.store.ids()
        return ids[place % len(ids)]

    def state(self) -> Any:
        ask = self.store.connection.execute
        groups = "SELECT id, status, note, who, changed_ms, merged_into, split, kept, first_ms, last_ms FROM errors_group"
        return self.store.group_of(), list(ask(f"{groups} WHERE kept > 0 OR merged_into > 0"))

    def has_groups(self) -> bool:
        return bool(self.store.ids())

    def is_regrouping(self) -> bool:
        return grouping_state(self.store.connection).regroup_reason != ""

    @rule(batch=st.lists(events, min_size=1, max_size=8))
    def arrive(self, batch: Any) -> None:
        self.store.now_ms += 1
        self.store.arrive(*batch)
        self.ever += sum(event.event_type == "error" for event in batch)

    @rule(batch=st.lists(errors, min_size=1, max_size=4))
    def arrive_and_be_rolled_back(self, batch: Any) -> None:
        self.store.fail_to_arrive(*batch)

    @rule()
    def restart(self) -> None:
        self.store.recorder._projections["errors"] = projection()

    @precondition(has_groups)
    @rule(some=st.lists(places, min_size=1, max_size=3), status=st.sampled_from(("resolved", "ignored", "pending")))
    def decide(self, some: list[int], status: str) -> None:
        self.then_undo("status", groups=[self.pick(place) for place in some], status=status, note="because")

    @precondition(has_groups)
    @rule(into=places, some=st.lists(places, min_size=1, max_size=3), undo=st.booleans())
    def merge(self, into: int, some: list[int], undo: bool) -> None:
        groups = [self.pick(place) for place in some]
        if set(groups) != {self.pick(into)}:
            self.then_undo("merge", undo, into=self.pick(into), groups=groups)

    @precondition(has_groups)
    @rule(
        place=places,
        by=st.sampled_from(
            ({"facet": "version"}, {"facet": "version", "value": "1.1"}, {"message": "boom*night"}, {"facet": "user"})
        ),
        undo=st.booleans(),
    )
    def split(self, place: int, by: dict[str, str], undo: bool) -> None:
        before = self.state()
        try:
            self.then_undo("split", undo, group=self.pick(place), **by)
        except ValueError:
            assert self.state() == before, "what is refused changes nothing"

    def then_undo(self, name: str, undo: bool = True, **args: Any) -> None:
        before = self.state()
        self.store.do(name, **args)
        if undo:
            changed = self.state()
            self.store.do("undo")
            assert self.state() == before
            self.store.do(name, **args)
            assert self.state()[0] == changed[0]

    @rule(steps=st.integers(1, 3))
    def undo(self, steps: int) -> None:
        try:
            self.store.do("undo", steps=steps)
        except LookupError:
            assert grouping_state(self.store.connection).undoable == ""

    @rule(use=st.booleans())
    def producer(self, use: bool) -> None:
        self.store.do("producer", use=use)

    @rule(parts=st.integers(1, 3))
    def regroup_partly(self, parts: int) -> None:
        before = self.state()
        for _ in range(parts):
            if "again" not in self.store.part("regroup", {"who": "ada"}):
                return
            assert self.state() == before, "nothing is shown before all is there"

    @rule()
    def regroup(self) -> None:
        self.store.do("regroup")
        assert not self.is_regrouping()
        before = self.store.group_of()
        assert self.store.do("regroup")["moved"] == 0
        assert self.store.group_of() == before

    @rule(keep=st.integers(0, 20))
    def prune(self, keep: int) -> None:
        connection = self.store.connection
        was = dict(connection.execute("SELECT id, kept + gone FROM errors_group").fetchall())
        while self.store.recorder.transact(lambda c: retain(c, Limits(max_events=keep), self.store.now_ms)):
            pass
        oldest = connection.execute("SELECT coalesce(min(ts), ?) FROM events", (self.store.now_ms,)).fetchone()[0]
        self.store.recorder.transact(lambda c: self.store.fold.prune(c, oldest))
        left = {row[0] for row in connection.execute("SELECT id FROM errors_group")}
        self.dropped += sum(n for group_id, n in was.items() if group_id not in left)

    @invariant()
    def all_agrees(self) -> None:
        check(self.store)
        ask = self.store.connection.execute
        kept, gone = ask("SELECT total(kept), total(gone) FROM errors_group").fetchone()
        assert kept + gone + self.dropped == self.ever
        assert sum(row.total for row in self.store.groups().rows) <= self.ever

    @invariant()
    def where_members_are_is_where_they_belong(self) -> None:
        def settle(connection: Any) -> int:
            return reassign(connection, [row[0] for row in connection.execute("SELECT id FROM errors_group")])

        assert self.store.recorder.transact(settle) == 0

    def teardown(self) -> None:
        regrouping.PART_EVENTS, retention.CHUNK = self.sizes
        self.store.close()
        self.folder.cleanup()


TestAnyOrder = pytest.mark.slow(AnyOrder.TestCase)
TestAnyOrder.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
