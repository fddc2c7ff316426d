"""What a person may write to jump to a moment."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.timeline.core import JumpError, parse_jump

NOW = datetime(2026, 11, 23, 14, 0, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)


def at(*parts):
    return int(datetime(*parts, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("13:05", at(2026, 11, 23, 13, 5)),
        ("15:05", at(2026, 11, 22, 15, 5)),
        ("13:05:30.25", at(2026, 11, 23, 13, 5, 30) + 250),
        (" 2026-11-20 13:05 ", at(2026, 11, 20, 13, 5)),
        ("2026-11-20T13:05:01", at(2026, 11, 20, 13, 5, 1)),
        ("2026-11-20T13:05:01+02:00", at(2026, 11, 20, 11, 5, 1)),
        ("2026-11-20t13:05z", at(2026, 11, 20, 13, 5)),
        ("2026-11-20", at(2026, 11, 20)),
        ("-10m", NOW_MS - 600_000),
        ("1.5h ago", NOW_MS - 5_400_000),
        ("now", NOW_MS),
        ("1795442208468", 1795442208468),
    ],
)
def test_moments(text, expected):
    assert parse_jump(text, NOW_MS, UTC) == expected


def test_a_time_means_the_given_zone():
    zone = timezone(timedelta(hours=2))
    assert parse_jump("15:05", NOW_MS, zone) == at(2026, 11, 23, 13, 5)


def test_the_machines_own_zone_is_the_default():
    local = datetime.fromtimestamp(NOW_MS / 1000).astimezone()
    assert parse_jump(f"{local:%Y-%m-%d %H:%M}", NOW_MS) == NOW_MS


@pytest.mark.parametrize("text", ["", "soon", "25:00", "12:61", "2026-13-01", "-99999999999w", "-5", "10x", "2026-11"])
def test_what_is_no_moment_is_refused_in_words(text):
    with pytest.raises(JumpError, match=r"is no time.*Write 13:05"):
        parse_jump(text, NOW_MS, UTC)


@given(st.text(max_size=30) | st.from_regex(r"[-0-9: tz.+mhdw]{1,24}", fullmatch=True))
def test_any_text_gives_a_moment_or_a_jump_error(text):
    with contextlib.suppress(JumpError):
        assert parse_jump(text, NOW_MS, UTC) >= -62_135_596_800_000
