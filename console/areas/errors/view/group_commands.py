"""What can be done with the chosen groups: ask where something must be known, then send it to the writer."""

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from console.areas.errors.store.answers import GroupRow
from console.areas.errors.view.page_words import summary_markdown
from console.areas.errors.view.question import PageAnswer, ask_group, timeline_filter
from console.areas.errors.view.split_dialog import SplitDialog
from console.areas.errors.view.triage import Triage
from console.model.area import Ref
from console.model.clock import Clock
from console.qt.note_dialog import NoteDialog
from console.qt.shell import Shell
from console.qt.words import counted

_NONE, _FEW = "Choose a group first.", "Choose the groups to merge: with Space, or with Shift and the arrows."


class GroupCommands:
    """`targets()` are the groups that a command concerns now; dialogs belong to `owner`."""

    def __init__(
        self, shell: Shell, owner: QWidget, triage: Triage, targets: Callable[[], list[GroupRow]], clock: Clock
    ) -> None:
        self._shell, self._owner, self._triage = shell, owner, triage
        self._targets, self._clock = targets, clock

    def set_status(self, status: str) -> None:
        rows = self._chosen()
        if rows:
            self._triage.set_status([row.id for row in rows], status)

    def ask_note(self, status: str) -> None:
        """Ask for a note and set the status with it; only a workaround must have one."""
        rows = self._chosen()
        if not rows:
            return
        ids, optional = [row.id for row in rows], status == "resolved"
        title = f"{'Resolve' if optional else 'Workaround for'} {counted(len(ids), 'group')}"
        words = "How it was solved (may be empty):" if optional else "What helps until it is solved:"

        def take(note: str) -> None:
            self._triage.set_status(ids, status, note)

        text = rows[0].note if len(rows) == 1 else ""
        NoteDialog(self._owner, title, words, take, text=text, optional=optional).open()

    def merge(self) -> None:
        """Merge the chosen groups into the one that has the most events."""
        rows = self._chosen(2)
        if rows:
            self._triage.merge(max(rows, key=lambda row: row.total).id, [row.id for row in rows])

    def split(self) -> None:
        """Read what the group's events differ in, and ask by what to split it."""
        rows = self._chosen()
        if rows:
            group_id, now_ms = rows[0].id, self._clock()
            self._shell.read(
                self._owner, "split", lambda connection: ask_group(connection, group_id, 0, now_ms), self._ask_split
            )  # fmt: skip

    def _ask_split(self, answer: PageAnswer | None) -> None:
        if answer is not None:
            group_id = answer.detail.row.id
            SplitDialog(
                self._owner, self._shell, answer.detail.facets, lambda rule: self._triage.split(group_id, rule)
            ).open()  # fmt: skip

    def copy(self) -> None:
        """Put a summary of the groups, with their addresses, on the clipboard as Markdown."""
        rows = self._chosen()
        if rows:
            text = "\n\n".join(summary_markdown(row, self._clock()) for row in rows)
            QGuiApplication.clipboard().setText(text.encode("utf-8", "backslashreplace").decode("utf-8"))
            self._shell.notify(f"The summary of {counted(len(rows), 'group')} is copied.")

    def show_timeline(self) -> None:
        """Go to the timeline, filtered to the group's events."""
        rows = self._chosen()
        if not rows:
            return
        row = rows[0]

        def found(answer: tuple[str, int]) -> None:
            text, number = answer
            if number < row.kept:
                self._shell.notify(f"The timeline shows the newest {number:,} of {counted(row.kept, 'event')}.")
            self._shell.navigate(Ref("timeline", filter_text=text))

        self._shell.read(self._owner, "timeline", lambda connection: timeline_filter(connection, row.id), found)

    def _chosen(self, least: int = 1) -> list[GroupRow]:
        rows = self._targets()
        if len(rows) >= least:
            return rows
        self._shell.notify(_NONE if least == 1 else _FEW)
        return []
