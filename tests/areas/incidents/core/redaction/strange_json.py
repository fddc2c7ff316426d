"""Secrets in JSON where few look for them: under unusual names, beside their names, in keys, in lists, as bytes.

Collected by someone who had not seen the rules. Each case says what the rules do with it: mask it, or leave it for a reason.
"""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

ALNUM = string.ascii_letters + string.digits


class Case(NamedTuple):
    """A secret and the data of an event that holds it; `limit`: why it is not masked, empty when it is."""

    name: str
    data: Any
    value: str
    limit: str = ""


SURE = (
    *("password", "passwd", "pwd", "passWord", "pass_word", "Passwort", "kennwort", "contraseña", "mot_de_passe", "senha"),
    *("parola", "heslo", "hasło", "lösenord", "wachtwoord", "пароль", "密码", "密碼", "暗証番号", "パスワード", "비밀번호"),
    *("passcode", "userpass", "db_pass", "DB_PASS", "MYSQL_PWD", "requirepass", "passphrase1", "p@ssword", "authToken"),
    *("secretKey", "secret_access_key", "SECRET_KEY_BASE", "signing_secret", "private_key", "privkey", "sessionKey"),
    *("hmacKey", "encKey", "encryption_key", "aesKey", "sshKey", "ssh_private_key", "storageKey", "accountKey", "masterKey"),
    *("licenseKey", "license_key", "deployKey", "tls.key", "ca.key", "service_account_key", "keyMaterial", "apiKeyV2"),
    *("api_key_2", "APIKEY1", "x-api-key", "subscription-key", "Ocp-Apim-Subscription-Key", "X-Goog-Api-Key", "api‑key"),
    *("tokens", "accessTokens", "tokenValue", "token_str", "id_token_hint", "secretText", "secretString", "SecretBinary"),
    *("X-Vault-Token", "x-access-token", "PRIVATE-TOKEN", "credentials", "creds", "bearer", "jwtAssertion"),
    *("PHPSESSID", "JSESSIONID", "connect.sid", "ASP.NET_SessionId", "Set-Cookie2", "XSRF-TOKEN", "x-csrf", "sid"),
    *("code_verifier", "oauth_verifier", "otpCode", "totp", "totpSecret", "mfa_code", "verificationCode", "pin_code"),
    *("pinCode", "pairingCode", "recovery_codes", "backupCodes", "securityAnswer", "ssn_last4", "mnemonicPhrase"),
    *("dockerconfigjson", ".dockerconfigjson", "kubeconfig", "id_rsa", "SharedAccessSignature", "Proxy-Authorization"),
    *(
        "X-Forwarded-Authorization",
        "ｐａｓｓｗｏｒｄ",
        "pass\u200bword",
        "pass\u00adword",
        "\ufeffpassword",
        "p\u0430ssword",
    ),
    *("\u03c1assword", " password ", "user[password]", "firstName", "lastName", "phone", "shipping_address"),
)
"""Whatever stands under these is a secret."""
PERHAPS = (
    *("pass", "pw", "key", "k", "auth", "Auth", "x-auth", "authz", "oauth", "code", "authorization_code", "nonce", "state"),
    *("session", "sess", "sig", "signature", "hmac", "salt", "seed", "kek", "dek", "priv", "cred", "login", "plaintext"),
    *("refresh", "refreshTok", "jwk", "wsse", "WWW-Authenticate", "Authentication", "x-amzn-oidc-data", "sas_url"),
    *("stripe-signature", "x-hub-signature-256", "oauthSignature", "api-key-id", "client_secret_basic", "tokenPart1"),
    *("Cf-Access-Jwt-Assertion", "DATABASE_URL", "REDIS_URL", "webhook", "hookUrl", "magicLink", "resetLink", "inviteCode"),
)
"""What stands under these is a secret when it looks like one."""
PEOPLE = ("userId", "user_id", "uid", "createdBy", "updatedBy", "customerId", "assigneeId", "user", "assignee")
"""What stands under these is the id of a person."""


def secret(rng: random.Random, length: int = 24) -> str:
    """Return a letter, letters and digits, a digit."""
    return rng.choice(string.ascii_lowercase) + "".join(rng.choices(ALNUM, k=length - 2)) + rng.choice("23456789")


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


