"""The line at the bottom: each source, what is missing, how late, how much is kept, what went wrong."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStatusBar, QToolButton, QWidget

from console.app.window_shell import WindowShell
from console.model.area import Ref
from console.qt.palettes import STATE_GLYPHS
from console.qt.text import clip, plain_tooltip, visible
from console.store.rows import StoreSummary

CHIPS = 24
_MORE_PX = 76
_GOOD, _BUSY, _OFF = ("live", "finished"), ("replaying", "connecting", "waiting"), ("stopped",)


class StatusBar(QStatusBar):
    """Emits nothing; a click on a chip goes to the source."""

    def __init__(self, shell: WindowShell) -> None:
        super().__init__()
        self._shell = shell
        self.setSizeGripEnabled(False)
        self.setAccessibleName("Status")
        self._chips: list[QToolButton] = []
        self._states: list[dict[str, Any]] = []
        self._chip_row = QHBoxLayout()
        self._chip_row.setContentsMargins(8, 0, 0, 0)
        self._chip_row.setSpacing(2)
        self._holder = QWidget()
        self._holder.setLayout(self._chip_row)
        self._holder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)  # many chips widen no window
        self.no_source = _label(
            "Opened read-only: nothing arrives" if shell.read_only else "No source attached", self._chip_row
        )
        self._chip_row.addStretch(1)
        self.more = self._make_chip()
        self._chip_row.insertWidget(1, self.more)
        self.addWidget(self._holder, 1)
        right = QHBoxLayout()
        right.setContentsMargins(0, 0, 8, 0)
        right.setSpacing(12)
        self.gaps, self.lag, self.kept = (_label("", right) for _ in range(3))
        self.fault = QToolButton()
        self.fault.setObjectName("fault")
        self.fault.hide()
        right.addWidget(self.fault)
        right_holder = QWidget()
        right_holder.setLayout(right)
        self.addPermanentWidget(right_holder)
        shell.source_states_changed.connect(self.show_sources)
        shell.summary_changed.connect(self.show_summary)
        shell.faults.changed.connect(self.show_faults)

    def show_sources(self, states: list[dict[str, Any]]) -> None:
        self._states = states
        while len(self._chips) < min(len(states), CHIPS):
            self._chips.append(self._make_chip())
            self._chip_row.insertWidget(len(self._chips), self._chips[-1])
        for chip, state in zip(self._chips, states, strict=False):
            self._fill(chip, chip_text(state), chip_kind(state), str(state.get("name", "")), chip_tooltip(state))
        self.no_source.setVisible(not states)
        lags = [state["lag_ms"] for state in states if isinstance(state.get("lag_ms"), int | float)]
        self.lag.setText(f"lag {_duration(max(lags))}" if lags else "")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show as many chips as have room; the rest is one chip with their number, red when one of them is in trouble."""
        room = self._holder.width() - 8
        used, shown = 0, 0
        for chip in self._chips[: len(self._states)]:
            used += chip.sizeHint().width() + self._chip_row.spacing()
            left_over = shown + 1 < len(self._states)
            if used + (_MORE_PX if left_over else 0) > room:
                break
            shown += 1
        for i, chip in enumerate(self._chips):
            chip.setVisible(i < shown)
        hidden = self._states[shown:]
        if hidden:
            kinds = {chip_kind(state) for state in hidden}
            kind = next(kind for kind in ("bad", "busy", "off", "good") if kind in kinds)
            self._fill(self.more, f"+{len(hidden)} more", kind, "", "\n".join(chip_text(state) for state in hidden[:30]))
        self.more.setVisible(bool(hidden))

    def show_summary(self, summary: StoreSummary) -> None:
        missing = f"gaps {summary.gaps:,} ({summary.gap_events:,} events)" if summary.gaps else "no gaps"
        if summary.unknown_intervals:
            missing += f", {summary.unknown_intervals:,} unknown"
        self.gaps.setText(missing)
        something = bool(summary.gaps or summary.unknown_intervals)
        if self.gaps.property("state") != something:
            self.gaps.setProperty("state", something)
            self.gaps.style().polish(self.gaps)
        self.kept.setText(f"{count_words(summary.events)} events, {bytes_words(summary.bytes)}")
        self.kept.setToolTip(plain_tooltip(
            f"{summary.events:,} events kept, {summary.degraded:,} degraded, {summary.quarantined:,} quarantined"
        ))  # fmt: skip

    def show_faults(self) -> None:
        number = self._shell.faults.unseen
        self.fault.setVisible(any(notice.error for notice in self._shell.faults.notices))
        self.fault.setProperty("state", "bad" if number else "off")
        self.fault.style().polish(self.fault)
        self.fault.setText(f"⚠ {number}" if number else "⚠")
        name = f"{number} new faults: show the notices" if number else "Show the notices"
        self.fault.setAccessibleName(name)
        self.fault.setToolTip(plain_tooltip(name))

    def _make_chip(self) -> QToolButton:
        chip = QToolButton()
        chip.setObjectName("chip")
        chip.hide()
        chip.clicked.connect(lambda: self._shell.navigate(Ref("sources", str(chip.property("source") or ""))))
        return chip

    def _fill(self, chip: QToolButton, text: str, kind: str, source: str, tooltip: str) -> None:
        chip.setText(text)
        chip.setAccessibleName(f"Source {text}")
        chip.setToolTip(plain_tooltip(tooltip))
        chip.setProperty("source", source)
        if chip.property("state") != kind:
            chip.setProperty("state", kind)
            chip.style().polish(chip)


