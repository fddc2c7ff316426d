"""Raw bytes as the texts that they may be."""

from collections.abc import Iterator

from console.areas.incidents.core.redaction.packed import is_packed, unpacked

_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 12, 13)} | {127: None}
_ENOUGH = 8


def as_text(raw: bytes) -> str | None:
    """Return bytes as a text when they are UTF-8 without control characters, so that a part of it can be replaced."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() or len(text.translate(_CONTROLS)) == len(text) else None


def other_readings(raw: bytes) -> Iterator[str]:
    """Yield what bytes may say otherwise: unpacked, as Latin-1 (so that ASCII inside is seen), as UTF-16 of either order."""
    if is_packed(raw):
        yield unpacked(raw).decode("utf-8", "replace")
    yield "".join(char if char.isprintable() else "\n" for char in raw.decode("latin-1"))
    if raw.count(0) * 4 >= len(raw) >= _ENOUGH:
        for start in (0, 1):
            even = raw[start : start + (len(raw) - start) // 2 * 2]
            yield even.decode("utf-16-le", "replace")
