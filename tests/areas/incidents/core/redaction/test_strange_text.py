"""Secrets in texts where few look for them are masked, what only looks alike stays, and the limits are those stated."""

import gzip
import json
import time
import zlib
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.areas.incidents.core.redaction import FinalSearch, Redactor, Sweep, default_profile
from console.areas.incidents.core.redaction.iban import iban_end
from console.areas.incidents.core.redaction.packed import MOST, unpacked
from console.areas.incidents.core.redaction.respelled import Respelled
from console.areas.incidents.core.redaction.text_forms import FORMS
from tests.areas.incidents.core.redaction.strange_json import Case
from tests.areas.incidents.core.redaction.strange_text import LIMITS, cases

KEY = b"k" * 32


def event(data: Any, *, ascii_only: bool = False) -> str:
    return json.dumps({"eventType": "error_report", "timestamp": 1795442208468, "data": data}, ensure_ascii=ascii_only)


def redact(text: str) -> str:
    return Redactor(default_profile(), KEY).json_text(text, "")


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name[:60])
def test_each_is_masked_or_a_stated_limit(case: Case, ascii_only: bool) -> None:
    redactor = Redactor(default_profile(), KEY)
    text = event(case.data, ascii_only=ascii_only)
    left = Sweep(redactor.masked).text(redactor.json_text(text, ""), "")
    assert json.loads(left).keys() == json.loads(text).keys()
    if case.limit:
        assert left == text, f"no limit any more: {case.limit}"
        return
    assert left != text
    assert case.value not in left
    assert case.value not in json.loads(left)["data"]["m"]
    assert redactor.json_text(left, "") == left
    search = FinalSearch(redactor.masked, default_profile())
    search.feed("events.ndjson", left.encode() + b"\n")
    assert search.hits() == []


def test_a_text_of_raw_bytes_and_a_note_are_masked_as_a_field_is() -> None:
    for case in cases():
        text = case.data["m"]
        note = Redactor(default_profile(), KEY).text(text, "note")
        raw = Redactor(default_profile(), KEY).blob(text.encode(), "raw")
        assert raw is not None
        assert (case.value in note) == (case.value in raw.decode()) == (case.value in text and bool(case.limit)), case.name


@pytest.mark.parametrize("raw", [b'{"password" "x1y2z3"}', b'{"password":x1y2z3, "n', b'{"a":1,"password";"x1y2z3"}'])
def test_broken_json_in_quarantine_is_masked(raw: bytes) -> None:
    left = Redactor(default_profile(), KEY).blob(raw, "raw")
    assert left is not None
    assert b"x1y2z3" not in left
    assert b"password" in left


def test_packed_bytes_in_quarantine_are_opened() -> None:
    redactor = Redactor(default_profile(), KEY)
    assert redactor.blob(gzip.compress(b'{"password":"x1y2z3"}', mtime=0), "raw") is None
    plain = gzip.compress(b'{"title":"x1y2z3"}', mtime=0)
    assert redactor.blob(plain, "raw") == plain


def test_the_limits_have_reasons() -> None:
    assert all(len(why) > 10 for _, why in LIMITS.values())
    assert len({case.name for case in cases()}) == len(list(cases()))


