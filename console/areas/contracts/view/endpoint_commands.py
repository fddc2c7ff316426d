"""What can be done on the Endpoints page with what is chosen there: a contract, one of its versions, drift of it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from console.areas.contracts.store.answers import VersionRow
from console.areas.contracts.view.contract_commands import ContractCommands
from console.areas.contracts.view.contract_page import ContractPage
from console.areas.contracts.view.drift_commands import DriftCommands
from console.areas.contracts.view.endpoint_bar import EndpointBar
from console.areas.contracts.view.endpoint_table import EndpointTable
from console.areas.contracts.view.recheck_line import RecheckLine
from console.model.area import Ref
from console.model.clock import Clock
from console.qt.shell import Shell
from console.qt.text import visible
from console.store.filter import quote_value


class EndpointCommands:
    """Commands without anything to work on say what is to be chosen first; `refresh` is called after each that was done."""

    def __init__(
        self, shell: Shell, owner: QWidget, bar: EndpointBar, table: EndpointTable, page: ContractPage, clock: Clock,
        refresh: Callable[[], None], recheck: RecheckLine,
    ) -> None:  # fmt: skip
        self._shell, self._bar, self._table, self._page = shell, bar, table, page
        self._contracts = ContractCommands(shell, owner, refresh, recheck.offer)
        self._recheck = recheck
        self._drift = DriftCommands(shell, owner, page.findings, clock, refresh)

    def runs(self) -> dict[str, Callable[[], None]]:
        """Return the commands by name."""
        contracts = self._contracts
        return {
            "import": contracts.import_documents,
            "examples": partial(contracts.import_documents, examples=True),
            "new": contracts.write_new,
            "export": self._export,
            "edit": partial(self._with_version, contracts.edit),
            "compare": partial(self._with_version, self._compare),
            "check_against": partial(self._with_version, self._check_against),
            "recheck": partial(self._with_version, self._check_stored),
            "recheck_all": self._recheck.start,
            "remove": partial(self._with_version, self._remove),
            "propose": self._propose,
            "copy": partial(self._with_version, self._copy),
            "accept": self._drift.accept,
            "mute": self._drift.mute,
            "timeline": self._show_timeline,
        }

    def has(self, needs: str) -> bool:
        """Tell whether there is what a command needs."""
        if needs == "endpoint":
            return self._target() is not None
        return self._page.version() is not None if needs == "version" else bool(self._page.findings())

    def _target(self) -> int | None:
        row = self._table.endpoint()
        return self._page.endpoint_id if row is None else row.id

    def _with_version(self, run: Callable[[VersionRow], None]) -> None:
        row = self._page.version()
        if row is None:
            self._shell.notify("Open an endpoint that has a contract first.")
        else:
            run(row)

    def _compare(self, row: VersionRow) -> None:
        if self._page.answer is not None:
            self._contracts.compare(self._page.answer.page.versions, row)

    def _check_against(self, row: VersionRow) -> None:
        if row.is_current:
            self._shell.notify(f"Version {visible(row.version)} is the one that is checked already.")
        else:
            self._contracts.check_against(row)

    def _check_stored(self, row: VersionRow) -> None:
        if row.is_current:
            self._recheck.start(self._page.endpoint_id)
        else:
            self._shell.notify(f"Traffic is not checked against version {visible(row.version)}; choose that first (V).")

    def _remove(self, row: VersionRow) -> None:
        if self._page.answer is not None:
            self._contracts.remove(self._page.answer.page, row)

    def _propose(self) -> None:
        target = self._target()
        if target is None:
            self._shell.notify("Choose an endpoint first.")
        else:
            self._contracts.propose(target)

    def _copy(self, _: VersionRow) -> None:
        if self._page.answer is not None:
            self._contracts.copy(self._page.answer.document)

    def _export(self) -> None:
        row, of_versions = self._page.version(), self._page.versions.buttons["export"]
        anchor = of_versions if of_versions.isVisible() else self._bar.buttons["export"]
        self._contracts.export(anchor, None if row is None else row.id, self._bar.asked()[1])

    def _show_timeline(self) -> None:
        row = self._table.endpoint()
        if row is None and self._page.answer is not None:
            row = self._page.answer.page.row
        if row is None:
            self._shell.notify("Choose an endpoint first.")
        else:
            text = f"type:contract_check service:{quote_value(row.service)}"
            self._shell.navigate(Ref("timeline", filter_text=text))
