"""A few letters find a title, the better fit first."""

from hypothesis import given
from hypothesis import strategies as st

from console.app.fuzzy import score


def best(typed: str, *titles: str) -> str:
    return max(titles, key=lambda title: score(typed, title) if score(typed, title) is not None else -999)  # type: ignore[arg-type,return-value]


def test_words_beat_beginnings_beat_letters() -> None:
    assert best("dark", "Dark theme", "Dashboard rank") == "Dark theme"
    assert best("th", "Light theme", "Other") == "Light theme"
    assert best("cta", "Copy the address", "Contact") == "Copy the address"
    assert best("theme dark", "Dark theme", "Light theme") == "Dark theme"


def test_missing_letters_do_not_fit() -> None:
    assert score("xyz", "Dark theme") is None
    assert score("dark x", "Dark theme") is None


@given(st.text(max_size=8), st.text(max_size=30))
def test_nothing_typed_fits_all_and_nothing_raises(typed: str, title: str) -> None:
    assert score("", title) == 0
    assert score(typed, title) is None or isinstance(score(typed, title), int)
