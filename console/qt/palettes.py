"""The two palettes: what each colour means, as data. Contrast is checked by the tests."""

from dataclasses import dataclass

from PySide6.QtGui import QColor

from console.model.taxonomy import SEVERITY_GLYPHS as SEVERITY_GLYPHS


@dataclass(frozen=True, slots=True)
class Theme:
    """Semantic colours as `#rrggbb`. Text colours reach 4.5:1 on `window`, `base`, `alternate`, `panel` and `selection`."""

    name: str
    dark: bool
    window: str
    base: str
    alternate: str
    panel: str
    hover: str
    border: str
    text: str
    muted: str
    accent: str
    accent_text: str
    selection: str
    focus: str
    good: str
    warning: str
    error: str
    gap: str
    grid: str
    severity: dict[str, str]
    level: dict[str, str]
    json: dict[str, str]
    series: tuple[str, ...]
    """Colours of plot lines in turn; 3:1 on `base`."""

    def color(self, name: str, alpha: int = 255) -> QColor:
        """Return a field of this theme as a QColor, `alpha` 0 … 255."""
        color = QColor(getattr(self, name))
        color.setAlpha(alpha)
        return color

    def severity_color(self, severity: str) -> QColor:
        """Return the colour of a severity; an unknown one gets that of `info`."""
        return QColor(self.severity.get(severity, self.severity["info"]))

    def level_color(self, level: str) -> QColor:
        """Return the colour of a level; an unknown one gets that of `info`."""
        return QColor(self.level.get(level, self.level["info"]))

    def series_color(self, index: int) -> QColor:
        """Return the colour of the n-th plot series; the cycle starts again after the last."""
        return QColor(self.series[index % len(self.series)])


STATE_GLYPHS = {
    "live": "●", "replaying": "◑", "connecting": "◐", "waiting": "◌", "stopped": "■", "refused": "✖", "finished": "✓",
}  # fmt: skip

LIGHT = Theme(
    name="light", dark=False,
    window="#f3f4f7", base="#ffffff", alternate="#f8f9fb", panel="#e9ecf1", hover="#e1e6ef", border="#cfd4dd",
    text="#1a1e26", muted="#545d6b", accent="#1a58c4", accent_text="#ffffff", selection="#d5e3fb", focus="#1a58c4",
    good="#0d6b3b", warning="#855200", error="#ad1529", gap="#875400", grid="#dfe3ea",
    severity={"fatal": "#86104a", "critical": "#ad1529", "high": "#9a3d00", "medium": "#6f5300", "low": "#1f5f8b",
              "info": "#545d6b"},
    level={"critical": "#86104a", "error": "#ad1529", "warning": "#855200", "info": "#1f5f8b", "debug": "#545d6b"},
    json={"key": "#1a58c4", "string": "#0d6b3b", "number": "#9a3d00", "constant": "#7a2ea0", "mark": "#545d6b"},
    series=("#1a58c4", "#c2410c", "#0f7b4a", "#8b2fb5", "#0e7490", "#a16207", "#be185d", "#4d5b70"),
)  # fmt: skip

DARK = Theme(
    name="dark", dark=True,
    window="#15181e", base="#1a1e25", alternate="#1e232b", panel="#21262f", hover="#2a303b", border="#363d49",
    text="#e3e6eb", muted="#a0a9b6", accent="#74acff", accent_text="#0d1420", selection="#22375a", focus="#74acff",
    good="#63d297", warning="#f0b95a", error="#ff8a8a", gap="#e0ab52", grid="#2b313b",
    severity={"fatal": "#ff8fc0", "critical": "#ff8a8a", "high": "#ffa765", "medium": "#e8c95a", "low": "#84c5f4",
              "info": "#a7b0bd"},
    level={"critical": "#ff8fc0", "error": "#ff8a8a", "warning": "#f0b95a", "info": "#84c5f4", "debug": "#a7b0bd"},
    json={"key": "#8ab8ff", "string": "#7fd6a5", "number": "#ffb37d", "constant": "#d3a4f5", "mark": "#a0a9b6"},
    series=("#74acff", "#ff9f5c", "#63d297", "#d39bf2", "#4fd1e0", "#e8c95a", "#ff8fc0", "#a7b3c4"),
)  # fmt: skip


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours, 1 … 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
