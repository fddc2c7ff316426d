"""A recorded request as a call that repeats it: for curl, HTTPie and Python. None for what no HTTP client could repeat."""

import json
import pprint
import re
import shlex
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from console.model.report.exchange import Request

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's name or a method, RFC 9110 section 5.6.2."""
_UNREPEATABLE = frozenset({"content-length", "connection", "transfer-encoding", "accept-encoding", "host"})
"""Headers that a client must work out anew; repeated as they were they break the request."""


class _Call(NamedTuple):
    url: str
    headers: list[tuple[str, str]]
    body: str | None


def as_curl(request: Request) -> str | None:
    """Return a curl command for a POSIX shell."""
    call = _call(request)
    if call is None:
        return None
    parts = ["curl", "--globoff", "-X", request.method, "--url", call.url]
    for name, value in call.headers:
        # "Name:" would take the header away instead of sending it empty.
        parts += ["-H", f"{name}: {value}" if value else f"{name};"]
    if call.body is not None:
        parts += ["--data-raw", call.body]
    return _join_shell(parts, 6, 2)


def as_httpie(request: Request) -> str | None:
    """Return an HTTPie (3 or later) command for a POSIX shell.

    None also for a header with a backslash before `:;=@` or at its end, which HTTPie has no way to write.
    """
    call = _call(request)
    if call is None or any(re.search(r"\\(?:[:;=@]|$)", value) for _, value in call.headers):
        return None
    parts = ["http", "--ignore-stdin", request.method, call.url]
    for name, value in call.headers:
        # Behind the colon "=" would make a JSON field and "@" read a file; "Name:" would take the header away.
        escape = "\\" if value.startswith(("=", "@")) else ""
        parts.append(f"{name}:{escape}{value}" if value else f"{name};")
    if call.body is not None:
        parts.append(f"--raw={call.body}")
    return _join_shell(parts, 4, 1)


def as_python(request: Request) -> str | None:
    """Return a Python program that repeats the request with httpx."""
    call = _call(request)
    if call is None:
        return None
    lines = ["import httpx", "", "response = httpx.request(", f"    {request.method!r},", f"    {call.url!r},"]
    headers = {name: value if value.isascii() else value.encode("utf-8", "replace") for name, value in call.headers}
    literal = None if isinstance(request.body, str) else _literal(request.body)
    if literal is not None and headers.get("Content-Type") == "application/json":
        del headers["Content-Type"]  # `json=` says so itself
    if headers:
        lines.append(f"    headers={_indented(headers)},")
    if literal is not None:
        lines.append(f"    json={literal},")
    elif call.body is not None:
        # httpx encodes text as UTF-8, which a lone surrogate cannot be.
        lines.append(f"    content={call.body.encode('utf-8', 'replace').decode('utf-8')!r},")
    return "\n".join([*lines, ")", "print(response.status_code, response.text)", ""])


def _literal(value: Any) -> str | None:
    """Return a JSON value as a Python literal; None for no value, and for NaN, lone surrogates and great depth."""
    if value is None:
        return None
    try:
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
        return _indented(value)
    except (ValueError, RecursionError):
        return None


def _indented(value: Any) -> str:
    # pformat never breaks inside a string literal: every newline is between tokens, where leading space is free.
    return pprint.pformat(value, width=96, sort_dicts=False).replace("\n", "\n    ")


def _call(request: Request) -> _Call | None:
    """Return what can be repeated, with the type of a JSON body where none is told; None for what is no HTTP request."""
    url = _url(request)
    body = request.body if request.body != "" else None
    text: str | None = body if isinstance(body, str) else None
    if body is not None and text is None:
        try:
            text = json.dumps(body, ensure_ascii=False)
        except (ValueError, RecursionError):
            return None
    # A name outside the grammar could be an option of the client's ("@file" reads a file): it is left out.
    headers = [
        (name, value)
        for name, value in request.headers.items()
        if _TOKEN.fullmatch(name) and name.lower() not in _UNREPEATABLE
    ]
    if text is not None and not isinstance(body, str) and all(name.lower() != "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return _Call(url, headers, text) if url is not None else None


def _url(request: Request) -> str | None:
    """Return the absolute address, or None when this is no HTTP request: another scheme, a method that is none."""
    target = request.url
    if target.startswith("/"):
        host = next((value for name, value in request.headers.items() if name.lower() == "host"), "localhost")
        target = f"http://{host}{target}"
    if not target.lower().startswith(("http://", "https://")) or not _TOKEN.fullmatch(request.method):
        return None  # file:, gopher: and their like are no requests to repeat
    if request.query and "?" not in target:
        query = [
            (key, one) for key, value in request.query.items() for one in (value if isinstance(value, list) else [value])
        ]
        target = f"{target}?{urlencode([(_encodable(key), _encodable(one)) for key, one in query])}"
    return target.replace(" ", "%20")


def _encodable(value: Any) -> bytes:
    if isinstance(value, bool):
        value = "true" if value else "false"
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace")


def _join_shell(parts: Sequence[str], first: int, step: int) -> str:
    """Quote each part for a POSIX shell; the first ones on one line, then `step` a line."""
    words = [shlex.quote(part.replace("\0", "")) for part in parts]
    lines = [" ".join(words[:first])]
    lines += [" ".join(words[i : i + step]) for i in range(first, len(words), step)]
    return " \\\n  ".join(lines)
