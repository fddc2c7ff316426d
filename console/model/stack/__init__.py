"""Stack texts of Python and JavaScript as frames, whoever wrote them down."""

from console.model.stack.frame import MAX_FRAMES, Frame, Stack
from console.model.stack.javascript import parse_common, parse_javascript
from console.model.stack.module import frame_module, is_in_app
from console.model.stack.python import is_python, parse_common_traceback, parse_python

__all__ = ["MAX_FRAMES", "Frame", "Stack", "frame_module", "is_in_app", "parse_stack"]

_HALF = 64 * 1024
"""Of a longer text the beginning and the end are read: there stand the exceptions, in the middle only more frames."""
_HALF_LINES = 2_000


def parse_stack(text: str) -> Stack | None:
    """Return what a stack text says; None when it holds no frame. Never raises, and takes linear, bounded time."""
    if len(text) > 2 * _HALF:
        text = f"{text[:_HALF]}\n{text[-_HALF:]}"
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    traceback = is_python(text)
    if common := parse_common_traceback(text) if traceback else parse_common(text):
        return common
    lines = text.split("\n")
    if len(lines) > 2 * _HALF_LINES:
        lines = lines[:_HALF_LINES] + lines[-_HALF_LINES:]
    return (parse_python(lines) if traceback else None) or parse_javascript(lines)
