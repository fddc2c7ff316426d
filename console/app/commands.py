"""The window's own commands: one table for menus, keys and palette."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from console.app.scope import SPANS
from console.model.area import Ref
from console.model.place import PlaceError, format_place, parse_place
from console.qt.shell import Action

if TYPE_CHECKING:
    from console.app.main_window import MainWindow

MENUS = ("&File", "&View", "&Go", "&Event", "&Help")


def window_actions(window: "MainWindow") -> list[Action]:
    """Return the commands in the order of the menus."""
    return [*_file(window), *_view(window), *_go(window), *_event(window), *_help(window)]


def _file(window: "MainWindow") -> list[Action]:
    return [
        Action("file.attach", "&Attach a source…", lambda: window.shell.navigate(Ref("sources", "new")), "Ctrl+N", "&File",
               keywords=("connect", "add"), writes=True),
        Action("file.demo", "Start the &demo", window.start_demo, "", "&File", enabled=lambda: not window.demo.running,
               writes=True),
        Action("file.demo_stop", "Sto&p the demo", window.stop_demo, "", "&File", enabled=lambda: window.demo.running,
               writes=True),
        Action("file.open", "&Open a store in a new window…", window.open_store, "Ctrl+O", "&File",
               keywords=("database", "db")),
        Action("file.export", "&Export incident…", window.export_incident, "Ctrl+Shift+E", "&File",
               keywords=("bundle", "vcb", "pack", "share", "redact", "colleague")),
        Action("file.export_har", "Export as &HAR…", partial(window.export_incident, "har"), "", "&File",
               keywords=("requests", "responses", "network", "browser", "redact")),
        Action("file.export_jsonl", "Export as &JSONL…", partial(window.export_incident, "jsonl"), "", "&File",
               keywords=("json lines", "ndjson", "events", "redact")),
        Action("file.open_incident", "Open &incident…", window.open_incident, "Ctrl+Shift+I", "&File",
               keywords=("bundle", "vcb", "har", "jsonl", "import")),
        Action("file.retention", "What the store &keeps…", window.show_retention, "", "&File",
               keywords=("retention", "limit", "delete", "size", "age", "shrink", "disk"), writes=True),
        Action("file.quit", "&Quit", lambda: _quit(window), "Ctrl+Q", "&File", keywords=("exit",)),
    ]  # fmt: skip


def _view(window: "MainWindow") -> list[Action]:
    themes = [
        Action(f"view.theme.{name}", f"{name.capitalize()} theme", partial(window.set_theme, name), "", "&View",
               keywords=("colours", "appearance")) for name in ("system", "light", "dark")
    ]  # fmt: skip
    spans = [
        Action(f"view.span.{i}", words, partial(window.shell.set_span, span), "", "", keywords=("range", "time"))
        for i, (words, span) in enumerate(SPANS)
    ]
    return [
        Action("view.live", "Pause or follow the &present", window.toggle_live, "Space|Ctrl+L", "&View", keywords=("live",)),
        Action("view.filter", "Go to the &filter", window.focus_filter, "Ctrl+F", "&View", keywords=("search", "find")),
        Action("view.clear", "Clear the filter", lambda: window.shell.set_filter(""), "Ctrl+Shift+F", "&View"),
        Action("view.range", "Time &range…", window.scope_bar.range.open_menu, "Ctrl+R", "&View"),
        Action("view.custom", "Range from … to …", window.scope_bar.range.open_form, "Ctrl+Shift+R", "&View"),
        Action("view.earlier", "Earlier range", lambda: window.shell.shift(-1), "Alt+,", "&View"),
        Action("view.later", "Later range", lambda: window.shell.shift(1), "Alt+.", "&View"),
        Action("view.inspector", "Show or hide the &inspector", window.toggle_inspector, "Ctrl+I", "&View"),
        *themes,
        Action("view.reset", "Reset &layout", window.reset_layout, "", "&View", keywords=("columns", "docks", "default")),
        *spans,
    ]


def _go(window: "MainWindow") -> list[Action]:
    areas = [
        Action(f"area.{area.name}", area.title, partial(window.shell.navigate, Ref(area.name)), area.shortcut, "&Go")
        for area in window.areas
    ]
    return [
        *areas,
        Action("go.back", "&Back", lambda: window.shell.go(-1), "Alt+Left", "&Go",
               enabled=lambda: window.shell.history.can_go(-1)),
        Action("go.forward", "&Forward", lambda: window.shell.go(1), "Alt+Right", "&Go",
               enabled=lambda: window.shell.history.can_go(1)),
        Action("go.palette", "Command &palette…", window.command_palette.open, "Ctrl+K", "&Go"),
        Action("go.copy", "&Copy the address of this place", lambda: copy_address(window), "Ctrl+Shift+C", "&Go",
               keywords=("link", "url", "share")),
        Action("go.paste", "Go to the address on the clip&board", lambda: paste_address(window), "Ctrl+Shift+V", "&Go",
               keywords=("link", "url", "open")),
        Action("go.part", "Next part of the window", window.focus_next_part, "F6", "&Go"),
    ]  # fmt: skip


def _event(window: "MainWindow") -> list[Action]:
    def has_event() -> bool:
        return window.inspector.detail is not None

    inspector = window.inspector
    step, in_group = inspector.step, inspector.step_in_group
    sections = [
        Action(f"event.section.{n}", f"Section {n} of the inspector", partial(inspector.go_to_number, n), f"Alt+{n}",
               enabled=has_event) for n in range(1, 10)
    ]  # fmt: skip
    return [
        Action("event.previous", "Previous event", partial(step, -1), "Ctrl+Up", "&Event", enabled=has_event),
        Action("event.next", "Next event", partial(step, 1), "Ctrl+Down", "&Event", enabled=has_event),
        Action("event.group_previous", "Previous event of this group", partial(in_group, -1), "Ctrl+Shift+Up", "&Event",
               enabled=inspector.has_group),
        Action("event.group_next", "Next event of this group", partial(in_group, 1), "Ctrl+Shift+Down", "&Event",
               enabled=inspector.has_group),
        Action("event.group", "Show the &group of this error", inspector.open_group, "Ctrl+Shift+G", "&Event",
               enabled=inspector.has_group, keywords=("errors",)),
        Action("event.trace", "Show the &trace of this event", inspector.open_trace, "Ctrl+T", "&Event",
               enabled=inspector.has_trace, keywords=("lanes", "correlation")),
        Action("event.correlation", "Events of this correlation", inspector.open_correlation,
               "Ctrl+Shift+O", "&Event", enabled=inspector.head.correlation.isEnabled),
        Action("event.section_previous", "Previous section of the inspector", partial(inspector.step_section, -1), "[",
               "&Event", enabled=has_event),
        Action("event.section_next", "Next section of the inspector", partial(inspector.step_section, 1), "]", "&Event",
               enabled=has_event),
        *sections,
        Action("event.editor", "Editor and path &mapping…", inspector.edit_mapping, "", "&Event",
               keywords=("vs code", "pycharm", "stack", "container", "source")),
    ]  # fmt: skip


def _help(window: "MainWindow") -> list[Action]:
    return [
        Action("help.keys", "&Keyboard shortcuts", window.show_shortcuts, "F1", "&Help"),
        Action("help.doctor", "&Doctor", window.show_doctor, "", "&Help", keywords=("versions", "diagnosis", "lateness")),
        Action("help.notices", "&Notices", window.show_notices, "", "&Help", keywords=("faults", "errors", "log")),
        Action("help.about", "&About", window.show_about, "", "&Help"),
    ]


def _quit(window: "MainWindow") -> None:
    window.close()


def copy_address(window: "MainWindow") -> None:
    address = format_place(window.shell.address())
    QGuiApplication.clipboard().setText(address)
    window.shell.notify(f"Copied {address}")


def paste_address(window: "MainWindow") -> None:
    try:
        window.shell.navigate(parse_place(QGuiApplication.clipboard().text()))
    except PlaceError as error:
        window.shell.notify(f"The clipboard holds no place: {error}", error=True)
