"""The stepper's commands: single letters are keys of the page, all of them stand in its menu and in the palette."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QMenu, QWidget

from console.qt.shell import Action

MENU = "&Sync"


class Command(NamedTuple):
    """`key` as it is shown. `needs` is "" (nothing), "conflict" (one is open), "field" (a field is the current one)."""

    name: str
    title: str
    key: str = ""
    needs: str = ""
    words: str = ""
    """On its button; empty for one without a button."""
    keywords: tuple[str, ...] = ()


COMMANDS = (
    Command("next_field", "Next field that is not decided", "J", "conflict"),
    Command("previous_field", "Previous field that is not decided", "K", "conflict"),
    Command("base", "Take base for this field", "1", "field", "Base"),
    Command("local", "Take local for this field", "2", "field", "Local"),
    Command("remote", "Take remote for this field", "3", "field", "Remote"),
    Command("both", "Take both for this field", "B", "field", "Both"),
    Command("edit", "Edit the result of this field…", "E", "field", "Edit…"),
    Command("delete", "Delete this field from the result", "D", "field", "Delete"),
    Command("undo", "Undo the last decision of this conflict", "U", "conflict", "Undo"),
    Command("next", "Next conflict", "N"),
    Command("previous", "Previous conflict", "P"),
    Command("skip", "Skip this conflict for now", "S", "conflict", "Skip"),
    Command("reject", "Reject: the conflict stays as it is…", "R", "conflict", "Reject…"),
    Command("send", "Send the result…", "Ctrl+Enter", "conflict", "Send…", ("apply", "resolve")),
    Command("server_wins", "Settle: the server wins", "", "conflict", keywords=("strategy", "resolve")),
    Command("client_wins", "Settle: the client wins", "", "conflict", keywords=("strategy", "resolve")),
    Command("merge", "Settle: merge what does not conflict", "", "conflict", keywords=("strategy", "resolve")),
    Command("reopen", "Reopen this conflict", "O", "conflict", "Reopen"),
    Command("similar", "Apply these decisions to similar conflicts…", "A", "conflict", "Similar…", ("bulk", "same")),
    Command("history", "History of this conflict…", "H", "conflict", "History…", ("audit", "who")),
    Command("rules", "Rules that settle conflicts by themselves…", "", keywords=("automatic", "strategy", "dry run")),
    Command("undo_bulk", "Undo the last step over several conflicts", "", keywords=("similar", "automatic")),
    Command("export", "Export recorded resolutions…", "", keywords=("save", "json", "SyncResolution")),
    Command("inspect", "Show the event that told this conflict", "I", "conflict", keywords=("inspector",)),
)
WRITES = frozenset(
    (
        "base", "local", "remote", "both", "edit", "delete", "undo", "reject", "send", "server_wins", "client_wins", "merge",
        "reopen", "similar", "rules", "undo_bulk",
    )
)  # fmt: skip
_LETTERS = {command.key.lower(): command.name for command in COMMANDS if len(command.key) == 1}
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def command_of(event: QKeyEvent) -> str | None:
    """Return the command that a key stands for on this page."""
    if event.key() in _ENTER and event.modifiers() & ~_PLAIN == Qt.KeyboardModifier.ControlModifier:
        return "send"
    if event.modifiers() & ~_PLAIN:
        return None
    return _LETTERS.get(event.text().lower())


def area_actions(run: Callable[[str], None], can_run: Callable[[Command], bool]) -> list[Action]:
    """Return the actions for menu and palette."""

    def action(command: Command) -> Action:
        title = f"{command.title} ({command.key})" if command.key else command.title
        return Action(
            f"sync.{command.name}", title, lambda: run(command.name), "", MENU,
            enabled=lambda: can_run(command), keywords=("conflict", *command.keywords), writes=command.name in WRITES,
        )  # fmt: skip

    return [action(command) for command in COMMANDS]


def context_menu(
    parent: QWidget, needs: tuple[str, ...], run: Callable[[str], None], can_run: Callable[[Command], bool]
) -> QMenu:
    """Return the menu of what can be done with the field or the conflict; it is gone when it closes."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for command in COMMANDS:
        if command.needs in needs:
            action = menu.addAction(f"{command.title}\t{command.key}")
            action.setEnabled(can_run(command))
            action.triggered.connect(partial(_run, run, command.name))
    return menu


def _run(run: Callable[[str], None], name: str, *_: object) -> None:
    run(name)
