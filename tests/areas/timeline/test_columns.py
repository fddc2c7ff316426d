"""What stands in the columns of the Timeline."""

import pytest

from console.areas.timeline.columns import duration_text


@pytest.mark.parametrize(
    ("duration_ms", "text"), [(None, ""), (0.0, "0 ms"), (0.017, "<0.1 ms"), (0.05, "0.1 ms"), (2.56, "2.6 ms")]
)
def test_a_duration_too_short_for_the_column_is_not_nothing(duration_ms: float | None, text: str) -> None:
    assert duration_text(duration_ms) == text
