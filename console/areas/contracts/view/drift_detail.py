"""One finding of drift: what parts from what, by which rule, how sure that is, and what can be done."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.areas.contracts.store.answers import FindingRow
from console.areas.contracts.view.drift_words import (
    basis_words,
    class_color,
    class_words,
    endpoint_words,
    finding_words,
    state_words,
)
from console.model.clock import Clock
from console.qt.flow import flow_row
from console.qt.little_buttons import button_row, little_button
from console.qt.plain import plain_label
from console.qt.text import clip, visible
from console.qt.theme import current_theme
from console.qt.words import ago_words, moment_words

_CHARS = 2_000
_EXAMPLES = 3
BUTTONS = {
    "accept": ("Accept… A", "Accept what was found as a new version of the contract (A)"),
    "mute": ("Mute… M", "Mute it until a time (M)"),
    "unmute": ("Unmute U", "Open a muted finding again (U)"),
    "ask_class": ("Set class… C", "Set its class by hand, or give it back to the rule (C)"),
    "open_endpoint": ("Open endpoint O", "Show the contract of this endpoint (O)"),
}
WRITES = frozenset(("accept", "mute", "unmute", "ask_class"))


class DriftDetail(QWidget):
    """`command` names one of `BUTTONS` that was pressed; `event_wanted` is an example's id."""

    command = Signal(str)
    event_wanted = Signal(int)

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._shown: FindingRow | None = None
        self.title = plain_label("", "groupTitle", selectable=True)
        self.severity = plain_label("", "heading")
        self.facts = plain_label("", selectable=True)
        self.history = plain_label("", "small", selectable=True)
        self.examples_title = plain_label("", "small")
        self._examples = flow_row()
        self.buttons = {
            name: little_button(words, title, partial(self.command.emit, name)) for name, (words, title) in BUTTONS.items()
        }
        self._build()
        self.show_finding(None)

    def show_finding(self, row: FindingRow | None) -> None:
        """Show one; None says that none is chosen."""
        examples = () if self._shown is None else self._shown.examples
        self._shown = row
        for name, button in self.buttons.items():
            button.setEnabled(row is not None and _is_possible(name, row))
        if row is None:
            self.title.setText("No finding chosen")
            self.facts.setText("Up and Down, or J and K, choose one.")
            for label in (self.severity, self.history, self.examples_title):
                label.setText("")
            self._show_examples(())
            return
        self.title.setText(clip(finding_words(row), _CHARS))
        self.facts.setText("\n".join(fact_lines(row)))
        self.history.setText("\n".join(history_lines(row, self._clock())))
        if examples != row.examples:
            self._show_examples(sorted(row.examples)[-_EXAMPLES:])
        self.examples_title.setText("Examples, the newest last:" if row.examples else "No example is kept.")
        self.retint()
        self.severity.setText(_severity_words(row))

    def retint(self) -> None:
        """Wear the theme's colour of the class; the word says the same."""
        if self._shown is not None:
            self.severity.setStyleSheet(f"color: {class_color(self._shown.severity, current_theme())}")

    def example_buttons(self) -> list[QPushButton]:
        return [one for one in self._examples.findChildren(QPushButton) if not one.isHidden()]

    def _show_examples(self, examples: Sequence[int]) -> None:
        for old in self._examples.findChildren(QPushButton):
            old.hide()
            old.deleteLater()
        for event_id in examples:
            title = f"Show example event {event_id} in the inspector"
            button = little_button(f"Event {event_id:,}", title, partial(self.event_wanted.emit, event_id))
            self._examples.layout().addWidget(button)  # type: ignore[union-attr]  # flow_row gives it one

    def _build(self) -> None:
        buttons = button_row(*self.buttons.values())
        inside = QWidget()
        inside.setObjectName("sections")
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 6, 8, 6)
        column.setSpacing(4)
        for widget in (self.title, self.severity, buttons, self.facts, self.examples_title, self._examples, self.history):
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("document")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName("The chosen finding")
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(area)


def fact_lines(row: FindingRow) -> list[str]:
    """Return what a finding says, a fact a line."""
    version = f", version {row.version}" if row.version else ", no version promised"
    lines = [f"{visible(row.service)}: {endpoint_words(row)}{visible(version)}"]
    lines += [f"Expected: {_brief(row.expected) or 'nothing is declared'}", f"Observed: {_brief(row.observed) or 'nothing'}"]
    lines += [f"Rule: {_brief(row.rule)}"] if row.rule else []
    return [*lines, f"Basis: {basis_words(row)}"]


def history_lines(row: FindingRow, now_ms: int) -> list[str]:
    """Return since when it is there, and what persons did with it."""
    lines = [
        f"First seen {ago_words(row.first_ms, now_ms)}, {moment_words(row.first_ms)}",
        f"Last seen {ago_words(row.last_ms, now_ms)}, {moment_words(row.last_ms)}",
        f"State: {state_words(row, now_ms)}",
    ]
    if row.muted_until_ms is not None:
        lines[-1] += f", until {moment_words(row.muted_until_ms)}"
    if row.own:
        lines.append(f"Class set by hand: {visible(row.own).lower()}")
    return lines + ([f"Note: {_brief(row.note)}"] if row.note else [])


def _severity_words(row: FindingRow) -> str:
    mark = " · unbumped: the version has no new major number" if row.is_unbumped else ""
    return f"{class_words(row.severity)}{mark}" + (" · set by hand" if row.own else "")


def _is_possible(name: str, row: FindingRow) -> bool:
    states = {"accept": ("open", "muted"), "mute": ("open", "muted"), "unmute": ("muted",)}
    return name not in states or row.state in states[name]


def _brief(text: str) -> str:
    return clip(visible(text), _CHARS)
