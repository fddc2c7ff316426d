"""Attaches and detaches sources of a profile; the tokens are fetched off the main thread."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from console.areas.sources.core import Profiles, Source, read_profiles
from console.areas.sources.tokens import Token, load_token
from console.qt.shell import Shell

SETTING = "profiles"


def profiles_of(shell: Shell) -> Profiles:
    """Return the remembered profiles."""
    return read_profiles(shell.setting(SETTING))


def attach_profile(shell: Shell, owner: QObject) -> None:
    """Attach all enabled sources of the active profile: at the start of the window, and after a switch."""
    profiles = profiles_of(shell)
    attach(shell, owner, profiles.active, profiles.current())


def attach(shell: Shell, owner: QObject, profile: str, sources: Iterable[Source]) -> None:
    """Attach those of these sources that are enabled."""
    for source in sources:
        if source.enabled:
            _attach(shell, owner, profile, source)


def detach(shell: Shell, names: Iterable[str]) -> None:
    """Detach sources; one that is not attached is no fault."""
    for name in names:
        shell.write({"cmd": "detach", "name": name})


def _attach(shell: Shell, owner: QObject, profile: str, source: Source) -> None:
    def send(token: Token | None) -> None:
        command: dict[str, Any] = {"cmd": "attach", "name": source.name, "url": source.url}
        if token is not None:
            command["token"] = token.value
        elif source.has_token:
            shell.notify(f"{source.name}: its token is not on this machine; edit the source and give it again", error=True)
        shell.write(command, partial(_answered, shell, source.name))

    if source.has_token:
        failed = partial(_failed, shell, source.name)
        shell.read(owner, f"token {source.name}", lambda _: load_token(profile, source.name), send, failed)
    else:
        send(None)


def _answered(shell: Shell, name: str, answer: dict[str, Any]) -> None:
    if not answer.get("ok"):
        shell.notify(f"{name} could not be attached: {answer.get('error') or 'no reason given'}", error=True)


def _failed(shell: Shell, name: str, error: Exception) -> None:
    shell.notify(f"{name}: {error}", error=True)
