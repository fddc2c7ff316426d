"""Secrets where few look for them are masked, what only looks alike stays, and the limits are the ones that are stated."""

import json
import random
import string
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.redaction import FinalSearch, Redactor, Sweep, default_profile, read_profile
from console.areas.incidents.core.redaction.looks import hides_secret, looks_secret
from tests.areas.incidents.core.redaction.strange_json import ALNUM, LIMITS, Case, cases, secret
from tests.areas.incidents.core.redaction.test_canaries import forms_of

KEY = b"k" * 32


def event(data: Any) -> str:
    return json.dumps({"eventType": "error_report", "timestamp": 1795442208468, "data": data}, ensure_ascii=False)


def redact(text: str, profile: str = "") -> str:
    return Redactor(read_profile(profile, default_profile()), KEY).json_text(text, "")


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_each_is_masked_or_a_stated_limit(case: Case) -> None:
    redactor = Redactor(default_profile(), KEY)
    text = event(case.data)
    left = Sweep(redactor.masked).text(redactor.json_text(text, ""), "")
    json.loads(left)
    if case.limit:
        assert left == text, f"no limit any more: {case.limit}"
        return
    assert not [form for form in forms_of(case.value) if form in left]
    assert left != text
    assert redactor.json_text(left, "") == left
    search = FinalSearch(redactor.masked, default_profile())
    search.feed("events.ndjson", left.encode() + b"\n")
    assert search.hits() == []


def test_the_limits_have_reasons() -> None:
    assert all(len(why) > 10 for _, why in LIMITS.values())
    assert len({case.name for case in cases()}) == len(list(cases()))


