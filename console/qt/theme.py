"""The theme in use: Fusion with our own palettes, because desktops cannot be relied on for a dark one."""

from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from console.qt.palettes import DARK, LIGHT, Theme
from console.qt.resources import resource_file

CHOICES = ("system", "light", "dark")
TEXT_PX, SMALL_PX, MONO_PX = 13, 12, 12
_SANS = ("Inter", "Segoe UI", "Noto Sans", "DejaVu Sans")
_MONO = ("JetBrains Mono", "Cascadia Mono", "DejaVu Sans Mono", "Noto Sans Mono")

_STYLED = (
    *("window", "base", "alternate", "panel", "hover", "border", "text", "muted", "accent", "accent_text"),
    *("selection", "focus", "good", "warning", "error", "gap"),
)

_current = LIGHT
_mono_family = ""


def current_theme() -> Theme:
    """Return the theme that the window wears now; views ask again on `Shell.theme_changed`."""
    return _current


def mono_font(pixels: int = MONO_PX) -> QFont:
    """Return the fixed-width font for payloads and columns of numbers."""
    global _mono_family
    if not _mono_family:
        _mono_family = _first_family(_MONO)
    font = QFont(_mono_family)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(pixels)
    return font


def apply_theme(application: QApplication, choice: str) -> Theme:
    """Wear `system`, `light` or `dark` at once, in every open window. Raises ValueError for another word."""
    global _current
    if choice not in CHOICES:
        raise ValueError(f"no theme {choice!r}; choose one of {', '.join(CHOICES)}")
    dark = choice == "dark" or (choice == "system" and _system_is_dark(application))
    _current = DARK if dark else LIGHT
    if application.style().objectName().lower() != "fusion":
        application.setStyle("Fusion")
        font = QFont(_first_family(_SANS))
        font.setPixelSize(TEXT_PX)
        application.setFont(font)
    application.setPalette(_palette(_current))
    application.setStyleSheet(_style_sheet(_current))
    return _current


def _system_is_dark(application: QApplication) -> bool:
    return application.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _first_family(wanted: tuple[str, ...]) -> str:
    # Asking for a family that is missing makes Qt search all aliases, slowly and with a warning.
    known = set(QFontDatabase.families())
    return next((family for family in wanted if family in known), "DejaVu Sans")


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    colors = {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.base,
        role.AlternateBase: theme.alternate, role.ToolTipBase: theme.panel, role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted, role.Text: theme.text, role.Button: theme.panel,
        role.ButtonText: theme.text, role.BrightText: theme.error, role.Link: theme.accent,
        role.Highlight: theme.selection, role.HighlightedText: theme.text, role.Accent: theme.accent,
        role.Light: theme.hover, role.Midlight: theme.hover, role.Mid: theme.border, role.Dark: theme.border,
    }  # fmt: skip
    for which, color in colors.items():
        palette.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        faded = theme.color("muted")
        faded.setAlpha(150)
        palette.setColor(QPalette.ColorGroup.Disabled, which, faded)
    return palette


def _style_sheet(theme: Theme) -> str:
    colors = {name: getattr(theme, name) for name in _STYLED}
    text = resource_file("styles/console.qss").read_text("utf-8")
    pictures = {name: resource_file(f"icons/{name}_{theme.name}.svg").as_posix() for name in ("check", "drop")}
    return Template(text).substitute(colors, small=f"{SMALL_PX}px", **pictures)
