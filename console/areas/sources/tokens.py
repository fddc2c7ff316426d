"""Tokens of sources: in the system's keyring, else in the environment or in a file of the owner alone.

A token never stands in settings, logs, reprs or error texts. All functions may wait for the keyring: call them
off the main thread. Keyring and file keep it by profile and name, so that a source of the same name elsewhere
never gets it.
"""

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import keyring
from keyring.errors import KeyringError
from platformdirs import user_config_path

SERVICE = "vivim-console"
_FILE_NAME = "tokens.json"


class TokenError(Exception):
    """A token could not be kept or read; the text says where and what to do, never the token."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token and, in words, where it came from."""

    value: str = field(repr=False)
    place: str


def variable_of(name: str) -> str:
    """Return the environment variable that may hold a source's token."""
    return "VIVIM_TOKEN_" + re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")


def load_token(
    profile: str, name: str, *, folder: Path | None = None, environment: Mapping[str, str] = os.environ
) -> Token | None:
    """Return a source's token: from the environment when set there, else the keyring, else the file.

    Raises TokenError when the file is there and cannot be read.
    """
    variable = variable_of(name)
    if environment.get(variable):
        return Token(environment[variable], f"environment variable {variable}")
    with contextlib.suppress(KeyringError):  # no keyring on this machine: the file is the next place
        value = keyring.get_password(SERVICE, _account(profile, name))
        if value:
            return Token(value, "the system's keyring")
    path = _path(folder)
    value = _read(path).get(_account(profile, name))
    return Token(value, f"the file {path}") if value else None


def save_token(profile: str, name: str, value: str, *, folder: Path | None = None) -> str:
    """Keep a token and return in words where: the system's keyring, or without one a file only its owner reads.

    Raises TokenError when neither takes it.
    """
    try:
        keyring.set_password(SERVICE, _account(profile, name), value)
    except KeyringError:
        path = _path(folder)
        _write(path, _read(path) | {_account(profile, name): value})
        return f"the file {path} (this machine has no keyring)"
    return "the system's keyring"


def forget_token(profile: str, name: str, *, folder: Path | None = None) -> None:
    """Delete a source's token wherever this module kept it. Raises TokenError when the file cannot be changed."""
    with contextlib.suppress(KeyringError):  # no keyring, or nothing of that name in it
        keyring.delete_password(SERVICE, _account(profile, name))
    path = _path(folder)
    kept = _read(path)
    if kept.pop(_account(profile, name), None) is not None:
        _write(path, kept)


def _account(profile: str, name: str) -> str:
    return f"{profile}/{name}"


def _path(folder: Path | None) -> Path:
    return (folder or user_config_path(SERVICE)) / _FILE_NAME


def _read(path: Path) -> dict[str, str]:
    try:
        kept = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise TokenError(f"{path} cannot be read ({type(error).__name__}); repair or delete it") from None
    return {k: v for k, v in kept.items() if isinstance(v, str)} if isinstance(kept, dict) else {}


def _write(path: Path, kept: dict[str, str]) -> None:
    """Replace the file at once; a new file of `mkstemp` is readable by its owner only from its first byte on."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(kept, file)
        Path(temporary).replace(path)
    except OSError as error:
        advice = "give the token in an environment variable VIVIM_TOKEN_<NAME> instead"
        raise TokenError(f"{path} cannot be written: {error.strerror}; {advice}") from None
