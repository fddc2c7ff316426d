"""One alert for an episode of violations, and one more each time that there are ten times as many."""

import pytest

from console.areas.contracts.core.alerting import (
    CLEAN_OBSERVATIONS,
    QUIET_MS,
    Episode,
    alert_words,
    is_power_of_ten,
    note,
    place_words,
    severity_of,
)


def test_alerts_come_at_1_10_100() -> None:
    episode, at = None, []
    for n in range(1, 12_001):
        episode, wants_alert = note(episode, n, n)
        if wants_alert:
            at.append(n)
    assert at == [1, 10, 100, 1_000, 10_000]
    assert episode == Episode(1, 12_000, 12_000, 12_000)


@pytest.mark.parametrize(("clean", "is_new"), [(CLEAN_OBSERVATIONS - 1, False), (CLEAN_OBSERVATIONS, True)])
def test_so_many_clean_observations_begin_a_new_episode(clean: int, is_new: bool) -> None:
    episode, _ = note(None, 10, 0)
    after, wants_alert = note(episode, 10 + clean + 1, 1)
    assert (after.number, wants_alert) == ((2, True) if is_new else (1, False))


@pytest.mark.parametrize(("quiet_ms", "is_new"), [(QUIET_MS - 1, False), (QUIET_MS, True)])
def test_a_day_without_it_begins_a_new_episode(quiet_ms: int, is_new: bool) -> None:
    episode, _ = note(None, 1, 1_000)
    after, wants_alert = note(episode, 2, 1_000 + quiet_ms)
    assert (after.number, after.events, wants_alert) == ((2, 1, True) if is_new else (1, 2, False))


def test_a_late_event_does_not_turn_the_time_back() -> None:
    episode, _ = note(None, 1, 5_000)
    after, _ = note(episode, 2, 1_000)
    assert after.last_ms == 5_000


def test_closed_is_what_either_rule_closes() -> None:
    episode = Episode(1, 1, 100, 1_000)
    assert not episode.is_closed(599, QUIET_MS)
    assert episode.is_closed(600, 1_000)
    assert episode.is_closed(100, 1_000 + QUIET_MS)


def test_powers_of_ten() -> None:
    assert [n for n in range(2_000) if is_power_of_ten(n)] == [1, 10, 100, 1_000]


def test_words_say_how_many_and_that_it_is_back() -> None:
    assert alert_words("server GET /a", "q is missing", 1, 1) == "server GET /a: q is missing"
    assert alert_words("server GET /a", "q is missing", 1, 2) == "server GET /a: q is missing again"
    assert alert_words("server GET /a", "q is missing", 1_000, 2) == "server GET /a: 1,000 times: q is missing"
    assert place_words("server", "", "/a") == "server /a"


def test_no_answer_is_worse_than_a_wrong_one() -> None:
    assert [severity_of(kind) for kind in ("unavailable", "response_schema_error", "param_mismatch", "timeout", "?")] == [
        "critical", "high", "medium", "medium", "medium",
    ]  # fmt: skip
