"""A stack as the lines of a list: exceptions, frames, runs of library frames folded into one line, source lines."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TypeAlias

from console.app.inspector.source_file import Excerpt
from console.model.stack import Frame, Stack

Spot: TypeAlias = tuple[int, int]
"""(which exception, which of its frames); the exception that was caught is 0, its causes follow."""


@dataclass(frozen=True, slots=True)
class Raised:
    """The exception whose frames follow; `is_cause` where it led to the one above."""

    type_name: str
    message: str
    is_cause: bool


@dataclass(frozen=True, slots=True)
class Called:
    """One frame; `quotes` the code line that its traceback printed, unless the file's own lines stand below."""

    spot: Spot
    frame: Frame
    quotes: bool


@dataclass(frozen=True, slots=True)
class Folded:
    """`count` library frames in one line, or the line above them when they are shown."""

    spot: Spot
    count: int
    is_open: bool


@dataclass(frozen=True, slots=True)
class Sourced:
    """What stands in the file around a frame: lines, or words for why there are none."""

    spot: Spot
    excerpt: Excerpt | str


Line: TypeAlias = Raised | Called | Folded | Sourced


def stack_lines(stack: Stack, unfolded: Set[Spot], sources: Mapping[Spot, Excerpt | str]) -> list[Line]:
    """Return the lines to show. The raising frame always shows; further library frames fold from two on."""
    lines: list[Line] = []
    for number, one in enumerate((stack, *stack.causes)):
        if one.exception_type or one.message or number:
            lines.append(Raised(one.exception_type, one.message, number > 0))
        for start, frames, library in _runs(one.frames):
            spot = (number, start)
            folds = library and len(frames) > 1
            if folds:
                lines.append(Folded(spot, len(frames), spot in unfolded))
            if not folds or spot in unfolded:
                for index, frame in enumerate(frames, start):
                    excerpt = sources.get((number, index))
                    lines.append(Called((number, index), frame, bool(frame.source) and not isinstance(excerpt, Excerpt)))
                    if excerpt is not None:
                        lines.append(Sourced((number, index), excerpt))
    return lines


def first_own(stack: Stack) -> tuple[Spot, Frame] | None:
    """Return the frame to look at first: the first of the application's own with a line, of any of the exceptions."""
    for number, one in enumerate((stack, *stack.causes)):
        for index, frame in enumerate(one.frames):
            if frame.in_app and frame.line:
                return (number, index), frame
    return None


def place_words(frame: Frame) -> str:
    """Return `file:line:column` with the parts that are known."""
    parts = [frame.file or "unknown place", *(str(part) for part in (frame.line, frame.column) if part is not None)]
    return ":".join(parts)


def _runs(frames: tuple[Frame, ...]) -> Iterator[tuple[int, list[Frame], bool]]:
    """Yield (index of the first, frames, whether they are a library's); the raising frame is a run of its own."""
    start = 0
    while start < len(frames):
        end = start + 1
        while start and end < len(frames) and frames[end].in_app == frames[start].in_app:
            end += 1
        yield start, list(frames[start:end]), not frames[start].in_app
        start = end
