"""Lines of text for a terminal or a pipe."""

import sys
from datetime import datetime


def out(line: str) -> None:
    """Print a line with its control characters made visible."""
    sys.stdout.write(visible(line) + "\n")


def put(text: str) -> None:
    """Print text of several lines as it is: what this console has written, such as JSON."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def visible(text: str) -> str:
    """Make control characters of what came from outside visible."""
    return "".join(character if character.isprintable() else f"\\x{ord(character):02x}" for character in text)


def many(n: int, word: str) -> str:
    """Return "1 group", "1,204 groups"."""
    return f"{n:,} {word}{'' if n == 1 else 's'}"


def local_time(ms: int) -> str:
    """Return a Unix time in milliseconds in the local zone; one that no calendar has stays a number."""
    try:
        return datetime.fromtimestamp(ms / 1000).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (ValueError, OverflowError, OSError):
        return f"{ms} ms"
