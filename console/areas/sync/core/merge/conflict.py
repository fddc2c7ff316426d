"""An entity of which two sides differ."""

from dataclasses import dataclass
from typing import Any

from console.areas.sync.core.merge.options import DEFAULTS, MergeOptions
from console.areas.sync.core.merge.settlement import Settlement


@dataclass(frozen=True, slots=True)
class Conflict:
    """Three sides of one entity; absent ones are `MISSING`, a base that is not known is `NO_BASE`."""

    entity_type: str
    entity_id: str
    base: Any
    local: Any
    remote: Any

    def begin(self, options: MergeOptions = DEFAULTS) -> Settlement:
        """Return a settlement in which nothing is chosen."""
        return Settlement(self.base, self.local, self.remote, options)
