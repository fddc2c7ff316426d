"""The Incidents view: sessions, bundles, notes and redaction, a page each."""

from importlib import import_module

from PySide6.QtWidgets import QWidget

from console.areas.incidents.view.sessions_page import SessionsPage
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.paged_view import PagedView
from console.qt.shell import Action, Shell

MENU = "&Incidents"


class IncidentsView(PagedView):
    """Places: `12` is a session; `bundles`, `notes` and `redaction` are pages, `notes/3` is a note."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        self.sessions = SessionsPage(shell, clock)

        def later(name: str, class_name: str, *args: object) -> QWidget:
            """Load a page's module only when somebody visits it."""
            page: QWidget = getattr(import_module(f"console.areas.incidents.view.{name}"), class_name)(shell, *args)
            return page

        pages = {
            "sessions": ("Sessions", lambda: self.sessions),
            "bundles": ("Bundles", lambda: later("bundles_page", "BundlesPage", clock)),
            "notes": ("Notes", lambda: later("notes_page", "NotesPage", clock)),
            "redaction": ("Redaction", lambda: later("redaction_page", "RedactionPage")),
        }
        super().__init__(shell, "incidents", MENU, pages)
        for action in self._actions():
            shell.add_action(action)

    def place(self) -> Ref | None:
        row = self.sessions.chosen() if self.page() == "sessions" else None
        return super().place() if row is None else Ref("incidents", str(row.id))

    def _actions(self) -> list[Action]:
        page = self.sessions

        def has_session() -> bool:
            return self._awake and self.page() == "sessions" and page.chosen() is not None

        def action(name: str, title: str, run: object, *, writes: bool = True, always: bool = False) -> Action:
            assert callable(run)
            enabled = None if always else has_session
            return Action(f"incidents.{name}", title, run, "", MENU, enabled=enabled, keywords=("session",), writes=writes)

        return [
            action("start", "Begin a new session…", page.ask_start, always=True),
            action("pin", "Pin or unpin the session (P)", page.toggle_pin),
            action("name", "Name the session… (R)", page.ask_name),
            action("note", "Write a note on the session… (N)", page.ask_note),
            action("timeline", "Show the session in the Timeline (T)", page.show_timeline, writes=False),
            action("compare", "Compare the session with the one before (C)", page.panel.open_choice, writes=False),
            action("export", "Export the session… (E)", page.export_session, writes=False),
            action("delete", "Delete the session… (Delete)", page.ask_delete),
        ]
