"""Sync: how the replicas stand, where they disagree, and what settles that."""

from console.model.area import Area

AREA = Area("sync", "Sync", "Replicas, divergence, conflicts to settle", "Ctrl+6", view_class="SyncView")
