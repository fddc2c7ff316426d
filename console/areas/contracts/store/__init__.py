"""Tables of the Contracts area; the fold into them, the commands and the queries are in modules beside this one."""

from console.areas.contracts.store.bundled import BUNDLED
from console.areas.contracts.store.commands import COMMANDS
from console.areas.contracts.store.projection import ContractsProjection, projection
from console.areas.contracts.store.retention import forget
from console.areas.contracts.store.schema import MIGRATIONS

__all__ = ["BUNDLED", "COMMANDS", "MIGRATIONS", "ContractsProjection", "forget", "projection"]