NEAR_MISSES = (
    {"key": "user:42:profile", "code": "ERR_CONFLICT_409", "state": "AwaitingConfirmation", "session": {"count": 3}},
    {"key": "ArrowDown", "code": 409, "statusCode": "E_VALIDATION", "errorCode": "23505", "pgCode": "42P01", "pass": True},
    {"state": "6d2c9a3e-11c4-4ff5-8d0f-0c8a4be3b8c1", "nonce": 7, "auth": "required", "login": "failed", "pass": 12},
    {"key": "2026-11-24T15:39:28.123Z", "code": "v1.2.3-rc.4+build.77", "seed": "1795442208468", "session": None},
    {"key": "/srv/app/cache/v2/items-2026.json", "code": "src/areas/store2/main.py", "webhook": "https://hooks.example/x"},
    {"hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "etag": 'W/"33a64df551425fcc"'},
    {
        "commit": "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "stateVector": "AYGMq8UPAgHfz6nDDQU",
        "contentHash": "a1b2c3d4e5f6a7b8",
    },
    {
        "signature": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "key": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    },
    {
        "correlationId": "8f14e45fceea167a5a36dedd4bea2543",
        "requestId": "req_9a8b7c6d5e4f3a2b",
        "traceId": "4bf92f3577b34da6a3ce929d",
    },
    {
        "cacheKey": "a87ff679a2f3e71d9181a67b7542122c",
        "primaryKey": "k3j4h5k3j4h5k3j4",
        "publicKey": "MIIBIjANBgkqhkiG9w0BAQEF",
    },
    {"name": "Title", "value": "k3j4h5k3j4h5k3j4", "text": "the password is too short", "default": "none"},
    {"label": "Password", "text": "Enter your password here", "id": "token", "content": "it has expired, sign in again"},
    {"field": "title", "old": "a1b2c3d4e5f6a7b8c9", "new": "b1b2c3d4e5f6a7b8c9"},
    {"op": "replace", "path": "/title", "value": "k3j4h5k3j4h5k3j4"},
    {
        "argv": ["tool", "--verbose", "k3j4h5k3j4h5k3j4", "--out", "x.json"],
        "args": ["GET", "item:42"],
        "tags": ["auth", "x"],
    },
    {"headers": ["Host", "Accept"], "cols": ["id", "title"], "rows": [[1, "k3j4h5k3j4h5k3j4"]]},
    {"headers": {"sec-websocket-protocol": "graphql-transport-ws, vivim.debug.v1"}},
    {"kind": "ConfigMap", "data": {"db": "k3j4h5k3j4h5k3j4"}, "d": "k3j4h5k3j4h5k3j4", "kid": "k1"},
    {"query": "query Q($p:String!){item(title:$p){id}}", "variables": {"p": "k3j4h5k3j4h5k3j4"}},
    {"jsonrpc": "2.0", "method": "items.list", "params": ["k3j4h5k3j4h5k3j4"]},
    {"parts": [{"headers": {"content-disposition": 'form-data; name="title"'}, "body": "k3j4h5k3j4h5k3j4"}]},
    {"bytes": [72, 101, 108, 108, 111, 32, 119, 111, 114, 108, 100], "counts": [255, 0, 1, 2, 3, 4, 5, 6, 7, 8]},
    {"users": {"total": 3, "active": 2}, "sessions": {"open": 4, "last7days": 9}, "user": {"role": "admin", "n": 1}},
    {"tokenCount": 12, "max_tokens": 4096, "passwordChangedAt": "2026-11-24T15:39:28Z", "tokenExpired": True},
    {
        "secretName": "database-password",
        "tokenType": "bearer",
        "cookieConsent": "necessary-only",
        "passwordPolicy": "at-least-12",
    },
    {"compass": "north", "whiskey": "single", "monkey": "george", "passport": "none", "secretary": "x", "replicaKey": "a1"},
    {"bypass": "k3j4h5k3j4h5k3j4", "keyboard": "qwerty", "encoder": "x264", "authorName": "x", "surnames": 3},
)


@pytest.mark.parametrize("data", NEAR_MISSES, ids=lambda data: ",".join(data))
def test_what_only_looks_alike_stays(data: Any) -> None:
    text = event(data)
    assert redact(text) == text


def test_perhaps_names_of_a_profile() -> None:
    text = event(
        {"crumb": "k3J4h5K3j4H5k3J4", "shiny crumb": "k3J4h5K3j4H5k3J4", "crumb2": "word", "code": "Z3J4h5K3j4H5k3J4"}
    )
    left = redact(text, '[keys]\nperhaps = ["*crumb"]\nallow = ["code"]')
    assert json.loads(left)["data"] == {
        "crumb": "[masked:perhaps]",
        "shiny crumb": "[masked:perhaps]",
        "crumb2": "word",
        "code": "Z3J4h5K3j4H5k3J4",
    }


def test_users_have_one_pseudonym_wherever_they_stand() -> None:
    left = json.loads(
        redact(
            event(
                {
                    "userId": "u-17x",
                    "createdBy": "u-17x",
                    "users": {"u-17x": {"n": 1}},
                    "members": [{"id": "u-17x"}],
                    "user": "u-17x",
                }
            )
        )
    )["data"]
    assert left["userId"].startswith("user_")
    assert left == {
        "userId": left["userId"],
        "createdBy": left["userId"],
        "users": {left["userId"]: {"n": 1}},
        "members": [{"id": left["userId"]}],
        "user": left["userId"],
    }


def test_an_id_that_stands_under_a_doubtful_name_too_stays() -> None:
    text = event({"entityId": "k3J4h5K3j4H5k3J4", "key": "k3J4h5K3j4H5k3J4", "state": "k3J4h5K3j4H5k3J4"})
    assert redact(text) == text
    left = json.loads(redact(event({"sessionId": "k3J4h5K3j4H5k3J4", "session": "k3J4h5K3j4H5k3J4"})))["data"]
    assert left["session"] == left["sessionId"]
    assert left["session"].startswith("session_")
    assert "k3J4" not in redact(event({"tokenId": "k3J4h5K3j4H5k3J4", "key": "k3J4h5K3j4H5k3J4"}))


def test_a_pattern_that_reads_the_name_finds_the_value_apart_from_it() -> None:
    value = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    redactor = Redactor(default_profile(), KEY)
    left = redactor.json_text(event({"aws_stuff_key": value, "sum": value[::-1]}), "")
    assert json.loads(left)["data"] == {"aws_stuff_key": "[masked:aws-secret]", "sum": value[::-1]}


def test_what_a_pattern_finds_across_strings_refuses_no_export() -> None:
    redactor = Redactor(default_profile(), KEY)
    text = event({"m": "c2:digest username=", "x": "y"})
    assert redactor.json_text(text, "") == text
    search = FinalSearch(redactor.masked, default_profile())
    search.feed("events.ndjson", text.encode())
    assert search.hits() == []


@pytest.mark.parametrize(
    ("alphabet", "length", "share"),
    [
        (ALNUM, 24, 0.97),
        (ALNUM, 43, 0.99),
        ("0123456789abcdef", 32, 0.99),
        (string.ascii_lowercase + string.digits, 32, 0.95),
        ("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32, 0.93),
        (ALNUM + "-_", 43, 0.98),
        (ALNUM, 16, 0.92),
    ],
)
def test_what_machines_make_up_looks_secret(alphabet: str, length: int, share: float) -> None:
    rng = random.Random(3)
    made = ["".join(rng.choices(alphabet, k=length)) for _ in range(2_000)]
    assert sum(map(looks_secret, made)) >= share * len(made)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "short1",
            "correct horse 1 battery",
            "correcthorsebattery",
            "accessTokenExpired2",
            "getHTTPResponseCode",
            "ERR_CONFLICT_409",
        ),
        *("6d2c9a3e-11c4-4ff5-8d0f-0c8a4be3b8c1", "item-6d2c9a3e-11c4-4ff5-8d0f-0c8a4be3b8c1", "01ARZ3NDEKTSV4RRFFQ69G5FAV"),
        *(
            "2026-11-24T15:39:28.123Z",
            "v1.2.3-rc.4+build.77",
            "1795442208468123",
            "1.2.3.4:5432",
            "fe80::1ff:fe23:4567:890a",
        ),
        *(
            "https://a.example/k3J4h5K3j4H5k3J4",
            "/srv/app/k3J4h5K3j4H5k3J4",
            "src/areas/x1.py",
            "a@b2.example.com",
            "sha256:9f86d081884c7d65",
        ),
        *("k3J4 h5K3j4H5k3J4", "x" * 5_000 + "1", "user:42:profile", "eu-west-1-prod-db2", "\u5bc6\u7801" * 10),
    ],
)
def test_what_people_write_does_not(text: str) -> None:
    assert not looks_secret(text)