BESIDE: dict[str, Callable[[str], Any]] = {
    "env name/value": lambda v: [{"name": "DB_PASSWORD", "value": v}],
    "Name/Value": lambda v: {"Tags": [{"Name": "DB_PASSWORD", "Value": v}]},
    "Key/Value": lambda v: {"Tags": [{"Key": "DB_PASSWORD", "Value": v}]},
    "ParameterKey": lambda v: [{"ParameterKey": "DBPassword", "ParameterValue": v}],
    "k/v": lambda v: {"headers": [{"k": "X-Api-Key", "v": v}]},
    "field/val": lambda v: [{"field": "password", "val": v}],
    "id/content": lambda v: [{"id": "password", "content": v}],
    "label/text": lambda v: [{"label": "API key", "text": v}],
    "property/default": lambda v: {"property": "token", "default": v},
    "header/value": lambda v: {"header": "Cookie", "value": v},
    "perhaps/value": lambda v: {"name": "state", "value": v},
    "value before name": lambda v: {"value": v, "name": "pw2", "key": "secret"},
    "type/value": lambda v: {"type": "password", "value": v},
    "escaped": lambda v: {"body": json.dumps({"items": [{"Name": "password", "Value": v}]})},
    "twice escaped": lambda v: {"body": json.dumps(json.dumps({"code": v}))},
    "patch": lambda v: [{"op": "replace", "path": "/password", "value": v}],
    "patch below": lambda v: {"op": "add", "path": "/user/apiKey", "value": v},
    "change": lambda v: {"field": "password", "old": "a", "new": v},
    "change words": lambda v: {"property": "token", "before": v, "after": None},
    "change under name": lambda v: {"password": {"from": "a", "to": v}},
    "argv": lambda v: {"argv": ["tool", "--password", v, "db"]},
    "argv =": lambda v: {"argv": ["tool", f"--password={v}", "db"]},
    "argv perhaps": lambda v: {"argv": ["tool", "--state", v, "db"]},
    "sshpass": lambda v: {"argv": ["sshpass", "-p", v, "ssh", "h"]},
    "redis AUTH": lambda v: {"args": ["AUTH", v]},
    "redis AUTH user": lambda v: {"args": ["AUTH", "default", v]},
    "redis HELLO": lambda v: {"args": ["HELLO", "3", "AUTH", "default", v]},
    "redis CONFIG": lambda v: {"argv": ["--x", "CONFIG", "SET", "requirepass", v]},
    "raw headers": lambda v: {"rawHeaders": ["Host", "h", "X-Api-Key", v]},
    "flat headers": lambda v: {"headers": ["Host", "h", "X-Api-Key", v]},
    "pairs": lambda v: {"h": [["Cookie", v], ["Host", "h"]]},
    "table": lambda v: {"cols": ["user", "password"], "rows": [["bob", v], ["eve", None]]},
    "table of columns": lambda v: {"columns": [{"name": "id"}, {"name": "api_key"}], "rows": [[1, v]]},
    "subprotocol": lambda v: {"headers": {"sec-websocket-protocol": f"access_token, {v}"}},
    "subprotocol alone": lambda v: {"headers": {"Sec-WebSocket-Protocol": f"chat.v1, bearer.{v}"}},
    "kubernetes": lambda v: {"kind": "Secret", "data": {"db": v}},
    "kubernetes text": lambda v: {"kind": "Secret", "stringData": {"db": v}},
    "docker": lambda v: {"auths": {"r.io": {"auth": b64(f"bob:{v}")}}},
    "JWK": lambda v: {"jwk": {"kty": "EC", "crv": "P-256", "d": v, "x": "a"}},
    "JWK oct": lambda v: {"keys": [{"kty": "oct", "k": v}]},
    "JWS": lambda v: {"protected": "e30", "payload": v, "signature": "x"},
    "GraphQL": lambda v: {"query": "mutation L($p:String!){login(password:$p){id}}", "variables": {"p": v}},
    "GraphQL input": lambda v: {
        "query": "mutation L($a:String!,$p:String!){x(in:{a:$a, token : $p}){id}}",
        "variables": {"a": "b", "p": v},
    },
    "node-postgres": lambda v: {"query": {"text": "UPDATE u SET password = $1", "values": [v]}},
    "JSON-RPC": lambda v: {"jsonrpc": "2.0", "method": "auth.login", "params": ["bob", v]},
    "form part": lambda v: {"parts": [{"headers": {"content-disposition": 'form-data; name="password"'}, "body": v}]},
    "form part flat": lambda v: {"Content-Disposition": "form-data; name=token", "data": v},
    "bytes": lambda v: {"body": list(json.dumps({"password": v}).encode())},
    "Buffer": lambda v: {"body": {"type": "Buffer", "data": list(f"password={v}".encode())}},
    "codes of characters": lambda v: {"password": list(v.encode())},
    "list": lambda v: {"password": [v[:12], v[12:]]},
    "list perhaps": lambda v: {"code": ["a", v]},
    "link": lambda v: {"magicLink": f"https://a.example/m/{v}?x=1"},
    "sessions": lambda v: {"sessions": {v: {"user": {"n": 1}}}},
    "tokens": lambda v: {"tokens": {v: 1}},
    "users": lambda v: {"users": {v: {"n": 1}}},
    "userIds": lambda v: {"userIds": ["u1", v]},
    "participants": lambda v: {"participants": [{"id": v, "role": "x"}]},
    "display name": lambda v: {"user": {"displayName": v}},
    "aws name": lambda v: {"aws": "eu", "thing": {"aws_keyed": v + v[:16]}},
}
"""Forms by name: what they make of a secret."""

LIMITS: dict[str, tuple[Callable[[str], Any], str]] = {
    "unknown name": (lambda v: {"blob": v}, "nothing says that it is a secret; ids look the same"),
    "entity": (lambda v: {"entityType": "token", "entityId": v}, "the id of an entity is what events correlate by"),
    "perhaps, spoken": (lambda v: {"code": "correcthorse"}, "a word is no secret by its looks"),
    "perhaps, UUID": (lambda v: {"state": "6d2c9a3e-11c4-4ff5-8d0f-0c8a4be3b8c1"}, "a UUID is an id that must correlate"),
    "perhaps, below": (lambda v: {"state": {"view": v}}, "a state or session may be a big object, full of ids"),
    "list of words": (lambda v: {"argv": ["tool", "-x", v]}, "an unknown option"),
    "cut in two": (lambda v: {"a1": v[:12], "a2": v[12:]}, "two fields are two values"),
    "leet": (lambda v: {"pa55w0rd": v}, "digits for letters are too many ways"),
    "number list": (lambda v: {"n": [ord(char) * 1.0 for char in v]}, "fractions are no bytes"),
}


def cases(seed: int = 7) -> Iterator[Case]:
    """Yield all cases, the same for the same seed."""
    rng = random.Random(seed)
    for name in (*SURE, *PERHAPS, *PEOPLE):
        value = secret(rng)
        yield Case(f"name {name}", {name: value, "plain": name}, value)
    for name, make in BESIDE.items():
        value = secret(rng)
        yield Case(name, make(value), value)
    for name, (make, why) in LIMITS.items():
        value = secret(rng)
        yield Case(name, make(value), value, why)
