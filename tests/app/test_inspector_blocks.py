"""What each section is made of: calls to copy, statement, body, comparison, timeline."""

import json
from typing import Any

import pytest

from console.app.inspector.block_widgets import moment_lines
from console.app.inspector.blocks import Code, Copies, Facts, Frames, Moments, Page, Sides
from console.app.inspector.page import read_page
from console.app.inspector.sqlstate import sqlstate_words
from console.store.rows import EventDetail, Row

AT_MS = 1_795_442_900_000


def page_of(**data: Any) -> Page:
    body = {"eventType": "error", "timestamp": AT_MS, "service": "server", "data": {"message": "boom", **data}}
    row = Row(1, AT_MS, AT_MS, "s", "server", "error", "error", "high", "", "boom", None, None, None, None, None, 0, 0, 0)
    return read_page(EventDetail(row, None, None, json.dumps(body), None, None))


def blocks(page: Page, key: str, kind: type) -> list[Any]:
    section = page.section(key)
    assert section is not None
    return [block for block in section.blocks if isinstance(block, kind)]


def names(page: Page, key: str) -> list[str]:
    return [line.name for facts in blocks(page, key, Facts) for line in facts.lines]


def test_a_request_can_be_copied_and_its_body_is_laid_out() -> None:
    page = page_of(request={"method": "POST", "url": "http://h/x?a=1", "headers": {"accept": "*/*"}, "body": '{"b":[1,2]}'})
    (copies,) = blocks(page, "request", Copies)
    assert [words for words, _, _ in copies.choices] == ["curl", "HTTPie", "Python"]
    assert "curl" in copies.choices[0][2]
    (body,) = blocks(page, "request", Code)
    assert body.text == '{\n  "b": [\n    1,\n    2\n  ]\n}'
    assert body.language == "json"
    assert "Headers" in names(page, "request")


def test_a_body_hides_only_its_own_facts() -> None:
    page = page_of(request={"method": "POST", "url": "/x", "attempt": 1, "body": {"n": 1, "method": "POST"}})
    assert "Attempt" in names(page, "request")
    assert "Method" in names(page, "request")
    assert not [line for facts in blocks(page, "request", Facts) for line in facts.lines if "body" in line.path]


def test_a_statement_is_laid_out_with_its_parameters() -> None:
    sql = "select id from messages where author = $1 and n = $2"
    page = page_of(database={"query": sql, "parameters": ["ada", 7], "sqlstate": "23505", "table": "messages"})
    (code,) = blocks(page, "database", Code)
    assert code.language == "sql"
    assert "SELECT id" in code.text
    assert "$1 /* 'ada' */" in code.text
    lines = {line.name: line for facts in blocks(page, "database", Facts) for line in facts.lines}
    assert (lines["$1"].value, lines["$2"].value) == ("ada", "7")
    assert lines["SQLSTATE"].note == "unique violation"


@pytest.mark.parametrize(
    ("code", "words"),
    [("23505", "unique violation"), ("40p01", "deadlock: try again"), ("22Z99", "data exception"), ("ZZ000", ""), ("5", "")],
)
def test_a_sqlstate_in_words(code: str, words: str) -> None:
    assert sqlstate_words(code) == words


def test_local_against_remote_and_base() -> None:
    details = {"localVersion": 3, "remoteVersion": 5, "localState": {"t": "a", "n": 1}, "remoteState": {"t": "b", "n": 1}}
    page = page_of(issue={"issueType": "conflict", "entityType": "message", "entityId": "m1", "details": details})
    (sides,) = blocks(page, "sync", Sides)
    assert sides.rows.titles == ("local, version 3", "remote, version 5")
    assert [(row.path, row.kind, row.cells) for row in sides.rows.rows] == [
        ("$.t", "changed", ('"a"', '"b"')),
        ("$.n", "same", ("1", "1")),
    ]
    page = page_of(issue={"entityType": "message", "details": details | {"baseState": {"t": "z"}}})
    (sides,) = blocks(page, "sync", Sides)
    assert sides.rows.titles[0] == "base"
    assert sides.rows.rows[0].cells == ('"z"', '"a"', '"b"')
    assert sides.rows.rows[1].cells == ("", "1", "1")


def test_expected_against_actual() -> None:
    contract = {"contractId": "c1", "expectedParams": [{"name": "q", "type": "string"}], "actualParams": {"q": 5},
                "deviation": "q is no text"}  # fmt: skip
    page = page_of(contract=contract)
    (sides,) = blocks(page, "contract", Sides)
    assert ("$.params.q", "changed", ('{"type": "string"}', "5")) in [tuple(row) for row in sides.rows.rows]
    assert "Deviation" in names(page, "contract")


def test_moments_count_from_the_event() -> None:
    actions = [
        {"timestamp": AT_MS - 1_250, "action": "click save"},
        {"timestamp": AT_MS - 90_000, "action": "open"},
        "typed",
    ]
    page = page_of(debug={"recentActions": actions, "consoleErrors": ["TypeError: x failed"]})
    (moments,) = blocks(page, "actions", Moments)
    lines, tones = moment_lines(moments)
    assert [(line.name, line.value) for line in lines] == [
        ("−1.5 min", "open"),
        ("−1.2 s", "click save"),
        ("before", "typed"),
        ("0 ms", "this event"),
    ]
    assert tones[-1] == "bad"
    (console,) = blocks(page, "console", Moments)
    assert moment_lines(console)[1] == ["bad"]


def test_each_stack_has_frames_and_its_text() -> None:
    page = page_of(source={"stack": "TypeError: x\n    at save (/srv/app/a.ts:3:5)", "line": 3}, stack="no frames here")
    assert [frames.stack.exception_type for frames in blocks(page, "stack", Frames)] == ["TypeError"]
    folded = {code.text.split("\n")[0]: code.folded for code in blocks(page, "stack", Code)}
    assert folded == {"TypeError: x": True, "no frames here": False}


def test_what_the_store_says_is_not_said_again() -> None:
    lines = [line for facts in blocks(page_of(severity="high", errorId="e1"), "overview", Facts) for line in facts.lines]
    values = [line.value for line in lines]
    assert values.count("high") == 1
    assert "e1" in values
