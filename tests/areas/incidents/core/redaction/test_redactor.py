"""Rules one by one: what is masked, what is not, and how it reads then."""

import hashlib
import hmac
import json
import re
import time

import pytest

from console.areas.incidents.core.redaction import Redactor, Sweep, default_profile, read_profile, try_sample
from console.areas.incidents.core.redaction.pseudonym import Pseudonyms

KEY = b"k" * 32


def redact(text: str) -> str:
    return Redactor(default_profile(), KEY).text(text, "note")


def redact_json(text: str, profile: str = "") -> str:
    return Redactor(read_profile(profile, default_profile()), KEY).json_text(text, "")


@pytest.mark.parametrize(
    "text",
    [
        '{"password":null,"token":"","secret":false,"pwd":true}',
        '{"max_tokens":4096,"tokens":12,"tokenCount":3,"token_type":"bearer","next_token":"abc123456"}',
        '{"a":1795442000000,"b":17954420000000000,"ns":1795442000000123456,"v":"1.2.3","ip":"10.0.0.1","m":1.50}',
        '{"id":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01","commit":"da39a3ee5e6b4b0d3255bfef95601890afd80709"}',
        '{"message":"the token was missing: retry, basic plan, bearer of news, a@b, x@ y, user@host"}',
        '{"message":"TypeError: x\\n    at a (/srv/token/password-reset.ts:10:5)","url":"/api/v1/users/7?page=2&sort=name"}',
        '{"query":"SELECT id FROM acus WHERE owner = $1","params":[7,"x"]}',
        '{"email":"[masked:email]","password":"[masked]","url":"https://%5Bmasked%3Auserinfo%5D@h/"}',
        '{"number":4111111111111112,"isbn":"978-3-16-148410-0"}',
        '{"photo":"iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4"}',
        "not json at all, {",
        "",
    ],
)
def test_what_is_no_secret_stays_byte_for_byte(text: str) -> None:
    assert redact_json(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{ "pass_word" :\t"x\\u0041",\n"n":1.50e+3 }', '{ "pass_word" :\t"[masked:key]",\n"n":1.50e+3 }'),
        ('{"pin":1234,"api-key":[1,"a",null,true,{"b":2}]}',
         '{"pin":"[masked:key]","api-key":["[masked:key]","[masked:key]",null,true,{"b":"[masked:key]"}]}'),
        ('{"h":[["Cookie","x1"],["Host","h"]]}', '{"h":[["Cookie","[masked:key]"],["Host","h"]]}'),
        ('{"card":4111111111111111}', '{"card":"[masked:card]"}'),
        ('{"a@example.com":1,"b@example.com":2}', '{"[masked:email]":1,"[masked:email:2]":2}'),
        ('{"m":"caf\\u00e9 \\ud83d\\ude00 a@example.com \\n"}', '{"m":"caf\\u00e9 \\ud83d\\ude00 [masked:email] \\n"}'),
        ('{"b":"{\\"pin\\":12,\\"n\\":1.0}"}', '{"b":"{\\"pin\\":\\"[masked:key]\\",\\"n\\":1.0}"}'),
        ('{"sql":"x","query":"UPDATE u SET password=$2 WHERE id=$1","params":[7,"pw"]}',
         '{"sql":"x","query":"UPDATE u SET password=$2 WHERE id=$1","params":[7,"[masked:key]"]}'),
        ('{"sql":"UPDATE u SET pin = :new WHERE id = :id","bindings":{"new":"pw","id":3}}',
         '{"sql":"UPDATE u SET pin = :new WHERE id = :id","bindings":{"new":"[masked:key]","id":3}}'),
        ('{"sql":"SELECT * FROM reset_token WHERE x = 1","args":["pw"]}',
         '{"sql":"SELECT * FROM reset_token WHERE x = 1","args":["[masked:key]"]}'),
    ],
)  # fmt: skip
def test_only_masked_spans_change(text: str, masked: str) -> None:
    assert redact_json(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("postgres://app:pw@db:5432/x", "postgres://%5Bmasked%3Auserinfo%5D@db:5432/x"),
        ("/p?a=1&token=abc&b=2#access_token=zzz", "/p?a=1&token=%5Bmasked%3Akey%5D&b=2#access_token=%5Bmasked%3Akey%5D"),
        ("/p?%74oken=abc&b=2", "/p?%74oken=%5Bmasked%3Akey%5D&b=2"),
        ("Set-Cookie: sid=1; Path=/\nHost: h", "Set-Cookie: [masked:key]\nHost: h"),
        ("token = read_token(request)", "token = read_token(request)"),
        ("INSERT INTO u (a, pin) VALUES (1, '12'), (2, crypt('pw', 'x'))",
         "INSERT INTO u (a, pin) VALUES (1, '[masked:sql]'), (2, [masked:sql])"),
        ("WHERE token IN ('a1', 'b2') AND n IN (1, 2)", "WHERE token IN ([masked:sql]) AND n IN (1, 2)"),
        ("Key (email, pin)=(a, 1) already exists.", "Key (email, pin)=([masked:sql]) already exists."),
        ("Failing row contains (7, x, hash).", "Failing row contains ([masked:sql])."),
        ("[SQL: UPDATE u SET pin=?]\n[parameters: ('pw', 7)]", "[SQL: UPDATE u SET pin=?]\n[parameters: [masked:sql]]"),
        ("https://hooks.slack.com/services/T0/B0/XyZ123", "https://hooks.slack.com/services/%5Bmasked%3Awebhook%5D"),
        ("see aGVsbG8gd29ybGQgaGVsbG8= and YUBleGFtcGxlLmNvbSBiYw==",
         "see aGVsbG8gd29ybGQgaGVsbG8= and [masked:base64-email]"),
    ],
)  # fmt: skip
def test_in_text(text: str, masked: str) -> None:
    assert redact(text) == masked