NEAR_MISSES = (
    *("the code is 12", "pin is required", "password of bob: expired", "token to refresh", "token – expired"),
    "getToken('access')",
    *("cookie(name)", "token(request, 7)", "password = (a + b)", "pipes | token | count", "<td>password</td><td></td>"),
    "token: <none>",
    *("the password is required", "token is expired", "password is missing", "the token was revoked 3 days ago"),
    "no cookie -> login",
    *("token 17 of 35", "the secret is out", "password policy: 8-16 characters", "tokens 1234", "secret santa 2026"),
    "token\tcount",
    *("['user', 'password', 'token']", "(username, password)", "f('password', 'token')", "t('password', 'Password')"),
    '"token" is null',
    *("<p>Enter your password</p>", '<input type="text" name="title" value="x">', "<title>Token ring</title>"),
    "<h1>a &amp; b</h1>",
    *("<ul><li>one</li></ul>", "a < b and c > d", "&copy; 2026 &quot;quoted&quot;"),
    "Content-Disposition: form-data; name=\"title\"\r\n\r\nhi",
    *("db:\n  user: x\n  host: h\n", "kind: ConfigMap\ndata:\n  db: x\n", "user,title\nbob,x\n"),
    "| user | title |\n| bob | x |",
    *("password:\n  required: true\n", "tool --verbose --title x", "--password is required", "mkdir -p /srv/app"),
    "cp -p a b",
    *("mysql -u root -p db", "curl -u", "docker run -p 8080:80 app", "git push -u origin:main", "grep -u a:b file"),
    *("PASS src/areas/app.test.ts", "AUTH FAILED", "auth middleware took 12 ms", "a1 LOGIN failed", "login page loaded"),
    "HTTP 334 x",
    *("SELECT id, title FROM notes WHERE id = 'a1'", "INSERT INTO notes VALUES (1, 'hello')"),
    *("https://h:8080/@scope/pkg", "https://h/token/list", "https://h/reset-password", "https://h/invite/accept"),
    "https://h/hooks/7",
    *("https://h/share/6d2c9a3e-11c4-4ff5-8d0f-0c8a4be3b8c1", "https://h/x?key=title&code=409&state=open"),
    "https://h/x?sort=key:asc",
    *("https://h/keys/user:42:profile", "at f (webpack://app/./src/hooks/useToken.ts:12:7)", "/api/tokens/", "verify/email"),
    *("x 4111 1111 1111 1112", "DE89370400440532013001", "GB00NWBK60161331926819", "ISO8601 2026-11-24T10:00:00Z"),
    "AB12 CDEF 3456",
    *("SKU0123456789", "task_0123456789abcdef", "dapi v2", "sl.example.com", "figd_short", "ntn_1", "v2.local.example"),
    "NRAK-1",
    *("70 61 73", "de:ad:be:ef:00:11", "00:1a:2b:3c:4d:5e", "0x7fffdeadbeef", "1f8b is the magic of gzip"),
    "H4sI is how it begins",
    *("sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "4bf92f3577b34da6a3ce929d0e0e4736", "a=3D"),
    "50=25",
    *("caf\u00e9 ： ok", "zero\u200bwidth", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "AYGMq8UPAgHfz6nDDQUCAwQFBgcICQ=="),
    "user@host:~$ ls",
    *("Connect() failed: password authentication failed for user", "Authorization header is missing"),
    "cookie jar with 12 cookies",
)  # fmt: skip


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_what_only_looks_alike_stays(text: str) -> None:
    for ascii_only in (False, True):
        written = event({"m": text}, ascii_only=ascii_only)
        assert redact(written) == written
    assert Redactor(default_profile(), KEY).text(text, "") == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("the password is Tr0ub4dor.", "the password is [masked:said]."),
        ('<add key="DbPassword" value="x1" />', '<add key="DbPassword" value="[masked:markup]" />'),
        ("<pin>1234</pin><n>7</n>", "<pin>[masked:markup]</pin><n>7</n>"),
        ("user,password,n\nbob,x1,7\neve,x2,8\n", "user,password,n\nbob,[masked:layout],7\neve,[masked:layout],8\n"),
        ("token: |\n  line one\n  line two\nn: 7", "token: |\n  [masked:layout]\nn: 7"),
        ("curl -u bob:x1 https://h/", "curl -u bob:[masked:argument] https://h/"),
        ("https://h/token/a8Fk2Lm9Qx7Zw3Rt?n=1", "https://h/token/%5Bmasked%3Astep%5D?n=1"),
        ("see 0x70617373776f72643d61386632 and 0xff", "see [masked:hex-key] and 0xff"),
        ("&lt;password&gt;x1y2z3&lt;/password&gt;", "&lt;password&gt;[masked:markup]&lt;/password&gt;"),
        ("your otp is 123456, ok", "your otp is [masked:said], ok"),
        ("pay BE71 0961 2345 6769 EUR", "pay [masked:iban] EUR"),
    ],
)
def test_only_the_value_is_masked(text: str, masked: str) -> None:
    assert Redactor(default_profile(), KEY).text(text, "") == masked


