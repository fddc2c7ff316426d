"""Tell what a file is, HAR, lines of events or one JSON document, and read it piece by piece."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO, Literal

from console.areas.incidents.core.found import MAX_TEXT, FileRefused, Found
from console.areas.incidents.core.har import is_har, read_har
from console.areas.incidents.core.jsonl import Line, read_jsonl
from console.areas.incidents.core.posts import is_post, read_document
from console.model.decoding import decode

FileKind = Literal["har", "jsonl", "posts"]

MAX_DOCUMENT = 256 * 1024 * 1024
"""Of a file that has to be read as a whole. Files of lines may be of any length."""
KEPT_OF_TOO_LONG = 65_536
"""Bytes of a line that is too long."""
_HEAD = 65_536


def read_file(file: BinaryIO, total: int) -> tuple[FileKind, Iterable[Found]]:
    """Tell what a file is, and return what it holds, to be read once. Raises FileRefused, then or while it is read."""
    head = file.read(_HEAD)
    file.seek(0)
    if is_har(head.decode("utf-8", "replace")) and (total > len(head) or b'"entries"' in head):
        return "har", read_har(_document(file, total))
    lines = _lines(file)
    first = next((line for line in lines if line.start.strip(b"\xef\xbb\xbf \t\r\n")), None)
    if first is None:
        raise FileRefused("the file is empty")
    text = first.start.decode("utf-8", "replace")
    if first.size == len(first.start) and decode(text).problem and total <= MAX_DOCUMENT:
        file.seek(0)
        whole, lines = file.read(), _again(file)
        problem = decode(whole.decode("utf-8", "replace")).problem
        if not problem or text.strip() in ("{", "["):  # one document over several lines, whole or broken
            document = _text(whole)
            return _kind_of_document(document), read_document(document)
        return "jsonl", read_jsonl(lines)
    return ("posts" if is_post(text) else "jsonl"), read_jsonl(chain([first], lines))


def _kind_of_document(text: str) -> FileKind:
    value = decode(text).value
    first = value[0] if isinstance(value, list) and value else value
    body = first.get("body", first) if isinstance(first, dict) else None
    return "posts" if isinstance(body, dict) and isinstance(body.get("reports"), list) else "jsonl"


def _document(file: BinaryIO, total: int) -> str:
    if total > MAX_DOCUMENT:
        raise FileRefused(f"{total:,} bytes, longer than {MAX_DOCUMENT:,}")
    return _text(file.read())


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FileRefused(f"line {line:,}: not UTF-8 at byte {error.start + 1:,}") from error


def _again(file: BinaryIO) -> Iterator[Line]:
    file.seek(0)
    yield from _lines(file)


def _lines(file: BinaryIO) -> Iterator[Line]:
    """Yield lines, cutting one that is too long (its rest is skipped, its size is said)."""
    number = 0
    while start := file.readline(MAX_TEXT + 1):
        number += 1
        size = len(start)
        if size > MAX_TEXT and not start.endswith(b"\n"):
            start = start[:KEPT_OF_TOO_LONG]
            while rest := file.readline(1 << 20):
                size += len(rest)
                if rest.endswith(b"\n"):
                    break
        yield Line(number, start, size)
