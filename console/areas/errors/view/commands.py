"""The area's commands: single letters are keys of the view, all of them stand in its menu and in the palette."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from console.qt.shell import Action

MENU = "E&rrors"


class Command(NamedTuple):
    """`needs` is "" (nothing), "group" (one or more are chosen) or "groups" (several are)."""

    name: str
    title: str
    needs: str = ""
    shortcut: str = ""
    keywords: tuple[str, ...] = ()


COMMANDS = (
    Command("open", "Open the group (Enter)", "group"),
    Command("resolve", "Resolve (R)", "group", keywords=("fixed", "done")),
    Command("resolve_note", "Resolve with a note… (Shift+R)", "group"),
    Command("ignore", "Ignore (I)", "group", keywords=("mute",)),
    Command("workaround", "Mark with a workaround… (W)", "group", keywords=("note",)),
    Command("reopen", "Reopen (O)", "group", keywords=("pending",)),
    Command("merge", "Merge the chosen groups (G)", "groups", keywords=("join", "same")),
    Command("split", "Split the group… (X)", "group", keywords=("divide",)),
    Command("undo", "Undo the last change to groups (Ctrl+Z)"),
    Command("select_all", "Choose all groups (A)"),
    Command("next", "Next group (J)"),
    Command("previous", "Previous group (K)"),
    Command("next_event", "Next event of the group, older (N)", "group"),
    Command("previous_event", "Previous event of the group, newer (P)", "group"),
    Command("refresh", "Refresh the order of groups (.)"),
    Command("words", "Find groups by words (/)", keywords=("search", "filter")),
    Command("copy", "Copy a summary of the group (C)", "group", keywords=("markdown", "address", "link")),
    Command("timeline", "Events of the group in the timeline (Shift+Enter)", "group"),
    Command("looked", "I have looked: mark all groups as seen (M)", keywords=("read", "new", "seen")),
    Command("regroup", "Group all errors anew", keywords=("rules", "fingerprint")),
    Command("save_view", "Save this view of the errors…", "", "Ctrl+Shift+S", ("bookmark",)),
    Command("order_last", "Order groups by last seen"),
    Command("order_first", "Order groups by first seen"),
    Command("order_count", "Order groups by number of events"),
    Command("order_severity", "Order groups by severity"),
    Command("order_trend", "Order groups by what rises most"),
    Command("columns", "Reset the columns of Errors"),
)
WRITES = frozenset(("resolve", "resolve_note", "ignore", "workaround", "reopen", "merge", "split", "undo", "regroup"))
_LETTERS = {
    "r": "resolve", "R": "resolve_note", "i": "ignore", "w": "workaround", "o": "reopen", "g": "merge", "x": "split",
    "a": "select_all", "j": "next", "k": "previous", "n": "next_event", "p": "previous_event", ".": "refresh",
    "/": "words", "c": "copy", "m": "looked",
}  # fmt: skip
_PLAIN = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


def command_of(event: QKeyEvent) -> str | None:
    """Return the command that a key stands for in this view."""
    if event.matches(QKeySequence.StandardKey.Undo):
        return "undo"
    if event.modifiers() & ~_PLAIN:
        return None
    if event.key() == Qt.Key.Key_Escape:
        return "back"
    if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return "timeline" if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else "open"
    return _LETTERS.get(event.text())


def area_actions(run: Callable[[str], None], can_run: Callable[[Command], bool]) -> list[Action]:
    """Return the actions for menu and palette."""

    def action(command: Command) -> Action:
        return Action(
            f"errors.{command.name}", command.title, lambda: run(command.name), command.shortcut, MENU,
            enabled=lambda: can_run(command), keywords=("errors", *command.keywords), writes=command.name in WRITES,
        )  # fmt: skip

    return [action(command) for command in COMMANDS]


def context_menu(parent: QWidget, run: Callable[[str], None], can_run: Callable[[Command], bool]) -> QMenu:
    """Return the menu of what can be done with the chosen groups; it is gone when it closes."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for command in COMMANDS:
        if command.needs and not command.name.endswith("_event"):
            title, _, key = command.title.removesuffix(")").partition(" (")
            action = menu.addAction(f"{title}\t{key}")
            action.setEnabled(can_run(command))
            action.triggered.connect(partial(_run, run, command.name))
    return menu


def _run(run: Callable[[str], None], name: str, *_: object) -> None:
    run(name)
