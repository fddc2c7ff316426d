"""`redact --check`: what the redaction of bundles would mask in a file, by line, without ever printing it."""

import codecs
import json
import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple

from console.areas.incidents.core.redaction import Profile, Redactor
from console.areas.incidents.core.redaction.cuts import Cut
from console.areas.incidents.core.redaction.shipped import default_text
from console.commands.incidents_profile import BadProfile, load_profile
from console.commands.opening import FAULT, STORE, USAGE, say
from console.commands.printing import many, out, put

STDIN = Path("-")
MOST_BYTES = 64 * 1024 * 1024
"""The largest text that is looked at as a whole, and the longest line of one that is not."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_KEY = bytes(32)
"""Of the pseudonyms, which are for the eye only here: each bundle has a key of its own."""
_SHORT = 64 * 1024
"""Masking a text costs more than finding what to mask, the more the longer it is."""
_NEWLINE = re.compile("\n")
_ARCHIVE = b"PK\x03\x04"


class Unreadable(Exception):
    """A file that cannot be looked at."""


class Place(NamedTuple):
    """A place that would be masked: `line` and `column` from 1, `length` in characters; never the text itself."""

    file: str
    line: int
    column: int
    length: int
    rule: str
    path: str
    replacement: str


def run_show_profile() -> int:
    """Print the rules that are always used; returns the exit code."""
    put(default_text())
    return 0


def run_check(files: Sequence[Path], profile: Path | None, as_json: bool) -> int:
    """Print what would be masked in files; returns the exit code, `FAULT` when there is anything."""
    try:
        rules = load_profile(profile)
    except BadProfile as error:
        say(f"redact: {error}")
        return USAGE
    code = 0
    found: Counter[str] = Counter()
    for file in files:
        try:
            for place in _places(file, rules):
                found[place.rule] += 1
                out(json.dumps(place._asdict(), ensure_ascii=False) if as_json else _line(place))
        except (Unreadable, OSError) as error:
            say(f"redact: {file}: {error.strerror or error if isinstance(error, OSError) else error}")
            code = STORE
    if not as_json:
        told = ", ".join(f"{rule} {n:,}" for rule, n in found.most_common())
        out(f"{many(found.total(), 'place')} would be masked in {many(len(files), 'file')}{f': {told}' if told else ''}")
    sys.stdout.flush()
    return code or (FAULT if found else 0)


def _line(place: Place) -> str:
    where = f"{place.file}:{place.line}:{place.column}"
    return f"{where}  {place.rule}  {place.path or '-'}  {many(place.length, 'character')} → {place.replacement}"


def _places(file: Path, rules: Profile) -> Iterator[Place]:
    name = "(stdin)" if file == STDIN else str(file)
    redactor = Redactor(rules, _KEY)
    for first_line, text in _texts(file):
        if len(text) <= _SHORT and redactor.json_text(text, "") == text:  # a glance tells so of most lines
            continue
        starts = [0, *(found.end() for found in _NEWLINE.finditer(text))]
        for cut in redactor.spans(text):
            yield _place(name, first_line, starts, cut)


def _place(name: str, first_line: int, starts: list[int], cut: Cut) -> Place:
    row = bisect_right(starts, cut.start) - 1
    length = cut.end - cut.start
    return Place(name, first_line + row, cut.start - starts[row] + 1, length, cut.rule, cut.path, cut.replacement)


def _texts(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the texts of a file with the number of the line where each begins."""
    if file == STDIN:
        yield from _read(sys.stdin.buffer)
        return
    with file.open("rb") as stream:
        yield from _read(stream)


def _read(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Yield lines that are JSON one by one, whatever their number; any other text as a whole: keys span its lines."""
    first = stream.readline(MOST_BYTES + 1)
    if first.startswith(_ARCHIVE):
        raise Unreadable("is an archive; for a bundle, see: vivim-console bundle verify")
    if not _is_json(first):
        yield 1, _whole(first + stream.read(MOST_BYTES + 1 - len(first)))
        return
    number, line = 1, first
    while line:
        if len(line) > MOST_BYTES:
            raise Unreadable(f"its line {number:,} is longer than {MOST_BYTES // 2**20} MiB")
        yield number, line.decode("utf-8-sig", "replace").rstrip("\r\n")
        number, line = number + 1, stream.readline(MOST_BYTES + 1)


def _is_json(line: bytes) -> bool:
    """Tell whether a line is one JSON object or list by itself."""
    if line.removeprefix(codecs.BOM_UTF8).lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _whole(raw: bytes) -> str:
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES // 2**20} MiB, and not one JSON object a line")
    encoding = next((name for mark, name in _BOMS if raw.startswith(mark)), "utf-8")
    return raw.decode(encoding, "replace")