def test_ids_of_users_are_the_same_wherever_they_stand() -> None:
    redactor = Redactor(default_profile(), KEY)
    name = "user_" + hmac.new(KEY, b"u-777123", hashlib.sha256).hexdigest()[:12]
    text = '{"userId":"u-777123","m":"u-777123 at /users/u-777123/x?id=u-777123","by":{"u-777123":1},"other":"u-7771234"}'
    assert redactor.json_text(text, "") == text.replace("u-777123", name).replace(f"{name}4", "u-7771234")
    assert redactor.json_text('{"user":{"id":"u-777123"},"id":"x"}', "") == f'{{"user":{{"id":"{name}"}},"id":"x"}}'
    assert redactor.text("/p?user_id=u-777123", "note") == f"/p?user_id={name}"
    number = "user_" + hmac.new(KEY, b"42", hashlib.sha256).hexdigest()[:12]
    assert redactor.json_text('{"sub":42,"n":42}', "") == f'{{"sub":"{number}","n":42}}'
    assert Redactor(default_profile(), b"j" * 32).json_text('{"sub":42}', "") != f'{{"sub":"{number}"}}'


def test_paths_mask_over_allow_over_rules() -> None:
    profile = (
        '[paths]\nmask = ["data.notes[].text", "ctx.allowed.deep"]\nallow = ["ctx.allowed", "byId.*.mail", "**.demo"]\n'
    )
    text = (
        '{"data":{"notes":[{"text":"plain","n":1}]},"ctx":{"allowed":{"password":"p1","deep":{"x":1}},"password":"p2"},'
        '"byId":{"a7":{"mail":"a@example.com","m2":"b@example.com"}},"z":{"demo":{"token":"t1"}}}'
    )
    assert json.loads(redact_json(text, profile)) == {
        "data": {"notes": [{"text": "[masked:path]", "n": 1}]},
        "ctx": {"allowed": {"password": "p1", "deep": {"x": "[masked:path]"}}, "password": "[masked:key]"},
        "byId": {"a7": {"mail": "a@example.com", "m2": "[masked:email]"}},
        "z": {"demo": {"token": "t1"}},
    }


