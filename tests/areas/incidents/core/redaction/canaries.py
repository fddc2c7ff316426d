"""Planted secrets: one unique value for each kind × place × form, in events that hold ordinary data around them.

`python tests/areas/incidents/core/redaction/canaries.py` prints the table of kinds, places and forms.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

Carrier = Literal["json", "text", "name", "blob"]
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def chars(rng: random.Random, alphabet: str, count: int) -> str:
    """Return random characters with at least one digit."""
    return "".join(rng.choices(alphabet, k=count - 1)) + rng.choice("23456789" if alphabet != UPPER else "234567")


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def b64url(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def hex128(rng: random.Random) -> str:
    return f"{rng.getrandbits(128):032x}"


def card(rng: random.Random) -> str:
    digits = "4" + "".join(rng.choices("0123456789", k=14))
    total = sum(sum(divmod(int(d) * 2, 10)) if i % 2 == 0 else int(d) for i, d in enumerate(digits))
    return digits + str(-total % 10)


def simple(template: str) -> Callable[[random.Random], tuple[str, str]]:
    """A kind whose canary is 128 bits in hex."""

    def make(rng: random.Random) -> tuple[str, str]:
        canary = hex128(rng)
        return canary, template.replace("@@", canary)

    return make


def shaped(template: str, alphabet: str, count: int) -> Callable[[random.Random], tuple[str, str]]:
    """A kind whose format prescribes the canary's characters."""

    def make(rng: random.Random) -> tuple[str, str]:
        canary = chars(rng, alphabet, count)
        return canary, template.replace("@@", canary)

    return make


def jwt(rng: random.Random) -> tuple[str, str]:
    canary = b64url(hex128(rng))
    return canary, f"{b64url(json.dumps({'alg': 'HS256'}))}.{b64url(json.dumps({'sub': 'x'}))}.{canary}"


def basic(rng: random.Random) -> tuple[str, str]:
    canary = b64("svc:" + hex128(rng))
    return canary, f"Basic {canary}"


def pem(rng: random.Random) -> tuple[str, str]:
    canary = chars(rng, ALNUM, 44)
    return canary, f"-----BEGIN PRIVATE KEY-----\n{canary}\n-----END PRIVATE KEY-----"


def payment_card(rng: random.Random) -> tuple[str, str]:
    canary = card(rng)
    return canary, canary


# kind: how to make (canary, the text that shows it for what it is)
KINDS: dict[str, Callable[[random.Random], tuple[str, str]]] = {
    "password=": simple("password=@@"),
    "quoted key": simple('{"clientSecret": "@@"}'),
    "repr of a dict": simple("{'api_key': '@@'}"),
    "header line": simple("X-Api-Key: @@"),
    "bearer": simple("Bearer @@"),
    "authorization": simple("Authorization: Token @@"),
    "basic auth": basic,
    "JWT": jwt,
    "cookie": simple("Cookie: theme=dark; session_id=@@"),
    "AWS key id": shaped("AKIA@@", UPPER, 16),
    "AWS secret": shaped("aws_secret_access_key=@@", ALNUM, 40),
    "GCP key": shaped("AIza@@", ALNUM, 35),
    "Azure key": shaped("AccountKey=@@==;", ALNUM, 86),
    "GitHub token": shaped("ghp_@@", ALNUM, 36),
    "GitLab token": shaped("glpat-@@", ALNUM, 22),
    "Slack token": shaped("xoxb-123456789-@@", ALNUM, 24),
    "Stripe key": shaped("sk_live_@@", ALNUM, 24),
    "npm token": shaped("npm_@@", ALNUM, 36),
    "OpenAI-like key": shaped("sk-proj-@@", ALNUM, 40),
    "Anthropic-like key": shaped("sk-ant-api03-@@", ALNUM, 40),
    "PEM": pem,
    "DSN": simple("postgres://app:@@@db.internal:5432/app"),
    "Go DSN": simple("app:@@@tcp(10.0.0.3:3306)/app"),
    "userinfo": simple("https://deploy:@@@git.internal/x.git"),
    "Slack webhook": shaped("https://hooks.slack.com/services/T01ABCDEF/B01ABCDEF/@@", ALNUM, 24),
    "Discord webhook": shaped("https://discord.com/api/webhooks/1234567890/@@", ALNUM, 68),
    "Teams webhook": simple("https://acme.webhook.office.com/webhookb2/@@/IncomingWebhook/1"),
    "e-mail": simple("m@@@mail.example.org"),
    "card": payment_card,
    "user id": simple("userId=@@"),
    "SQL literal": simple("UPDATE accounts SET password_hash = '@@' WHERE id = 7"),
    "SQL insert": simple("INSERT INTO t (id, reset_token) VALUES (7, '@@')"),
}

