"""The head of a contract's page: which endpoint, which version, how it stands, and what can be done."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.areas.contracts.store.answers import EndpointPage, VersionRow
from console.areas.contracts.view.commands import COMMANDS
from console.areas.contracts.view.endpoint_words import (
    drift_words,
    endpoint_name,
    latency_standing,
    latency_words,
    of_timeout_words,
    rate_words,
    share_of_timeout,
    standing_words,
)
from console.areas.contracts.view.versions_tab import origin_words
from console.model.clock import Clock
from console.qt.little_buttons import little_button
from console.qt.plain import plain_label
from console.qt.plot_format import format_duration
from console.qt.text import clip, visible
from console.qt.words import ago_words, counted

_BUTTONS = ("edit", "compare", "recheck", "propose")
_TITLE_CHARS, _VERSION_CHARS, _FACTS_CHARS = 240, 24, 500
_STATUSES_SHOWN = 5


class ContractHead(QWidget):
    """`commanded` carries the name of a command, `version_wanted` the id of the version to look at."""

    commanded = Signal(str)
    version_wanted = Signal(int)

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self.title = plain_label("", "groupTitle", selectable=True)
        self.facts = plain_label("", "small", selectable=True)
        self.counts = plain_label("", selectable=True)
        self.versions = QComboBox()
        self.versions.setAccessibleName("Version of the contract to look at")
        self.versions.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.versions.activated.connect(self._chosen)
        commands = {command.name: command for command in COMMANDS}
        self.buttons = {
            name: little_button(commands[name].words, commands[name].tooltip(), partial(self.commanded.emit, name))
            for name in _BUTTONS
        }
        self.close_button = little_button("Close", "Close the contract's page (Esc)", partial(self.commanded.emit, "close"))
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.title, 1)
        for widget in (self.versions, *self.buttons.values(), self.close_button):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 2)
        layout.setSpacing(3)
        layout.addLayout(row)
        layout.addWidget(self.facts)
        layout.addWidget(self.counts)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_page(self, page: EndpointPage) -> None:
        """Show an endpoint and the version that is looked at."""
        row, shown = page.row, page.shown
        self.title.setText(clip(f"{endpoint_name(row.method, row.endpoint)}  ·  {visible(row.service)}", _TITLE_CHARS))
        self.facts.setText(clip(version_facts(page, self._clock()), _FACTS_CHARS))
        self.counts.setText(clip(count_facts(page), _FACTS_CHARS))
        self._show_versions(page.versions, shown)
        self.buttons["edit"].setEnabled(shown is not None)
        self.buttons["compare"].setEnabled(len(page.versions) > 1)
        self.buttons["recheck"].setEnabled(shown is not None and shown.is_current)

    def _show_versions(self, versions: tuple[VersionRow, ...], shown: VersionRow | None) -> None:
        words = [(_choice(row), row.id) for row in versions]
        known = [(self.versions.itemText(n), self.versions.itemData(n)) for n in range(self.versions.count())]
        if words != known:
            self.versions.clear()
            for text, version_id in words:
                self.versions.addItem(text, version_id)
        self.versions.setVisible(bool(versions))
        if shown is not None:
            self.versions.setCurrentIndex(self.versions.findData(shown.id))

    def _chosen(self, number: int) -> None:
        self.version_wanted.emit(self.versions.itemData(number))


def version_facts(page: EndpointPage, now_ms: int) -> str:
    """Return which version is shown, where it came from and what it promises about time."""
    shown = page.shown
    if shown is None:
        return standing_words(page.row.standing)
    parts = [f"version {visible(shown.version)}", origin_words(shown.origin), f"known {ago_words(shown.since_ms, now_ms)}"]
    parts.append("checked" if shown.is_current else f"not checked: {visible(page.row.version)} is")
    if shown.contract.timeout_ms:
        parts.append(f"time-out {format_duration(shown.contract.timeout_ms)}")
    if page.row.standing == "unseen":
        parts.append("no exchange was seen yet")
    if shown.note:
        parts.append(visible(shown.note))
    return " · ".join(parts)


def count_facts(page: EndpointPage) -> str:
    """Return the counts of the range, latency against the time-out, and open drift."""
    row = page.row
    checks = f"{counted(row.checks, 'check')}, {row.violated:,} violated ({rate_words(row.violated, row.checks)})"
    checks = checks if row.version else f"{counted(row.checks, 'exchange')} observed, no contract to check them against"
    parts = [checks if row.checks else "no exchange in this range"]
    if row.told:
        parts.append(f"told by services: {row.told:,}")
    if row.disagreements:
        parts.append(f"≠ disagreements: {row.disagreements:,}")
    share = share_of_timeout(row)
    if row.p95_ms is not None:
        standing = f" ({of_timeout_words(share)}, {latency_standing(share)})" if share is not None else ""
        parts.append(f"p95 {latency_words(row)}{standing}")
    statuses = sorted(page.statuses.items(), key=lambda one: -one[1])
    if statuses:
        told = ", ".join(f"{visible(status)} ×{number:,}" for status, number in statuses[:_STATUSES_SHOWN])
        parts.append(f"answers {told}" + (", …" if len(statuses) > _STATUSES_SHOWN else ""))
    if drift_words(row) != "–":
        parts.append(f"drift {drift_words(row)}")
    return " · ".join(parts)


def _choice(row: VersionRow) -> str:
    return clip(visible(row.version), _VERSION_CHARS) + (" (checked)" if row.is_current else "")
