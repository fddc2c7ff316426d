"""Framed sessions: the greeting, resuming, epochs, gaps, heartbeats, acknowledgements."""

import json

import pytest

from console.ingest.frames import CREDIT
from console.ingest.stream import CommandAnswered
from console.model.facts import GapFound, StreamPosition
from tests.ingest.playbook import Play, batch, closed, event, hello, intervals, only, sent, states


def test_a_first_hello_is_answered_with_a_resume_from_the_oldest() -> None:
    play = Play()
    assert sent(play.connect()) == []
    effects = play.get(hello("A", oldest=5, next_=9))
    assert sent(effects) == [{"op": "resume", "v": 1, "epoch": None, "after": None, "credit": CREDIT}]
    assert states(effects) == ["replaying"]
    assert (play.stream.service, play.stream.instance) == ("api", "api-1")


def test_it_resumes_after_the_last_number_it_has() -> None:
    play = Play()
    play.begin("A", next_=4)
    play.events("A", 1, 2, 3)
    play.drop()
    play.connect()
    assert sent(play.get(hello("A", next_=9)))[0] | {"credit": 0} == {
        "op": "resume", "v": 1, "epoch": "A", "after": 3, "credit": 0,
    }  # fmt: skip


def test_a_restart_of_the_console_resumes_from_the_store() -> None:
    play = Play([StreamPosition("A", 10, 21, [(12, 13)])])
    effects = play.begin("A", oldest=1, next_=25)
    assert sent(effects)[0]["after"] == 20
    play.events("A", 11, 12, 13, 14)
    assert play.stored("A") == [12, 13]
    assert play.stream.counters.duplicates == 2
    assert play.stream.counters.gap_events == -2, "they filled gaps of an earlier run"


def test_numbers_below_the_oldest_are_not_ours_to_miss() -> None:
    play = Play()
    play.begin("A", oldest=9001, next_=9003)
    play.events("A", 9001, 9002)
    assert play.gaps("A") == set()
    assert play.stored("A") == [9001, 9002]


def test_what_was_evicted_while_away_is_a_gap_whether_welcome_or_gap_says_so() -> None:
    for say_gap in (False, True):
        play = Play()
        play.begin("A")
        play.events("A", 1, 2)
        play.drop()
        play.connect()
        play.get(hello("A", oldest=6, next_=8))
        if say_gap:
            play.get({"op": "gap", "epoch": "A", "from": 3, "to": 5, "reason": "evicted"})
        play.get({"op": "welcome", "v": 1, "mode": "replay", "from": 6, "to": 7})
        play.events("A", 6, 7)
        assert play.gaps("A") == {3, 4, 5}
        assert [fact.reason for fact in only(GapFound, play.facts)] == ["evicted"]


def test_a_new_epoch_is_a_known_tail_and_an_unknown_interval() -> None:
    play = Play()
    play.begin("A", next_=10)
    play.events("A", 1, 2, 3)
    play.drop()
    play.now_ms += 5_000
    play.begin("B", next_=3)
    assert play.gaps("A") == set(range(4, 10)), "hello had announced them"
    assert intervals(play) == (1, 1)
    lost = next(fact for fact in play.facts if type(fact).__name__ == "CoverageLost")
    assert lost.from_ms == play.now_ms - 5_000
    play.events("B", 1, 2)
    assert play.stored("B") == [1, 2]


def test_a_gap_of_an_older_epoch_counts_only_what_nobody_has() -> None:
    play = Play()
    play.begin("A")
    play.events("A", 1, 2, 3)
    play.drop()
    play.begin("B")
    play.get({"op": "gap", "epoch": "A", "from": 1, "to": 7, "reason": "new_epoch"})
    play.get({"op": "gap", "epoch": "A", "from": 3, "to": 7, "reason": "new_epoch"})
    play.get({"op": "gap", "epoch": "never seen", "from": 1, "to": 2, "reason": "new_epoch"})
    assert play.gaps("A") == {4, 5, 6, 7}
    assert play.gaps("never seen") == {1, 2}
    assert play.stream.counters.gap_events == 6
    assert play.stream.epoch == "B"


