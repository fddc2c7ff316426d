"""What makes two errors one: fingerprints that stay through what varies, and differ where a fix would."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.areas.errors.core.grouping import PRODUCER, Grouping, explain, group_error, is_error
from console.areas.errors.core.payload import open_payload
from console.areas.errors.store.identify import describe, identify
from tests.areas.errors.labelled import Labelled, grouped, labelled_errors
from tests.store_filling import read_text

FIXTURES = Path(__file__).parents[2] / "fixtures"


def group(data: Any, message: str = "", category: str = "", service: str = "server") -> Grouping:
    return group_error(data, message=message, category=category, service=service)


def report(stack: str, **fields: Any) -> dict[str, Any]:
    return {"errorId": "e1", "category": "UNKNOWN_ERROR", "message": "x", "source": {"stack": stack}} | fields


JS = """TypeError: x is not a function
    at Feed.load (/srv/vivim/src/feed.ts:{}:{})
    at run (/srv/vivim/src/main.ts:1:1)"""
PY = """Traceback (most recent call last):
  File "{root}/vivim/router.py", line {line}, in run
    return handler(*args)
  File "{root}/vivim/db.py", line {line}, in query
    {statement}
{error}"""


def python_report(
    error: str, *, root: str = "/srv/app", line: int = 7, statement: str = "connection.execute(sql)", **fields: Any
) -> Any:
    return report(PY.format(root=root, line=line, statement=statement, error=error), **fields)


def test_lines_roots_and_hosts_do_not_count() -> None:
    first = group(report(JS.format(3, 4)))
    assert first == group(report(JS.format(3, 4)))
    assert group(report(JS.format(90, 1))).fingerprint == first.fingerprint
    moved = JS.format(90, 1).replace("/srv/vivim/", "http://localhost:5173/").replace(".ts:", ".ts?v=3f2a:")
    assert group(report(moved)).fingerprint == first.fingerprint
    here, there = python_report("KeyError: 'a'"), python_report("KeyError: 'b'", root="/home/ben/vivim", line=99)
    assert group(here).fingerprint == group(there).fingerprint


def test_all_dialects_of_one_error_are_one() -> None:
    enhanced = report(JS.format(3, 4))
    flat = {
        "id": "1",
        "level": "error",
        "component": "ui",
        "category": "api",
        "message": "x",
        "stack": JS.format(5, 6),
        "context": {},
    }
    stream = {"eventType": "error", "service": "server", "data": enhanced}
    assert len({group(data).fingerprint for data in (enhanced, flat, stream)}) == 1


def test_a_shared_helper_is_told_apart_by_what_it_failed_with() -> None:
    def failed(code: str, constraint: str) -> str:
        database = {"sqlstate": code, "constraint": constraint}
        return group(python_report("asyncpg.exceptions.IntegrityError: no", database=database)).fingerprint

    assert failed("23505", "users_pkey") != failed("23503", "users_pkey")
    assert failed("23505", "users_pkey") != failed("23505", "users_handle_key")
    assert failed("23505", "users_pkey") == failed("23505", "users_pkey")


def test_a_request_that_was_refused_is_known_by_status_and_endpoint() -> None:
    def refused(status: int, path: str, caller: str) -> Grouping:
        stack = f"ApiError: HTTP {status} for {path}\n    at {caller} (/srv/src/a.js:1:1)"
        context = {"endpoint": path, "method": "GET", "statusCode": status}
        return group({"level": "error", "message": f"HTTP {status} for {path}", "stack": stack, "context": context})

    first = refused(404, "/api/v1/acus/acu_1", "load")
    assert first.rule == "status and endpoint of the request that failed"
    assert refused(404, "/api/v1/acus/acu_2", "reload").fingerprint == first.fingerprint
    assert refused(500, "/api/v1/acus/acu_1", "load").fingerprint != first.fingerprint
    assert refused(404, "/api/v1/users/user_1", "load").fingerprint != first.fingerprint


def test_two_statements_of_one_function_are_two_faults() -> None:
    one = python_report("ValueError: title 'a' is too long", statement='raise ValueError(f"title {title!r} is too long")')
    other = python_report("ValueError: unknown visibility x", statement='raise ValueError(f"unknown visibility {x}")')
    assert group(one).fingerprint != group(other).fingerprint


def test_causes_tell_wrapped_errors_apart() -> None:
    wrapped = """Error: Sync failed
    at drain (/srv/src/sync.js:1:1) {
  [cause]: %s: x
      at write (/srv/src/sink.js:2:2)
}"""
    assert group(report(wrapped % "TypeError")).fingerprint != group(report(wrapped % "RangeError")).fingerprint


def test_recursion_and_library_frames_do_not_count() -> None:
    words, frame = "Maximum call stack size exceeded", "    at flatten (/srv/src/tree.js:{}:1)\n"
    head = f"RangeError: {words}\n"
    library = "    at map (/srv/node_modules/lodash/map.js:1:1)\n"
    deep = group(report(head + "".join(frame.format(line) for line in range(40)), message=words))
    assert group(report(head + library + frame.format(2) * 3, message=words)).fingerprint == deep.fingerprint


def test_minified_frames_are_no_evidence() -> None:
    minified = "TypeError: {0}.items is not a function\n    at {0} (https://x/assets/index-4f3a9{1}.js:1:{1})"
    one, other = (
        group(report(minified.format(*pair), message=f"{pair[0]}.items is not a function")) for pair in (("a", 1), ("b", 2))
    )
    assert one.fingerprint == other.fingerprint
    assert "for want of a usable stack" in one.rule


def test_without_a_stack_the_words_and_the_place_decide() -> None:
    def logged(message: str, function: str) -> str:
        return group(
            {"errorId": "1", "message": message, "source": {"module": "mail", "function": function}}, message
        ).fingerprint

    assert logged("Mail to ada@example.com failed after 3 s", "send") == logged(
        "Mail to ben@example.org failed after 12 s", "send"
    )
    assert logged("Mail to ada@example.com failed after 3 s", "send") != logged(
        "Mail to ada@example.com failed after 3 s", "resend"
    )


def test_a_producers_fingerprint_is_reported_and_does_not_decide() -> None:
    plain, marked = group(report(JS.format(1, 1))), group(report(JS.format(1, 1), fingerprint="abc"))
    assert plain.fingerprint == marked.fingerprint
    assert [part.value for part in marked.parts if part.name == PRODUCER] == ["abc"]
    assert not any(part.name == PRODUCER for part in plain.parts)


def test_a_group_explains_itself() -> None:
    grouping = group(report("", message="conv_19 is gone"), "conv_19 is gone", "SYNC_CONFLICT")
    assert (grouping.title, grouping.culprit) == ("<id> is gone", "server")
    lines = explain(grouping)
    assert lines[0] == "One group by category and message, for want of a usable stack."
    assert "Same message: <…> is gone" in lines
    assert "Not compared in message: id conv_19" in lines
    with_stack = group(report(JS.format(3, 4)))
    assert with_stack.culprit == "load in feed"
    assert any("Not compared in in-app frames: position /srv/vivim/src/feed.ts:3" in line for line in explain(with_stack))


@pytest.mark.parametrize(
    ("event_type", "level", "expected"),
    [
        ("error", "", True),
        ("sync_update", "error", True),
        ("info", "critical", True),
        ("warning", "warning", False),
        ("info", "info", False),
    ],
)
def test_which_events_are_grouped(event_type: str, level: str, expected: bool) -> None:
    assert is_error(event_type, level) is expected


KEYS = (
    "stack source error message context debug database request response sync data eventType exceptionType statusCode"
    " endpoint method sqlstate code constraint name module function fingerprint"
)
keys = st.sampled_from(KEYS.split())
texts = st.text(max_size=30) | st.sampled_from([JS, "\ud800", "23505", "at f (x:1:2)"])
payloads = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.dictionaries(keys, inner, max_size=6) | st.lists(inner, max_size=3),
    max_leaves=20,
)


@settings(max_examples=200)
@given(payloads, st.text(max_size=60), st.text(max_size=10), st.text(max_size=10))
def test_anything_gets_a_group(data: Any, message: str, category: str, service: str) -> None:
    grouping = group(data, message, category, service)
    assert re.fullmatch("[0-9a-f]{16}", grouping.fingerprint)
    assert grouping.title
    assert grouping == group(data, message, category, service)
    assert explain(grouping)


IDS = re.compile(r"\b(conv|msg|user|acu|req|sess|peer)_\w*\d\w*")


@settings(max_examples=60)
@given(st.integers(1, 500), st.integers(1, 10**6), st.sampled_from(labelled_errors()))
def test_moved_lines_and_other_ids_leave_an_error_in_its_group(shift: int, number: int, error: Any) -> None:
    text = json.dumps(error.event)
    moved = re.sub(r"(line |\.[cm]?[jt]sx?:)(\d+)", lambda found: f"{found[1]}{int(found[2]) + shift}", text)
    # What a traceback quotes of the source is code, and stays as it was written.
    lines = [line if re.match(" {4}(?!at )", line) else IDS.sub(rf"\1_{number}", line) for line in moved.split("\\n")]
    assert grouped(json.loads("\\n".join(lines))).fingerprint == grouped(error.event).fingerprint


def test_the_recorded_posts_of_the_platform_fall_into_few_groups() -> None:
    lines = (FIXTURES / "vivim-error-posts.jsonl").read_text(encoding="utf-8").splitlines()
    reports = [
        item for line in lines for item in json.loads(line)["body"]["reports"] if item["level"] in ("error", "critical")
    ]
    kinds = {re.sub(r"\w+_\d+", "", item["message"]) + (item.get("stack") or "").partition("\n")[0] for item in reports}
    groups = {grouped(item).fingerprint for item in reports}
    assert len(groups) <= len(kinds) < len(reports)


@given(
    st.sampled_from(labelled_errors()) | st.builds(lambda data: Labelled("", {"eventType": "error", "data": data}), payloads)
)
def test_the_fingerprint_alone_is_that_of_the_whole_answer(error: Labelled) -> None:
    """Of events of known groups only the fingerprint is asked for."""
    event = read_text(json.dumps(error.event))
    payload = open_payload(event.data)
    identity = identify(event, payload, {})
    assert identity.judged is not None
    assert identity.fingerprint == describe(event, payload, identity).fingerprint
    assert identity.fingerprint == group(event.data, event.message, event.category, event.service).fingerprint
    deciding = [
        part for part in group(event.data, event.message, event.category, event.service).parts if part.name != PRODUCER
    ]
    assert [(part.name, part.value) for part in identity.judged.parts] == [(part.name, part.value) for part in deciding]
