"""What the window hides until it is asked to show it: secret fields, and secrets inside other text.

The reporter masks before anything leaves a service and has rules of its own; it stands alone, so this small list
repeats the chief ones. It only hides from a glance: the store and the raw text keep what arrived.
"""

import json
import re
from typing import Any

from console.model.name_letters import latin_letters

MASK = "[masked]"
MAX_DEPTH = 64
"""Below it a whole subtree is masked: nobody reads it, and a secret may stand in it."""

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_NOUNS = (
    *("authorization", "authorisation", "cookie", "cookies", "token", "tokens", "password", "passwords", "passwd", "pwd"),
    *("passphrase", "passcode", "passcodes", "secret", "secrets", "credential", "credentials", "creds", "bearer"),
    *("apikey", "apikeys", "accesskey", "secretkey", "privatekey", "privkey", "signingkey", "encryptionkey", "hmackey"),
    *("enckey", "aeskey", "rsakey", "sshkey", "tlskey", "sslkey", "sharedkey", "masterkey", "accountkey", "storagekey"),
    *("sessionkey", "subscriptionkey", "licensekey", "licencekey", "deploykey", "keymaterial", "kubeconfig", "dockercfg"),
    *("dockerconfigjson", "idrsa", "sessionid", "sessid", "mnemonic", "mnemonicphrase", "seedphrase", "recoveryphrase"),
    *("otpcode", "totpcode", "mfacode", "pincode", "pairingcode", "verificationcode", "recoverycode", "recoverycodes"),
    *("backupcode", "backupcodes", "securitycode", "securityanswer", "codeverifier", "oauthverifier", "jwtassertion"),
    *("clientassertion", "sharedaccesssignature", "oauthsignature"),
    *("dbpass", "userpass", "sqlpass", "rootpass", "adminpass", "smtppass", "mailpass", "ftppass", "redispass", "ldappass"),
    *("proxypass", "requirepass", "masterauth", "keypass", "storepass", "pgpass", "loginpass"),
    *("passwort", "kennwort", "contrasena", "motdepasse", "senha", "parola", "heslo", "haslo", "wachtwoord", "losenord"),
    *("adgangskode", "passord", "salasana", "jelszo", "sifre", "katasandi", "matkhau"),
)
_ELSEWHERE = (
    *("пароль", "секрет", "密码", "密碼", "口令", "密钥", "暗証番号", "パスワード", "秘密", "비밀번호", "암호"),
    *("κωδικός", "סיסמה", "كلمة المرور", "كلمة السر", "पासवर्ड", "รหัสผ่าน"),
)
"""Passwords and secrets in other scripts, wherever they stand in a name."""
_SHORT = frozenset(("sid", "jwt", "otp", "totp"))
_FORMS = frozenset((
    *("value", "values", "header", "headers", "hash", "new", "old", "current", "previous", "raw", "text", "string", "str"),
    *("binary", "base", "hint", "plain", "plaintext", "encoded", "encrypted", "confirm", "confirmation", "repeat", "v", "b"),
))  # fmt: skip
_COUNTS = frozenset(("max", "min", "total", "prompt", "completion", "input", "output", "used", "remaining", "count", "num"))
_LONGEST_NAME = 128
_STEP = re.compile(r'\["((?:\\.|[^"\\])*)"\]|([^.\[\]"]+)')

_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?")
# A word behind "basic" or "bearer" may be prose: a token has a digit in it, or is long.
_SCHEME = re.compile(r"(?<!\w)(bearer|basic)(\s+)((?=[a-z_.~+/=-]*\d|\w{20})[\w.~+/=-]{6,})", re.IGNORECASE)
_USERINFO = re.compile(r"(?<=://)[^\s/?#\"'<>@]{1,500}@")
_NAME = re.compile(r"(?<![\w.%-])([\w.%-]{1,128}+)(?:\s?=\s?|\"\s?:\s?)")
_VALUE = re.compile(r"\"(?:\\.|[^\"\\])*\"?|'[^']*'?|[^\s&\"'<>,;]+", re.DOTALL)
_HEADER_LINE = re.compile(r"(?<![\w-])((?:set-)?cookie|(?:proxy-)?authorization)(:[ \t]*)([^\r\n\"']+)", re.IGNORECASE)
_NOTHING = frozenset(("", "null", "none", "true", "false", "undefined"))


def is_secret_key(name: str) -> bool:
    """Tell whether a field, header, cookie or parameter of this name holds a secret: `X-Api-Key`, `session_id`."""
    name = latin_letters(name[-_LONGEST_NAME:])
    if not name.isascii() and any(word in name.lower() for word in _ELSEWHERE):
        return True
    words = [word.lower() for word in _WORDS.findall(name)]
    while len(words) > 1 and (words[-1] in _FORMS or words[-1].isdigit()):
        words.pop()
    if not words or (words[-1] == "tokens" and not _COUNTS.isdisjoint(words)):
        return False
    return words[-1] in _SHORT or "".join(words).endswith(_NOUNS)


def mask_value(path: str, value: Any) -> Any:
    """Return the value at `path` (see `console.model.json_path`) with its secrets replaced by `[masked]`.

    Everything under a secret name is one, so each cookie is. Null, truth values and empty text stay: that a token was
    missing is often the very fault. The value itself when nothing was masked is equal, maybe a copy.
    """
    return _mask(value, any(is_secret_key(name) for name in _names(path)), 0)


def _names(path: str) -> list[str]:
    return [json.loads(f'"{quoted}"') if quoted else plain for quoted, plain in _STEP.findall(path)]


def _mask(value: Any, secret: bool, depth: int) -> Any:
    if isinstance(value, dict | list) and depth >= MAX_DEPTH:
        return MASK
    if isinstance(value, dict):
        named = value.get("name", value.get("key"))  # {"name": "Cookie", "value": "…"}, as HAR files write headers
        secret_value = isinstance(named, str) and "value" in value and is_secret_key(named)
        return {
            key: _mask(item, secret or is_secret_key(key) or (secret_value and key == "value"), depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list):
        pair = len(value) == 2 and isinstance(value[0], str) and is_secret_key(value[0])  # ["Cookie", "…"]
        return [_mask(item, secret or (pair and index == 1), depth + 1) for index, item in enumerate(value)]
    if value is None or isinstance(value, bool) or value == "":
        return value
    if secret:
        return MASK
    return mask_text(value) if isinstance(value, str) else value


def mask_text(text: str) -> str:
    """Return a text without tokens, `Bearer …`, passwords in addresses, and values behind secret names."""
    if "eyJ" in text:
        text = _JWT.sub(MASK, text)
    if "://" in text:
        text = _USERINFO.sub(f"{MASK}@", text)
    text = _SCHEME.sub(lambda found: f"{found[1]}{found[2]}{MASK}", text)
    if ":" in text:
        text = _HEADER_LINE.sub(lambda found: f"{found[1]}{found[2]}{MASK}", text)
    return _mask_named(text) if "=" in text or '":' in text else text


def _mask_named(text: str) -> str:
    """Mask the value in `token=abc` and `"token": "abc"`."""
    parts: list[str] = []
    done = 0
    for found in _NAME.finditer(text):
        if found.start() < done or not is_secret_key(found[1]):
            continue
        value = _VALUE.match(text, found.end())
        if value is None or MASK in value[0] or value[0].strip("\"'").lower() in _NOTHING:
            continue
        quote = value[0][0] if value[0][0] in "\"'" else ""
        parts += [text[done : found.end()], quote, MASK, quote]
        done = value.end()
    return "".join(parts) + text[done:] if parts else text
