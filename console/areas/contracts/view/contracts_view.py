"""The Contracts view: endpoints with their contracts, violations, drift and alerts, a page each."""

from PySide6.QtWidgets import QWidget

from console.areas.contracts.view.commands import MENU, Command, area_actions
from console.areas.contracts.view.endpoints_page import EndpointsPage
from console.model.area import Ref
from console.model.clock import Clock, wall_clock
from console.qt.holding import refuses
from console.qt.paged_view import PagedView
from console.qt.shell import Shell


class ContractsView(PagedView):
    """Places: `12` is an endpoint; `violations`, `drift` and `alerts` are pages, `violation:3` and `finding:4` on them."""

    def __init__(self, shell: Shell, clock: Clock = wall_clock) -> None:
        self.endpoints = EndpointsPage(shell, clock)
        self._clock = clock
        pages = {
            "endpoints": ("Endpoints", lambda: self.endpoints),
            "violations": ("Violations", self._violations),
            "drift": ("Drift", self._drift),
            "alerts": ("Alerts", self._alerts),
        }
        super().__init__(shell, "contracts", MENU, pages)
        for action in area_actions(self.run, self.can_run):
            shell.add_action(action)

    def show_ref(self, ref: Ref) -> None:
        kind, _, number = ref.id.replace("drift/", "finding:").partition(":")
        if kind == "violation":
            ref = Ref(ref.area, f"violations/{number}", ref.since_ms, ref.until_ms, ref.filter_text)
        if kind != "finding":
            super().show_ref(ref)
        elif number.isdecimal():
            self.show_page("drift")
            self.drift.select(int(number))
        else:
            self.shell.notify(f"“{number[:40]}” is no finding of drift.", error=True)

    def place(self) -> Ref | None:
        """Return what a person or a link chose on the page in front, else the page."""
        match self.page():
            case "endpoints":
                name = self.endpoints.place()
            case "violations":
                chosen = self.violations.named_id()
                name = "violations" if chosen is None else f"violation:{chosen}"
            case "drift":
                chosen = self.drift.named_id()
                name = "drift" if chosen is None else f"finding:{chosen}"
            case name:
                pass
        return Ref("contracts", name)

    def run(self, name: str) -> None:
        """Run a command by its name, from the menu or the palette."""
        if name == "acknowledge_all" and not refuses(self.shell):
            self._widget("alerts")
            self.alerts.acknowledge_all()
            return
        if not self._awake or self.page() != "endpoints":
            self.shell.navigate(Ref("contracts", "endpoints"))
        self.endpoints.run(name)

    def can_run(self, command: Command) -> bool:
        """Tell whether a command has something to work on now."""
        return command.needs == "" or (self.page() == "endpoints" and self.endpoints.can_run(command))

    def _violations(self) -> QWidget:
        from console.areas.contracts.view.violations_page import ViolationsPage

        self.violations = ViolationsPage(self.shell, self._clock)
        return self.violations

    def _drift(self) -> QWidget:
        from console.areas.contracts.view.drift_page import DriftPage

        self.drift = DriftPage(self.shell, self._clock)
        return self.drift

    def _alerts(self) -> QWidget:
        from console.areas.contracts.view.alerts_page import AlertsPage

        self.alerts = AlertsPage(self.shell, self._clock)
        return self.alerts
