"""An exception's traceback as text, in the form that Python prints, for a tenth of what its `traceback` module costs.

That module parses each line of code for the place of its carets; here they are left out. Rare kinds (SyntaxError,
exception groups) are left to it.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterator
from itertools import groupby
from types import FrameType, TracebackType

MAX_FRAMES = 200
"""The innermost so many; what lies above is counted."""
MAX_CHAIN = 20
_REPEATS = 3
_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"


def format_chain(error: BaseException) -> str | None:
    """Return the whole traceback with its causes, outermost last; None for what the `traceback` module must print.

    Raises whatever the exception's own `__str__` raises.
    """
    parts: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen and len(seen) < MAX_CHAIN:
        if isinstance(one, SyntaxError | BaseExceptionGroup):
            return None
        seen.add(id(one))
        parts.append(_format_one(one))
        if one.__cause__ is not None:
            one, words = one.__cause__, _CAUSE
        elif one.__context__ is not None and not one.__suppress_context__:
            one, words = one.__context__, _CONTEXT
        else:
            break
        if id(one) not in seen:
            parts.append(words)
    return "".join(reversed(parts))


def _format_one(error: BaseException) -> str:
    kind, text = type(error), str(error)
    name = kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    lines = ["Traceback (most recent call last):\n", *_frames(error.__traceback__)] if error.__traceback__ else []
    lines.append(f"{name}: {text}\n" if text else f"{name}\n")
    notes = getattr(error, "__notes__", None)
    if isinstance(notes, list):
        lines += [f"{note}\n" for note in notes if isinstance(note, str)]
    return "".join(lines)


def _frames(step: TracebackType | None) -> Iterator[str]:
    places: list[tuple[FrameType, int]] = []
    while step is not None:
        places.append((step.tb_frame, step.tb_lineno))
        step = step.tb_next
    if len(places) > MAX_FRAMES:
        yield f"  … {len(places) - MAX_FRAMES} frames further out …\n"
    for (code, line), run in groupby(places[-MAX_FRAMES:], key=lambda place: (place[0].f_code, place[1])):
        frames = [frame for frame, _ in run]
        text = f'  File "{code.co_filename}", line {line}, in {code.co_name}\n'
        if source := linecache.getline(code.co_filename, line, frames[0].f_globals).strip():
            text += f"    {source}\n"
        yield text * min(len(frames), _REPEATS)
        if len(frames) > _REPEATS:
            more = len(frames) - _REPEATS
            yield f"  [Previous line repeated {more} more time{'s' if more > 1 else ''}]\n"