def chip_text(state: dict[str, Any]) -> str:
    """Return glyph, name, and rate or words of one source's state."""
    name, word = clip(visible(str(state.get("name", ""))), 24), str(state.get("state", ""))
    glyph = STATE_GLYPHS.get(word, "?")
    if word in ("live", "replaying"):
        tail = f"{state.get('rate') or 0:,.0f}/s" + (" replaying" if word == "replaying" else "")
    elif word == "waiting" and state.get("retry_in_ms"):
        tail = f"reconnecting in {_duration(state['retry_in_ms'])}"
    else:
        tail = visible(word)
    return f"{glyph} {name} {tail}"


def chip_kind(state: dict[str, Any]) -> str:
    """Return the look of a chip: good, busy, off or bad."""
    word = state.get("state")
    if word in _GOOD:
        return "good"
    return "busy" if word in _BUSY else "off" if word in _OFF else "bad"


def chip_tooltip(state: dict[str, Any]) -> str:
    """Return the whole state of a source in lines."""
    lines = [f"{state.get('name')}: {state.get('state')}", str(state.get("detail") or ""), str(state.get("url") or "")]
    lines.append(
        f"stored {state.get('stored', 0):,}, gaps {state.get('gaps', 0):,}, reconnects {state.get('reconnects', 0):,}"
    )
    return "\n".join(line for line in lines if line)


def count_words(number: int) -> str:
    """Return a count short enough for the bar: 999, 12.3 k, 1.2 M."""
    if number < 10_000:
        return f"{number:,}"
    return f"{number / 1000:.1f} k" if number < 1_000_000 else f"{number / 1_000_000:.1f} M"


def bytes_words(number: int) -> str:
    """Return a size in powers of 1000, as disks are sold."""
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if number >= size:
            return f"{number / size:.1f} {unit}" if number < 10 * size else f"{number / size:.0f} {unit}"
    return f"{number} B"


def _duration(ms: float) -> str:
    return f"{ms:.0f} ms" if ms < 1_000 else f"{ms / 1000:.1f} s" if ms < 60_000 else f"{ms / 60_000:.0f} min"


def _label(text: str, row: QHBoxLayout) -> QLabel:
    label = QLabel(text)
    label.setObjectName("small")
    label.setTextFormat(Qt.TextFormat.PlainText)
    row.addWidget(label)
    return label
