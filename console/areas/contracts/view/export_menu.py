"""Exports contracts: asks in which form and where to, and writes the file."""

import sqlite3
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from console.areas.contracts.view.export_writing import Form, Wanted, export
from console.qt.shell import Shell
from console.qt.text import clip, visible
from console.qt.words import counted

_FORMS: dict[Form, str] = {"json": "JSON", "yaml": "YAML", "openapi": "OpenAPI 3.1"}
_FILTERS: dict[Form, str] = {"json": "JSON (*.json)", "yaml": "YAML (*.yaml *.yml)", "openapi": "JSON (*.json)"}
_NAMES: dict[Form, str] = {"json": "contracts.json", "yaml": "contracts.yaml", "openapi": "openapi.json"}


def export_menu(shell: Shell, owner: QWidget, *, version_id: int | None = None, service: str = "") -> QMenu:
    """Return the menu of exports: of a version, and of those of a service ("" for all); it is gone when it closes."""
    menu = QMenu(owner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def add(words: str, wanted: Wanted) -> None:
        menu.addAction(f"{words} as {_FORMS[wanted.form]}…").triggered.connect(partial(ask_place, shell, owner, wanted))

    if version_id is not None:
        for form in _FORMS:
            add("This version", Wanted(form, version_id))
        menu.addSeparator()
    whose = f" of {clip(visible(service), 40)}" if service else ""
    for form in _FORMS:
        add(f"Current versions{whose}", Wanted(form, None, service))
    menu.addSeparator()
    for form in ("json", "yaml"):  # an OpenAPI document has one version of each operation
        add(f"All versions{whose}", Wanted(form, None, service, all_versions=True))
    return menu


def ask_place(shell: Shell, owner: QWidget, wanted: Wanted, *_: object) -> None:
    """Ask for the file, and write it."""
    dialog = QFileDialog(owner, "Export contracts", _NAMES[wanted.form], f"{_FILTERS[wanted.form]};;All files (*)")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("yaml" if wanted.form == "yaml" else "json")
    dialog.fileSelected.connect(lambda name: export_to(shell, owner, wanted, Path(name)))
    dialog.open()


def export_to(shell: Shell, owner: QWidget, wanted: Wanted, path: Path) -> None:
    """Write the file on a pool thread, and say what became of it."""

    def write(connection: sqlite3.Connection) -> int:
        return export(connection, wanted, path)

    def done(number: int) -> None:
        shell.notify(f"{counted(number, 'contract')} written to {visible(str(path))}.")

    def failed(error: Exception) -> None:
        shell.notify(f"Not exported: {clip(visible(str(error)), 300)}", error=True)

    shell.read(owner, "export", write, done, failed)
