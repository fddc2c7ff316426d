"""The redaction profile that a command uses: the one that ships with the console, and a person's own rules on top."""

from pathlib import Path

from console.areas.incidents.core.redaction.profile import Profile, ProfileError, read_profile
from console.areas.incidents.core.redaction.shipped import default_profile

MOST_BYTES = 1 << 20


class BadProfile(Exception):
    """A profile that cannot be used; the text names file and line."""


def load_profile(path: Path | None) -> Profile:
    """Return the rules that are always used, with those of a file added. Raises BadProfile."""
    if path is None:
        return default_profile()
    try:
        if path.stat().st_size > MOST_BYTES:
            raise BadProfile(f"{path}: is larger than {MOST_BYTES // 2**20} MiB")
        return read_profile(path.read_text(encoding="utf-8-sig"), default_profile())
    except UnicodeDecodeError as error:
        raise BadProfile(f"{path}: is no UTF-8 text (byte {error.start:,})") from error
    except OSError as error:
        raise BadProfile(f"{path}: {error.strerror or error}") from error
    except ProfileError as error:
        raise BadProfile(f"{path}: {error}") from error
