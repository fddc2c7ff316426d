"""Broken frames, poison events and anything else that a producer should not send."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.model.facts import Arrived, GapFound, Quarantined
from tests.ingest.playbook import Play, batch, closed, event, hello, only, sent

BROKEN = '{"eventType":"info","data":{"n":3},,}'


def test_the_readable_part_of_a_broken_batch_is_kept() -> None:
    play = Play()
    play.begin("A")
    effects = play.get(batch("A", 1, [event(1), event(2), BROKEN, event(4)]))
    assert closed(effects) == 4400
    assert play.stored("A") == [1, 2]
    assert play.quarantined("A") == []


def test_an_event_that_breaks_its_frame_twice_is_quarantined_and_the_stream_goes_on() -> None:
    play = Play()
    play.begin("A", next_=5)
    play.get(batch("A", 1, [event(1), event(2), BROKEN, event(4)]))
    play.drop(4400, "malformed")
    assert sent(play.begin("A", next_=5))[0]["after"] == 2
    play.get(batch("A", 3, [BROKEN, event(4)]))
    play.drop(4400, "malformed")
    (poison,) = play.quarantined("A")
    assert poison.seq == 3
    assert poison.raw.startswith(BROKEN.encode())
    assert "broke the frame" in poison.reason
    assert sent(play.begin("A", next_=5))[0]["after"] == 3
    play.events("A", 4)
    assert play.stored("A") == [1, 2, 4]
    assert play.gaps("A") == set()


def test_a_batch_with_its_keys_in_another_order_is_poison_as_a_whole() -> None:
    play = Play()
    for _ in range(2):
        play.begin("A", next_=3)
        play.get(f'{{"op":"batch","events":[{BROKEN}],"first":1,"epoch":"A"}}')
        play.drop(4400)
    assert [fact.seq for fact in play.quarantined("A")] == [1]
    assert BROKEN.encode() in play.quarantined("A")[0].raw


def test_a_batch_with_only_a_wrong_field_beside_its_events_loses_none() -> None:
    play = Play()
    play.begin("A")
    text = batch("A", 1, [event(1), event(2)])[:-1] + ',"reason":5}'
    assert closed(play.get(text)) == 4400
    play.drop(4400)
    assert play.stored("A") == [1, 2]
    assert sent(play.begin("A"))[0]["after"] == 2


def test_an_oversized_event_is_skipped_after_two_closes() -> None:
    play = Play()
    play.begin("A", next_=5)
    play.events("A", 1, 2)
    play.drop(1009, "message too big")
    assert play.gaps("A") == set()
    play.begin("A", next_=5)
    play.drop(1009, "message too big")
    assert play.gaps("A") == {3}
    assert only(GapFound, play.facts)[-1].reason == "too_large"
    assert sent(play.begin("A", next_=5))[0]["after"] == 3


def test_an_oversized_event_at_the_very_start_skips_only_itself() -> None:
    play = Play()
    for _ in range(2):
        play.connect()
        play.get(hello("A", oldest=7, next_=900))
        play.drop(1009)
    assert play.gaps("A") == {7}
    assert sent(play.begin("A", oldest=7, next_=900))[0]["after"] == 7


def test_progress_between_two_closes_is_no_poison() -> None:
    play = Play()
    for n in range(1, 6):
        play.begin("A")
        play.events("A", n)
        play.drop(1009)
    assert play.gaps("A") == set()


@pytest.mark.parametrize("frame", [
    {"op": "hb", "epoch": "B", "next": 9},
    {"op": "gap", "epoch": "A", "from": 9, "to": 3},
    {"op": "gap", "epoch": "A", "from": 0, "to": 0},
    {"op": "hello", "v": [1, 1]},
])  # fmt: skip
def test_a_wrong_frame_that_is_no_event_costs_no_event(frame: dict[str, object]) -> None:
    play = Play()
    for _ in range(4):
        play.begin("A", next_=5)
        assert closed(play.get(frame)) == 4400
        play.drop(4400)
    assert only(Quarantined, play.facts) == []
    assert play.gaps("A") == set()
    assert sent(play.begin("A", next_=5))[0]["after"] is not None


def test_the_cursor_stays_when_the_other_side_calls_us_malformed() -> None:
    play = Play()
    for _ in range(4):
        play.begin("A")
        play.events("A", 1)
        play.drop(4400, "you are malformed")
    assert only(Quarantined, play.facts) == []


@pytest.mark.parametrize("text", [
    '{"op":"error","code":"EVENT_TOO_LARGE","seq":1180591620717411303424}',
    '{"op":"error","code":"EVENT_TOO_LARGE","seq":-5}',
    '{"op":"batch","epoch":"A","first":9007199254740993,"events":[{}]}',
    '{"op":"batch","epoch":"A","first":1.5,"events":[{}]}',
    '{"op":"hb","next":1e300}', '{"op":"hb","next":-1}', '{"op":"hb","next":"9"}',
    '{"op":"gap","epoch":"A","from":1,"to":99999999999999999999}',
    '{"op":"hello","v":[1,1],"epoch":"' + "e" * 5000 + '"}',
    '{"op":"hello","v":[1,1],"epoch":"\\ud800"}',
    '{"op":5}', "{}", "[]", "null", "", "x", '{"op":"batch"}', '{"op":"batch","epoch":"A","first":1,"events":null}',
    '{"op":"batch","epoch":"A","first":0,"events":[{}]}', "[" * 100_000, '{"a":' * 100_000,
])  # fmt: skip
def test_frames_with_impossible_values_are_malformed(text: str) -> None:
    play = Play()
    play.begin("A")
    assert closed(play.get(text)) == 4400
    assert play.facts == []


def test_events_that_are_no_objects_are_quarantined_where_they_stand() -> None:
    play = Play()
    play.begin("A")
    play.get(batch("A", 1, [event(1), "5", event(3), '["x"]', "null", event(6)]))
    assert play.stored("A") == [1, 3, 6]
    assert [(fact.seq, fact.raw) for fact in play.quarantined("A")] == [(2, b"5"), (4, b'["x"]'), (5, b"null")]
    assert "a number" in play.quarantined("A")[0].reason


def test_event_texts_stay_as_they_came() -> None:
    texts = [
        '{ "eventType" : "info",\t"a":1.0e2 , "ü":"\\u00fc", "d":1,"d":2}',
        '{"eventType":"info","n":12345678901234567890123}',
    ]
    play = Play()
    play.begin("A")
    play.get(batch("A", 1, texts))
    (arrived,) = only(Arrived, play.facts)
    assert [one.text for one in arrived.events] == texts


def test_a_binary_message_closes_a_framed_stream() -> None:
    play = Play()
    play.begin("A", next_=3)
    assert closed(play.get_binary(b"\x00\xff")) == 4400
    play.drop(4400)
    play.begin("A", next_=3)
    play.get_binary(b"\x00\xff")
    play.drop(4400)
    assert [fact.raw for fact in play.quarantined("A")] == [b"\x00\xff"]


FRAME_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["A", "B"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
OPS = st.sampled_from(["hello", "welcome", "gap", "batch", "live", "hb", "error", "bye", "cmd_ack", "ack", "zz"])
NAMES = st.sampled_from(["v","epoch", "oldest", "next", "first", "events", "from", "to", "reason", "seq", "retry_ms",
                         "hb_ms", "service", "instance", "fatal", "key", "state", "result", "mode", "extra"])  # fmt: skip
LIKELY = st.fixed_dictionaries(
    {"op": OPS},
    optional={
        "v": st.just([1, 1]), "epoch": st.sampled_from(["A", "B"]), "first": st.integers(1, 40), "next": st.integers(0, 40),
        "from": st.integers(1, 30), "to": st.integers(1, 40), "events": st.lists(st.just({}) | FRAME_VALUES, max_size=5),
        "oldest": st.integers(0, 30), "seq": st.integers(0, 40), "code": st.just("EVENT_TOO_LARGE"),
    },
)  # fmt: skip
FRAMES = st.one_of(
    LIKELY,
    LIKELY,
    st.builds(lambda op, fields: {"op": op} | fields, OPS, st.dictionaries(NAMES, FRAME_VALUES, max_size=5)),
).map(lambda frame: json.dumps(frame))
STEPS = st.lists(
    st.one_of(
        FRAMES.map(lambda text: ("text", text)),
        st.tuples(FRAMES, st.integers(0, 200)).map(lambda pair: ("text", pair[0][: pair[1]])),
        st.text(max_size=30).map(lambda text: ("text", text)),
        st.binary(max_size=10).map(lambda data: ("binary", data)),
        st.sampled_from(
            [("commit", None), ("close", 1006), ("close", 4400), ("close", 1009), ("hello", "A"), ("hello", "B")]
        ),
    ),
    max_size=25,
)


@settings(max_examples=300)
@given(steps=STEPS, framed=st.booleans())
def test_nothing_that_is_sent_raises_and_all_of_it_stays_accounted(steps: list[tuple[str, object]], framed: bool) -> None:
    play = Play()
    mode = "debugstream.v1" if framed else None
    play.connect(mode)
    for step, what in steps:
        if step == "commit":
            play.commit()
        elif step == "hello" and framed:
            play.get(hello(str(what)))
        elif step == "binary":
            play.get_binary(what)  # type: ignore[arg-type]
        elif step == "text":
            play.get(str(what))
        if step == "close" or play.session.closing is not None:
            play.drop(what if step == "close" else play.session.closing.code)  # type: ignore[arg-type, union-attr]
            play.connect(mode)
    for epoch, coverage in play.stream.epochs.items():
        quarantined = [fact.seq for fact in play.quarantined(epoch)]
        have = play.stored(epoch) + quarantined
        assert len(have) == len(set(have)), "nothing twice"
        if coverage.start is not None:
            assert len(have) + len(play.gaps(epoch)) == coverage.next - coverage.start
            assert coverage.gap_events() == len(play.gaps(epoch))
