"""What the window hides until it is asked, and what it does not hide."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.model.report import read_sections
from console.model.secrets import MASK, is_secret_key, mask_text, mask_value
from tests.model.test_sections import recorded_events

JWT = "eyJhbGciOiJIUzI1NiJ9.e30.fake"


@pytest.mark.parametrize(
    "name",
    [
        *("authorization", "Proxy-Authorization", "cookie", "Set-Cookie", "token", "accessToken", "csrf_token", "X-Api-Key"),
        *(
            "password",
            "newPassword",
            "password2",
            "passwd",
            "client_secret",
            "privateKey",
            "sessionId",
            "session_id",
            "PHPSESSID",
        ),
        *(
            "secretKey",
            "SECRET_KEY_BASE",
            "db_pass",
            "recoveryCodes",
            "otpCode",
            "passcode",
            "apiKeyV2",
            "tokenValue",
            "id_rsa",
        ),
        *(
            "Passwort",
            "contraseña",
            "mot_de_passe",
            "пароль",
            "密码",
            "ｐａｓｓｗｏｒｄ",
            "pass\u200bword",
            "p\u0430ssword",
            "p@ssword",
        ),
        *("connect.sid", "sid", "jwt", "credentials", "token_hash", "x" * 500 + "Token"),
    ],
)
def test_secret_names(name: str) -> None:
    assert is_secret_key(name)


@pytest.mark.parametrize(
    "name",
    [
        "tokenCount",
        *(
            "pass",
            "code",
            "state",
            "compass",
            "passport",
            "whiskey",
            "replicaKey",
            "publicKey",
            "statusCode",
            "$id",
            "textbook",
        ),
        "max_tokens",
        "secretary",
        "passwordless",
        "cookieConsent",
        "token_type",
        "key",
        "userId",
        "side",
        "inside",
        "",
    ],
)
def test_harmless_names(name: str) -> None:
    assert not is_secret_key(name)


@pytest.mark.parametrize(
    ("path", "value", "shown"),
    [
        ("request.headers.authorization", "Basic x", MASK),
        ('request.headers["x-api-key"]', "k", MASK),
        ("debug.cookies.theme", "dark", MASK),
        ("debug.localStorage.theme", "dark", "dark"),
        ("user.token", None, None),
        ("user.token", "", ""),
        ("user.tokens[0]", 5, MASK),
        ("a", {"password": {"a": 1}, "b": [JWT, 2]}, {"password": {"a": MASK}, "b": [MASK, 2]}),
        ("headers[0]", {"name": "Cookie", "value": "a=b"}, {"name": "Cookie", "value": MASK}),
        ("headers", [["Cookie", "a=b"], ["Accept", "x"]], [["Cookie", MASK], ["Accept", "x"]]),
        ("$", 7, 7),
    ],
)
def test_values(path: str, value: Any, shown: Any) -> None:
    assert mask_value(path, value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"failed with {JWT} at x", f"failed with {MASK} at x"),
        ("Authorization: Bearer abc.def-123", f"Authorization: {MASK}"),
        ("got bearer abcdefg7", f"got bearer {MASK}"),
        ("bearer authentication failed, basic understanding", "bearer authentication failed, basic understanding"),
        ("a bearer of news", "a bearer of news"),
        ("postgres://u:p@db/x", f"postgres://{MASK}@db/x"),
        ("/login?token=secret123&next=/a", f"/login?token={MASK}&next=/a"),
        ("url=https://h/?a=1&api_key=z", f"url=https://h/?a=1&api_key={MASK}"),
        ('{"user":"u","password":"a\\"b","n":1}', f'{{"user":"u","password":"{MASK}","n":1}}'),
        ("token=null password=''", "token=null password=''"),
        ("Cookie: a=b; c=d\nAccept: x", f"Cookie: {MASK}\nAccept: x"),
        ("max_tokens=5", "max_tokens=5"),
    ],
)
def test_texts(text: str, shown: str) -> None:
    assert mask_text(text) == shown


def test_the_recorded_secrets_are_hidden_in_every_fact() -> None:
    masked = 0
    for event in recorded_events():
        for section in read_sections(event):
            for fact in section.facts:
                value = str(mask_value(fact.path, fact.value))
                assert not any(secret in value for secret in ("eyJhbGci", "sid=abc", "secret123", "sess_7f3a"))
                masked += value != str(fact.value)
    assert masked > 31 * 2 + 15 + 321


@given(st.text() | st.text(alphabet='eyJ.=":/@ bearer\\token%'))
def test_masking_twice_changes_nothing(text: str) -> None:
    assert mask_text(mask_text(text)) == mask_text(text)


@pytest.mark.parametrize(
    "part", ["eyJ", "eyJaaaaaa.", "://", "a=", '"token":"', "bearer ", "token=", "x", "%", "cookie:", "'"]
)
def test_long_texts_take_linear_time(part: str) -> None:
    assert mask_text(part * (1_000_000 // len(part)))


def test_depth_is_bounded() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    assert MASK in str(mask_value("a", deep))
