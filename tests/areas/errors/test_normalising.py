"""What of a text is taken out as volatile, and what stays because it says what failed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.errors.core.engine import common_wording
from console.areas.errors.core.normalising import comparable, normalise, plain_lead
from console.areas.errors.core.volatile import VOLATILE, may_hold_pieces, volatile_pieces


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("conv_19 after msg_3_0", "<id> after <id>"),
        ("unit 0b9c1c9e-5d0a-4b57-9f65-0a4a5f3d3c11 and 01ARZ3NDEKTSV4RRFFQ69G5FAV", "unit <id> and <id>"),
        ("at 2026-11-23T13:56:48.468Z, 2026-11-23 and 13:56:48", "at <time> and <time>"),
        ("took 12.5 ms for 3 MB, 17 times", "took <duration> for <size>, <number> times"),
        ("connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED <host>"),
        ("dial localhost:8080 or db.internal:5432 or fe80::1", "dial <host> or <host> or <host>"),
        ("ada@example.com and did:key:z6MkhaXg", "<email> and <did>"),
        ("ENOENT: no such file, open '/srv/x/queue-1.json'", "ENOENT: no such file, open <quoted>"),
        ("cannot write /var/lib/vivim/a.db", "cannot write <path>"),
        ("digest 9f86d081884c7d659a2feaa0c55ad015 at 0x7ffe", "digest <id> at <id>"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_def expired", "token <jwt> expired"),
        ("WHERE id IN (1, 2, 3) AND name IN ('a','b')", "WHERE id IN (<number>) AND name IN (<quoted>)"),
        ("Key (id, at)=(conv_19, (x)) exists", "Key (id, at)=(<value>) exists"),
        ("GET /api/v1/conversations/conv_1/messages?x=1 - 429", "GET /api/v1/conversations/:id/messages - 429"),
        ("https://x.example:8443/api/acus/12?q=1 failed", "https://<host>/api/acus/:id failed"),
        ("Sync issue: divergence - user:user_34", "Sync issue: divergence - user:<id>"),
        ('violates unique constraint "messages_pkey"', 'violates unique constraint "messages_pkey"'),
        ('column "likes" does not exist', 'column "likes" does not exist'),
        ('invalid input syntax for type uuid: "abc"', "invalid input syntax for type uuid: <quoted>"),
        ("reading 'participants' of (reading 'participants')", "reading 'participants' of (reading 'participants')"),
        ("'NoneType' object has no attribute 'version'", "'NoneType' object has no attribute 'version'"),
        ("it's Ben's and Ada's turn", "it's Ben's and Ada's turn"),
        ("'utf-8' codec, utf-8 or HTTP/2", "<quoted> codec, utf-8 or HTTP/<number>"),
    ],
)
def test_volatile_and_lasting(text: str, expected: str) -> None:
    assert normalise(text).text == expected


def test_what_was_taken_out_is_told() -> None:
    assert normalise("conv_19 took 12 ms").replaced == (("id", "conv_19"), ("duration", "12 ms"))


@pytest.mark.parametrize(
    "wordings",
    [
        ("Cannot read properties of undefined (reading 'theme')",
         "can't access property \"theme\", t.x is undefined",
         "undefined is not an object (evaluating 'a.b.theme')"),
        ("t.entries is not iterable", "can't access property Symbol.iterator, e.entries is undefined"),
        ("e.onSave is not a function", "t.onSave is not a function. (In 't.onSave(1)', 't.onSave' is 1)"),
        ("Unexpected token 'n', \"nope\" is not valid JSON",
         "JSON.parse: unexpected character at line 1", "JSON Parse error: x",
         "Expected ',' or '}' after property value in JSON at position 7"),
        ("Failed to execute 'insertBefore' on 'Node': The node", "Node.insertBefore: Child to insert before is not a child"),
        ("Failed to fetch", "NetworkError when attempting to fetch resource.", "Load failed"),
        ("weight is not defined", "Can't find variable: weight"),
    ],
)  # fmt: skip
def test_engines_words_for_one_fault(wordings: tuple[str, ...]) -> None:
    assert len({common_wording(text) for text in wordings}) == 1
    assert common_wording(wordings[0])


def test_words_of_no_engine_have_no_common_wording() -> None:
    assert common_wording("Colour green is not supported") == ""


volatile = st.one_of(
    st.uuids().map(str),
    st.binary(min_size=16, max_size=16).map(bytes.hex).filter(lambda text: not text.isdigit()),
    st.integers(1, 10**9).map(lambda number: f"conv_{number}"),
    st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda pair: f"msg_{pair[0]}_{pair[1]}"),
)
moments = st.datetimes().map(lambda moment: moment.isoformat()[:19])


@given(volatile, volatile, moments, st.ip_addresses(v=4).map(str), st.integers(0, 10**6))
def test_one_message_about_any_two_things_is_one(one: str, other: str, moment: str, address: str, number: int) -> None:
    text = f"Unit {one} of {other} left {address}:5432 after {number} ms in 3 tries, retry {number}"
    assert normalise(text).text == "Unit <id> of <id> left <host> after <duration> in <number> tries, retry <number>"
    assert normalise(f"since {moment}Z").text == "since <time>"


@pytest.mark.parametrize(
    "piece", ["a-", "a.a:", "1,", "'", '"\\', "(a)=(", ":", "a@", "eyJ", "Aa1/", "a/", "Mon, 1 Jan ", "http://", "x.y"]
)
def test_hostile_texts_cost_little(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    started = time.perf_counter()
    normalise(text)
    common_wording(text)
    assert time.perf_counter() - started < 0.1


PIECES = st.sampled_from(
    [
        *(
            "failed",
            "after",
            "plain words",
            "it's",
            "don't",
            "localhost",
            "Tue Nov 24 2026",
            "eyJabcdefgh.x",
            "::1",
            "a::b",
            "12 ms",
        ),
        *(
            '"quoted"',
            "'x'",
            "`y`",
            "/srv/a",
            "~/b",
            "C:\\x",
            "a/b.ts",
            "photo.png",
            "x@y.zz",
            "did:key:z",
            "user:5",
            "(id)=(7)",
            "٣",
        ),
        *("ABCDEFGHJKMNPQRSTVWXYZABCD", "deadbeef-dead-beef-dead-beefdeadbeef", "3 kB", ":", ".", "\x1c", "\n", "’"),
    ]
)


@given(st.lists(PIECES | st.text(max_size=12), max_size=12), st.sampled_from(["", " ", "-", ", "]))
def test_passing_over_plain_words_finds_the_same_pieces(words: list[str], glue: str) -> None:
    text = glue.join(words)
    found = [(piece.lastgroup, piece.span()) for piece in volatile_pieces(text)]
    assert found == [(piece.lastgroup, piece.span()) for piece in VOLATILE.finditer(text)]


@given(
    st.lists(PIECES | st.text(max_size=12) | st.sampled_from([": ", "Sync", "<x>"]), max_size=9),
    st.sampled_from(["", " ", ", "]),
)
def test_a_lead_without_pieces_is_that_of_the_whole_text(words: list[str], glue: str) -> None:
    text = glue.join(words)
    lead = plain_lead(text)
    assert may_hold_pieces(text) or not list(VOLATILE.finditer(text))
    if lead:
        assert comparable(normalise(text).text).partition(": ")[0] == lead


def test_leads() -> None:
    assert plain_lead("queue failed: user 7: x") == "queue failed"
    for text in ("user 7 failed: x", "failed: x", "no colon", "", ": x", "user 'a: b' failed", "a  b: c"):
        assert plain_lead(text) == ""
