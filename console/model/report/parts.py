"""The parts of an event that have a face of their own. Each accessor takes any JSON value and never raises."""

from console.model.report.exchange import Request, Response, request_of, response_of
from console.model.report.moments import Moment, actions_of
from console.model.report.sides import ContractSides, SyncSides, contract_of, sync_of
from console.model.report.statement import Database, database_of
from console.model.report.traits import Traits, stack_texts, versions_of

__all__ = [
    "ContractSides",
    "Database",
    "Moment",
    "Request",
    "Response",
    "SyncSides",
    "Traits",
    "actions_of",
    "contract_of",
    "database_of",
    "request_of",
    "response_of",
    "stack_texts",
    "sync_of",
    "versions_of",
]
