"""The colours that the timeline draws with, out of the window's theme."""

from dataclasses import dataclass, field
from zlib import crc32

from PySide6.QtGui import QColor, QPen

from console.qt.palettes import Theme
from console.qt.theme import current_theme


@dataclass(frozen=True, slots=True)
class Colours:
    """Names of colours as "#rrggbb"; `row_tints` lays a faint ground below the worst rows."""

    theme: Theme
    text: str
    quiet: str
    panel: str
    line: str
    accent: str
    warning: str
    good: str
    bad: str
    hover: QColor
    selection: QColor
    selected_text: str
    marked: QColor
    band: str
    hatch: str
    row_tints: dict[str, QColor] = field(default_factory=dict)

    def severity(self, severity: str) -> str:
        return self.theme.severity.get(severity, self.quiet)

    def bar(self, severity: str) -> str:
        """Return the colour of a bar; info, most of the traffic, stays in the background."""
        known = self.theme.severity.get(severity)
        return mixed(self.quiet, self.panel, 0.4) if known is None or severity == "info" else known

    def service(self, name: str) -> str:
        """Return the colour of a service, the same at every start."""
        series = self.theme.series
        return series[crc32(name.encode("utf-8", "replace")) % len(series)]

    def pen(self, colour: str, width: int = 1) -> QPen:
        return QPen(QColor(colour), width)


def mixed(one: str, other: str, share: float) -> str:
    """Return the colour between two, `share` of the first in it."""
    a, b = QColor(one), QColor(other)
    parts = [round(x * share + y * (1 - share)) for x, y in zip(_rgb(a), _rgb(b), strict=True)]
    return "#{:02x}{:02x}{:02x}".format(*parts)


def _rgb(colour: QColor) -> tuple[int, int, int]:
    return colour.red(), colour.green(), colour.blue()


def colours_now() -> Colours:
    """Return the colours that go with the theme that the window wears now."""
    theme = current_theme()
    tints = {name: theme.severity_color(name) for name in ("fatal", "critical")}
    for tint in tints.values():
        tint.setAlpha(26)
    return Colours(
        theme=theme,
        text=theme.text,
        quiet=theme.muted,
        panel=theme.window,
        line=theme.border,
        accent=theme.accent,
        warning=theme.warning,
        good=theme.good,
        bad=theme.error,
        hover=theme.color("hover"),
        selection=theme.color("selection"),
        selected_text=theme.text,
        marked=theme.color("accent", 46),
        band=mixed(theme.gap, theme.base, 0.08),
        hatch=mixed(theme.gap, theme.base, 0.45),
        row_tints=tints,
    )
