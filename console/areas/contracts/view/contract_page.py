"""The page of one endpoint's contract: its head, and tabs for what is promised, observed, broken and changed."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from console.areas.contracts.store.answers import FindingRow, VersionRow
from console.areas.contracts.view.contract_head import ContractHead
from console.areas.contracts.view.document_tab import DocumentTab
from console.areas.contracts.view.drift_table import DriftTable
from console.areas.contracts.view.observed_tab import ObservedTab
from console.areas.contracts.view.question import EndpointAnswer
from console.areas.contracts.view.timeline_tab import TimelineTab
from console.areas.contracts.view.versions_tab import VersionsTab
from console.areas.contracts.view.violation_browser import ViolationBrowser
from console.model.area import Ref
from console.model.clock import Clock
from console.qt.little_buttons import button_row, little_button
from console.qt.shell import Shell

TABS = ("Expected and observed", "Violations", "Drift", "Timeline", "Versions", "Document")
_OBSERVED, _VIOLATIONS, _DRIFT, _TIMELINE, _VERSIONS, _DOCUMENT = range(6)


class ContractPage(QWidget):
    """Shows an answer; `commanded` carries the name of a command, `version_wanted` the id of a version to look at."""

    commanded = Signal(str)
    version_wanted = Signal(int)

    def __init__(self, shell: Shell, clock: Clock) -> None:
        super().__init__()
        self._shell = shell
        self.answer: EndpointAnswer | None = None
        self.head = ContractHead(clock)
        self.observed = ObservedTab(shell, clock)
        self.violations = ViolationBrowser(shell, clock, endpoint_column=False)
        self.drift = DriftTable(shell, endpoint_column=False, clock=clock)
        self.timeline = TimelineTab()
        self.versions = VersionsTab(shell, clock)
        self.document = DocumentTab()
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.tabBar().setAccessibleName("Parts of the contract's page")
        self._build()
        self.head.commanded.connect(self.commanded)
        self.head.version_wanted.connect(self.version_wanted)
        self.observed.event_wanted.connect(shell.inspect)
        self.drift.opened.connect(lambda number: shell.navigate(Ref("contracts", f"finding:{number}")))
        self.timeline.range_picked.connect(shell.set_range)
        self.versions.commanded.connect(self.commanded)
        self.versions.opened.connect(self.version_wanted)
        self.versions.event_wanted.connect(shell.inspect)
        shell.theme_changed.connect(self.document.retint)

    def _build(self) -> None:
        for title, part in zip(TABS, self._parts(), strict=True):
            part.setAccessibleName(title)
            self.tabs.addTab(part, title)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(self.tabs, 1)
        self.setMinimumHeight(240)

    def _parts(self) -> tuple[QWidget, ...]:
        return (self.observed, self.violations, self._drift_part(), self.timeline, self.versions, self.document)

    def _drift_part(self) -> QWidget:
        part = QWidget()
        self.drift_buttons = {
            "accept": little_button(
                "Accept… A", "Accept the chosen drift as a new version (A)", partial(self.commanded.emit, "accept")
            ),
            "mute": little_button("Mute… M", "Mute the chosen drift for a while (M)", partial(self.commanded.emit, "mute")),
            "finding": little_button("All about it ⏎", "Open the finding on the Drift page (Enter)", self._open_finding),
        }
        above = button_row(*self.drift_buttons.values())
        above.setContentsMargins(8, 0, 8, 0)
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(above)
        layout.addWidget(self.drift, 1)
        part.setFocusProxy(self.drift)
        self.drift.chosen.connect(lambda _: self._show_possible())
        return part

    @property
    def endpoint_id(self) -> int | None:
        return None if self.answer is None else self.answer.page.row.id

    def show_answer(self, answer: EndpointAnswer) -> None:
        """Show an endpoint; the same one again only brings new figures."""
        same = self.endpoint_id == answer.page.row.id
        self.answer, page = answer, answer.page
        if not same:
            for table in (self.observed.table, self.violations.table, self.versions.table, self.drift.table):
                table.forget_choice()
        self.head.show_page(page)
        self.observed.show_paths(page.observed)
        self.violations.show_violations(page.violations)
        self.drift.show_findings(page.findings)
        self.timeline.show_page(page, answer.since_ms, answer.until_ms)
        self.versions.show_versions(page.versions)
        self.document.show_document("" if page.shown is None else f"Version {page.shown.version}", answer.document)
        opened = sum(row.state == "open" for row in page.violations)
        drifting = sum(row.state == "open" for row in page.findings)
        counts = {_VIOLATIONS: opened, _DRIFT: drifting, _VERSIONS: len(page.versions)}
        for number, count in counts.items():
            self.tabs.setTabText(number, TABS[number] + (f" {count:,}" if count else ""))
        self._show_possible()

    def forget(self) -> None:
        """No endpoint is open any more."""
        self.answer = None

    def show_tab(self, number: int) -> None:
        """Bring a tab to the front and give it the keys."""
        self.tabs.setCurrentIndex(number)
        self.focus_part()

    def focus_part(self) -> None:
        """Give the keys to the tab in front."""
        part = self.tabs.currentWidget()
        if part is not None:
            part.setFocus()

    def version(self) -> VersionRow | None:
        """Return the version that a command is about: the chosen one of the list of versions while it is in front."""
        if self.answer is None:
            return None
        chosen = self.versions.version() if self.tabs.currentIndex() == _VERSIONS else None
        return chosen or self.answer.page.shown

    def findings(self) -> list[FindingRow]:
        """Return the chosen findings while their tab is in front."""
        return self.drift.selected() if self.answer is not None and self.tabs.currentIndex() == _DRIFT else []

    def _show_possible(self) -> None:
        chosen = self.drift.current() is not None
        for button in self.drift_buttons.values():
            button.setEnabled(chosen)

    def _open_finding(self) -> None:
        row = self.drift.current()
        if row is not None:
            self._shell.navigate(Ref("contracts", f"finding:{row.id}"))
