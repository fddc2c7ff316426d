"""What is copied can be parsed, run and pasted elsewhere."""

import json
import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.timeline.copying import copy_curl, copy_markdown, copy_pytest, copy_tsv

json_objects = st.dictionaries(
    st.text(max_size=8),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=150),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
        max_leaves=12,
    ),
    max_size=6,
)


def returned_by(source):
    source = source.replace("@pytest.fixture\n", "")
    namespace: dict = {}
    exec(compile(source, "copied.py", "exec"), namespace)  # the copied text is the thing under test
    return namespace["event_7"]()


@given(json_objects)
def test_the_fixture_returns_the_event(event):
    payload = json.dumps(event)
    assert json.dumps(returned_by(copy_pytest(7, payload))) == payload


@pytest.mark.parametrize("payload", ["not json", "[" * 100_000, '{"n": ' + "9" * 5000 + "}"])
def test_a_payload_python_cannot_write_is_kept_as_text(payload):
    source = copy_pytest(7, payload)
    compile(source, "copied.py", "exec")
    assert f"json.loads({payload!r})" in source


def test_markdown_cannot_be_broken_out_of():
    payload = json.dumps({"text": "```\n# not a heading\n````"})
    text = copy_markdown([("message", "a | b <img src=x> `c`\nd"), ("empty", "")], payload)
    lines = text.splitlines()
    assert lines[:3] == ["| Field | Value |", "| --- | --- |", r"| message | a \| b \<img src=x\> \`c\` d |"]
    assert lines[4] == "`````json"
    assert lines[-1] == "`````"
    assert json.loads("\n".join(lines[5:-1])) == json.loads(payload)


def test_markdown_keeps_numbers_as_they_were_written():
    assert '{"n":1.10}' in copy_markdown([], '{"n":1.10}')


def curl_words(event):
    text = copy_curl(json.dumps(event))
    return None if text is None else shlex.split(text.replace("\\\n", " "))


def test_curl_of_a_full_request():
    request = {
        "method": "post",
        "path": "/api/v1/acus?q=a b",
        "headers": {
            "Host": "api.local:3000",
            "Authorization": "***",
            "X-Id": "1\r\nEvil: 2",
            "@file": "x",
            "Content-Length": "9",
        },
        "body": {"q": "it's"},
    }
    assert curl_words({"eventType": "error", "data": {"request": request}}) == [
        *("curl", "--globoff", "-X", "POST", "--url", "http://api.local:3000/api/v1/acus?q=a%20b"),
        *("-H", "Authorization: ***", "-H", "X-Id: 1 Evil: 2", "-H", "Content-Type: application/json"),
        *("--data-raw", '{"q": "it\'s"}'),
    ]


def test_curl_of_a_flat_report():
    event = {"level": "error", "context": {"endpoint": "/api/v1/messages", "method": "DELETE"}}
    assert curl_words(event) == ["curl", "--globoff", "-X", "DELETE", "--url", "http://localhost/api/v1/messages"]


@pytest.mark.parametrize(
    "request_",
    [
        {"url": "file:///etc/passwd"},
        {"url": "-o/tmp/x"},
        {"method": "GET -o x", "url": "http://a"},
        {"url": 5},
        {"method": "GET"},
    ],
)
def test_what_is_no_http_request_gives_no_curl(request_):
    assert curl_words({"request": request_}) is None


@given(json_objects, st.text(), st.text())
def test_curl_always_splits_into_one_command(headers, method, url):
    words = curl_words({"request": {"method": method, "url": f"http://h/{url}", "headers": headers, "body": url}})
    assert words is None or (words[0] == "curl" and words.count("--url") == 1 + (url == "--url"))


def test_curl_of_no_json():
    assert copy_curl("nonsense") is None


@given(st.lists(st.lists(st.text(max_size=20), min_size=3, max_size=3), max_size=5))
def test_tsv_has_one_line_a_row_and_no_formula(rows):
    lines = copy_tsv(["a", "b", "c"], rows).split("\n")
    assert len(lines) == len(rows) + 2
    assert all(len(line.split("\t")) == 3 for line in lines[:-1])
    assert not any(cell[:1] in ("=", "+", "@") for line in lines for cell in line.split("\t"))