def test_raw_bytes() -> None:
    redactor = Redactor(default_profile(), KEY)
    assert redactor.blob(b'{"password": "abc', "raw") == b'{"password": "[masked:key]'
    assert redactor.blob(b"\x00\x01password=abc123\xff", "raw") is None
    assert redactor.blob("é password=abc".encode("utf-16"), "raw") is None
    assert redactor.blob(b"\x00\x01 nothing \xff", "raw") == b"\x00\x01 nothing \xff"
    assert redactor.report.total == 3


def test_the_report_counts_by_rule_and_path_and_keeps_no_secret() -> None:
    redactor = Redactor(default_profile(), KEY)
    for _ in range(3):
        redactor.json_text('{"data":{"items":[{"password":"s3cr3t-one"}]},"m":"s3cr3t-one, a@example.com"}', "")
    assert redactor.report.counts[("key", "data.items[].password")] == 3
    assert redactor.report.by_rule() == {"key": 3, "email": 3, "known": 3}
    assert redactor.report.samples
    assert "s3cr3t-one" not in repr(redactor.report.samples)
    other = Redactor(default_profile(), KEY)
    other.report.merge(redactor.report)
    assert other.report.counts == redactor.report.counts
    for at in range(3_000):
        redactor.text("a@example.com", f"place{at}")
    assert len(redactor.report.counts) <= 2_100
    assert redactor.report.total == 9 + 3_000


def test_a_key_that_is_an_id_is_not_named_in_the_report() -> None:
    redactor = Redactor(default_profile(), KEY)
    redactor.json_text('{"tok_9f8e7d":{"password":"abc"}}', "")
    assert list(redactor.report.counts) == [("key", "*.password")]


def test_a_sample_says_what_and_where() -> None:
    text = '{"data":{"password":"x1"}}'
    (span,) = try_sample(default_profile(), text)
    assert (text[span.start : span.end], span.rule, span.path, span.replacement) == (
        "x1",
        "key",
        "data.password",
        "[masked:key]",
    )
    (span,) = try_sample(default_profile(), "mail a@example.com")
    assert (span.rule, span.path) == ("email", "")


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "a",
            "=",
            '"',
            "[",
            "{",
            "(",
            "\\",
            "%",
            "%41",
            "eyJ",
            "token=",
            "token={",
            "Bearer ",
            "x='",
            "(a",
            "://",
            "a@",
            "a.",
            "1",
            "4111 ",
        ),
        *(
            "[SQL: ",
            "[parameters: ",
            "VALUES (",
            '{"a":',
            "[1,",
            "-----BEGIN PRIVATE KEY-----",
            "\\u00",
            "password: ",
            "Cookie: ",
            "A/",
        ),
    ],
)
def test_a_hostile_megabyte_is_done_in_seconds(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    start = time.perf_counter()
    redact_json(text)
    redact_json(json.dumps({"m": text}))
    assert time.perf_counter() - start < 8


def test_deep_json_is_masked_below_64_levels() -> None:
    text = "[" * 5_000 + '"a@example.com"' + "]" * 5_000
    masked = redact_json(text)
    assert "example" not in masked
    assert masked.count("[masked:depth]") == 1


def test_a_pseudonym_is_neither_replaced_nor_counted_again() -> None:
    names = Pseudonyms(KEY)
    assert names.of(names.of("u-777123")) == names.of("u-777123")
    redactor = Redactor(default_profile(), KEY)
    masked = redactor.json_text('{"userId":"u-777123","url":"/p?user_id=u-777123"}', "")
    before = redactor.report.total
    assert redactor.json_text(masked, "") == masked
    assert redactor.report.total == before


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"owner_id": {"type": "string"}}', '{"owner_id": {"type": "string"}}'),
        (
            '{"type": "object", "required": ["token", "ms"], "properties": {"token": {"type": "string"}, "ms": {}}}',
            '{"type": "object", "required": ["token", "ms"], "properties": {"token": {"type": "string"}, "ms": {}}}',
        ),
        (
            '{"properties": {"password": {"type": "string", "minLength": 8, "enum": ["hunter22xx"]}}}',
            '{"properties": {"password": {"type": "string", "minLength": 8, "enum": ["[masked:key]"]}}}',
        ),
        ('{"password": {"type": "string", "value": "hunter22xx"}}',
         '{"password": {"type": "string", "value": "[masked:key]"}}'),
        ('{"token": {"type": "hunter22xx"}}', '{"token": {"type": "[masked:key]"}}'),
        ('{"h": ["Cookie", "a=hunter22xx"]}', '{"h": ["Cookie", "[masked:key]"]}'),
    ],
)  # fmt: skip
def test_what_describes_a_secret_is_none(text: str, expected: str) -> None:
    assert Redactor(default_profile(), b"k" * 32).json_text(text, "event") == expected


