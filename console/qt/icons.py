"""Our own line icons, tinted by the theme."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from console.qt.resources import resource_file
from console.qt.theme import current_theme

_SIZES_PX = (18, 36)


def icon(name: str, color: str = "") -> QIcon:
    """Return the icon `resources/icons/<name>.svg` in a colour (`#rrggbb`; default: the theme's text).

    Raises FileNotFoundError. Icons are pictures of the present theme: ask again after `theme_changed`.
    """
    theme = current_theme()
    return _drawn(name, color or theme.text, theme.border)


def area_icon(name: str, color: str = "") -> QIcon:
    """Return the icon of an area, a plain one for an area that brings none."""
    try:
        return icon(name, color)
    except FileNotFoundError:
        return icon("area", color)


@lru_cache(maxsize=256)
def _drawn(name: str, color: str, disabled: str) -> QIcon:
    drawn = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, color), (QIcon.Mode.Disabled, disabled)):
        for size in _SIZES_PX:
            drawn.addPixmap(_picture(name, tint, size), mode)
    return drawn


def _picture(name: str, color: str, size_px: int) -> QPixmap:
    text = resource_file(f"icons/{name}.svg").read_text("utf-8").replace("currentColor", color)
    picture = QPixmap(size_px, size_px)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(text.encode())).render(painter)
    painter.end()
    return picture
