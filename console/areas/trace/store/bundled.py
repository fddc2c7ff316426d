"""What of the links leaves the store in an incident bundle (see `console.store.bundling`): those of its events."""

from console.store.bundling import BundleTable

BUNDLED = (
    BundleTable(
        "trace_links",
        {"trace_id": "text", "event_id": "plain"},
        # Links have no index by event: all are walked, in their order.
        """SELECT t.trace_id, t.event_id FROM trace_links t CROSS JOIN temp.bundle_event b ON b.id = t.event_id
           ORDER BY t.trace_id, t.event_id""",
    ),
)
