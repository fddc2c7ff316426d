"""What a source is, what is wrong with an address, how to show one, and the profiles that sources are kept in."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from console.model.address import is_loopback, names_secret

SCHEMES = ("ws", "wss", "sse+http", "sse+https")
DEFAULT_PROFILE = "local"
_SECURE = ("wss", "sse+https")

STATE_WORDS = {
    "connecting": ("◐", "Connecting"),
    "replaying": ("◑", "Catching up"),
    "live": ("●", "Live"),
    "waiting": ("◌", "Reconnecting"),
    "stopped": ("■", "Stopped"),
    "refused": ("✖", "Refused"),
    "finished": ("✓", "Finished"),
    "disabled": ("○", "Disabled"),
    "detached": ("·", "Not attached"),
}
"""Glyph and word of each state of a source."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of a profile. The token is never part of it: `has_token` only says that one is kept elsewhere."""

    name: str
    url: str
    enabled: bool = True
    has_token: bool = False


@dataclass(frozen=True, slots=True)
class Profiles:
    """Named lists of sources, one of them active."""

    active: str
    sources: dict[str, tuple[Source, ...]]

    def current(self) -> tuple[Source, ...]:
        return self.sources.get(self.active, ())

    def with_source(self, source: Source, replaced: str | None = None) -> "Profiles":
        """Return profiles with this source in the active one, in the place of the source called `replaced`."""
        name = replaced or source.name
        found = [source if known.name == name else known for known in self.current()]
        return self.with_current((*found,) if source in found else (*found, source))

    def without(self, name: str) -> "Profiles":
        return self.with_current(tuple(source for source in self.current() if source.name != name))

    def with_current(self, sources: tuple[Source, ...]) -> "Profiles":
        return Profiles(self.active, self.sources | {self.active: sources})

    def to_setting(self) -> dict[str, Any]:
        """Return JSON types for the settings."""
        kept = {name: [asdict(source) for source in sources] for name, sources in self.sources.items()}
        return {"active": self.active, "sources": kept}


def read_profiles(setting: object) -> Profiles:
    """Return the profiles of a setting; what is no usable source there is left out."""
    stored = setting if isinstance(setting, Mapping) else {}
    kept = stored.get("sources")
    sources = {
        str(name): tuple(_source(item) for item in items if _is_source(item))
        for name, items in (kept.items() if isinstance(kept, Mapping) else ())
        if isinstance(items, list)
    }
    active = stored.get("active")
    name = active if isinstance(active, str) and active in sources else next(iter(sources), DEFAULT_PROFILE)
    return Profiles(name, {name: ()} | sources)


def _is_source(item: object) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("name"), str) and isinstance(item.get("url"), str)


def _source(item: Mapping[str, Any]) -> Source:
    return Source(item["name"], item["url"], item.get("enabled") is not False, item.get("has_token") is True)


def validate_source(name: str, url: str, has_token: bool, others: tuple[str, ...] = ()) -> list[str]:
    """Return what is wrong with a source, in words; nothing when it can be attached. `others` are names in use."""
    problems = []
    if not name:
        problems.append("Give the source a name, such as server.")
    elif len(name) > 100 or not name.isprintable() or name != name.strip():
        problems.append("The name must be short and printable, without spaces at its ends.")
    elif name in others:
        problems.append(f"Another source of this profile is called {name}.")
    if not url.strip():
        problems.append("Give an address: ws://, wss://, sse+http://, sse+https:// or the path of a JSONL file.")
    elif "://" in url and not url.lower().startswith("file://"):
        problems.extend(_network_problems(url, has_token))
    elif has_token:
        problems.append("A file needs no token.")
    return problems


def _network_problems(url: str, has_token: bool) -> list[str]:
    scheme = url.split("://", 1)[0].lower()
    if scheme not in SCHEMES:
        hint = f" Did you mean sse+{scheme}://?" if scheme in ("http", "https") else ""
        return [f"{scheme}:// is no kind of source; give ws://, wss://, sse+http:// or sse+https://.{hint}"]
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return [f"The address cannot be read: {error}."]
    problems = []
    if not host or any(char.isspace() for char in url):
        problems.append("The address names no host, as in ws://127.0.0.1:9000/stream.")
    if parts.username or parts.password:
        problems.append("A user or password stands in the address; give the token in its own field.")
    secret = next((key for key, _ in parse_qsl(parts.query) if names_secret(key)), None)
    if secret:
        problems.append(f"The address carries “{secret}”; a token never stands in a URL, give it in its own field.")
    if has_token and host and scheme not in _SECURE and not is_loopback(host):
        problems.append(f"A token is not sent unencrypted to {host}: use {_secure_scheme(scheme)}:// or no token.")
    return problems


def state_text(state: str) -> str:
    """Return glyph and word of a state; an unknown one is shown as it is."""
    glyph, word = STATE_WORDS.get(state, ("?", state))
    return f"{glyph} {word}"


def _secure_scheme(scheme: str) -> str:
    return "wss" if scheme == "ws" else "sse+https"
