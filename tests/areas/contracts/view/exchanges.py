"""A store of contracts and of exchanges that kept or broke them, filled by real events, and the view over it."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pytestqt.qtbot import QtBot

from console.areas.contracts.store import COMMANDS, MIGRATIONS, projection
from console.areas.contracts.view import ContractsView
from console.model.event import Event
from tests.areas.contracts.view.contract_store import MESSAGES, SEARCH, ContractsShell, changed
from tests.command_shell import with_writer
from tests.driven_view import DrivenView
from tests.store_filling import START_MS, fill_store, read_text

STEP_MS = 1_000
FIRST_MS = START_MS + 3_000_000
"""Ten minutes before the clock of the shell."""
GOOD = {"hits": [{"id": "a", "quality": 0.5}], "total": 1}
BAD = {"hits": [{"id": "a", "quality": "0.83"}], "total": 1}


def exchange(number: int, *, response: Any = GOOD, path: str = "/acus/search", **changes: Any) -> Event:
    """Return the event of one exchange of the search, as the reporter's middleware tells it."""
    told = {"method": "GET", "path": path, "params": {"q": "ada"}, "status": 200, "durationMs": 120 + number % 9}
    told |= {"response": response} | changes
    data = {"contractId": "c1", "endpoint": path, "method": told["method"], "service": "server", "exchange": told}
    body = {
        "eventType": "contract_check", "timestamp": FIRST_MS + number * STEP_MS, "service": "server",
        "data": data | {"correlationId": f"corr-{number}"}, "contractState": {"checked": 1, "violations": 0},
    }  # fmt: skip
    return read_text(json.dumps(body), FIRST_MS + number * STEP_MS)


def traffic(good: int = 40, bad: int = 5) -> list[Event]:
    """Return exchanges that held, then some whose answer is broken, one without its parameter, one nobody declared."""
    numbers = iter(range(good + bad + 10))
    held = [exchange(next(numbers)) for _ in range(good)]
    broken = [exchange(next(numbers), response=BAD) for _ in range(bad)]
    asked = [exchange(next(numbers), params={})]
    return [*held, *broken, *asked, exchange(next(numbers), path="/health", response={"ok": True})]


def store_contracts(path: Path, events: Iterable[Event], *documents: dict[str, Any]) -> Path:
    """Make a store that knows these contracts, and then receives these events."""
    fill_store(path, [], migrations=[("contracts", MIGRATIONS)])
    for document in documents:
        args = {"document": document, "origin": "file"}
        with_writer(path, lambda connection, args=args: COMMANDS["save"](connection, args, FIRST_MS - 60_000))
    receive(path, events)
    return path


def receive(path: Path, events: Iterable[Event], source: str = "server") -> None:
    """Let a store receive events, as ingest does."""
    options: dict[str, Any] = {"projections": [("contracts", projection())], "migrations": [("contracts", MIGRATIONS)]}
    fill_store(path, list(events), source, **options)


OLDER = changed(SEARCH, contractVersion="1.0.0")
DOCUMENTS = (OLDER, SEARCH, MESSAGES, changed(SEARCH, serviceName="archive", endpoint="/old", contractVersion="0.9.0"))


class Opened(DrivenView[ContractsShell, ContractsView]):
    """The view over a store, with what tests look at."""

    def __init__(self, path: Path, qtbot: QtBot) -> None:
        shell = ContractsShell(path)
        super().__init__(shell, ContractsView(shell, clock=lambda: shell.now_ms), qtbot)
        self.endpoints, self.page = self.view.endpoints, self.view.endpoints.page
        self.view.setFocus()

    def lines(self) -> list[str]:
        """Return what the first column says, row by row."""
        model = self.endpoints.table.endpoints
        return [str(model.data(model.index(row, 0))) for row in range(model.rowCount())]

    def open(self, words: str) -> None:
        """Choose and open the endpoint whose line begins so."""
        number = next(n for n, line in enumerate(self.lines()) if line.startswith(words))
        self.endpoints.table.selectRow(number)
        self.endpoints.run("open")
        self.wait()

    def current(self) -> str:
        row = self.endpoints.table.endpoint()
        return "" if row is None else f"{row.method} {row.endpoint}"
