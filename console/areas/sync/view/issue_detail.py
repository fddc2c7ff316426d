"""One sync issue: what it is, what differs, what happened to it, and where to go from here."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from console.areas.sync.core.merge.values import MISSING
from console.areas.sync.store.reading import Conflict, QueueRow
from console.areas.sync.view.conflict_words import kind_words, state_words, value_words
from console.areas.sync.view.issue_table import HappeningTable, happenings
from console.areas.sync.view.queue_list import entity_words, parties_words
from console.model.clock import Clock
from console.qt.flow import flow_row
from console.qt.plain import plain_label
from console.qt.shell import Shell
from console.qt.text import clip, visible
from console.qt.words import counted

_FIELDS_SHOWN = 8
_WORDS_CHARS = 600


class IssueDetail(QWidget):
    """The lower half of the page; `show_issue` fills it, the row first and the rest once it is read."""

    event_wanted = Signal(int)
    stepper_wanted = Signal(int)
    entity_wanted = Signal(str, str)

    def __init__(self, shell: Shell, clock: Clock) -> None:
        super().__init__()
        self._row: QueueRow | None = None
        self.title = plain_label("", "groupTitle")
        self.facts = plain_label("", "small")
        self.fields = plain_label()
        self.table = HappeningTable(shell, clock)
        self.table.event_wanted.connect(self.event_wanted)
        self.event_button = _button("Newest event ⏎", "Show the event that told of it last in the inspector (Enter)")
        self.stepper_button = _button("Open in stepper O", "Settle it field by field (O)")
        self.entity_button = _button("All events of this entity A", "Show the Timeline with the events of this entity (A)")
        self.event_button.clicked.connect(self.show_event)
        self.stepper_button.clicked.connect(self.open_stepper)
        self.entity_button.clicked.connect(self.show_entity)
        buttons = flow_row()
        for button in (self.event_button, self.stepper_button, self.entity_button):
            buttons.layout().addWidget(button)  # type: ignore[union-attr]  # flow_row gives it one
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 4)
        layout.setSpacing(4)
        for widget in (self.title, self.facts, self.fields, buttons):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        self.show_row(None)

    @property
    def issue_id(self) -> int | None:
        return None if self._row is None else self._row.id

    def show_row(self, row: QueueRow | None) -> None:
        """Show what the list knows; another issue's history is taken away."""
        if row is None or self.issue_id != row.id:
            self.fields.setText("")
            self.table.show_rows([])
        self._row = row
        self.event_button.setEnabled(row is not None and row.event_id is not None)
        self.stepper_button.setEnabled(row is not None)
        self.entity_button.setEnabled(row is not None and bool(row.entity_id))
        if row is None:
            self.title.setText("No issue chosen")
            self.facts.setText("Up and Down, or J and K, choose one.")
            return
        self.title.setText(f"{state_words(row.state)} · {kind_words(row.kind)} · {entity_words(row)}")
        told = f"told {counted(row.times, 'time')} by {', '.join(row.services)}, between {parties_words(row)}"
        versions = f", versions {row.local_version or '–'} and {row.remote_version or '–'}"
        known = versions if row.local_version or row.remote_version else ""
        self.facts.setText(clip(visible(f"{told}{known}. {row.words}"), _WORDS_CHARS))

    def show_conflict(self, conflict: Conflict) -> None:
        """Show what was read of the issue that is shown; another's comes too late."""
        if conflict.issue.id != self.issue_id:
            return
        self.show_row(conflict.issue)
        self.fields.setText("\n".join(_field_lines(conflict)))
        self.table.show_rows(happenings(conflict))

    def show_failure(self, error: Exception) -> None:
        self.fields.setText(f"Could not read the issue: {visible(str(error))}")

    def show_event(self) -> None:
        if self._row is not None and self._row.event_id is not None:
            self.event_wanted.emit(self._row.event_id)

    def open_stepper(self) -> None:
        if self._row is not None:
            self.stepper_wanted.emit(self._row.id)

    def show_entity(self) -> None:
        if self._row is not None and self._row.entity_id:
            self.entity_wanted.emit(self._row.entity_type, self._row.entity_id)


def field_differences(local: object, remote: object, fields: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return (field, local, remote) in words of what differs: the fields that were told, or else the unequal keys."""
    if local is MISSING and remote is MISSING:
        return []
    if not isinstance(local, dict) or not isinstance(remote, dict):
        return [("all of it", _words(local), _words(remote))]
    names = [name for name in fields if name in local or name in remote]
    names = names or sorted(name for name in local.keys() | remote.keys() if local.get(name) != remote.get(name))
    return [(visible(name), _side(local, name), _side(remote, name)) for name in names]


def _side(state: dict[str, object], name: str) -> str:
    return _words(state[name]) if name in state else "(not there)"


def _words(value: object) -> str:
    return "(not told)" if value is MISSING else value_words(value)


def _field_lines(conflict: Conflict) -> list[str]:
    found = field_differences(conflict.local, conflict.remote, conflict.issue.fields)
    lines = [f"{name}: {local}  ≠  {remote}" for name, local, remote in found[:_FIELDS_SHOWN]]
    return lines + ([f"… {counted(len(found) - _FIELDS_SHOWN, 'field')} more"] if len(found) > _FIELDS_SHOWN else [])


def _button(words: str, title: str) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName("little")
    button.setAccessibleName(title)
    button.setToolTip(title)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button