@pytest.mark.parametrize(
    "text",
    [
        '{"token": {"type": "string", "name": "hunter22xx"}}',
        '{"token": {"type": "string", "description": "hunter22xx", "pattern": "hunter22xx"}}',
        '{"token": {"type": "object", "properties": {"x": "hunter22xx"}}}',
        '{"token": {"type": "string", "format": "hunter22xx"}}',
        '{"token": {"type": "object", "required": ["hunter22xx"]}}',
        '{"token": {"type": "string", "title": ["hunter22xx"], "$ref": "#/$defs/hunter22xx"}}',
        '{"type": "object", "required": ["token", "hunter22xx"], "properties": {"token": {}}}',
        '{"required": ["token", "hunter22xx"]}',
        '{"keys": ["token", "hunter22xx"]}',
        '{"user_id": {"name": "hunter22xx", "since": "hunter22xx"}}',
    ],
)
def test_what_only_looks_like_a_description_is_masked(text: str) -> None:
    """A secret must not get out by standing in an object that is shaped like a schema."""
    assert "hunter22" not in Redactor(default_profile(), b"k" * 32).json_text(text, "event")


def test_a_session_is_followed_but_not_taken_over() -> None:
    session = "s3cr3t-Abc-99-of-anna"
    redactor = Redactor(default_profile(), b"k" * 32)
    before = redactor.json_text(json.dumps({"message": f"resumed {session}"}), "")
    places = {
        "sessionId": session,
        "session_id": session,
        "session": {"id": session},
        "url": f"/join?session_id={session}&n=1",
        "query": f"UPDATE s SET seen = 1 WHERE session_id = '{session}'",
        "headers": {"X-Session-Id": session, "Cookie": f"session_id={session}; theme=dark"},
        "message": f"session_id={session} joined, then {session} left",
    }
    masked = redactor.json_text(json.dumps(places), "")
    read = json.loads(masked)
    name = read["sessionId"]
    assert re.fullmatch("session_[0-9a-f]{12}", name)
    assert session not in masked
    assert read["headers"] == {"X-Session-Id": name, "Cookie": "[masked:key]"}
    assert [read["session_id"], read["session"]["id"], read["url"]] == [name, name, f"/join?session_id={name}&n=1"]
    assert read["query"].endswith(f"'{name}'")
    assert read["message"] == f"session_id={name} joined, then {name} left"
    assert redactor.json_text(masked, "") == masked
    assert redactor.report.by_rule()["session"] >= 6
    assert json.loads(Sweep(redactor.masked).text(before, "")) == {"message": f"resumed {name}"}
    assert session not in Redactor(default_profile(), b"another key of another bundle ok").json_text(masked, "")
    other = json.loads(Redactor(default_profile(), b"o" * 32).json_text(json.dumps(places), ""))
    assert other["sessionId"] != name
    again = Redactor(default_profile(), b"o" * 32, again=True)
    assert again.json_text(masked, "") == masked


def test_a_secret_inside_of_what_was_masked_is_swept_by_itself() -> None:
    redactor = Redactor(default_profile(), b"k" * 32)
    token = "9f3ac1d07be24a55b0c6d1e2f3a4b5c6"
    redactor.json_text(json.dumps({"headers": {"Cookie": f"theme=dark; sid={token}"}}), "")
    redactor.json_text(json.dumps({"dsn": f"postgres://app:{token[::-1]}@db.internal/app"}), "")
    swept = Sweep(redactor.masked).text(f"theme is dark, {token} and {token[::-1]} on db.internal", "m")
    assert swept == "theme is dark, [masked:known] and [masked:known] on db.internal"
