"""A store with two sessions, notes and errors, and a window over it that really runs the area's commands."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from console.areas.incidents.store import COMMANDS
from console.areas.incidents.view import IncidentsView
from tests.areas.errors.error_store import failure
from tests.areas.whole_store import WholeStore
from tests.command_shell import CommandShell
from tests.driven_view import DrivenView
from tests.store_filling import START_MS, sample_events

HOUR_MS = 3_600_000
NOW_MS = START_MS + 3 * HOUR_MS
NOTE = "# What happened\nThe save failed, see console://errors/1 and `store.ts`.\nNot http://evil.example/ or console://No!"


def store_sessions(path: Path) -> Path:
    """Fill a store with two sessions an hour apart and a note: `old` errors in the first, `fresh` ones in the second."""
    store = WholeStore(path)
    for hour, name in enumerate(("old", "fresh")):
        start_ms = store.now_ms = START_MS + hour * HOUR_MS
        store.attach("server")
        store.arrive([*sample_events(60, hour, start_ms), *(failure(name, start_ms + i * 30_000) for i in range(40))])
        store.now_ms = start_ms + 20 * 60_000
        store.attach()
    store.do("incidents", "note", title="Monday", markdown=NOTE)
    store.close()
    return path


class IncidentsShell(CommandShell):
    """Notes what areas want of the window."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, COMMANDS, NOW_MS)
        self.ran: list[str] = []
        self.opened: list[Path] = []
        self.action_wanted.connect(self.ran.append)
        self.incident_wanted.connect(self.opened.append)


class Opened(DrivenView[IncidentsShell, IncidentsView]):
    """The view over such a store."""

    def __init__(self, path: Path, qtbot: QtBot, *, read_only: str = "") -> None:
        shell = IncidentsShell(path)
        shell.read_only = read_only
        super().__init__(shell, IncidentsView(shell, lambda: NOW_MS), qtbot)
