"""Addresses of sources: what kinds there are, what is wrong with one, and how to show one without its secrets."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from console.model.address import is_loopback, names_secret

_SCHEMES = {"ws": "websocket", "wss": "websocket", "sse+http": "sse", "sse+https": "sse"}


class AddressError(ValueError):
    """The address cannot be used; the text says why, never showing a secret of it."""


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """A source to attach: `transport` is websocket, sse or file. The token never shows in a repr."""

    name: str
    url: str
    transport: str
    token: str | None = field(default=None, repr=False)


def parse_source(name: str, url: str, token: str | None = None) -> SourceSpec:
    """Check a source's address. Raises AddressError."""
    if not name or len(name) > 100 or not name.isprintable():
        raise AddressError(f"source name {name[:100]!r}: give a short printable name, as in server=ws://127.0.0.1:9000")
    scheme = url.split("://", 1)[0].lower() if "://" in url else ""
    if scheme in _SCHEMES and not (url.isascii() and url.isprintable()):
        raise AddressError(f"{name}: the address holds characters that no address may have; percent-encode them")
    if scheme and scheme not in _SCHEMES and scheme != "file":
        known = "ws://, wss://, sse+http://, sse+https:// or a JSONL file's path"
        raise AddressError(f"{name}: {scheme}:// is no kind of source; give {known}")
    if scheme in _SCHEMES:
        _check_network(name, url, token)
        return SourceSpec(name, url, _SCHEMES[scheme], token)
    path = file_path(url)
    if not path.is_file():
        raise AddressError(f"{name}: {path} is not a file; give a JSONL file or a ws:// or sse+http:// address")
    return SourceSpec(name, url, "file", None)


def _check_network(name: str, url: str, token: str | None) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(f"{name}: {error}") from None
    if not host:
        raise AddressError(f"{name}: the address names no host, as in ws://127.0.0.1:9000/stream")
    if parts.username or parts.password:
        raise AddressError(f"{name}: a user or password stands in the address; give the token on its own instead")
    secret = [key for key, _ in parse_qsl(parts.query) if names_secret(key)]
    if secret:
        raise AddressError(f"{name}: the address carries {secret[0]!r}; a token never stands in a URL, give it on its own")
    if token and not is_secure(url) and not is_loopback(host):
        raise AddressError(f"{name}: the token is not sent unencrypted to {host}; use wss:// or sse+https://")


def is_secure(url: str) -> bool:
    return url.lower().startswith(("wss://", "sse+https://"))


def file_path(url: str) -> Path:
    """Return the path of a file source, `file://` and `?speed=` taken off."""
    return Path(url.removeprefix("file://").split("?speed=", 1)[0]).expanduser()


def file_speed(url: str) -> float | None:
    """Return the replay speed: 1 is the original one, None as fast as possible. Raises AddressError."""
    _, _, text = url.partition("?speed=")
    if text in ("", "max"):
        return None
    try:
        speed = 1.0 if text == "original" else float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed < 1e6:
        raise AddressError(f"speed {text[:20]!r}: give a factor such as 1 or 10, `original` or `max`")
    return speed
