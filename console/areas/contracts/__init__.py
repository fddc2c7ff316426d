"""Contracts: what services promised each other, what they send, and where the two part ways."""

from console.model.area import Area

AREA = Area(
    "contracts",
    "Contracts",
    "What services promised, what they send, and drift",
    "Ctrl+7",
    needs_events=False,
    view_class="ContractsView",
)
