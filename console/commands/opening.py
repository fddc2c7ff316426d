"""Open a store and sources for a command, turning what is wrong into exit codes and words."""

import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path

from console.areas import area_migrations
from console.ingest.address import AddressError, SourceSpec, parse_source
from console.model.clock import wall_clock
from console.store.database import StoreDamaged, StoreError
from console.store.salvage import check, set_aside

FAULT, USAGE, STORE, NO_SOURCE = 1, 2, 3, 4
PROFILE = "local"
"""Whose tokens the command line takes: the profile that a console starts with."""


def say(text: str) -> None:
    """Print a line for the person, not for the pipe."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def prepare_store(path: Path) -> int:
    """Set a damaged store aside; returns 0, or an exit code when the store cannot be used."""
    try:
        check(path)
    except StoreDamaged as error:
        say(str(error))
        try:
            say(str(set_aside(path, wall_clock(), area_migrations())))
        except (OSError, sqlite3.Error) as fault:
            say(f"{path}: it could not be set aside ({fault}); give another --db, or make room on the disk")
            return STORE
    except StoreError as error:
        say(str(error))
        return STORE
    return 0


def read_sources(texts: Sequence[str]) -> list[SourceSpec]:
    """Read NAME=URL arguments, each with its token. Raises AddressError."""
    specs: list[SourceSpec] = []
    for text in texts:
        name, separator, url = text.partition("=")
        if not separator or not url or "/" in name:
            raise AddressError(f"--source {text[:100]!r}: write NAME=URL, as in server=ws://127.0.0.1:9000")
        if any(spec.name == name for spec in specs):
            raise AddressError(f"--source {name}: the name is given twice")
        spec = parse_source(name, url)
        specs.append(spec if spec.transport == "file" else parse_source(name, url, find_token(name)))
    return specs


def find_token(name: str) -> str | None:
    """Return the token of a source from the environment, else from where the Sources area keeps tokens."""
    from console.areas.sources.tokens import TokenError, load_token  # the keyring is slow to import

    try:
        token = load_token(PROFILE, name)
    except TokenError as error:
        raise AddressError(f"{name}: {error}") from error
    return token.value if token else None
