"""Writes a contract by hand: checked as it is typed, tried on a sample, and compared with the versions there are."""

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QWidget

from console.areas.contracts.view.commanding import send_command
from console.areas.contracts.view.dialog_keys import accept_by_ctrl_enter
from console.areas.contracts.view.editor_check import Check, Language, Mark, check_in_store, with_version
from console.areas.contracts.view.editor_forms import TEMPLATE, converted, document_text
from console.areas.contracts.view.editor_panes import EditorPanes
from console.areas.contracts.view.editor_sample import Told, check_sample
from console.areas.contracts.view.editor_text import too_large
from console.qt.shell import Shell
from console.qt.text import clip, visible
from console.reporter.contracts.contract import Contract

_TYPED_MS = 250
_TITLE_CHARS = 80
_WORDS_CHARS = 300


class EditorDialog(QDialog):
    """`document` None starts a new contract. Ctrl+Enter saves; `saved` gives endpoint and version. What is refused stays."""

    saved = Signal(int, int)

    def __init__(
        self, shell: Shell, document: dict[str, Any] | None, *, origin: str = "edited", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        accept_by_ctrl_enter(self)
        self.setWindowTitle(_title(document))
        self._shell, self._origin = shell, origin
        self._language: Language = "json"
        self._check: Check | None = None
        self._contract: Contract | None = None
        self._busy = self._wants_save = self._warned = False
        self.panes = EditorPanes(self)
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(_TYPED_MS)
        self._typed.timeout.connect(self._ask)
        self._connect()
        text = document_text(TEMPLATE if document is None else document, "json")
        problem = too_large(text)
        if problem:
            self.panes.edit.setReadOnly(True)
            self.panes.problem.setText(f"{problem}. Export it, edit the file, and import it.")
        else:
            self.panes.edit.setPlainText(text)
            self._ask()
        self._typed.stop()
        self._first = self.panes.edit.toPlainText()
        self._show_buttons()
        self.resize(1040, 680)
        self.panes.edit.setFocus()

    def text(self) -> str:
        """Return what stands in the editor."""
        return self.panes.edit.toPlainText()

    def set_language(self, language: Language) -> None:
        """Show the same document as JSON or YAML; a text that cannot be read stays as it is, and why is said."""
        if language != self._language:
            self._convert(language)

    def accept(self) -> None:
        """Save, at once or when what was typed last is checked; the dialog closes when the store has taken it."""
        if self._busy:
            return
        self._wants_save = self._check is None
        if self._check is not None and self._can_save():
            self._send(self._check)

    def reject(self) -> None:
        """Close; what was changed and not saved is let go at the second time only."""
        if self.text() == self._first or self._warned:
            super().reject()
            return
        self._warned = True
        self.panes.problem.setText("Not saved. Escape again lets the changes go.")
        self.panes.cancel.setText("Discard")

    def _connect(self) -> None:
        panes = self.panes
        panes.edit.textChanged.connect(self._changed)
        panes.edit.refused.connect(panes.problem.setText)
        panes.json.clicked.connect(lambda: self.set_language("json"))
        panes.yaml.clicked.connect(lambda: self.set_language("yaml"))
        panes.format.clicked.connect(lambda: self._convert(self._language))
        panes.take_number.clicked.connect(self._take_number)
        panes.replace.toggled.connect(self._show_buttons)
        panes.sample.changed.connect(self._ask_sample)
        panes.buttons.accepted.connect(self.accept)
        panes.buttons.rejected.connect(self.reject)

    def _changed(self) -> None:
        self._check = None
        self._warned = self._wants_save = False
        self.panes.cancel.setText("Cancel")
        self.panes.problem.setText("")
        self._show_buttons()
        self._typed.start()

    def _ask(self) -> None:
        text, language = self.text(), self._language
        self._shell.read(
            self, "check", lambda connection: check_in_store(connection, text, language),
            self._if_unchanged(text, self._show_check), self._failed,
        )  # fmt: skip

    def _ask_sample(self) -> None:
        contract, part, text = self._contract, self.panes.sample.chosen(), self.panes.sample.edit.toPlainText()
        if contract is None or not part:
            return

        def query(_: object) -> Told:
            return check_sample(contract, part, text)

        self._shell.read(self, "sample", query, self.panes.sample.show_told)

    def _show_check(self, check: Check) -> None:
        self._check = check
        self._contract = check.contract if check.can_be_saved else None
        self.panes.show_marks(check.marks)
        self.panes.show_standing(check.standing)
        self.panes.sample.show_contract(self._contract)
        self._ask_sample()
        self._show_buttons()
        if self._wants_save:
            self.accept()

    def _convert(self, language: Language) -> None:
        text, now = self.text(), self._language

        def shown(found: str) -> None:
            problem = too_large(found)
            if problem:
                refused(ValueError(problem))
                return
            unchanged = text == self._first
            self._language = language
            self.panes.show_language(language)
            self.panes.edit.replace_text(found)
            if unchanged:
                self._first = self.text()

        def refused(error: Exception) -> None:
            self.panes.show_language(self._language)
            self.panes.problem.setText(f"Not laid out: {clip(visible(str(error)), _WORDS_CHARS)}.")

        self._shell.read(
            self, "convert", lambda _: converted(text, now, language), self._if_unchanged(text, shown), refused
        )  # fmt: skip

    def _take_number(self) -> None:
        check = self._check
        number = check.standing.number if check is not None and check.standing is not None else ""
        if check is None or check.document is None or not number:
            return
        changed = with_version(self.text(), self._language, check.document, number)
        self.panes.edit.replace_text(
            changed or document_text({**check.document, "contractVersion": number}, self._language)
        )  # fmt: skip
        self.panes.edit.setFocus()

    def _if_unchanged(self, text: str, show: Callable[[Any], None]) -> Callable[[Any], None]:
        """Return what shows an answer, unless something else stands in the editor by now."""

        def shown(found: Any) -> None:
            if text == self.text():
                show(found)

        return shown

    def _can_save(self) -> bool:
        check = self._check
        if check is None or not check.can_be_saved or check.standing is None or self._busy:
            return False
        return check.standing.kind in ("new", "version") or (
            check.standing.kind == "conflict" and self.panes.replace.isChecked()
        )

    def _send(self, check: Check) -> None:
        self._busy, self._wants_save = True, False
        self._show_buttons()
        replaces = check.standing is not None and check.standing.kind == "conflict"
        args = {"document": check.document, "origin": self._origin, "note": self.panes.note.text().strip(),
                "replace": replaces}  # fmt: skip
        send_command(self._shell, "save", args, partial(self._taken, check.contract), self._refused, owner=self)

    def _taken(self, contract: Contract | None, result: dict[str, Any]) -> None:
        if contract is not None:
            words = visible(f"{contract.method} {contract.endpoint}".strip())
            self._shell.notify(f"Version {visible(contract.version)} of {clip(words, _TITLE_CHARS)} is saved.")
        super().accept()
        self.saved.emit(int(result.get("endpoint") or 0), int(result.get("version") or 0))

    def _refused(self, words: str) -> None:
        self._busy = False
        self._show_buttons()
        self.panes.problem.setText(f"Not saved: {words}")

    def _failed(self, error: Exception) -> None:
        self.panes.show_marks((Mark(f"could not be checked: {visible(str(error))}"),))

    def _show_buttons(self, *_: object) -> None:
        self.panes.save.setEnabled(self._can_save())
        if self._check is None and not self.panes.edit.isReadOnly():
            self.panes.show_checking()


def _title(document: dict[str, Any] | None) -> str:
    if document is None:
        return "New contract"
    parts = [document.get(key) for key in ("serviceName", "method", "endpoint", "contractVersion")]
    name = " ".join(part for part in parts if isinstance(part, str) and part)
    return f"Edit {clip(visible(name), _TITLE_CHARS)}"
