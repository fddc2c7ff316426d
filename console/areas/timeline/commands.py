"""The timeline's commands for the menus and the palette."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.qt.shell import Action

if TYPE_CHECKING:
    from console.areas.timeline.view import TimelineView


def view_actions(view: "TimelineView") -> list[Action]:
    """Return the actions; single letters are keys of the list itself and stand in the titles only."""
    event = view.actions_on_event

    def active() -> bool:
        return view.active

    def on_event() -> bool:
        return view.active and view.table.current_line() is not None

    def toggle_folding() -> None:
        view.set_folding(not view.model.folding)

    def action(
        name: str,
        title: str,
        run: Callable[[], None],
        shortcut: str = "",
        enabled: Callable[[], bool] = active,
        *words: str,
    ) -> Action:
        writes = name in ("pin", "bookmark")
        return Action(f"timeline.{name}", title, run, shortcut, "&Timeline", enabled=enabled, keywords=words, writes=writes)

    return [
        action("jump", "Jump to time…", view.ask_jump, "Ctrl+G", active, "go", "moment", "clock"),
        action("newest", "Go to the newest event and follow (G)", view.go_to_newest, "", active, "tail", "end"),
        action("oldest", "Go to the oldest event (g)", view.go_to_oldest, "", active, "start"),
        action("next_error", "Next error (n)", lambda: view.find_error(True)),
        action("previous_error", "Previous error (N)", lambda: view.find_error(False)),
        action("fold", "Fold or unfold repeats", toggle_folding, "", active, "collapse", "repeats", "group"),
        action("pin", "Pin or unpin event (p)", event.toggle_pin, "", on_event, "keep", "star"),
        action("bookmark", "Bookmark event with a note… (b)", event.bookmark, "", on_event, "note"),
        action("copy_json", "Copy event as JSON", event.copy_json, "", on_event, "payload"),
        action("copy_markdown", "Copy event as Markdown", event.copy_markdown, "", on_event),
        action("copy_curl", "Copy request as curl", event.copy_curl, "", on_event, "request", "http"),
        action("copy_pytest", "Copy event as pytest fixture", event.copy_pytest, "", on_event, "test"),
        action("copy_rows", "Copy selected rows as TSV", event.copy_rows, "", on_event, "spreadsheet"),
        action("mark", "Mark event to compare (x)", event.mark, "", on_event, "diff"),
        action("compare", "Compare the two selected events", event.compare_selected, "", on_event, "diff"),
        action("columns", "Reset columns", view.columns.reset, "", active, "layout"),
    ]
