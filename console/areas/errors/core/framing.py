"""The part of a stack that stays the same when one fault happens again: in-app calls by module and function."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from console.model.stack import Frame, Stack, frame_module

MAX_CALLS = 2
"""Calls that count at most: where it failed and, for what a shared helper raises on behalf of others, who asked it.

What lies further out differs by the way in, not by what failed.
"""
_MAX_CAUSES = 4
_REMEMBERED_NAMES = 4_096
_ANONYMOUS = frozenset(
    (
        *("", "?", "anonymous", "eval", "<anonymous>", "Object.<anonymous>", "global code", "module code", "eval code"),
        *("<lambda>", "<genexpr>", "<listcomp>", "<dictcomp>", "<setcomp>"),
    )
)
_MINIFIED = re.compile(r"[A-Za-z_$][\w$]?")
_ERROR_CLASS = re.compile(r"(?:new )?\w*(?:Error|Exception)|__init__|invariant|assert\w*")
"""Frames of an error's making: SpiderMonkey lists the constructor, V8 does not."""
_PLUMBING = re.compile(
    r"next|run|dispatch|handle|handler|wrapper|wrapped|inner|invoke|call|apply|__call__|call_next|middleware|decorator|main|start"
    r"|with(?:[A-Z]|_)\w*"
)
_PLUMBING_MODULE = re.compile(r"(?:^|/)(?:middlewares?|router|routing|dispatcher|decorators?|app|server|main|index)$")
"""Who passes a call on knows nothing of its fault, and there are more or fewer of them by configuration."""
OWN_FAULT = frozenset(
    (
        *("TypeError", "ReferenceError", "RangeError", "SyntaxError", "URIError", "InternalError"),
        *("KeyError", "IndexError", "LookupError", "AttributeError", "NameError", "UnboundLocalError", "ZeroDivisionError"),
        *("RecursionError", "UnicodeDecodeError", "UnicodeEncodeError", "AssertionError", "OverflowError", "StopIteration"),
    )
)
"""What a language raises by itself: the fault is in the very function, whoever called it."""


class CallPath(NamedTuple):
    """`value` is compared; `statement` is the line of code that failed, where it is known."""

    frames: tuple[Frame, ...]
    value: str
    original: str
    replaced: tuple[tuple[str, str], ...]
    statement: str
    thrown_here: bool = False
    """A JavaScript error whose innermost frame is the application's own: most likely it has a `throw`."""

    @property
    def culprit(self) -> str:
        """The innermost call in words, "" where there is none."""
        module, _, name = self.value.partition("\n")[0].rpartition(":")
        return f"{name} in {module}" if self.frames else ""


_NOTHING = CallPath((), "", "", (), "")


def call_path(stack: Stack | None, kind: str = "") -> CallPath:
    """Return the in-app calls that identify where an error came from; without frames when none has a lasting name.

    `kind` is the exception type for engines that leave it out of the stack.
    An error that was raised nowhere, as JavaScript's AggregateError is, comes from where its first member was.
    """
    if stack is None:
        return _NOTHING
    frames, calls = _calls(stack, kind)
    if not frames:
        return next((path for path in map(call_path, stack.causes) if path.frames), _NOTHING)
    return CallPath(
        tuple(frames),
        "\n".join(calls),
        "\n".join([frame.text for frame in frames]),
        tuple([("position", f"{frame.file}:{frame.line}") for frame in frames]),
        frames[0].source,
        stack.language == "javascript" and stack.frames[0].in_app,
    )


def _calls(stack: Stack, kind: str) -> tuple[list[Frame], list[str]]:
    """The innermost named call and the one that asked for it, unless that says nothing more; as frames and in words.

    It does not where the language itself raised, nor for a plain `Error` of JavaScript: there the message tells the callers
    of a helper apart.
    """
    raised = stack.exception_type or kind
    one = raised in OWN_FAULT or (stack.language == "javascript" and raised == "Error")
    found: list[Frame] = []
    calls: list[str] = []
    for frame in stack.frames:
        name = lasting_name(frame.function) if frame.in_app else ""
        if not name or (not found and _ERROR_CLASS.fullmatch(name)):
            continue
        module = frame_module(frame.file)
        call = f"{module}:{name}"
        if found:
            if _PLUMBING.fullmatch(name) or _PLUMBING_MODULE.search(module) or _calls_blindly(frame, found[-1]):
                break
            if call == calls[-1]:
                continue
        found.append(frame)
        calls.append(call)
        if one or len(found) == MAX_CALLS:
            break
    return found, calls


def _calls_blindly(caller: Frame, callee: Frame) -> bool:
    """Tell whether the caller's line does not name what it called: decorators and dispatchers do not."""
    return bool(caller.source) and lasting_name(callee.function) not in caller.source


@lru_cache(_REMEMBERED_NAMES)
def lasting_name(function: str) -> str:
    """Return a function's own name, the same in each engine; empty for anonymous and minified ones.

    V8 writes `async Feed.load [as reload]` where Firefox writes `load` and `load/<` for a function inside of it.
    """
    name = function.partition(" [as ")[0].partition(" (")[0].removeprefix("async ")
    created = name.startswith("new ")
    name = name.removeprefix("new ").rstrip("/<")
    if name in _ANONYMOUS or function.endswith("<"):
        return ""
    name = name.replace("<locals>.", "").rpartition("/")[2].rpartition(".")[2].lstrip("#")
    if name in _ANONYMOUS or name == "<anonymous>" or _MINIFIED.fullmatch(name):
        return ""
    return f"new {name}" if created else name


def chain(stack: Stack | None) -> CallPath:
    """Return the causes, outermost first: type and innermost in-app call of each, a repeated one once."""
    if stack is None or not stack.causes:
        return _NOTHING
    words = list(dict.fromkeys(_words(stack.causes)))[:_MAX_CAUSES]
    original = "\n".join(f"{cause.exception_type}: {cause.message[:200]}" for cause in stack.causes[:_MAX_CAUSES])
    return CallPath((), "\n".join(words), original, (), "")


def _words(causes: Iterable[Stack]) -> Iterable[str]:
    for cause in causes:
        inner = call_path(cause).value.partition("\n")[0]
        yield f"{cause.exception_type.rpartition('.')[2]} {inner}".strip()