def test_a_gap_of_unknown_length_is_an_interval_that_ends_at_once() -> None:
    play = Play()
    play.begin("B")
    assert closed(play.get({"op": "gap", "epoch": "B", "from": 4, "to": None, "reason": "sampled"})) is None
    assert intervals(play) == (1, 1)
    play.get({"op": "gap", "epoch": "A", "from": 4, "to": None, "reason": "new_epoch"})
    assert intervals(play) == (1, 1), "of an old epoch the hello has said so already"


def test_a_restored_console_notices_a_new_epoch() -> None:
    play = Play([StreamPosition("A", 1, 5), StreamPosition("local:x", 1, 5)])
    play.begin("B")
    assert intervals(play) == (1, 1)


def test_live_ends_the_replay_and_shows_a_hole() -> None:
    play = Play()
    play.begin("A", next_=6)
    play.events("A", 1, 2, 3)
    effects = play.get({"op": "live", "next": 6})
    assert states(effects) == ["live"]
    assert play.gaps("A") == {4, 5}


def hb(play: Play, next_: int) -> None:
    play.get({"op": "hb", "epoch": "A", "next": next_})


def test_a_heartbeat_on_a_quiet_stream_shows_a_lost_tail() -> None:
    play = Play()
    play.begin("A")
    play.events("A", 1, 2)
    play.commit()
    hb(play, 5)
    assert play.gaps("A") == set(), "the producer may be filling a batch with them"
    hb(play, 5)
    assert play.gaps("A") == {3, 4}


def test_a_stream_that_was_never_heard_shows_a_lost_tail_at_the_first_heartbeat() -> None:
    play = Play()
    play.begin("A", oldest=1, next_=1)
    hb(play, 4)
    assert play.gaps("A") == {1, 2, 3}


def test_a_heartbeat_shows_no_lost_tail_while_the_producer_waits_for_credit() -> None:
    play = Play()
    play.begin("A")
    play.events("A", *range(1, 501))
    for _ in range(3):
        hb(play, 900)  # nothing is committed: we granted no further credit
    assert play.gaps("A") == set()
    assert len(sent(play.commit())) == 1
    hb(play, 900)  # crossed our acknowledgement on the way
    assert play.gaps("A") == set()
    play.events("A", *range(501, 901))
    play.commit()
    hb(play, 901)
    assert play.gaps("A") == set()
    assert len(play.stored("A")) == 900


def test_acknowledged_is_what_was_committed_and_never_before() -> None:
    play = Play()
    play.begin("A")
    effects = play.events("A", 1, 2, 3)
    assert sent(effects) == []
    assert sent(play.commit()) == [{"op": "ack", "epoch": "A", "upto": 3, "credit": CREDIT}]
    assert sent(play.commit()) == [], "one acknowledgement a commit"


def test_what_is_quarantined_is_acknowledged_too() -> None:
    play = Play()
    play.begin("A")
    play.get(batch("A", 1, ["5", "null", '"text"']))
    assert sent(play.commit())[0]["upto"] == 3
    assert play.session.outstanding == 0
    assert [fact.seq for fact in play.quarantined("A")] == [1, 2, 3]


def test_duplicates_are_dropped_and_do_not_eat_the_credit() -> None:
    play = Play()
    play.begin("A")
    play.events("A", 1, 2, 3)
    play.commit()
    for _ in range(5):
        assert sent(play.events("A", 1, 2, 3)) == [{"op": "ack", "epoch": "A", "upto": 3, "credit": CREDIT}]
    assert play.stored("A") == [1, 2, 3]
    assert play.stream.counters.duplicates == 15
    assert play.session.outstanding == 0


def test_duplicates_of_an_earlier_connection_are_acknowledged_as_far_as_they_were_sent() -> None:
    play = Play()
    play.begin("A")
    play.events("A", 1, 2, 3, 4)
    play.commit()
    play.drop()
    play.begin("A")
    assert sent(play.events("A", 2, 3))[0]["upto"] == 4, "the resume said so already"


def test_uncommitted_duplicates_are_not_acknowledged_early() -> None:
    play = Play()
    play.begin("A")
    play.events("A", 1, 2, 3)
    assert [ack["upto"] for ack in sent(play.events("A", 1, 2, 3))] == [0]
    assert sent(play.commit())[0]["upto"] == 3