def test_what_is_packed_is_opened_to_a_size_only() -> None:
    bomb = zlib.compress(b"a" * (64 << 20), 9)
    assert len(unpacked(bomb)) <= MOST
    assert len(unpacked(gzip.compress(b"a" * 10_000_000)[:100])) <= 100 * 1_000
    assert unpacked(b"\x1f\x8b\x08nothing") == b""
    text = event({"m": b64encode(bomb).decode()})
    began = time.process_time()
    assert redact(text) == text
    assert time.process_time() - began < 10


def test_numbers_of_accounts_have_the_length_of_their_country() -> None:
    assert iban_end("DE89 3704 0044 0532 0130 00 EUR") == 27
    assert iban_end("XX89370400440532013000") == iban_end("DE8937") == iban_end("") == 0


PIECES = st.sampled_from((
    *("password", "token", " is ", " -> ", "\t", "\n", ": ", ":", "=", "'", '"', "(", ")", ", ", ",", "|", "- ", "  ", "<"),
    *("</", ">"),
    *("value=", "name=", "&#112;", "&quot;", "\\x70", "\\u0070", "=3D", "\u200b", "：", "x1y2z3w4", "a8Fk2Lm9Qx7Zw3Rt"),
    "--password ",
    *("-p", "curl -u a:", "AUTH ", "kind: Secret\n", "data:\n", "COPY u (password) FROM stdin;\n", "://", "@h", "/token/"),
    "IDENTIFIED BY ",
    *("crypt(", "INSERT INTO secrets VALUES (", "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "H4sIAAAAAAAA"),
    "[masked:key]",
    *("Content-Disposition: form-data; name=\"password\"\r\n\r\n", "\r\n--", "70 61 73 73 77 6f 72 64 3d 61 61 61 ", "é"),
    *("\\", "user,pin"),
))  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=14).map("".join)


@given(TEXTS)
def test_any_text_is_redacted_once_and_for_all(text: str) -> None:
    redactor = Redactor(default_profile(), KEY)
    masked = redactor.text(text, "note")
    assert redactor.text(masked, "note") == masked
    assert (masked == text) == (redactor.report.total == 0)


@given(TEXTS, TEXTS, st.booleans())
def test_json_around_any_text_stays_json(text: str, other: str, ascii_only: bool) -> None:
    written = json.dumps({"m": text, "n": [other], "j": json.dumps({"x": text})}, ensure_ascii=ascii_only)
    redactor = Redactor(default_profile(), KEY)
    masked = redactor.json_text(written, "")
    assert json.loads(masked).keys() == {"m", "n", "j"}
    assert redactor.json_text(masked, "") == masked
    if redactor.spans(written):
        assert masked != written


@given(TEXTS, st.data())
def test_a_letter_written_otherwise_is_found_in_its_place(text: str, data: st.DataObject) -> None:
    plain = Respelled(text)
    assert Respelled(plain.text).text or not plain.text
    if plain.text:
        start = data.draw(st.integers(0, len(plain.text) - 1))
        end = data.draw(st.integers(start + 1, len(plain.text)))
        first, last = plain.span(start, end)
        assert 0 <= first < last <= len(text)
        assert Respelled(text[first:last]).text == plain.text[start:end] or "=3D" in text


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@pytest.mark.parametrize(
    "unit",
    [
        *(
            "password is ",
            "password\t",
            "password -> ",
            '"password" "',
            "('password', '",
            "token ",
            "a",
            " ",
            "\n",
            "password:\n",
            "- ",
        ),
        *(
            "password: |\n  x\n",
            "password,",
            "|password",
            "COPY u (password) FROM stdin;\n",
            "<password>",
            "<",
            "<a b='",
            "<![",
        ),
        *(
            "--password ",
            " -p",
            "curl ",
            "curl -u ",
            "AUTH ",
            "LOGIN a ",
            "334 x\n",
            "-----END PRIVATE KEY-----",
            "/token/",
            "A/",
        ),
        *(
            "-----BEGIN PRIVATE KEY-----",
            "content-disposition: name=",
            "Private-Lines: 1\n",
            's:8:"password";',
            "login a password ",
        ),
    ],
)
def test_a_form_takes_no_longer_for_a_text_that_is_made_for_it(form: Any, unit: str) -> None:
    names = Redactor(default_profile(), KEY)._finder.names
    text = unit * (200_000 // len(unit))
    began = time.process_time()
    for _ in form.find(text, names):
        pass
    assert time.process_time() - began < 10
