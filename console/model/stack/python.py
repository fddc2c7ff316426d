"""Python tracebacks: chained, grouped, with carets, of syntax errors, with messages of many lines."""

import re
from functools import lru_cache
from typing import NamedTuple

from console.model.stack.frame import MAX_FRAMES, Frame, Stack
from console.model.stack.module import is_in_app

_FRAME = re.compile(r'File "([^"]{0,2000})", line (\d{1,9})(?:, in (.{0,500}))?')
_EXCEPTION = re.compile(r"([A-Za-z_][\w.<>]{0,300})(?:: ?(.*))?$", re.DOTALL)
_TREE = re.compile(r"( {0,200})(?:\| ?|\+-\+?-*(?: (?:\d+|\.\.\.) -*)?$|\+ (?=Exception Group))")
_CHAINED = ("During handling of the above exception", "The above exception was the direct cause")
_REPEATED = "[Previous line repeated"
HEADER = "Traceback (most recent call last):"
_MAX_MESSAGE = 20_000
_MAX_EXCEPTION = 1_000
_COMMON_START = f'{HEADER}\n  File "'
_UNINDENTED = re.compile(r"(?<=\n)\S")
_MAX_COMMON, _REMEMBERED = 4_096, 1_024
"""Characters of one text, and how many blocks of frames are remembered: some megabytes."""


class _Block(NamedTuple):
    """One traceback: the lines of its frames, then those of its exception; `depth` is its place in a group's tree."""

    depth: int
    frame_lines: list[str]
    exception_lines: list[str]


def is_python(text: str) -> bool:
    """Tell whether a text holds a Python traceback."""
    return HEADER in text or ('File "' in text and _FRAME.search(text) is not None)


def parse_common_traceback(text: str) -> Stack | None:
    """Return what a single, plain traceback says; None for any other, for `parse_python` to read.

    One place in the code fails again and again with the same frames: they are remembered, the words below them are not.
    """
    if not text.startswith(_COMMON_START) or len(text) > _MAX_COMMON:
        return None
    end = _UNINDENTED.search(text, len(_COMMON_START))
    if end is None:
        return None
    frame_lines, words = text[len(HEADER) + 1 : end.start() - 1], text[end.start() :]
    if "\n\n" in frame_lines or any(sign in words for sign in _CHAINED) or 'File "' in words:
        return None
    line = words.partition("\n")[0]
    if "Traceback" in frame_lines or "Traceback" in words or len(line) > _MAX_EXCEPTION or not _EXCEPTION.match(line):
        return None
    frames = _remembered_frames(frame_lines)
    return Stack(*_exception(words[:_MAX_MESSAGE].rstrip()), frames, "python") if frames else None


@lru_cache(_REMEMBERED)
def _remembered_frames(text: str) -> tuple[Frame, ...]:
    return _frames(text.split("\n"))


def parse_python(lines: list[str]) -> Stack | None:
    """Return the exception that was raised last, with those that led to it as causes; None when there is no frame."""
    blocks = [block for block in _cut(lines) if block.frame_lines or block.exception_lines]
    if not any(block.frame_lines for block in blocks):
        return None
    top = min(block.depth for block in blocks)
    last = max(place for place, block in enumerate(blocks) if block.depth == top)
    members = blocks[last + 1 :]
    earlier = blocks[:last][::-1]
    causes = tuple(_stack(block) for block in [*members, *earlier] if block.frame_lines or block.exception_lines)
    return _stack(blocks[last], causes)


def _cut(lines: list[str]) -> list[_Block]:
    """Cut the text at its headers, with the drawn tree of exception groups taken off the lines."""
    blocks: list[_Block] = []
    block = _Block(0, [], [])
    grouped = any("Exception Group Traceback" in line for line in lines)
    for line in lines:
        depth = 0
        if grouped and (tree := _TREE.match(line)):
            depth, line = len(tree[1]) + 1, line[tree.end() :]
        if HEADER in line or line.startswith(_CHAINED):
            block = _Block(depth, [], [])
            blocks.append(block)
        elif _is_frame(line):
            if block.exception_lines or not blocks:
                block = _Block(depth, [], [])
                blocks.append(block)
            block.frame_lines.append(line)
        elif block.exception_lines:
            block.exception_lines.append(line)
        elif block.frame_lines and line[:1].isspace():
            block.frame_lines.append(line)
        elif blocks and line and _EXCEPTION.match(line[:_MAX_EXCEPTION]):
            block.exception_lines.append(line)
    return blocks


def _is_frame(line: str) -> bool:
    return line.startswith('  File "') or line.lstrip().startswith('File "')


def _stack(block: _Block, causes: tuple[Stack, ...] = ()) -> Stack:
    kind, message = _exception("\n".join(block.exception_lines)[:_MAX_MESSAGE].rstrip())
    return Stack(kind, message, _frames(block.frame_lines), "python", causes)


def _exception(text: str) -> tuple[str, str]:
    found = _EXCEPTION.match(text)
    return (found[1], found[2] or "") if found else ("", text)


def _frames(lines: list[str]) -> tuple[Frame, ...]:
    """Build frames from the innermost outwards: it stands last in the text."""
    frames: list[Frame] = []
    below: list[str] = []
    for line in reversed(lines):
        found = _FRAME.search(line[:3000]) if _is_frame(line) else None
        if found is None:
            below.append(line)
            continue
        file, number, function = found.groups()
        source = below[-1].strip() if below and not below[-1].lstrip().startswith(_REPEATED) else ""
        frames.append(
            Frame((function or "").strip(), file, int(number), None, is_in_app(file), source[:500], line.strip()[:2500])
        )
        below = []
        if len(frames) == MAX_FRAMES:
            break
    return tuple(frames)