def test_a_link_hides_a_secret_behind_its_host() -> None:
    assert hides_secret("https://a.example/m/k3J4h5K3j4H5k3J4")
    assert hides_secret("k3J4h5K3j4H5k3J4")
    assert not hides_secret("https://k3j4h5k3j4h5k3j4.example/items/list?page=2")


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from(["password", "--password", "AUTH", "/token", "u-17x"]),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.text()
            | st.sampled_from(
                [
                    "name",
                    "value",
                    "Key",
                    "path",
                    "op",
                    "old",
                    "rows",
                    "columns",
                    "headers",
                    "kind",
                    "data",
                    "kty",
                    "d",
                    "query",
                    "variables",
                    "users",
                    "user",
                    "code",
                    "jsonrpc",
                    "method",
                    "params",
                    "protected",
                    "signature",
                    "type",
                    "text",
                    "values",
                ]
            ),
            inner,
        )
    ),
    max_leaves=30,
)


@given(JSON)
def test_any_json_is_read_and_redacting_again_changes_nothing(data: Any) -> None:
    redactor = Redactor(default_profile(), KEY)
    left = redactor.json_text(event(data), "")
    json.loads(left)
    assert redactor.json_text(left, "") == left


@given(st.text())
def test_any_text_has_looks(text: str) -> None:
    assert looks_secret(text) in (True, False)
    assert hides_secret(text) >= looks_secret(text)


@pytest.mark.parametrize(
    "data",
    [
        {f"code{at}": f"k{at}" for at in range(30_000)},
        {"argv": ["--password"] * 60_000},
        {"headers": ["Cookie", "a"] * 30_000},
        {"users": {f"u{at}": {} for at in range(30_000)}},
        {"columns": ["a"] * 300, "rows": [[1] * 300] * 300},
        {"body": [49] * 200_000},
        {"state": "a1" * 500_000},
        {"magicLink": "https://a/" + "a1/" * 300_000},
        {"query": "a:$b " * 100_000, "variables": {"b": 1}},
        {"headers": {"sec-websocket-protocol": "a." * 300_000}},
        {"\u0430" * 500_000 + "a": 1},
        {"items": [{"name": "x" * 20, "value": "y"}] * 20_000},
    ],
    ids=lambda data: next(iter(data))[:20],
)
def test_big_texts_take_little_time(data: Any) -> None:
    text = event(data)
    start = time.process_time()
    redact(text)
    assert time.process_time() - start < 10


def test_secrets_of_the_corpus_are_alike_for_a_seed() -> None:
    assert secret(random.Random(1)) == secret(random.Random(1))
