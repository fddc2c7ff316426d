"""Which field names hold secrets.

The rule: split the name into words (at case changes, digits and separators), drop words at the end that only say in
which form the value stands ("value", "header", "hash", "new", a number), join the rest. The name is secret when that
ends with one of the secret nouns. So `accessToken`, `X-API-Key`, `client_secret`, `password2` and `token_hash` are
secret, while `tokenCount`, `passwordless`, `secretary`, `cookieConsent` and `token_type` are not. A plural "tokens"
with a counting word before it (`max_tokens`) is a number of tokens.
"""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_SECRET_NOUNS = (
    *("authorization", "authorisation", "cookie", "cookies", "token", "tokens", "password", "passwords", "passwd"),
    *("pwd", "passphrase", "passphrases", "secret", "secrets", "credential", "credentials"),
    *("apikey", "apikeys", "secretkey", "accesskey", "privatekey", "signingkey", "encryptionkey", "sharedkey"),
)
_FORM_WORDS = frozenset(
    (
        *("value", "values", "header", "headers", "hash", "digest", "salt", "raw", "plain", "plaintext"),
        *("text", "string", "str", "base64", "b64", "hex", "encoded", "encrypted", "confirm", "confirmation"),
        *("repeat", "new", "old", "current", "previous"),
    )
)
_COUNT_WORDS = frozenset(
    (
        *("max", "min", "maximum", "minimum", "total", "prompt", "completion", "input", "output", "num"),
        *("number", "used", "remaining", "cached", "reasoning", "count", "limit", "n", "generated"),
        *("consumed", "context"),
    )
)
MASK = "[masked]"
_LONGEST_NAME = 128


@lru_cache(maxsize=4096)
def _is_secret_name(name: str) -> bool:
    words = [word.lower() for word in _WORDS.findall(name)]
    if name in {"PWD", "OLDPWD"}:  # a shell's working directory
        return False
    while len(words) > 1 and (words[-1] in _FORM_WORDS or words[-1].isdigit()):
        words.pop()
    joined = "".join(words)
    if joined.endswith("tokens") and (
        any(word in _COUNT_WORDS for word in words) or joined.removesuffix("tokens") in _COUNT_WORDS
    ):
        return False
    return joined.endswith(_SECRET_NOUNS)


def is_secret_key(name: str) -> bool:
    """Say whether a field, header or parameter of this name holds a secret. Only the last 128 characters count."""
    return _is_secret_name(name[-_LONGEST_NAME:])


def holds_secret(name: str, value: object) -> bool:
    """Say whether this value under this name must be masked.

    Nothing, a truth value and an empty text are no secrets (that a token was missing is often the very fault), and a
    number under a plural "tokens" is a count.
    """
    if value is None or value is True or value is False or value == "" or not is_secret_key(name):
        return False
    return not (isinstance(value, int | float) and name.lower().endswith("tokens"))
