"""A payload as it is shown before its secrets are asked for: in decoded form, and in the text as it came."""

import json
import re
from typing import Any, NamedTuple

from console.model.secrets import MASK, mask_text, mask_value

DOTS = "••••••"
"""Stands for what this window hides; `[masked]` is what a reporter hid, and nobody can show."""
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],]|[^\s{}\[\],:"]+', re.DOTALL)


class Masked(NamedTuple):
    """A payload and its text without secrets; the text itself when it has none."""

    payload: Any
    text: str


def mask_payload(payload: Any, text: str) -> Masked:
    """Return the decoded payload and its JSON text with dots in place of each secret; all else is as it came."""
    hidden = _dotted(payload, mask_value("", payload))
    if hidden == payload:
        return Masked(payload, text)
    return Masked(hidden, _mask_json(text, payload, hidden))


def mask_words(text: str) -> str:
    """Return a text that is no JSON (a message, a payload that could not be decoded) without its secrets."""
    hidden = mask_text(text)
    return text if hidden == text else hidden.replace(MASK, DOTS)


def _dotted(value: Any, masked: Any) -> Any:
    """Return `masked` with dots for what was masked here; its depth is bounded by `mask_value`."""
    if masked is value:
        return value
    if isinstance(value, dict) and isinstance(masked, dict):
        return {key: _dotted(value[key], item) for key, item in masked.items()}
    if isinstance(value, list) and isinstance(masked, list):
        return [_dotted(one, other) for one, other in zip(value, masked, strict=True)]
    if isinstance(value, dict | list):
        return DOTS if masked == MASK else masked
    return value if type(value) is type(masked) and value == masked else str(masked).replace(MASK, DOTS)


class _Level:
    """An open object or array of the text, beside the values that it decoded to."""

    __slots__ = ("hidden", "index", "key", "value")

    def __init__(self, value: Any, hidden: Any) -> None:
        self.value, self.hidden = value, hidden
        self.key: str | None = None
        self.index = 0

    def child(self) -> tuple[Any, Any]:
        if isinstance(self.value, dict):
            return self.value.get(self.key), self.hidden.get(self.key)
        at = self.index
        return (self.value[at], self.hidden[at]) if at < len(self.value) else (None, None)


def _mask_json(text: str, payload: Any, hidden: Any) -> str:
    """Walk the text along its two values and replace the tokens whose values differ. Takes linear time, no recursion."""
    parts: list[str] = []
    copied = 0
    skipping = 0
    levels: list[_Level] = []
    for found in _TOKENS.finditer(text):
        token = found[0]
        level = levels[-1] if levels else None
        if token in ("}", "]"):
            if skipping:
                skipping -= 1
                copied = found.end() if not skipping else copied
            elif levels:
                levels.pop()
        elif token == ",":
            if level is not None and not skipping:
                level.key, level.index = None, level.index + 1
        elif skipping:
            skipping += token in ("{", "[")
        elif level is not None and isinstance(level.value, dict) and level.key is None:
            level.key = _plain(token)
        else:
            value, shown = level.child() if level is not None else (payload, hidden)
            if token in ("{", "["):
                if isinstance(shown, dict | list) and type(shown) is type(value):
                    levels.append(_Level(value, shown))
                else:
                    parts += [text[copied : found.start()], _quoted(shown)]
                    skipping = 1
            else:
                new = _new_token(token, value, shown)
                if new is not None:
                    parts += [text[copied : found.start()], new]
                    copied = found.end()
    return "".join(parts) + text[copied:]


def _new_token(token: str, value: Any, shown: Any) -> str | None:
    """Return what replaces a scalar, None when it may be seen."""
    if value is not shown and value != shown:
        return _quoted(shown)
    if token[0] != '"':
        return None
    plain = _plain(token)  # the first of two equal keys: what was decoded is the second
    masked = mask_words(plain)
    return None if masked == plain or plain == value else _quoted(masked)


def _quoted(value: Any) -> str:
    return json.dumps(value if isinstance(value, str) else DOTS, ensure_ascii=False)


def _plain(token: str) -> str:
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        return token
