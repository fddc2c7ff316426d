"""The face of the Sync area."""

from console.areas.sync.view.sync_view import SyncView

__all__ = ["SyncView"]
