"""Help: the keys, about, and what a report about the console itself should hold."""

import platform
import sqlite3
import sys
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from console.qt.actions import shortcut_words
from console.qt.shell import Action
from console.qt.theme import mono_font

_DISTRIBUTIONS = ("PySide6-Essentials", "pyqtgraph", "numpy", "msgspec", "websockets", "sqlite-utils")
_OTHER_KEYS = (
    ("Space", "Pause, or follow the present"),
    ("Ctrl+Space, Down", "In the filter: what may come next"),
    ("Escape", "In the filter: undo what was typed, then clear it"),
    ("Enter, E", "In a stack: source lines, open in the editor"),
    ("F6", "On to the next part of the window"),
)


def shortcuts_text(actions: Iterable[Action]) -> str:
    """Return all keys of the window, by menu."""
    lines: list[str] = []
    by_menu: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        if action.shortcut:
            by_menu.setdefault(action.menu or "Elsewhere", []).append(
                (shortcut_words(action), action.title.replace("&", ""))
            )
    by_menu.setdefault("Everywhere", []).extend(_OTHER_KEYS)
    for menu, keys in by_menu.items():
        lines += ["", menu.replace("&", ""), *(f"  {key:<26}{title}" for key, title in keys)]
    return "\n".join(lines).strip()


def about_text() -> str:
    """Return what this program is."""
    return (
        f"VIVIM console {_version('vivim-console')}\n\n"
        "Attaches to the debug streams of services, keeps every event in one SQLite file,\n"
        "and shows what happens live. Nothing is lost in silence."
    )


def doctor_text(db: Path, settings: Path, lateness: str, log: Path) -> str:
    """Return versions, places and figures for a report about the console. Reads no file."""
    lines = [f"Python     {platform.python_version()} on {platform.platform()}", f"Qt         {qVersion()} ({_platform()})"]
    lines += [f"SQLite     {sqlite3.sqlite_version}{_wal_words()}"]
    lines += [f"{name:<24}{_version(name)}" for name in ("vivim-console", *_DISTRIBUTIONS)]
    lines += ["", f"Store      {db}", f"Settings   {settings}", f"Log        {log}", "", lateness]
    lines += ["", f"More, with checks of the store: {Path(sys.executable).name} -m console doctor --db {db}"]
    return "\n".join(lines)


def text_dialog(parent: QWidget, title: str, text: str) -> QDialog:
    """Return a dialog with plain text to read and to copy; the caller opens it."""
    dialog = QDialog(parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowTitle(title)
    dialog.resize(640, min(460, 110 + 18 * max(4, text.count("\n"))))
    column = QVBoxLayout(dialog)
    edit = QPlainTextEdit(text)
    edit.setReadOnly(True)
    edit.setFont(mono_font())
    edit.setAccessibleName(title)
    edit.setTabChangesFocus(True)
    column.addWidget(edit)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    copy = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
    copy.setAutoDefault(False)
    buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(edit.toPlainText()))
    buttons.rejected.connect(dialog.close)
    column.addWidget(buttons)
    return dialog


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _platform() -> str:
    return QGuiApplication.platformName()


def _wal_words() -> str:
    return "" if sqlite3.sqlite_version_info >= (3, 51, 3) else " (has the WAL-reset bug; one writing process avoids it)"
