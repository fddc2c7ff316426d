"""What the list of newest traces says of one."""

import pytest

from console.areas.trace.store.recent import RecentTrace
from console.areas.trace.view.recent_list import trace_words


@pytest.mark.parametrize(
    ("took_ms", "words"), [(0, "2 events · <1 ms"), (12, "2 events · 12 ms"), (1_500, "2 events · 1.50 s")]
)
def test_a_trace_within_one_millisecond_took_some_time(took_ms: int, words: str) -> None:
    assert trace_words(RecentTrace("t", "w", ("server",), 2, False, 0, 1_000, 1_000 + took_ms, "info")) == words
