"""Tables of the Sync area: the fold into them, the commands, what answers do; queries are in modules beside this one.

Commands: see `deciding` (choose, undo, similar), `sending` (send, resolve, reject, reopen) and `bulk` (rules, automatic,
undo_bulk). Queries: `reading`, `replica_reading`, `histories`.
"""

from console.areas.sync.store.answering import on_answer
from console.areas.sync.store.bulk import automatic, set_rules, undo_bulk
from console.areas.sync.store.bundled import BUNDLED
from console.areas.sync.store.deciding import choose, similar, undo
from console.areas.sync.store.projection import SyncProjection, projection
from console.areas.sync.store.retention import forget
from console.areas.sync.store.schema import MIGRATIONS
from console.areas.sync.store.sending import reject, reopen, resolve, send
from console.store.projection import AreaCommand

COMMANDS: dict[str, AreaCommand] = {
    "choose": choose,
    "undo": undo,
    "similar": similar,
    "send": send,
    "resolve": resolve,
    "reject": reject,
    "reopen": reopen,
    "rules": set_rules,
    "automatic": automatic,
    "undo_bulk": undo_bulk,
}

__all__ = ["BUNDLED", "COMMANDS", "MIGRATIONS", "SyncProjection", "forget", "on_answer", "projection"]
