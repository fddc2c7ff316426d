"""The producer's state machine, played through without sockets: what is said to each frame, in each position."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.reporter.commands import Command, CommandAnswer
from console.reporter.producer import Close, Producer
from console.reporter.ring import Ring


def ring_of(total: int, size: int = 10) -> Ring:
    ring = Ring(size)
    for seq in range(1, total + 1):
        ring.append(b'{"n":%d}' % seq)
    return ring


def begin(ring: Ring, **resume: Any) -> tuple[Producer, list[Any]]:
    producer = Producer(ring, service="server", instance="i", now_ms=0)
    frame = {"op": "resume", "v": 1, "epoch": ring.epoch, "after": 0, "credit": 1000, **resume}
    return producer, shown(producer.receive(json.dumps(frame), 0))


def shown(steps: list[Any]) -> list[Any]:
    return [json.loads(step) if isinstance(step, bytes) else step for step in steps]


def ops(frames: list[Any]) -> list[str]:
    return [frame["op"] for frame in frames]


def ack(ring: Ring, upto: int, credit: int) -> str:
    return json.dumps({"op": "ack", "epoch": ring.epoch, "upto": upto, "credit": credit})


def test_hello_states_range_and_limits() -> None:
    ring = ring_of(15)
    hello = json.loads(Producer(ring, service="server", instance="api-1", now_ms=0).greet())
    assert hello == {
        "op": "hello",
        "v": [1, 1],
        "service": "server",
        "instance": "api-1",
        "epoch": ring.epoch,
        "oldest": 6,
        "next": 16,
        "caps": ["resume", "batch", "cmd"],
        "hb_ms": 10_000,
        "limits": {"frame": 4_194_304, "event": 1_048_576, "depth": 64, "batch": 500},
    }


def test_resume_inside_the_ring_replays_the_rest_then_goes_live() -> None:
    ring = ring_of(15)
    producer, said = begin(ring, after=12)
    assert said == [{"op": "welcome", "v": 1, "mode": "replay", "from": 13, "to": 15}]
    batch, live = producer.ready(0)
    assert batch == (
        f'{{"op":"batch","epoch":"{ring.epoch}","first":13,"events":[{{"n":13}},{{"n":14}},{{"n":15}}]}}'.encode()
    )
    assert json.loads(live) == {"op": "live", "next": 16}
    assert producer.ready(0) == []


def test_resume_before_the_ring_declares_what_was_evicted() -> None:
    ring = ring_of(15)
    _, (welcome, gap) = begin(ring, after=2)
    assert (welcome["mode"], welcome["from"]) == ("replay", 6)
    assert gap == {"op": "gap", "epoch": ring.epoch, "from": 3, "to": 5, "reason": "evicted"}


def test_resume_at_the_end_is_live_at_once() -> None:
    _, said = begin(ring_of(15), after=15)
    assert ops(said) == ["welcome", "live"]
    assert said[0] == {"op": "welcome", "v": 1, "mode": "live", "from": 16, "to": 15}


def test_a_cursor_from_the_future_is_told_and_new_events_still_come() -> None:
    ring = ring_of(5)
    producer, said = begin(ring, after=99)
    assert ops(said) == ["welcome", "error", "live"]
    assert (said[1]["code"], said[1]["fatal"]) == ("CURSOR_AHEAD", False)
    ring.append(b'{"n":6}')
    assert json.loads(producer.ready(0)[0])["first"] == 6


def test_another_epoch_is_a_gap_of_unknown_length_then_everything_kept() -> None:
    ring = ring_of(15)
    _, said = begin(ring, epoch="before", after=700)
    assert said[0]["mode"] == "new_epoch"
    assert said[1] == {"op": "gap", "epoch": "before", "from": 701, "to": None, "reason": "new_epoch"}
    assert said[2] == {"op": "gap", "epoch": ring.epoch, "from": 1, "to": 5, "reason": "evicted"}


def test_no_epoch_is_from_the_oldest_kept_and_says_what_is_not() -> None:
    _, said = begin(ring_of(15), epoch=None, after=0)
    assert ops(said) == ["welcome", "gap"]
    assert (said[0]["from"], said[0]["mode"], said[1]["to"]) == (6, "replay", 5)
    assert ops(begin(ring_of(3), epoch=None, after=None)[1]) == ["welcome"]


def test_credit_is_never_exceeded_and_counts_what_is_under_way() -> None:
    ring = ring_of(10)
    producer, _ = begin(ring, credit=4)
    assert len(json.loads(producer.ready(0)[0])["events"]) == 4
    assert producer.ready(0) == []
    assert producer.receive(ack(ring, 2, 4), 0) == []  # two of the four are still under way
    assert len(json.loads(producer.ready(0)[0])["events"]) == 2
    assert producer.receive(ack(ring, 6, 0), 0) == []
    assert producer.ready(0) == []


def test_what_is_evicted_under_a_slow_consumer_is_one_exact_gap() -> None:
    ring = ring_of(5)
    producer, _ = begin(ring, credit=2)
    assert len(json.loads(producer.ready(0)[0])["events"]) == 2
    for seq in range(6, 31):
        ring.append(b'{"n":%d}' % seq)
        assert producer.ready(0) == [], "no credit, no frames: a stalled consumer is not flooded"
    producer.receive(ack(ring, 2, 100), 0)
    gap, batch, live = shown(producer.ready(0))
    assert gap == {"op": "gap", "epoch": ring.epoch, "from": 3, "to": 20, "reason": "evicted"}
    assert (batch["first"], len(batch["events"]), live["op"]) == (21, 10, "live")


def test_batches_are_limited_by_count_and_by_bytes() -> None:
    ring = Ring(2_000)
    for _ in range(600):
        ring.append(b'"x"')
    ring.append(b'"' + b"y" * 200_000 + b'"')
    ring.append(b'"' + b"z" * 200_000 + b'"')
    producer, _ = begin(ring)
    sizes = []
    while frames := producer.ready(0):
        sizes.append(len(json.loads(frames[0])["events"]))
    assert sizes == [500, 101, 1]


def test_heartbeats_only_when_quiet() -> None:
    ring = ring_of(1)
    producer, _ = begin(ring)
    assert ops(shown(producer.ready(5_000))) == ["batch", "live"]
    assert producer.ready(14_999) == []
    assert producer.wait_ms(14_999) == 1
    assert shown(producer.ready(15_000)) == [{"op": "hb", "epoch": ring.epoch, "next": 2}]


@pytest.mark.parametrize("version", [2, 99, [2, 5], 0])
def test_no_common_version_states_both_ranges(version: object) -> None:
    _, (close,) = begin(ring_of(1), v=version)
    assert close.code == 4406
    assert "1 to 1" in close.reason
    assert str(version if isinstance(version, int) else "2 to 5") in close.reason


def test_a_range_that_includes_ours_is_taken() -> None:
    assert begin(ring_of(1), v=[1, 3])[1][0]["v"] == 1


@pytest.mark.parametrize(
    "frame",
    ["", "{", "[]", "null", "1", "{}", '{"op":1}', '{"op":"ack"}', '{"op":"nope"}', "[" * 100_000, b"\x00"]
    + ['{"op":"resume"}', '{"op":"resume","v":1,"epoch":5,"after":0,"credit":1}']
    + [f'{{"op":"resume","v":1,"epoch":null,"after":{x},"credit":1}}' for x in ("-1", "true", "1.5", '"1"', 2**53)]
    + [f'{{"op":"resume","v":{x},"epoch":null,"after":0,"credit":1}}' for x in ("null", "[1]", '"1"', "true")],
)
def test_a_malformed_frame_is_4400_with_a_reason(frame: str | bytes) -> None:
    (close,) = Producer(ring_of(1), service="s", instance="i", now_ms=0).receive(frame, 0)
    assert isinstance(close, Close)
    assert close.code == 4400
    assert len(close.reason.encode()) <= 123


def test_out_of_turn_frames() -> None:
    ring = ring_of(3)
    producer, _ = begin(ring)
    assert producer.receive(ack(ring, 9, 1), 0)[0].code == 4400  # type: ignore[union-attr]  # never sent
    assert producer.receive('{"op":"resume","v":1,"epoch":null,"after":0,"credit":1}', 0)[0].code == 4400  # type: ignore[union-attr]
    (wrong,) = shown(producer.receive('{"op":"ack","epoch":"old","upto":1,"credit":1}', 0))
    assert wrong["code"] == "WRONG_EPOCH"
    (unknown,) = shown(producer.receive('{"op":"later"}', 0))
    assert (unknown["code"], unknown["fatal"]) == ("UNKNOWN_OP", False)


def test_commands_and_their_answers() -> None:
    producer, _ = begin(ring_of(1))
    frame = '{"op":"cmd","key":"k","name":"conflict.resolve","deadline_ms":5,"args":{"a":1}}'
    assert producer.receive(frame, 7) == [Command("k", "conflict.resolve", {"a": 1}, 5, 7)]
    said = json.loads(producer.answer("k", CommandAnswer("applied", {"version": 2})))
    assert said == {"op": "cmd_ack", "key": "k", "state": "applied", "result": {"version": 2}, "reason": None}


@given(
    st.text() | st.recursive(st.none() | st.integers() | st.text(), lambda x: st.dictionaries(st.text(), x)).map(json.dumps)
)
def test_no_frame_makes_it_raise(frame: str) -> None:
    producer, _ = begin(ring_of(3))
    assert len(producer.receive(frame, 0)) <= 1


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 12), st.booleans()), max_size=40), st.integers(1, 12))
def test_whatever_happens_each_event_is_sent_once_or_declared(plan: list[tuple[int, int, bool]], size: int) -> None:
    ring = Ring(size)
    producer, _ = begin(ring, credit=3)
    seen: list[int] = []
    for emits, credit, acknowledge in [*plan, (0, 10_000, True), (0, 10_000, True)]:
        for _ in range(emits):
            ring.append(b'{"n":%d}' % ring.next)
        for frame in shown(producer.ready(0)):
            if frame["op"] == "gap":
                seen += range(frame["from"], frame["to"] + 1)
            elif frame["op"] == "batch":
                assert [event["n"] for event in frame["events"]] == list(
                    range(frame["first"], len(frame["events"]) + frame["first"])
                )
                seen += [event["n"] for event in frame["events"]]
        if acknowledge:
            assert producer.receive(ack(ring, len(seen), credit), 0) == []
    assert seen == list(range(1, ring.next))
