"""Correlation ids: one id for all that one request causes, across services.

The id travels in `x-correlation-id` and, where it is a trace id, in W3C Trace Context's `traceparent`
(https://www.w3.org/TR/trace-context/#traceparent-header). Inside a process it lives in a contextvar.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

HEADER = "x-correlation-id"
TRACE_HEADER = "traceparent"
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(?:-.*)?")
_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")
_ACCEPTABLE = re.compile(r"[\x21-\x7e]{1,128}")  # an id is echoed in a header: no spaces, no control characters


class _Correlation(NamedTuple):
    id: str
    trace_id: str | None = None
    flags: str = "01"


_current: ContextVar[_Correlation | None] = ContextVar("reporter_correlation", default=None)


def correlation_id() -> str | None:
    """Return the id of what runs now, or None."""
    current = _current.get()
    return current.id if current else None


def new_correlation_id() -> str:
    """Return a fresh id: 32 hexadecimal digits, so it is a valid trace id as well."""
    return os.urandom(16).hex()


@contextmanager
def correlation(identifier: str) -> Iterator[str]:
    """Run the block under this correlation id; the one before comes back at its end."""
    before = _current.get()
    same = before is not None and before.id == identifier  # then its trace id and flags go on
    restore = _current.set(before if same else _Correlation(identifier))
    try:
        yield identifier
    finally:
        _current.reset(restore)


def extract(headers: Mapping[str, str] | Iterable[tuple[Any, Any]]) -> str | None:
    """Take the correlation id of an incoming message into this context, and return it.

    `headers` is a mapping or ASGI's list of pairs (text or bytes). `x-correlation-id` comes first, else the trace id
    of `traceparent`; with neither, or with malformed ones, the context has no id afterwards.
    """
    found = _find(headers)
    _current.set(found)
    return found.id if found else None


def _find(headers: Mapping[str, str] | Iterable[tuple[Any, Any]]) -> _Correlation | None:
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    named = {_text(name).lower(): _text(value).strip() for name, value in pairs}
    identifier = named.get(HEADER, "")
    trace = _TRACEPARENT.fullmatch(named.get(TRACE_HEADER, ""))
    if _ACCEPTABLE.fullmatch(identifier):
        return _Correlation(identifier, trace[1], trace[2]) if trace else _Correlation(identifier)
    return _Correlation(trace[1], trace[1], trace[2]) if trace else None


def inject(headers: MutableMapping[str, str]) -> MutableMapping[str, str]:
    """Put the current id, if any, into the headers of an outgoing message, and return them; those there stay."""
    current = _current.get()
    if current is None:
        return headers
    present = {name.lower() for name in headers}
    if HEADER not in present and _ACCEPTABLE.fullmatch(current.id):
        headers[HEADER] = current.id
    trace_id = current.trace_id or (current.id if _TRACE_ID.fullmatch(current.id) else None)
    if TRACE_HEADER not in present and trace_id:
        headers[TRACE_HEADER] = f"00-{trace_id}-{os.urandom(8).hex()}-{current.flags}"
    return headers


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