def test_shuffled_batches_fill_the_holes_that_they_left() -> None:
    play = Play()
    play.begin("A")
    for seqs in ((4, 5), (1, 2), (8, 9), (6, 7), (3,), (10,)):
        play.events("A", *seqs)
    assert sorted(play.stored("A")) == list(range(1, 11))
    assert play.gaps("A") == set()
    assert play.stream.counters.gap_events == 0
    assert sent(play.commit())[0]["upto"] == 10, "an acknowledgement never goes back"


def test_batches_of_another_epoch_are_kept_under_it() -> None:
    play = Play()
    play.begin("B")
    play.events("A", 1, 2)
    play.events("B", 1)
    assert play.stored("A") == [1, 2]
    assert play.stored("B") == [1]
    assert [ack["epoch"] for ack in sent(play.commit())] == ["B"]


def test_a_second_hello_resumes_again() -> None:
    play = Play()
    play.begin("A")
    play.events("A", 1, 2)
    assert sent(play.get(hello("A", next_=5)))[0]["after"] == 2
    assert sent(play.get(hello("B")))[0]["epoch"] is None
    assert intervals(play) == (1, 1)


@pytest.mark.parametrize("frame", [
    {"op": "welcome", "from": 1}, {"op": "gap", "from": 1, "to": 2}, {"op": "live", "next": 3}, {"op": "hb", "next": 3},
    {"op": "batch", "epoch": "A", "first": 1, "events": [{}]}, {"op": "cmd_ack", "key": "k", "state": "applied"},
])  # fmt: skip
def test_nothing_may_come_before_hello(frame: dict[str, object]) -> None:
    play = Play()
    play.connect()
    assert closed(play.get(frame)) == 4400
    assert play.facts == []
    assert sent(play.drop(4400)) == []


@pytest.mark.parametrize("offered", [[2, 3], [0, 0], None, "1", [1], ["a", "b"], {"a": 1}, [True, None]])
def test_no_common_version_says_both_ranges(offered: object) -> None:
    play = Play()
    play.connect()
    effects = play.get(hello("A", v=offered))
    assert closed(effects) == 4406
    assert "[1, 1]" in play.session.closing.reason  # type: ignore[union-attr]
    assert play.session.epoch is None


def test_a_wider_range_that_holds_ours_is_fine() -> None:
    play = Play()
    play.connect()
    assert closed(play.get(hello("A", v=[1, 7]))) is None


def test_unknown_ops_and_unknown_fields_are_ignored() -> None:
    play = Play()
    play.begin("A")
    assert play.get({"op": "sparkle", "first": 3, "glitter": [1]}) == []
    play.get(json.dumps({"op": "batch", "compression": "none", "epoch": "A", "first": 1, "events": [json.loads(event(1))]}))
    assert play.stored("A") == [1]


def test_an_error_and_a_goodbye_are_shown_and_the_wait_is_taken_over() -> None:
    play = Play()
    play.begin("A")
    play.events("A", 1)
    effects = play.get({"op": "error", "code": "EVENT_TOO_LARGE", "seq": 2, "fatal": False, "reason": "2 MB"})
    assert states(effects) == ["live"]
    assert play.gaps("A") == {2}
    assert states(play.get({"op": "error", "code": "BROKEN", "fatal": True, "reason": "x"})) == ["waiting"]
    assert states(play.get({"op": "bye", "reason": "restart", "retry_ms": 2000})) == ["waiting"]
    assert play.session.retry_ms == 2000
    play.get({"op": "bye", "reason": "for ever", "retry_ms": 1e12})
    assert play.session.retry_ms == 2000, "a wait of years is nobody's wish"


def test_an_answer_to_a_command_is_handed_on() -> None:
    play = Play()
    play.begin("A")
    assert sent(play.session.command("k1", "conflict.resolve", 10_000, {"issueId": "i"}))[0]["key"] == "k1"
    (answer,) = play.get({"op": "cmd_ack", "key": "k1", "state": "applied", "result": {"x": 1}})
    assert isinstance(answer, CommandAnswered)
    assert (answer.frame.key, answer.frame.state) == ("k1", "applied")
