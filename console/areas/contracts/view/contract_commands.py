"""What can be done with contracts and versions: dialogs where something must be known, then a command to the writer."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMessageBox, QWidget

from console.areas.contracts.store.answers import EndpointPage, VersionRow
from console.areas.contracts.store.reading import proposal
from console.areas.contracts.view.commanding import send_command
from console.areas.contracts.view.endpoint_words import endpoint_name
from console.qt.clipboard import put_on_clipboard
from console.qt.shell import Shell
from console.qt.text import clip, visible
from console.reporter.contracts.contract import Contract, write_contract

_WORDS_CHARS = 200


class ContractCommands:
    """Dialogs belong to `owner` and are loaded when they are first wanted; `changed` after each that was done.

    `added` besides after those that brought a contract in: what is stored was not checked against it.
    """

    def __init__(
        self, shell: Shell, owner: QWidget, changed: Callable[[], None], added: Callable[[], None]
    ) -> None:  # fmt: skip
        self._shell, self._owner, self._changed, self._added = shell, owner, changed, added

    def import_documents(self, *, examples: bool = False) -> None:
        """Ask for files, or take the examples that come with the console."""
        from console.areas.contracts.view.import_dialog import ImportDialog

        dialog = ImportDialog(self._shell, self._owner)
        dialog.imported.connect(self._changed)
        dialog.imported.connect(self._added)
        dialog.open()
        if examples:
            dialog.read_examples()

    def write_new(self) -> None:
        self._edit(None, "edited")

    def edit(self, row: VersionRow) -> None:
        """Write a new version on the ground of this one."""
        self._edit(row.document, "edited")

    def propose(self, endpoint_id: int) -> None:
        """Infer a contract from what was observed, and let it be edited before it is kept."""

        def read(connection: sqlite3.Connection) -> Contract:
            return proposal(connection, endpoint_id)

        def failed(error: Exception) -> None:
            self._shell.notify(f"No contract can be proposed: {clip(visible(str(error)), _WORDS_CHARS)}", error=True)

        def take(contract: Contract) -> None:
            self._edit(write_contract(contract), "accepted")

        self._shell.read(self._owner, "propose", read, take, failed)

    def compare(self, versions: Sequence[VersionRow], chosen: VersionRow) -> None:
        """Set a version beside the one that is checked, or that one beside the version before it."""
        pair = pair_of(versions, chosen)
        if pair is None:
            self._shell.notify("There is only one version: nothing to compare it with.")
            return
        from console.areas.contracts.view.versions_dialog import VersionsDialog

        older, newer = pair
        VersionsDialog(self._shell, versions, older.id, newer.id, self._owner).open()

    def check_against(self, row: VersionRow) -> None:
        """Check traffic against this version from now on."""

        def taken(_: dict[str, Any]) -> None:
            self._shell.notify(f"Traffic is checked against version {visible(row.version)} from now on.")
            self._changed()
            self._added()

        send_command(self._shell, "current", {"version": row.id}, taken)

    def remove(self, page: EndpointPage, row: VersionRow) -> None:
        """Ask, then forget a version."""
        name = f"version {visible(row.version)} of {endpoint_name(page.row.method, page.row.endpoint)}"
        words = f"Remove {clip(name, _WORDS_CHARS)}?"
        rest = [one for one in page.versions if one.id != row.id]
        detail = "It is gone for good; what was observed stays."
        detail += " The newest other one is checked then." if row.is_current and rest else ""
        detail += " Nothing is promised for this endpoint then." if not rest else ""
        buttons = QMessageBox.StandardButton.Ok | QMessageBox.StandardButton.Cancel
        box = QMessageBox(QMessageBox.Icon.Question, "Remove a version", words, buttons, self._owner)
        box.setTextFormat(box.textFormat().PlainText)
        box.setInformativeText(detail)
        box.button(QMessageBox.StandardButton.Ok).setText("Remove")
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.accepted.connect(lambda: self._remove(row))
        box.finished.connect(lambda _: box.deleteLater())
        box.open()

    def export(self, anchor: QWidget, version_id: int | None, service: str) -> None:
        """Offer the exports in a menu below `anchor`."""
        from console.areas.contracts.view.export_menu import export_menu

        menu = export_menu(self._shell, self._owner, version_id=version_id, service=service)
        menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height())))

    def copy(self, text: str) -> None:
        put_on_clipboard(text)
        self._shell.notify("The contract is on the clipboard as JSON.")

    def _remove(self, row: VersionRow) -> None:
        def taken(_: dict[str, Any]) -> None:
            self._shell.notify(f"Version {visible(row.version)} is removed.")
            self._changed()

        send_command(self._shell, "remove", {"version": row.id}, taken)

    def _edit(self, document: dict[str, Any] | None, origin: str) -> None:
        from console.areas.contracts.view.editor_dialog import EditorDialog

        dialog = EditorDialog(self._shell, document, origin=origin, parent=self._owner)
        dialog.saved.connect(lambda *_: self._changed())
        dialog.saved.connect(lambda *_: self._added())
        dialog.open()


def pair_of(versions: Sequence[VersionRow], chosen: VersionRow) -> tuple[VersionRow, VersionRow] | None:
    """Return which versions to compare, the older one first; `versions` are newest first."""
    place = next((n for n, row in enumerate(versions) if row.id == chosen.id), None)
    current = next((n for n, row in enumerate(versions) if row.is_current), None)
    if place is None or len(versions) < 2:
        return None
    other = current if current not in (None, place) else place + 1 if place + 1 < len(versions) else place - 1
    newer, older = sorted((place, other if other is not None else 0))
    return versions[older], versions[newer]
