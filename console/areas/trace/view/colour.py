"""The colour of a service: the same at every start, and the same as in the timeline."""

from zlib import crc32

from PySide6.QtGui import QColor

from console.qt.theme import current_theme


def service_color(service: str) -> QColor:
    """Return a colour of the present theme. It never stands alone: the name is beside it."""
    return current_theme().series_color(crc32(service.encode("utf-8", "replace")))