FORMS: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "base64": b64,
    "base64url": b64url,
    "hex": lambda text: text.encode().hex(),
    "HEX": lambda text: text.encode().hex().upper(),
    "percent": lambda text: quote(text, safe=""),
    "percent, all": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "base64 of base64": lambda text: b64(b64(text)),
    "base64 of percent": lambda text: b64(quote(text, safe="")),
    "hex of base64": lambda text: b64(text).encode().hex(),
    "base64 of base64 of hex": lambda text: b64(b64(text.encode().hex())),
}


class Place(NamedTuple):
    """Where a text is planted: what kind of carrier, and how."""

    carrier: Carrier
    put: Callable[[str, dict[str, Any]], Any]


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _unicode_escaped(text: str) -> str:
    return "".join(f"\\u{ord(char):04x}" for char in text)


def _in_stack(text: str) -> str:
    return f"Error: refused: {text}\n    at check (/srv/vivim/src/auth.ts:10:5)\n    at next (/srv/vivim/src/router.ts:20:7)"


def _url_safe(text: str) -> str:
    return text if text.isalnum() else quote(text, safe="%")


PLACES: dict[str, Place] = {
    "message": Place("json", lambda text, data: _dumped({"data": {"message": f"it failed with {text} on the way", **data}})),
    "alone": Place("json", lambda text, data: _dumped({"data": {"detail": text, **data}})),
    "deep": Place("json", lambda text, data: _dumped({"a": [{"b": {"c": [[{"d": text}]]}}], **data})),
    "JSON in a string": Place("json", lambda text, data: _dumped({"body": _dumped({"x": text, "n": 1}), **data})),
    "JSON in JSON in a string": Place(
        "json", lambda text, data: _dumped({"body": _dumped({"b": _dumped({"x": text})}), **data})
    ),
    "object key": Place("json", lambda text, data: _dumped({"byName": {text: 3}, **data})),
    "query of a URL": Place(
        "json", lambda text, data: _dumped({"url": f"https://h.internal/p?q={_url_safe(text)}&n=1", **data})
    ),
    "fragment of a URL": Place(
        "json", lambda text, data: _dumped({"url": f"https://h.internal/p#x={_url_safe(text)}", **data})
    ),
    "path of a URL": Place("json", lambda text, data: _dumped({"url": f"/api/v1/cb/{_url_safe(text)}/end", **data})),
    "stack": Place("json", lambda text, data: _dumped({"source": {"stack": _in_stack(text)}, **data})),
    "escaped letters": Place("json", lambda text, data: f'{{"m":"{_unicode_escaped(text)}",{_dumped(data)[1:]}'),
    "SQL text": Place("json", lambda text, data: _dumped({"query": f"SELECT 1 /* {text} */", **data})),
    "array": Place("json", lambda text, data: _dumped({"actions": ["open", text, "close"], **data})),
    "log line": Place("text", lambda text, data: f"2026-11-24T12:00:00Z warn refused {text} (attempt 2)"),
    "note": Place("text", lambda text, data: f"# What I saw\n\n* it sent `{text}` twice\n"),
    "file name": Place("name", lambda text, data: f"screenshot {text.replace('/', '∕')}.png" if "/" not in text else ""),
    "raw bytes": Place("blob", lambda text, data: b"junk {" + text.encode() + b" tail"),
    "binary bytes": Place("blob", lambda text, data: b"\x00\x01\xff\xfe\x90" + text.encode() + b"\x00\x02\x9f"),
    "UTF-16 bytes": Place("blob", lambda text, data: b"\xff\xfe" + text.encode("utf-16-le")),
}

# Values whose field alone says that they are secrets: they look like anything.
FIELDS = (
    "password",
    "PASSWORD",
    "pass_word",
    "client-secret",
    "X-Api-Key",
    "refreshToken",
    "set-cookie",
    "private_key",
    "cvv",
    "iban",
)


