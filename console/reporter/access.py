"""Who may connect to a served stream, and where a token may be sent."""

from __future__ import annotations

import hmac
import ipaddress
from base64 import urlsafe_b64decode
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Say whether a host name or address is this machine and nothing else."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def host_of(authority: str) -> str:
    """Return the host of `host:port` or of an origin; "" when there is none."""
    try:
        return urlsplit(authority if "://" in authority else f"//{authority}").hostname or ""
    except ValueError:
        return ""


def refusal(
    *, token: str | None, bound_host: str, authorization: str, subprotocols: list[str], origin: str | None, host: str
) -> tuple[int, str] | None:
    """Return `(close code, reason)` for a request that may not read the stream, else None.

    A page of another origin may not read a developer's stream, nor may a name that was rebound to this machine.
    """
    if origin is not None and not is_loopback(host_of(origin)):
        return 4403, "this origin may not read the stream"
    if is_loopback(bound_host) and not is_loopback(host_of(host)):
        return 4403, "this host name is not the stream's"
    if token is None:
        return None
    expected = token.encode()
    if any(hmac.compare_digest(offer, expected) for offer in _offered_tokens(authorization, subprotocols)):
        return None
    return 4401, "a token is needed; this one is missing or wrong"


def _offered_tokens(authorization: str, subprotocols: list[str]) -> list[bytes]:
    offered: list[bytes] = []
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        offered.append(value.strip().encode("utf-8", "replace"))
    for protocol in subprotocols:
        if protocol.startswith("bearer."):
            encoded = protocol.removeprefix("bearer.")
            try:
                offered.append(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
            except ValueError:
                continue  # not base64: it is no token, and the others still count
    return offered


def check_token_goes_safely(url: str, token: str | None) -> None:
    """Raise ValueError when the address is no WebSocket address, or a token would cross the network in the clear."""
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ValueError(f"dial needs a ws:// or wss:// address, got one of scheme {parts.scheme!r}")
    if parts.username or parts.password:
        raise ValueError("a token never stands in an address; give it as token=…")
    if token and parts.scheme == "ws" and not is_loopback(parts.hostname):
        raise ValueError(f"a token is not sent over ws:// to {parts.hostname}; use wss://")
