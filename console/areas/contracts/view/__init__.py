"""The face of the Contracts area."""

from console.areas.contracts.view.contracts_view import ContractsView

__all__ = ["ContractsView"]
