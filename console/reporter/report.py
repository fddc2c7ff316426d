"""Builds the platform's `EnhancedErrorReport` from an exception or a message."""

from __future__ import annotations

import os
import sys
from types import FrameType
from typing import Any

from console.reporter.stack import MAX_FRAMES, format_chain

_SECTIONS = ("request", "response", "sync", "database", "contract", "user", "debug", "source")
_MARK = "_vivim_reported_by"
_MAX_STACK = 64 * 1024
_OWN_PACKAGE = __name__.rpartition(".")[0]


def describe_environment(service: str, version: str | None, environment: str) -> dict[str, Any]:
    """Return what does not change in a process: service, version, environment, host, python, platform, pid."""
    import platform  # only a process that has errors to report pays for it

    python = platform.python_version()
    host, system = platform.node(), f"{sys.platform}-{platform.machine()}"
    about = {"service": service, "version": version, "environment": environment, "host": host, "python": python}
    return {**about, "platform": system, "pid": os.getpid()}


def build_report(
    error: BaseException | None,
    message: str,
    *,
    service: str,
    frame: FrameType | None,
    context: dict[str, Any],
    category: str | None,
) -> dict[str, Any]:
    """Return the report's `message`, `category` (found out when None), `source` and every section that is known.

    Sections among `context` (request, response, sync, database, contract, user, debug, source) go to their places,
    all else under `context`.
    """
    from console.reporter.database import describe_database  # loaded with the first error

    report: dict[str, Any] = {"message": message}
    report["source"] = _source(error, service, frame) | (context.pop("source", None) or {})
    database = describe_database(error) if error is not None else None
    if category is None:
        from console.reporter.classification import category_of

        category = category_of(error, database)
    report["category"] = category
    if database:
        report["database"] = database | (context.pop("database", None) or {})
    for name in _SECTIONS:
        if name in context:
            report[name] = context.pop(name)
    if context:
        report["context"] = context
    return report


def _source(error: BaseException | None, service: str, frame: FrameType | None) -> dict[str, Any]:
    source: dict[str, Any] = {"service": service}
    line: int | None = frame.f_lineno if frame else None
    if error is not None:
        source |= {"exceptionType": qualified_name(error), "stack": format_stack(error)}
        step = error.__traceback__
        while step is not None:
            frame, line = step.tb_frame, step.tb_lineno
            step = step.tb_next
    if frame is not None:
        code = frame.f_code
        module = frame.f_globals.get("__name__", "")
        source |= {"module": module, "function": code.co_qualname, "file": code.co_filename, "line": line}
    return source


def qualified_name(error: BaseException) -> str:
    """Return the exception type as a traceback writes it: `ValueError`, `package.module.Name`."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"


def format_stack(error: BaseException) -> str:
    """Return the whole traceback with causes; the middle is left out when it is longer than 64 KiB."""
    try:
        text = format_chain(error) or _format_rare(error)
    except Exception as failure:  # noqa: BLE001 - an exception's own __str__ or __repr__ may fail in any way
        return f"{qualified_name(error)}: <its traceback cannot be shown: {type(failure).__name__}>"
    half = _MAX_STACK // 2
    return text if len(text) <= _MAX_STACK else f"{text[:half]}\n… {len(text) - 2 * half} characters …\n{text[-half:]}"


def _format_rare(error: BaseException) -> str:
    import traceback  # only a process that has such errors to report pays for it

    return "".join(traceback.TracebackException.from_exception(error, limit=-MAX_FRAMES, compact=True).format())


def message_of(error: BaseException) -> str:
    """Return the exception's text, or its type when it says nothing or cannot say it.

    Python's own exceptions get their type in front: the whole text of a KeyError may be `'popular'`.
    """
    try:
        text = str(error)
        if not text:
            return qualified_name(error)
        return f"{type(error).__name__}: {text}" if type(error).__module__ == "builtins" else text
    except Exception:  # noqa: BLE001 - the exception's own __str__ may fail in any way
        return qualified_name(error)


def calling_frame() -> FrameType | None:
    """Return the first frame outside of this package."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and str(frame.f_globals.get("__name__", "")).startswith(_OWN_PACKAGE + "."):
        frame = frame.f_back
    return frame


def mark_reported(error: BaseException, reporter: object) -> None:
    """Remember on the exception that this reporter told of it, so that hooks further out do not tell it again."""
    try:
        setattr(error, _MARK, id(reporter))
    except (AttributeError, TypeError):
        return  # an exception with slots: reported twice is better than not at all


def was_reported(error: BaseException | None, reporter: object) -> bool:
    """Say whether this reporter has told of this very exception."""
    return error is not None and getattr(error, _MARK, None) == id(reporter)
