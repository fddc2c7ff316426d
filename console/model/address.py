"""What every part of the console must agree on about addresses: which stay on this machine, what in them is secret."""

from ipaddress import ip_address
from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

_SECRET_WORDS = ("token", "key", "secret", "password", "passwd", "auth", "sig", "credential")


def names_secret(key: str) -> bool:
    """Tell whether a query parameter of this name holds a secret."""
    return any(word in key.lower() for word in _SECRET_WORDS)


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address stays on this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def shown_url(url: str) -> str:
    """Return an address without user, password, fragment, and the values of secret query parameters."""
    if "://" not in url:
        return url
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return url.split("://", 1)[0] + "://…"
    host = f"[{host}]" if ":" in host else host
    query = "&".join(f"{quote(key)}={'…' if names_secret(key) else quote(value)}" for key, value in pairs)
    return urlunsplit((parts.scheme, f"{host}:{port}" if port else host, parts.path, query, ""))
