"""Private keys as files hold them, where their first line is lost or of another kind than PEM: SSH2, PuTTY."""

import re
from collections.abc import Iterator

from console.areas.incidents.core.redaction.names import Names
from console.areas.incidents.core.redaction.said import Span

_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_BEGIN = re.compile(r"---- ?-?BEGIN [A-Z0-9 ]{0,60}PRIVATE KEY[A-Z0-9 ]{0,20}----")
_FOREIGN = re.compile(r"[^A-Za-z0-9+/=\s\\]")
_PUTTY = re.compile(r"Private-Lines:\s{0,8}\d{1,4}((?:\s|\\[nr])[A-Za-z0-9+/=\s\\]{8,16384})")
_LONGEST = 16_384
_SHORTEST = 8


def find_key_files(text: str, _: Names) -> Iterator[Span]:
    """Yield the bodies of private keys."""
    done = 0
    for found in _END.finditer(text):
        first = max(done, found.start() - _LONGEST)
        done = found.end()
        body = text[first : found.start()]
        foreign = [sign.end() for sign in _FOREIGN.finditer(body)]
        start = first + (foreign[-1] if foreign else 0)
        if found.start() - start >= _SHORTEST:
            yield start, found.end(), "secret"
    done = 0
    for found in _BEGIN.finditer(text):
        if found.start() >= done:
            end = text.find("---- END", found.end(), found.end() + _LONGEST)
            done = end if end >= 0 else min(len(text), found.end() + _LONGEST)
            yield found.start(), done, "secret"
    for found in _PUTTY.finditer(text):
        lines = found[1].rstrip()
        end = lines.rfind("Private")  # the next line's name: Private-MAC
        yield found.start(1), found.start(1) + (end if end > 0 else len(lines)), "secret"