def _field_places() -> dict[str, Callable[[str, str, dict[str, Any]], str]]:
    return {
        "field": lambda name, value, data: _dumped({"data": {name: value, **data}}),
        "number": lambda name, value, data: f'{{"{name}":{int(value, 16)},{_dumped(data)[1:]}',
        "object under it": lambda name, value, data: _dumped({name: {"inner": [value, None, True]}, **data}),
        "HAR header": lambda name, value, data: _dumped({"headers": [{"name": name, "value": value}], **data}),
        "pair": lambda name, value, data: _dumped({"rawHeaders": [[name, value]], **data}),
        "raw headers": lambda name, value, data: _dumped(
            {"rawHeaders": ["Host", "h", name, value, "Accept", "*/*"], **data}
        ),
        "field, nested once": lambda name, value, data: _dumped({"b": _dumped({name: value}), **data}),
        "field, nested twice": lambda name, value, data: _dumped({"b": _dumped({"c": _dumped({name: value})}), **data}),
        "escaped name": lambda name, value, data: f'{{"{_unicode_escaped(name)}":"{value}",{_dumped(data)[1:]}',
        "query parameter": lambda name, value, data: _dumped({"url": f"/p?a=1&{name}={value}", **data}),
        "percent name": lambda name, value, data: _dumped({"url": f"/p?%{ord(name[0]):02x}{name[1:]}={value}", **data}),
        "fragment parameter": lambda name, value, data: _dumped({"url": f"https://h/p#{name}={value}", **data}),
        "SQL parameter": lambda name, value, data: _dumped(
            {"query": f'INSERT INTO t (id, "{name}") VALUES ($1, $2)', "params": [7, value], **data}
        ),
        "SQL set": lambda name, value, data: _dumped(
            {"sql": f"UPDATE t SET {name.replace('-', '_')} = ? WHERE id = ?", "bindings": [value, 7], **data}
        ),
        "cut JSON": lambda name, value, data: _dumped({"m": f'got {{"ok": true, "{name}": "{value}", "x": [', **data}),
        "repeated key": lambda name, value, data: f'{{"{name}":"{value}","{name}":null,{_dumped(data)[1:]}',
        "elsewhere too": lambda name, value, data: _dumped(
            {name: value, "m": f"took {value} apart", "k": {value: 1}, **data}
        ),
        "base64 JSON": lambda name, value, data: _dumped({"b": b64(_dumped({name: value})), **data}),
        "hex JSON": lambda name, value, data: _dumped({"b": _dumped({name: value}).encode().hex(), **data}),
        "percent JSON": lambda name, value, data: _dumped({"b": quote(_dumped({name: value}), safe=""), **data}),
    }


FIELD_PLACES = _field_places()


class Canary(NamedTuple):
    """One planted value: what must not survive, and the text or bytes that carry it."""

    kind: str
    place: str
    form: str
    value: str
    planted: str
    carrier: Carrier
    body: Any
    data: dict[str, Any]


def ordinary(rng: random.Random) -> dict[str, Any]:
    """Return data that is no secret and must come through."""
    return {
        "timestamp": 1_795_442_000_000 + rng.randrange(10**9),
        "operation": rng.choice(("acu.search", "message.list", "sync.push")),
        "duration": round(rng.lognormvariate(3, 1), 3),
        "traceparent": f"00-{rng.getrandbits(128):032x}-{rng.getrandbits(64):016x}-01",
        "requestId": f"req_{rng.randrange(10**6)}",
        "correlationId": f"corr_{rng.randrange(10**13)}_{rng.randrange(999)}",
        "commit": f"{rng.getrandbits(160):040x}",
        "version": f"1.{rng.randrange(20)}.{rng.randrange(20)}",
        "path": f"/srv/vivim/server/src/{rng.choice(('router', 'token', 'password-reset'))}.ts:{rng.randrange(900)}",
        "words": "the token budget of the session was used up: retry later",
        "tokenCount": rng.randrange(5000),
        "max_tokens": 4096,
        "address": f"10.0.{rng.randrange(255)}.{rng.randrange(255)}",
        "flags": [True, False, None, "", 0],
        "image": base64.b64encode(rng.randbytes(48)).decode(),
        "entity": f"conversation_{rng.randrange(10**5)}",
        "sum": rng.random(),
    }


def canaries(seed: int = 6) -> Iterator[Canary]:
    """Yield every canary: each kind in each place in each form, and each secret field in each of its places."""
    rng = random.Random(seed)
    for kind, make in KINDS.items():
        for place, (carrier, put) in PLACES.items():
            for form, encode in FORMS.items():
                value, text = make(rng)
                data = ordinary(rng)
                planted = encode(text)
                body = put(planted, data)
                if body:
                    yield Canary(kind, place, form, value, planted, carrier, body, data if carrier == "json" else {})
    for name in FIELDS:
        for place, place_value in FIELD_PLACES.items():
            value = hex128(rng)
            data = ordinary(rng)
            body = place_value(name, value, data)
            planted = str(int(value, 16)) if place == "number" else value
            yield Canary(f"field {name}", place, "plain", planted, planted, "json", body, data)


def canary_table() -> str:
    """Return the kinds, places and forms as a table in Markdown, with how many canaries there are of each."""
    planted = list(canaries())
    kinds = f"{len(KINDS)} kinds × {len(PLACES)} places × {len(FORMS)} forms"
    lines = [f"{len(planted)} canaries: {kinds}, and {len(FIELDS)} secret fields × {len(FIELD_PLACES)} places", ""]
    columns: tuple[tuple[str, Callable[[Canary], str]], ...] = (
        ("kind", lambda canary: canary.kind),
        ("place", lambda canary: canary.place),
        ("form", lambda canary: canary.form),
    )
    for title, of in columns:
        lines += [f"| {title} | canaries |", "| --- | ---: |"]
        counts: dict[str, int] = {}
        for canary in planted:
            counts[of(canary)] = counts.get(of(canary), 0) + 1
        lines += [f"| {name} | {count} |" for name, count in counts.items()] + [""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(canary_table())
