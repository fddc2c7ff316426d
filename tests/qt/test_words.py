import time

import pytest

from console.qt.words import age_words, ago_words, counted, moment_words


@pytest.mark.parametrize(
    ("age_ms", "words", "short"),
    [(0, "just now", "now"), (4_999, "just now", "now"), (12_000, "12 s ago", "12 s"), (3_599_000, "59 min ago", "59 min"),
     (7_200_000, "2 h ago", "2 h"), (3 * 86_400_000, "3 d ago", "3 d"), (-120_000, "in 2 min", "in 2 min")],
)  # fmt: skip
def test_ages(age_ms: int, words: str, short: str) -> None:
    assert ago_words(0, age_ms) == words
    assert age_words(0, age_ms) == short


@pytest.mark.parametrize(
    ("zone", "words"),
    [("UTC", "2025-11-24 08:57:12 UTC"), ("Asia/Tokyo", "2025-11-24 17:57:12 (2025-11-24 08:57:12 UTC)")],
)
def test_a_moment_is_told_in_utc_too_once(zone: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", {"Asia/Tokyo": "JST-9"}.get(zone, zone))  # as POSIX writes it, so that no list of zones is needed
        time.tzset()
        assert moment_words(1_763_974_632_000) == words
    time.tzset()


def test_a_moment_beyond_the_calendar_is_its_number() -> None:
    assert moment_words(10**30) == f"{10**30} ms"


def test_one_is_singular_and_thousands_are_grouped() -> None:
    assert [counted(n, "group") for n in (0, 1, 1204)] == ["0 groups", "1 group", "1,204 groups"]
