"""Events' texts as lines: as they came, one a line; what could not stand so stands as a JSON string."""

import msgspec


def line_of(text: str) -> bytes:
    """Return a text as one line, without the line break."""
    if not text or "\n" in text or text[0] == '"':
        return msgspec.json.encode(text)
    return text.encode()


def text_of(line: bytes) -> str:
    """Return the text that a line stands for. Raises ValueError (a broken JSON string, or no UTF-8)."""
    if not line.startswith(b'"'):
        return line.decode()
    return msgspec.json.decode(line, type=str)
