"""The platform's recorded posts: as lines, and as one document."""

import json
from pathlib import Path
from typing import Any

import pytest

from console.areas.incidents.core.found import FileRefused
from console.areas.incidents.core.jsonl import Line, read_jsonl
from console.areas.incidents.core.posts import is_post, read_document

BODY = {
    "reports": [{"id": "r1", "level": "error", "n": 1}, {"id": "r2", "level": "error", "n": 2}],
    "metadata": {"timezone": "UTC"},
}
REQUEST = {"method": "POST", "url": "/api/v1/errors", "headers": {"host": "x"}, "body": BODY}


def ids(text: str) -> list[Any]:
    return [one.piece.data["id"] if one.piece.data else one.piece.note for one in read_document(text)]


def test_recorded_posts_are_all_read(fixtures: Path) -> None:
    raw = (fixtures / "vivim-error-posts.jsonl").read_bytes().splitlines(keepends=True)
    found = list(read_jsonl(Line(number, line, len(line)) for number, line in enumerate(raw, 1)))
    told = [report["id"] for line in raw for report in json.loads(line)["body"]["reports"]]
    assert [one.piece.data and one.piece.data["id"] for one in found] == told
    assert len(told) == 321
    assert all(is_post(line.decode()) for line in raw)


@pytest.mark.parametrize("value", [BODY, REQUEST, [BODY], [REQUEST]])
@pytest.mark.parametrize("indent", [None, 2])
def test_one_document_over_any_lines(value: Any, indent: int | None) -> None:
    assert ids(json.dumps(value, indent=indent)) == ["r1", "r2"]


def test_several_posts_in_an_array() -> None:
    found = list(read_document(json.dumps([BODY, REQUEST, {"reports": [{"id": "r3"}]}])))
    assert [one.place for one in found] == [
        "item 1, report 1", "item 1, report 2", "item 2, report 1", "item 2, report 2", "item 3",
    ]  # fmt: skip


def test_events_in_an_array_are_events() -> None:
    assert ids(json.dumps([{"id": "a", "level": "info"}, {"id": "b", "level": "info"}], indent=1)) == ["a", "b"]


def test_a_report_keeps_its_exact_text() -> None:
    text = '{"reports": [ {"id":  "r1", "x":1.50e1} ]}'
    [found] = read_document(text)
    assert found.piece.text == '{"id":  "r1", "x":1.50e1}'


def test_what_is_no_report_is_kept_with_the_reason() -> None:
    assert ids(json.dumps([{"reports": [{"id": "r1"}, 5]}, "x"])) == [
        "r1", "item 1, report 2: not an object but a number", "item 2: not an object but a string",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "event",
    [
        {"eventType": "info", "reports": [{"a": 1}]},
        {"errorId": "e", "reports": []},
        {"method": "POST", "url": "/api/v1/errors", "body": {"reports": 5}},
        {"level": "info", "message": "3 reports"},
    ],
)
def test_an_event_that_only_speaks_of_reports_is_no_post(event: dict[str, Any]) -> None:
    text = json.dumps(event)
    assert not is_post(text)
    [found] = read_document(text)
    assert found.piece.data == event


@pytest.mark.parametrize(
    ("text", "words"), [('{\n"reports": [\n{]\n}', "line 3 column"), ("", "not JSON"), ("nonsense", "line 1")]
)
def test_a_broken_document_is_refused_with_its_line(text: str, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        list(read_document(text))
