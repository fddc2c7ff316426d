"""Stack texts as they stand in the wild: what each engine and Python print."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.model.stack import MAX_FRAMES, Frame, Stack, frame_module, is_in_app, parse_stack
from console.model.stack.javascript import parse_common, parse_javascript
from console.model.stack.python import HEADER, parse_common_traceback, parse_python


def parsed(text: str) -> Stack:
    stack = parse_stack(text)
    assert stack is not None
    return stack


def places(stack: Stack) -> list[tuple[str, str, int | None, int | None]]:
    return [(frame.function, frame.file, frame.line, frame.column) for frame in stack.frames]


V8 = """TypeError: Cannot read properties of undefined (reading 'id')
second line of the message
    at Object.<anonymous> (/srv/app/src/a.ts:32:78)
    at async SyncEngine.drain [as flush] (file:///srv/app/src/sync.js:23:7)
    at new Peer (webpack-internal:///./src/peer.js:1:2)
    at async Promise.all (index 0)
    at Array.map (<anonymous>)
    at eval (eval at run (/srv/app/src/plugins.js:2:10), <anonymous>:3:14)
    at /srv/app/src/b.ts:5:6
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at C:\\work\\app\\src\\c.js:7:8"""


def test_v8() -> None:
    stack = parsed(V8)
    assert (stack.exception_type, stack.language) == ("TypeError", "javascript")
    assert stack.message == "Cannot read properties of undefined (reading 'id')\nsecond line of the message"
    assert places(stack) == [
        ("Object.<anonymous>", "/srv/app/src/a.ts", 32, 78),
        ("SyncEngine.drain [as flush]", "file:///srv/app/src/sync.js", 23, 7),
        ("new Peer", "webpack-internal:///./src/peer.js", 1, 2),
        ("Promise.all", "index 0", None, None),
        ("Array.map", "<anonymous>", None, None),
        ("eval", "/srv/app/src/plugins.js", 2, 10),
        ("", "/srv/app/src/b.ts", 5, 6),
        ("process.processTicksAndRejections", "node:internal/process/task_queues", 95, 5),
        ("", "C:\\work\\app\\src\\c.js", 7, 8),
    ]
    assert [frame.in_app for frame in stack.frames] == [True, True, True, False, False, True, True, False, True]


def test_an_error_with_code_causes_and_properties_as_node_prints_it() -> None:
    stack = parsed("""Error: Sync failed
    at SyncEngine.drain (/srv/app/src/sync.js:25:13)
    ... 4 lines matching cause stack trace ...
    at async start (/srv/app/src/main.js:1:1) {
  [cause]: TypeError [ERR_INVALID_ARG_TYPE]: The "path" argument must be a string
      at open (node:internal/fs/promises:637:25)
      at FileSink.write (/srv/app/src/sinks.js:14:37) {
    code: 'ERR_INVALID_ARG_TYPE',
    [cause]: RangeError: too far
        at inner (/srv/app/src/x.js:1:2)
  }
}""")
    assert [frame.function for frame in stack.frames] == ["SyncEngine.drain", "start"]
    assert [(cause.exception_type, len(cause.frames)) for cause in stack.causes] == [("TypeError", 2), ("RangeError", 1)]
    assert stack.causes[0].message == '[ERR_INVALID_ARG_TYPE] The "path" argument must be a string'


def test_members_of_an_aggregate_error_are_its_causes() -> None:
    stack = parsed("""AggregateError: All promises were rejected
    at async firstOf (/srv/app/src/providers.js:2:10) {
  [errors]: [
    RangeError: openai answered nothing
        at Provider.complete (/srv/app/src/providers.js:7:11),
    TypeError: groq answered nothing
        at Provider.complete (/srv/app/src/providers.js:7:11)
  ]
}""")
    assert [cause.exception_type for cause in stack.causes] == ["RangeError", "TypeError"]


def test_firefox_and_safari() -> None:
    stack = parsed("""renderItem@https://app.example/assets/index-IPEUGQEQ.js:1:488
renderAll/<@https://app.example/assets/index-IPEUGQEQ.js:1:557
async*load@http://localhost:5173/@fs/srv/src/@feed/a.ts?v=3f:4:5
setTimeout handler*start@https://app.example/main.js:8:9
map@[native code]
@https://app.example/main.js:10:11
run@https://app.example/main.js line 3 > eval:1:1
https://app.example/late.js:2:3
""")
    assert places(stack) == [
        ("renderItem", "https://app.example/assets/index-IPEUGQEQ.js", 1, 488),
        ("renderAll/<", "https://app.example/assets/index-IPEUGQEQ.js", 1, 557),
        ("load", "http://localhost:5173/@fs/srv/src/@feed/a.ts?v=3f", 4, 5),
        ("start", "https://app.example/main.js", 8, 9),
        ("map", "[native code]", None, None),
        ("", "https://app.example/main.js", 10, 11),
        ("run", "https://app.example/main.js", 3, None),
        ("", "https://app.example/late.js", 2, 3),
    ]
    assert [frame.in_app for frame in stack.frames] == [True] * 4 + [False] + [True] * 3


def test_bun_and_react() -> None:
    assert places(
        parsed("Error: x\n    at <anonymous> (/srv/app/src/a.ts:1:2)\n    at loadAndEvaluateModule (native:2:1)")
    ) == [
        ("<anonymous>", "/srv/app/src/a.ts", 1, 2),
        ("loadAndEvaluateModule", "native", 2, 1),
    ]
    assert places(parsed("\n    at FeedView (http://localhost:5173/src/feed.tsx:4:5)\n    at div\n    at App")) == [
        ("FeedView", "http://localhost:5173/src/feed.tsx", 4, 5),
        ("div", "", None, None),
        ("App", "", None, None),
    ]


PYTHON = """worker 3 failed
Traceback (most recent call last):
  File "/srv/app/vivim/repo.py", line 7, in query
    cursor = connection.execute(sql, params)
             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
sqlite3.OperationalError: database is locked

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/usr/lib/python3.11/asyncio/runners.py", line 190, in run
    return runner.run(main)
  File "/srv/app/vivim/drafts.py", line 14, in save.<locals>.inner
    raise StoreError("draft lost") from error
vivim.errors.StoreError: draft lost
  and a second line
"""


def test_a_chained_traceback_begins_where_it_was_raised() -> None:
    stack = parsed(PYTHON)
    assert (stack.exception_type, stack.message) == ("vivim.errors.StoreError", "draft lost\n  and a second line")
    inner, outer = stack.frames
    assert inner == Frame(
        "save.<locals>.inner",
        "/srv/app/vivim/drafts.py",
        14,
        None,
        True,
        'raise StoreError("draft lost") from error',
        'File "/srv/app/vivim/drafts.py", line 14, in save.<locals>.inner',
    )
    assert not outer.in_app
    (cause,) = stack.causes
    assert (cause.exception_type, cause.message) == ("sqlite3.OperationalError", "database is locked")
    assert cause.frames[0].source == "cursor = connection.execute(sql, params)"


def test_an_exception_group_has_its_members_as_causes() -> None:
    import asyncio
    import traceback

    async def fail(kind: type[Exception]) -> None:
        raise kind("no")

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail(KeyError))
            group.create_task(fail(OSError))

    with pytest.raises(ExceptionGroup) as raised:
        asyncio.run(both())
    stack = parsed("".join(traceback.format_exception(raised.value)))
    assert stack.exception_type == "ExceptionGroup"
    assert stack.message.startswith("unhandled errors in a TaskGroup")
    assert "both" in {frame.function.rpartition(".")[2] for frame in stack.frames}
    assert [(cause.exception_type, cause.message) for cause in stack.causes] == [("KeyError", "'no'"), ("OSError", "no")]
    assert all(cause.frames[0].source == 'raise kind("no")' for cause in stack.causes)


def test_a_syntax_error_and_a_deep_recursion() -> None:
    stack = parsed("""Traceback (most recent call last):
  File "/srv/app/rules.py", line 3, in compile_rule
    return ast.parse(text)
  File "<rule>", line 1
    a +
       ^
SyntaxError: invalid syntax""")
    assert (stack.exception_type, stack.message) == ("SyntaxError", "invalid syntax")
    assert [frame.function for frame in stack.frames] == ["", "compile_rule"]
    line = '  File "/srv/app/tree.py", line 3, in flatten\n    found += flatten(links, child)\n'
    deep = parsed(
        f"Traceback (most recent call last):\n{line * 900}  [Previous line repeated 96 more times]\nRecursionError: too deep"
    )
    assert len(deep.frames) == MAX_FRAMES
    assert deep.exception_type == "RecursionError"


@pytest.mark.parametrize(
    "text", ["", "Error: x", "at home\nwe met at noon", "mail ben@example.com:80 again", "a\n\tb", "at"]
)
def test_prose_is_no_stack(text: str) -> None:
    assert parse_stack(text) is None


@pytest.mark.parametrize(
    ("file", "module", "in_app"),
    [
        ("/srv/vivim/server/src/acu/search.ts", "acu/search", True),
        ("http://localhost:5173/src/acu/search.ts?v=3f2a", "acu/search", True),
        ("webpack-internal:///(app-pages-browser)/./src/acu/search.tsx", "acu/search", True),
        ("file:///app/dist/acu/search.js", "acu/search", True),
        ("C:\\work\\vivim\\src\\acu\\search.ts", "acu/search", True),
        ("https://app.example/assets/index-DkZ3x_9a.js", "index", True),
        ("https://app.example/static/js/main.8b1f.chunk.js", "main.chunk", True),
        ("/app/main.py", "main", True),
        ("/home/ben/vivim/main.py", "main", True),
        ("/srv/app/web/user-settings.js", "web/user-settings", True),
        ("/srv/venv/lib/python3.11/site-packages/httpx/_client.py", "httpx/_client", False),
        ("/usr/lib/python3.11/json/decoder.py", "json/decoder", False),
        ("/srv/app/node_modules/.pnpm/ws@8/node_modules/ws/lib/socket.js", "lib/socket", False),
        ("node:internal/process/task_queues", "node:internal/process/task_queues", False),
        ("<frozen importlib._bootstrap>", "<frozen importlib._bootstrap>", False),
        ("chrome-extension://abcdef/content.js", "content", False),
        ("https://cdn.jsdelivr.net/npm/x/y.js", "x/y", False),
        ("https://app.example/assets/vendor-4f3a9c.js", "vendor", False),
        ("http://localhost:5173/node_modules/.vite/deps/react-dom.js?v=1", "deps/react-dom", False),
    ],
)
def test_modules(file: str, module: str, in_app: bool) -> None:
    assert is_in_app(file) is in_app
    name = frame_module(file)
    assert name == module or name.endswith(module)


pieces = st.sampled_from(
    [
        *("Traceback (most recent call last):", '  File "x.py", line 3, in f', "    ^^^^", "ValueError: y", "  | "),
        *("  + Exception Group Traceback (most recent call last):", "    +---------------- 1 ----------------"),
        *("During handling of the above exception, another exception occurred:", "[cause]: Error: x", "  [errors]: ["),
        *("    at f (/a.js:1:2)", "f@http://x/a.js:1:2", "at (", "@", ":1:2", "\r"),
    ]
)


@settings(max_examples=200)
@given(st.lists(pieces | st.text(max_size=20), max_size=25).map("\n".join))
def test_any_text_is_read_without_complaint(text: str) -> None:
    stack = parse_stack(text)
    if stack is not None:
        for one in (stack, *stack.causes):
            assert len(one.frames) <= MAX_FRAMES
        assert stack.frames or stack.causes


@pytest.mark.parametrize(
    "piece",
    [
        "at ",
        "\n",
        "@",
        "a@http://",
        'File "',
        "    at x (/a:1:2)\n",
        "(",
        "[cause]: ",
        "x" * 999 + ": ",
        "  | ",
        ":1",
        "\n  + ",
    ],
)
def test_a_megabyte_takes_milliseconds(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    started = time.perf_counter()
    parse_stack(text)
    parse_stack(f"Traceback (most recent call last):\n{text}")
    assert time.perf_counter() - started < 0.3  # 50 ms each and room for a busy machine


@given(st.lists(pieces | st.text(max_size=20), max_size=25).map("\n".join))
def test_remembered_frames_are_those_that_reading_line_by_line_gives(text: str) -> None:
    text = text.replace("\r\n", "\n")
    common = parse_common(text)
    if common is not None:
        assert common == parse_javascript(text.split("\n"))


def test_the_usual_stack_is_read_from_memory() -> None:
    frames = "    at save (/srv/a.ts:1:2)\n    at async run (/srv/b.ts:3:4)"
    first, second = (parse_common(f"Error: row {number}\n{frames}\n") for number in (1, 2))
    assert first is not None
    assert second is not None
    assert (first.message, second.message) == ("row 1", "row 2")
    assert first.frames == second.frames
    assert [frame.function for frame in first.frames] == ["save", "run"]


traceback_lines = st.sampled_from(
    (
        *(
            '  File "/srv/a.py", line 3, in save',
            "    save(row)",
            "    ^^^^",
            "KeyError: 'a'",
            "  [Previous line repeated 9 more times]",
        ),
        *("", "words of an exception", "During handling of the above exception, another exception occurred:", HEADER),
        *(
            "  + Exception Group Traceback (most recent call last):",
            "  | ValueError: x",
            'File "/srv/b.py", line 1',
            "\tx",
            "x.Y:",
        ),
    )
)


@given(st.lists(traceback_lines | st.text(max_size=9), max_size=9).map("\n".join))
def test_a_plain_traceback_is_what_reading_line_by_line_gives(text: str) -> None:
    for whole in (f'{HEADER}\n  File "/srv/a.py", line 7, in run\n{text}', f"{HEADER}\n{text}", text):
        common = parse_common_traceback(whole)
        if common is not None:
            assert common == parse_python(whole.split("\n"))


def test_the_usual_traceback_is_read_from_memory() -> None:
    frames = 'Traceback (most recent call last):\n  File "/srv/a.py", line 1, in save\n    write(row)\n'
    first, second = (parse_common_traceback(f"{frames}app.Failed: row {number}\nand more\n") for number in (1, 2))
    assert first is not None
    assert second is not None
    assert (first.exception_type, first.message, second.message) == ("app.Failed", "row 1\nand more", "row 2\nand more")
    assert [(frame.function, frame.source) for frame in first.frames] == [("save", "write(row)")]
    assert first.frames is second.frames
