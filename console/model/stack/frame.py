"""What a stack text holds: frames, and the exceptions that they led to."""

from dataclasses import dataclass

MAX_FRAMES = 400
"""More frames of one exception are left out: those furthest from where it was raised."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One call. `source` is the code line that a Python traceback prints, `text` the frame as it stood in the text."""

    function: str
    file: str
    line: int | None
    column: int | None
    in_app: bool
    source: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Stack:
    """One exception with its frames, the one that raised first; `causes` are what led to it, the innermost last.

    The members of an exception group or AggregateError count as its causes. `language` is python, javascript or unknown.
    """

    exception_type: str
    message: str
    frames: tuple[Frame, ...]
    language: str
    causes: tuple["Stack", ...] = ()
