"""Secrets never reach the ring, and what only looks like one stays readable."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.reporter.encoding import encode_event
from console.reporter.masking import mask_text
from console.reporter.secret_keys import is_secret_key

SECRET_KEYS = [
    "authorization",
    "Authorization",
    "AUTHORIZATION",
    "proxy-authorization",
    "cookie",
    "Cookie",
    "set-cookie",
    "Set-Cookie",
    "setCookie",
    "cookies",
    "token",
    "accessToken",
    "access_token",
    "ACCESS_TOKEN",
    "accesstoken",
    "refresh-token",
    "sessionToken",
    "authToken",
    "x-auth-token",
    "idToken",
    "csrfToken",
    "password",
    "Password",
    "PASSWORD",
    "userPassword",
    "user_password",
    "password2",
    "passwordConfirmation",
    "newPassword",
    "passwd",
    "db_passwd",
    "secret",
    "client_secret",
    "clientSecret",
    "SECRET",
    "secretKey",
    "secret_access_key",
    "api_key",
    "apiKey",
    "API-KEY",
    "x-api-key",
    "X-Api-Key",
    "apikey",
    "APIKey",
    "openaiApiKey",
    "OPENAI_API_KEY",
    "private_key",
    "tokenHash",
    "authorizationHeader",
    "refreshTokens",
    "pwd",
]
INNOCENT_KEYS = [
    "tokenCount",
    "token_count",
    "max_tokens",
    "maxTokens",
    "total_tokens",
    "promptTokens",
    "prompt_tokens",
    "completion_tokens",
    "passwordless",
    "password_reset_required",
    "passwordResetAt",
    "secretary",
    "secretariat",
    "tokenizer",
    "tokenType",
    "token_type",
    "tokenExpiresAt",
    "author",
    "authorized",
    "authorName",
    "cookieConsent",
    "cookiesEnabled",
    "key",
    "keys",
    "primaryKey",
    "foreign_key",
    "idempotencyKey",
    "sortKey",
    "keyboard",
    "apiVersion",
    "api",
    "keynote",
    "message",
    "userId",
    "sessionId",
    "isPasswordSet",
    "PWD",
    "tokenize",
    "passenger",
    "compass",
    "basic",
    "bearing",
]


@pytest.mark.parametrize("key", SECRET_KEYS)
def test_names_of_secrets(key: str) -> None:
    assert is_secret_key(key)
    assert "hunter2" not in encode_event({"data": {"a": [{key: "hunter2"}]}}).decode()


@pytest.mark.parametrize("key", INNOCENT_KEYS)
def test_names_that_only_look_like_it(key: str) -> None:
    assert not is_secret_key(key)
    assert json.loads(encode_event({"data": {key: "kept as it is"}}))["data"][key] == "kept as it is"


@pytest.mark.parametrize("value", [None, True, False, ""])
def test_that_a_secret_is_missing_stays_visible(value: object) -> None:
    assert json.loads(encode_event({"data": {"token": value}}))["data"]["token"] is value or value == ""


def test_a_number_of_tokens_is_a_number() -> None:
    event = {"data": {"tokens": 512, "pin": {"password": 1234}}}
    assert json.loads(encode_event(event))["data"] == {"tokens": 512, "pin": {"password": "[masked]"}}


INNOCENT_TEXTS = [
    "Basic plan expired",
    "Bearer token required",
    "basic authentication failed",
    "Unexpected token: foo in JSON at position 4",
    "max_tokens=100&page=2",
    "https://example.org/a?b=c#d",
    "mail bob@example.org about https://example.org/x",
    "the keyJsonParser.parse call",
    "progress 50% a=b",
    '{"tokens": 5, "max_tokens": "7"}',
    "token = None",
    "did:key:z6MkA",
]


@pytest.mark.parametrize("text", INNOCENT_TEXTS)
def test_innocent_texts_stay(text: str) -> None:
    assert mask_text(text) == text


secrets = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=12, max_size=30).map(lambda text: f"S3{text}")
keys = st.sampled_from(SECRET_KEYS)
filler = st.text(st.characters(codec="utf-8", exclude_characters="\\"), max_size=20)


def _nest(value: Any, shape: str) -> Any:
    for step in shape:
        if step == "d":
            value = {"inner": value}
        elif step == "l":
            value = [1, value]
        else:
            value = json.dumps(value)
    return value


@given(key=keys, secret=secrets, shape=st.text("dl", max_size=5), text=st.sampled_from(["", "j", "jj", "djlj"]))
def test_under_a_secret_key_at_any_nesting_and_in_json_texts(key: str, secret: str, shape: str, text: str) -> None:
    data = _nest(_nest({key: secret, "other": [{"deep": {key: {"x": secret}}}]}, text), shape)
    assert secret not in encode_event({"eventType": "info", "data": {"value": data}}).decode()


@given(key=keys, secret=secrets, before=filler, nesting=st.sampled_from(["", "j", "jj"]))
def test_in_json_that_is_cut_or_stands_inside_prose(key: str, secret: str, before: str, nesting: str) -> None:
    text = json.dumps({"a": 1, key: secret, "z": [1, 2]})
    for held in (text, text[: text.index(secret) + len(secret)], before + " " + text, repr({key: secret})):
        assert secret not in encode_event({"data": {"body": _nest(held, nesting)}}).decode()


@given(
    key=st.sampled_from(["token", "access_token", "apiKey", "api_key", "password", "client_secret"]),
    secret=secrets,
    host=st.sampled_from(["api.example.org", "127.0.0.1:80", "[::1]:1"]),
    shape=st.sampled_from(["", "j", "jj", "d", "ldj"]),
)
def test_in_urls(key: str, secret: str, host: str, shape: str) -> None:
    spelt = f"%{ord(key[0]):02x}{key[1:]}"
    urls = [
        f"https://user:{secret}@{host}/x",
        f"postgres://{secret}@{host}/x",
        f"https://{host}/x?a=b&{key}={secret}&c=d",
        f"wss://{host}/x?{spelt}={secret}",
        f"https://{host}/cb#state=1&{key}={secret}",
        f"https://{host}/go?next={quote(f'https://{host}/y?{key}={secret}', safe='')}",
        f"GET /x?{key}={secret} HTTP/1.1",
    ]
    for url in urls:
        assert secret not in encode_event({"data": {"list": _nest(url, shape), url: 1}}).decode(), url


@given(secret=secrets, scheme=st.sampled_from(["Bearer", "bearer", "BEARER", "Basic", "basic"]), before=filler)
def test_credentials_in_any_text(secret: str, scheme: str, before: str) -> None:
    for text in (f"{scheme} {secret}", f"{before} {scheme} {secret} after", f"curl -H 'X: {scheme} {secret}'"):
        assert secret not in encode_event({"data": {"message": text}}).decode()


@given(secret=secrets, name=st.sampled_from(["Cookie", "Set-Cookie", "X-Api-Key", "Authorization"]), shape=st.just("j"))
def test_header_lines_and_pairs(secret: str, name: str, shape: str) -> None:
    shown = {
        "dump": f"GET / HTTP/1.1\r\n{name}: sid={secret}; x={secret}\r\nHost: a",
        "pairs": [[name, secret], ["host", "a"]],
        "har": [{"name": name, "value": secret}],
    }
    assert secret not in encode_event({"data": {**shown, "again": _nest(shown, shape)}}).decode()


@given(st.lists(st.text("ABCdef012_-", min_size=8, max_size=30), min_size=2, max_size=2))
def test_jwts(parts: list[str]) -> None:
    token = "eyJhbGciOi" + ".".join(["J", *parts])
    assert mask_text(f"sent {token}") == "sent [masked]"


def test_sqlalchemy_style_parameters_of_a_statement_on_a_secret_column() -> None:
    text = "no\n[SQL: INSERT INTO users (name, password) VALUES (?, ?)]\n[parameters: ('bob', 'hunter2')]\n(Background"
    assert "hunter2" not in mask_text(text)
    kept = "[SQL: INSERT INTO users (name) VALUES (?)]\n[parameters: ('bob',)]"
    assert mask_text(kept) == kept


@given(
    st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
)
def test_masking_twice_changes_nothing_more(value: Any) -> None:
    once = encode_event({"data": {"value": value}})
    assert encode_event(json.loads(once)) == once


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["\\", "a=", "token=", "://", "://@", "eyJ", "(", '"token":', "Bearer ", "%3D", "token:[", "x-"]
)
def test_hostile_texts_cost_linear_time(piece: str) -> None:
    text = piece * (200_000 // len(piece)) + "token=@"
    assert len(mask_text(text)) < 20 * len(text)
