"""Text from outside, made safe to look at: nothing hides, nothing runs backwards."""

import re

# Everything that draws nothing, reorders its neighbours or breaks the line: C0 and C1 controls, soft hyphen,
# bidi marks, embeddings and isolates, zero-width characters, line and paragraph separators, surrogates, tags.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_NAMED = {"\n": "↵", "\r": "␍", "\t": "⇥", "\x7f": "␡"}


def visible(text: str, *, lines: bool = False) -> str:
    """Return `text` with control, bidi and zero-width characters shown as signs or as ⟨U+202E⟩.

    With `lines`, line feeds and tabs stay what they are (for views of several lines).
    """
    if not _HIDDEN.search(text):
        return text
    return _HIDDEN.sub(_sign_in_lines if lines else _sign, text)


def clip(text: str, limit: int) -> str:
    """Return at most `limit` characters, the last an ellipsis when something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _sign(found: re.Match[str]) -> str:
    character = found[0]
    named = _NAMED.get(character)
    if named:
        return named
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else f"⟨U+{code:04X}⟩"


def _sign_in_lines(found: re.Match[str]) -> str:
    return found[0] if found[0] in "\n\t" else _sign(found)
