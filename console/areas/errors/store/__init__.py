"""Tables of the Errors area; the fold into them, the commands and the queries are in modules beside this one."""

from console.areas.errors.store.bundled import BUNDLED
from console.areas.errors.store.commands import COMMANDS
from console.areas.errors.store.projection import ErrorsProjection, projection
from console.areas.errors.store.retention import forget
from console.areas.errors.store.schema import MIGRATIONS

__all__ = ["BUNDLED", "COMMANDS", "MIGRATIONS", "ErrorsProjection", "forget", "projection"]
