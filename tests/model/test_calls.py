"""A recorded request as curl, HTTPie and Python: one command, nothing that a shell or a client would read otherwise."""

import json
import shlex
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.rendering import as_curl, as_httpie, as_python
from console.model.report.parts import Request, request_of


def make(request: dict[str, Any]) -> Request:
    found = request_of({"request": request})
    assert found is not None
    return found


def words(text: str | None) -> list[str]:
    assert text is not None
    return shlex.split(text.replace("\\\n", " "))


def run(source: str | None, monkeypatch: pytest.MonkeyPatch) -> httpx.Request:
    """Run a Python program and return the request that it would have sent."""
    assert source is not None
    sent: list[httpx.Request] = []

    def answer(*args: Any, **keywords: Any) -> httpx.Response:
        sent.append(httpx.Request(*args, **keywords))
        return httpx.Response(204)

    with monkeypatch.context() as patch:
        patch.setattr(httpx, "request", answer)
        exec(compile(source, "copied.py", "exec"), {})  # the copied text is the thing under test
    return sent[0]


FULL = {
    "method": "post",
    "path": "/api/v1/acus",
    "query": {"q": "it's", "tag": ["a", "b"], "on": True},
    "headers": {"Host": "api.local:3000", "Authorization": "=x", "X-File": "@/etc/passwd", "@odd": "x", "X-Empty": ""},
    "body": {"q": "it's", "n": None},
}
URL = "http://api.local:3000/api/v1/acus?q=it%27s&tag=a&tag=b&on=true"


def test_curl() -> None:
    assert words(as_curl(make(FULL))) == [
        *("curl", "--globoff", "-X", "POST", "--url", URL, "-H", "Authorization: =x", "-H", "X-File: @/etc/passwd"),
        *("-H", "X-Empty;", "-H", "Content-Type: application/json", "--data-raw", '{"q": "it\'s", "n": null}'),
    ]


def test_httpie() -> None:
    assert words(as_httpie(make(FULL))) == [
        *("http", "--ignore-stdin", "POST", URL, r"Authorization:\=x", r"X-File:\@/etc/passwd", "X-Empty;"),
        *("Content-Type:application/json", '--raw={"q": "it\'s", "n": null}'),
    ]
    assert as_httpie(make({"url": "/x", "headers": {"A": r"a\:b"}})) is None


def test_python(monkeypatch: pytest.MonkeyPatch) -> None:
    request = run(as_python(make(FULL)), monkeypatch)
    assert (request.method, str(request.url)) == ("POST", URL)
    assert json.loads(request.content) == FULL["body"]
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == "=x"


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ("raw 'text' é", "raw 'text' é".encode()),
        ([1, float("nan")], b"[1, NaN]"),
        (False, b"false"),
        ("", b""),
        (None, b""),
    ],
)
def test_python_bodies(body: Any, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    request = run(as_python(make({"method": "POST", "url": "http://h/", "headers": {"X": "é"}, "body": body})), monkeypatch)
    assert request.content == content


@pytest.mark.parametrize("render", [as_curl, as_httpie, as_python])
@pytest.mark.parametrize(
    "request_", [{"url": "file:///etc/passwd"}, {"url": "-o/tmp/x"}, {"method": "GET -o x", "url": "http://a"}]
)
def test_what_is_no_http_request_is_not_repeated(render: Any, request_: dict[str, Any]) -> None:
    assert render(make(request_)) is None


def test_a_body_too_deep_to_write_gives_no_call_without_it() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert as_curl(make({"url": "/x", "body": deep})) is None


values = st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.lists(st.text(max_size=5), max_size=3)


@given(st.dictionaries(st.text(min_size=1, max_size=8), values, max_size=4), values, st.text(max_size=20))
def test_a_shell_reads_one_command(headers: dict[str, Any], body: Any, path: str) -> None:
    request = make({"method": "POST", "url": f"http://h/{path}", "headers": headers, "query": headers, "body": body})
    curl = words(as_curl(request))
    assert curl[:5] == ["curl", "--globoff", "-X", "POST", "--url"]
    assert {curl[i] for i in range(6, len(curl), 2)} <= {"-H", "--data-raw"}
    if (text := as_httpie(request)) is not None:
        assert words(text)[:3] == ["http", "--ignore-stdin", "POST"]
        assert not any(word.startswith("-") and not word.startswith("--raw=") for word in words(text)[4:] if ":" not in word)
    program = as_python(request)
    assert program is not None
    compile(program, "copied.py", "exec")
