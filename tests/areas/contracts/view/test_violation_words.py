"""Violations in words."""

from console.areas.contracts.store.answers import VIOLATION_KINDS
from console.areas.contracts.view.violation_words import (
    KIND_WORDS,
    STATE_GLYPHS,
    STATES,
    facts_words,
    kind_words,
    list_words,
    matches,
    message_words,
    rule_words,
    title_words,
    what_words,
)
from tests.areas.contracts.view.contract_store import NOW_MS
from tests.areas.contracts.view.rows import violation_row


def test_every_kind_and_state_has_words_of_its_own() -> None:
    assert set(KIND_WORDS) == set(VIOLATION_KINDS)
    assert set(STATE_GLYPHS) == set(STATES)
    assert kind_words("new_kind") == "new kind"


def test_a_violation_says_what_where_how_often_and_who_found_it() -> None:
    row = violation_row()
    assert title_words(row) == "server GET /acus/search: answer breaks the contract: hits[].quality"
    assert what_words(violation_row(kind="timeout", path="$")) == "slower than the time-out"
    assert rule_words(row) == 'type: expected number, was "0.83"'
    assert rule_words(violation_row(expected="", actual="", message="took long")) == "type: took long"
    assert facts_words(row, NOW_MS) == (
        "7 times, first 1 min ago, last 9 s ago · found by the console · version 2.0.0 · ● open"
    )


def test_in_a_list_the_place_comes_first() -> None:
    assert list_words(violation_row()) == "answer: hits[].quality"
    assert list_words(violation_row(kind="param_mismatch", path="q")) == "request: q"
    assert list_words(violation_row(kind="param_mismatch", path="$")) == "request breaks the contract"
    assert list_words(violation_row(kind="unavailable", path="$")) == "not available"


def test_a_message_that_repeats_the_rule_is_left_out() -> None:
    assert message_words(violation_row(message='hits[0].quality: expected number, got "0.83"')) == ""
    assert message_words(violation_row(message="")) == ""
    assert message_words(violation_row(message="the search was tired")) == "the search was tired"


def test_words_are_looked_for_everywhere_and_all_must_be_there() -> None:
    row = violation_row(disagreement="the service finds it right")
    assert matches(row, "QUALITY answer")
    assert matches(row, "finds right")
    assert not matches(row, "quality request")
    assert matches(row, "  ")


def test_hostile_text_is_shown_as_it_is_and_cut() -> None:
    words = rule_words(violation_row(actual="<b>\u202e" + "x" * 10_000))
    assert "⟨U+202E⟩" in words
    assert len(words) <= 400
