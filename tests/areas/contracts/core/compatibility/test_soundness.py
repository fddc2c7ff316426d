"""What is called safe is safe: no value that may be sent falls on the wrong side. On random schemas and values."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from jsonschema_rs.canonical import find_unsatisfiable

from console.areas.contracts.core.compatibility.containment import covers
from console.areas.contracts.core.compatibility.schemas import Document
from console.areas.contracts.core.compatibility.sending import sent
from console.areas.contracts.core.compatibility.weighing import Weighed, weigh
from console.reporter.contracts.schema import SchemaChecker
from tests.areas.contracts.core.compatibility.random_schemas import changed, document, near

SEEDS = st.integers(0, 2**32)
TRIES = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])


def pair_of(seed: int) -> tuple[Random, Any, Any]:
    random = Random(seed)
    old = document(random)
    new = changed(random, old)
    if random.random() < 0.3:
        new = changed(random, new)
    return random, *random.sample((old, new), 2)


EXPECTATIONS = ("field-removed", "opened", "closed", "others-limited", "others-unlimited")
"""Changes that are risky for what callers expect, though each value that may be sent is understood."""


def harm(changes: list[Weighed]) -> set[str]:
    told = {one.verdict for one in changes if one.verdict == "BREAKING" or one.kind not in EXPECTATIONS}
    return told & {"BREAKING", "RISKY"}


@TRIES
@given(SEEDS)
@pytest.mark.parametrize("direction", ["request", "response"])
def test_what_is_called_safe_is_understood(direction: Any, seed: int) -> None:
    random, old, new = pair_of(seed)
    changes = weigh(old, new, direction, "$")
    assume(not harm(changes))
    writer, reader = (old, new) if direction == "request" else (new, old)
    sender = SchemaChecker(sent(writer, Document(writer)))
    receiver = SchemaChecker(reader)
    for _ in range(40):
        value = near(random, writer)
        if sender.holds(value):
            assert receiver.holds(value), (value, old, new, changes)


@TRIES
@given(SEEDS)
@pytest.mark.parametrize("direction", ["request", "response"])
def test_harm_is_the_same_seen_from_the_other_side(direction: Any, seed: int) -> None:
    _, old, new = pair_of(seed)
    assume(not any(find_unsatisfiable(sent(one, Document(one))) for one in (old, new)))
    other: Any = "response" if direction == "request" else "request"
    there, back = weigh(old, new, direction, "$"), weigh(new, old, other, "$")
    assert bool(harm(there)) == bool(harm(back)), (old, new, there, back)
    is_soft = any(one.kind == "value-added" and one.verdict == "RISKY" for one in there + back)
    assert is_soft or harm(there) == harm(back), (old, new, there, back)


@TRIES
@given(SEEDS)
def test_nothing_changed_is_nothing_told(seed: int) -> None:
    random = Random(seed)
    one = document(random)
    again = document(Random(seed))
    assert weigh(one, again, "request", "$") == weigh(one, again, "response", "$") == []


@TRIES
@given(SEEDS)
def test_what_is_sent_keeps_to_the_contract(seed: int) -> None:
    random = Random(seed)
    one = document(random)
    sender, whole = SchemaChecker(sent(one, Document(one))), SchemaChecker(one)
    for _ in range(20):
        value = near(random, one)
        assert not sender.holds(value) or whole.holds(value), (value, one)


@TRIES
@given(SEEDS)
def test_containment_agrees_with_values(seed: int) -> None:
    random, reader, writer = pair_of(seed)
    if covers(reader, writer):
        sender, receiver = SchemaChecker(writer), SchemaChecker(reader)
        for _ in range(20):
            value = near(random, writer)
            assert not sender.holds(value) or receiver.holds(value), (value, reader, writer)
