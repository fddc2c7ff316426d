"""Tables of the Incidents area; commands, queries, and what packs and opens bundles are in modules beside this one."""

from console.areas.incidents.store.bundled import BUNDLED
from console.areas.incidents.store.commands import COMMANDS
from console.areas.incidents.store.projection import IncidentsProjection, projection
from console.areas.incidents.store.schema import MIGRATIONS

__all__ = ["BUNDLED", "COMMANDS", "MIGRATIONS", "IncidentsProjection", "projection"]
