"""What can be done with the open conflict: decide a field, send, reject, apply to others; each goes to the writer."""

import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from console.areas.sync.core.merge.choice import How, Place
from console.areas.sync.core.merge.memory import path_to_json
from console.areas.sync.store.audit import audit
from console.areas.sync.store.reading import similar_issues
from console.areas.sync.view.conflict_feed import ask_preview
from console.areas.sync.view.conflict_pane import ConflictPane
from console.areas.sync.view.edit_dialog import EditDialog, text_of
from console.areas.sync.view.history_dialog import HistoryDialog, history_text
from console.areas.sync.view.lines import edit_start, value_text
from console.areas.sync.view.queue_list import entity_words, parties_words
from console.areas.sync.view.send_dialog import Preview, SendDialog
from console.areas.sync.view.settling import Settling
from console.areas.sync.view.similar_dialog import Alike, SimilarDialog
from console.qt.note_dialog import NoteDialog
from console.qt.shell import Shell
from console.qt.words import counted

T = TypeVar("T")
STRATEGIES = ("server_wins", "client_wins", "merge")


class ConflictCommands:
    """Works on what `pane` shows; dialogs belong to it. `decided` is called when a field was decided."""

    def __init__(self, shell: Shell, pane: ConflictPane, settling: Settling, decided: Callable[[], None]) -> None:
        self._shell, self._pane, self._settling, self._decided = shell, pane, settling, decided

    def runs(self) -> dict[str, Callable[[], None]]:
        """Return the commands of a conflict by name."""
        choices: dict[str, Callable[[], None]] = {
            "base": partial(self._choose, "base"), "local": partial(self._choose, "local"),
            "remote": partial(self._choose, "remote"), "both": partial(self._choose, "both"),
            "delete": partial(self._choose, "delete"),
        }  # fmt: skip
        strategies = {name: partial(self._resolve, name) for name in STRATEGIES}
        return choices | strategies | {
            "edit": self._edit, "undo": self._undo, "send": self._ask_send, "reject": self._ask_reject,
            "reopen": self._reopen, "similar": self._ask_similar, "history": self._ask_history, "inspect": self._inspect,
        }  # fmt: skip

    def can_choose(self, how: str) -> bool:
        """Tell whether the current field takes a choice."""
        line = self._pane.fields.current_line()
        return line is not None and how in line.choices

    # -- one field ------------------------------------------------------------------------------------------

    def _choose(self, how: How) -> None:
        line = self._pane.fields.current_line()
        if line is None:
            return
        if how not in line.choices:
            self._shell.notify(f"“{how}” makes no sense for this field.")
            return
        self._decide(line.place, how)

    def _decide(self, place: Place, how: How, value: Any = None) -> None:
        conflict = self._pane.conflict
        if conflict is None:
            return
        args: dict[str, Any] = {"issue": conflict.issue.id, "path": path_to_json(place.path), "choice": how}
        args |= {"hunk": place.hunk} if place.hunk is not None else {}
        args |= {"value": value} if how == "edit" else {}
        self._settling.do("choose", args)
        self._pane.fields.take(place, how, value_text(value) if how == "edit" else None)
        self._decided()

    def _edit(self) -> None:
        line, conflict = self._pane.fields.current_line(), self._pane.conflict
        if line is None or conflict is None:
            return
        text, is_json = text_of(edit_start(conflict.settlement, line.place))
        place, issue = line.place, conflict.issue.id
        # Parts of a text end with their line feed, which nobody should have to see or keep.
        ending = "\n" if place.hunk is not None and not is_json and text.endswith("\n") else ""

        def take(value: Any) -> None:
            if ending and isinstance(value, str) and value and not value.endswith(ending):
                value += ending
            if self._pane.conflict is not None and self._pane.conflict.issue.id == issue:
                self._decide(place, "edit", value)

        EditDialog(self._pane, line.title, text.removesuffix(ending), is_json, take).open()

    def _undo(self) -> None:
        self._do("undo")

    # -- the whole conflict ---------------------------------------------------------------------------------

    def _do(self, name: str, said: str = "", **args: Any) -> None:
        conflict = self._pane.conflict
        if conflict is not None:
            title = entity_words(conflict.issue)
            self._settling.do(
                name, {"issue": conflict.issue.id, **args},
                (lambda _: self._shell.notify(said.format(title))) if said else None,
            )  # fmt: skip

    def _resolve(self, strategy: str) -> None:
        self._do("resolve", f"{{}}: resolved, {strategy.replace('_', ' ')}.", strategy=strategy)

    def _ask_send(self) -> None:
        conflict = self._pane.conflict
        if conflict is None:
            return
        still = sum(line.is_open for line in self._pane.fields.fields.lines)
        if still:
            self._shell.notify(f"{counted(still, 'field')} still to decide; J goes to the next one.")
            line = self._pane.fields.current_line()
            if line is None or not line.is_open:
                self._pane.fields.step(1)
            return
        issue, title = conflict.issue.id, entity_words(conflict.issue)

        def show(preview: Preview) -> None:
            def take(note: str) -> None:
                self._settling.do("send", {"issue": issue, "note": note} if note else {"issue": issue})

            SendDialog(self._pane, title, preview, take).open()

        self._read("preview", lambda connection: ask_preview(connection, issue), show)

    def _ask_reject(self) -> None:
        conflict = self._pane.conflict
        if conflict is not None:
            title = entity_words(conflict.issue)

            def take(note: str) -> None:
                self._do("reject", "{}: rejected.", note=note)

            NoteDialog(self._pane, f"Reject {title}", "Why it stays as it is:", take).open()

    def _reopen(self) -> None:
        self._do("reopen", "{}: reopened.")

    def _ask_similar(self) -> None:
        conflict = self._pane.conflict
        if conflict is None:
            return
        issue, title = conflict.issue.id, entity_words(conflict.issue)
        if not any(line.kind == "chosen" for line in self._pane.fields.fields.lines):
            self._shell.notify("Decide something first: the decisions of this conflict are applied to similar ones.")
            return

        def show(others: list[Alike]) -> None:
            if others:
                SimilarDialog(self._pane, title, others, partial(self._apply, issue)).open()
            else:
                self._shell.notify("No other open conflict has the same shape.")

        def ask(connection: sqlite3.Connection) -> list[Alike]:
            return [
                Alike(row.id, f"{entity_words(row)}, {parties_words(row)}: {', '.join(row.fields)}")
                for row in similar_issues(connection, issue)
            ]

        self._read("similar", ask, show)

    def _apply(self, issue: int, others: list[int]) -> None:
        def taken(result: dict[str, Any]) -> None:
            applied, stopped = result.get("applied") or [], result.get("stopped")
            words = f"Applied to {counted(len(applied), 'conflict') if applied else 'none'}"
            if stopped:
                words += f"; conflict {stopped['issue']} refused: {stopped['reason']}"
            undo = " The Sync menu undoes it in one step." if applied else ""
            self._shell.notify(f"{words}.{undo}", error=bool(stopped))

        self._settling.do("similar", {"issue": issue, "others": others}, taken)

    def _ask_history(self) -> None:
        conflict = self._pane.conflict
        if conflict is None:
            return
        issue, title = conflict.issue.id, entity_words(conflict.issue)

        def ask(connection: sqlite3.Connection) -> str:
            return history_text(audit(connection, issue), conflict.history, conflict.tellings)

        self._read("history", ask, lambda text: HistoryDialog(self._pane, title, text).open())

    def _read(self, slot: str, query: Callable[[sqlite3.Connection], T], done: Callable[[T], None]) -> None:
        """Read once the decisions on their way have arrived: what is shown must have them in it."""
        self._settling.after(lambda: self._shell.read(self._pane, slot, query, done))

    def _inspect(self) -> None:
        conflict = self._pane.conflict
        if conflict is not None and conflict.issue.event_id is not None:
            self._shell.inspect(conflict.issue.event_id)
