"""Naive connections: bare events in every shape, numbered here, with every disconnect an unknown interval."""

import json

from console.ingest.stream import Changed
from console.model.facts import Arrived, StreamPosition
from tests.ingest.playbook import Play, event, intervals, only, sent, states


def naive() -> Play:
    play = Play()
    play.connect(None)
    return play


def texts(play: Play) -> list[str]:
    return [one.text for fact in only(Arrived, play.facts) for one in fact.events]


def test_nothing_is_ever_sent_to_a_naive_producer() -> None:
    play = Play()
    effects = play.connect(None)
    assert effects == [Changed("live", "receiving bare events (no resume)")]
    effects = play.get(event(1)) + play.commit() + play.get("garbage") + play.get_binary(b"x")
    assert sent(effects) == []
    assert play.session.closing is None


def test_the_mode_is_chosen_by_the_subprotocol_and_not_by_an_op() -> None:
    play = naive()
    play.get(json.dumps({"op": "hello", "eventType": "info"}))
    assert len(texts(play)) == 1


def test_arrays_lines_and_report_bodies_hold_events_in_order() -> None:
    play = naive()
    play.get("[" + event(1) + " ,\n" + event(2) + "]")
    play.get(event(3) + "\n\n" + event(4) + "\r\n")
    play.get('{"reports":[' + event(5) + "," + event(6) + '],"metadata":{"n":2}}')
    play.get("  " + event(7) + "  ")
    assert texts(play) == [event(n) for n in range(1, 8)]
    assert play.stored(play.session.epoch or "") == list(range(1, 8))


def test_empty_messages_hold_nothing() -> None:
    play = naive()
    for text in ("", "  \n ", "[]", '{"reports":[]}'):
        play.get(text)
    assert play.facts == []


def test_what_is_no_object_is_quarantined_among_the_good() -> None:
    play = naive()
    play.get(event(1) + "\nnot json\n" + event(3))
    play.get("[" + event(4) + ", 7, {broken")
    epoch = play.session.epoch or ""
    assert play.stored(epoch) == [1, 3, 4]
    assert [(fact.seq, fact.raw) for fact in play.quarantined(epoch)] == [(2, b"not json"), (5, b"7"), (6, b"{broken")]


def test_binary_messages_are_read_and_marked() -> None:
    play = naive()
    play.get_binary(event(1).encode())
    play.get_binary(b'{"a":"\xff"}')
    (arrived,) = only(Arrived, play.facts)
    assert arrived.events[0].degraded == "arrived as a binary message"
    (broken,) = play.quarantined(play.session.epoch or "")
    assert broken.raw == b'{"a":"\xff"}'
    assert "UTF-8" in broken.reason


def test_each_disconnect_is_one_unknown_interval_that_ends_when_it_is_heard_again() -> None:
    play = naive()
    play.get(event(1))
    play.now_ms += 1_000
    play.drop(1006, "cut")
    play.drop(1006, "cut")
    assert intervals(play) == (1, 0)
    play.now_ms += 2_000
    assert states(play.connect(None)) == ["live"]
    assert intervals(play) == (1, 1)
    lost, regained = play.facts[-2:]
    assert (regained.to_ms - lost.from_ms, lost.key == regained.key) == (3_000, True)
    play.get(event(2))
    assert play.stored(play.session.epoch or "") == [1, 2], "the numbers go on"


def test_a_producer_that_forgets_its_frames_leaves_an_unknown_interval() -> None:
    play = Play()
    play.begin("A")
    play.events("A", 1)
    play.drop()
    play.now_ms += 1_000
    play.connect(None)
    assert intervals(play) == (1, 1)
    play.drop()
    play.begin("A")
    assert intervals(play) == (2, 2)


def test_what_came_between_two_runs_of_the_console_is_unknown() -> None:
    play = Play([StreamPosition("local:old", 1, 9)])
    play.connect(None)
    assert intervals(play) == (1, 1)
    play.get(event(1))
    assert play.session.epoch != "local:old"


def test_a_restored_file_is_no_naive_stream() -> None:
    play = Play([StreamPosition("file:x", 1, 9)])
    play.connect(None)
    assert intervals(play) == (0, 0)
