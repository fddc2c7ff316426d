"""Colours can be read: computed contrast of every text colour on every ground, in both themes."""

from itertools import chain

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLabel

from console.model.taxonomy import LEVELS, SEVERITIES
from console.qt.icons import area_icon, icon
from console.qt.palettes import DARK, LIGHT, SEVERITY_GLYPHS, Theme, contrast
from console.qt.theme import apply_theme, current_theme

GROUNDS = ("window", "base", "alternate", "panel", "selection")
TEXTS = ("text", "muted", "accent", "good", "warning", "error", "gap")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", GROUNDS)
def test_every_text_colour_reaches_4_5_to_1(theme: Theme, ground: str) -> None:
    named = {name: getattr(theme, name) for name in TEXTS}
    groups = {f"severity {k}": v for k, v in theme.severity.items()} | {f"level {k}": v for k, v in theme.level.items()}
    groups |= {f"json {k}": v for k, v in theme.json.items()}
    weak = {
        name: round(contrast(color, getattr(theme, ground)), 2)
        for name, color in chain(named.items(), groups.items())
        if contrast(color, getattr(theme, ground)) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_accent_buttons_hovered_text_and_plot_lines_are_visible(theme: Theme) -> None:
    assert contrast(theme.accent_text, theme.accent) >= 4.5
    assert contrast(theme.text, theme.hover) >= 4.5
    assert min(contrast(color, theme.base) for color in theme.series) >= 3
    assert contrast(theme.focus, theme.window) >= 3


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_severity_and_level_has_a_colour_and_a_glyph_of_its_own(theme: Theme) -> None:
    assert set(theme.severity) == set(SEVERITIES) == set(SEVERITY_GLYPHS)
    assert set(theme.level) == set(LEVELS)
    assert len(set(SEVERITY_GLYPHS.values())) == len(SEVERITIES)


def test_themes_switch_live(qapp: QApplication) -> None:
    apply_theme(qapp, "dark")
    assert current_theme() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.window
    dark_icon = icon("timeline").pixmap(18).toImage()
    apply_theme(qapp, "light")
    assert current_theme() is LIGHT
    assert qapp.palette().color(QPalette.ColorRole.Base).name() == LIGHT.base
    assert icon("timeline").pixmap(18).toImage() != dark_icon


def test_an_unknown_theme_is_refused_and_an_unknown_area_has_an_icon(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="no theme 'pink'"):
        apply_theme(qapp, "pink")
    assert not area_icon("an-area-of-tomorrow").isNull()


class Emitter(QObject):
    rang = Signal()


def test_the_binding_keeps_the_reference_counts_of_true_and_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 on CPython 3.11 dropped one per emit and per void call, and aborted after a while."""
    import sys

    emitter, label = Emitter(), QLabel()
    emitter.rang.connect(lambda: None)
    emitter.rang.emit()
    label.setText("x")
    label.setEnabled(True)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(100):
        emitter.rang.emit()
        label.setEnabled(True)
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert abs(after[0] - before[0]) < 20
    assert abs(after[1] - before[1]) < 20
