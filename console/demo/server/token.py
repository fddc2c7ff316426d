"""Signed access tokens that expire."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from typing import Any

from console.demo.clock import Clock, now_ms


class TokenInvalid(Exception):
    """The token is not one of ours: its form or its signature is wrong."""


class TokenExpired(Exception):
    """The token was ours and is too old; `user_id` and `late_ms` tell whose and by how much."""

    def __init__(self, user_id: str, late_ms: int) -> None:
        super().__init__(f"the access token of {user_id} expired {late_ms} ms ago")
        self.user_id = user_id
        self.late_ms = late_ms


class TokenIssuer:
    """Issues and verifies `payload.signature` tokens under a key that lives as long as the process."""

    def __init__(self, clock: Clock = now_ms) -> None:
        self._key = secrets.token_bytes(32)
        self._clock = clock

    def issue(self, user_id: str, ttl_ms: int) -> str:
        """A token for `user_id` that holds for `ttl_ms`."""
        payload = json.dumps({"sub": user_id, "exp": self._clock() + ttl_ms}).encode()
        return f"{_encode(payload)}.{_encode(self._sign(payload))}"

    def verify(self, token: str, *, grace_ms: int = 0) -> str:
        """The token's user. Raises `TokenInvalid`, or `TokenExpired` once it is older than `grace_ms` allows."""
        try:
            payload, signature = (_decode(part) for part in token.split("."))
        except (ValueError, binascii.Error) as error:
            raise TokenInvalid("the access token is no payload.signature pair") from error
        if not hmac.compare_digest(signature, self._sign(payload)):
            raise TokenInvalid("the signature of the access token does not fit its payload")
        claims: dict[str, Any] = json.loads(payload)
        late_ms = self._clock() - int(claims["exp"])
        if late_ms > grace_ms:
            raise TokenExpired(str(claims["sub"]), late_ms)
        return str(claims["sub"])

    def _sign(self, payload: bytes) -> bytes:
        return hmac.new(self._key, payload, hashlib.sha256).digest()


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
