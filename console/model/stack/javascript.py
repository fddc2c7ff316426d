"""JavaScript stacks: V8 (Node, Chrome), JavaScriptCore (Safari, Bun), SpiderMonkey (Firefox), React's component stacks."""

import re
from collections.abc import Sequence
from functools import lru_cache

from console.model.stack.frame import MAX_FRAMES, Frame, Stack
from console.model.stack.module import is_in_app

_POSITION = re.compile(r":(\d{1,9})(?::(\d{1,9}))?$")
_HEADER = re.compile(
    r"(?:Uncaught )?(?:\(in promise\) )?"
    r"(?P<type>[A-Za-z_$][\w$.]{0,200})(?P<code> \[[A-Z][A-Z0-9_]{1,80}\])?(?:: (?P<message>.*))?$",
    re.DOTALL,
)
_EVALUATED = re.compile(r"\(([^()\s]{1,2000}:\d{1,9}:\d{1,9})\)")
_FIREFOX_EVAL = re.compile(r" line (\d{1,9}) > (?:eval|Function).*$")
_CAUSE = re.compile(r"\s*(?:\[cause\]: |Caused by: |\[errors\]: \[ ?|caused by: )")
_MEMBER = re.compile(r"[A-Za-z_$][\w$.]{0,100}(?: \[\w+\])?: ")
_REACT_OLD = re.compile(r"in ([\w$.]{1,200})(?: \((?:at|created by) ([^()]{1,500})\))?$")
_LOCATED = (
    "http://",
    "https://",
    "file://",
    "webpack",
    "/",
    "app:",
    "capacitor:",
    "blob:",
    "chrome-",
    "moz-",
    "safari-",
    "node:",
)
_MAX_LINE = 3000
_MAX_REMEMBERED, _REMEMBERED = 4_096, 2_048
"""Characters of one block of frames, and how many blocks: about 15 MB when all are as long as most are."""
_MAX_MESSAGE = 20_000
_MAX_CAUSES = 20


def parse_common(text: str) -> Stack | None:
    """Return what a stack says whose frames are one block in V8's form; None for any other, for `parse_javascript` to read.

    One place in the code fails again and again with the same frames: they are remembered, the words above them are not.
    """
    start = text.find("\n    at ") + 1
    if not start or start > _MAX_LINE or len(text) - start > _MAX_REMEMBERED:
        return None
    words = text[: start - 1].split("\n")
    if any(_CAUSE.match(line) or _frame(line) for line in words):
        return None
    frames = _remembered_frames(text[start:])
    return _stack(words, frames) if frames else None


@lru_cache(_REMEMBERED)
def _remembered_frames(text: str) -> tuple[Frame, ...]:
    """Return the frames of a block of lines, none when one of them is no frame."""
    frames = [_frame(line) if len(line) <= _MAX_LINE else None for line in text.rstrip().split("\n")]
    return tuple(frame for frame in frames if frame is not None) if len(frames) <= MAX_FRAMES and all(frames) else ()


def parse_javascript(lines: list[str]) -> Stack | None:
    """Return the error with its causes; None when no line is a frame."""
    blocks: list[tuple[list[str], list[Frame]]] = [([], [])]
    in_members = False
    for line in lines:
        words, frames = blocks[-1]
        frame = _frame(line) if len(line) <= _MAX_LINE else None
        if frame is not None:
            if len(frames) < MAX_FRAMES:
                frames.append(frame)
        elif cause := _CAUSE.match(line):
            in_members = "[errors]" in cause[0]
            blocks.append(([line[cause.end() :]], []))
        elif not frames:
            words.append(line)
        elif in_members and line.startswith(" ") and _MEMBER.match(line.lstrip()):
            blocks.append(([line.lstrip()], []))
    stacks = [_stack(words, frames) for words, frames in blocks[: _MAX_CAUSES + 1] if frames or any(map(str.strip, words))]
    if not any(stack.frames for stack in stacks):
        return None
    first, *causes = stacks
    return Stack(first.exception_type, first.message, first.frames, first.language, tuple(causes))


def _stack(words: list[str], frames: Sequence[Frame]) -> Stack:
    text = "\n".join(words)[:_MAX_MESSAGE].strip()
    found = _HEADER.match(text)
    if found is None or not _is_type(found["type"]):
        return Stack("", text, tuple(frames), "javascript")
    code, message = (found["code"] or "").strip(), found["message"] or ""
    return Stack(found["type"], f"{code} {message}".strip(), tuple(frames), "javascript")


def _is_type(word: str) -> bool:
    return word[:1].isupper() or word.endswith(("Error", "Exception", "Warning")) or "." in word


def _frame(line: str) -> Frame | None:
    text = line.strip()
    if text.startswith("at "):
        frame = _v8_frame(text)
        return frame if frame is not None and (frame.file or line[0].isspace()) else None
    if "@" in text:
        return _firefox_frame(text)
    if text.startswith(("http://", "https://")) and " " not in text and _POSITION.search(text):
        return _located("", text, text)
    if line[:1] == " " and text.startswith("in ") and (found := _REACT_OLD.match(text)):
        return _located(found[1], found[2] or "", text)
    return None


def _v8_frame(text: str) -> Frame | None:
    rest = text[3:].rstrip(" {,")
    if rest.endswith(")") and " (" in rest:
        function, _, place = rest[:-1].partition(" (")
    elif _POSITION.search(rest) or rest in ("native", "<anonymous>") or rest.startswith(("async file:", "async /")):
        function, place = "", rest.removeprefix("async ")
    elif " " in rest.removeprefix("async ").removeprefix("new "):
        return None  # a line of prose that begins with "at"
    else:
        function, place = rest, ""
    if place.startswith("eval at"):
        inner = _EVALUATED.search(place)
        place = inner[1] if inner else place.rpartition(", ")[2]
    return _located(function.removeprefix("async "), place, text)


def _firefox_frame(text: str) -> Frame | None:
    function, _, place = text.rpartition("@") if "@[native code]" in text else _at_location(text)
    if place != "[native code]" and not (place.startswith(_LOCATED) and _POSITION.search(place)):
        return None
    place = _FIREFOX_EVAL.sub(r":\1", place)
    return _located(function.rpartition("*")[2], place, text)


def _at_location(text: str) -> tuple[str, str, str]:
    """Cut at the first @ that a location follows: both names and paths (`node_modules/@scope`) may hold more."""
    for position in (place.start() for place in re.finditer("@", text[:600])):
        if text.startswith(_LOCATED, position + 1):
            return text[:position], "@", text[position + 1 :]
    return "", "", ""


def _located(function: str, place: str, text: str) -> Frame:
    found = _POSITION.search(place)
    if found is None:
        return Frame(function, place, None, None, False, "", text)
    file = place[: found.start()]
    column = int(found[2]) if found[2] else None
    return Frame(function, file, int(found[1]), column, is_in_app(file), "", text)
