from typing import Any

import pytest

from console.areas.sources.history import StoredSource
from console.areas.sources.view.line import Line, detail_words, retry_words


def told(line: Line, now_ms: int, **status: Any) -> Line:
    line.take({"name": "server", **status}, now_ms)
    return line


def test_the_wait_is_counted_down_from_its_announcement() -> None:
    line = Line("server", "ws://h", configured=True)
    waiting = {"state": "waiting", "detail": "nobody listens there", "retry_in_ms": 2_000, "reconnects": 1}
    told(line, 10_000, **waiting)
    told(line, 11_000, **waiting)
    assert [retry_words(line, now) for now in (10_000, 11_500, 12_000)] == ["retry in 2 s", "retry in 1 s", "retrying now"]
    assert detail_words(line, 10_500) == "nobody listens there · retry in 2 s"
    told(line, 20_000, **waiting | {"reconnects": 2})
    assert retry_words(line, 20_000) == "retry in 2 s"
    told(line, 21_000, state="live", retry_in_ms=None)
    assert retry_words(line, 21_000) == ""


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (Line("a", "ws://h", configured=True, enabled=False), "not attached; “Enable” attaches it"),
        (Line("a", "ws://h", configured=True), "waiting for the first word of the ingest process"),
        (Line("a", "ws://h", status={"state": "refused"}), "no reason given"),
        (Line("a", "ws://h/?token=hush", status={"state": "live"}), "ws://h/?token=…"),
        (Line("a", "ws://h", stored=StoredSource("a", "ws://h", 0, ())), "not part of this profile"),
    ],
)
def test_each_state_has_words(line: Line, words: str) -> None:
    assert words in detail_words(line, 0)
