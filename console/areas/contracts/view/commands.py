"""The area's commands: single letters are keys of the Endpoints page, all of them stand in its menu and in the palette."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from console.qt.shell import Action

MENU = "&Contracts"


class Command(NamedTuple):
    """`needs` is "" (nothing), "endpoint" (one is chosen), "version" (it has a contract) or "finding" (one is chosen)."""

    name: str
    title: str
    key: str = ""
    needs: str = ""
    words: str = ""
    """On its button; empty for one without a button."""
    keywords: tuple[str, ...] = ()

    def tooltip(self) -> str:
        return f"{self.title} ({self.key})" if self.key else self.title


COMMANDS = (
    Command("import", "Import contracts or an OpenAPI document…", "I", "", "Import…", ("openapi", "yaml", "json", "file")),
    Command("examples", "Import the example contracts…", keywords=("resources", "sample")),
    Command("new", "Write a new contract…", "N", "", "New…", ("create", "add")),
    Command("export", "Export contracts…", "X", "", "Export…", ("openapi", "yaml", "json", "save")),
    Command("open", "Open the endpoint's contract", "Enter", "endpoint"),
    Command("next", "Next endpoint", "J"),
    Command("previous", "Previous endpoint", "K"),
    Command("words", "Find endpoints by words", "/", keywords=("search", "filter")),
    Command("edit", "Edit as a new version…", "E", "version", "Edit…", ("change",)),
    Command("compare", "Compare versions…", "C", "version", "Compare…", ("compatibility", "diff", "breaking")),
    Command("check_against", "Check against this version", "V", "version", "Check against this", ("current",)),
    Command("recheck", "Check stored traffic against this contract", "S", "version", "Check stored", ("past", "history")),
    Command("recheck_all", "Check stored traffic against all contracts", keywords=("past", "history", "recheck")),
    Command("remove", "Remove this version…", "Delete", "version", "Remove…", ("delete",)),
    Command("propose", "Propose a contract from what was observed…", "P", "endpoint", "Propose…", ("infer", "learn")),
    Command("copy", "Copy the contract as JSON", "Y", "version", keywords=("document", "clipboard")),
    Command("accept", "Accept the chosen drift as a new version…", "A", "finding", "Accept…", ("widen",)),
    Command("mute", "Mute the chosen drift…", "M", "finding", "Mute…", ("silence",)),
    Command("timeline", "Contract checks of this service in the Timeline", "L", "endpoint", keywords=("filter",)),
    Command("refresh", "Read the contracts anew", "."),
    Command("columns", "Reset the columns of Contracts"),
    Command("acknowledge_all", "Acknowledge all alerts about contracts", keywords=("alert", "seen")),
)
WRITES = frozenset(
    (
        "import", "examples", "new", "edit", "check_against", "recheck", "recheck_all", "remove", "propose", "accept",
        "mute", "acknowledge_all",
    )
)  # fmt: skip
BUTTONS_OF_VERSION = ("edit", "compare", "check_against", "export", "remove")
_LETTERS = {command.key.lower(): command.name for command in COMMANDS if len(command.key) == 1}
_KEYS = {Qt.Key.Key_Delete: "remove", Qt.Key.Key_Escape: "close", Qt.Key.Key_Return: "open", Qt.Key.Key_Enter: "open"}
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


def command_of(event: QKeyEvent) -> str | None:
    """Return the command that a key stands for on the Endpoints page; digits choose a tab: "tab_1"."""
    if event.modifiers() & ~_PLAIN:
        return None
    text = event.text()
    if text in ("1", "2", "3", "4", "5", "6"):
        return f"tab_{text}"
    return _KEYS.get(Qt.Key(event.key())) or _LETTERS.get(text.lower())


def area_actions(run: Callable[[str], None], can_run: Callable[[Command], bool]) -> list[Action]:
    """Return the actions for menu and palette."""

    def action(command: Command) -> Action:
        return Action(
            f"contracts.{command.name}", command.tooltip(), lambda: run(command.name), "", MENU,
            enabled=lambda: can_run(command), keywords=("contract", *command.keywords), writes=command.name in WRITES,
        )  # fmt: skip

    return [action(command) for command in COMMANDS]


def context_menu(parent: QWidget, run: Callable[[str], None], can_run: Callable[[Command], bool]) -> QMenu:
    """Return the menu of what can be done with an endpoint; it is gone when it closes."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for command in COMMANDS:
        if command.needs in ("endpoint", "version"):
            action = menu.addAction(f"{command.title}\t{command.key}")
            action.setEnabled(can_run(command))
            action.triggered.connect(partial(_run, run, command.name))
    return menu


def _run(run: Callable[[str], None], name: str, *_: object) -> None:
    run(name)
