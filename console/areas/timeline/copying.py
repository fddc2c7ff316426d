"""An event as text for somewhere else: JSON, Markdown, curl, a pytest fixture, tab-separated rows. Pure."""

import json
import math
import pprint
import re
from collections.abc import Iterable, Sequence

from console.model.rendering import as_curl
from console.model.report.parts import request_of


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
        request = request_of(json.loads(payload))
    except (ValueError, RecursionError):
        return None
    return as_curl(request) if request else None
