"""An event as text for somewhere else: JSON, Markdown, curl, a pytest fixture, tab-separated rows. Pure."""

import json
import math
import pprint
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's name or a method, RFC 9110 section 5.6.2."""
_UNREPEATABLE = frozenset({"content-length", "connection", "transfer-encoding", "accept-encoding", "host"})
"""Headers that curl must work out anew; repeated as they were they break the request."""


def copy_markdown(facts: Sequence[tuple[str, str]], payload: str) -> str:
    """Return a table of `facts` and the payload in a fence that no run of backticks inside it can close."""
    lines = ["| Field | Value |", "| --- | --- |"]
    lines += [f"| {_cell(name)} | {_cell(value)} |" for name, value in facts if value]
    longest = max((len(run) for run in re.findall("`+", payload)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([*lines, "", f"{fence}json", _pretty(payload), fence, ""])


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    return re.sub(r"([\\`*_\[\]<>|#&])", r"\\\1", flat)


def _pretty(payload: str) -> str:
    """Indent JSON for reading; text that would not come back the same stays as it is."""
    try:
        value = json.loads(payload)
        if _has_odd_number(payload):
            return payload
        return json.dumps(value, indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        return payload


def _has_odd_number(payload: str) -> bool:
    """Tell whether a number is written in a way that decoding would change (1.10, 1e400, -0.0)."""
    changed = False

    def watch(text: str) -> float:
        nonlocal changed
        changed = changed or repr(float(text)) != text or not math.isfinite(float(text))
        return float(text)

    json.loads(payload, parse_float=watch)
    return changed


def copy_tsv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows for a spreadsheet: one line each, nothing that a spreadsheet would run as a formula."""
    return "\n".join("\t".join(_tsv_cell(cell) for cell in row) for row in [header, *rows]) + "\n"


def _tsv_cell(text: str) -> str:
    flat = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")
    return f"'{flat}" if flat[:1] in ("=", "+", "@") or re.match(r"-(?!\d)", flat) else flat


class _Constant(float):
    """NaN or an infinity that prints as Python can read it."""

    def __repr__(self) -> str:
        return f'float("{float(self)}")'


def copy_pytest(event_id: int, payload: str) -> str:
    """Return a pytest fixture whose function returns the event as a dict."""
    try:
        value = json.loads(payload, parse_constant=_Constant, parse_float=_exact_float)
        literal = pprint.pformat(value, width=96, sort_dicts=False)
        returned = f"    return (\n        {_indent(literal, ' ' * 8)}\n    )"
        imports = "from typing import Any\n\nimport pytest\n"
    except (ValueError, RecursionError):  # what Python cannot write as a literal is read back from its text
        returned = f"    return json.loads({payload!r})"
        imports = "import json\nfrom typing import Any\n\nimport pytest\n"
    head = f'@pytest.fixture\ndef event_{event_id}() -> dict[str, Any]:\n    """Event {event_id} as it was recorded."""'
    return f"{imports}\n\n{head}\n{returned}\n"


def _exact_float(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _Constant(value)


def _indent(literal: str, margin: str) -> str:
    # pformat never breaks inside a string literal: every newline is between tokens, where leading space is free.
    return literal.replace("\n", "\n" + margin)


def copy_curl(payload: str) -> str | None:
    """Return the recorded request as a curl command, or None when the event has none that curl could repeat."""
    try:
        request = find_request(json.loads(payload))
    except (ValueError, RecursionError):
        return None
    if request is None:
        return None
    headers = _headers(request.get("headers"))
    url = _url(request, headers)
    method = str(request.get("method") or "GET").upper()
    if url is None or not _TOKEN.fullmatch(method):
        return None
    parts = ["curl", "--globoff", "-X", method, "--url", url]
    for name, value in headers:
        if name.lower() not in _UNREPEATABLE:
            parts += ["-H", f"{name}: {value}"]
    body = request.get("body")
    if body not in (None, ""):
        if not isinstance(body, str) and not any(name.lower() == "content-type" for name, _ in headers):
            parts += ["-H", "Content-Type: application/json"]
        parts += ["--data-raw", body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)]
    return _join_shell(parts)


def find_request(event: Any) -> Mapping[str, Any] | None:
    """Return the request of an event in any dialect: {method, url | path | endpoint, query?, headers?, body?}."""
    for place in _places(event):
        request = place.get("request")
        if isinstance(request, Mapping) and any(request.get(key) for key in ("url", "path", "endpoint")):
            return request
    for place in _places(event):
        if isinstance(place.get("endpoint"), str) and place["endpoint"].startswith(("/", "http://", "https://")):
            return place
    return None


def _places(event: Any) -> list[Mapping[str, Any]]:
    places: list[Mapping[str, Any]] = []
    if isinstance(event, Mapping):
        data = event.get("data")
        for outer in (event, data):
            if isinstance(outer, Mapping):
                places.append(outer)
                places += [inner for inner in (outer.get("context"), outer.get("data")) if isinstance(inner, Mapping)]
    return places


def _headers(headers: Any) -> list[tuple[str, str]]:
    pairs: Iterable[Any] = ()
    if isinstance(headers, Mapping):
        pairs = headers.items()
    elif isinstance(headers, list):
        pairs = [pair for pair in headers if isinstance(pair, list) and len(pair) == 2]
    found = []
    for name, value in pairs:
        values = value if isinstance(value, list) else [value]
        # A name outside the grammar could be an option of curl's ("@file" reads a file): it is left out.
        if isinstance(name, str) and _TOKEN.fullmatch(name):
            found += [(name, " ".join(str(one).split())) for one in values]
    return found


def _url(request: Mapping[str, Any], headers: Sequence[tuple[str, str]]) -> str | None:
    target = next((request[key] for key in ("url", "path", "endpoint") if request.get(key)), None)
    if not isinstance(target, str):
        return None
    if target.startswith("/"):
        host = next((value for name, value in headers if name.lower() == "host"), "localhost")
        target = f"http://{host}{target}"
    if not target.lower().startswith(("http://", "https://")):
        return None  # file:, gopher: and their like are no requests to repeat
    query = request.get("query")
    if isinstance(query, Mapping) and query and "?" not in target:
        target = f"{target}?{urlencode({str(key): str(value) for key, value in query.items()})}"
    return target.replace(" ", "%20")


def _join_shell(parts: Sequence[str]) -> str:
    words = [shlex.quote(part.replace("\0", "")) for part in parts]
    lines = [" ".join(words[:6])]
    lines += [" ".join(words[i : i + 2]) for i in range(6, len(words), 2)]
    return " \\\n  ".join(lines)
