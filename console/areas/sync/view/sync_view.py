"""The Sync view: conflicts to settle, health of the replicas, and all issues, a page each."""

from importlib import import_module

from PySide6.QtWidgets import QWidget

from console.areas.sync.view.commands import MENU
from console.areas.sync.view.conflicts_page import ConflictsPage
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.paged_view import PagedView
from console.qt.shell import Shell


class SyncView(PagedView):
    """Places: `12` is a conflict in the stepper, `health` and `issues` are pages, `issues/12` is something on one."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock, who: str = "") -> None:
        self.conflicts = ConflictsPage(shell, clock, who)

        def later(name: str, class_name: str) -> QWidget:
            """Load a page's module only when somebody visits it."""
            page: QWidget = getattr(import_module(f"console.areas.sync.view.{name}"), class_name)(shell, clock)
            return page

        pages = {
            "conflicts": ("Conflicts", lambda: self.conflicts),
            "health": ("Health", lambda: later("health_page", "HealthPage")),
            "issues": ("Issues", lambda: later("issues_page", "IssuesPage")),
        }
        super().__init__(shell, "sync", MENU, pages)

    def place(self) -> Ref | None:
        return self.conflicts.place() if self.page() == "conflicts" else super().place()
